/// Several sources over time: births, deaths, motion, pauses, false measurements.
#pragma once

#include <Eigen/Core>
#include <Eigen/Geometry>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace doa {

struct TrackerOptions {
  /// Standard deviation of a measured direction, along each of two tangents.
  double noise_deg = 3.0;
  /// Sources move by a Langevin process: angular velocity of this standard deviation along each
  /// tangent, forgotten in this time.
  double speed_deg_s = 15.0;
  double speed_memory_s = 2.0;
  /// Windows overlap; measurements so far apart are independent. Nearer ones carry the share
  /// step / independent_s of the evidence: otherwise the same bins would be counted many times.
  double independent_s = 0.5;
  /// Probability that a source is measured in a step (it pauses), and false measurements a step,
  /// evenly over the sphere.
  double detection = 0.5;
  double clutter = 0.3;
  /// Mean life of a source, s; how much a new measurement is trusted to be one, and at which
  /// probability of existence a track is shown, and dropped.
  double life_s = 20.0;
  double birth = 0.05;
  double confirm = 0.9;
  double drop = 0.01;
  /// Mahalanobis distance squared within which a measurement may belong to a track: 99 % of them.
  double gate = 9.21;
  /// Tracks nearer than this are one, unless both are measured, after merge_s; births so near to a
  /// track do not happen.
  double merge_deg = 10.0;
  double merge_s = 1.0;

  /// @throws core::UsageError  naming the first value that is out of its range
  void validate() const;
};

/// A source at one time.
struct TrackState {
  std::uint32_t id = 0;  ///< counts births, from 1; never used again
  Eigen::Vector3d direction = Eigen::Vector3d::UnitX();      ///< unit length
  Eigen::Vector3d velocity_rad_s = Eigen::Vector3d::Zero();  ///< of the direction, tangent to it
  double sigma_deg = 0.0;  ///< standard deviation, root mean square of both tangents
  double existence = 0.0;  ///< probability that there is a source
  bool measured = false;   ///< a measurement was assigned in this step
};

/// Kalman filters in the tangent plane of the sphere. The state of a track is a direction, a
/// tangent velocity and their 4 x 4 covariance in a tangent frame that is carried along the great
/// circle of every prediction and correction (parallel transport), so that no direction is special:
/// there is no pole and no wrap. Measurements are assigned by the least total distance inside
/// gates; existence follows IPDA's recursion, birth and death its thresholds. Sources: integrated
/// probabilistic data association, Musicki, Evans and Stankovic, IEEE Trans. Automatic Control
/// 39(6), 1994, with the one assigned measurement; Langevin motion of talkers, Ward, Lehmann and
/// Williamson, IEEE Trans. Speech Audio Process. 11(6), 2003; gated assignment, Blackman and
/// Popoli, Design and Analysis of Modern Tracking Systems, 1999.
class Tracker {
 public:
  explicit Tracker(const TrackerOptions& options = {});

  /// Takes the directions measured at a time in.
  /// @param time_s       later than that of the step before
  /// @param directions   any non-zero length
  /// @return             the tracks that are confirmed, by rising number: in the order they were
  /// @throws core::InputError  on time that does not rise, directions that are zero or not finite
  std::vector<TrackState> step(double time_s, std::span<const Eigen::Vector3d> directions);

  /// Confirmed or not.
  std::size_t alive() const { return tracks_.size(); }

 private:
  struct Track {
    std::uint32_t id = 0;                                                 ///< 0 until confirmed
    Eigen::Quaterniond q_world_tangent = Eigen::Quaterniond::Identity();  ///< z: the direction
    Eigen::Vector2d velocity = Eigen::Vector2d::Zero();                   ///< rad/s
    Eigen::Matrix4d covariance = Eigen::Matrix4d::Zero();  ///< [position, velocity], rad, rad/s
    double log_odds = 0.0;                                 ///< of existence
    double close_s = 0.0;  ///< beside an older track, with one measurement for both, for so long
    bool measured = false;

    Eigen::Vector3d direction() const { return q_world_tangent * Eigen::Vector3d::UnitZ(); }
  };
  void predict(Track& track, double dt_s) const;
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
