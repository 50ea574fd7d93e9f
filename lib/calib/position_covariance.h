/// Uncertainty of adjusted positions.
#pragma once

#include <Eigen/Core>

#include "calib/effective_array.h"
#include "calib/observations.h"
#include "calib/reference_positions.h"
#include "core/parallel.h"

namespace calib {

/// Covariance of (p_1, o_1, p_2, ...) of adjust(), m^2, means zero: a random and a systematic
/// part.
///
/// Random: H^-1 (sum over recordings of r r^T) H^-1, where r is a recording's share of the gradient.
/// It stays valid if the errors of the bins of one recording have a common cause. H is the second
/// derivative of the kernel's objective, including that weights fall with the errors: without
/// this term, deviations are too small by a fifth at a noise of 0.2 (tests/calib/test_positions.cpp).
///
/// Systematic: what move_to_reference() moved shows how large the error is that all recordings of a
/// room share. The reference positions have a part of it left, and where the step to them is hardly
/// above chance, only a share of it is made. The deviation of this part is the whole step.
///
/// Not included, because the recordings cannot show them: the speed of sound, a turn of the motion
/// sensor's axes, and errors that are equal at all frequencies and onsets, such as the curvature of
/// a near source's waves.
/// @param scale  last scale of the kernel
/// @param shift  of move_to_reference()
Eigen::MatrixXd position_covariance(const Observations& data, const EffectiveArray& array,
                                    double scale, const SharedShift& shift, core::ThreadPool& pool);

}  // namespace calib
