/// Detection of magnetic disturbance, and correction of the heading by the field.
#pragma once

#include <Eigen/Core>

#include "imu/filter_params.h"
#include "imu/low_pass.h"

namespace imu {

/// Compares the norm and the dip of the field with a reference that follows slowly. Iron nearby
/// changes both. A changed field that stays while the sensor turns becomes the new reference.
/// Source: Laidig and Seel 2023, 3.5
class MagneticReference {
 public:
  MagneticReference(const FilterParams& params, double step_s);

  /// One sample.
  /// @param field_earth    field in the earth frame, up to its heading; any unit, not zero
  /// @param turning_rad_s  low-passed rate of turn
  void update(const Eigen::Vector3d& field_earth, double turning_rad_s);

  bool disturbed() const { return disturbed_; }
  /// Whether a first field has become the reference. Until then the field counts as disturbed,
  /// although nothing speaks against it.
  bool known() const { return reference_.x() != 0.0; }

 private:
  bool fits(const Eigen::Vector2d& norm_dip, const Eigen::Vector2d& reference) const;

  double step_s_;
  double norm_tolerance_, dip_tolerance_;
  double undisturbed_s_, new_s_, first_s_, new_min_rad_s_;
  double gain_;
  LowPass<2> current_;
  Eigen::Vector2d reference_ = Eigen::Vector2d::Zero();  ///< norm and dip; norm 0: none yet
  Eigen::Vector2d candidate_ = Eigen::Vector2d::Zero();
  double agreed_for_s_ = 0.0;
  double candidate_for_s_ = 0.0;
  bool disturbed_ = true;
};

/// Correction of the heading: a rotation delta about the vertical that follows the field.
/// Source: Laidig and Seel 2023, 3.3 and 3.5
class HeadingCorrection {
 public:
  HeadingCorrection(const FilterParams& params, double step_s);

  /// One sample.
  /// @param heading_rad  rotation about the vertical after which the field points north
  /// @param disturbed    whether the field is disturbed
  /// @param patience_s   longest time for which a disturbed field is not used at all
  /// @return             the filtered rotation, (-pi, pi]
  double update(double heading_rad, bool disturbed, double patience_s);
  double delta_rad() const { return delta_; }
  /// Starts from a known heading, without fast convergence.
  void settle_at(double delta_rad) {
    delta_ = delta_rad;
    initial_gain_ = 0.0;
  }

 private:
  bool reject_;
  double step_s_, tau_s_, gain_, rejection_factor_;
  double initial_gain_ = 1.0;  ///< 1, 1/2, 1/3, ...: at first the filter takes the mean
  double rejected_for_s_ = 0.0;
  double delta_ = 0.0;
};

/// Longest time for which a disturbed field is not used at all.
///
/// VQF starts as if the first field had been rejected for the whole time already, so that it uses
/// this field at once, at half the usual gain. Counting from 0 is better for a sensor that has
/// rested: its gyroscope keeps the heading better than a field that nothing has confirmed. But a
/// field is only confirmed while the sensor turns at 20 degrees a second. Therefore the patience
/// with a first field ends when the bias may have turned the heading by
/// FilterParams::magnetic_first_doubt_rad.
/// @param known            whether a first field has become the reference
/// @param heading_rate_sd  standard deviation of the bias about the vertical, rad/s
double magnetic_patience_s(const FilterParams& params, bool known, double heading_rate_sd);

}  // namespace imu
