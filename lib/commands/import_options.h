/// Options of csl-import as the command line gives them.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "commands/common.h"
#include "commands/sound_speed.h"
#include "ingest/options.h"

namespace commands {

/// How the user says that a motion log is meant.
struct LogTexts {
  std::vector<std::string> columns;  ///< FIELD=COLUMN, see formats::StatedColumns.
  std::string body;                  ///< The body of the log that carries the array.
  std::string quat_order;            ///< "wxyz" or "xyzw"; empty: not stated.
  std::string euler_order;           ///< Axes such as "zyx"; empty: not stated.
  std::string angle_unit;            ///< "deg" or "rad"; empty: not stated.
  std::string time_unit;             ///< "s", "ms", "us" or "ns"; empty: by the name, else s.
  double frame_rate_hz = 0.0;        ///< Of a log that counts frames; 0: not stated.
  bool inverse = false;              ///< The quaternions turn world vectors into sensor vectors.
};

/// Checks the texts and converts them.
/// @throws core::UsageError  naming the option, what was expected and what was found
formats::LogReading to_log_reading(const LogTexts& texts);

/// How the user says that inertial samples are meant.
struct InertialTexts {
  std::string gyro_unit;   ///< "rad/s" or "deg/s"; empty: by the names, else rad/s.
  std::string acc_unit;    ///< "m/s2" or "g"; empty: by the names, else m/s2.
  std::string acc_sign;    ///< "+" or "-"; empty: not stated, by the names, else +.
  bool trust_log = false;  ///< What contradicts the log becomes a warning.
  /// Unit quaternion w,x,y,z that turns array vectors into vectors of the log's sensor frame.
  std::vector<double> mounting = {1.0, 0.0, 0.0, 0.0};
};

/// Checks the texts and converts them; files, filter and gaps keep their defaults.
/// @throws core::UsageError  naming the option, what was expected and what was found
ingest::LogOptions to_log_options(const LogTexts& texts, const InertialTexts& inertial);

struct ImportOptions : LogTexts, InertialTexts {
  /// A recording, several files of one channel (one for each microphone), or a folder of recordings
  /// with their logs (ingest::list_recordings) and ID.truth.csv. Quoted globs and lists with commas
  /// are expanded.
  std::vector<std::string> audio;
  std::string channels;  ///< Channels that are used, from 1, such as "1-4"; empty: all microphones.
  bool salvage = false;  ///< Read files whose stated size is wrong to their end.
  /// Snapshots of an STFT (ingest::read_snapshots) in place of a recording; empty: none.
  std::filesystem::path snapshots;
  std::filesystem::path pose;  ///< Orientations; empty: computed from `imu`.
  std::filesystem::path imu;   ///< Inertial samples; beside `pose` they are compared and stored.
  std::vector<std::filesystem::path> imu_beside;  ///< Further files of inertial samples.
  std::filesystem::path out;

  std::string intervals = "silence";  ///< "silence", "changes", "segments", "whole", or a CSV file.
  double segment_s = 5.0;             ///< Longest interval that is made automatically, s.
  double min_interval_s = 0.5;        ///< Shorter intervals are left out, s.
  double silence_s = 0.3;             ///< Shortest pause that separates two intervals, s.
  std::filesystem::path array;        ///< JSON of positions, or SOFA; empty: not known.
  SoundSpeedOptions sound_speed;      ///< Of the responses of an array with a rigid sphere.

  std::string time_offset = "0";  ///< Seconds added to the log's times, "start", "taps", or "auto".
  double time_drift_ppm = 0.0;    ///< The log's clock is slow by this.
  double max_offset_s = 2.0;      ///< Largest offset that "taps" and "auto" search, s.
  /// For "auto" and "changes"; empty: a linear map is fitted. Also for the heading.
  std::filesystem::path model;

  std::string heading = "log";  ///< Or "sound": the heading follows a source that stands still.

  std::string filter = "vqf";      ///< "vqf" (sees the whole log) or "vqf-live".
  std::string up;                  ///< "+z", "-z", "+y", "-y", "+x" or "-x"; empty: not stated, +z.
  double max_gap_s = 0.1;          ///< Longest gap of the log that is bridged, s.
  std::string on_nan = "error";    ///< Or "mask".
  double rate_hz = 16000.0;        ///< Sample rate of the sessions.
  double noise_margin_db = 0.0;    ///< That csl-features will have, if known: stills a warning.
  std::filesystem::path pose_out;  ///< Folder for the array's orientations; empty: none.
  std::filesystem::path report;    ///< Folder for report.html and report.json; empty: none.
  CommonOptions common;

  /// The options as the provenance states them; file names are without folders.
  nlohmann::json to_json() const;
};

/// The files and channels of options.audio; lists and globs are expanded.
/// @throws core::UsageError, core::InputError
ingest::AudioSource to_audio_source(const ImportOptions& options);

/// Checks the options of the log and converts them.
/// @throws core::UsageError  as to_ingest_options()
ingest::LogOptions to_checked_log_options(const ImportOptions& options);

/// Checks all options and converts them. If options.audio is a folder, the caller sets the files of
/// each recording.
/// @throws core::UsageError  naming the option, what was expected and what was found
ingest::Options to_ingest_options(const ImportOptions& options);

}  // namespace commands
