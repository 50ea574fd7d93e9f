/// The times of a log, and the names of its columns.
#pragma once

#include <string>
#include <vector>

#include "ingest/options.h"
#include "io/table.h"

namespace ingest {

/// The names of a table's columns, for messages.
std::string list_columns(const io::Table& table);

struct LogTimes {
  std::vector<double> time_s;  ///< [rows]
  std::string meaning;         ///< Which column was read, and in which unit.
};

/// Reads the times of all rows: from a column of times (see formats::find_time_column), from a
/// count of frames with options.frame_rate_hz, or from LOCATA's columns year ... second. LOCATA's
/// times become seconds since midnight of the first day.
/// @throws core::UsageError  if the log counts frames and the frame rate is not stated
/// @throws core::InputError  if there is no such column, a time is not finite or goes backward, or
///                           the steps between rows show that the unit is wrong
LogTimes read_times(const io::Table& table, const LogOptions& options);

/// Median time between rows, s; rows that repeat a time do not count. 0 without steps.
double median_step_s(const std::vector<double>& time_s);

}  // namespace ingest
