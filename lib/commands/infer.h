/// csl-infer: directions of every window, from a model and features.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "commands/common.h"
#include "localize/window_estimator.h"

namespace commands {

struct InferOptions {
  CommonOptions common;
  std::filesystem::path model;
  std::vector<std::string> in;
  std::filesystem::path out;
  std::vector<std::string> window = {"0.05", "0.2", "0.5", "1", "full"};
  /// "robust" (mode seeking), "centroid" (paper, eq. 5), "kde", "steered" (learned responses)
  std::string estimator = "robust";
  std::string precision = "f32";     ///< of the network: "f32" or "bf16"
  std::string frame = "world";       ///< where windows are pooled: "world" or "sensor"
  std::size_t stride = 1;            ///< frames between neighboring windows
  bool track = false;                ///< also follow sources over the windows; of one length
  bool causal = false;               ///< estimates are for a window's last frame, as in a stream
  bool bins = false;                 ///< also write every bin's direction and source
  std::size_t max_sources = 1;       ///< kde: at most so many sources a window
  double source_share = 0.0;         ///< kde: least density of a source over the highest one's
  double min_separation_deg = 15.0;  ///< kde: nearer peaks are one source
  double bandwidth_deg = 1.0;        ///< kde: the kernel's alpha
  std::filesystem::path confidence;  ///< curves of csl-eval --write-confidence; empty: none

  nlohmann::json to_json() const;
};

/// How windows become directions, from the options. @throws core::UsageError if they are wrong
localize::EstimatorSetup estimator_setup(const InferOptions& options);

/// @throws core::UsageError, core::InputError, core::IoError
void infer(const InferOptions& options);

}  // namespace commands
