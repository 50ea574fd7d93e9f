#include "commands/train.h"

#include <fmt/format.h>

#include <memory>

#include "commands/calibrate.h"
#include "commands/output_plan.h"
#include "commands/train_data.h"
#include "commands/train_run.h"
#include "commands/train_setup.h"
#include "core/errors.h"
#include "core/files.h"
#include "core/log.h"
#include "core/parallel.h"
#include "core/stop_signal.h"
#include "core/units.h"
#include "formats/checkpoint_folder.h"
#include "formats/model_file.h"
#include "io/container.h"
#include "learn/motion.h"
#include "learn/reflection.h"

namespace commands {
namespace {

/// Share of all directions below which people are told.
constexpr double kLittleHeard = 0.3;

/// Models that localize end below 10 degrees (heads, whose motions are small, below 15), those that
/// hardly do above 25.
constexpr double kPartsApartDeg = 20.0;

void warn_about(const learn::Trainer& trainer, const learn::Reflection& reflection) {
  const double apart_deg = core::radians_to_degrees(trainer.disagreement_rad());
  if (apart_deg > kPartsApartDeg) {
    core::log_warning(
        "the two parts of an interval still point {:.0f} degrees apart: this model localizes "
        "badly. Train longer (--steps) or with a lower --lr; arrays wider than a few wavelengths "
        "learn slowly: for them add --calibrate and use csl-infer --estimator steered",
        apart_deg);
  }
  if (trainer.skipped_intervals() > 0) {
    core::log_warning("{} of {} sessions were too short or too quiet to learn from",
                      trainer.skipped_intervals(),
                      trainer.skipped_intervals() + trainer.usable_intervals());
  }
  if (reflection.rule == "none") {
    core::log_warning(
        "--reflect none: all directions may be turned round to their opposites; see "
        "--reflect in docs/start/tutorial.md");
  } else if (reflection.doubtful) {
    core::log_warning("the reflection is doubtful: {}", reflection.evidence);
  } else {
    core::log_detail("reflection: {}", reflection.evidence);
  }
}

std::filesystem::path spool_folder(const TrainStageOptions& options) {
  return options.spool.empty() ? options.out.parent_path() : options.spool;
}

learn::Dataset read_bins(const FeaturesReaders& readers, const learn::BinSmoothing& smoothing,
                         const TrainStageOptions& options, core::ThreadPool& pool) {
  return read_dataset(readers, smoothing,
                      plan_memory(readers, smoothing, options.memory, spool_folder(options)), pool);
}

/// Recordings that only watch: other sessions of the same kind as those trained on.
struct Validation {
  Validation(const std::vector<std::filesystem::path>& paths,
             const formats::FeaturesReader& training, const learn::TrainOptions& options,
             const TrainStageOptions& stage_options, core::ThreadPool& pool)
      : readers(open_features(paths)) {
    readers.files.front()->require_same_kind(training);
    data = read_bins(readers, options.smoothing, stage_options, pool);
    validator = std::make_unique<learn::Validator>(data, options, learn::ValidationOptions{}, pool);
  }
  FeaturesReaders readers;
  learn::Dataset data;
  std::unique_ptr<learn::Validator> validator;
};

nlohmann::json digests(const std::vector<std::filesystem::path>& paths) {
  nlohmann::json list = nlohmann::json::array();
  for (const std::filesystem::path& path : paths) list.push_back(io::stored_digest(path));
  return list;
}

/// What must be the same for a checkpoint to be of this training. Files count by content.
std::string training_text(const TrainStageOptions& options, const learn::TrainOptions& train,
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

/// Before training: what the rotations alone say.
void check_motion(const so3::MotionSpread& spread, const FeaturesReaders& readers) {
  const std::string advice = so3::advice(spread);
  if (so3::judge(spread) == so3::MotionVerdict::kUnidentified) {
    throw core::InputError(fmt::format("{}: {}", readers.files.front()->path().string(), advice));
  }
  if (!advice.empty()) core::log_warning("{}", advice);
  core::log_detail("turning about three axes: {:.0f}, {:.0f}, {:.0f} degrees rms",
                   spread.rms_deg[0], spread.rms_deg[1], spread.rms_deg[2]);
}

/// After training: the same again, beside the result, and where the model has to guess.
void report_motion(const so3::MotionSpread& spread, double heard_share) {
  const std::string advice = so3::advice(spread);
  if (!advice.empty()) core::log_warning("trust this model little: {}", advice);
  if (heard_share < kLittleHeard) {
    core::log_warning(
        "sound was heard from {:.0f} % of the directions round the array only; elsewhere the model "
        "guesses. Turn further, or play from more places",
        100.0 * heard_share);
  } else {
    core::log_detail("sound was heard from {:.0f} % of all directions", 100.0 * heard_share);
  }
}

std::filesystem::path loss_curve_path(const std::filesystem::path& model) {
  std::filesystem::path path = model;
  return path.replace_extension(".loss.svg");
}

void require_reflection(const learn::Dataset& data, const learn::ReflectionOptions& reflect,
                        const FeaturesReaders& readers) {
  if (reflect.rule == learn::ReflectionRule::kTruth && !has_truth(data)) {
    throw core::InputError(
        fmt::format("{}: --reflect truth needs true directions, and the file has none; "
                    "use initial:+x",
                    readers.files.front()->path().string()));
  }
}

}  // namespace

void train(const TrainStageOptions& options) {
  if (!options.model.empty()) {
    if (!options.calibrate) {
      throw core::UsageError(
          "--model: expected --calibrate with it, as nothing else is done to a "
          "trained model");
    }
    calibrate_model({options.common, options.model, options.in, options.out});
    return;
  }
  const learn::TrainOptions train_options = resolve_training(options);
  const learn::ReflectionOptions reflect = learn::parse_reflection(options.reflect);
  const std::vector<std::filesystem::path> paths = core::expand_inputs(options.in);
  const std::vector<std::filesystem::path> valid_paths = core::expand_inputs(options.valid);
  core::require(!options.out.empty(), "--out: name the file to write");
  OutputPlan(options.common)
      .inputs("--in", paths)
      .inputs("--valid", valid_paths)
      .output("--out", options.out)
      .output("--out (its loss curve)", loss_curve_path(options.out))
      .output("--history", options.history)
      .folder("--checkpoint", options.checkpoint, formats::CheckpointFolder::owns)
      .check();
  std::unique_ptr<core::StopSignal> stop;
  if (!options.checkpoint.empty()) stop = std::make_unique<core::StopSignal>();
  const FeaturesReaders readers = open_features(paths);
  core::ThreadPool pool(options.common.threads);
  const learn::Dataset data = read_bins(readers, train_options.smoothing, options, pool);
  require_reflection(data, reflect, readers);
  const so3::MotionSpread spread = learn::motion_spread(data);
  check_motion(spread, readers);
  learn::Trainer trainer(data, train_options, pool);
  std::unique_ptr<Validation> validation;
  if (!valid_paths.empty()) {
    validation = std::make_unique<Validation>(valid_paths, *readers.files.front(), train_options,
                                              options, pool);
  }
  core::Provenance provenance = core::make_provenance(
      "csl-train", training_json(train_options, options.reflect), options.common.seed);
  for (const auto& reader : readers.files) core::append_history(provenance, reader->provenance());
  TrainRun run(options, trainer, validation ? validation->validator.get() : nullptr,
               training_text(options, train_options, paths, valid_paths), provenance);
  run.run();
  learn::Model model = run.model();
  model.reflection = learn::decide_reflection(model, data, reflect, pool);
  model.motion = {spread.rms_deg, learn::heard_share(model, data, pool)};
  warn_about(trainer, model.reflection);
  report_motion(spread, model.motion->heard_share);
  provenance.options = training_json(trainer.options(), options.reflect);
  const std::vector<formats::HistoryRow> history = run.history().rows();
  core::write_text_file(loss_curve_path(options.out), loss_curve_svg(history));
  std::optional<calib::Calibration> calibration;
  if (options.calibrate) calibration = calibrate(model, paths, options.common.seed, pool);
  formats::write_model(options.out, provenance, model, readers.files.front()->settings(), history,
                       calibration);
  report_output(options.out,
                fmt::format("{} steps, loss {:.4f}, {} weights", run.model_step(),
                            history.empty() ? 0.0 : history.back().loss, model.parameters.size()));
}

}  // namespace commands
