#include "imu/clock.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/errors.h"
#include "core/quantile.h"

namespace imu {
namespace {

constexpr double kBlockS = 0.25;
constexpr double kApartS = 0.1;
constexpr double kDriftSpanS = 60.0;
constexpr std::size_t kMinTaps = 3;
constexpr double kMaxDrift = 3e-4;

/// Median over blocks of their largest values. Ordinary motion or speech reaches this level.
double ordinary_peak(std::span<const double> value, std::span<const double> time_s) {
  std::vector<double> peaks;
  double block_end = -1e300;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (time_s[i] >= block_end) {
      peaks.push_back(0.0);
      block_end = time_s[i] + kBlockS;
    }
    peaks.back() = std::max(peaks.back(), value[i]);
  }
  return core::median(std::move(peaks));
}

struct Pair {
  double log_s;
  double recording_s;
};

/// Pairs of a tap in the log and the nearest jump of the recording within the tolerance.
std::vector<Pair> pairs_at(std::span<const double> log_s, std::span<const double> recording_s,
                           const ClockMap& clock) {
  std::vector<Pair> pairs;
  for (const double t : log_s) {
    const double expected = clock.to_recording(t);
    const auto next = std::lower_bound(recording_s.begin(), recording_s.end(), expected);
    double nearest = 1e300;
    if (next != recording_s.end()) nearest = *next;
    if (next != recording_s.begin() && expected - *(next - 1) < std::abs(nearest - expected)) {
      nearest = *(next - 1);
    }
    if (std::abs(nearest - expected) <= kTapToleranceS) pairs.push_back({t, nearest});
  }
  return pairs;
}

/// The guess with an additional shift and drift. The shift holds at the log time about_s.
ClockMap shifted(const ClockMap& guess, double shift_s, double drift, double about_s) {
  return {guess.offset_s + shift_s - drift * about_s, guess.drift + drift};
}

struct Vote {
  double shift_s;
  double drift;
  std::size_t pairs;
};

/// The number of pairs at every shift, with the drift that has the most pairs.
std::vector<Vote> vote(std::span<const double> log_s, std::span<const double> recording_s,
                       const ClockMap& guess, double max_offset_s, double middle_s,
                       double half_span_s) {
  const double drift_step = 0.5 * kTapToleranceS / std::max(half_span_s, 1.0);
  const auto drift_steps = static_cast<int>(std::ceil(kMaxDrift / drift_step));
  std::vector<Vote> votes;
  for (double shift = -max_offset_s; shift <= max_offset_s; shift += 0.5 * kTapToleranceS) {
    Vote best{shift, 0.0, 0};
    for (int k = 0; k <= 2 * drift_steps; ++k) {
      // The order 0, 1, -1, 2, -2, ... prefers the smallest drift among equal votes.
      const double drift = drift_step * ((k + 1) / 2) * (k % 2 == 0 ? -1.0 : 1.0);
      const std::size_t pairs =
          pairs_at(log_s, recording_s, shifted(guess, shift, drift, middle_s)).size();
      if (pairs > best.pairs) best = {shift, drift, pairs};
    }
    votes.push_back(best);
  }
  return votes;
}

/// Least-squares fit of the offset and, if wanted, of the drift.
ClockMap fit(const std::vector<Pair>& pairs, const ClockMap& guess, bool with_drift) {
  const auto count = static_cast<double>(pairs.size());
  double mean_log = 0.0;
  double mean_rest = 0.0;  // mean residual of the guess
  for (const Pair& p : pairs) {
    mean_log += p.log_s / count;
    mean_rest += (p.recording_s - guess.to_recording(p.log_s)) / count;
  }
  double slope = 0.0;
  if (with_drift) {
    double above = 0.0;
    double below = 0.0;
    for (const Pair& p : pairs) {
      const double x = p.log_s - mean_log;
      above += x * (p.recording_s - guess.to_recording(p.log_s) - mean_rest);
      below += x * x;
    }
    slope = above / below;
  }
  return {guess.offset_s + mean_rest - slope * mean_log, guess.drift + slope};
}

}  // namespace

std::vector<double> find_jumps(std::span<const double> value, std::span<const double> time_s,
                               double threshold) {
  const double least = threshold * ordinary_peak(value, time_s);
  std::vector<double> jumps;
  double height = 0.0;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (!(value[i] > least) || value[i] <= 0.0) continue;
    if (jumps.empty() || time_s[i] - jumps.back() > kApartS) {
      jumps.push_back(time_s[i]);
      height = value[i];
    } else if (value[i] > height) {
      jumps.back() = time_s[i];
      height = value[i];
    }
  }
  return jumps;
}

TapMatch match_taps(std::span<const double> log_s, std::span<const double> recording_s,
                    const ClockMap& guess, double max_offset_s) {
  const double middle_s = log_s.empty() ? 0.0 : 0.5 * (log_s.front() + log_s.back());
  const double half_span_s = log_s.empty() ? 0.0 : 0.5 * (log_s.back() - log_s.front());
  const std::vector<Vote> votes =
      vote(log_s, recording_s, guess, max_offset_s, middle_s, half_span_s);
  // Among equal votes the choice is the middle one of the first run.
  const auto top = std::max_element(votes.begin(), votes.end(),
                                    [](const Vote& a, const Vote& b) { return a.pairs < b.pairs; });
  auto last = top;
  while (last + 1 != votes.end() && (last + 1)->pairs == top->pairs) ++last;
  const Vote& chosen = *(top + (last - top) / 2);
  TapMatch best;
  for (const Vote& other : votes) {
    if (std::abs(other.shift_s - chosen.shift_s) >= 0.02 + 2.0 * kTapToleranceS) {
      best.runner_up = std::max(best.runner_up, other.pairs);
    }
  }
  best.clock = shifted(guess, chosen.shift_s, chosen.drift, middle_s);
  std::vector<Pair> pairs = pairs_at(log_s, recording_s, best.clock);
  if (pairs.size() < kMinTaps || 2 * best.runner_up > pairs.size() + best.runner_up / 2) {
    throw core::InputError(
        fmt::format("synchronization taps: expected at least {} taps in both log and recording at "
                    "one offset within +-{} s; found {} ({} at another offset); tap the device "
                    "firmly five times at uneven intervals, at the start and at the end, or give "
                    "--time-offset",
                    kMinTaps, max_offset_s, pairs.size(), best.runner_up));
  }
  for (int round = 0; round < 3; ++round) {
    best.drift_known = pairs.back().log_s - pairs.front().log_s >= kDriftSpanS;
    best.clock = fit(pairs, best.clock, best.drift_known);
    const std::vector<Pair> again = pairs_at(log_s, recording_s, best.clock);
    if (again.size() >= pairs.size()) pairs = again;
  }
  double squares = 0.0;
  for (const Pair& p : pairs) {
    squares += std::pow(p.recording_s - best.clock.to_recording(p.log_s), 2.0);
  }
  best.matched = pairs.size();
  best.residual_s = std::sqrt(squares / static_cast<double>(pairs.size()));
  return best;
}

}  // namespace imu
