/// How a recording and its log are to be read.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace ingest {

/// Where audio, log and intervals are, and how to read what the files do not say themselves.
struct Options {
  std::filesystem::path
      audio;  ///< recording, or a folder of ID.wav with ID.pose.csv, ID.truth.csv, ID.imu.csv
  std::filesystem::path pose;  ///< orientations; empty: from `imu`
  std::filesystem::path imu;   ///< inertial samples; beside `pose`: for checks, and kept
  std::filesystem::path out;

  std::string intervals = "silence";  ///< "silence", "changes", "segments", "whole", or a CSV file
  double segment_s = 5.0;             ///< longest interval that is made automatically
  double min_interval_s = 0.5;        ///< shorter ones are left out
  double silence_s = 0.3;             ///< pauses at least so long separate intervals
  std::filesystem::path array;        ///< JSON of positions, or SOFA; empty: not known

  std::string time_offset = "0";  ///< seconds added to the log's times, "start", "taps", or "auto"
  double time_drift_ppm = 0.0;    ///< the log's clock is slow by this
  double max_offset_s = 2.0;      ///< searched by taps and auto
  std::filesystem::path model;    ///< for "auto" and "changes"

  std::string quat_order;      ///< "wxyz" or "xyzw": needed where no line of names says it
  std::string euler_order;     ///< "zyx": yaw, pitch, roll about the turned axes; needed for angles
  std::string angle_unit;      ///< "deg" or "rad": needed for angles
  std::string time_unit;       ///< "s", "ms", "us", "ns"; empty: by the name, else s
  double frame_rate_hz = 0.0;  ///< of a log that counts frames
  bool inverse = false;        ///< quaternions turn world vectors into sensor vectors
  std::string gyro_unit = "rad/s";
  std::string acc_unit = "m/s2";
  std::string filter = "vqf";  ///< "vqf" (offline, two-sided) or "vqf-live"
  std::vector<double> mounting = {1.0, 0.0, 0.0, 0.0};  ///< w,x,y,z: turns array vectors into the
                                                        ///< log's sensor frame
  double max_gap_s = 0.1;                               ///< longer gaps of the log are not bridged
  std::string on_nan = "error";                         ///< or "mask"
  double rate_hz = 16000.0;                             ///< of the sessions
  std::filesystem::path report;  ///< folder for report.json and pictures; empty: none

  /// What the user chose; what was found is added by the import.
  nlohmann::json to_json() const;
};

}  // namespace ingest
