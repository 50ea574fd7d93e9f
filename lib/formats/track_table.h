/// Tracks in estimates.h5: sources followed over time (csl-infer --track).
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <vector>

#include "io/hdf5_reader.h"
#include "io/hdf5_writer.h"
#include "session/track.h"

namespace formats {

/// Makes the columns. They mark a file that was made with --track, even if it has no track.
void declare_tracks(io::Hdf5Writer& writer);

/// Appends the rows of one session, sorted by time and then by track number.
void append_tracks(io::Hdf5Writer& writer, std::uint32_t session,
                   const std::vector<session::TrackPoint>& rows);

/// True if the file was made with --track.
bool has_tracks(const io::Hdf5Reader& file);

/// Reads all rows, sorted by session and time.
/// @param sessions  number of sessions in the file
/// @throws core::InputError  for a row out of order, a direction that is not a unit vector, and a
///                           number or probability out of range
std::vector<session::TrackPoint> read_tracks(const io::Hdf5Reader& file, std::size_t sessions);

}  // namespace formats
