#include "doa/track_metrics.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <optional>

#include "core/errors.h"
#include "core/units.h"
#include "doa/assignment.h"
#include "doa/metrics.h"
#include "so3/rotation.h"

namespace doa {
namespace {

double ratio(double sum, double count) {
  return count > 0.0 ? sum / count : std::numeric_limits<double>::quiet_NaN();
}
double ratio(std::size_t sum, double count) { return ratio(static_cast<double>(sum), count); }

double mean(const std::vector<double>& values) {
  return ratio(std::accumulate(values.begin(), values.end(), 0.0),
               static_cast<double>(values.size()));
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return quantile_sorted(values, 0.5);
}

void append(std::vector<double>& values, const std::vector<double>& more) {
  values.insert(values.end(), more.begin(), more.end());
}

void check(std::span<const TrackStep> steps, double step_s, const TrackMetricOptions& options) {
  if (!(step_s > 0.0) || !(options.gate_deg > 0.0) || !(options.ospa_cutoff_deg > 0.0) ||
      !(options.ospa_order >= 1.0)) {
    throw core::UsageError(
        "track metrics: step, gate and cut-off must be positive, the order at least 1");
  }
  double last_s = -std::numeric_limits<double>::infinity();
  for (const TrackStep& step : steps) {
    if (!(step.time_s > last_s)) {
      throw core::InputError(fmt::format("track metrics: time must rise, found {} s", step.time_s));
    }
    last_s = step.time_s;
    for (const auto* set : {&step.truth, &step.tracks}) {
      for (const LabeledDirection& item : *set) {
        if (item.direction.isZero(0.0) || !item.direction.allFinite()) {
          throw core::InputError(fmt::format("track metrics: number {} has no direction at {} s",
                                             item.id, step.time_s));
        }
      }
    }
  }
}

/// [a, b] of angles, degrees.
Eigen::MatrixXd angles_deg(std::span<const LabeledDirection> a,
                           std::span<const LabeledDirection> b) {
  Eigen::MatrixXd angle(static_cast<Eigen::Index>(a.size()), static_cast<Eigen::Index>(b.size()));
  for (std::size_t i = 0; i < a.size(); ++i) {
    for (std::size_t j = 0; j < b.size(); ++j) {
      angle(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)) =
          angular_error_deg(a[i].direction, b[j].direction);
    }
  }
  return angle;
}

/// State of a source between steps.
struct SourceHistory {
  std::size_t last_step = 0;              ///< at which it was present
  bool heard = false;                     ///< it has sounded since it came
  double period_start_s = 0.0;            ///< of its first sound since it came
  bool found = false;                     ///< in this period
  bool followed = false;                  ///< when it sounded last
  std::optional<std::uint32_t> track_id;  ///< that followed it last
};

class Scorer {
 public:
  Scorer(double step_s, const TrackMetricOptions& options) : step_s_(step_s), options_(options) {}

  void add(const TrackStep& step) {
    const std::size_t number = ++scores_.steps;
    scores_.duration_s += step_s_;
    const std::vector<std::size_t> assigned = pair(step);
    std::vector<LabeledDirection> expected;  // sources that tracks have to follow, or do
    std::size_t paired = 0;
    for (std::size_t s = 0; s < step.truth.size(); ++s) {
      const LabeledDirection& truth = step.truth[s];
      const bool follows = assigned[s] != kUnassigned;
      paired += follows ? 1 : 0;
      if (truth.sounds || follows) expected.push_back(truth);
      SourceHistory& source = present(truth.id, number);
      if (!truth.sounds) continue;
      begin_period(step.time_s, source);
      if (follows) match(truth, step.tracks[assigned[s]], step.time_s, source);
      source.followed = follows;
      scores_.source_steps += 1;
      scores_.matched += follows ? 1 : 0;
      scores_.sounding_s += step_s_;
    }
    scores_.false_tracks += step.tracks.size() - paired;
    scores_.ospa_deg.push_back(
        ospa_deg(expected, step.tracks, options_.ospa_cutoff_deg, options_.ospa_order));
  }
  const TrackScores& scores() const { return scores_; }

 private:
  std::vector<std::size_t> pair(const TrackStep& step) const {
    Eigen::MatrixXd cost = angles_deg(step.truth, step.tracks);
    for (double& c : cost.reshaped()) {
      if (c > options_.gate_deg) c = kForbidden;
    }
    return assign(cost);
  }

  SourceHistory& present(std::uint32_t id, std::size_t step) {
    SourceHistory& source = sources_[id];
    if (source.last_step + 1 < step) source.heard = source.found = source.followed = false;
    source.last_step = step;
    return source;
  }

