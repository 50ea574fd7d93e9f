#include "doa/metrics.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/errors.h"
#include "core/random.h"
#include "core/units.h"
#include "so3/rotation.h"

namespace doa {
namespace {

constexpr double kNotANumber = std::numeric_limits<double>::quiet_NaN();

/// A session's share of the mean: the sum of its windows' errors, and their number.
struct SessionSum {
  double error_deg = 0.0;
  double windows = 0.0;
};

double share_within(std::span<const double> sorted, double limit_deg) {
  const auto after = std::upper_bound(sorted.begin(), sorted.end(), limit_deg);
  return static_cast<double>(after - sorted.begin()) / static_cast<double>(sorted.size());
}

/// Confidence interval of the mean by kBootstrapResamples resamples. Each resample draws as many
/// sessions as there are, with replacement.
void bootstrap_interval(std::span<const SessionSum> sums, std::uint64_t seed, ErrorStats& stats) {
  stats.ci95_deg = stats.ci_low_deg = stats.ci_high_deg = kNotANumber;
  if (sums.size() < 2) return;
  std::vector<double> means(kBootstrapResamples);
  for (std::size_t resample = 0; resample < means.size(); ++resample) {
    core::RandomStream random(seed, core::Purpose::kBootstrap,
                              static_cast<std::uint32_t>(resample));
    SessionSum drawn;
    for (std::size_t i = 0; i < sums.size(); ++i) {
      const SessionSum& session = sums[random.index(sums.size())];
      drawn.error_deg += session.error_deg;
      drawn.windows += session.windows;
    }
    means[resample] = drawn.error_deg / drawn.windows;
  }
  std::sort(means.begin(), means.end());
  stats.ci_low_deg = quantile_sorted(means, 0.025);
  stats.ci_high_deg = quantile_sorted(means, 0.975);
  stats.ci95_deg = 0.5 * (stats.ci_high_deg - stats.ci_low_deg);
}

}  // namespace

double angular_error_deg(const Eigen::Vector3d& estimated, const Eigen::Vector3d& truth) {
  return core::radians_to_degrees(so3::angle_between(estimated, truth));
}

double quantile_sorted(std::span<const double> sorted, double p) {
  if (sorted.empty()) return kNotANumber;
  const double position = p * static_cast<double>(sorted.size() - 1);
  const std::size_t below = std::min(static_cast<std::size_t>(position), sorted.size() - 1);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  const double t = position - static_cast<double>(below);
  return (1.0 - t) * sorted[below] + t * sorted[above];
}

ErrorStats summarize(std::span<const SessionErrors> sessions, std::uint64_t seed) {
  ErrorStats stats;
  std::vector<double> all;
  std::vector<SessionSum> sums;
  for (std::size_t s = 0; s < sessions.size(); ++s) {
    stats.empty += sessions[s].empty;
    SessionSum sum;
    for (const double error_deg : sessions[s].error_deg) {
      if (!(error_deg >= 0.0 && error_deg <= kLargestErrorDeg)) {
        throw core::InputError(
            fmt::format("errors: expected [0, {}] degrees, found {} in session {}",
                        kLargestErrorDeg, error_deg, s));
      }
      sum.error_deg += error_deg;
      sum.windows += 1.0;
      all.push_back(error_deg);
    }
    if (sum.windows > 0.0) sums.push_back(sum);
  }
  stats.n = all.size();
  stats.sessions = sums.size();
  bootstrap_interval(sums, seed, stats);
  std::sort(all.begin(), all.end());
  stats.median_deg = quantile_sorted(all, 0.5);
  stats.p90_deg = quantile_sorted(all, 0.9);
  double total = 0.0;
  for (const SessionSum& sum : sums) total += sum.error_deg;
  stats.mean_deg = all.empty() ? kNotANumber : total / static_cast<double>(all.size());
  stats.within_5 = all.empty() ? kNotANumber : share_within(all, 5.0);
  stats.within_10 = all.empty() ? kNotANumber : share_within(all, 10.0);
  return stats;
}

void ErrorHistogram::add(double error_deg) {
  const double decades = std::log10(std::max(error_deg, kLowestDeg) / kLowestDeg);
  const std::size_t bin = static_cast<std::size_t>(decades * static_cast<double>(kPerDecade));
  ++counts_[std::min(bin, kBins - 1)];
  ++total_;
}

void ErrorHistogram::add(std::span<const SessionErrors> sessions) {
  for (const SessionErrors& session : sessions) {
    for (const double error_deg : session.error_deg) add(error_deg);
  }
}

double ErrorHistogram::edge_deg(std::size_t i) {
  return kLowestDeg * std::pow(10.0, static_cast<double>(i) / static_cast<double>(kPerDecade));
}

}  // namespace doa
