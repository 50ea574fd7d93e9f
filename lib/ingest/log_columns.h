/// The times of a log.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "formats/motion_columns.h"
#include "ingest/options.h"
#include "io/table.h"

namespace ingest {

struct LogTimes {
  std::vector<double> time_s;  ///< [rows]
  std::string meaning;         ///< Which column was read, and in which unit.
  bool unit_stated = false;    ///< The user states the unit.
};

/// What is special about the times of a table.
struct TimesOf {
  std::string_view
      stem;             ///< Words of the columns that the times belong to (MotionColumns::time()).
  bool rows = false;    ///< The table has no times: its rows are counted.
  bool ordered = true;  ///< Time must not go backward; false: rows of several sensors are mixed.
};

/// Reads the times of all rows: from a column of times, from two columns of seconds and of their
/// fractions, from dates in text (ISO 8601), from a count of frames with the frame rate, or from
/// LOCATA's columns year ... second. Dates in text and LOCATA's become seconds since midnight of the
/// first day. Times without a unit are times since 1970 if their size and steps fit; otherwise they
/// are seconds, unless they are whole numbers or the steps are longer than 0.2 s.
/// @throws core::UsageError  if the log counts frames and the frame rate is not stated
/// @throws core::InputError  if there is no such column, a time is not finite or goes backward, or
///                           the unit is not known or contradicts the steps between rows
LogTimes read_times(const io::Table& table, const formats::MotionColumns& columns,
                    const LogOptions& options, const TimesOf& of = {});

/// @throws core::InputError  naming the line where time goes backward
void check_order(const io::Table& table, const std::vector<double>& time_s);

/// Median time between rows, s; rows that repeat a time do not count. 0 without steps.
double median_step_s(const std::vector<double>& time_s);

}  // namespace ingest