  void begin_period(double time_s, SourceHistory& source) {
    if (source.heard) return;
    source.heard = true;
    source.period_start_s = time_s;
    ++scores_.periods;
  }

  void match(const LabeledDirection& truth, const LabeledDirection& track, double time_s,
             SourceHistory& source) {
    scores_.azimuth_error_deg.push_back(
        std::abs(azimuth_difference_deg(track.direction, truth.direction)));
    scores_.elevation_error_deg.push_back(std::abs(core::radians_to_degrees(
        so3::elevation_rad(track.direction) - so3::elevation_rad(truth.direction))));
    scores_.angle_error_deg.push_back(angular_error_deg(track.direction, truth.direction));
    if (source.track_id && *source.track_id != track.id) ++scores_.swaps;
    if (source.found && !source.followed) ++scores_.broken;
    if (!source.found) {
      ++scores_.found_periods;
      scores_.latency_s.push_back(time_s - source.period_start_s);
    }
    source.found = true;
    source.track_id = track.id;
  }

  double step_s_;
  TrackMetricOptions options_;
  TrackScores scores_;
  std::map<std::uint32_t, SourceHistory> sources_;
};

}  // namespace

TrackScores& TrackScores::operator+=(const TrackScores& other) {
  steps += other.steps;
  source_steps += other.source_steps;
  matched += other.matched;
  false_tracks += other.false_tracks;
  swaps += other.swaps;
  broken += other.broken;
  periods += other.periods;
  found_periods += other.found_periods;
  duration_s += other.duration_s;
  sounding_s += other.sounding_s;
  append(latency_s, other.latency_s);
  append(azimuth_error_deg, other.azimuth_error_deg);
  append(elevation_error_deg, other.elevation_error_deg);
  append(angle_error_deg, other.angle_error_deg);
  append(ospa_deg, other.ospa_deg);
  return *this;
}

double TrackScores::detection() const { return ratio(matched, static_cast<double>(source_steps)); }
double TrackScores::missed() const { return 1.0 - detection(); }
double TrackScores::mean_false_tracks() const {
  return ratio(false_tracks, static_cast<double>(steps));
}
double TrackScores::swaps_per_s() const { return ratio(swaps, sounding_s); }
double TrackScores::broken_per_s() const { return ratio(broken, sounding_s); }
double TrackScores::mean_latency_s() const { return mean(latency_s); }
double TrackScores::mean_azimuth_error_deg() const { return mean(azimuth_error_deg); }
double TrackScores::mean_elevation_error_deg() const { return mean(elevation_error_deg); }
double TrackScores::mean_angle_error_deg() const { return mean(angle_error_deg); }
double TrackScores::mean_ospa_deg() const { return mean(ospa_deg); }

double TrackScores::median_latency_s() const { return median(latency_s); }
double TrackScores::median_azimuth_error_deg() const { return median(azimuth_error_deg); }
double TrackScores::median_elevation_error_deg() const { return median(elevation_error_deg); }
double TrackScores::median_angle_error_deg() const { return median(angle_error_deg); }
double TrackScores::median_ospa_deg() const { return median(ospa_deg); }

double azimuth_difference_deg(const Eigen::Vector3d& a, const Eigen::Vector3d& b) {
  const double difference = core::radians_to_degrees(so3::azimuth_rad(a) - so3::azimuth_rad(b));
  return difference - 360.0 * std::floor((difference + 180.0) / 360.0);
}

double ospa_deg(std::span<const LabeledDirection> a, std::span<const LabeledDirection> b,
                double cutoff_deg, double order) {
  const std::size_t larger = std::max(a.size(), b.size());
  const std::size_t smaller = std::min(a.size(), b.size());
  if (larger == 0) return 0.0;
  Eigen::MatrixXd cost = angles_deg(a, b);
  for (double& c : cost.reshaped()) c = std::pow(std::min(c, cutoff_deg), order);
  const std::vector<std::size_t> assigned = assign(cost);
  double total = std::pow(cutoff_deg, order) * static_cast<double>(larger - smaller);
  for (std::size_t i = 0; i < assigned.size(); ++i) {
    if (assigned[i] == kUnassigned) continue;
    total += cost(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(assigned[i]));
  }
  return std::pow(total / static_cast<double>(larger), 1.0 / order);
}

TrackScores score_tracks(std::span<const TrackStep> steps, double step_s,
                         const TrackMetricOptions& options) {
  check(steps, step_s, options);
  Scorer scorer(step_s, options);
  for (const TrackStep& step : steps) scorer.add(step);
  return scorer.scores();
}

}  // namespace doa
