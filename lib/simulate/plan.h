/// The plan of a simulation: typed and checked values. Every session follows from them.
#pragma once

#include <Eigen/Core>
#include <Eigen/Geometry>
#include <array>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include "array/geometry.h"
#include "array/known_array.h"
#include "array/room_responses.h"
#include "core/units.h"
#include "core/value_range.h"
#include "imu/sensor_model.h"
#include "room/bands.h"
#include "room/microphone_errors.h"
#include "room/shoebox.h"
#include "simulate/room_waves.h"
#include "so3/track.h"

namespace simulate {

/// Sample rate of all simulated sessions.
inline constexpr double kSimulatedRateHz = 16000.0;

/// Kind of the array's motion.
enum class MotionKind { kConstant, kFree, kHead, kRecorded };

/// A second talker that the truth does not know.
struct Interferer {
  double level_db = 0.0;  ///< while it sounds, relative to the first source
  double share = 1.0;     ///< of the session in which it sounds, in (0, 1]
};

struct Plan {
  std::uint64_t seed = 0;
  std::vector<std::filesystem::path> speech;
  std::size_t all_sessions = 0;   ///< number of sessions of all shards
  std::size_t first_session = 0;  ///< of this shard
  std::size_t sessions = 0;       ///< number of sessions of this shard

  array::KnownArray array;
  /// Measured rooms in place of the shoebox; the array may then be unknown. Their rate is
  /// kSimulatedRateHz. Shared, because copies of a plan need the same large data.
  std::shared_ptr<const array::RoomResponses> room_responses;
  core::ValueRange dwell_s;                     ///< stay at each orientation, in measured rooms
  double speed_of_sound = core::kSpeedOfSound;  ///< m/s

  /// Measured rooms in place of the shoebox. Each source has another one. Empty: the shoebox below.
  std::vector<RoomWaves> room_waves;

  Eigen::Vector3d room_m;
  Eigen::Vector3d array_center_m;
  room::ReverberationFormula formula = room::ReverberationFormula::kSabine;
  core::ValueRange t60_s;
  std::optional<room::Walls> absorption;  ///< energy absorption; replaces t60_s
  /// Energy absorption by octave band; replaces t60_s and absorption.
  std::optional<std::array<room::Walls, room::kBands>> band_absorption;
  bool air_absorption = false;
  double image_jitter_m = 0.0;
  std::optional<int> max_order;  ///< largest number of reflections of an image; none: no limit

  std::size_t sources = 1;
  double source_distance_m = 0.0;
  core::ValueRange source_speed_deg_s;  ///< along a great circle
  double min_separation_rad = 0.0;
  std::optional<Interferer> interferer;
  core::ValueRange level_db;  ///< of every further source relative to the first

  /// Point about which the array turns, in the sensor frame: away from the array's center it is the
  /// turning point, not the center, that stands at array_center_m and in the middle of the sources.
  Eigen::Vector3d pivot_m = Eigen::Vector3d::Zero();
  MotionKind motion = MotionKind::kConstant;
  std::vector<so3::Track> recorded;  ///< intervals without gaps, for kRecorded
  double angular_speed_rad_s = 0.0;
  std::optional<Eigen::Vector3d> axis_world;  ///< of constant motion; none: random
  /// Sensor axis whose half space holds the first source at the start; zero: random start.
  Eigen::Vector3d start_axis = Eigen::Vector3d::Zero();

  core::ValueRange snr_db;
  core::ValueRange diffuse_snr_db{INFINITY, INFINITY};  ///< of diffuse noise
  room::MicrophoneErrors microphone_errors;  ///< without the noise, which differs by session
  std::optional<imu::SensorModel> imu;

  std::size_t microphones() const {
    return room_responses ? room_responses->microphones : array.microphones();
  }
  /// The microphones of an open array, seen from the turning point.
  array::Geometry open_array() const;
  /// Distance of the farthest microphone from the turning point. For measured responses it follows
  /// from their onsets.
  double array_radius_m() const;
  /// Whether a source in this direction from the array's center is inside the room.
  bool inside_room(const Eigen::Vector3d& direction_world) const;
  bool absorption_given() const { return absorption || band_absorption; }
  /// The room of a session. @param t60_s  0: anechoic; not used where absorption is given
  room::Shoebox make_room(double t60_s) const;
  /// Reverberation time that the given absorption has; by bands, the longest of them.
  double absorption_t60_s() const;
};

}  // namespace simulate
