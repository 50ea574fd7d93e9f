/// Measures of tracks against true sources: accuracy, completeness, continuity.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace doa {

/// A true source or an estimated track at one time.
struct LabeledDirection {
  std::uint32_t id = 0;                                  ///< unique within a session
  Eigen::Vector3d direction = Eigen::Vector3d::UnitX();  ///< any non-zero length
  /// Sources only. false: the source pauses. A track may follow it then, but none is missed.
  bool sounds = true;
};

/// One time step: the sources that are present and the tracks that are reported.
struct TrackStep {
  double time_s = 0.0;
  std::vector<LabeledDirection> truth;
  std::vector<LabeledDirection> tracks;
};

struct TrackMetricOptions {
  double gate_deg = 30.0;         ///< largest angle between a track and the source that it follows
  double ospa_cutoff_deg = 30.0;  ///< c of OSPA, degrees
  double ospa_order = 1.5;        ///< p of OSPA, >= 1
};

/// Counts and values of one session or of several; the functions below summarize them.
/// Source: Evers et al., The LOCATA Challenge, IEEE/ACM TASLP 28, 2020. LOCATA gates and assigns by
/// azimuth alone, since its arrays were mostly planar. Here the angle between directions is used,
/// so that sources at different elevations are distinguished.
struct TrackScores {
  std::size_t steps = 0;
  std::size_t source_steps = 0;  ///< sounding sources, counted at every step
  std::size_t matched = 0;       ///< sounding sources that a track follows, at every step
  std::size_t false_tracks = 0;  ///< tracks that follow no source, counted at every step
  std::size_t swaps = 0;         ///< times that another track begins to follow a source
  std::size_t broken = 0;        ///< times that a sounding source is lost and found again
  std::size_t periods = 0;  ///< times from a source's first sound until it is no longer present
  std::size_t found_periods = 0;  ///< periods in which a track follows the source at some step
  double duration_s = 0.0;        ///< of all steps
  double sounding_s = 0.0;        ///< summed over sources
  std::vector<double> latency_s;  ///< from a period's start to the first match, [found_periods]
  std::vector<double> azimuth_error_deg, elevation_error_deg, angle_error_deg;  ///< [matched], >= 0
  std::vector<double> ospa_deg;  ///< without pausing sources that no track follows, [steps]

  TrackScores& operator+=(const TrackScores& other);

  // The functions return NaN if the denominator is 0.
  double detection() const;  ///< p_d: matched share of source_steps
  double missed() const;     ///< 1 - p_d
  /// False tracks at a time, on average. LOCATA's false alarm rate is this times its frame rate.
  double mean_false_tracks() const;
  double swaps_per_s() const;             ///< TSR: swaps over sounding_s
  double broken_per_s() const;            ///< TFR: broken over sounding_s
  double mean_latency_s() const;          ///< TL
  double mean_azimuth_error_deg() const;  ///< absolute, over matched steps
  double mean_elevation_error_deg() const;
  double mean_angle_error_deg() const;
  double mean_ospa_deg() const;  ///< over all steps
  // Medians of the same values; of an even number of values the mean of the middle two.
  double median_latency_s() const;
  double median_azimuth_error_deg() const;
  double median_elevation_error_deg() const;
  double median_angle_error_deg() const;
  double median_ospa_deg() const;
};

/// Scores one session. Tracks and sources are paired at every step at the least total angle inside
/// the gate.
/// @param steps   at rising times
/// @param step_s  duration of each step, s, > 0
/// @throws core::InputError  if times do not rise or a direction is zero
/// @throws core::UsageError  if an option is out of range
TrackScores score_tracks(std::span<const TrackStep> steps, double step_s,
                         const TrackMetricOptions& options = {});

/// Optimal subpattern assignment between two sets of directions, degrees, in [0, c]:
///   ((min over assignments of sum min(c, angle)^p + c^p |n - m|) / max(n, m))^(1/p);
/// 0 if both are empty. Source: Schuhmacher, Vo and Vo, IEEE Trans. Signal Process. 56(8), 2008
double ospa_deg(std::span<const LabeledDirection> a, std::span<const LabeledDirection> b,
                double cutoff_deg, double order);

/// Difference of azimuths, degrees, in [-180, 180).
double azimuth_difference_deg(const Eigen::Vector3d& a, const Eigen::Vector3d& b);

}  // namespace doa
