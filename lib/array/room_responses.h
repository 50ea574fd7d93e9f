/// Impulse responses of an array in real rooms, measured at stated orientations of the array.
#pragma once

#include <Eigen/Core>
#include <Eigen/Geometry>
#include <cstddef>
#include <limits>
#include <string>
#include <vector>

namespace array {

/// What the array hears of one source at one orientation: a measurement, perhaps with its channels
/// in another order. An array with a symmetry looks the same after some rotations. Relabeling its
/// channels is then the same as turning it.
struct RoomView {
  std::size_t orientation = 0;        ///< index into RoomResponses::orientation
  std::size_t measurement = 0;        ///< index into RoomResponses::measurement
  std::vector<std::size_t> channels;  ///< channel of the measurement that is microphone m, [m]
};

/// One place of a source in one room.
struct RoomPlace {
  std::string room;                 ///< name of the room or of its acoustic condition
  std::string source;               ///< name of the source's place
  Eigen::Vector3d direction_world;  ///< unit vector from the array's center to the source
  double distance_m = 1.0;
  double t60_s = std::numeric_limits<double>::quiet_NaN();  ///< NaN: not known
  std::vector<RoomView> views;                              ///< in order of their orientation
};

/// One set of impulse responses.
struct RoomMeasurement {
  std::vector<float> ir;  ///< [channels, samples], row-major
  std::size_t samples = 0;
  /// Time of the largest value of all channels: when the direct sound arrives in most rooms.
  double peak_s = 0.0;
};

/// Measured room responses of one array. All measurements have one rate and one number of channels.
struct RoomResponses {
  std::string name;
  double sample_rate_hz = 0.0;
  std::size_t microphones = 0;
  std::vector<Eigen::Vector3d> position_m;      ///< sensor frame, [microphones]; empty: not known
  std::vector<Eigen::Quaterniond> orientation;  ///< q_world_sensor, all different
  std::vector<RoomMeasurement> measurement;
  std::vector<RoomPlace> place;  ///< each has at least one view
};

}  // namespace array
