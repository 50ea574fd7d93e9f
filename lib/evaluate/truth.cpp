#include "evaluate/truth.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "session/estimate.h"
#include "session/session.h"

namespace evaluate {
namespace {

/// How far a time lies outside a row's span, s; 0 inside.
double distance_s(const session::SourceTruth& row, double time_s) {
  return std::max({0.0, row.start_s - time_s, time_s - row.end_s});
}

}  // namespace

std::optional<double> rounded_t60(double t60_s) {
  if (std::isnan(t60_s)) return std::nullopt;
  return std::round(t60_s * 1000.0) / 1000.0;
}

std::size_t source_count(const session::Info& info) {
  std::set<std::size_t> numbers;
  for (const session::SourceTruth& row : info.sources) numbers.insert(row.source);
  return numbers.size();
}

std::vector<Eigen::Vector3d> true_directions(const session::Info& info, double from_s, double to_s,
                                             double time_s) {
  std::map<std::size_t, const session::SourceTruth*> nearest;
  for (const session::SourceTruth& row : info.sources) {
    if (row.end_s < from_s || row.start_s > to_s) continue;
    const session::SourceTruth*& best = nearest[row.source];
    if (best == nullptr || distance_s(row, time_s) < distance_s(*best, time_s)) best = &row;
  }
  std::vector<Eigen::Vector3d> directions;
  for (const auto& [number, row] : nearest)
    directions.push_back(row->direction_at(std::clamp(time_s, row->start_s, row->end_s)));
  return directions;
}

std::vector<Eigen::Vector3d> true_directions(const session::Info& info,
                                             const session::Estimate& estimate,
                                             const doa::WindowLength& window) {
  const double time_s = estimate.time_s;
  if (source_count(info) <= 1) return true_directions(info, time_s, time_s, time_s);
  if (window.full()) return true_directions(info, 0.0, info.duration_s, time_s);
  const double half_s = 0.5 * *window.seconds;
  return true_directions(info, time_s - half_s, time_s + half_s, time_s);
}

std::string session_key(const session::Info& info) {
  std::string key = fmt::format("{} {:.6f} {:.4f}", info.id, info.duration_s, info.t60_s);
  for (const session::SourceTruth& row : info.sources) {
    const Eigen::Vector3d& d = row.direction_world;
    key += fmt::format(" {} {:.6f} {:.6f} {:.6f}", row.speech_file, d.x(), d.y(), d.z());
  }
  return key;
}

}  // namespace evaluate
