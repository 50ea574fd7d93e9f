#include "simulate/room_waves.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "core/errors.h"
#include "core/files.h"
#include "core/units.h"
#include "io/table.h"
#include "so3/rotation.h"

namespace simulate {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostWaves = 4'000'000;
// Pressures of the direct sound, relative to the signal: -120 to 120 dB.
constexpr double kWeakest = 1e-6;
constexpr double kStrongest = 1e6;
constexpr std::size_t kSeriesWaves = 100;  // so many equal steps are the samples of a response
constexpr double kStepTolerance = 0.01;

constexpr std::array<const char*, 4> kColumns = {"time_s", "azimuth_deg", "elevation_deg",
                                                 "pressure"};

std::array<std::size_t, 4> find_columns(const io::Table& table) {
  std::array<std::size_t, 4> columns{};
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const std::optional<std::size_t> found = table.find(kColumns[i]);
    if (!found) {
      throw core::InputError(
          fmt::format("{}: expected a list of plane waves with the columns time_s, azimuth_deg, "
                      "elevation_deg and pressure, found no column {}",
                      table.path.string(), kColumns[i]));
    }
    columns[i] = *found;
  }
  return columns;
}

room::PlaneWave wave_of_row(const io::Table& table, std::size_t row,
                            const std::array<std::size_t, 4>& columns) {
  const auto value = [&](std::size_t i, double low, double high) {
    const double found = table.at(row, columns[i]);
    if (!(found >= low && found <= high))
      table.fail(row,
                 fmt::format("expected {} of {} to {}, found {}", kColumns[i], low, high, found));
    return found;
  };
  room::PlaneWave wave;
  wave.time_s = value(0, 0.0, room::kLatestWave_s);
  const double azimuth_rad = core::degrees_to_radians(value(1, -360.0, 360.0));
  const double elevation_rad = core::degrees_to_radians(value(2, -90.0, 90.0));
  wave.direction = so3::direction_from_angles(azimuth_rad, elevation_rad);
  wave.pressure = value(3, -kStrongest, kStrongest);
  return wave;
}

/// Refuses the samples of a response whose rate is too low: their sum would sound like a mirrored
/// spectrum above half of it.
void check_rate(const fs::path& path, const std::vector<room::PlaneWave>& waves,
                double lowest_rate_hz) {
  if (waves.size() < kSeriesWaves) return;
  const double step_s =
      (waves.back().time_s - waves.front().time_s) / static_cast<double>(waves.size() - 1);
  for (std::size_t i = 1; i < waves.size(); ++i) {
    const double found_s = waves[i].time_s - waves[i - 1].time_s;
    if (std::abs(found_s - step_s) > kStepTolerance * step_s) return;
  }
  if (1.0 / step_s >= lowest_rate_hz * (1.0 - kStepTolerance)) return;
  throw core::InputError(
      fmt::format("{}: holds the samples of a response at {:.0f} Hz; expected at least {:.0f} Hz",
                  path.string(), 1.0 / step_s, lowest_rate_hz));
}

void set_direct_sound(RoomWaves& room, const std::optional<Eigen::Vector3d>& direction_world) {
  const room::PlaneWave& direct = room.waves[room::direct_wave(room.waves)];
  room.direction_world = direction_world.value_or(direct.direction);
  room.delay_s = direct.time_s;
  double energy = 0.0;
  for (const room::PlaneWave& wave : room.waves) {
    if (std::abs(wave.time_s - direct.time_s) <= 0.5 * room::kDirectSound_s)
      energy += wave.pressure * wave.pressure;
  }
  room.pressure = std::sqrt(energy);
}

}  // namespace

std::vector<fs::path> find_room_waves(const std::vector<std::string>& sources) {
  std::vector<fs::path> files;
  for (const fs::path& path : core::expand_inputs(sources)) {
    if (!fs::is_directory(path)) {
      files.push_back(path);
      continue;
    }
    const std::size_t before = files.size();
    for (const fs::directory_entry& entry : fs::directory_iterator(path)) {
      if (entry.is_regular_file() && entry.path().extension() == ".csv")
        files.push_back(entry.path());
    }
    if (files.size() == before) {
      throw core::InputError(
          fmt::format("{}: no lists of plane waves (.csv) in this folder", path.string()));
    }
    std::sort(files.begin() + static_cast<std::ptrdiff_t>(before), files.end());
  }
  return files;
}

RoomWaves read_room_waves(const fs::path& path, double lowest_rate_hz,
                          const std::optional<Eigen::Vector3d>& direction_world) {
  const io::Table table = io::read_table(path);
  const std::array<std::size_t, 4> columns = find_columns(table);
  if (table.rows() > kMostWaves) {
    throw core::InputError(fmt::format("{}: expected at most {} plane waves, found {}",
                                       path.string(), kMostWaves, table.rows()));
  }
  RoomWaves room;
  room.name = path.filename().string();
  room.waves.reserve(table.rows());
  for (std::size_t row = 0; row < table.rows(); ++row)
    room.waves.push_back(wave_of_row(table, row, columns));
  std::stable_sort(room.waves.begin(), room.waves.end(),
                   [](const auto& a, const auto& b) { return a.time_s < b.time_s; });
  const bool sounds = std::any_of(room.waves.begin(), room.waves.end(), [](const auto& wave) {
    return std::abs(wave.pressure) >= kWeakest;
  });
  if (!sounds) {
    throw core::InputError(
        fmt::format("{}: expected a pressure of at least {}, found none", path.string(), kWeakest));
  }
  check_rate(path, room.waves, lowest_rate_hz);
  set_direct_sound(room, direction_world);
  room.t60_s = room::reverberation_time_s(room.waves);
  return room;
}

}  // namespace simulate
