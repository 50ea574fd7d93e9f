/// The columns that describe a session; sessions, features and estimates files carry the same ones.
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

/// Appends one row to /session/... and its rows to /source/...
class SessionTableWriter {
 public:
  explicit SessionTableWriter(io::Hdf5Writer& writer);
  void append(const session::Info& info);

 private:
  io::Hdf5Writer& writer_;
  std::uint64_t sources_ = 0;
  std::uint64_t activities_ = 0;
};

/// All rows of /session and /source. @throws core::InputError if columns do not fit each other
std::vector<session::Info> read_session_table(const io::Hdf5Reader& file);

/// Reads the columns `first` and `count` and checks that ranges follow each other without gaps or
/// overlaps and end at `rows`. @throws core::InputError otherwise
std::vector<core::IndexRange> read_ranges(const io::Hdf5Reader& file, const std::string& first,
                                          const std::string& count, std::size_t sessions,
                                          std::size_t rows);

}  // namespace formats
