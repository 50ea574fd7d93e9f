#include "stage/eval_truth.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace stage {
namespace {

/// How far a time lies outside a row's span, s; 0 inside.
double distance_s(const SourceTruth& row, double time_s) {
  return std::max({0.0, row.start_s - time_s, time_s - row.end_s});
}

}  // namespace

std::size_t source_count(const SessionInfo& info) {
  std::set<std::size_t> numbers;
  for (const SourceTruth& row : info.sources) numbers.insert(row.source);
  return numbers.size();
}

std::vector<Eigen::Vector3d> true_directions(const SessionInfo& info, double from_s, double to_s,
                                             double time_s) {
  std::map<std::size_t, const SourceTruth*> nearest;
  for (const SourceTruth& row : info.sources) {
    if (row.end_s < from_s || row.start_s > to_s) continue;
    const SourceTruth*& best = nearest[row.source];
    if (best == nullptr || distance_s(row, time_s) < distance_s(*best, time_s)) best = &row;
  }
  std::vector<Eigen::Vector3d> directions;
  for (const auto& [number, row] : nearest)
    directions.push_back(row->direction_at(std::clamp(time_s, row->start_s, row->end_s)));
  return directions;
}

std::vector<Eigen::Vector3d> true_directions(const SessionInfo& info, const Estimate& estimate,
                                             const doa::WindowLength& window) {
  const double time_s = estimate.time_s;
  if (source_count(info) <= 1) return true_directions(info, time_s, time_s, time_s);
  if (window.full()) return true_directions(info, 0.0, info.duration_s, time_s);
  const double half_s = 0.5 * *window.seconds;
  return true_directions(info, time_s - half_s, time_s + half_s, time_s);
}

std::string session_key(const SessionInfo& info) {
  std::string key = fmt::format("{} {:.6f} {:.4f}", info.id, info.duration_s, info.t60_s);
  for (const SourceTruth& row : info.sources) {
    const Eigen::Vector3d& d = row.direction_world;
    key += fmt::format(" {} {:.6f} {:.6f} {:.6f}", row.speech_file, d.x(), d.y(), d.z());
  }
  return key;
}

}  // namespace stage
