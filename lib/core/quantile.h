/// Quantiles of a list.
#pragma once

#include <utility>
#include <vector>

namespace core {

/// The value that `share` of the values lie below: an element of the list, never between two. 0 of
/// none. @param share  in [0, 1]
double quantile(std::vector<double> values, double share);

/// The middle one; of an even number the higher of the middle two.
inline double median(std::vector<double> values) { return quantile(std::move(values), 0.5); }

}  // namespace core
