/// Tracks in estimates.h5: sources over time, written by csl-infer --track.
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <vector>

#include "io/hdf5_reader.h"
#include "io/hdf5_writer.h"
#include "session/track.h"

namespace formats {

/// Makes the columns, so that a file without a single track still says that it was tracked.
void declare_tracks(io::Hdf5Writer& writer);

/// Appends one session's rows, by time and then by number.
void append_tracks(io::Hdf5Writer& writer, std::uint32_t session,
                   const std::vector<session::TrackPoint>& rows);

/// True if the file was made with --track.
bool has_tracks(const io::Hdf5Reader& file);

/// All rows, by session and time. @throws core::InputError on a row out of order, a direction that
/// is not a unit vector, a number or probability out of range
std::vector<session::TrackPoint> read_tracks(const io::Hdf5Reader& file, std::size_t sessions);

}  // namespace formats
