/// How to read a recording and its log, and how to divide the recording into intervals.
#pragma once

#include <Eigen/Geometry>
#include <array>
#include <filesystem>
#include <optional>

#include "formats/orientation_table.h"
#include "ingest/recording_stream.h"

namespace ingest {

/// Order of the four numbers of a quaternion in a row.
enum class QuaternionOrder { kWxyz, kXyzw };

enum class AngleUnit { kDegrees, kRadians };

enum class GyroscopeUnit { kRadiansPerSecond, kDegreesPerSecond };

/// kStandardGravity: multiples of 9.80665 m/s^2.
enum class AccelerometerUnit { kMetersPerSecondSquared, kStandardGravity };

/// VQF that sees the whole log, or VQF that sees only the past.
enum class OrientationFilter { kOffline, kLive };

enum class Axis { kX, kY, kZ };

/// Axes of three turns, in order. Each turn is about the axis as the earlier turns left it.
using EulerOrder = std::array<Axis, 3>;

/// The log: orientations, inertial samples, or both. A log file does not always say how its numbers
/// are meant; an optional that is empty means that the user has not stated it.
struct LogOptions {
  std::filesystem::path pose;  ///< Orientations; empty: the orientation is computed from `imu`.
  std::filesystem::path imu;   ///< Inertial samples; beside `pose` they are compared and stored.
  std::optional<QuaternionOrder> quaternion_order;  ///< Needed where no header states the order.
  std::optional<EulerOrder> euler_order;            ///< Needed for roll, pitch, yaw.
  std::optional<AngleUnit> angle_unit;              ///< Needed for angles without unit in the name.
  std::optional<formats::TimeUnit> time_unit;       ///< Not stated: by the column's name, else s.
  std::optional<double> frame_rate_hz;              ///< Needed for a log that counts frames.
  bool inverse =
      false;  ///< The quaternions turn world vectors into sensor vectors. Default: false.
  GyroscopeUnit gyroscope_unit = GyroscopeUnit::kRadiansPerSecond;
  AccelerometerUnit accelerometer_unit = AccelerometerUnit::kMetersPerSecondSquared;
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

/// "wxyz", "xyzw".
const char* name_of(QuaternionOrder order);
/// "rad/s", "deg/s".
const char* name_of(GyroscopeUnit unit);
/// "m/s2", "g".
const char* name_of(AccelerometerUnit unit);
/// 'x', 'y', 'z'.
char name_of(Axis axis);

}  // namespace ingest
