#include "commands/device_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <thread>

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

}  // namespace

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

std::optional<nlohmann::json> DeviceRun::read_import_report(std::size_t i) const {
  const fs::path file = import_report(i) / "report.json";
  if (!fs::is_regular_file(file)) return std::nullopt;
  return nlohmann::json::parse(core::read_text_file(file));
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
    findings.imports.push_back(read_import_report(i).value());
  }
  const std::vector<std::string> files = all_features(false);
  core::ThreadPool pool(options_.common.threads);
  findings.agreement =
      measure_self_agreement(findings.model, open_features({files.begin(), files.end()}), pool);
  return judge_device(findings, options_.accept_doubtful);
}

report::DeviceReport DeviceRun::give_up(const std::string& reason) const {
  report::DeviceReport report;
  report.verdict = report::Verdict::kUnusable;
  report.reasons = {reason};
  for (std::size_t i = 0; i < recordings_.size(); ++i) {
    const DeviceRecording& recording = recordings_[i];
    report.findings.push_back(
        {"recording", fmt::format("{}: {} channels at {:.0f} Hz, {:.1f} s", recording.name,
                                  recording.channels, recording.rate_hz, recording.duration_s)});
    const std::optional<nlohmann::json> import = read_import_report(i);
    if (import) add_warnings(recording, *import, report);
  }
  return report;
}

std::string DeviceRun::why_nothing_was_learned() const {
  std::string flat;
  for (std::size_t i = 0; i < recordings_.size(); ++i) {
    const std::optional<nlohmann::json> import = read_import_report(i);
    if (!import || !import->at("recordings").at(0).at("clock").value("flat", false)) continue;
    flat += (flat.empty() ? "" : ", ") + recordings_[i].name;
  }
  const std::string fault =
      "sound and turning do not fit each other, so no direction can be learned";
  return flat.empty() ? fault +
                            ": is it the right log, on the right clock (--time-offset), does the "
                            "device turn about all axes, and does one source stand still?"
                      : fmt::format(
                            "{}: {}: the log fits the sound at no offset of its clock: is it "
                            "the log of this recording, and does one source stand still?",
                            fault, flat);
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

}  // namespace commands
