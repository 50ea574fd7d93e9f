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
#include "io/table_header.h"

namespace formats {

/// One row. Numbers are NaN where the cell is empty or says "nan".
struct OrientationRow {
  double time_s = 0.0;
  Eigen::Quaterniond q_world_sensor = Eigen::Quaterniond::Identity();

  bool finite() const;
};

/// Reads the lines of a table of orientations. What stands above the rows, the names and the units
/// are read as csl-import reads them (io::HeaderFinder, MotionColumns); further columns are not
/// read. Times without a unit are times since 1970 if they are as large as such times, otherwise s.
class OrientationRowReader {
 public:
  /// @param path  named in messages; the reader does not open it
  explicit OrientationRowReader(std::filesystem::path path, LogReading reading = {})
      : path_(std::move(path)), reading_(std::move(reading)), finder_(path_) {}

  /// Takes the next line, without its line end.
  /// @return  the row; nothing for a line above the rows, a comment and a blank line
  /// @throws core::UsageError  if the log needs an option that is not stated
  /// @throws core::InputError  naming file and line: no such columns, more or fewer cells than in
  ///                           the header, a cell that is no number, a quaternion that is not a
  ///                           unit quaternion, times without unit that cannot be seconds
  std::optional<OrientationRow> take(std::string_view line);

  /// @throws core::InputError  naming the file and the line that was taken last
  [[noreturn]] void fail(const std::string& message) const;

 private:
  void take_header();
  void check_unit(double time_s);
  std::vector<double> numbers(std::span<const std::size_t> columns);

  std::filesystem::path path_;
  LogReading reading_;
  std::size_t line_ = 0;  ///< Number of lines taken.
  io::HeaderFinder finder_;
  io::CellReader reader_;
  std::optional<PoseDecoder> pose_;  ///< Set with the first row of numbers.
  std::optional<TimeDecoder> time_;
  std::vector<std::string_view> cells_;  ///< Of the line that was taken last.
  std::optional<double> last_time_s_;
};

}  // namespace formats
