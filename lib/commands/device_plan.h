/// What `csl-calibrate --dry-run` says.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "commands/device.h"
#include "commands/device_recordings.h"

namespace commands {

/// Number of training steps of the first model: it only has to find the clocks.
std::size_t first_model_steps(const DeviceOptions& options);

/// The recordings, and the steps with their time and their size on disk.
std::string plan_text(const DeviceOptions& options, const std::vector<DeviceRecording>& recordings);

}  // namespace commands
