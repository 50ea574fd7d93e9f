/// Heading of a log, corrected by the sound of a source that stands still.
#pragma once

#include <Eigen/Core>
#include <optional>
#include <span>

#include "align/heading_drift.h"
#include "imu/clock.h"
#include "ingest/facts.h"
#include "ingest/orientation_log.h"

namespace ingest {

/// Direction of the sound at one time, with the log's orientation.
struct SoundDirection {
  double time_s = 0.0;    ///< recording time, middle of the window
  double window_s = 0.0;  ///< length of the sound that the direction is from
  Eigen::Vector3d direction_world = Eigen::Vector3d::UnitX();
  /// True direction of the source; none: the same for all directions that have none.
  std::optional<Eigen::Vector3d> truth_world;
};

/// The heading's drift at times of the log.
class HeadingBySound {
 public:
  /// Directions within 15 degrees of the vertical are not used, and directions whose elevation
  /// contradicts the source's are not of the source.
  /// @throws core::InputError  if fewer than 20 directions remain
  HeadingBySound(const OrientationLog& log, const imu::ClockMap& clock,
                 std::span<const SoundDirection> directions);

  const HeadingFacts& facts() const { return facts_; }
  /// Turns the log's orientations about the vertical, so that the source stands still. Without true
  /// directions, the first orientation keeps its heading.
  void correct(OrientationLog& log) const;

 private:
  void add_track(const so3::Track& track);
  void add_directions(const OrientationLog& log, const imu::ClockMap& clock,
                      std::span<const SoundDirection> directions);
  void judge(const OrientationLog& log, const imu::ClockMap& clock);
  double correction_at(double log_s, std::size_t& step) const;

  std::vector<align::HeadingSample> samples_;
  std::vector<double> reset_s_;  ///< [resets], log time: exact to one sample of the log
  align::HeadingDrift drift_;
  double offset_rad_ = 0.0;  ///< added to all corrections
  HeadingFacts facts_;
};

}  // namespace ingest
