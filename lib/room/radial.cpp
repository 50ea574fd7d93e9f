#include "room/radial.h"

#include <algorithm>
#include <cmath>

namespace room {

std::vector<double> spherical_bessel(std::size_t order, double x) {
  std::vector<double> j(order + 1, 0.0);
  if (x == 0.0) {
    j[0] = 1.0;
    return j;
  }
  // Miller's downward recurrence j_(n-1) = (2n+1)/x j_n - j_(n+1) starts far above both the order
  // and x. The result is scaled to the larger of j_0 and j_1, which cannot both be near zero.
  const std::size_t start =
      std::max(order, static_cast<std::size_t>(x)) + 30 +
      static_cast<std::size_t>(std::sqrt(40.0 * (static_cast<double>(order) + x)));
  double above = 0.0;
  double here = 1e-280;
  double first = 0.0;  // unscaled j_1
  for (std::size_t n = start; n > 0; --n) {
    if (n <= order) j[n] = here;
    if (n == 1) first = here;
    const double below = (2.0 * static_cast<double>(n) + 1.0) / x * here - above;
    above = here;
    here = below;
    if (std::abs(here) > 1e200) {
      for (double& value : j) value *= 1e-200;
      above *= 1e-200;
      here *= 1e-200;
      first *= 1e-200;
    }
  }
  j[0] = here;
  const double j0 = std::sin(x) / x;
  const double j1 = x < 1e-3 ? x / 3.0 : (j0 - std::cos(x)) / x;
  const double scale = std::abs(j0) > std::abs(j1) ? j0 / here : j1 / first;
  for (double& value : j) value *= scale;
  return j;
}

double truncation_error(std::size_t order, double x) {
  const std::size_t enough = order + 20 + static_cast<std::size_t>(2.0 * x);
  const std::vector<double> j = spherical_bessel(enough, x);
  double rest = 0.0;
  for (std::size_t n = enough; n > order; --n)
    rest += (2.0 * static_cast<double>(n) + 1.0) * j[n] * j[n];
  return std::sqrt(rest);
}

double near_field_factor(std::size_t degree, std::size_t term) {
  if (term > degree) return 0.0;
  double factor = 1.0;
  for (std::size_t i = degree - term + 1; i <= degree + term; ++i) factor *= static_cast<double>(i);
  for (std::size_t i = 2; i <= term; ++i) factor /= static_cast<double>(i);
  return factor;
}

double near_field_error(std::size_t terms, double wave_number, double radius_m, double distance_m) {
  const double power = static_cast<double>(terms);
  const double curvature = wave_number * radius_m * radius_m / (2.0 * distance_m);
  return std::pow(curvature, power) / std::tgamma(power + 1.0) +
         std::pow(radius_m / distance_m, power);
}

}  // namespace room
