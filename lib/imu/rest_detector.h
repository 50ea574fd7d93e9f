/// Whether an inertial sensor is at rest, so that its gyroscope shows nothing but its bias.
#pragma once

#include <Eigen/Core>

#include "imu/filter_params.h"
#include "imu/low_pass.h"

namespace imu {

/// Rest as in VQF: for a while no reading is far from its low-pass. This test alone takes a slow
/// turn for rest, and the turn's rate for the bias. Three more conditions must hold here:
///  - the low-passed rate, acceleration and field stay where they were when the stretch began, since
///    a device that turns changes its rate, its inclination or its heading;
///  - a stretch whose rate does not fit the bias known so far must last longer, since a hand does
///    not turn evenly for seconds.
/// What is left: an even turn about the vertical, slower than the largest bias, without a
/// magnetometer. It looks exactly like a bias.
/// Source of the first test: Laidig and Seel 2023, 3.4
class RestDetector {
 public:
  RestDetector(const FilterParams& params, double step_s);

  /// Takes one sample. @param force_m_s2  specific force
  void update(const Eigen::Vector3d& gyroscope_rad_s, const Eigen::Vector3d& force_m_s2);
  /// Takes the magnetometer of the same sample, if it was measured; any unit, not zero.
  void update_field(const Eigen::Vector3d& field);

  /// @param bias_rad_s  the bias as known so far
  /// @param covariance  its covariance, (rad/s)^2
  bool at_rest(const Eigen::Vector3d& bias_rad_s, const Eigen::Matrix3d& covariance) const;
  /// The low-passed gyroscope reading.
  const Eigen::Vector3d& rate_rad_s() const { return rate_.output(); }

 private:
  /// Whether no sample is far from its low-pass, and the rate can be a bias.
  bool is_quiet(const Eigen::Vector3d& gyroscope_rad_s, const Eigen::Vector3d& force_m_s2) const;
  /// Whether rate, force and field are where they were when the stretch began.
  bool is_steady() const;
  void begin_stretch();

  FilterParams params_;
  double step_s_;
  LowPass<3> rate_;
  LowPass<3> force_;
  LowPass<3> field_;
  Eigen::Vector3d first_rate_ = Eigen::Vector3d::Zero();  ///< low-passed, at the stretch's begin
  Eigen::Vector3d first_force_ = Eigen::Vector3d::Zero();
  Eigen::Vector3d first_field_ = Eigen::Vector3d::Zero();  ///< zero: not measured by then
  double steady_for_s_ = 0.0;
};

}  // namespace imu
