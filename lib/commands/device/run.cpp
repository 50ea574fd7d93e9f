#include "commands/device/run.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <optional>

#include "commands/device/plan.h"
#include "commands/device/self_agreement.h"
#include "commands/device/step_log.h"
#include "commands/device/verdict.h"
#include "commands/export.h"
#include "commands/features.h"
#include "commands/import.h"
#include "commands/import_page.h"
#include "commands/output_plan.h"
#include "commands/revise.h"
#include "commands/train.h"
#include "commands/train_setup.h"
#include "core/console.h"
#include "core/errors.h"
#include "core/files.h"
#include "core/json_text.h"
#include "core/parallel.h"
#include "learn/reflection_rule.h"

namespace commands::device {
namespace {

namespace fs = std::filesystem;

bool is_result(const std::string& name) {
  constexpr std::array<const char*, 7> kNames = {
      "model.h5", "array.sofa", "array.json", "array.svg", "report.html", "report.json", "steps"};
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

/// The rule, and the file that it names.
std::vector<fs::path> files_of_rule(const std::string& reflect) {
  const std::string file = learn::parse_reflection(reflect).recordings_file;
  return file.empty() ? std::vector<fs::path>() : std::vector<fs::path>{file};
}

}  // namespace

Run::Run(const Options& options)
    : options_(options),
      recordings_(sort_recordings(options.files, options.import)),
      trained_(step("trained.model.h5")),
      decided_(step("decided.model.h5")),
      model_(options.out / "model.h5"),
      import_reports_(recordings_.size()) {
  OutputPlan plan(options.common);
  for (const Recording& recording : recordings_) {
    plan.inputs("FILE", recording.files());
    to_ingest_options(recording.import_options(options.import));
  }
  plan.input("--intervals", options.import.intervals);
  plan.inputs("--reflect", files_of_rule(options.reflect));
  plan.folder("--out", options.out, is_result).check();
}

std::optional<nlohmann::json> Run::read_import_report(std::size_t i) const {
  if (import_reports_[i].json.empty()) return std::nullopt;
  return core::read_json_file(import_reports_[i].json);
}

std::vector<std::string> Run::all_features(bool first) const {
  std::vector<std::string> files;
  for (std::size_t i = 0; i < recordings_.size(); ++i) {
    files.push_back(step(i, first, ".features.h5").string());
  }
  return files;
}

void Run::make(const Paths& outputs, const nlohmann::json& options, const Paths& inputs,
               const std::function<void()>& work) {
  const std::string key = StepLog::key(options, inputs);
  if (log_->done(outputs, key)) {
    core::log_info("{}: kept, made before", outputs.front().string());
  } else {
    work();
    log_->add(outputs, key);
  }
  made_.insert(outputs.begin(), outputs.end());
}

void Run::import(std::size_t i, bool first) {
  const Recording& recording = recordings_[i];
  ImportOptions options = recording.import_options(options_.import);
  options.common = options_.common;
  options.out = step(i, first, ".sessions.h5");
  options.report = step(i, first, ".report");
  options.noise_margin_db = options_.noise_margin_db;
  if (!first && options_.two_passes()) options.model = step(true, "model.h5");
  Paths inputs = recording.files();
  if (!options.model.empty()) inputs.push_back(options.model);
  if (fs::is_regular_file(options.intervals)) inputs.emplace_back(options.intervals);
  nlohmann::json text = options.to_json();
  text["noise_margin_db"] = options.noise_margin_db;  // decides a warning of the report
  const fs::path pictures = step(i, first, ".pictures.json");
  make({options.out, options.report / "report.json", pictures}, text, inputs, [&] {
    const ingest::ImportReport report = import_recordings(options);
    core::write_text_file(pictures,
                          core::json_text(report::to_json(import_pictures(report))) + "\n");
  });
  import_reports_[i] = {options.report / "report.json", pictures};
}

void Run::make_features(std::size_t i, bool first) {
  FeaturesOptions options;
  options.common = options_.common;
  options.in = {step(i, first, ".sessions.h5").string()};
  options.out = step(i, first, ".features.h5");
  options.noise_margin_db = options_.noise_margin_db;
  make({options.out}, options.to_json(), {options.in.front()},
       [&] { commands::make_features(options); });
}

void Run::train(bool first) {
  TrainStageOptions options;
  options.common = options_.common;
  options.in = all_features(first);
  options.out = first ? step(first, "model.h5") : trained_;
  options.steps = first ? first_model_steps(options_) : options_.steps;
  options.precision = options_.precision;
  options.checkpoint = step(first, "checkpoint");
  options.resume = true;
  options.calibrate = !first;
  options.reflect_later = options_.reflect;
  options.accept_doubtful = true;  // The verdict says it.
  options.keep_dead = !options_.import.channels.empty();
  const nlohmann::json text = {
      {"steps", *options.steps}, {"precision", options.precision}, {"seed", options.common.seed}};
  make({options.out}, text, {options.in.begin(), options.in.end()}, [&] {
    // A checkpoint of other inputs or options cannot be continued.
    try {
      commands::train(options);
    } catch (const core::UsageError&) {
      fs::remove_all(options.checkpoint);
      commands::train(options);
    }
  });
}

void Run::decide_reflection() {
  ReviseOptions options;
  options.common = options_.common;
  options.model = trained_;
  options.in = all_features(false);
  options.out = decided_;
  options.reflect = options_.reflect;
  options.accept_doubtful = true;  // The verdict says it.
  options.warn = false;
  Paths inputs = files_of_rule(options_.reflect);
  inputs.push_back(trained_);
  inputs.insert(inputs.end(), options.in.begin(), options.in.end());
  make({options.out}, {{"reflect", options_.reflect}}, inputs, [&] { revise_model(options); });
}

void Run::finish_model() {
  ReviseOptions options;
  options.common = options_.common;
  options.model = decided_;
  options.in = all_features(false);
  options.out = model_;
  options.sound_speed.speed_m_s = options_.sound_speed.speed_of_sound();
  options.warn = false;
  nlohmann::json text;
  options.sound_speed.add_to(text);
  make({options.out}, text, {decided_}, [&] { revise_model(options); });
}

void Run::export_array() {
  ExportOptions options;
  options.common = options_.common;
  options.model = model_;
  options.sofa = options_.out / "array.sofa";
  options.json = options_.out / "array.json";
  options.svg = options_.out / "array.svg";
  make({options.sofa, options.json, options.svg}, {{"export", "array"}}, {model_},
       [&] { export_model(options); });
}

void Run::measure_agreement() {
  Paths inputs{trained_};
  const std::vector<std::string> files = all_features(false);
  inputs.insert(inputs.end(), files.begin(), files.end());
  const fs::path output = step("agreement.json");
  make({output}, {{"measure", "agreement"}}, inputs, [&] {
    core::ThreadPool pool(options_.common.threads);
    const SelfAgreement agreement = measure_self_agreement(
        formats::read_model(trained_), open_features({files.begin(), files.end()}), pool);
    core::write_text_file(output, core::json_text(agreement.to_json(), 1) + "\n");
  });
}

void Run::run() {
  core::make_folder(options_.out);
  core::make_folder(options_.out / "steps");
  if (options_.two_passes()) core::make_folder(step("first"));
  log_.emplace(step("steps.json"));
  for (const bool first :
       options_.two_passes() ? std::vector<bool>{true, false} : std::vector<bool>{false}) {
    for (std::size_t i = 0; i < recordings_.size(); ++i) {
      import(i, first);
      make_features(i, first);
    }
    train(first);
  }
  decide_reflection();
  finish_model();
  export_array();
  measure_agreement();
}

report::DeviceReport Run::conclude() {
  Findings findings{recordings_, {}, formats::read_model(model_), {}};
  for (std::size_t i = 0; i < recordings_.size(); ++i) {
    findings.imports.push_back(read_import_report(i).value());
  }
  findings.agreement = SelfAgreement::from_json(core::read_json_file(step("agreement.json")));
  return judge(findings, options_.accept_doubtful);
}

report::DeviceReport Run::give_up(const std::string& reason) const {
  report::DeviceReport report;
  report.verdict = report::Verdict::kUnusable;
  report.reasons = {reason};
  for (std::size_t i = 0; i < recordings_.size(); ++i) {
    const Recording& recording = recordings_[i];
    report.findings.push_back(
        {"recording", fmt::format("{}: {} channels at {:.0f} Hz, {:.1f} s", recording.name,
                                  recording.channels, recording.rate_hz, recording.duration_s)});
    const std::optional<nlohmann::json> import = read_import_report(i);
    if (import) add_warnings(recording, *import, report);
  }
  return report;
}

void Run::remove_earlier_results() const {
  for (const char* name : {"model.h5", "array.sofa", "array.json", "array.svg"}) {
    const fs::path file = options_.out / name;
    if (made_.contains(file) || !fs::is_regular_file(file)) continue;
    fs::remove(file);
    core::log_info("{}: removed, made before by a run with other files or options", file.string());
  }
}

std::string Run::why_nothing_was_learned() const {
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
                            "{}: {}: at no clock offset does the log fit the sound: is it "
                            "the log of this recording, and does one source stand still?",
                            fault, flat);
}

void Run::add_pictures(report::DeviceReport& report) const {
  const auto picture = [&](const std::string& title, const std::string& legend,
                           const fs::path& file) {
    if (!fs::is_regular_file(file)) return;
    report.pictures.push_back({title, legend, core::read_text_file(file)});
  };
  if (report.verdict != report::Verdict::kUnusable) {
    picture("The array",
            "Positions with ellipses of ten standard deviations; level and phase over all "
            "directions.",
            options_.out / "array.svg");
    picture("Training", "The loss falls while the model learns.", loss_curve_path(trained_));
  }
  for (std::size_t i = 0; i < recordings_.size(); ++i) {
    if (import_reports_[i].pictures.empty()) continue;
    for (report::Picture& made :
         report::pictures_from_json(core::read_json_file(import_reports_[i].pictures))) {
      made.title = recordings_[i].name + ": " + made.title;
      report.pictures.push_back(std::move(made));
    }
  }
}

void Run::write(report::DeviceReport report) {
  add_pictures(report);
  report.options = options_.import.to_json();
  report.options["reflect"] = options_.reflect;
  report.options["steps"] = options_.steps;
  report.options["seed"] = options_.common.seed;
  report.options["precision"] = options_.precision;
  report.options["noise_margin_db"] = options_.noise_margin_db;
  report.options["accept_doubtful"] = options_.accept_doubtful;
  options_.sound_speed.add_to(report.options);
  const fs::path page = options_.out / "report.html", json = options_.out / "report.json";
  const std::string html = device_html(report);
  make({page, json}, {{"report", device_json(report)}, {"page", std::hash<std::string>{}(html)}},
       {}, [&] {
         core::write_text_file(json, core::json_text(device_json(report), 1) + "\n");
         core::write_text_file(page, html);
       });
  core::write_stdout(core::printable(device_text(report), /*keep_lines=*/true));
  if (report.verdict != report::Verdict::kUnusable) {
    core::log_info("{}: model.h5, array.sofa, array.json, array.svg, report.html",
                   options_.out.string());
  }
}

}  // namespace commands::device
