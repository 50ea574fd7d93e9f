#include "core/quantile.h"

#include <algorithm>
#include <cstddef>

namespace core {

double quantile(std::vector<double> values, double share) {
  if (values.empty()) return 0.0;
  const auto below = static_cast<std::size_t>(share * static_cast<double>(values.size()));
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(std::min(below, values.size() - 1));
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

}  // namespace core
