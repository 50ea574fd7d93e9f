/// Times of the rows of a motion log.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "formats/motion_columns.h"
#include "formats/pose_decoder.h"

namespace formats {

/// Where the unit of a column of times is known from.
enum class UnitSource {
  kName,     ///< From the column's name, or from facts about the format.
  kStated,   ///< From the user.
  kDate,     ///< From the size of the numbers: they are times since 1970.
  kAssumed,  ///< From nowhere: s.
};

/// Where the times of a table come from.
enum class TimeRule {
  kColumn,  ///< A column of times; a count of frames where there is none.
  kFrames,  ///< A count of frames: the column of times is empty.
  kRows,    ///< The table has no times; its rows are as far apart as the frame rate says.
};

/// Makes the time of a row from the numbers of its columns.
class TimeDecoder {
 public:
  /// @param stem  words that the names of the other columns share, see MotionColumns::time()
  /// @throws core::UsageError  if the log counts frames and the frame rate is not known
  /// @throws core::InputError  if there is no column of times, or its name contradicts the stated
  ///                           unit
  TimeDecoder(const MotionColumns& columns, const io::TableHeader& header,
              const LogReading& reading, std::string_view stem, TimeRule rule = TimeRule::kColumn);

  /// Columns whose numbers seconds() takes; empty where rows are counted.
  std::span<const std::size_t> columns() const { return columns_; }
  /// The time of the next row, s. @param numbers  one for each of columns()
  double seconds(std::span<const double> numbers);

  UnitSource source() const { return source_; }
  double unit_s() const { return unit_s_; }
  /// Xsens' SampleTimeFine, whose unit the steps between the rows tell (see sample_time_fine_unit()).
  bool sample_time_fine() const { return sample_time_fine_; }
  /// True if a second column holds the part below a second.
  bool joined() const { return columns_.size() == 2; }
  double fraction_unit_s() const { return fraction_unit_s_; }
  bool counts_frames() const { return frame_rate_hz_.has_value(); }
  /// Reads one column alone: columns()[index].
  void separate(std::size_t index);
  void set_unit(double unit_s, UnitSource source);
  /// Which column is read, and in which unit.
  std::string meaning() const;

 private:
  void take_column(const TimeColumn& column, const MotionColumns& columns,
                   const LogReading& reading);
  void take_frames(const MotionColumns& columns, const io::TableHeader& header,
                   const LogReading& reading, bool rows);

  std::vector<std::size_t> columns_;
  double unit_s_ = 1.0;
  double fraction_unit_s_ = 0.0;
  UnitSource source_ = UnitSource::kAssumed;
  bool sample_time_fine_ = false;
  std::optional<double> frame_rate_hz_;  ///< Set: frames or rows are counted.
  std::optional<double> first_frame_;
  double last_frame_ = 0.0;
  double wrapped_ = 0.0;  ///< Frames before the counter began again at 0.
};

/// The unit of times since 1970 (2003 to 2065) by their size, s; nothing for other numbers. Times
/// since a device was switched on may look the same: the steps between rows tell them apart.
std::optional<double> unit_of_date(double number);

/// The unit of SampleTimeFine, s: motion trackers count 0.1 ms and sample at 50 Hz or more, Xsens
/// DOT counts 1 us and samples at 120 Hz or less. @param step  between two rows
double sample_time_fine_unit(double step);

/// "s", "ms", "us", "ns", or "0.1 ms".
std::string time_unit_name(double unit_s);

}  // namespace formats
