/// Quantiles of a list.
#pragma once

#include <utility>
#include <vector>

namespace core {

/// The element that a share of the elements lie below: element floor(share n) of the n sorted
/// values (the last one for a share of 1). It never interpolates.
/// @param share  in [0, 1]
/// @return       0 for an empty list
double quantile(std::vector<double> values, double share);

/// The median; of an even number of values the higher one of the middle two.
inline double median(std::vector<double> values) { return quantile(std::move(values), 0.5); }

}  // namespace core
