/// Orientations in text tables whose lines come one at a time, from a file or while they arrive.
#pragma once

#include <Eigen/Geometry>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "formats/pose_decoder.h"
#include "formats/time_decoder.h"
#include "formats/timed_lines.h"

namespace formats {

/// One row. Numbers are NaN where the cell is empty or says "nan".
struct OrientationRow {
  double time_s = 0.0;
  Eigen::Quaterniond q_world_sensor = Eigen::Quaterniond::Identity();

  bool finite() const;
};

/// Orientations from the lines of a log that come one at a time.
class OrientationLines {
 public:
  virtual ~OrientationLines() = default;
  /// Takes the next line, without its line end, and appends the orientations that it completes.
  virtual void take(std::string_view line, std::vector<OrientationRow>& rows) = 0;
  /// @throws core::InputError  naming the file and the line that was taken last
  [[noreturn]] virtual void fail(const std::string& message) const = 0;
};

/// Reads a table of orientations (TimedLines); further columns are not read.
class OrientationRowReader : public OrientationLines {
 public:
  /// @param path            named in messages; the reader does not open it
  /// @param q_sensor_array  turns array vectors into vectors of the log's sensor frame
  explicit OrientationRowReader(
      std::filesystem::path path, LogReading reading = {},
      const Eigen::Quaterniond& q_sensor_array = Eigen::Quaterniond::Identity())
      : lines_(std::move(path), std::move(reading)), q_sensor_array_(q_sensor_array) {}

  /// Takes the next line, without its line end.
  /// @return  the row; nothing for a line above the rows, a comment and a blank line
  /// @throws core::UsageError  if the log needs an option that is not stated
  /// @throws core::InputError  naming file and line: no such columns, a quaternion that is not a
  ///                           unit quaternion, and as TimedLines
  std::optional<OrientationRow> take(std::string_view line);
  void take(std::string_view line, std::vector<OrientationRow>& rows) override;
  [[noreturn]] void fail(const std::string& message) const override { lines_.fail(message); }

 private:
  void take_header();

  TimedLines lines_;
  Eigen::Quaterniond q_sensor_array_;
  std::optional<PoseDecoder> pose_;  ///< Set with the first row of numbers.
  std::optional<TimeDecoder> time_;
};

}  // namespace formats
