/// Simulated sessions as files that other programs can read.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>

#include "formats/sessions_file.h"
#include "session/session.h"

namespace formats {

/// Writes a session into a folder as these files:
///
/// | file         | content                                                                    |
/// |--------------|----------------------------------------------------------------------------|
/// | ID.wav       | samples, 32-bit float                                                      |
/// | ID.pose.csv  | time_s,qw,qx,qy,qz                                                         |
/// | ID.truth.csv | source,start_s,end_s,x,y,z,wx,wy,wz in the world                           |
/// | ID.imu.csv   | time_s,gx,gy,gz,ax,ay,az,mx,my,mz; rad/s, m/s^2, uT; only if there are any |
///
/// @throws core::IoError
void export_session(const std::filesystem::path& folder, const session::Session& session,
                    std::size_t microphones, double sample_rate_hz);

/// Number of the simulated session whose export has a file of this name, such as 12 for
/// "000012.pose.csv"; nothing for other names.
std::optional<std::size_t> exported_session(const std::string& name);

}  // namespace formats
