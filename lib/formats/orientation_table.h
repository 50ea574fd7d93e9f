/// Orientations in text tables: which columns hold them, and which rows are valid.
#pragma once

#include <Eigen/Geometry>
#include <array>
#include <filesystem>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace formats {

/// Index of the first of these names that the table has; names are as in io::Table.
std::optional<std::size_t> find_column(std::span<const std::string> names,
                                       std::initializer_list<const char*> candidates);

/// Indices of a group of columns, each under any of its names; nothing if a column is missing.
template <std::size_t N>
std::optional<std::array<std::size_t, N>> find_columns(
    std::span<const std::string> names,
    const std::array<std::initializer_list<const char*>, N>& candidates) {
  std::array<std::size_t, N> columns{};
  for (std::size_t i = 0; i < N; ++i) {
    const std::optional<std::size_t> column = find_column(names, candidates[i]);
    if (!column) return std::nullopt;
    columns[i] = *column;
  }
  return columns;
}

enum class TimeUnit { kSeconds, kMilliseconds, kMicroseconds, kNanoseconds };
/// "s", "ms", "us", "ns".
const char* name_of(TimeUnit unit);
/// The unit in s.
double seconds_in(TimeUnit unit);

/// A column of times.
struct TimeColumn {
  std::size_t index = 0;
  std::optional<TimeUnit> unit;  ///< Empty: the name does not state it.
};

/// The column named time, t, timestamp, time_stamp, sensor_time or elapsed, with or without a unit
/// (time_s, time(ms), time[us]); nothing if there is none.
std::optional<TimeColumn> find_time_column(std::span<const std::string> names);

/// The columns of w, x, y, z under the names that loggers use (qw, quat_w, orientation.w, w, ...);
/// nothing if one of them is missing.
std::optional<std::array<std::size_t, 4>> find_quaternion_columns(
    std::span<const std::string> names);

/// Says what is wrong with a finite quaternion whose length is not within 1 % of 1; empty for a
/// quaternion that is accepted.
std::string quaternion_fault(const Eigen::Quaterniond& q);

/// One row. Numbers are NaN where the cell is empty or says "nan".
struct OrientationRow {
  double time_s = 0.0;
  Eigen::Quaterniond q_world_sensor = Eigen::Quaterniond::Identity();

  bool finite() const;
};

/// Reads the lines of a table of orientations one at a time, from a file or while they arrive. The
/// first line is the header. It names a column of times (without a unit: s) and the quaternion's
/// columns, in any order; further columns are not read.
class OrientationRowReader {
 public:
  /// @param path  named in messages; the reader does not open it
  explicit OrientationRowReader(std::filesystem::path path) : path_(std::move(path)) {}

  /// Takes the next line, without its line end.
  /// @return  the row; nothing for the header and for a blank line
  /// @throws core::InputError  naming file and line: no such columns, more or fewer cells than in
  ///                           the header, a cell that is no number, a quaternion that is not a
  ///                           unit quaternion
  std::optional<OrientationRow> take(std::string_view line);

  /// @throws core::InputError  naming the file and the line that was taken last
  [[noreturn]] void fail(const std::string& message) const;

 private:
  void take_header(std::string_view line);
  double number_at(std::span<const std::string_view> cells, std::size_t column) const;

  std::filesystem::path path_;
  std::size_t line_ = 0;  ///< Number of lines taken.
  char separator_ = ',';
  std::vector<std::string> names_;
  std::size_t time_ = 0;                     ///< Column of the times.
  double unit_s_ = 1.0;                      ///< Their unit, s.
  std::array<std::size_t, 4> quaternion_{};  ///< Columns of w, x, y, z.
};

}  // namespace formats
