#include "stage/train.h"

#include <fmt/format.h>

#include <memory>

#include "core/errors.h"
#include "core/files.h"
#include "core/log.h"
#include "core/parallel.h"
#include "core/stop_signal.h"
#include "csl/reflection.h"
#include "io/container.h"
#include "stage/schema_model.h"
#include "stage/train_data.h"
#include "stage/train_run.h"
#include "stage/train_setup.h"

namespace stage {
namespace {

void warn_about(const csl::Trainer& trainer, const csl::Reflection& reflection) {
  if (trainer.skipped_intervals() > 0) {
    core::log_warning("{} of {} sessions were too short or too quiet to learn from",
                      trainer.skipped_intervals(),
                      trainer.skipped_intervals() + trainer.usable_intervals());
  }
  if (reflection.rule == "none") {
    core::log_warning(
        "--reflect none: all directions may be turned round to their opposites; see "
        "--reflect in docs/tutorial.md");
  } else if (reflection.doubtful) {
    core::log_warning("the reflection is doubtful: {}", reflection.evidence);
  } else {
    core::log_detail("reflection: {}", reflection.evidence);
  }
}

/// Recordings that only watch: other sessions of the same kind as those trained on.
struct Validation {
  Validation(const std::vector<std::filesystem::path>& paths, const FeaturesReader& training,
             const csl::TrainOptions& options, core::ThreadPool& pool)
      : readers(open_features(paths)) {
    readers.front()->require_same_kind(training);
    data = read_dataset(readers);
    validator = std::make_unique<csl::Validator>(data, options, csl::ValidationOptions{}, pool);
  }
  FeaturesReaders readers;
  csl::Dataset data;
  std::unique_ptr<csl::Validator> validator;
};

nlohmann::json digests(const std::vector<std::filesystem::path>& paths) {
  nlohmann::json list = nlohmann::json::array();
  for (const std::filesystem::path& path : paths) list.push_back(io::stored_digest(path));
  return list;
}

/// What must be the same for a checkpoint to be of this training. Files count by content.
std::string training_text(const TrainStageOptions& options, const csl::TrainOptions& train,
                          const std::vector<std::filesystem::path>& in,
                          const std::vector<std::filesystem::path>& valid) {
  nlohmann::json text = training_json(train, options.reflect);
  text["seed"] = options.common.seed;
  text["in"] = digests(in);
  text["valid"] = digests(valid);
  if (options.minutes) text["minutes"] = *options.minutes;
  if (options.epochs) text["epochs"] = *options.epochs;
  if (options.patience) text["patience"] = *options.patience;
  return text.dump();
}

std::filesystem::path loss_curve_path(const std::filesystem::path& model) {
  std::filesystem::path path = model;
  return path.replace_extension(".loss.svg");
}

csl::Dataset read_checked(const FeaturesReaders& readers, const csl::ReflectionOptions& reflect) {
  csl::Dataset data = read_dataset(readers);
  if (reflect.rule == csl::ReflectionRule::kTruth && !has_truth(data)) {
    throw core::InputError(
        fmt::format("{}: --reflect truth needs true directions, and the file has none; "
                    "use initial:+x",
                    readers.front()->path().string()));
  }
  return data;
}

}  // namespace

void train(const TrainStageOptions& options) {
  const csl::TrainOptions train_options = resolve_training(options);
  const csl::ReflectionOptions reflect = csl::parse_reflection(options.reflect);
  const std::vector<std::filesystem::path> paths = core::expand_inputs(options.in);
  const std::vector<std::filesystem::path> valid_paths = core::expand_inputs(options.valid);
  check_output(options.out, paths);
  check_output(options.out, valid_paths);
  std::unique_ptr<core::StopSignal> stop;
  if (!options.checkpoint.empty()) stop = std::make_unique<core::StopSignal>();
  const FeaturesReaders readers = open_features(paths);
  check_memory(readers, options.memory);
  const csl::Dataset data = read_checked(readers, reflect);
  core::ThreadPool pool(options.common.threads);
  csl::Trainer trainer(data, train_options, pool);
  std::unique_ptr<Validation> validation;
  if (!valid_paths.empty()) {
    validation = std::make_unique<Validation>(valid_paths, *readers.front(), train_options, pool);
  }
  core::Provenance provenance = core::make_provenance(
      "csl-train", training_json(train_options, options.reflect), options.common.seed);
  for (const auto& reader : readers) core::append_history(provenance, reader->provenance());
  TrainRun run(options, trainer, validation ? validation->validator.get() : nullptr,
               training_text(options, train_options, paths, valid_paths), provenance);
  run.run();
  csl::Model model = run.model();
  model.reflection = csl::decide_reflection(model, data, reflect, pool);
  warn_about(trainer, model.reflection);
  provenance.options = training_json(trainer.options(), options.reflect);
  const std::vector<HistoryRow> history = run.history().rows();
  core::write_text_file(loss_curve_path(options.out), loss_curve_svg(history));
  write_model(options.out, provenance, model, readers.front()->settings(), history);
  report_output(options.out,
                fmt::format("{} steps, loss {:.4f}, {} weights", run.model_step(),
                            history.empty() ? 0.0 : history.back().loss, model.parameters.size()));
}

}  // namespace stage
