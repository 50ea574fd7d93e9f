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

/// Distance of a time from the interval of a row, s; 0 inside.
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

std::vector<TrueSource> true_sources(const session::Info& info, double from_s, double to_s,
                                     double time_s) {
  std::map<std::size_t, const session::SourceTruth*> nearest;
  for (const session::SourceTruth& row : info.sources) {
    if (row.end_s < from_s || row.start_s > to_s) continue;
    const session::SourceTruth*& best = nearest[row.source];
    if (best == nullptr || distance_s(row, time_s) < distance_s(*best, time_s)) best = &row;
  }
  std::vector<TrueSource> sources;
  for (const auto& [number, row] : nearest) {
    sources.push_back({number, row->direction_at(std::clamp(time_s, row->start_s, row->end_s))});
  }
  return sources;
}

std::vector<TrueSource> true_sources(const session::Info& info, const session::Estimate& estimate,
                                     const doa::WindowLength& window) {
  const double time_s = estimate.time_s;
  if (source_count(info) <= 1) return true_sources(info, time_s, time_s, time_s);
  if (window.full()) return true_sources(info, 0.0, info.duration_s, time_s);
  const double half_s = 0.5 * *window.seconds;
  return true_sources(info, time_s - half_s, time_s + half_s, time_s);
}

std::vector<Eigen::Vector3d> directions_of(const std::vector<TrueSource>& sources) {
  std::vector<Eigen::Vector3d> directions;
  for (const TrueSource& source : sources) directions.push_back(source.direction_world);
  return directions;
}

std::vector<Eigen::Vector3d> true_directions(const session::Info& info, double from_s, double to_s,
                                             double time_s) {
  return directions_of(true_sources(info, from_s, to_s, time_s));
}

std::vector<Eigen::Vector3d> true_directions(const session::Info& info,
                                             const session::Estimate& estimate,
                                             const doa::WindowLength& window) {
  return directions_of(true_sources(info, estimate, window));
}

std::vector<Eigen::Vector3d> sounding_directions(const std::vector<TrueSource>& sources,
                                                 const Activity& activity,
                                                 const session::Estimate& estimate,
                                                 const doa::WindowLength& window,
                                                 doa::WindowPlace place) {
  double from_s = -HUGE_VAL, to_s = HUGE_VAL;
  if (!window.full()) {
    const bool causal = place == doa::WindowPlace::kCausal;
    to_s = estimate.time_s + (causal ? 0.0 : 0.5 * *window.seconds);
    from_s = to_s - *window.seconds;
  }
  std::vector<TrueSource> sounding;
  for (const TrueSource& source : sources) {
    if (activity.sounds(source.source, from_s, to_s)) sounding.push_back(source);
  }
  return directions_of(sounding);
}

std::string session_caption(const session::Info& info) {
  std::string caption = "Session " + info.id;
  if (!info.recording.empty()) caption += " of " + info.recording;
  if (info.t60_s == 0.0) return caption + ", anechoic";
  if (!std::isnan(info.t60_s)) caption += fmt::format(", T60 {:g} s", info.t60_s);
  return caption;
}

std::string session_key(const session::Info& info) {
  std::string key = fmt::format("{} {:.6f} {:.4f}", info.id, info.duration_s, info.t60_s);
  if (!info.recording.empty()) {
    key += fmt::format(" {} {:.6f}", info.recording, info.recording_start_s);
  }
  for (const session::SourceTruth& row : info.sources) {
    const Eigen::Vector3d& d = row.direction_world;
    key += fmt::format(" {} {:.6f} {:.6f} {:.6f}", row.speech_file, d.x(), d.y(), d.z());
  }
  return key;
}

}  // namespace evaluate
