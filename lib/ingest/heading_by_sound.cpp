#include "ingest/heading_by_sound.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/errors.h"
#include "core/quantile.h"
#include "core/units.h"
#include "so3/rotation.h"

namespace ingest {
namespace {

/// Time between moments of the estimate.
constexpr double kDriftStepS = 0.1;
constexpr std::size_t kLeastDirections = 20;
/// Near the vertical, the azimuth of a direction says nothing about the heading.
constexpr double kHighestElevationRad = 75.0 / 180.0 * std::numbers::pi;
/// Difference of elevations that is always allowed.
constexpr double kElevationRad = 10.0 / 180.0 * std::numbers::pi;
/// Median absolute deviations of the elevation that are allowed: four standard deviations.
constexpr double kElevationDeviations = 6.0;
/// What is not one source that stands still.
constexpr double kLeastAgreement = 0.45;
constexpr double kLargestErrorDeg = 20.0;
constexpr double kLeastSecondsAReset = 8.0;

/// No array turns faster, rad/s: a faster step of a log is a reset of its filter, and no turn.
constexpr double kFastestTurn = 35.0;
/// Smaller steps are no resets, rad.
constexpr double kLeastJump = 0.1;

/// Whether a track steps from sample i - 1 to sample i by more than it can turn.
bool jumps(const so3::Track& track, std::size_t i) {
  const double step_s = track.time_s()[i] - track.time_s()[i - 1];
  return so3::angle_between(track.quaternion()[i], track.quaternion()[i - 1]) >
         std::max(kFastestTurn * step_s, kLeastJump);
}

/// Times of the samples that follow such steps.
std::vector<double> jump_times(const so3::Track& track) {
  std::vector<double> times;
  for (std::size_t i = 1; i < track.size(); ++i) {
    if (jumps(track, i)) times.push_back(track.time_s()[i]);
  }
  return times;
}

/// By how much a track has turned about the vertical until each of its samples.
std::vector<double> turned_of(const so3::Track& track) {
  const auto q = track.quaternion();
  std::vector<double> turned{0.0};
  for (std::size_t i = 1; i < q.size(); ++i) {
    const double turn = jumps(track, i) ? 0.0 : so3::log(q[i] * q[i - 1].conjugate()).z();
    turned.push_back(turned.back() + turn);
  }
  return turned;
}

double interpolated(std::span<const double> x, std::span<const double> y, double at) {
  const auto after = static_cast<std::size_t>(std::upper_bound(x.begin(), x.end(), at) - x.begin());
  if (after == 0) return y.front();
  if (after == x.size()) return y.back();
  const double share = (at - x[after - 1]) / (x[after] - x[after - 1]);
  return y[after - 1] + share * (y[after] - y[after - 1]);
}

/// Elevation error of each direction: against the truth, or against the median.
std::vector<double> elevation_errors(std::span<const SoundDirection> directions) {
  std::vector<double> unknown;
  for (const SoundDirection& one : directions) {
    if (!one.truth_world) unknown.push_back(so3::elevation_rad(one.direction_world));
  }
  const double median = core::median(unknown);
  std::vector<double> errors;
  for (const SoundDirection& one : directions) {
    errors.push_back(std::abs(so3::elevation_rad(one.direction_world) -
                              (one.truth_world ? so3::elevation_rad(*one.truth_world) : median)));
  }
  return errors;
}

}  // namespace

HeadingBySound::HeadingBySound(const OrientationLog& log, const imu::ClockMap& clock,
                               std::span<const SoundDirection> directions) {
  for (const so3::Track& track : log.tracks) add_track(track);
  add_directions(log, clock, directions);
  std::ranges::sort(samples_, {}, &align::HeadingSample::time_s);
  // The smoother needs no two moments at one time.
  std::vector<align::HeadingSample> apart;
  for (const align::HeadingSample& sample : samples_) {
    if (!apart.empty() && sample.time_s - apart.back().time_s < 1e-6) {
      if (sample.observed) apart.back() = sample;
    } else {
      apart.push_back(sample);
    }
  }
  samples_ = std::move(apart);
  std::vector<double> jump_s;
  for (const so3::Track& track : log.tracks) {
    for (const double time_s : jump_times(track)) jump_s.push_back(time_s);
  }
  for (std::size_t i = 0; i + 1 < samples_.size(); ++i) {
    const auto after = std::ranges::upper_bound(jump_s, samples_[i].time_s);
    samples_[i].jump = after != jump_s.end() && *after <= samples_[i + 1].time_s;
    samples_[i].broken = log.track_at(samples_[i].time_s) != log.track_at(samples_[i + 1].time_s);
  }
  drift_ = align::estimate_heading_drift(samples_);
  if (!directions.front().truth_world) offset_rad_ = -drift_.correction_rad.front();
  judge(log, clock);
}

void HeadingBySound::add_track(const so3::Track& track) {
  const std::vector<double> turned = turned_of(track);
  const double first_s = track.time_s().front();
  const double length_s = track.time_s().back() - first_s;
  const auto steps = static_cast<std::size_t>(std::max(1.0, std::round(length_s / kDriftStepS)));
  for (std::size_t i = 0; i <= steps; ++i) {
    align::HeadingSample sample;
    sample.time_s = i == steps
                        ? track.time_s().back()
                        : first_s + length_s * static_cast<double>(i) / static_cast<double>(steps);
    sample.heading_rad = align::heading_of(track.at(sample.time_s));
    sample.turned_rad = interpolated(track.time_s(), turned, sample.time_s);
    samples_.push_back(sample);
  }
}

void HeadingBySound::add_directions(const OrientationLog& log, const imu::ClockMap& clock,
                                    std::span<const SoundDirection> directions) {
  const std::vector<double> errors = elevation_errors(directions);
  const double tolerance = std::max(kElevationRad, kElevationDeviations * core::median(errors));
  std::vector<std::vector<double>> turned;
  std::vector<std::vector<double>> jump_s;
  for (const so3::Track& track : log.tracks) {
    turned.push_back(turned_of(track));
    jump_s.push_back(jump_times(track));
  }
  for (std::size_t i = 0; i < directions.size(); ++i) {
    const Eigen::Vector3d& found = directions[i].direction_world;
    const double elevation = so3::elevation_rad(found);
    if (errors[i] > tolerance || std::abs(elevation) > kHighestElevationRad) continue;
    align::HeadingSample sample;
    sample.time_s = clock.to_log(directions[i].time_s);
    const so3::Track* track = log.track_at(sample.time_s);
    if (track == nullptr) continue;
    const auto number = static_cast<std::size_t>(track - log.tracks.data());
    // A window across a jump holds two directions.
    const double half_s = 0.5 * directions[i].window_s;
    const auto jump = std::ranges::lower_bound(jump_s[number], sample.time_s - half_s);
    if (jump != jump_s[number].end() && *jump <= sample.time_s + half_s) continue;
    sample.heading_rad = align::heading_of(track->at(sample.time_s));
    sample.turned_rad = interpolated(track->time_s(), turned[number], sample.time_s);
    sample.observed = true;
    const double truth =
        directions[i].truth_world ? so3::azimuth_rad(*directions[i].truth_world) : 0.0;
    sample.correction_rad = truth - so3::azimuth_rad(found);
    sample.sd = 1.0 / std::cos(elevation);
    samples_.push_back(sample);
    ++facts_.directions;
  }
  if (facts_.directions < kLeastDirections) {
    throw core::InputError(fmt::format(
        "the heading needs at least {} directions of sound from one source that is not above or "
        "below the array, found {}",
        kLeastDirections, facts_.directions));
  }
}

void HeadingBySound::judge(const OrientationLog& log, const imu::ClockMap& clock) {
  for (const align::HeadingReset& reset : drift_.reset) {
    const so3::Track& track = *log.track_at(samples_[reset.after].time_s);
    double largest = -1.0;
    double at_s = samples_[reset.after + 1].time_s;
    for (std::size_t i = 1; i < track.size(); ++i) {
      const double time_s = track.time_s()[i];
      if (time_s <= samples_[reset.after].time_s ||
          track.time_s()[i - 1] >= samples_[reset.after + 1].time_s)
        continue;
      const double turn = so3::angle_between(track.quaternion()[i], track.quaternion()[i - 1]);
      if (turn <= largest) continue;
      largest = turn;
      at_s = time_s;
    }
    reset_s_.push_back(at_s);
    facts_.reset.push_back({clock.to_recording(at_s), core::radians_to_degrees(reset.size_rad)});
  }
  facts_.agreement = drift_.agreement;
  facts_.direction_error_deg = core::radians_to_degrees(drift_.observation_sd_rad);
  facts_.leak_per_s = drift_.leak_per_s;
  facts_.leak_sd_per_s = drift_.leak_sd_per_s;
  facts_.scale = drift_.scale;
  facts_.scale_sd = drift_.scale_sd;
  double low = drift_.correction_rad.front();
  double high = low;
  double squares = 0.0;
  std::size_t next = 0;
  for (std::size_t i = 0; i < samples_.size(); ++i) {
    low = std::min(low, drift_.correction_rad[i]);
    high = std::max(high, drift_.correction_rad[i]);
    facts_.drift_deg = std::max(facts_.drift_deg, core::radians_to_degrees(high - low));
    squares += drift_.correction_sd_rad[i] * drift_.correction_sd_rad[i];
    const bool reset = next < drift_.reset.size() && drift_.reset[next].after == i;
    if (i + 1 == samples_.size() || (!reset && !samples_[i].broken)) continue;
    if (reset) ++next;
    low = high = drift_.correction_rad[i + 1];
  }
  facts_.correction_sd_deg =
      core::radians_to_degrees(std::sqrt(squares / static_cast<double>(samples_.size())));
  const double seconds = samples_.back().time_s - samples_.front().time_s;
  facts_.still = facts_.agreement >= kLeastAgreement &&
                 facts_.direction_error_deg <= kLargestErrorDeg &&
                 static_cast<double>(facts_.reset.size()) <= seconds / kLeastSecondsAReset;
}

double HeadingBySound::correction_at(double log_s, std::size_t& step) const {
  while (step + 2 < samples_.size() && samples_[step + 1].time_s <= log_s) ++step;
  const double before = drift_.correction_rad[step];
  const double after = drift_.correction_rad[step + 1];
  for (std::size_t k = 0; k < reset_s_.size(); ++k) {
    if (drift_.reset[k].after == step) return log_s < reset_s_[k] ? before : after;
  }
  if (samples_[step].broken) return log_s < samples_[step + 1].time_s ? before : after;
  const double share =
      (log_s - samples_[step].time_s) / (samples_[step + 1].time_s - samples_[step].time_s);
  return before + std::clamp(share, 0.0, 1.0) * (after - before);
}

void HeadingBySound::correct(OrientationLog& log) const {
  std::size_t step = 0;
  for (so3::Track& track : log.tracks) {
    std::vector<Eigen::Quaterniond> q;
    for (std::size_t i = 0; i < track.size(); ++i) {
      const double psi = correction_at(track.time_s()[i], step) + offset_rad_;
      q.push_back(so3::exp({0.0, 0.0, psi}) * track.quaternion()[i]);
    }
    track = so3::Track({track.time_s().begin(), track.time_s().end()}, std::move(q));
  }
}

}  // namespace ingest
