#include "stage/train.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <fstream>
#include <memory>

#include "core/errors.h"
#include "core/files.h"
#include "core/parallel.h"
#include "core/progress.h"
#include "csl/dataset.h"
#include "csl/reflection.h"
#include "stage/names.h"
#include "stage/schema_features.h"
#include "stage/schema_model.h"

namespace stage {
namespace {

/// Rows of the loss curve that a model keeps.
constexpr std::size_t kHistoryRows = 500;
/// Steps after which `--minutes` measures the rate; the schedule's warm-up is longer.
constexpr std::size_t kRateSteps = 50;

using Readers = std::vector<std::unique_ptr<FeaturesReader>>;

void require(bool good, const std::string& message) {
  if (!good) throw core::UsageError(message);
}

csl::TrainOptions resolve(const TrainStageOptions& options) {
  require(options.preset == "fast" || options.preset == "paper",
          fmt::format("--preset: expected fast or paper, found \"{}\"", options.preset));
  csl::TrainOptions train = options.preset == "paper" ? csl::paper_preset() : csl::fast_preset();
  train.seed = options.common.seed;
  if (options.hidden) train.hidden = *options.hidden;
  if (options.input) train.input = input_kind(*options.input);
  if (options.normalization) train.normalization = normalization(*options.normalization);
  if (options.loss) train.loss = loss_kind(*options.loss);
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
  train.validate();
  return train;
}

nlohmann::json to_json(const csl::TrainOptions& train, const std::string& reflect) {
  return {{"hidden", train.hidden},
          {"input", name_of(train.input)},
          {"normalization", name_of(train.normalization)},
          {"loss", name_of(train.loss)},
          {"learning_rate", train.learning_rate},
          {"batch", train.batch},
          {"bins_per_interval", train.bins_per_interval},
          {"steps", train.steps},
          {"schedule", train.schedule == csl::RateSchedule::kCosine ? "cosine" : "constant"},
          {"reflect", reflect}};
}

Readers open_features(const std::vector<std::filesystem::path>& paths) {
  Readers readers;
  for (const std::filesystem::path& path : paths) {
    readers.push_back(std::make_unique<FeaturesReader>(path));
    readers.back()->require_same_kind(*readers.front());
  }
  return readers;
}

void check_memory(const Readers& readers, const std::string& memory) {
  double bins = 0.0;
  for (const auto& reader : readers) bins += static_cast<double>(reader->bins());
  const double bin_bytes = 8.0 * static_cast<double>(readers.front()->microphones()) + 6.0;
  const auto allowed = static_cast<double>(parse_bytes("--memory", memory));
  if (bins * bin_bytes > allowed) {
    throw core::InputError(
        fmt::format("the features need {} of memory, --memory allows {}: raise it, or "
                    "train on fewer sessions",
                    format_bytes(bins * bin_bytes), format_bytes(allowed)));
  }
}

/// Appends one session as an interval of the learner's data.
void append_session(const SessionFeatures& session, csl::Dataset& data) {
  csl::Interval interval;
  const auto first_frame = static_cast<std::uint32_t>(data.frames());
  interval.first_bin = data.bins();
  interval.end_bin = data.bins() + session.bins();
  interval.first_frame = first_frame;
  interval.end_frame = first_frame + static_cast<std::uint32_t>(session.frames());
  if (session.info.sources.size() == 1) {
    interval.direction_world = session.info.sources.front().direction_world.cast<float>();
  }
  data.stft.insert(data.stft.end(), session.stft.begin(), session.stft.end());
  data.frequency.insert(data.frequency.end(), session.frequency.begin(), session.frequency.end());
  for (const std::uint32_t frame : session.frame) data.frame.push_back(first_frame + frame);
  for (const Eigen::Quaterniond& q : session.frame_rotation) {
    data.R_world_sensor.push_back(q.toRotationMatrix().cast<float>());
  }
  data.intervals.push_back(interval);
}

csl::Dataset read_dataset(const Readers& readers) {
  csl::Dataset data;
  std::size_t sessions = 0;
  std::size_t bins = 0;
  for (const auto& reader : readers) {
    sessions += reader->size();
    bins += reader->bins();
  }
  data.microphones = readers.front()->microphones();
  data.max_frequency_index = readers.front()->settings().max_frequency_index();
  data.hop_s = readers.front()->settings().hop_s();
  data.stft.reserve(bins * data.microphones);
  data.frequency.reserve(bins);
  data.frame.reserve(bins);
  core::Progress progress("reading", sessions, "sessions");
  for (const auto& reader : readers) {
    for (std::size_t i = 0; i < reader->size(); ++i) {
      append_session(reader->read(i), data);
      progress.advance();
    }
  }
  return data;
}

/// A loss curve in memory for the model, and as JSON lines for people who watch.
class History {
 public:
  explicit History(const std::filesystem::path& file) {
    if (file.empty()) return;
    lines_ = std::make_unique<std::ofstream>(file);
    if (!*lines_) throw core::IoError(file.string() + ": cannot write the history");
  }

