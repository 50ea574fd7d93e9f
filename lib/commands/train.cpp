#include "commands/train.h"

#include <fmt/format.h>

#include <memory>
#include <optional>

#include "commands/calibrate.h"
#include "commands/dry_run.h"
#include "commands/revise.h"
#include "commands/train_data.h"
#include "commands/train_report.h"
#include "commands/train_run.h"
#include "commands/train_setup.h"
#include "core/errors.h"
#include "core/files.h"
#include "core/json_text.h"
#include "core/log.h"
#include "core/parallel.h"
#include "core/stop_signal.h"
#include "core/stopwatch.h"
#include "formats/model_file.h"
#include "io/container.h"
#include "learn/motion.h"
#include "learn/reflection.h"

namespace commands {
namespace {

learn::Dataset read_bins(const FeaturesReaders& readers, const learn::BinSmoothing& smoothing,
                         const TrainStageOptions& options, core::ThreadPool& pool) {
  return read_dataset(readers, smoothing, {options.memory, options.spool, options.out}, pool);
}

/// The rule of --reflect; not given, the reflection stays open.
std::string rule_text(const TrainStageOptions& options) { return options.reflect.value_or("none"); }

/// Validation data: other sessions of the same kind as the training data.
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

/// Everything that must be equal for a checkpoint to belong to this training. Files are compared by
/// content.
std::string training_text(const TrainStageOptions& options, const learn::TrainOptions& train,
                          const TrainFiles& files) {
  nlohmann::json text = training_json(train, rule_text(options));
  text["seed"] = options.common.seed;
  text["in"] = digests(files.in);
  text["valid"] = digests(files.valid);
  if (options.minutes) text["minutes"] = *options.minutes;
  if (options.epochs) text["epochs"] = *options.epochs;
  if (options.patience) text["patience"] = *options.patience;
  return core::json_text(text);
}

/// One run of csl-train. The constructor opens and checks everything that can be refused; run()
/// trains.
class Training {
 public:
  explicit Training(const TrainStageOptions& options);
  void run();
  /// Makes some steps for their time, which stands for all.
  void explain_work();

 private:
  learn::Dataset read_checked_bins();
  so3::MotionSpread checked_motion() const;
  std::unique_ptr<Validation> open_validation();
  core::Provenance make_provenance() const;
  void interpret(learn::Model& model);
  void write(const learn::Model& model, const std::optional<calib::Calibration>& calibration = {});
  void calibrate_and_write(const learn::Model& model);

