#include "imu/orientation_smoother.h"

#include <Eigen/LU>
#include <algorithm>

#include "imu/orientation_filter.h"
#include "so3/rotation.h"

namespace imu {
namespace {

/// Time since the sample before; 0 at the first sample.
double step_before(const Samples& samples, std::size_t i) {
  return i == 0 ? 0.0 : samples.time_s[i] - samples.time_s[i - 1];
}

/// The recording in reversed time. Sample j of the result is sample n - 1 - j of the recording. Its
/// rate is the reversed rate of the recording's next sample, because the gyroscope reports the
/// interval before its sample.
Samples reversed(const Samples& samples) {
  const std::size_t count = samples.time_s.size();
  Samples back;
  for (std::size_t j = 0; j < count; ++j) {
    const std::size_t i = count - 1 - j;
    back.time_s.push_back(-samples.time_s[i]);
    back.gyroscope_rad_s.push_back(-samples.gyroscope_rad_s[std::min(i + 1, count - 1)]);
    back.accelerometer_m_s2.push_back(samples.accelerometer_m_s2[i]);
    back.magnetometer_uT.push_back(samples.magnetometer_uT[i]);
  }
  return back;
}

/// Inverse covariance of the bias at each sample.
using Information = std::vector<Eigen::Matrix3d>;

/// Runs the filter and keeps its state at each sample. @param information  null: not kept
Orientations run(const Samples& samples, double step_s, const FilterParams& params,
                 Information* information) {
  OrientationFilter filter(params, step_s);
  Orientations result;
  for (std::size_t i = 0; i < samples.time_s.size(); ++i) {
    filter.update(samples.gyroscope_rad_s[i], samples.accelerometer_m_s2[i],
                  step_before(samples, i));
    filter.update_heading(samples.magnetometer_uT[i]);
    result.q_world_sensor.push_back(filter.q_world_sensor());
    result.bias_rad_s.push_back(filter.bias().bias_rad_s());
    result.at_rest.push_back(filter.at_rest());
    result.disturbed.push_back(filter.magnetically_disturbed());
    result.field_known.push_back(filter.field_known());
    result.heading_rate_sd_rad_s.push_back(
        heading_rate_sd(filter.bias().covariance(), filter.q_world_sensor()));
    if (information != nullptr) information->push_back(filter.bias().covariance().inverse());
  }
  return result;
}

/// Combines the bias, rest and disturbance of both runs, in place.
void combine(Orientations& forward, const Information& forward_information,
             const Orientations& backward, const Information& backward_information) {
  const std::size_t count = forward.bias_rad_s.size();
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t j = count - 1 - i;
    const Eigen::Matrix3d& A = forward_information[i];
    const Eigen::Matrix3d& B = backward_information[j];
    // Reversed time changes the sign of a rate and of its bias.
    const Eigen::Vector3d sum = A * forward.bias_rad_s[i] - B * backward.bias_rad_s[j];
    const Eigen::Matrix3d covariance = (A + B).inverse();
    forward.bias_rad_s[i] = covariance * sum;
    forward.heading_rate_sd_rad_s[i] = heading_rate_sd(covariance, forward.q_world_sensor[i]);
    forward.at_rest[i] = forward.at_rest[i] | backward.at_rest[j];
    forward.disturbed[i] = forward.disturbed[i] & backward.disturbed[j];
    forward.field_known[i] = forward.field_known[i] | backward.field_known[j];
  }
}

/// Low-pass forward and backward, without delay.
void filter_both_ways(std::vector<Eigen::Vector3d>& values, double tau_s, double step_s) {
  LowPass<3> forward(tau_s, step_s);
  for (Eigen::Vector3d& value : values) value = forward.update(value);
  LowPass<3> backward(tau_s, step_s);
  for (auto it = values.rbegin(); it != values.rend(); ++it) *it = backward.update(*it);
}

/// Corrects the inclination of the integrated orientations by accelerations that were low-passed in
/// the inertial frame.
void correct_inclination(const std::vector<Eigen::Vector3d>& gravity_inertial,
                         std::vector<Eigen::Quaterniond>& q) {
  Eigen::Quaterniond q_earth_inertial = Eigen::Quaterniond::Identity();
  for (std::size_t i = 0; i < q.size(); ++i) {
    const Eigen::Vector3d up = (q_earth_inertial * gravity_inertial[i]).normalized();
    q_earth_inertial = (upright_rotation(up) * q_earth_inertial).normalized();
    q[i] = q_earth_inertial * q[i];
  }
}

/// Corrects the heading of the orientations by the magnetometer, filtered in both directions.
/// @param result  [in, out] its orientations are corrected
void correct_heading(const Samples& samples, double step_s, const FilterParams& params,
                     Orientations& result) {
  std::vector<Eigen::Quaterniond>& q = result.q_world_sensor;
  const std::size_t count = q.size();
  const auto patience_s = [&](std::size_t i) {
    return magnetic_patience_s(params, result.field_known[i] != 0, result.heading_rate_sd_rad_s[i]);
  };
  HeadingCorrection forward(params, step_s);
  std::vector<double> delta(count);
  for (std::size_t i = 0; i < count; ++i) {
    const Eigen::Vector3d& field = samples.magnetometer_uT[i];
    delta[i] = field.isZero(0.0) ? forward.delta_rad()
                                 : forward.update(heading_of_field(q[i] * field),
                                                  result.disturbed[i] != 0, patience_s(i));
  }
  HeadingCorrection backward(params, step_s);
  backward.settle_at(delta.back());
  for (std::size_t i = count; i-- > 0;) {
    delta[i] = backward.update(delta[i], result.disturbed[i] != 0, patience_s(i));
    q[i] = so3::exp({0.0, 0.0, delta[i]}) * q[i];
  }
}

}  // namespace

Orientations filter_forward(const Samples& samples, double step_s, const FilterParams& params) {
  return run(samples, step_s, params, nullptr);
}

Orientations smooth(const Samples& samples, double step_s, const FilterParams& params) {
  if (samples.time_s.empty()) return {};
  Information forward_information;
  Information backward_information;
  Orientations result = run(samples, step_s, params, &forward_information);
  const Orientations backward = run(reversed(samples), step_s, params, &backward_information);
  combine(result, forward_information, backward, backward_information);
  std::vector<Eigen::Vector3d> gravity_inertial(samples.time_s.size());
  Eigen::Quaterniond q = Eigen::Quaterniond::Identity();
  for (std::size_t i = 0; i < samples.time_s.size(); ++i) {
    const Eigen::Vector3d rate = samples.gyroscope_rad_s[i] - result.bias_rad_s[i];
    q = (q * so3::exp(rate * step_before(samples, i))).normalized();
    result.q_world_sensor[i] = q;
    gravity_inertial[i] = q * samples.accelerometer_m_s2[i];
  }
  filter_both_ways(gravity_inertial, params.tau_accelerometer_s, step_s);
  correct_inclination(gravity_inertial, result.q_world_sensor);
  correct_heading(samples, step_s, params, result);
  return result;
}

}  // namespace imu
