/// The plan of a simulation: typed and checked values that every session is made from.
#pragma once

#include <Eigen/Core>
#include <Eigen/Geometry>
#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

#include "array/geometry.h"
#include "array/known_array.h"
#include "core/value_range.h"
#include "imu/sensor_model.h"
#include "room/bands.h"
#include "room/microphone_errors.h"
#include "room/shoebox.h"
#include "so3/track.h"

namespace simulate {

inline constexpr double kSimulatedRateHz = 16000.0;

enum class MotionKind { kConstant, kFree, kHead, kRecorded };

struct Plan {
  std::uint64_t seed = 0;
  std::vector<std::filesystem::path> speech;
  std::size_t all_sessions = 0;   ///< of all shards
  std::size_t first_session = 0;  ///< of this shard
  std::size_t sessions = 0;       ///< of this shard

  array::KnownArray array;

  Eigen::Vector3d room_m;
  Eigen::Vector3d array_center_m;
  room::ReverberationFormula formula = room::ReverberationFormula::kSabine;
  core::ValueRange t60_s;
  std::optional<room::Walls> absorption;                                 ///< in place of t60_s
  std::optional<std::array<room::Walls, room::kBands>> band_absorption;  ///< in place of both
  bool air_absorption = false;
  double image_jitter_m = 0.0;
  int max_order = -1;

  std::size_t sources = 1;
  double source_distance_m = 0.0;
  core::ValueRange source_speed_deg_s;  ///< along a great circle
  double min_separation_rad = 0.0;
  core::ValueRange level_db;

  MotionKind motion = MotionKind::kConstant;
  std::vector<so3::Track> recorded;  ///< stretches of kRecorded
  double angular_speed_rad_s = 0.0;
  std::optional<Eigen::Vector3d> axis_world;
  Eigen::Vector3d start_axis = Eigen::Vector3d::Zero();  ///< zero: random start

  core::ValueRange snr_db;
  room::MicrophoneErrors microphone_errors;  ///< but for the noise, which may differ by session
  std::optional<imu::SensorModel> imu;

  array::Geometry open_array() const { return {"simulated", array.position_m}; }
  /// Distance of the farthest microphone from the array's center; by its onsets where there are
  /// responses.
  double array_radius_m() const;
  /// A source in this direction of the array is inside the room.
  bool inside_room(const Eigen::Vector3d& direction_world) const;
  bool absorption_given() const { return absorption || band_absorption; }
  /// The room of a session. @param t60_s  0: anechoic; not used where absorption is given
  room::Shoebox make_room(double t60_s) const;
  /// Reverberation time of the walls where absorption is given; of the longest band.
  double absorption_t60_s() const;
};

}  // namespace simulate