  const TrainStageOptions& options_;
  learn::TrainOptions train_options_;
  learn::ReflectionOptions reflect_;
  TrainFiles files_;
  FeaturesReaders readers_;
  core::ThreadPool pool_;
  learn::Dataset data_;
  so3::MotionSpread spread_;
  learn::Trainer trainer_;
  std::unique_ptr<Validation> validation_;
  core::Provenance provenance_;
  TrainRun run_;
};

Training::Training(const TrainStageOptions& options)
    : options_(options),
      train_options_(resolve_training(options)),
      reflect_(resolve_reflection(rule_text(options))),
      files_(check_files(options)),
      readers_(open_features(files_.in)),
      pool_(options.common.threads),
      data_(read_checked_bins()),
      spread_(checked_motion()),
      trainer_(data_, train_options_, pool_),
      validation_(open_validation()),
      provenance_(make_provenance()),
      run_(options, trainer_, validation_ ? validation_->validator.get() : nullptr,
           training_text(options, train_options_, files_), provenance_) {}

learn::Dataset Training::read_checked_bins() {
  check_microphones(readers_, options_.keep_dead);
  if (options_.calibrate) require_calibration_data(readers_);
  learn::Dataset data = read_bins(readers_, train_options_.smoothing, options_, pool_);
  learn::require_reflection(data, reflect_);
  if (options_.reflect_later) {
    learn::require_reflection(data, resolve_reflection(*options_.reflect_later));
  }
  return data;
}

so3::MotionSpread Training::checked_motion() const {
  const so3::MotionSpread spread = learn::motion_spread(data_);
  check_motion(spread, *readers_.files.front());
  return spread;
}

std::unique_ptr<Validation> Training::open_validation() {
  if (files_.valid.empty()) return nullptr;
  return std::make_unique<Validation>(files_.valid, *readers_.files.front(), train_options_,
                                      options_, pool_);
}

core::Provenance Training::make_provenance() const {
  core::Provenance provenance = core::make_provenance(
      "csl-train", training_json(train_options_, rule_text(options_)), options_.common.seed);
  for (const auto& reader : readers_.files) core::append_history(provenance, reader->provenance());
  return provenance;
}

/// Decides the reflection and measures which directions were heard.
void Training::interpret(learn::Model& model) {
  try {
    model.reflection = learn::decide_reflection(model, data_, reflect_, pool_);
    model.motion = {spread_.rms_deg, learn::heard_share(model, data_, pool_)};
  } catch (...) {
    write(model);
    core::log_warning("{}: the trained model was written without a reflection decision",
                      options_.out.string());
    throw;
  }
}

void Training::write(const learn::Model& model,
                     const std::optional<calib::Calibration>& calibration) {
  formats::write_model(options_.out, provenance_, model, readers_.files.front()->settings(),
                       run_.history().rows(), calibration);
}

void Training::calibrate_and_write(const learn::Model& model) {
  try {
    write(model, calibrate(model, readers_, options_.common.seed, pool_,
                           options_.sound_speed.speed_of_sound()));
  } catch (...) {
    core::log_warning("{}: the trained model was written without the array's responses",
                      options_.out.string());
    throw;
  }
}

// A failure after training costs no weights: the model is written before anything else is done, and
// written again once more is known.
void Training::run() {
  run_.run();
  provenance_.options = training_json(trainer_.options(), rule_text(options_));
  options_.sound_speed.add_to(provenance_.options);
  learn::Model model = run_.model();
  interpret(model);
  write(model);
  report_model(trainer_, model, spread_);
  if (!options_.reflect_later) report_reflection(model.reflection);
  const std::vector<formats::HistoryRow> history = run_.history().rows();
  core::write_text_file(loss_curve_path(options_.out), loss_curve_svg(history));
  if (options_.calibrate) calibrate_and_write(model);
  report_output(options_.out,
                fmt::format("{} steps, loss {:.4f}, {} weights", run_.model_step(),
                            history.empty() ? 0.0 : history.back().loss, model.parameters.size()));
  if (!options_.accept_doubtful) refuse_doubtful(model.reflection, options_.out);
}

void Training::explain_work() {
  constexpr int kSteps = 10;
  trainer_.step();  // the first step prepares memory and products
  const core::Stopwatch clock;
  for (int i = 0; i < kSteps; ++i) trainer_.step();
  const double step_s = clock.elapsed_s() / kSteps;
  const auto steps = static_cast<double>(trainer_.options().steps);
  DryRun{options_.out,
         fmt::format("{} of {} sessions",
                     options_.minutes ? fmt::format("{:g} minutes of training", *options_.minutes)
                                      : fmt::format("{} steps", trainer_.options().steps),
                     data_.intervals.size()),
         std::nullopt, options_.minutes ? *options_.minutes * 60.0 : step_s * steps}
      .print();
}

/// A dry run leaves neither checkpoints nor a loss curve.
TrainStageOptions without_files(TrainStageOptions options) {
  check_files(options);
  options.checkpoint.clear();
  options.resume = false;
  options.history.clear();
  return options;
}

}  // namespace

void train(const TrainStageOptions& options) {
  if (!options.checkpoint.empty()) core::StopSignal::block_until_exit();
  options.sound_speed.speed_of_sound();  // a wrong value is refused before any work
  core::require(
      !options.sound_speed.given() || options.calibrate || !options.model.empty(),
      "--speed-of-sound, --temperature: expected --calibrate, or --model with a calibrated "
      "model; only positions depend on the speed of sound");
  core::require(!options.dry_run || options.model.empty(),
                "--dry-run: says how long training takes; with --model there is none");
  if (options.dry_run) {
    const TrainStageOptions plan = without_files(options);
    Training(plan).explain_work();
    return;
  }
  if (options.model.empty()) {
    Training(options).run();
    return;
  }
  revise_model({options.common, options.model, options.in, options.out, options.reflect,
                options.accept_doubtful, options.calibrate, options.sound_speed, options.memory,
                options.spool, true});
}

}  // namespace commands
