#include "so3/track.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/errors.h"
#include "so3/rotation.h"

namespace so3 {

Track::Track(std::vector<double> time_s, std::vector<Eigen::Quaterniond> quaternion)
    : time_s_(std::move(time_s)), quaternion_(std::move(quaternion)) {
  if (time_s_.empty() || time_s_.size() != quaternion_.size()) {
    throw core::InputError(
        fmt::format("orientation: expected one quaternion for each time, found {} quaternions and "
                    "{} times",
                    quaternion_.size(), time_s_.size()));
  }
  for (std::size_t i = 0; i < time_s_.size(); ++i) {
    if (!std::isfinite(time_s_[i]) || (i > 0 && time_s_[i] <= time_s_[i - 1])) {
      throw core::InputError(
          fmt::format("orientation: time must increase, found {} s at sample {}", time_s_[i], i));
    }
    const double length = quaternion_[i].norm();
    if (!(std::abs(length - 1.0) < 0.01)) {
      throw core::InputError(fmt::format(
          "orientation: expected unit quaternions, found length {} at sample {}", length, i));
    }
    // A normalized quaternion keeps its last bit, so that tracks come back from files unchanged.
    if (std::abs(length - 1.0) > 4.0 * std::numeric_limits<double>::epsilon()) {
      quaternion_[i].normalize();
    }
  }
  for (std::size_t i = 0; i + 1 < size(); ++i) {
    step_.push_back(log(quaternion_[i].conjugate() * quaternion_[i + 1]));
  }
}

Eigen::Quaterniond Track::at(double time_s) const {
  const auto after = std::upper_bound(time_s_.begin(), time_s_.end(), time_s);
  if (after == time_s_.begin()) return quaternion_.front();
  if (after == time_s_.end()) return quaternion_.back();
  const std::size_t left = static_cast<std::size_t>(after - time_s_.begin()) - 1;
  const double share = (time_s - time_s_[left]) / (time_s_[left + 1] - time_s_[left]);
  return quaternion_[left] * exp(share * step_[left]);
}

}  // namespace so3
