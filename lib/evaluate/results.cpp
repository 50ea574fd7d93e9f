#include "evaluate/results.h"

#include <algorithm>
#include <cmath>

namespace evaluate {

std::size_t reference_window(std::span<const doa::WindowLength> windows) {
  const auto distance = [](const doa::WindowLength& window) {
    return window.full() ? 1e9 : std::abs(std::log(*window.seconds / 0.2));
  };
  const auto nearest =
      std::min_element(windows.begin(), windows.end(),
                       [&](const auto& a, const auto& b) { return distance(a) < distance(b); });
  return static_cast<std::size_t>(nearest - windows.begin());
}

}  // namespace evaluate
