/// The loss curve: in memory for the model, as JSON lines while training runs, and as a picture at
/// the end.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "formats/checkpoint_file.h"
#include "learn/trainer.h"

namespace commands {

class TrainHistory {
 public:
  /// @param file  file for JSON lines; empty: no file
  explicit TrainHistory(std::filesystem::path file) : file_(std::move(file)) {}

  /// Replaces the lines with those of a checkpoint. To be called before open().
  void restore(const formats::Checkpoint& checkpoint);

  /// Replaces the file and writes the lines so far. Later lines are written as they are added.
  /// @throws core::IoError if the file cannot be written
  void open();

  /// Counts a step, and keeps a line for it if a line is due or if the step was validated.
  /// @param valid  result of the validation after this step; null: there was none
  void add(const learn::StepReport& report, const learn::ValidationResult* valid,
           std::size_t total_steps, double elapsed_s, double flop_per_step);

  const std::vector<formats::HistoryLine>& lines() const { return lines_; }
  std::vector<formats::HistoryRow> rows() const;
  double bins() const { return bins_; }  ///< number of bins trained on, repetitions included

 private:
  void write(const formats::HistoryLine& line);

  std::filesystem::path file_;
  std::ofstream stream_;
  double bins_ = 0.0;
  std::vector<formats::HistoryLine> lines_;
};

/// SVG picture over training steps: training and validation loss, the two measures of the initial
/// plateau, and the error on validation data where the truth is known.
std::string loss_curve_svg(const std::vector<formats::HistoryRow>& history);

}  // namespace commands
