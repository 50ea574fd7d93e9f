#include "imu/magnetic_reference.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace imu {

namespace {

/// The equal angle in (-pi, pi].
double wrap_angle(double angle_rad) {
  const double wrapped = std::remainder(angle_rad, 2.0 * std::numbers::pi);
  return wrapped <= -std::numbers::pi ? wrapped + 2.0 * std::numbers::pi : wrapped;
}

}  // namespace

MagneticReference::MagneticReference(const FilterParams& params, double step_s)
    : step_s_(step_s),
      norm_tolerance_(params.magnetic_norm_tolerance),
      dip_tolerance_(params.magnetic_dip_tolerance_rad),
      undisturbed_s_(params.magnetic_undisturbed_s),
      new_s_(params.magnetic_new_s),
      first_s_(params.magnetic_first_s),
      new_min_rad_s_(params.magnetic_new_min_rad_s),
      gain_(gain_from_time_constant(params.magnetic_reference_tau_s, step_s)),
      current_(params.magnetic_current_tau_s, step_s) {}

bool MagneticReference::fits(const Eigen::Vector2d& norm_dip,
                             const Eigen::Vector2d& reference) const {
  return std::abs(norm_dip.x() - reference.x()) < norm_tolerance_ * reference.x() &&
         std::abs(norm_dip.y() - reference.y()) < dip_tolerance_;
}

void MagneticReference::update(const Eigen::Vector3d& field_earth, double turning_rad_s) {
  const double norm = field_earth.norm();
  const double dip = -std::asin(std::clamp(field_earth.z() / norm, -1.0, 1.0));
  const Eigen::Vector2d norm_dip = current_.update({norm, dip});
  if (fits(norm_dip, reference_)) {
    agreed_for_s_ += step_s_;
    if (agreed_for_s_ >= undisturbed_s_) {
      disturbed_ = false;
      reference_ += gain_ * (norm_dip - reference_);
    }
  } else {
    agreed_for_s_ = 0.0;
    disturbed_ = true;
  }
  if (!fits(norm_dip, candidate_)) {
    candidate_for_s_ = 0.0;
    candidate_ = norm_dip;
    return;
  }
  // At rest a constant field proves nothing, because the iron may be at rest as well.
  if (turning_rad_s >= new_min_rad_s_) candidate_for_s_ += step_s_;
  candidate_ += gain_ * (norm_dip - candidate_);
  const bool first = reference_.x() == 0.0;
  if (disturbed_ && candidate_for_s_ >= (first ? first_s_ : new_s_)) {
    reference_ = candidate_;
    disturbed_ = false;
    agreed_for_s_ = undisturbed_s_;
  }
}

HeadingCorrection::HeadingCorrection(const FilterParams& params, double step_s)
    : reject_(params.reject_magnetic_disturbance),
      step_s_(step_s),
      tau_s_(params.tau_magnetometer_s),
      gain_(gain_from_time_constant(params.tau_magnetometer_s, step_s)),
      rejection_factor_(params.magnetic_rejection_factor) {}

double HeadingCorrection::update(double heading_rad, bool disturbed, double patience_s) {
  double gain = gain_;
  if (reject_ && disturbed) {
    if (rejected_for_s_ <= patience_s) {
      rejected_for_s_ += step_s_;
      gain = 0.0;
    } else {
      gain /= rejection_factor_;
    }
  } else if (reject_) {
    rejected_for_s_ = std::max(rejected_for_s_ - rejection_factor_ * step_s_, 0.0);
  }
  if (initial_gain_ > 0.0) {
    gain = std::max(gain, initial_gain_);
    initial_gain_ /= initial_gain_ + 1.0;
    if (initial_gain_ * tau_s_ < step_s_) initial_gain_ = 0.0;
  }
  delta_ = wrap_angle(delta_ + gain * wrap_angle(heading_rad - delta_));
  return delta_;
}

double magnetic_patience_s(const FilterParams& params, bool known, double heading_rate_sd) {
  if (known) return params.magnetic_max_rejection_s;
  return std::min(params.magnetic_max_rejection_s,
                  params.magnetic_first_doubt_rad / std::max(heading_rate_sd, 1e-9));
}

}  // namespace imu
