#include "so3/rotation.h"

#include <cmath>
#include <numbers>

namespace so3 {
namespace {

/// sin(x) / x. Near 0 its series replaces the quotient; the series is exact to rounding there.
double sinc(double x) {
  if (std::abs(x) > 1e-4) return std::sin(x) / x;
  return 1.0 - x * x / 6.0;
}

}  // namespace

Eigen::Quaterniond exp(const Eigen::Vector3d& rotation_vector) {
  const double half_angle = 0.5 * rotation_vector.norm();
  const Eigen::Vector3d imaginary = 0.5 * sinc(half_angle) * rotation_vector;
  return Eigen::Quaterniond(std::cos(half_angle), imaginary.x(), imaginary.y(), imaginary.z())
      .normalized();
}

Eigen::Vector3d log(const Eigen::Quaterniond& q) {
  // atan2 with the length of the imaginary part keeps all digits near the angles 0 and pi. acos
  // does not.
  const double sign = q.w() < 0.0 ? -1.0 : 1.0;
  const Eigen::Vector3d imaginary = sign * q.vec();
  const double sine = imaginary.norm();
  const double half_angle = std::atan2(sine, sign * q.w());
  if (sine == 0.0) return Eigen::Vector3d::Zero();
  return imaginary * (2.0 * half_angle / sine);
}

double angle_between(const Eigen::Quaterniond& a, const Eigen::Quaterniond& b) {
  return log(a.conjugate() * b).norm();
}

double angle_between(const Eigen::Vector3d& a, const Eigen::Vector3d& b) {
  return std::atan2(a.cross(b).norm(), a.dot(b));
}

Eigen::Quaterniond slerp(const Eigen::Quaterniond& a, const Eigen::Quaterniond& b, double t) {
  return a * exp(t * log(a.conjugate() * b));
}

Eigen::Quaterniond random_rotation(core::RandomStream& random) {
  const double u = random.uniform();
  const double alpha = 2.0 * std::numbers::pi * random.uniform();
  const double beta = 2.0 * std::numbers::pi * random.uniform();
  const double r1 = std::sqrt(1.0 - u);
  const double r2 = std::sqrt(u);
  return Eigen::Quaterniond(r2 * std::cos(beta), r1 * std::sin(alpha), r1 * std::cos(alpha),
                            r2 * std::sin(beta));
}

Eigen::Vector3d random_direction(core::RandomStream& random) {
  const double z = random.uniform(-1.0, 1.0);
  const double azimuth = 2.0 * std::numbers::pi * random.uniform();
  const double radius = std::sqrt(1.0 - z * z);
  return {radius * std::cos(azimuth), radius * std::sin(azimuth), z};
}

Eigen::Vector3d mean_direction(std::span<const Eigen::Vector3d> directions,
                               std::span<const double> weights) {
  Eigen::Vector3d sum = Eigen::Vector3d::Zero();
  for (std::size_t i = 0; i < directions.size(); ++i) {
    sum += weights.empty() ? directions[i] : Eigen::Vector3d(weights[i] * directions[i]);
  }
  const double length = sum.norm();
  return length > 0.0 ? Eigen::Vector3d(sum / length) : Eigen::Vector3d::Zero();
}

Eigen::Vector3d direction_from_angles(double azimuth, double elevation) {
  return {std::cos(elevation) * std::cos(azimuth), std::cos(elevation) * std::sin(azimuth),
          std::sin(elevation)};
}

double azimuth_rad(const Eigen::Vector3d& direction) {
  return std::atan2(direction.y(), direction.x());
}

double elevation_rad(const Eigen::Vector3d& direction) {
  return std::atan2(direction.z(), std::hypot(direction.x(), direction.y()));
}

}  // namespace so3
