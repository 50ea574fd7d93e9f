/// How to read a recording and its log, and how to divide the recording into intervals.
#pragma once

#include <Eigen/Geometry>
#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "formats/pose_decoder.h"
#include "ingest/recording_stream.h"

namespace ingest {

using formats::AngleUnit;
using formats::Axis;
using formats::EulerOrder;
using formats::name_of;
using formats::QuaternionOrder;

enum class GyroscopeUnit { kRadiansPerSecond, kDegreesPerSecond };

/// kStandardGravity: multiples of 9.80665 m/s^2.
enum class AccelerometerUnit { kMetersPerSecondSquared, kStandardGravity };

/// VQF that sees the whole log, or VQF that sees only the past.
enum class OrientationFilter { kOffline, kLive };

/// A signed axis of the orientations' world. Default: +z.
struct UpAxis {
  formats::Axis axis = formats::Axis::kZ;
  bool negative = false;
};

/// The log: orientations, inertial samples, or both. A log file does not always say how its numbers
/// are meant; an optional that is empty means that the user has not stated it.
struct LogOptions : formats::LogReading {
  std::filesystem::path pose;  ///< Orientations; empty: the orientation is computed from `imu`.
  std::filesystem::path imu;   ///< Inertial samples; beside `pose` they are compared and stored.
  /// Further files of inertial samples: sensors that `imu` lacks (accelerometer, magnetometer).
  std::vector<std::filesystem::path> imu_beside;
  std::optional<GyroscopeUnit> gyroscope_unit;          ///< Not stated: by the names, else rad/s.
  std::optional<AccelerometerUnit> accelerometer_unit;  ///< Not stated: by the names, else m/s2.
  /// Which axis of the orientations' world points up. Not stated: +z.
  std::optional<UpAxis> up;
  /// Whether the file's accelerations have the opposite sign of the specific force. Not stated: by
  /// the names, else no.
  std::optional<bool> accelerations_negated;
  /// The user vouches for the log: what contradicts it becomes a warning. Default: false.
  bool trust_log = false;
  OrientationFilter filter = OrientationFilter::kOffline;
  /// Turns array vectors into vectors of the log's sensor frame. Its length is 1 within 1 %; each
  /// orientation is normalized after the multiplication.
  Eigen::Quaterniond q_sensor_array = Eigen::Quaterniond::Identity();
  double max_gap_s = 0.1;  ///< Longest gap of the log that is bridged, s. Default: 0.1.
};

/// How the offset between the log's clock and the recording's clock is found.
enum class ClockRule {
  kStated,     ///< The user states it.
  kStart,      ///< The log starts with the recording.
  kTaps,       ///< From taps that both the accelerometer and the microphones record.
  kAgreement,  ///< From the sound: directions of one interval agree at the right offset.
};

struct ClockOptions {
  ClockRule rule = ClockRule::kStated;
  double offset_s = 0.0;      ///< kStated: seconds added to the log's times. Default: 0.
  double drift = 0.0;         ///< 5e-5: the log's clock is 50 ppm slow. Default: 0.
  double max_offset_s = 2.0;  ///< kTaps and kAgreement search offsets up to this, s. Default: 2.
};

/// What divides a recording into intervals.
enum class IntervalRule {
  kSilence,   ///< Pauses.
  kChanges,   ///< Pauses, and changes of the source's direction.
  kSegments,  ///< Nothing: equal intervals.
  kWhole,     ///< Nothing: the recording is one interval.
  kFile,      ///< Rows of a CSV file.
};

struct IntervalOptions {
  IntervalRule rule = IntervalRule::kSilence;
  std::filesystem::path file;  ///< kFile: columns start_s, end_s[, x, y, z].
  double max_length_s = 5.0;   ///< Longest interval that is made automatically, s. Default: 5.
  double min_length_s = 0.5;   ///< Shorter intervals are left out, s. Default: 0.5.
  double silence_s = 0.3;      ///< Shortest pause that separates two intervals, s. Default: 0.3.
};

/// One recording and its log.
struct Options {
  AudioSource audio;             ///< Of a folder: one file, the folder itself.
  bool mask_not_finite = false;  ///< Leave out samples that are not finite; false: refuse them.
  double rate_hz = 16000.0;      ///< Sample rate of the sessions, Hz. Default: 16000.
  std::filesystem::path model;   ///< For kAgreement and kChanges; empty: a linear map is fitted.
  LogOptions log;
  ClockOptions clock;
  IntervalOptions intervals;
};

/// "rad/s", "deg/s".
const char* name_of(GyroscopeUnit unit);
/// "m/s2", "g".
const char* name_of(AccelerometerUnit unit);
/// "+x", "-z".
std::string name_of(const UpAxis& up);

}  // namespace ingest
