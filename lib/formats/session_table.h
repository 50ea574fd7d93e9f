/// The table of sessions, which is the same in sessions, features and estimates files.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <limits>
#include <string>
#include <vector>

#include "core/index_range.h"
#include "io/hdf5_reader.h"
#include "io/hdf5_writer.h"
#include "session/session.h"

namespace formats {

/// Writes the columns /session/... and /source/...
class SessionTableWriter {
 public:
  explicit SessionTableWriter(io::Hdf5Writer& writer);
  /// Appends a session and its sources.
  void append(const session::Info& info);

 private:
  io::Hdf5Writer& writer_;
  std::uint64_t sources_ = 0;
  std::uint64_t activities_ = 0;
};

/// Reads all sessions and their sources. @throws core::InputError if columns do not fit each other
std::vector<session::Info> read_session_table(const io::Hdf5Reader& file);

/// Reads the rows of a long dataset that belong to each session.
/// @param first, count  columns with the first row and the number of rows of each session
/// @param rows          number of rows of the long dataset
/// @throws core::InputError  unless the ranges follow each other without gaps and end at `rows`
std::vector<core::IndexRange> read_ranges(const io::Hdf5Reader& file, const std::string& first,
                                          const std::string& count, std::size_t sessions,
                                          std::size_t rows);

}  // namespace formats
