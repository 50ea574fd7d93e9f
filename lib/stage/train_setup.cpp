#include "stage/train_setup.h"

#include <fmt/format.h>

#include "stage/names.h"

namespace stage {

csl::TrainOptions resolve_training(const TrainStageOptions& options) {
  require(options.preset == "fast" || options.preset == "paper",
          fmt::format("--preset: expected fast or paper, found \"{}\"", options.preset));
  csl::TrainOptions train = options.preset == "paper" ? csl::paper_preset() : csl::fast_preset();
  train.seed = options.common.seed;
  if (options.hidden) train.hidden = *options.hidden;
  if (options.input) train.input = input_kind(*options.input);
  if (options.smooth_bins) train.smoothing.neighbours = *options.smooth_bins;
  if (options.thin_bins) train.smoothing.group = *options.thin_bins;
  if (options.normalization) train.normalization = normalization(*options.normalization);
  if (options.loss) train.loss = loss_mixture(*options.loss);
  if (options.optimizer) train.optimizer = optimizer(*options.optimizer);
  train.precision = precision(options.precision);
  if (options.learning_rate) train.learning_rate = *options.learning_rate;
  if (options.batch) train.batch = *options.batch;
  if (options.bins_per_interval) train.bins_per_interval = *options.bins_per_interval;
  if (options.steps) train.steps = *options.steps;
  const int lengths =
      options.minutes.has_value() + options.epochs.has_value() + options.steps.has_value();
  require(lengths <= 1, "give one of --minutes, --epochs, --steps");
  require(!options.minutes || (*options.minutes > 0.0 && *options.minutes <= 1e6),
          "--minutes: expected more than 0");
  require(!options.epochs || (*options.epochs > 0.0 && *options.epochs <= 1e6),
          "--epochs: expected more than 0");
  require(!options.resume || !options.checkpoint.empty(), "--resume needs --checkpoint FOLDER");
  require(options.every_s > 0.0 && options.every_s <= 1e9, "--every: expected more than 0 s");
  require(!options.patience || !options.valid.empty(), "--patience needs --valid FILES");
  train.validate();
  return train;
}

nlohmann::json training_json(const csl::TrainOptions& train, const std::string& reflect) {
  return {{"hidden", train.hidden},
          {"input", name_of(train.input)},
          {"smooth_bins", train.smoothing.neighbours},
          {"thin_bins", train.smoothing.group},
          {"normalization", name_of(train.normalization)},
          {"loss", name_of(train.loss)},
          {"optimizer", name_of(train.optimizer)},
          {"learning_rate", train.learning_rate},
          {"precision", name_of(train.precision)},
          {"batch", train.batch},
          {"bins_per_interval", train.bins_per_interval},
          {"steps", train.steps},
          {"schedule", train.schedule == csl::RateSchedule::kCosine ? "cosine" : "constant"},
          {"reflect", reflect}};
}

}  // namespace stage
