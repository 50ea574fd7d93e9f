/// Statistics of angular errors over windows and sessions.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace doa {

/// Angle between two directions of any non-zero length, degrees, in [0, 180].
/// Source: C-SL paper, section 3.2; computed with atan2, since the arc cosine loses half the digits
/// of small errors
double angular_error_deg(const Eigen::Vector3d& estimated, const Eigen::Vector3d& truth);

/// Errors of one session's windows. The windows overlap, so the sessions are the independent units.
struct SessionErrors {
  std::vector<double> error_deg;  ///< of each window that has an estimate
  std::size_t empty = 0;          ///< windows without a bin: they have no estimate and no error
};

/// Statistics of a set of sessions. A field is NaN if it does not exist (no windows; ci95 of one
/// session).
struct ErrorStats {
  double mean_deg = 0.0;  ///< over all windows, as in the paper's tables
  /// Half width of the 95 % confidence interval of the mean, by bootstrap over sessions.
  double ci95_deg = 0.0;
  double ci_low_deg = 0.0;   ///< 2.5 percentile of the resampled means
  double ci_high_deg = 0.0;  ///< 97.5 percentile of the resampled means
  double median_deg = 0.0;
  double p90_deg = 0.0;      ///< 90 percentile
  double within_5 = 0.0;     ///< share of windows with an error of at most 5 degrees, [0, 1]
  double within_10 = 0.0;    ///< the same for 10 degrees
  std::size_t n = 0;         ///< windows with an estimate
  std::size_t sessions = 0;  ///< sessions with at least one such window
  std::size_t empty = 0;     ///< windows without a bin, not counted in the other fields
};

inline constexpr std::size_t kBootstrapResamples = 2000;

/// Largest error that summarize() accepts: a Chamfer distance is the sum of two angles.
inline constexpr double kLargestErrorDeg = 360.0;

/// Statistics over sessions; the same input gives the same bits (stream core::Purpose::kBootstrap).
/// @param seed  seed of the bootstrap
/// @throws core::InputError  if an error is not in [0, kLargestErrorDeg]
ErrorStats summarize(std::span<const SessionErrors> sessions, std::uint64_t seed = 0);

/// The p-quantile of sorted values by linear interpolation between order statistics; p in [0, 1].
double quantile_sorted(std::span<const double> sorted, double p);

/// Errors counted in bins of equal width on a logarithmic scale, for a histogram or a cumulative
/// distribution.
class ErrorHistogram {
 public:
  static constexpr double kLowestDeg = 0.01;  ///< smaller errors fall in the first bin
  static constexpr std::size_t kPerDecade = 20;
  /// Up to 10^2.3 = 199.5 degrees, above the largest angle.
  static constexpr std::size_t kBins = 86;

  void add(double error_deg);
  void add(std::span<const SessionErrors> sessions);
  std::span<const std::size_t> counts() const { return counts_; }
  std::size_t total() const { return total_; }
  /// Lower edge of bin i, degrees; edge_deg(kBins) is the last upper edge.
  static double edge_deg(std::size_t i);

 private:
  std::vector<std::size_t> counts_ = std::vector<std::size_t>(kBins, 0);
  std::size_t total_ = 0;
};

}  // namespace doa
