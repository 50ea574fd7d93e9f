/// Lines of a motion log that come one at a time: their numbers and times.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "formats/pose_decoder.h"
#include "formats/time_decoder.h"
#include "io/table_header.h"

namespace formats {

/// What stands above the rows, the names and the units are read as csl-import reads them
/// (io::HeaderFinder, MotionColumns). Times without a unit are times since 1970 if they are as large
/// as such times, otherwise s.
class TimedLines {
 public:
  /// @param path  named in messages; it is not opened
  TimedLines(std::filesystem::path path, LogReading reading)
      : path_(std::move(path)), reading_(std::move(reading)), finder_(path_) {}

  /// Takes the next line, without its line end.
  /// @return  false for a line above the rows, a comment and a blank line
  /// @throws core::InputError  on more or fewer cells than in the header
  bool take(std::string_view line);

  const LogReading& reading() const { return reading_; }
  const std::filesystem::path& path() const { return path_; }
  /// Known with the first row.
  const io::TableHeader& header() const { return finder_.header(); }

  /// Numbers of the row that was taken last. NaN where the cell is empty or says "nan".
  /// @throws core::InputError  if a cell is no number
  std::vector<double> numbers(std::span<const std::size_t> columns);
  /// Time of the row that was taken last, s.
  /// @param time  the same object for all rows; its unit is completed
  /// @throws core::InputError  on times without unit that cannot be seconds
  double seconds(TimeDecoder& time);

  /// @throws core::InputError  naming the file and the line that was taken last
  [[noreturn]] void fail(const std::string& message) const;

 private:
  void check_unit(TimeDecoder& time, double time_s);

  std::filesystem::path path_;
  LogReading reading_;
  std::size_t line_ = 0;  ///< Number of lines taken.
  io::HeaderFinder finder_;
  bool in_rows_ = false;
  io::CellReader reader_;
  std::vector<std::string_view> cells_;  ///< Of the line that was taken last.
  std::optional<double> last_time_s_;
};

}  // namespace formats
