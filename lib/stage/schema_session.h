/// The columns that describe a session; sessions, features and estimates files carry the same ones.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <limits>
#include <string>
#include <vector>

#include "io/hdf5_reader.h"
#include "io/hdf5_writer.h"

namespace stage {

inline constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

/// Where one source was, in the world, from start to end of session time: at rest, or turning about
/// the array at constant speed. Other courses are lists of rows.
struct SourceTruth {
  std::size_t source = 0;  ///< number of the source within its session
  Eigen::Vector3d direction_world =
      Eigen::Vector3d::UnitX();  ///< unit length, from the array's centre, at start_s
  double start_s = 0.0;
  double end_s = 0.0;
  std::string speech_file;  ///< name without folder; empty if not simulated
  Eigen::Vector3d angular_velocity_world = Eigen::Vector3d::Zero();  ///< rad/s; zero: at rest

  bool moves() const { return !angular_velocity_world.isZero(0.0); }
  /// Direction in the world at a time of the session: exp(angular velocity (t - start)) direction.
  Eigen::Vector3d direction_at(double time_s) const;
};

/// What is known of a session beside its data. Unknown numbers are NaN.
struct SessionInfo {
  std::string id;
  double duration_s = 0.0;
  double t60_s = kUnknown;
  Eigen::Vector3d room_m = Eigen::Vector3d::Constant(kUnknown);
  double snr_db = kUnknown;          ///< sensor noise; infinite: none
  std::vector<SourceTruth> sources;  ///< empty: directions not known
};

/// Appends one row to /session/... and its rows to /source/...
class SessionTableWriter {
 public:
  explicit SessionTableWriter(io::Hdf5Writer& writer);
  void append(const SessionInfo& info);

 private:
  io::Hdf5Writer& writer_;
  std::uint64_t sources_ = 0;
};

/// All rows of /session and /source. @throws core::InputError if columns do not fit each other
std::vector<SessionInfo> read_session_table(const io::Hdf5Reader& file);

/// Where row i of a table starts in a long dataset, and how many rows it has there.
struct RowRange {
  std::size_t first = 0;
  std::size_t count = 0;
};

/// Reads the columns `first` and `count` and checks that ranges follow each other without gaps or
/// overlaps and end at `rows`. @throws core::InputError otherwise
std::vector<RowRange> read_ranges(const io::Hdf5Reader& file, const std::string& first,
                                  const std::string& count, std::size_t sessions, std::size_t rows);

}  // namespace stage
