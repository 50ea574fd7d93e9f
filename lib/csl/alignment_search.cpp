#include "csl/alignment_search.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/errors.h"

namespace csl {

double golden_maximum(const std::function<double(double)>& f, double low, double high,
                      double tolerance) {
  const double ratio = 0.5 * (std::sqrt(5.0) - 1.0);
  double a = high - ratio * (high - low);
  double b = low + ratio * (high - low);
  double fa = f(a);
  double fb = f(b);
  while (high - low > tolerance) {
    if (fa > fb) {
      high = b;
      b = a;
      fb = fa;
      a = high - ratio * (high - low);
      fa = f(a);
    } else {
      low = a;
      a = b;
      fa = fb;
      b = low + ratio * (high - low);
      fb = f(b);
    }
  }
  return 0.5 * (low + high);
}

double jack_knife(const std::array<double, kJackKnifeBlocks>& left_out) {
  const double blocks = kJackKnifeBlocks;
  const double mean = std::accumulate(left_out.begin(), left_out.end(), 0.0) / blocks;
  double squares = 0.0;
  for (const double value : left_out) squares += (value - mean) * (value - mean);
  return std::sqrt(squares * (blocks - 1.0) / blocks);
}

std::size_t highest_covered(std::span<const double> agreement) {
  const auto top = std::ranges::max_element(agreement);
  if (*top <= 0.0) {
    throw core::InputError(
        "time alignment: no interval is covered by the orientation at any offset tried");
  }
  return static_cast<std::size_t>(top - agreement.begin());
}

}  // namespace csl
