#include "simulate/plan.h"

#include <algorithm>

namespace simulate {

room::Shoebox Plan::make_room(double t60_s_of_session) const {
  room::Shoebox room =
      band_absorption
          ? room::shoebox_from_band_absorption(room_m, *band_absorption, formula, speed_of_sound)
      : absorption ? room::shoebox_from_absorption(room_m, *absorption, formula, speed_of_sound)
                   : room::shoebox_from_t60(room_m, t60_s_of_session, formula, speed_of_sound);
  if (air_absorption) {
    const room::BandValues air = room::air_attenuation_per_m();
    room.air_per_m.assign(air.begin(), air.end());
  }
  room.jitter_m = image_jitter_m;
  room.max_order = max_order;
  return room;
}

bool Plan::inside_room(const Eigen::Vector3d& direction_world) const {
  const Eigen::Vector3d place = array_center_m + source_distance_m * direction_world;
  return (place.array() > 0.0).all() && (place.array() < room_m.array()).all();
}

array::Geometry Plan::open_array() const {
  array::Geometry geometry{"simulated", array.position_m};
  for (Eigen::Vector3d& position : geometry.position_m) position -= pivot_m;
  return geometry;
}

double Plan::array_radius_m() const {
  if (!array.responses) return open_array().radius_m();
  return array::ResponseInterpolator(*array.responses, kSimulatedRateHz).radius_m(speed_of_sound) +
         pivot_m.norm();
}

double Plan::absorption_t60_s() const {
  if (!band_absorption)
    return room::t60_from_absorption(room_m, *absorption, formula, speed_of_sound);
  double longest_s = 0.0;
  for (const room::Walls& walls : *band_absorption) {
    longest_s =
        std::max(longest_s, room::t60_from_absorption(room_m, walls, formula, speed_of_sound));
  }
  return longest_s;
}

}  // namespace simulate
