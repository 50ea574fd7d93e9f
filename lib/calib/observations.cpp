#include "calib/observations.h"

#include <algorithm>

namespace calib {

std::vector<double> frequency_knots(const Observations& data, double spacing_hz) {
  if (data.frequency.empty()) return {};
  const auto [low, high] = std::ranges::minmax_element(data.frequency);
  const double end_hz = data.bin_hz * *high + 0.5 * spacing_hz;
  std::vector<double> knots;
  for (double f = data.bin_hz * *low; f < end_hz; f += spacing_hz) knots.push_back(f);
  return knots;
}

}  // namespace calib
