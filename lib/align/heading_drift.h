/// Drift of an orientation's heading, from the direction of a source that stands still.
#pragma once

#include <Eigen/Geometry>
#include <cstddef>
#include <span>
#include <vector>

namespace align {

/// A moment of a log, with the direction of the sound where it is known. Without a magnetometer,
/// only the rotation about the world's vertical drifts:
///   Rz(psi(t)) R_world_sensor(t) d_sensor(t) = s,
/// so that azimuth(s) - azimuth(R_world_sensor d_sensor) observes the correction psi of the heading.
struct HeadingSample {
  double time_s = 0.0;       ///< increasing
  double heading_rad = 0.0;  ///< of the log, see heading_of(); any full turns
  /// By how much the log has turned about the vertical since its start; steps that are no turns,
  /// such as a reset, do not count.
  double turned_rad = 0.0;
  bool broken = false;  ///< the log starts anew after this sample: psi may be any angle
  bool jump = false;    ///< the log steps after this sample by more than it can turn
  bool observed = false;
  double correction_rad = 0.0;  ///< azimuth of the source minus azimuth found, any full turns
  double sd = 1.0;  ///< relative standard deviation of the observation, such as 1 / cos(elevation)
};

struct HeadingOptions {
  /// Drift proportional to the log's heading: a filter that forgets.
  bool leak = true;
  /// Drift proportional to the log's turning: a scale error of the gyroscope.
  bool scale = true;
  /// Likelihood ratio of a reset; without one it is chi-squared with one degree of freedom.
  double reset_threshold = 40.0;
  /// Smallest reset. Errors of the directions can look like a smaller one.
  double least_reset_rad = 0.25;
};

/// A step of the heading.
struct HeadingReset {
  std::size_t after = 0;  ///< between this sample and the next one
  double size_rad = 0.0;  ///< of the correction, in [-pi, pi]
};

struct HeadingDrift {
  /// [samples]: psi, to be added to the log's heading; continuous between resets.
  std::vector<double> correction_rad;
  std::vector<double> correction_sd_rad;  ///< [samples]
  std::vector<double> rate_rad_s;         ///< [samples], drift that is no leak and no scale error
  std::vector<double>
      weight;  ///< [samples], in [0, 1]: agreement of an observation; 0 if not observed
  std::vector<HeadingReset> reset;
  double leak_per_s = 0.0;  ///< d psi / dt = leak * heading + scale * d heading / dt + rate
  double leak_sd_per_s = 0.0;
  double scale = 0.0;
  double scale_sd = 0.0;
  double observation_sd_rad = 0.0;  ///< of an observation with sd 1, robust
  double agreement = 0.0;           ///< mean weight of the observations
};

/// Estimates the drift. The correction and its rate are random walks, whose size is found by maximum
/// likelihood; leak and scale are constants. Observations have Student's distribution with four
/// degrees of freedom, so that outliers count little. A reset is a step that the smoother's residuals
/// show (step_ratio in align/heading_smoother.h); resets are added one by one, and each is placed
/// again when all are known.
/// @param samples  in the order of time; at least three are observed
/// @throws core::InputError  if fewer than three samples are observed
HeadingDrift estimate_heading_drift(std::span<const HeadingSample> samples,
                                    const HeadingOptions& options = {});

/// Heading of an orientation: angle of the rotation about the vertical that is nearest to it.
/// @return  2 atan2(z, w), in [-pi, pi]
double heading_of(const Eigen::Quaterniond& q_world_sensor);

}  // namespace align
