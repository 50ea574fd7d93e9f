/// csl-export --estimates: directions and tracks for other programs.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "commands/common.h"

namespace commands {

struct ExportEstimatesOptions {
  CommonOptions common;
  std::vector<std::string> estimates;
  std::string csv;               ///< file to write; "-": standard output; empty: none
  std::string jsonl;             ///< as csv
  std::string labels;            ///< as csv
  std::string session;           ///< id of the session to export; empty: all sessions
  std::string window;            ///< window length to export; empty: all lengths
  double time_offset_s = 0.0;    ///< added to the times of labels
  double label_step_deg = 10.0;  ///< a label ends when its source has moved by a larger angle
};

/// Writes estimates for other programs.
///
/// | output | one line for                                                            |
/// |--------|-------------------------------------------------------------------------|
/// | csv    | each direction or track                                                 |
/// | jsonl  | each window, as csl-infer --stream writes it                            |
/// | labels | each interval in which a source keeps its direction (Audacity's format) |
///
/// Azimuth counts counter-clockwise from +x about +z in (-180, 180], elevation from the x-y plane,
/// both in degrees (docs/use/streaming.md).
/// @throws core::UsageError  if no output is named, an option is out of range, a window or session
///                           does not exist, or labels would mix sessions or windows
/// @throws core::InputError, core::IoError
void export_estimates(const ExportEstimatesOptions& options);

}  // namespace commands
