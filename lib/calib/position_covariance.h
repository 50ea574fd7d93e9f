/// Uncertainty of adjusted positions.
#pragma once

#include <Eigen/Core>

#include "calib/effective_array.h"
#include "calib/observations.h"
#include "core/parallel.h"

namespace calib {

/// Covariance of (p_1, o_1, p_2, ...) after adjust(), m^2, means zero: a random and a systematic
/// part.
///
/// Random: H^-1 (sum over recordings of r r^T) H^-1, where r is a recording's share of the gradient.
/// It stays valid if the errors of the bins of one recording have a common cause. H is the second
/// derivative of the kernel's objective, including that weights fall with the errors: without
/// this term, deviations are too small by a fifth at a noise of 0.2 (tests/calib/test_positions.cpp).
///
/// Systematic: all recordings of a room share errors, above all a scale: reverberation is alike at
/// neighboring microphones, at low frequencies more, and pulls them together. Bins with an onset and
/// at high frequencies are affected less. delta is the step towards the positions of the reference
/// weights (onset^3 f^2, without the network's confidence). The part is
///     4 max(0, 1 - 2 E / |delta|^2) delta delta^T,
/// with E the value that |delta|^2 would have by chance. Two deltas are a deviation, because the
/// reference positions share a part of the error.
///
/// Not included, because the recordings cannot show them: the speed of sound, a turn of the motion
/// sensor's axes, and errors that are equal at all frequencies and onsets, such as the curvature of
/// a near source's waves.
/// @param scale  last scale of the kernel
Eigen::MatrixXd position_covariance(const Observations& data, const EffectiveArray& array,
                                    double scale, core::ThreadPool& pool);

}  // namespace calib
