/// What an import found in a recording and its log, and what it assumed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "imu/clock.h"
#include "imu/repair.h"
#include "ingest/options.h"

namespace ingest {

/// One channel of a recording.
struct ChannelFacts {
  double rms = 0.0;  ///< Root mean square without the mean.
  double peak = 0.0;
  double mean = 0.0;
  std::uint64_t clipped = 0;  ///< Samples in runs of three or more at the channel's extreme values.
  std::uint64_t not_finite = 0;
  std::uint64_t digest = 0;  ///< Of all samples: channels with equal digests are copies.
};

/// A channel of the files that is no microphone.
struct LeftOutChannel {
  std::size_t number = 0;  ///< Counted from 1.
  std::string reason;
};

struct AudioFacts {
  std::string file;  ///< Name without folder; of several files the first one's.
  double rate_hz = 0.0;
  double duration_s = 0.0;
  std::vector<ChannelFacts> channel;
  std::size_t dropouts = 0;              ///< Number of dropouts, see AudioScan.
  double dropouts_s = 0.0;               ///< Their total length, s.
  double masked_s = 0.0;                 ///< Left out around samples that are not finite, s.
  double loud_over_floor_db = 0.0;       ///< 95 % quantile of the level over its 5 % quantile, dB.
  std::vector<std::size_t> numbers;      ///< [channels], channels of the files, counted from 0.
  std::vector<LeftOutChannel> left_out;  ///< Channels of the files that are not used.
  std::vector<std::string> files;        ///< Names of all files, one for each microphone.
};

/// A file of orientations.
struct PoseFacts {
  std::string file;     ///< Name without folder.
  std::string time;     ///< How the times were read.
  std::string read_as;  ///< How the orientations were read.
  bool inverse = false;
  std::size_t samples = 0;
  double step_s = 0.0;         ///< Median time between rows, s.
  std::size_t duplicates = 0;  ///< Rows with the time of an earlier row.
  std::size_t missing = 0;     ///< Rows that are not finite.
  std::size_t gaps = 0;        ///< Gaps that are too long to bridge.
  double longest_gap_s = 0.0;
  std::string up = "+z (assumed)";  ///< Axis of the world that points up, and how it is known.
};

/// A file of inertial samples.
struct InertialFacts {
  std::string file;      ///< Names without folder, the gyroscope's first.
  std::string time;      ///< How the times were read.
  bool unnamed = false;  ///< The file has no header: the order of its columns is assumed.
  std::string read_as;   ///< Which columns were read, and as what.
  std::string gyroscope_unit = "rad/s";
  std::string accelerometer_unit = "m/s2";
  std::string accelerometer_sign = "+ (assumed)";  ///< And how it is known.
  int axes = 6;                                    ///< 9 with a magnetometer, otherwise 6.
  imu::RepairReport repair;                        ///< What was repaired.
};

/// Orientations that were computed from the inertial samples.
struct FilterFacts {
  OrientationFilter filter = OrientationFilter::kOffline;
  double gravity_m_s2 = 0.0;  ///< Median length of the accelerations.
  /// Agreement with the accelerometer; 1 is perfect. Empty: too little turning for a comparison.
  std::optional<double> gyroscope_agreement;
  double rest_s = 0.0;  ///< Time that the filter took for rest.
  /// Standard deviation of the gyroscope's bias about the vertical, root mean square over the log:
  /// the rate at which the heading may drift, degrees a second.
  double heading_drift_deg_s = 0.0;
};

/// Orientations compared with a gyroscope.
struct ComparisonFacts {
  double residual = 0.0;    ///< See imu::Reading.
  double rate_ratio = 0.0;  ///< See imu::Consistency.
};

/// Where the orientation comes from: `pose`, with `imu` beside it or alone, or `imu` with `filter`.
struct OrientationFacts {
  std::optional<PoseFacts> pose;
  std::optional<InertialFacts> imu;
  std::optional<FilterFacts> filter;
  std::optional<ComparisonFacts> comparison;
};

/// The search of the time offset by the agreement of directions, see align::Alignment.
struct AgreementFacts {
  double agreement = 0.0;
  double ordinary_agreement = 0.0;
  double standard_error_s = 0.0;
  std::optional<double> drift_standard_error;  ///< Empty: the drift was not searched.
  bool flat = false;
};

struct ClockFacts {
  std::string method;
  bool guessed_start = false;  ///< The search took the log to start with the recording.
  imu::ClockMap clock;
  std::optional<imu::TapMatch> taps;
  std::optional<AgreementFacts> agreement;
  double log_start_s = 0.0;  ///< First orientation of the log, s from the recording's start.
};

/// A step of the log's heading.
struct HeadingResetFacts {
  double time_s = 0.0;  ///< Recording time.
  double size_deg = 0.0;
};

/// The log's heading compared with sound from a source that stands still.
struct HeadingFacts {
  std::string method;
  bool corrected = false;  ///< The orientations follow the sound.
  bool still = false;      ///< One source that stands still explains the directions.
  std::size_t directions = 0;
  double agreement = 0.0;            ///< See align::HeadingDrift; 1 is perfect.
  double direction_error_deg = 0.0;  ///< Of one direction's azimuth, standard deviation.
  double drift_deg = 0.0;            ///< Largest minus smallest correction between resets.
  double correction_sd_deg = 0.0;    ///< Root mean square over the recording.
  double leak_per_s = 0.0;
  double leak_sd_per_s = 0.0;
  double scale = 0.0;
  double scale_sd = 0.0;
  std::vector<HeadingResetFacts> reset;
};

/// The search for changes of the source's direction.
struct ChangesFacts {
  std::string method;
  std::size_t changes = 0;
};

/// Time of a recording that does not become sessions.
struct CoverageLoss {
  double without_orientation_s = 0.0;
  double masked_s = 0.0;      ///< Around samples that are not finite, s.
  std::size_t too_short = 0;  ///< Number of intervals that are too short.
};

/// One recording.
struct RecordingFacts {
  AudioFacts audio;
  OrientationFacts orientation;
  ClockFacts clock;
  std::optional<ChangesFacts> changes;  ///< Empty: changes were not searched.
  std::optional<HeadingFacts> heading;  ///< Empty: not compared with sound.
  CoverageLoss loss;
  std::size_t intervals = 0;  ///< Number of sessions.
};

/// The entry of a recording in report.json and in the provenance ("found").
nlohmann::json to_json(const RecordingFacts& facts);

}  // namespace ingest
