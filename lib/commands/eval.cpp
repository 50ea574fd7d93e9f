#include "commands/eval.h"

#include <fmt/format.h>

#include "commands/dry_run.h"
#include "commands/features.h"
#include "commands/import_options.h"
#include "commands/infer.h"
#include "commands/inputs.h"
#include "commands/output_plan.h"
#include "commands/simulate.h"
#include "commands/train_setup.h"
#include "core/errors.h"
#include "core/files.h"
#include "evaluate/confidence_file.h"
#include "evaluate/direction_collector.h"
#include "evaluate/error_collector.h"
#include "evaluate/figure_collector.h"
#include "evaluate/track_collector.h"
#include "formats/estimates_file.h"
#include "report/conditions.h"
#include "report/directions.h"
#include "report/tracks.h"
#include "report/writer.h"

namespace commands {
namespace {

void check_options(const EvalOptions& options) {
  const bool baselines = !options.baselines.methods.empty();
  if (options.estimates.empty() && !baselines) {
    throw core::UsageError(
        "--estimates: name at least one estimates file, or --sessions with --baselines");
  }
  if (options.out.empty()) throw core::UsageError("--out: name the folder for the report");
  if (baselines && options.sessions.empty()) {
    throw core::UsageError("--baselines: name the sessions files with --sessions");
  }
  if (baselines) check_baseline_options(options.baselines);
}

nlohmann::json provenance_of(const formats::EstimatesReader& file) {
  const core::Provenance provenance = file.provenance();
  return {{"file", file.path().filename().string()},
          {"method", file.header().method},
          {"estimator", file.header().estimator},
          {"pooling", file.header().pooling},
          {"tool", provenance.tool},
          {"tool_version", provenance.tool_version},
          {"seed", provenance.seed},
          {"options", provenance.options},
          {"history", provenance.history}};
}

/// The options of every tool whose runs a report shows, as they are if nobody sets them.
nlohmann::json default_options() {
  const SimulateOptions simulate;
  const ImportOptions import;
  const FeaturesOptions features;
  const InferOptions infer;
  return {{"csl-simulate", simulate.to_json()},
          {"csl-import", import.to_json()},
          {"csl-features", features.to_json()},
          {"csl-train", training_json(learn::TrainOptions{}, "")},
          {"csl-infer", infer.to_json()}};
}

OutputPlan plan_outputs(const EvalOptions& options, const std::vector<std::filesystem::path>& files,
                        const std::vector<std::filesystem::path>& sessions) {
  OutputPlan plan(options.common);
  plan.inputs("--estimates", files)
      .inputs("--sessions", sessions)
      .output("--write-confidence", options.confidence_out)
      .folder("--out", options.out, [&options](const std::string& name) {
        return report::is_report_file(name) || is_baseline_file(name, options.baselines);
      });
  return plan;
}

/// Reads the files one after the other, so that only one is in memory.
evaluate::Report make_report(const EvalOptions& options,
                             const std::vector<std::filesystem::path>& files,
                             const std::vector<std::filesystem::path>& sessions) {
  evaluate::Report report;
  report.title = options.title;
  report.paper = options.paper;
  report.options = options.to_json();
  report.defaults = default_options();
  evaluate::ErrorCollector errors;
  evaluate::FigureCollector figures(options.common.seed);
  evaluate::TrackCollector tracks;
  evaluate::DirectionCollector directions;
  for (const std::filesystem::path& path : files) {
    const formats::EstimatesReader file(path);
    errors.add(file);
    figures.add(file);
    tracks.add(file);
    directions.add(file);
    report.provenance.push_back(provenance_of(file));
    if (!file.header().doubt.empty()) {
      report.warnings.push_back(
          fmt::format("{}: {}", path.filename().string(), file.header().doubt));
      core::log_warning("{}", report.warnings.back());
    }
  }
  figures.add_spectrogram(sessions);
  directions.add_sound(sessions);
  figures.finish(report);
  report.rows = errors.rows(options.common.seed);
  report.sources = errors.sources(options.common.seed);
  report.tracks = tracks.rows();
  for (const evaluate::SessionFigure& figure : directions.figures()) {
    if (!figure.methods.empty()) report.sessions.push_back(figure);
  }
  if (directions.left_out() > 0) {
    core::log_info("{} more sessions without truth are not in the report", directions.left_out());
  }
  return report;
}

void explain_work(const EvalOptions& options, const std::vector<std::filesystem::path>& files,
                  const std::vector<std::filesystem::path>& sessions) {
  double seconds = 0.0;
  if (!options.baselines.methods.empty()) {
    seconds = baseline_seconds(sessions, options.baselines, options.common);
  }
  DryRun{options.out,
         fmt::format("report of {} estimates files and {} baselines", files.size(),
                     options.baselines.methods.size()),
         std::nullopt, seconds}
      .print();
}

}  // namespace

nlohmann::json EvalOptions::to_json() const {
  nlohmann::json json = {
      {"estimates",
       estimates.empty() ? std::vector<std::string>{} : file_names(core::expand_inputs(estimates))},
      {"sessions",
       sessions.empty() ? std::vector<std::string>{} : file_names(core::expand_inputs(sessions))},
      {"baselines", baselines.methods},
      {"paper", paper},
      {"seed", common.seed}};
  if (baselines.methods.empty()) return json;
  json.update(baselines.to_json());
  return json;
}

void evaluate(const EvalOptions& options) {
  check_options(options);
  std::vector<std::filesystem::path> files, sessions;
  if (!options.estimates.empty()) {
    files = named_files("--estimates", options.estimates, {"estimates"});
  }
  if (!options.sessions.empty()) {
    sessions = named_files("--sessions", options.sessions, {"sessions"});
  }
  plan_outputs(options, files, sessions).check();
  require_kinds(files, {"estimates"});
  require_kinds(sessions, {"sessions"});
  if (options.dry_run) {
    explain_work(options, files, sessions);
    return;
  }
  if (!options.baselines.methods.empty()) {
    for (const std::filesystem::path& file : run_baselines(
             sessions, options.baselines, options.common, options.to_json(), options.out)) {
      files.push_back(file);
    }
  }
  const evaluate::Report report = make_report(options, files, sessions);
  const bool truth = !report.rows.empty() || !report.sources.empty();
  if (!truth && report.sessions.empty()) {
    throw core::InputError("the estimates have no window: expected at least one");
  }
  if (!options.confidence_out.empty()) {
    if (!truth) {
      throw core::InputError(
          "--write-confidence: no estimate has a known true direction: expected sessions with "
          "known "
          "source directions");
    }
    evaluate::write_confidence(evaluate::learn_confidence(files), options.confidence_out);
  }
  report::write_report(report, options.out);
  std::string tables;
  if (!report.rows.empty()) tables += report::format_table(report.rows, report.paper);
  if (!report.sources.empty()) tables += report::format_sources(report.sources, report.paper);
  if (!report.tracks.empty()) tables += report::format_tracks(report.tracks);
  tables += report::format_directions(report.sessions);
  tables += report::format_conditions(report);
  core::write_stdout(tables);
  core::log_info("{}: report.html, report.json{}", options.out.string(),
                 truth ? ", tables as CSV, error_vs_window.svg" : "; no truth is known");
}

}  // namespace commands
