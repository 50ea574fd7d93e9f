#include "formats/label_track.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/units.h"
#include "doa/metrics.h"
#include "so3/rotation.h"

namespace formats {

bool LabelTrack::extend(double end_s, const LabelPoint& point, std::vector<Label>& kept) {
  for (std::size_t i = 0; i < open_.size(); ++i) {
    const LabelPoint& first = open_[i].first;
    const bool same = first.track == point.track &&
                      doa::angular_error_deg(first.direction, point.direction) <= step_deg_;
    if (!same) continue;
    kept.push_back(open_[i]);
    kept.back().end_s = end_s;
    open_.erase(open_.begin() + static_cast<std::ptrdiff_t>(i));
    return true;
  }
  return false;
}

void LabelTrack::add(double start_s, double end_s, const std::vector<LabelPoint>& points) {
  std::vector<Label> kept;
  for (const LabelPoint& point : points) {
    if (!extend(end_s, point, kept)) kept.push_back({start_s, end_s, point});
  }
  done_.insert(done_.end(), open_.begin(), open_.end());
  open_ = std::move(kept);
}

std::string LabelTrack::text() {
  done_.insert(done_.end(), open_.begin(), open_.end());
  open_.clear();
  std::stable_sort(done_.begin(), done_.end(),
                   [](const Label& a, const Label& b) { return a.start_s < b.start_s; });
  std::string text;
  for (const Label& label : done_) {
    const Eigen::Vector3d& d = label.first.direction;
    const std::string name =
        label.first.track == 0 ? "" : fmt::format("track {} ", label.first.track);
    text += fmt::format("{:.6f}\t{:.6f}\t{}azimuth {:.0f} elevation {:.0f}\n",
                        std::max(0.0, label.start_s + offset_s_), label.end_s + offset_s_, name,
                        core::radians_to_degrees(so3::azimuth_rad(d)),
                        core::radians_to_degrees(so3::elevation_rad(d)));
  }
  return text;
}

}  // namespace formats
