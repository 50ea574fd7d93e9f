/// Learns an array's responses from a trained model's directions (`csl-train --calibrate`).
#pragma once

#include <cstdint>

#include "calib/calibration.h"
#include "core/parallel.h"
#include "csl/dataset.h"
#include "csl/model.h"
#include "stage/schema_features.h"

namespace stage {

/// Labels every recording with the direction that the model's bins pool to in the world, and fits
/// the array to them. Never looks at true directions or positions.
/// @param seed  chooses the bins that are used where there are more than needed
/// @throws core::InputError  if there is too little to calibrate from
calib::Calibration calibrate(const csl::Model& model, const csl::Dataset& data,
                             const FeatureSettings& settings, std::uint64_t seed,
                             core::ThreadPool& pool);

}  // namespace stage
