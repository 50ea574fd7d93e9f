/// Learns an array's responses from a trained model's directions (`csl-train --calibrate`).
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "calib/calibration.h"
#include "commands/common.h"
#include "commands/sound_speed.h"
#include "commands/train_data.h"
#include "core/parallel.h"
#include "core/units.h"
#include "learn/model.h"

namespace commands {

/// Checks what can be known before a model is trained.
/// @throws core::InputError  if the files hold fewer bins than a calibration needs
void require_calibration_data(const FeaturesReaders& features);

/// Gives every session one direction, pooled in the world from the model's predictions, and fits
/// the array's responses to these directions. True directions and positions are never read.
/// @param features  files made with the model's settings
/// @param seed      seed of the choice of bins in sessions with more bins than are used
/// @param speed_of_sound  m/s: recordings determine positions over the speed of sound only
/// @throws core::InputError  if too few bins have a direction; core::Error with kStopped soon after
///                           a core::StopSignal
calib::Calibration calibrate(const learn::Model& model, const FeaturesReaders& features,
                             std::uint64_t seed, core::ThreadPool& pool,
                             double speed_of_sound = core::kSpeedOfSound);

/// Text for summary lines, such as "8 microphones, aperture 86.6 mm, positions to 0.05 mm".
std::string describe(const calib::Calibration& calibration);

}  // namespace commands
