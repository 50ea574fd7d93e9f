#include "calib/calibration.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace calib {

void Calibration::signature(double frequency_hz, const Eigen::Vector3d& direction_sensor,
                            std::span<std::complex<double>> h) const {
  array.plane_wave(frequency_hz, direction_sensor, h);
  if (correction.empty()) return;
  std::vector<std::complex<double>> factor(h.size());
  correction.at(frequency_hz, direction_sensor, factor);
  for (std::size_t m = 0; m < h.size(); ++m) h[m] *= factor[m];
}

Calibration Calibration::mirrored() const {
  Calibration result = *this;
  for (Eigen::Vector3d& position : result.array.position_m) position = -position;
  // The covariance is of (p_1, o_1, p_2, ...): a product of a position and an offset changes sign.
  Eigen::MatrixXd& covariance = result.array.covariance;
  for (Eigen::Index i = 0; i < covariance.rows(); ++i) {
    for (Eigen::Index j = 0; j < covariance.cols(); ++j) {
      if ((i % 4 == 3) != (j % 4 == 3)) covariance(i, j) = -covariance(i, j);
    }
  }
  // Harmonics of odd degree are odd functions of the direction.
  Correction& c = result.correction;
  for (std::size_t knot = 0; knot < c.knot_hz.size(); ++knot) {
    for (std::size_t degree = 1; degree <= c.order; degree += 2) {
      const std::size_t first = (knot * c.harmonics() + degree * degree) * c.microphones;
      const std::size_t count = (2 * degree + 1) * c.microphones;
      for (std::size_t i = first; i < first + count; ++i) c.coefficient[i] = -c.coefficient[i];
    }
  }
  for (Eigen::Vector3d& direction : result.uncertainty.direction) direction = -direction;
  return result;
}

double mismatch(std::span<const std::complex<double>> h, const std::complex<float>* y) {
  std::complex<double> product = 0.0;
  double h_power = 0.0;
  for (std::size_t m = 0; m < h.size(); ++m) {
    const std::complex<double> value(y[m]);
    product += std::conj(h[m]) * value;
    h_power += std::norm(h[m]);
  }
  return h_power > 0.0 ? std::clamp(1.0 - std::norm(product) / h_power, 0.0, 1.0) : 1.0;
}

double agreement(std::span<const std::complex<double>> g, std::span<const std::complex<double>> h) {
  std::complex<double> inner = 0.0;
  double energy_g = 0.0;
  double energy_h = 0.0;
  for (std::size_t m = 0; m < g.size(); ++m) {
    inner += std::conj(g[m]) * h[m];
    energy_g += std::norm(g[m]);
    energy_h += std::norm(h[m]);
  }
  return std::abs(inner) / std::sqrt(std::max(energy_g * energy_h, 1e-300));
}

}  // namespace calib
