/// Checkpoint files: the state with which csl-train resumes and ends in the same bytes.
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

/// One line of the history that users watch: a point of the loss curve and the speed of training.
struct HistoryLine {
  HistoryRow row;
  double time_s = 0.0;       ///< time of training so far, over all runs
  double bins_per_s = 0.0;   ///< bins trained on in a second
  double gflop_per_s = 0.0;  ///< 10^9 floating-point operations in a second
};

struct Checkpoint {
  /// Options and inputs of the training as JSON. A run may resume only with the same ones.
  std::string training;
  learn::TrainerState trainer;
  learn::BestWeights best;
  std::vector<HistoryLine> history;
  double elapsed_s = 0.0;  ///< time of training so far, over all runs
  double bins = 0.0;       ///< number of bins trained on so far
};

/// @throws core::IoError
void write_checkpoint(const std::filesystem::path& out, const core::Provenance& provenance,
                      const Checkpoint& checkpoint);

/// @throws core::InputError if the file is not a valid checkpoint
Checkpoint read_checkpoint(const std::filesystem::path& path);

}  // namespace formats
