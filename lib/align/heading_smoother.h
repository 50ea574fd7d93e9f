/// Kalman filter and smoother of a heading's drift: the linear part of align/heading_drift.h.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <span>
#include <vector>

namespace align {

/// State of the drift: correction of the heading (rad), drift rate (rad/s), leak (1/s), scale (1).
using HeadingState = Eigen::Vector4d;

/// One moment of the smoother. Between two moments, the correction psi changes by
///   psi' - psi = step_s * rate + leak_s_rad * leak + turn_rad * scale + noise.
struct HeadingMoment {
  double step_s = 0.0;      ///< time to the next moment
  double leak_s_rad = 0.0;  ///< integral of the log's heading until the next moment, rad s
  double turn_rad = 0.0;    ///< turn of the log about the vertical until the next moment
  bool broken = false;      ///< the correction after this moment has nothing to do with that before
  bool observed = false;
  double correction_rad = 0.0;  ///< observed correction, continuous (unwrapped)
  double variance = 1.0;        ///< of the observation, rad^2
};

/// Random walks of the drift, and what is known before the first observation.
struct HeadingWalk {
  double angle_rad = 0.0;         ///< standard deviation of the correction after 1 s
  double rate_rad_s = 0.0;        ///< standard deviation of the drift rate after 1 s
  double leak_sd = 0.2;           ///< before the first observation, 1/s
  double scale_sd = 0.1;          ///< before the first observation
  double first_rate_rad_s = 0.1;  ///< standard deviation of the rate before the first observation
};

/// Result of the smoother. [moments] each.
struct SmoothedHeading {
  std::vector<HeadingState> state;
  std::vector<double> correction_variance;
  /// Likelihood ratio of a step of the correction between each moment and the next one: chi-squared
  /// with one degree of freedom where there is none (de Jong and Penzer, "Diagnosing shocks in time
  /// series", J. Am. Stat. Assoc. 93, 1998). 0 at the last moment.
  std::vector<double> step_ratio;
  Eigen::Matrix4d last_covariance;  ///< of the state at the last moment
  double log_likelihood = 0.0;      ///< of the observations but those after a break
};

/// Filters forward and smooths backward (de Jong, "Smoothing and interpolation with the state-space
/// model", J. Am. Stat. Assoc. 84, 1989).
SmoothedHeading smooth_heading(std::span<const HeadingMoment> moments, const HeadingWalk& walk);

/// The filter alone: moves each observation by full turns to within half a turn of what the filter
/// expects of it.
void unwrap_observations(const HeadingWalk& walk, std::span<HeadingMoment> moments);

}  // namespace align
