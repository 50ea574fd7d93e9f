#include "commands/device.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <thread>

#include "commands/device_recordings.h"
#include "commands/device_verdict.h"
#include "commands/export.h"
#include "commands/features.h"
#include "commands/import.h"
#include "commands/output_plan.h"
#include "commands/self_agreement.h"
#include "commands/step_log.h"
#include "commands/train.h"
#include "commands/train_setup.h"
#include "core/errors.h"
#include "core/files.h"
#include "core/parallel.h"
#include "formats/names.h"

namespace commands {
namespace {

namespace fs = std::filesystem;

/// Share of the training steps that the first model takes: it only has to find the clocks.
constexpr std::size_t kFirstModelShare = 3;

bool is_result(const std::string& name) {
  constexpr std::array<const char*, 8> kNames = {"model.h5",    "model.loss.svg", "array.sofa",
                                                 "array.json",  "array.svg",      "report.html",
                                                 "report.json", "steps"};
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

/// One run of csl-calibrate. Each step makes one file from earlier files.
class DeviceRun {
 public:
  explicit DeviceRun(const DeviceOptions& options);

  void print_plan() const;
  /// Does all steps that are left. @throws core::InputError, core::DivergedError and others
  void run();
  /// What was found; complete after run().
  report::DeviceReport conclude();
  /// The report of a run that was given up.
  report::DeviceReport give_up(const std::string& reason) const;
  void write(report::DeviceReport report) const;

 private:
  bool two_passes() const { return options_.import.time_offset == "auto"; }
  fs::path step(const std::string& name) const { return options_.out / "steps" / name; }
  fs::path import_report(std::size_t i) const;
  fs::path features(std::size_t i, bool first) const;
  std::vector<std::string> all_features(bool first) const;

  /// Makes a file unless it was made before from the same inputs with the same options.
  void make(const fs::path& output, const nlohmann::json& options,
            const std::vector<fs::path>& inputs, const std::function<void()>& work);
  void import(std::size_t i, bool first);
  void make_features(std::size_t i, bool first);
  void train(bool first);
  void export_array();

  const DeviceOptions& options_;
  std::vector<DeviceRecording> recordings_;
  fs::path model_;
  std::optional<StepLog> log_;
};

DeviceRun::DeviceRun(const DeviceOptions& options)
    : options_(options),
      recordings_(sort_recordings(options.files, options.import)),
      model_(options.out / "model.h5") {
  OutputPlan plan(options.common);
  for (const DeviceRecording& recording : recordings_) {
    plan.inputs("FILE", recording.files());
    to_ingest_options(recording.import_options(options.import));
  }
  plan.folder("--out", options.out, is_result).check();
}

fs::path DeviceRun::import_report(std::size_t i) const {
  return step(recordings_[i].name + ".report");
}

fs::path DeviceRun::features(std::size_t i, bool first) const {
  return step(recordings_[i].name + (first ? ".first" : "") + ".features.h5");
}

std::vector<std::string> DeviceRun::all_features(bool first) const {
  std::vector<std::string> files;
  for (std::size_t i = 0; i < recordings_.size(); ++i) files.push_back(features(i, first).string());
  return files;
}

void DeviceRun::print_plan() const {
  double seconds = 0.0;
  std::string text;
  for (const DeviceRecording& recording : recordings_) {
    seconds += recording.duration_s;
    text += fmt::format("recording  {}: {} channels at {:.0f} Hz, {:.0f} s;", recording.name,
                        recording.channels, recording.rate_hz, recording.duration_s);
    for (const fs::path& file : recording.files())
      text += fmt::format(" {}", file.filename().string());
    text += "\n";
  }
  const double passes = two_passes() ? 2.0 : 1.0;
  const auto microphones = static_cast<double>(recordings_.front().channels);
  // Sessions hold 4 bytes a sample, features about 146 kB a second and microphone.
  const double bytes = passes * seconds * microphones * (4.0 * options_.import.rate_hz + 146e3);
  const double steps = static_cast<double>(options_.steps) *
                       (two_passes() ? 1.0 + 1.0 / static_cast<double>(kFirstModelShare) : 1.0);
  // Measured with two cores and 8 microphones: 12 steps a second, 0.1 s of work a recorded second.
  const double cores = std::max(1U, std::thread::hardware_concurrency());
  const double minutes = (steps / 12.0 + passes * 0.1 * seconds + 60.0) * 2.0 / cores / 60.0;
  text +=
      fmt::format("steps      {} import, features, {} training steps, responses, export, report\n",
                  two_passes() ? "import, features, first model, second" : "", steps);
  text += fmt::format("folder     {}: about {}\n", options_.out.string(), format_bytes(bytes));
  text += fmt::format("time       about {:.0f} minutes\n", std::max(1.0, minutes));
  text += fmt::format("mirror     --reflect {}\n", options_.reflect);
  core::write_stdout(text);
}

void DeviceRun::make(const fs::path& output, const nlohmann::json& options,
                     const std::vector<fs::path>& inputs, const std::function<void()>& work) {
  const std::string key = StepLog::key(options, inputs);
  if (log_->done(output, key)) {
    core::log_info("{}: kept, made before", output.string());
    return;
  }
  work();
  log_->add(output, key);
}

void DeviceRun::import(std::size_t i, bool first) {
  const DeviceRecording& recording = recordings_[i];
  ImportOptions options = recording.import_options(options_.import);
  options.common = options_.common;
  options.out = step(recording.name + (first ? ".first" : "") + ".sessions.h5");
  options.report = import_report(i);
  options.noise_margin_db = options_.noise_margin_db;
  if (!first && two_passes()) options.model = step("first.model.h5");
  std::vector<fs::path> inputs = recording.files();
  if (!options.model.empty()) inputs.push_back(options.model);
  make(options.out, options.to_json(), inputs, [&] { import_recordings(options); });
}

void DeviceRun::make_features(std::size_t i, bool first) {
  FeaturesOptions options;
  options.common = options_.common;
  options.in = {step(recordings_[i].name + (first ? ".first" : "") + ".sessions.h5").string()};
  options.out = features(i, first);
  options.noise_margin_db = options_.noise_margin_db;
  make(options.out, options.to_json(), {options.in.front()},
       [&] { commands::make_features(options); });
}

void DeviceRun::train(bool first) {
  TrainStageOptions options;
  options.common = options_.common;
  options.in = all_features(first);
  options.out = first ? step("first.model.h5") : model_;
  options.steps =
      first ? std::max<std::size_t>(300, options_.steps / kFirstModelShare) : options_.steps;
  options.precision = options_.precision;
  options.checkpoint = step(first ? "first.checkpoint" : "checkpoint");
  options.resume = true;
  options.calibrate = !first;
  if (!first) options.reflect = options_.reflect;
  options.accept_doubtful = true;  // The verdict says it.
  options.keep_dead = !options_.import.channels.empty();
  const std::vector<fs::path> inputs(options.in.begin(), options.in.end());
  const nlohmann::json text = {{"steps", *options.steps},
                               {"precision", options.precision},
                               {"reflect", options.reflect.value_or("none")},
                               {"seed", options.common.seed}};
  make(options.out, text, inputs, [&] {
    // A checkpoint of other inputs or options cannot be continued.
    try {
      commands::train(options);
    } catch (const core::UsageError&) {
      fs::remove_all(options.checkpoint);
      commands::train(options);
    }
  });
}

void DeviceRun::export_array() {
  ExportOptions options;
  options.common = options_.common;
  options.model = model_;
  options.sofa = options_.out / "array.sofa";
  options.json = options_.out / "array.json";
  options.svg = options_.out / "array.svg";
  export_model(options);
}

void DeviceRun::run() {
  core::make_folder(options_.out);
  core::make_folder(options_.out / "steps");
  log_.emplace(step("steps.json"));
  for (const bool first :
       two_passes() ? std::vector<bool>{true, false} : std::vector<bool>{false}) {
    for (std::size_t i = 0; i < recordings_.size(); ++i) {
      import(i, first);
      make_features(i, first);
    }
    train(first);
  }
  export_array();
}

report::DeviceReport DeviceRun::conclude() {
  DeviceFindings findings{recordings_, {}, formats::read_model(model_), {}};
  for (std::size_t i = 0; i < recordings_.size(); ++i) {
    findings.imports.push_back(
        nlohmann::json::parse(core::read_text_file(import_report(i) / "report.json")));
  }
  const std::vector<std::string> files = all_features(false);
  core::ThreadPool pool(options_.common.threads);
  findings.agreement = measure_self_agreement(findings.model.model,
                                              open_features({files.begin(), files.end()}), pool);
  return judge_device(findings, options_.accept_doubtful);
}

report::DeviceReport DeviceRun::give_up(const std::string& reason) const {
  report::DeviceReport report;
  report.verdict = report::Verdict::kUnusable;
  report.reasons = {reason};
  for (const DeviceRecording& recording : recordings_) {
    report.findings.push_back(
        {"recording", fmt::format("{}: {} channels at {:.0f} Hz, {:.1f} s", recording.name,
                                  recording.channels, recording.rate_hz, recording.duration_s)});
  }
  return report;
}

void DeviceRun::write(report::DeviceReport report) const {
  const auto picture = [&](const std::string& title, const fs::path& file) {
    if (fs::is_regular_file(file)) report.pictures.push_back({title, core::read_text_file(file)});
  };
  if (report.verdict != report::Verdict::kUnusable) {
    picture("The array", options_.out / "array.svg");
    picture("Training", loss_curve_path(model_));
  }
  for (std::size_t i = 0; i < recordings_.size(); ++i) {
    picture(recordings_[i].name + ": directions from which sound was heard",
            import_report(i) / "coverage.svg");
    picture(recordings_[i].name + ": the log's clock", import_report(i) / "alignment.svg");
  }
  report.options = options_.import.to_json();
  report.options["reflect"] = options_.reflect;
  report.options["steps"] = options_.steps;
  report.options["seed"] = options_.common.seed;
  core::write_text_file(options_.out / "report.json", device_json(report).dump(1) + "\n");
  core::write_text_file(options_.out / "report.html", device_html(report));
  core::write_stdout(device_text(report));
  if (report.verdict != report::Verdict::kUnusable) {
    core::log_info("{}: model.h5, array.sofa, array.json, array.svg, report.html",
                   options_.out.string());
  }
}

void check_options(const DeviceOptions& options) {
  core::require(!options.files.empty(), "name the recordings and their logs");
  core::require(!options.out.empty(), "--out: name the folder for the results");
  core::require(options.steps >= 100 && options.steps <= 10000000,
                fmt::format("--steps: expected 100 to 10000000, found {}", options.steps));
  formats::precision(options.precision);
  resolve_reflection(options.reflect);
}

}  // namespace

void calibrate_device(const DeviceOptions& options) {
  check_options(options);
  DeviceRun run(options);
  if (options.dry_run) {
    run.print_plan();
    return;
  }
  const auto refuse = [&](const report::DeviceReport& report) {
    run.write(report);
    throw core::InputError("not usable: " + report.reasons.front());
  };
  try {
    run.run();
  } catch (const core::InputError& error) {
    refuse(run.give_up(error.what()));
  } catch (const core::DivergedError& error) {
    refuse(run.give_up(
        fmt::format("no direction could be learned ({}): is it the right log, on the right clock, "
                    "does the device turn about all axes, and does one source stand still?",
                    error.what())));
  }
  const report::DeviceReport report = run.conclude();
  if (report.verdict == report::Verdict::kUnusable) refuse(report);
  run.write(report);
}

}  // namespace commands
