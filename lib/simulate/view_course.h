/// How an array moves among the orientations at which its room responses were measured.
#pragma once

#include <Eigen/Geometry>
#include <cstddef>
#include <span>
#include <vector>

#include "core/random.h"
#include "core/value_range.h"
#include "so3/track.h"

namespace simulate {

/// Largest angle between two orientations whose sounds are cross-faded while the array turns from
/// one to the other. Over 6 degrees a microphone 5 cm from the center moves by 5 mm, an eighth of
/// the shortest wavelength.
inline constexpr double kNearOrientations_deg = 6.0;
/// Duration of the cross-fade between two orientations that are not near each other. The array
/// seems to jump.
inline constexpr double kSwitch_s = 0.01;

/// A stay at one orientation. The orientation's sound fades in linearly from the end of the stay
/// before, and fades out until the start of the next stay.
struct Stay {
  std::size_t orientation = 0;  ///< index of the orientation
  double start_s = 0.0;
  double end_s = 0.0;  ///< not before start_s
};

/// A way of the array: what it hears, and how it is turned.
struct ViewCourse {
  std::vector<Stay> stays;  ///< in order of time; the first starts at 0, the last ends at the end
  so3::Track track;         ///< q_world_sensor
};

/// Draws a course. The array stays at an orientation for a time drawn from `dwell_s` and goes on to
/// another, drawn with equal probability. It turns there over orientations in between that are
/// near each other, in small steps, at the given speed. Where there is no such way, it jumps.
/// @param orientation  q_world_sensor, at least one
/// @param start        index of the first orientation
/// @param dwell_s      at least 0.02 s
ViewCourse draw_course(std::span<const Eigen::Quaterniond> orientation, std::size_t start,
                       const core::ValueRange& dwell_s, double speed_rad_s, double duration_s,
                       core::RandomStream& random);

/// Weight of a stay's sound at a time: 1 during the stay, 0 before it fades in and after it has
/// faded out. The weights of all stays add up to 1 at every time of the course.
double weight_at(std::span<const Stay> stays, std::size_t stay, double time_s);

}  // namespace simulate
