/// The sources of a simulated session: their speech, where they stand and how they move.
#pragma once

#include <Eigen/Core>
#include <Eigen/Geometry>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/random.h"
#include "core/units.h"
#include "core/value_range.h"
#include "simulate/plan.h"

namespace simulate {

/// Direct sound of a source as it was measured in a room.
struct DirectSound {
  double pressure = 1.0;  ///< relative to the dry signal
  double delay_s = 0.0;
};

/// One source of a session.
struct DrySource {
  std::string speech_file;          ///< name without folder
  std::vector<float> signal;        ///< pressure at 1 m in free field, at kSimulatedRateHz
  Eigen::Vector3d direction_world;  ///< unit vector from the array's center, at the start
  /// Angular velocity about the array's center, rad/s in world axes; zero: the source is at rest.
  Eigen::Vector3d turn_rad_s = Eigen::Vector3d::Zero();
  const RoomWaves* waves = nullptr;  ///< room of the source, of the plan; null: the shoebox
  std::optional<DirectSound> direct = std::nullopt;  ///< none: it follows from the room
};

/// Whether a direction is at least the plan's smallest separation from those of all these sources.
bool separated(const Plan& plan, std::span<const DrySource> sources,
               const Eigen::Vector3d& direction_world);

/// A uniform value of the range; a range of one value draws nothing from the stream.
double draw(core::RandomStream& random, const core::ValueRange& range);

/// Stream number of a session, for core::RandomStream.
std::uint32_t stream_number(std::size_t session);

/// The sources of a session with their speech. Every source after the first has its level drawn
/// relative to the first. The directions are not set yet.
/// @throws core::InputError  if a speech file cannot be used
std::vector<DrySource> read_sources(const Plan& plan, std::size_t session);

/// Sets where the sources of a session start and how they move.
/// @param start  orientation of the array at the start, q_world_sensor
/// @throws core::UsageError  if no placing or no course inside the room is found
void place_sources(const Plan& plan, std::size_t session, const Eigen::Quaterniond& start,
                   std::vector<DrySource>& sources);

/// Gives each source of a session its own list of plane waves, and with it its direction.
/// @param start  orientation of the array at the start, q_world_sensor
/// @return       false if no choice of lists keeps the separation, or has the first source in the
///               half space that the array faces at the start
bool place_in_room_waves(const Plan& plan, std::size_t session, const Eigen::Quaterniond& start,
                         std::vector<DrySource>& sources);

/// Level of a source's direct sound at the array's center, as without a room: 10 log10 of the mean
/// square in each step of session::kActivityStepS, in dB. The signal is attenuated by 1 / distance
/// and delayed by the distance over the speed of sound, rounded to a sample.
/// @param signal   the dry signal, pressure at 1 m
/// @param samples  length of the session; there is one value for each step that has begun
/// @return         session::activity_steps(duration) values, at least session::kLowestActivityDb
std::vector<float> activity_db(const std::vector<float>& signal, double distance_m,
                               std::size_t samples, double speed_of_sound = core::kSpeedOfSound);

/// The same for a direct sound of this pressure relative to the signal and this delay.
std::vector<float> delayed_activity_db(const std::vector<float>& signal, double pressure,
                                       double delay_s, std::size_t samples);

}  // namespace simulate
