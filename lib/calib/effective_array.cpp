#include "calib/effective_array.h"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace calib {

void EffectiveArray::plane_wave(double frequency_hz, const Eigen::Vector3d& direction_sensor,
                                std::span<std::complex<double>> h) const {
  const double k = 2.0 * std::numbers::pi * frequency_hz / speed_of_sound;
  for (std::size_t m = 0; m < size(); ++m) {
    h[m] = std::polar(1.0, k * (position_m[m].dot(direction_sensor) + offset_m[m]));
  }
}

double EffectiveArray::deviation_m(std::size_t m) const {
  if (covariance.size() == 0) return std::numeric_limits<double>::quiet_NaN();
  const auto at = static_cast<Eigen::Index>(4 * m);
  const Eigen::Matrix3d block = covariance.block<3, 3>(at, at);
  const Eigen::SelfAdjointEigenSolver<Eigen::Matrix3d> solver(block, Eigen::EigenvaluesOnly);
  return std::sqrt(std::max(0.0, solver.eigenvalues().maxCoeff()));
}

double EffectiveArray::aperture_m() const {
  double largest = 0.0;
  for (const Eigen::Vector3d& a : position_m) {
    for (const Eigen::Vector3d& b : position_m) largest = std::max(largest, (a - b).norm());
  }
  return largest;
}

void EffectiveArray::set_speed_of_sound(double speed) {
  const double scale = speed / speed_of_sound;
  for (Eigen::Vector3d& p : position_m) p *= scale;
  for (double& offset : offset_m) offset *= scale;
  covariance *= scale * scale;
  speed_of_sound = speed;
}

void EffectiveArray::center() {
  Eigen::Vector3d mean = Eigen::Vector3d::Zero();
  double mean_offset = 0.0;
  for (std::size_t m = 0; m < size(); ++m) {
    mean += position_m[m] / static_cast<double>(size());
    mean_offset += offset_m[m] / static_cast<double>(size());
  }
  for (std::size_t m = 0; m < size(); ++m) {
    position_m[m] -= mean;
    offset_m[m] -= mean_offset;
  }
}

}  // namespace calib
