/// csl-simulate: recordings of a turning array in a reverberant room, with ground truth.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "stage/common.h"

namespace stage {

/// Defaults are the paper's mixed condition (3.1).
struct SimulateOptions {
  CommonOptions common;
  std::vector<std::string> speech;  ///< files, folders, lists, "-"
  std::filesystem::path out;
  std::size_t sessions = 100;
  std::string array = "cube8";  ///< built-in name or JSON file
  double edge_m = 0.0;          ///< size of a built-in array; 0: its own default
  std::vector<double> room_m = {4.0, 4.0, 4.0};
  std::string t60 = "0:0.75";
  double source_distance_m = 1.0;  ///< from the array's centre, which is the room's
  double angular_speed_deg = 90.0;
  std::string start = "random";  ///< "random", or "facing:+x": the array starts facing the source
  std::string snr = "inf";       ///< dB, microphone self-noise
  std::string shard = "1/1";     ///< i/n: the i-th of n equal parts of the sessions

  /// Everything that decides the content, resolved; for provenance.
  nlohmann::json to_json() const;
};

/// Renders the sessions and writes them. Same options, same bytes, for any number of threads; the
/// shards together hold the same sessions as one run.
/// @throws core::UsageError, core::InputError, core::IoError before any work where they can be
/// known
void simulate(const SimulateOptions& options);

}  // namespace stage
