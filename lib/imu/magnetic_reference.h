/// Whether the magnetic field is the earth's.
#pragma once

#include <Eigen/Core>

#include "imu/filter_params.h"
#include "imu/low_pass.h"

namespace imu {

/// Compares norm and dip of the field with a slowly following reference; iron nearby changes them.
/// A changed field that stays while the sensor turns becomes the new reference. Source: Laidig and
/// Seel 2022, 3.5
class MagneticReference {
 public:
  MagneticReference(const FilterParams& params, double step_s);

  /// @param field_earth  in the earth frame but for heading, any unit, not zero
  /// @param turning_rad_s  low-passed rate of turn
  void update(const Eigen::Vector3d& field_earth, double turning_rad_s);

  bool disturbed() const { return disturbed_; }

 private:
  bool fits(const Eigen::Vector2d& norm_dip, const Eigen::Vector2d& reference) const;

  double step_s_;
  double norm_tolerance_, dip_tolerance_;
  double undisturbed_s_, new_s_, first_s_, new_min_rad_s_;
  double gain_;
  LowPass<2> current_;
  Eigen::Vector2d reference_ = Eigen::Vector2d::Zero();  ///< norm, dip; norm 0: none yet
  Eigen::Vector2d candidate_ = Eigen::Vector2d::Zero();
  double agreed_for_s_ = 0.0;
  double candidate_for_s_ = 0.0;
  bool disturbed_ = true;
};

/// Heading by the field: turns delta about the vertical towards it.
/// Source: Laidig and Seel 2022, 3.3 and 3.5
class HeadingCorrection {
 public:
  HeadingCorrection(const FilterParams& params, double step_s);

  /// @param heading_rad  rotation about the vertical that the magnetometer asks for
  /// @return             the filtered rotation, (-pi, pi]
  double update(double heading_rad, bool disturbed);
  double delta_rad() const { return delta_; }
  /// Starts from a known heading: no fast convergence.
  void settle_at(double delta_rad) {
    delta_ = delta_rad;
    initial_gain_ = 0.0;
  }

 private:
  bool reject_;
  double step_s_, tau_s_, gain_, max_rejection_s_, rejection_factor_;
  double initial_gain_ = 1.0;  ///< 1, 1/2, 1/3, ...: the mean at first
  double rejected_for_s_ = 0.0;
  double delta_ = 0.0;
};

/// An angle in (-pi, pi].
double wrap_angle(double angle_rad);

}  // namespace imu
