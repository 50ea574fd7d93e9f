/// What `csl-calibrate --dry-run` says.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "commands/device/device.h"
#include "commands/device/recordings.h"

namespace commands::device {

/// Number of training steps of the first model: it only has to find the clocks.
std::size_t first_model_steps(const Options& options);

/// The recordings, and the steps with their time and their size on disk.
std::string plan_text(const Options& options, const std::vector<Recording>& recordings);

}  // namespace commands::device
