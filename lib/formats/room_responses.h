/// Reading measured room responses of an array (docs/use/rooms.md).
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "array/room_responses.h"

namespace formats {

/// Name of the table in a folder of measured room responses.
inline constexpr const char* kRoomTableName = "responses.json";

/// Rooms and sources that are read, as names or patterns with `*` and `?`. Empty: all.
struct RoomSelection {
  std::vector<std::string> rooms;
  std::vector<std::string> sources;

  bool takes(const std::string& room, const std::string& source) const;
};

/// Reads measured room responses at a sample rate: a folder with a table `responses.json`, such a
/// table, or a SOFA file of the convention SingleRoomSRIR, SingleRoomDRIR, MultiSpeakerBRIR or
/// SingleRoomMIMOSRIR, or GeneralFIR of a room. Files of measurements that are not selected are not opened.
/// @param sample_rate_hz  all responses are converted to it, so that convolution keeps its level
/// @throws core::InputError  for missing or wrong data, and if the selection is empty
array::RoomResponses read_room_responses(const std::filesystem::path& path,
                                         const RoomSelection& selection, double sample_rate_hz);

/// Reads such a SOFA file. As read_room_responses.
array::RoomResponses read_room_sofa(const std::filesystem::path& path,
                                    const RoomSelection& selection, double sample_rate_hz);

/// Adds a view to the place of this room and source, and a place or an orientation that is new.
/// @param place  room, source, direction, distance and T60; its views are ignored
/// @throws core::InputError  if the place has a view at this orientation already
void add_view(array::RoomResponses& responses, const array::RoomPlace& place,
              const Eigen::Quaterniond& q_world_sensor, std::size_t measurement,
              std::vector<std::size_t> channels);

/// Makes a measurement from samples at another rate.
/// @param interleaved  [samples, channels], row-major
/// @param what         name in messages
/// @throws core::InputError  if it is silent, longer than 20 s, or a sample is not finite
array::RoomMeasurement make_measurement(const std::string& what, std::span<const float> interleaved,
                                        std::size_t channels, double from_hz, double to_hz);

}  // namespace formats
