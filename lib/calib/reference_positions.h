/// Positions with less of the error that reverberation makes.
#pragma once

#include <Eigen/Core>

#include "calib/effective_array.h"
#include "calib/observations.h"
#include "core/parallel.h"

namespace calib {

/// Steps of the directions after the positions have moved.
inline constexpr int kDirectionSteps = 2;

/// A move of all positions and offsets that all recordings agree on.
struct SharedShift {
  Eigen::VectorXd step;  ///< of (p_1, o_1, p_2, ...), m, mean over microphones zero
  double share = 0.0;    ///< part of the step that was made, 0 to 1
};

/// Moves an adjusted array towards the positions of the reference weights.
///
/// All recordings of a room share errors, above all a scale: reverberation is alike at neighboring
/// microphones, at low frequencies more, and pulls them together. Bins with an onset and at high
/// frequencies are affected less. The reference positions come from Gauss-Newton steps with the
/// weights onset^3 f^2 exp(-(1 - x) / scale), without the network's confidence. They rest on fewer
/// bins. The share of the step that is made is
///     max(0, 1 - 2 E / |delta|^2),
/// with delta the first step and E the value that |delta|^2 would have by chance, from the spread of
/// delta over recordings (the positive part of James and Stein's shrinkage, 1961). The directions
/// are adjusted to the positions afterwards, with the usual weights, in kDirectionSteps steps.
/// @param data   the directions of its recordings are changed
/// @param scale             last scale of the kernel
/// @param longest_move_rad  no source moves by more than this in one step
SharedShift move_to_reference(Observations& data, EffectiveArray& array, double scale,
                              double longest_move_rad, core::ThreadPool& pool);

}  // namespace calib
