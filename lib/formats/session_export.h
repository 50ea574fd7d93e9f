/// Export of sessions to WAV and CSV files for other programs.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <string>

#include "formats/sessions_file.h"
#include "session/session.h"
#include "so3/track.h"

namespace formats {

/// Writes one session to these files in the folder:
///
///   ID.wav        samples as 32-bit floats
///   ID.pose.csv   time_s,qw,qx,qy,qz
///   ID.truth.csv  source,start_s,end_s,x,y,z,wx,wy,wz   (world axes, rad/s)
///   ID.imu.csv    time_s,gx,gy,gz,ax,ay,az,mx,my,mz     (rad/s, m/s^2, uT; with samples only)
///
/// @throws core::IoError  if a file cannot be written
void export_session(const std::filesystem::path& folder, const session::Session& session,
                    std::size_t microphones, double sample_rate_hz);

/// A table of orientations, time_s,qw,qx,qy,qz; gaps between the tracks are gaps of the table.
std::string pose_csv(std::span<const so3::Track> tracks);

/// Number of the simulated session whose export has a file of this name, such as 12 for
/// "000012.pose.csv"; nothing for other names.
std::optional<std::size_t> exported_session(const std::string& name);

}  // namespace formats
