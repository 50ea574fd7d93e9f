#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "commands/simulate.h"
#include "commands/simulate_plan.h"
#include "core/errors.h"
#include "core/units.h"
#include "formats/room_responses.h"
#include "so3/rotation.h"

namespace commands {
namespace {

constexpr double kShortestDwell_s = 0.02;
constexpr int kNoLimit = -1;  // former default of --max-order: the same as no value

void plan_wall_absorption(const SimulateOptions& options, simulate::Plan& plan) {
  core::require(
      options.absorption.size() == 1 || options.absorption.size() == 6,
      fmt::format("--absorption: expected one value, or six (x0,x1,y0,y1,z0,z1), found {}",
                  options.absorption.size()));
  room::Walls walls{};
  for (std::size_t i = 0; i < walls.size(); ++i) {
    walls[i] = options.absorption[options.absorption.size() == 1 ? 0 : i];
    require_range("--absorption", walls[i], 0.0, 1.0);
  }
  plan.absorption = walls;
}

void plan_band_absorption(const SimulateOptions& options, simulate::Plan& plan) {
  core::require(options.band_absorption.size() == room::kBands,
                fmt::format("--band-absorption: expected {} values, 125 Hz to 8 kHz, found {}",
                            room::kBands, options.band_absorption.size()));
  std::array<room::Walls, room::kBands> bands{};
  for (std::size_t b = 0; b < bands.size(); ++b) {
    require_range("--band-absorption", options.band_absorption[b], 0.0, 1.0);
    bands[b].fill(options.band_absorption[b]);
  }
  plan.band_absorption = bands;
}

void plan_absorption(const SimulateOptions& options, simulate::Plan& plan) {
  const int given = (options.t60 != SimulateOptions{}.t60) + !options.absorption.empty() +
                    !options.band_absorption.empty();
  core::require(given <= 1, "give only one of --t60, --absorption, --band-absorption");
  if (!options.absorption.empty()) plan_wall_absorption(options, plan);
  if (!options.band_absorption.empty()) plan_band_absorption(options, plan);
  require_range("--image-jitter", options.image_jitter_m, 0.0, 1.0);
  plan.image_jitter_m = options.image_jitter_m;
  plan.air_absorption = options.air_absorption;
}

/// Options of the shoebox and of motions that measured rooms do not take.
void refuse_shoebox_options(const SimulateOptions& options) {
  const SimulateOptions defaults;
  const std::pair<const char*, bool> given[] = {
      {"--array", options.array != defaults.array},
      {"--edge", options.edge_m.has_value()},
      {"--array-position", !options.array_position_m.empty()},
      {"--room-waves", !options.room_waves.empty()},
      {"--room", options.room_m != defaults.room_m},
      {"--t60", options.t60 != defaults.t60},
      {"--formula", options.formula != defaults.formula},
      {"--absorption", !options.absorption.empty()},
      {"--band-absorption", !options.band_absorption.empty()},
      {"--air-absorption", options.air_absorption},
      {"--image-jitter", options.image_jitter_m != defaults.image_jitter_m},
      {"--max-order", options.max_order.has_value()},
      {"--source-distance", options.source_distance_m != defaults.source_distance_m},
      {"--source-speed", options.source_speed != defaults.source_speed},
      {"--motion", options.motion != defaults.motion},
      {"--axis", !options.axis.empty()},
      {"--pivot", !options.pivot_m.empty()},
      {"--interferer", !options.interferer.empty()},
      {"--diffuse-noise", options.diffuse_noise != defaults.diffuse_noise}};
  for (const auto& [option, is_given] : given) {
    core::require(!is_given, fmt::format("{}: measured rooms (--responses) have their own; give "
                                         "only one of the two",
                                         option));
  }
}

}  // namespace

void plan_room(const SimulateOptions& options, simulate::Plan& plan) {
  plan.room_m = three("--room", options.room_m);
  core::require(plan.room_m.minCoeff() >= 0.1 && plan.room_m.maxCoeff() <= 1000.0,
                "--room: expected lengths of 0.1 to 1000 m");
  plan.array_center_m = options.array_position_m.empty()
                            ? Eigen::Vector3d(0.5 * plan.room_m)
                            : three("--array-position", options.array_position_m);
  plan.formula = room::reverberation_formula(options.formula);
  plan.t60_s = core::ValueRange::parse("--t60", options.t60);
  require_range("--t60", plan.t60_s.low, 0.0, 20.0);
  require_range("--t60", plan.t60_s.high, 0.0, 20.0);
  const int max_order = options.max_order.value_or(kNoLimit);
  core::require(max_order >= kNoLimit,
                fmt::format("--max-order: expected 0 or more, found {}", max_order));
  if (max_order != kNoLimit) plan.max_order = max_order;
  plan_absorption(options, plan);
  plan.make_room(plan.t60_s.single() ? plan.t60_s.low : 0.0);  // throws now if it is infeasible
}

void plan_room_waves(const SimulateOptions& options, simulate::Plan& plan) {
  const std::vector<double>& angles_deg = options.source_direction_deg;
  std::optional<Eigen::Vector3d> direction_world;
  const std::vector<std::filesystem::path> files = simulate::find_room_waves(options.room_waves);
  if (!angles_deg.empty()) {
    core::require(angles_deg.size() == 2,
                  fmt::format("--source-direction: expected azimuth,elevation, found {} numbers",
                              angles_deg.size()));
    require_range("--source-direction", angles_deg[0], -360.0, 360.0);
    require_range("--source-direction", angles_deg[1], -90.0, 90.0);
    core::require(files.size() == 1,
                  fmt::format("--source-direction: goes with one list of --room-waves, found {}",
                              files.size()));
    direction_world = so3::direction_from_angles(core::degrees_to_radians(angles_deg[0]),
                                                 core::degrees_to_radians(angles_deg[1]));
  }
  for (const std::filesystem::path& file : files) {
    plan.room_waves.push_back(
        simulate::read_room_waves(file, simulate::kSimulatedRateHz, direction_world));
  }
}

simulate::Plan plan_measured_rooms(const SimulateOptions& options) {
  refuse_shoebox_options(options);
  simulate::Plan plan;
  plan.seed = options.common.seed;
  plan.speed_of_sound = options.sound_speed.speed_of_sound();
  plan.dwell_s = core::ValueRange::parse("--dwell", options.dwell);
  require_range("--dwell", plan.dwell_s.low, kShortestDwell_s, 3600.0);
  require_range("--dwell", plan.dwell_s.high, kShortestDwell_s, 3600.0);
  require_range("--angular-speed", options.angular_speed_deg, 1.0, 3600.0);
  plan.angular_speed_rad_s = core::degrees_to_radians(options.angular_speed_deg);
  auto responses = formats::read_room_responses(options.responses,
                                                {options.response_rooms, options.response_sources},
                                                simulate::kSimulatedRateHz);
  plan.array.position_m = responses.position_m;
  plan.room_responses = std::make_shared<array::RoomResponses>(std::move(responses));
  return plan;
}

}  // namespace commands
