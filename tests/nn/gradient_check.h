/// Compares a derivative written by hand with central differences, in double.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <span>

namespace gradient_check {

/// A central difference with step h errs by about h^2 f'''/6 from the cut series and eps |f| / h
/// from rounding; with h = 1e-5 and values of order one that is 1e-10 and 1e-11. 1e-6 (relative
/// above one, absolute below) leaves room for third derivatives of some thousands and is still far
/// from any real mistake.
inline constexpr double kStep = 1e-5;
inline constexpr double kTolerance = 1e-6;

struct Result {
  double worst = 0.0;  ///< largest |numeric - analytic| / max(1, |numeric|)
  std::size_t worst_index = 0;
  bool passed() const { return worst < kTolerance; }
};

/// @param loss      evaluates the loss at the present values of `variables`
/// @param gradient  d loss / d variables, to be checked; every entry is
inline Result check(std::span<double> variables, std::span<const double> gradient,
                    const std::function<double()>& loss) {
  Result result;
  for (std::size_t i = 0; i < variables.size(); ++i) {
    const double kept = variables[i];
    variables[i] = kept + kStep;
    const double above = loss();
    variables[i] = kept - kStep;
    const double below = loss();
    variables[i] = kept;
    const double numeric = (above - below) / (2.0 * kStep);
    const double error = std::abs(numeric - gradient[i]) / std::max(1.0, std::abs(numeric));
    if (!(error <= result.worst)) {  // also true for NaN
      result.worst = std::isnan(error) ? HUGE_VAL : error;
      result.worst_index = i;
    }
  }
  return result;
}

}  // namespace gradient_check
