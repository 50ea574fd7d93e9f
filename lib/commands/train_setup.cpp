#include "commands/train_setup.h"

#include <fmt/format.h>

#include <map>

#include "commands/inputs.h"
#include "commands/output_plan.h"
#include "core/csv.h"
#include "core/errors.h"
#include "core/files.h"
#include "formats/checkpoint_folder.h"
#include "formats/names.h"

namespace commands {
namespace fs = std::filesystem;

learn::TrainOptions resolve_training(const TrainStageOptions& options) {
  core::require(options.preset == "fast" || options.preset == "paper",
                fmt::format("--preset: expected fast or paper, found \"{}\"", options.preset));
  learn::TrainOptions train =
      options.preset == "paper" ? learn::paper_preset() : learn::fast_preset();
  train.seed = options.common.seed;
  if (options.hidden) train.hidden = *options.hidden;
  if (options.input) train.input = formats::input_kind(*options.input);
  if (options.smooth_bins) train.smoothing.neighbors = *options.smooth_bins;
  if (options.thin_bins) train.smoothing.group = *options.thin_bins;
  if (options.normalization) train.normalization = formats::normalization(*options.normalization);
  if (options.loss) train.loss = formats::loss_mixture(*options.loss);
  if (options.optimizer) train.optimizer = formats::optimizer(*options.optimizer);
  train.precision = formats::precision(options.precision);
  if (options.learning_rate) train.learning_rate = *options.learning_rate;
  if (options.batch) train.batch = *options.batch;
  if (options.bins_per_interval) train.bins_per_interval = *options.bins_per_interval;
  if (options.steps) train.steps = *options.steps;
  const int lengths =
      options.minutes.has_value() + options.epochs.has_value() + options.steps.has_value();
  core::require(lengths <= 1, "give one of --minutes, --epochs, --steps");
  core::require(!options.minutes || (*options.minutes > 0.0 && *options.minutes <= 1e6),
                "--minutes: expected more than 0");
  core::require(!options.epochs || (*options.epochs > 0.0 && *options.epochs <= 1e6),
                "--epochs: expected more than 0");
  core::require(!options.resume || !options.checkpoint.empty(),
                "--resume needs --checkpoint FOLDER");
  core::require(options.every_s > 0.0 && options.every_s <= 1e9, "--every: expected more than 0 s");
  core::require(!options.patience || !options.valid.empty(), "--patience needs --valid FILES");
  train.validate();
  return train;
}

namespace {

/// One side for each recording. The columns may stand in any order; a side with commas is quoted.
std::map<std::string, learn::SourceSide> read_sides(const fs::path& file) {
  std::map<std::string, learn::SourceSide> sides;
  std::size_t line = 0;
  for (const std::vector<std::string>& cells : core::parse_csv(core::read_text_file(file))) {
    ++line;
    const auto fail = [&](const std::string& message) {
      throw core::InputError(fmt::format("{}:{}: {}", file.string(), line, message));
    };
    if (cells.size() != 2)
      fail(fmt::format("expected recording,side, found {} cells", cells.size()));
    if (line == 1) {
      if (cells[0] != "recording" || cells[1] != "side") {
        fail(fmt::format("expected the header recording,side, found {},{}", cells[0], cells[1]));
      }
      continue;
    }
    try {
      const bool added = sides.emplace(cells[0], learn::parse_source_side(cells[1])).second;
      if (!added) fail(fmt::format("{} is listed twice", cells[0]));
    } catch (const core::UsageError& error) {
      fail(error.what());
    }
  }
  if (sides.empty()) throw core::InputError(file.string() + ": lists no recording");
  return sides;
}

}  // namespace

learn::ReflectionOptions resolve_reflection(const std::string& text) {
  learn::ReflectionOptions options = learn::parse_reflection(text);
  if (options.rule == learn::ReflectionRule::kRecordings) {
    options.recordings = read_sides(options.recordings_file);
    options.recordings_file = fs::path(options.recordings_file).filename().string();
  }
  return options;
}

nlohmann::json training_json(const learn::TrainOptions& train, const std::string& reflect) {
  return {{"hidden", train.hidden},
          {"input", formats::name_of(train.input)},
          {"smooth_bins", train.smoothing.neighbors},
          {"thin_bins", train.smoothing.group},
          {"normalization", formats::name_of(train.normalization)},
          {"loss", formats::name_of(train.loss)},
          {"optimizer", formats::name_of(train.optimizer)},
          {"learning_rate", train.learning_rate},
          {"precision", formats::name_of(train.precision)},
          {"batch", train.batch},
          {"bins_per_interval", train.bins_per_interval},
          {"steps", train.steps},
          {"schedule", train.schedule == learn::RateSchedule::kCosine ? "cosine" : "constant"},
          {"reflect", reflect}};
}

TrainFiles check_files(const TrainStageOptions& options) {
  TrainFiles files{input_files("--in", options.in, {"features"}),
                   input_files("--valid", options.valid, {"features"})};
  OutputPlan(options.common)
      .inputs("--in", files.in)
      .inputs("--valid", files.valid)
      .input("--reflect", learn::parse_reflection(options.reflect.value_or("none")).recordings_file)
      .required_output("--out", options.out)
      .output("--out (its loss curve)", loss_curve_path(options.out))
      .text_output("--history", options.history)
      .folder("--checkpoint", options.checkpoint, formats::CheckpointFolder::owns)
      .check();
  return files;
}

fs::path loss_curve_path(const fs::path& model) {
  fs::path path = model;
  return path.replace_extension(".loss.svg");
}

}  // namespace commands
