#include "calib/correction.h"

#include <algorithm>
#include <cmath>

namespace calib {

std::size_t harmonic_count(std::size_t order) { return (order + 1) * (order + 1); }

void harmonics(std::size_t order, const Eigen::Vector3d& direction, std::span<double> value) {
  // P~_n^m without sin^m, times Re and Im of (x + i y)^m; the recurrences of room/harmonics.h in
  // double, times sqrt(2 n + 1).
  double re = 1.0, im = 0.0;
  for (std::size_t m = 0; m <= order; ++m) {
    const double dm = static_cast<double>(m);
    if (m > 0) {
      const double start = m == 1 ? 1.0 : std::sqrt((2.0 * dm - 1.0) / (2.0 * dm));
      const double turned = start * (re * direction.x() - im * direction.y());
      im = start * (re * direction.y() + im * direction.x());
      re = turned;
    }
    double older = 0.0, newer = 1.0;
    for (std::size_t n = m; n <= order; ++n) {
      const double dn = static_cast<double>(n);
      if (n > m) {
        const double back = std::sqrt(std::max(0.0, (dn - 1.0) * (dn - 1.0) - dm * dm));
        const double next = ((2.0 * dn - 1.0) * direction.z() * newer - back * older) /
                            std::sqrt(dn * dn - dm * dm);
        older = newer;
        newer = next;
      }
      const double scale = std::sqrt(2.0 * dn + 1.0) * newer;
      value[n * n + n + m] = scale * re;
      if (m > 0) value[n * n + n - m] = scale * im;
    }
  }
}

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
  calib::harmonics(order, direction, basis);
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
