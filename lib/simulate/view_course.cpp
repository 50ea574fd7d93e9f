#include "simulate/view_course.h"

#include <algorithm>
#include <limits>
#include <queue>
#include <utility>

#include "core/units.h"
#include "simulate/dry_source.h"
#include "so3/rotation.h"

namespace simulate {
namespace {

constexpr double kNear_rad = core::degrees_to_radians(kNearOrientations_deg);

/// The way between two orientations over others that are near each other, without its start. The
/// cost of a step is its angle squared, so that the way with the smallest cost has small steps
/// (Dijkstra 1959). Without such a way it is a jump to the end.
std::vector<std::size_t> way_between(std::span<const Eigen::Quaterniond> orientation,
                                     std::size_t from, std::size_t to) {
  const std::size_t count = orientation.size();
  std::vector<double> cost(count, std::numeric_limits<double>::infinity());
  std::vector<std::size_t> before(count, count);
  std::vector<bool> done(count, false);
  using Entry = std::pair<double, std::size_t>;
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> open;
  cost[from] = 0.0;
  open.emplace(0.0, from);
  while (!open.empty() && !done[to]) {
    const std::size_t at = open.top().second;
    open.pop();
    if (done[at]) continue;
    done[at] = true;
    for (std::size_t next = 0; next < count; ++next) {
      if (done[next]) continue;
      const double angle_rad = so3::angle_between(orientation[at], orientation[next]);
      if (angle_rad > kNear_rad || cost[at] + angle_rad * angle_rad >= cost[next]) continue;
      cost[next] = cost[at] + angle_rad * angle_rad;
      before[next] = at;
      open.emplace(cost[next], next);
    }
  }
  std::vector<std::size_t> way{to};
  if (!done[to]) return way;
  for (std::size_t at = before[to]; at != from; at = before[at]) way.push_back(at);
  std::reverse(way.begin(), way.end());
  return way;
}

/// The orientation track of a list of stays: constant during a stay, slerp between two.
so3::Track track_of(std::span<const Eigen::Quaterniond> orientation, std::span<const Stay> stays) {
  std::vector<double> time_s;
  std::vector<Eigen::Quaterniond> quaternion;
  for (const Stay& stay : stays) {
    time_s.push_back(stay.start_s);
    quaternion.push_back(orientation[stay.orientation]);
    if (!(stay.end_s > stay.start_s)) continue;
    time_s.push_back(stay.end_s);
    quaternion.push_back(orientation[stay.orientation]);
  }
  return {std::move(time_s), std::move(quaternion)};
}

}  // namespace

ViewCourse draw_course(std::span<const Eigen::Quaterniond> orientation, std::size_t start,
                       const core::ValueRange& dwell_s, double speed_rad_s, double duration_s,
                       core::RandomStream& random) {
  std::vector<Stay> stays{{start, 0.0, draw(random, dwell_s)}};
  while (orientation.size() > 1 && stays.back().end_s < duration_s) {
    const std::size_t from = stays.back().orientation;
    std::size_t to = static_cast<std::size_t>(random.index(orientation.size() - 1));
    if (to >= from) ++to;
    for (const std::size_t next : way_between(orientation, from, to)) {
      const double angle_rad =
          so3::angle_between(orientation[stays.back().orientation], orientation[next]);
      const bool turns = angle_rad <= kNear_rad && speed_rad_s > 0.0;
      const double start_s =
          stays.back().end_s + (turns ? std::max(angle_rad / speed_rad_s, 1e-4) : kSwitch_s);
      stays.push_back({next, start_s, start_s});
    }
    stays.back().end_s += draw(random, dwell_s);
  }
  if (orientation.size() == 1) stays.back().end_s = std::max(duration_s, 1e-3);
  so3::Track track = track_of(orientation, stays);
  return {std::move(stays), std::move(track)};
}

double weight_at(std::span<const Stay> stays, std::size_t stay, double time_s) {
  const Stay& here = stays[stay];
  if (time_s < here.start_s) {
    if (stay == 0) return 1.0;
    const double begin_s = stays[stay - 1].end_s;
    return std::max(0.0, (time_s - begin_s) / (here.start_s - begin_s));
  }
  if (time_s <= here.end_s) return 1.0;
  if (stay + 1 == stays.size()) return 1.0;
  const double next_s = stays[stay + 1].start_s;
  return std::max(0.0, (next_s - time_s) / (next_s - here.end_s));
}

}  // namespace simulate
