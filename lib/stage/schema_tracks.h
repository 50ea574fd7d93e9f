/// Tracks in estimates.h5: sources over time, written by csl-infer --track.
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <vector>

#include "io/hdf5_reader.h"
#include "io/hdf5_writer.h"

namespace stage {

/// One track at the time of one window.
struct TrackRow {
  std::uint32_t session = 0;  ///< row of /session; set by the writer
  std::uint32_t id = 0;       ///< from 1, by birth within the session
  double time_s = 0.0;        ///< as the window's estimate
  Eigen::Vector3d direction_world = Eigen::Vector3d::UnitX();   ///< unit
  Eigen::Vector3d direction_sensor = Eigen::Vector3d::UnitX();  ///< unit, at that time
  double sigma_deg = 0.0;  ///< standard deviation along a tangent
  double existence = 0.0;  ///< probability, [0, 1]
  bool measured = false;   ///< the window has a direction of it; else it is predicted
};

/// Makes the columns, so that a file without a single track still says that it was tracked.
void declare_tracks(io::Hdf5Writer& writer);

/// Appends one session's rows, by time and then by number.
void append_tracks(io::Hdf5Writer& writer, std::uint32_t session,
                   const std::vector<TrackRow>& rows);

/// True if the file was made with --track.
bool has_tracks(const io::Hdf5Reader& file);

/// All rows, by session and time. @throws core::InputError on a row out of order, a direction that
/// is not a unit vector, a number or probability out of range
std::vector<TrackRow> read_tracks(const io::Hdf5Reader& file, std::size_t sessions);

}  // namespace stage
