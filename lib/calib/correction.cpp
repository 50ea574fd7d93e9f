#include "calib/correction.h"

#include <algorithm>

namespace calib {

KnotPlace knot_place(std::span<const double> knot_hz, double frequency_hz) {
  if (knot_hz.size() < 2 || frequency_hz <= knot_hz.front()) return {0, 0.0};
  if (frequency_hz >= knot_hz.back()) return {knot_hz.size() - 2, 1.0};
  const auto after = std::upper_bound(knot_hz.begin(), knot_hz.end(), frequency_hz);
  const auto low = static_cast<std::size_t>(after - knot_hz.begin()) - 1;
  return {low, (frequency_hz - knot_hz[low]) / (knot_hz[low + 1] - knot_hz[low])};
}

void Correction::at(double frequency_hz, const Eigen::Vector3d& direction,
                    std::span<std::complex<double>> factor) const {
  std::fill(factor.begin(), factor.end(), empty() ? 1.0 : 0.0);
  if (empty()) return;
  std::vector<double> basis(harmonics());
  so3::real_harmonics(order, direction, basis);
  const KnotPlace place = knot_place(knot_hz, frequency_hz);
  const std::size_t high = std::min(place.low + 1, knot_hz.size() - 1);
  for (std::size_t i = 0; i < basis.size(); ++i) {
    for (std::size_t m = 0; m < microphones; ++m) {
      const std::complex<double> low_value(row(place.low, i)[m]);
      const std::complex<double> high_value(row(high, i)[m]);
      factor[m] += basis[i] * ((1.0 - place.share) * low_value + place.share * high_value);
    }
  }
}

}  // namespace calib
