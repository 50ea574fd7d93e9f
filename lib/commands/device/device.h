/// csl-calibrate: from the recordings and logs of a device to a model of it, in one command.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "commands/import_options.h"
#include "commands/sound_speed.h"

namespace commands::device {

struct Options {
  CommonOptions common;
  std::vector<std::string> files;  ///< audio files and their logs, see sort_recordings()
  std::filesystem::path out;       ///< folder of results; steps are kept in its folder `steps`
  std::string reflect = "none";    ///< learn::parse_reflection()
  bool accept_doubtful = false;
  std::size_t steps = 3000;       ///< training steps of the model
  std::string precision = "f32";  ///< of training, "f32" or "bf16"
  double noise_margin_db = 10.0;  ///< of the features
  SoundSpeedOptions sound_speed;  ///< that positions are learned for
  bool dry_run = false;           ///< only say what would be done
  /// How recordings and logs are read. Its audio, pose, imu, out, model, report and sound_speed are
  /// not used. An offset of "auto" is searched twice: without a model, then with the first model.
  ImportOptions import;

  /// Whether a first model is trained to find the clocks.
  bool two_passes() const { return import.time_offset == "auto"; }
};

/// Reads the recordings, finds clocks, learns a model and its responses, and writes model.h5,
/// array.sofa, array.json, array.svg, report.html and report.json into the folder. Interrupted or
/// called again, it continues where it was: steps whose options and inputs have not changed are not
/// repeated. Another reflection rule decides the trained model again, another speed of sound scales
/// its positions; neither trains. Prints what was found and a verdict.
/// @throws core::UsageError, core::IoError
/// @throws core::InputError  if the recordings cannot be used; report.html and report.json say why,
///                           and the model of an earlier run is removed
void calibrate(const Options& options);

}  // namespace commands::device
