/// The reflection decision: the choice between f and -f, whose losses are equal (C-SL paper, 2.2).
#pragma once

#include <Eigen/Core>
#include <string>

#include "core/parallel.h"
#include "learn/dataset.h"
#include "learn/model.h"

namespace learn {

enum class ReflectionRule {
  kNone,     ///< keep the sign of the trained map
  kTruth,    ///< majority of intervals by their true directions
  kInitial,  ///< at the start of each session the source lies in a known half space of the array
  /// Microphone A lies further along an axis than microphone B: sound from that side reaches A
  /// first, or louder (C-SL paper, 2.2).
  kMicrophones,
};

enum class MicrophoneCue { kArrival, kLevel };

struct ReflectionOptions {
  ReflectionRule rule = ReflectionRule::kNone;
  /// kInitial: sensor axis whose half space holds the source when an interval starts.
  Eigen::Vector3f axis = Eigen::Vector3f::UnitX();
  /// kMicrophones: microphones, counted from 0; A lies further along `axis` than B.
  std::size_t microphone_a = 0;
  std::size_t microphone_b = 0;
  MicrophoneCue cue = MicrophoneCue::kArrival;
};

/// Reads "none", "truth", "initial:AXIS" (+x -x +y -y +z -z), "mics:A,B,AXIS" (AXIS may also be x y
/// z) and "mics:A,B,AXIS,level". @throws core::UsageError otherwise
ReflectionOptions parse_reflection(const std::string& text);
/// Text from which parse_reflection() makes the same options.
std::string to_string(const ReflectionOptions& options);

/// Checks before training that decide_reflection() will have what the rule needs.
/// @throws core::InputError  kTruth without any true direction; kMicrophones with a microphone that
///                           the recording does not have, or without a tenth of a second with
///                           enough bins
void require_reflection(const Dataset& dataset, const ReflectionOptions& options);

/// Decides the sign of `model` (whose present sign is ignored) on a recording. The margin is |for -
/// against| / votes. kTruth, kInitial: each interval votes once, with the sign of <predicted,
/// expected> of its direction, pooled in the world; kInitial expects the axis as it stood in the
/// interval's first frame. kMicrophones: the delay (or level difference) between A and B is fitted
/// by a linear function of the predicted direction, in up to 20 groups of intervals; each group
/// votes with the sign of the function's slope along the axis. For arrival times the slope is the
/// vector from B to A over the speed of sound: other spacing than along the axis does not mislead.
/// @throws core::InputError  if the rule needs what the data lack (kTruth without true directions;
///                           no interval with bins; no such microphone)
Reflection decide_reflection(const Model& model, const Dataset& dataset,
                             const ReflectionOptions& options, core::ThreadPool& pool);

}  // namespace learn
