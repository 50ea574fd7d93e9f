/// Measured rooms as lists of plane waves (`--room-waves`): finding the files, reading and checking.
#pragma once

#include <Eigen/Core>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "room/plane_waves.h"

namespace simulate {

/// The room between one source and the array's center.
struct RoomWaves {
  std::string name;                    ///< of the file, without folder
  std::vector<room::PlaneWave> waves;  ///< sorted by time
  Eigen::Vector3d direction_world;     ///< true direction of the source: of the direct sound
  double delay_s = 0.0;                ///< of the direct sound
  double pressure = 0.0;  ///< of the direct sound: the root of its energy, of a response's samples
  double t60_s = 0.0;     ///< by the list's decay; NaN: the list has too few waves for it
};

/// Finds lists. A source is a file, a quoted glob, or a folder (its files .csv, sorted by name).
/// @throws core::InputError  if a source does not exist or a folder holds no list
std::vector<std::filesystem::path> find_room_waves(const std::vector<std::string>& sources);

/// Reads a list: a table with the columns time_s, azimuth_deg, elevation_deg and pressure, in any
/// order, one row for each wave. Rows may have any order in time.
/// @param lowest_rate_hz   the samples of a response at a lower rate are refused
/// @param direction_world  true direction of the source, instead of that of the direct sound
/// @throws core::InputError  with the file and the line
RoomWaves read_room_waves(const std::filesystem::path& path, double lowest_rate_hz,
                          const std::optional<Eigen::Vector3d>& direction_world);

}  // namespace simulate
