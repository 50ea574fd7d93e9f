/// The rules by which the reflection is decided, and their text.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <map>
#include <string>

namespace learn {

enum class ReflectionRule {
  kNone,     ///< keep the sign of the trained map
  kTruth,    ///< majority of intervals by their true directions
  kInitial,  ///< at the start of each recording the source lies in a known half space of the array
  kWorld,    ///< the source lies in a known half space of the world, such as above the array
  kRecordings,  ///< kInitial or kWorld, stated for each recording
  /// Microphone A lies further along an axis than microphone B: sound from that side reaches A
  /// first, or louder (C-SL paper, 2.2).
  kMicrophones,
};

enum class MicrophoneCue { kArrival, kLevel };

/// What is known of a recording's source: the half space around `axis` holds it.
struct SourceSide {
  /// True: world axis, for all intervals. False: sensor axis, when the recording starts.
  bool world = false;
  Eigen::Vector3f axis = Eigen::Vector3f::UnitX();  ///< any length above 0
};

struct ReflectionOptions {
  ReflectionRule rule = ReflectionRule::kNone;
  SourceSide side;  ///< kInitial, kWorld
  /// kRecordings: by the recording's name. Recordings that are not listed do not vote.
  std::map<std::string, SourceSide> recordings;
  std::string recordings_file;  ///< kRecordings: name of the file that lists them
  /// kMicrophones: microphones, counted from 0; A lies further along `axis` than B.
  Eigen::Vector3f axis = Eigen::Vector3f::UnitX();
  std::size_t microphone_a = 0;
  std::size_t microphone_b = 0;
  MicrophoneCue cue = MicrophoneCue::kArrival;
};

/// Reads "initial:AXIS" or "world:AXIS", with AXIS one of +x -x +y -y +z -z or three numbers x,y,z.
/// @throws core::UsageError otherwise
SourceSide parse_source_side(const std::string& text);

/// Reads "none", "truth", "initial:AXIS", "world:AXIS", "mics:A,B,AXIS" (AXIS may also be x y z) and
/// "mics:A,B,AXIS,level". "recordings:FILE" gives the rule and the file's name; the caller reads the
/// file. @throws core::UsageError otherwise
ReflectionOptions parse_reflection(const std::string& text);
/// Text from which parse_reflection() makes the same options.
std::string to_string(const ReflectionOptions& options);

}  // namespace learn
