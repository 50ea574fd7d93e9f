/// Sessions in measured rooms: dry speech through room responses that were measured at stated
/// orientations of the array.
#pragma once

#include <Eigen/Geometry>
#include <cstddef>
#include <span>
#include <vector>

#include "array/room_responses.h"
#include "core/random.h"
#include "simulate/dry_source.h"
#include "simulate/plan.h"
#include "simulate/view_course.h"

namespace simulate {

/// Where the sources of a session stand, and at which orientations all of them were measured.
struct MeasuredScene {
  std::vector<const array::RoomPlace*> place;  ///< of each source, all in one room
  std::vector<std::size_t> orientation;        ///< common indices into RoomResponses::orientation
  std::vector<Eigen::Quaterniond> quaternion;  ///< of these indices
  std::size_t start = 0;                       ///< index into `quaternion`
};

/// Draws a room with enough places, places at least the plan's smallest separation apart, and the
/// orientation at the start. Sets the directions and distances of the sources.
/// @throws core::UsageError  if no room has places that were measured at common orientations
MeasuredScene draw_scene(const Plan& plan, std::size_t session, std::vector<DrySource>& sources);

/// Sound of one source along the course of the array.
/// @param signal  dry sound, at the responses' sample rate
/// @return        [samples, microphones], row-major
std::vector<float> hear_along(const array::RoomResponses& responses, const MeasuredScene& scene,
                              std::size_t source, const ViewCourse& course,
                              std::span<const float> signal, std::size_t samples);

}  // namespace simulate