  void add(const csl::StepReport& report, std::size_t total_steps, double elapsed_s,
           double flop_per_step) {
    bins_ += static_cast<double>(report.bins);
    const std::size_t every = std::max<std::size_t>(1, total_steps / kHistoryRows);
    if (report.step % every != 0 && report.step != total_steps) return;
    rows_.push_back({static_cast<double>(report.step), report.smoothed_loss, report.saddle,
                     report.learning_rate});
    if (!lines_) return;
    const double steps_per_s = static_cast<double>(report.step) / elapsed_s;
    const nlohmann::json line = {{"step", report.step},
                                 {"time_s", elapsed_s},
                                 {"loss", report.smoothed_loss},
                                 {"saddle", report.saddle},
                                 {"learning_rate", report.learning_rate},
                                 {"bins_per_s", bins_ / elapsed_s},
                                 {"gflop_per_s", steps_per_s * flop_per_step * 1e-9}};
    *lines_ << line.dump() << std::endl;
  }

  const std::vector<HistoryRow>& rows() const { return rows_; }

 private:
  std::unique_ptr<std::ofstream> lines_;
  double bins_ = 0.0;  ///< through the network so far
  std::vector<HistoryRow> rows_;
};

void set_length(const TrainStageOptions& options, csl::Trainer& trainer) {
  if (!options.epochs) return;
  const double steps = std::ceil(*options.epochs * static_cast<double>(trainer.usable_intervals()) /
                                 static_cast<double>(trainer.options().batch));
  trainer.set_total_steps(static_cast<std::size_t>(std::max(1.0, steps)));
}

/// Runs all steps. With `--minutes` the number of steps follows from the rate of the first ones.
std::vector<HistoryRow> run_steps(const TrainStageOptions& options, csl::Trainer& trainer) {
  set_length(options, trainer);
  History history(options.history);
  core::Progress progress("training", trainer.options().steps, "steps");
  for (std::uint64_t done = 0; done < trainer.options().steps;) {
    const csl::StepReport report = trainer.step();
    done = report.step;
    const double elapsed_s = progress.elapsed_s();
    if (options.minutes && done == kRateSteps) {
      const double steps = *options.minutes * 60.0 * static_cast<double>(done) / elapsed_s;
      trainer.set_total_steps(std::max<std::size_t>(kRateSteps, static_cast<std::size_t>(steps)));
      progress.set_total(trainer.options().steps);
    }
    history.add(report, trainer.options().steps, elapsed_s, trainer.flop_per_step());
    const double gflops = trainer.flop_per_step() * static_cast<double>(done) / elapsed_s * 1e-9;
    progress.note(fmt::format("loss {:.4f}  {:.0f} GFLOP/s", report.smoothed_loss, gflops));
    progress.advance();
  }
  trainer.require_converged();
  return history.rows();
}

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

}  // namespace

void train(const TrainStageOptions& options) {
  const csl::TrainOptions train_options = resolve(options);
  const csl::ReflectionOptions reflect = csl::parse_reflection(options.reflect);
  require(!options.in.empty(), "--in: name at least one features file");
  const std::vector<std::filesystem::path> paths = core::expand_inputs(options.in);
  check_output(options.out, paths);
  const Readers readers = open_features(paths);
  check_memory(readers, options.memory);
  const csl::Dataset data = read_dataset(readers);
  const bool has_truth =
      std::any_of(data.intervals.begin(), data.intervals.end(),
                  [](const csl::Interval& i) { return i.direction_world.has_value(); });
  if (reflect.rule == csl::ReflectionRule::kTruth && !has_truth) {
    throw core::InputError(
        fmt::format("{}: --reflect truth needs true directions, and the file has none; "
                    "use initial:+x",
                    paths.front().string()));
  }
  core::ThreadPool pool(options.common.threads);
  csl::Trainer trainer(data, train_options, pool);
  const std::vector<HistoryRow> history = run_steps(options, trainer);
  csl::Model model = trainer.model();
  const FeatureSettings& settings = readers.front()->settings();
  model.reflection = csl::decide_reflection(model, data, reflect, pool);
  warn_about(trainer, model.reflection);
  core::Provenance provenance = core::make_provenance(
      "csl-train", to_json(trainer.options(), options.reflect), options.common.seed);
  for (const auto& reader : readers) core::append_history(provenance, reader->provenance());
  write_model(options.out, provenance, model, settings, history);
  report_output(options.out,
                fmt::format("{} steps, loss {:.4f}, {} weights", trainer.steps_done(),
                            history.empty() ? 0.0 : history.back().loss, model.parameters.size()));
}

}  // namespace stage
