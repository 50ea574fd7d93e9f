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
  std::string csv, jsonl, labels;  ///< files to write, "-": standard output; empty: not wanted
  std::string session;             ///< its id; empty: all
  std::string window;              ///< a length in the files; empty: all
  double time_offset_s = 0.0;      ///< added to the labels' times
  double label_step_deg = 10.0;    ///< a label ends where its source has moved farther
};

/// CSV: one line a direction or track; JSON lines: one line a window, as csl-infer --stream writes
/// them; labels: Audacity's label track, one line for every stretch of a source. Azimuth is
/// counter-clockwise from +x about +z in (-180, 180], elevation from the x-y plane, degrees
/// (docs/use/streaming.md).
/// @throws core::UsageError  nothing to write, an option out of range, a window or session that is
///                           not there, labels of several sessions or windows
/// @throws core::InputError, core::IoError
void export_estimates(const ExportEstimatesOptions& options);

}  // namespace commands
