#include "doa/tracker.h"

#include <fmt/format.h>

#include <Eigen/LU>
#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/errors.h"
#include "core/units.h"
#include "doa/assignment.h"
#include "so3/rotation.h"

namespace doa {
namespace {

/// A tangent displacement (rad) as a rotation of the tangent frame, in that frame.
Eigen::Quaterniond along(const Eigen::Vector2d& step) {
  return so3::exp(Eigen::Vector3d(-step.y(), step.x(), 0.0));
}

/// The log map: displacement from the frame's direction to another, rad.
Eigen::Vector2d displacement(const Eigen::Quaterniond& q_world_tangent,
                             const Eigen::Vector3d& direction) {
  const Eigen::Vector3d local = q_world_tangent.conjugate() * direction;
  const Eigen::Vector2d tangent = local.head<2>();
  const double sine = tangent.norm();
  if (sine == 0.0) return {local.z() < 0.0 ? std::numbers::pi : 0.0, 0.0};
  return tangent * (std::atan2(sine, local.z()) / sine);
}

}  // namespace

void TrackerOptions::validate() const {
  const auto require = [](bool good, const char* name, double value) {
    if (!good) throw core::UsageError(fmt::format("tracker: {} is out of range: {}", name, value));
  };
  const auto share = [](double p) { return p > 0.0 && p < 1.0; };
  require(noise_deg > 0.0 && noise_deg <= 45.0, "measurement noise", noise_deg);
  require(speed_deg_s > 0.0 && speed_deg_s <= 1000.0, "speed", speed_deg_s);
  require(speed_memory_s > 0.0 && speed_memory_s <= 100.0, "memory of the speed", speed_memory_s);
  require(independent_s > 0.0 && independent_s <= 100.0, "time of independence", independent_s);
  require(age_s >= 0.0 && age_s <= 100.0, "age of a measurement", age_s);
  require(share(detection), "probability of detection", detection);
  require(clutter > 0.0 && clutter <= 1000.0, "clutter", clutter);
  for (const double time_s :
       {presence.sounding_s, presence.pausing_s, presence.life_s, presence.pausing_life_s}) {
    require(time_s > 0.0, "mean time of a source's state", time_s);
  }
  require(share(birth) && share(confirm) && share(drop) && drop < birth && birth < confirm,
          "birth, confirm or drop", birth);
  require(drop < hide && hide < confirm, "hide", hide);
  require(gate > 0.0 && gate <= 100.0, "gate", gate);
  require(reach_deg > 0.0 && reach_deg <= 180.0, "reach", reach_deg);
  require(merge_deg >= 0.0 && merge_deg <= 90.0, "merging distance", merge_deg);
  require(merge_s >= 0.0, "merging time", merge_s);
}

Tracker::Tracker(const TrackerOptions& options) : options_(options) { options.validate(); }

std::vector<TrackState> Tracker::step(double time_s, std::span<const Eigen::Vector3d> directions) {
  if (!std::isfinite(time_s) || (started_ && !(time_s > time_s_))) {
    throw core::InputError(
        fmt::format("tracker: time must rise, found {} s after {} s", time_s, time_s_));
  }
  std::vector<Eigen::Vector3d> units;
  for (const Eigen::Vector3d& direction : directions) {
    if (!direction.allFinite() || direction.isZero(0.0)) {
      throw core::InputError("tracker: a measured direction is zero or not finite");
    }
    units.push_back(direction.normalized());
  }
  const double dt_s = started_ ? time_s - time_s_ : options_.independent_s;
  for (Track& track : tracks_) predict(track, dt_s);
  time_s_ = time_s;
  started_ = true;
  update(units, std::min(1.0, dt_s / options_.independent_s));
  clean_up(dt_s);
  std::vector<TrackState> states;
  for (const Track& track : tracks_) {
    if (!track.shown) continue;
    Track now = track;
    if (options_.age_s > 0.0) move(now, options_.age_s);
    states.push_back(state_of(now));
  }
  // A track that was born earlier may have been confirmed later.
  std::ranges::sort(states, {}, &TrackState::id);
  return states;
}

void Tracker::predict(Track& track, double dt_s) const {
  move(track, dt_s);
  track.presence.predict(dt_s, options_.presence);
  track.measured = false;
}

/// Langevin motion over dt: velocity v fades by b = exp(-dt / tau) and moves the direction by
/// tau (1 - b) v; the covariance is that of the integrated Ornstein-Uhlenbeck process.
void Tracker::move(Track& track, double dt_s) const {
  const double tau = options_.speed_memory_s;
  const double b = std::exp(-dt_s / tau);
  const double reach = tau * (1.0 - b);
  const double variance = std::pow(core::degrees_to_radians(options_.speed_deg_s), 2.0);
  const double pp = variance * tau * tau * (2.0 * dt_s / tau - 3.0 + 4.0 * b - b * b);
  const double pv = variance * tau * (1.0 - b) * (1.0 - b);
  const double vv = variance * (1.0 - b * b);
  Eigen::Matrix4d F = Eigen::Matrix4d::Identity();
  Eigen::Matrix4d Q = Eigen::Matrix4d::Zero();
  for (int i = 0; i < 2; ++i) {
    F(i, i + 2) = reach;
    F(i + 2, i + 2) = b;
    Q(i, i) = pp;
    Q(i, i + 2) = Q(i + 2, i) = pv;
    Q(i + 2, i + 2) = vv;
  }
  track.q_world_tangent = (track.q_world_tangent * along(reach * track.velocity)).normalized();
  track.velocity *= b;
  track.covariance = F * track.covariance * F.transpose() + Q;
}

Eigen::Matrix2d Tracker::gate_covariance(const Track& track) const {
  const double variance = std::pow(core::degrees_to_radians(options_.noise_deg), 2.0);
  return track.covariance.topLeftCorner<2, 2>() + variance * Eigen::Matrix2d::Identity();
}

/// Kalman update; the noise grows as the measurement's share of new evidence shrinks.
void Tracker::correct(Track& track, const Eigen::Vector2d& innovation, double share) const {
  const double variance = std::pow(core::degrees_to_radians(options_.noise_deg), 2.0) / share;
  const Eigen::Matrix2d S =
      track.covariance.topLeftCorner<2, 2>() + variance * Eigen::Matrix2d::Identity();
  const Eigen::Matrix<double, 4, 2> K = track.covariance.leftCols<2>() * S.inverse();
  const Eigen::Vector4d correction = K * innovation;
  track.covariance -= K * track.covariance.topRows<2>();
  track.covariance = (0.5 * (track.covariance + track.covariance.transpose())).eval();
  track.q_world_tangent = (track.q_world_tangent * along(correction.head<2>())).normalized();
  track.velocity += correction.tail<2>();
}

std::vector<std::size_t> Tracker::associate(std::span<const Eigen::Vector3d> directions) const {
  Eigen::MatrixXd cost(static_cast<Eigen::Index>(tracks_.size()),
                       static_cast<Eigen::Index>(directions.size()));
  const double reach_rad = core::degrees_to_radians(options_.reach_deg);
  for (std::size_t t = 0; t < tracks_.size(); ++t) {
    const Eigen::Matrix2d S = gate_covariance(tracks_[t]);
    const Eigen::Matrix2d inverse = S.inverse();
    for (std::size_t m = 0; m < directions.size(); ++m) {
      const Eigen::Vector2d y = displacement(tracks_[t].q_world_tangent, directions[m]);
      const double distance = y.dot(inverse * y);
      const bool outside = distance > options_.gate || y.norm() > reach_rad;
      // Unconfirmed tracks get only the measurements that confirmed tracks do not get.
      const double junior = tracks_[t].id == 0 ? 2.0 * options_.gate : 0.0;
      cost(static_cast<Eigen::Index>(t), static_cast<Eigen::Index>(m)) =
          outside ? kForbidden : distance + junior;
    }
  }
  return assign(cost);
}

void Tracker::update(std::span<const Eigen::Vector3d> directions, double share) {
  const std::vector<std::size_t> assigned = associate(directions);
  const double detected = options_.detection * (1.0 - std::exp(-0.5 * options_.gate));
  const double clutter_density = options_.clutter / (4.0 * std::numbers::pi);
  std::vector<bool> taken(directions.size(), false);
  for (std::size_t t = 0; t < tracks_.size(); ++t) {
    Track& track = tracks_[t];
    double ratio = 1.0 - detected;  // IPDA's 1 - delta: likelihood with a source over without
    if (assigned[t] != kUnassigned) {
      taken[assigned[t]] = true;
      const Eigen::Matrix2d S = gate_covariance(track);
      const Eigen::Vector2d y = displacement(track.q_world_tangent, directions[assigned[t]]);
      const double likelihood = std::exp(-0.5 * y.dot(S.inverse() * y)) /
                                (2.0 * std::numbers::pi * std::sqrt(S.determinant()));
      ratio += options_.detection * likelihood / clutter_density;
      correct(track, y, share);
      track.measured = true;
    }
    track.presence.update(std::pow(ratio, share));
  }
  for (std::size_t m = 0; m < directions.size(); ++m) {
    if (!taken[m]) give_birth(directions[m]);
  }
}

void Tracker::give_birth(const Eigen::Vector3d& direction) {
  const double merge_rad = core::degrees_to_radians(options_.merge_deg);
  for (const Track& track : tracks_) {
    if (so3::angle_between(track.direction(), direction) < merge_rad) return;
  }
  Track track;
  track.q_world_tangent =
      Eigen::Quaterniond::FromTwoVectors(Eigen::Vector3d::UnitZ(), direction).normalized();
  const double noise = std::pow(core::degrees_to_radians(options_.noise_deg), 2.0);
  const double speed = std::pow(core::degrees_to_radians(options_.speed_deg_s), 2.0);
  track.covariance.diagonal() << noise, noise, speed, speed;
  track.presence = Presence(options_.birth);
  track.measured = true;
  tracks_.push_back(track);
}

/// Drops tracks, joins tracks that follow the same source.
void Tracker::clean_up(double dt_s) {
  const double merge_rad = core::degrees_to_radians(options_.merge_deg);
  for (std::size_t t = 0; t < tracks_.size(); ++t) {
    Track& track = tracks_[t];
    bool close = false;
    bool shared = false;
    for (std::size_t i = 0; i < t; ++i) {
      const Track& older = tracks_[i];
      if (so3::angle_between(track.direction(), older.direction()) >= merge_rad) continue;
      close = true;
      shared = shared || !(track.measured && older.measured);
    }
    if (!close) track.close_s = 0.0;
    if (shared) track.close_s += dt_s;
  }
  std::erase_if(tracks_, [&](const Track& track) {
    return track.close_s > options_.merge_s || track.presence.existence() < options_.drop;
  });
  for (Track& track : tracks_) {
    const double existence = track.presence.existence();
    if (existence >= options_.confirm) track.shown = true;
    if (existence < options_.hide) track.shown = false;
    if (track.shown && track.id == 0) track.id = ++last_id_;
  }
}

TrackState Tracker::state_of(const Track& track) const {
  TrackState state;
  state.id = track.id;
  state.direction = track.direction();
  state.velocity_rad_s =
      track.q_world_tangent * Eigen::Vector3d(track.velocity.x(), track.velocity.y(), 0.0);
  state.sigma_deg =
      core::radians_to_degrees(std::sqrt(0.5 * (track.covariance(0, 0) + track.covariance(1, 1))));
  state.existence = track.presence.existence();
  state.measured = track.measured;
  return state;
}

}  // namespace doa
