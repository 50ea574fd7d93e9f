/// checkpoint files: everything that csl-train needs to go on to the same bytes.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/provenance.h"
#include "formats/model_file.h"
#include "learn/trainer.h"
#include "learn/validation.h"

namespace formats {

inline constexpr const char* kCheckpointFormat = "checkpoint";
inline constexpr unsigned kCheckpointVersion = 4;

/// One line of the history that people watch: a point of the loss curve and how fast it went.
struct HistoryLine {
  HistoryRow row;
  double time_s = 0.0;  ///< spent on training so far, over all runs
  double bins_per_s = 0.0;
  double gflop_per_s = 0.0;
};

struct Checkpoint {
  /// Options and inputs as JSON: whoever goes on must have the same.
  std::string training;
  learn::TrainerState trainer;
  learn::BestWeights best;
  std::vector<HistoryLine> history;
  double elapsed_s = 0.0;  ///< spent on training so far, over all runs
  double bins = 0.0;       ///< rows that went through the network so far
};

/// @throws core::IoError
void write_checkpoint(const std::filesystem::path& out, const core::Provenance& provenance,
                      const Checkpoint& checkpoint);

/// @throws core::InputError if the file is not a sound checkpoint
Checkpoint read_checkpoint(const std::filesystem::path& path);

}  // namespace formats
