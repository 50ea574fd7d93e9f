/// The loss curve while it grows: in memory for the model, as JSON lines for people who watch, as a
/// picture at the end.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "formats/checkpoint_file.h"
#include "learn/trainer.h"

namespace commands {

class TrainHistory {
 public:
  /// @param file  JSON lines, empty: none. @throws core::IoError if it cannot be written
  explicit TrainHistory(const std::filesystem::path& file);

  /// Takes over what a former run had reached and writes its lines again.
  void restore(const formats::Checkpoint& checkpoint);

  /// Counts a step, and keeps a line of it if it is due or if it was validated.
  /// @param valid  what validation found after this step, null if there was none
  void add(const learn::StepReport& report, const learn::ValidationResult* valid,
           std::size_t total_steps, double elapsed_s, double flop_per_step);

  const std::vector<formats::HistoryLine>& lines() const { return lines_; }
  std::vector<formats::HistoryRow> rows() const;
  double bins() const { return bins_; }  ///< rows that went through the network so far

 private:
  void write(const formats::HistoryLine& line);

  std::filesystem::path file_;
  std::ofstream stream_;
  double bins_ = 0.0;
  std::vector<formats::HistoryLine> lines_;
};

/// Training and validation loss, the start's saddle, and the error where it is known, over steps.
std::string loss_curve_svg(const std::vector<formats::HistoryRow>& history);

}  // namespace commands
