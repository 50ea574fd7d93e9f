#include "align/alignment_search.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/errors.h"
#include "core/quantile.h"

namespace align {

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

std::size_t scan_offsets(const AlignmentOptions& options, double step_s,
                         const std::function<double(double)>& agreement, Alignment& result) {
  const auto steps = static_cast<int>(std::ceil(options.max_offset_s / step_s));
  for (int k = -steps; k <= steps; ++k) {
    result.curve_offset_s.push_back(options.guess_offset_s + step_s * k);
    result.curve_agreement.push_back(agreement(result.curve_offset_s.back()));
  }
  result.ordinary_agreement = core::median(result.curve_agreement);
  const auto top = std::ranges::max_element(result.curve_agreement);
  if (*top <= 0.0) {
    throw core::InputError(
        "time alignment: no interval is covered by the orientation at any offset tried");
  }
  return static_cast<std::size_t>(top - result.curve_agreement.begin());
}

bool is_flat(const Alignment& result, std::size_t best, double min_rise,
             double max_standard_error_s) {
  const bool at_edge = best == 0 || best + 1 == result.curve_offset_s.size();
  const double rise = result.agreement - result.ordinary_agreement;
  return at_edge || !(result.standard_error_s <= max_standard_error_s) ||
         rise < min_rise * (1.0 - result.ordinary_agreement);
}

}  // namespace align
