#include "so3/harmonics.h"

#include <algorithm>
#include <cmath>

namespace so3 {

HarmonicStep harmonic_step(std::size_t n, std::size_t m) {
  const double dn = static_cast<double>(n);
  const double dm = static_cast<double>(m);
  return {2.0 * dn - 1.0, std::sqrt(std::max(0.0, (dn - 1.0) * (dn - 1.0) - dm * dm)),
          std::sqrt(dn * dn - dm * dm)};
}

double harmonic_start(std::size_t m) {
  const double dm = static_cast<double>(m);
  return m <= 1 ? 1.0 : std::sqrt((2.0 * dm - 1.0) / (2.0 * dm));
}

std::size_t harmonic_count(std::size_t order) { return (order + 1) * (order + 1); }

void real_harmonics(std::size_t order, const Eigen::Vector3d& direction, std::span<double> value) {
  double re = 1.0, im = 0.0;
  for (std::size_t m = 0; m <= order; ++m) {
    if (m > 0) {
      const double start = harmonic_start(m);
      const double turned = start * (re * direction.x() - im * direction.y());
      im = start * (re * direction.y() + im * direction.x());
      re = turned;
    }
    double older = 0.0, newer = 1.0;
    for (std::size_t n = m; n <= order; ++n) {
      if (n > m) {
        const HarmonicStep step = harmonic_step(n, m);
        const double next = (step.forward * direction.z() * newer - step.back * older) / step.root;
        older = newer;
        newer = next;
      }
      const double scale = std::sqrt(2.0 * static_cast<double>(n) + 1.0) * newer;
      value[n * n + n + m] = scale * re;
      if (m > 0) value[n * n + n - m] = scale * im;
    }
  }
}

}  // namespace so3
