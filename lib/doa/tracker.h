/// Tracks several sources over time: births, deaths, motion, pauses and false measurements.
#pragma once

#include <Eigen/Core>
#include <Eigen/Geometry>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "doa/presence.h"

namespace doa {

struct TrackerOptions {
  /// Standard deviation of a measured direction along each of two tangents, degrees.
  double noise_deg = 3.0;
  /// Sources move by a Langevin process: standard deviation of the angular velocity along each
  /// tangent, degrees/s, and its time constant, s.
  double speed_deg_s = 15.0;
  double speed_memory_s = 2.0;
  /// Windows overlap. Measurements are independent if they are so far apart, s. Measurements at a
  /// smaller step count step / independent_s, since they share bins.
  double independent_s = 0.5;
  /// Age of a direction when it is measured, s: that of a window which ends now belongs to the
  /// window's middle. The tracks of a step are predicted forward by it.
  double age_s = 0.0;
  /// Probability that a source that sounds is measured in a step.
  double detection = 0.5;
  /// Mean number of false measurements in a step, evenly distributed over the sphere.
  double clutter = 0.3;
  PresenceTimes presence;
  double birth = 0.05;   ///< probability that an unassigned measurement is a new source
  double confirm = 0.9;  ///< probability of existence at which a track is shown
  double hide = 0.5;   ///< a track that was shown is hidden below this, until it is confirmed again
  double drop = 0.01;  ///< probability of existence at which a track is dropped
  /// Largest squared Mahalanobis distance between a measurement and its track: 99 % of
  /// measurements.
  double gate = 9.21;
  /// Largest angle between a measurement and its track. The covariance of a source that pauses
  /// grows, and other sources would come into its gate.
  double reach_deg = 30.0;
  /// Two tracks that are nearer than merge_deg for merge_s become one track, unless both are
  /// measured. A measurement nearer than merge_deg to a track gives birth to no track.
  double merge_deg = 10.0;
  double merge_s = 1.0;

  /// @throws core::UsageError  naming the first value that is out of its range
  void validate() const;
};

/// A source at one time.
struct TrackState {
  std::uint32_t id = 0;  ///< number of the confirmation, from 1; never reused
  Eigen::Vector3d direction = Eigen::Vector3d::UnitX();      ///< unit length
  Eigen::Vector3d velocity_rad_s = Eigen::Vector3d::Zero();  ///< of the direction, tangent to it
  double sigma_deg = 0.0;  ///< standard deviation, root mean square over both tangents
  double existence = 0.0;  ///< probability that there is a source
  bool measured = false;   ///< a measurement was assigned in this step
};

/// Kalman filters in the tangent plane of the sphere. The state of a track is a direction, a
/// tangent velocity and their 4 x 4 covariance in a tangent frame that is carried along the great
/// circle of every prediction and correction (parallel transport), so that there is no pole and no
/// wrap. Measurements are assigned by the least total distance inside the gates. The probability of
/// existence follows IPDA's recursion for sources that pause (Presence); births and deaths follow
/// from its thresholds.
/// Sources:
/// - Integrated probabilistic data association, here with the one assigned measurement: Musicki,
///   Evans and Stankovic, IEEE Trans. Automatic Control 39(6), 1994.
/// - Langevin motion of talkers: Ward, Lehmann and Williamson, IEEE Trans. Speech Audio Process.
///   11(6), 2003.
/// - Gated assignment: Blackman and Popoli, Design and Analysis of Modern Tracking Systems, 1999.
class Tracker {
 public:
  explicit Tracker(const TrackerOptions& options = {});

  /// Adds the directions that were measured at a time.
  /// @param time_s       later than the time of the step before
  /// @param directions   any non-zero length
  /// @return             the tracks that are shown, in the order of their first confirmation
  /// @throws core::InputError  if time does not rise, or a direction is zero or not finite
  std::vector<TrackState> step(double time_s, std::span<const Eigen::Vector3d> directions);

  /// Number of tracks, shown or not.
  std::size_t alive() const { return tracks_.size(); }

 private:
  struct Track {
    std::uint32_t id = 0;                                                 ///< 0 until confirmed
    Eigen::Quaterniond q_world_tangent = Eigen::Quaterniond::Identity();  ///< z: the direction
    Eigen::Vector2d velocity = Eigen::Vector2d::Zero();                   ///< rad/s
    Eigen::Matrix4d covariance = Eigen::Matrix4d::Zero();  ///< [position, velocity], rad, rad/s
    Presence presence{0.0};
    bool shown = false;
    double close_s = 0.0;  ///< time near an older track with one measurement for both, s
    bool measured = false;

    Eigen::Vector3d direction() const { return q_world_tangent * Eigen::Vector3d::UnitZ(); }
  };
  void predict(Track& track, double dt_s) const;
  void move(Track& track, double dt_s) const;
  void correct(Track& track, const Eigen::Vector2d& innovation, double share) const;
  Eigen::Matrix2d gate_covariance(const Track& track) const;
  std::vector<std::size_t> associate(std::span<const Eigen::Vector3d> directions) const;
  void update(std::span<const Eigen::Vector3d> directions, double share);
  void give_birth(const Eigen::Vector3d& direction);
  void clean_up(double dt_s);
  TrackState state_of(const Track& track) const;

  TrackerOptions options_;
  std::vector<Track> tracks_;  ///< oldest first
  std::uint32_t last_id_ = 0;
  double time_s_ = 0.0;
  bool started_ = false;
};

}  // namespace doa
