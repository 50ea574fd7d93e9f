#include "command_line.h"
#include "commands/export.h"
#include "commands/export_estimates.h"

namespace {

/// Options of a group say nothing without the one that names the input.
void need_in_group(CLI::App& app, CLI::Option* input) {
  for (CLI::Option* option : app.get_options()) {
    if (option->get_group() == input->get_group() && option != input) option->needs(input);
  }
}

CLI::Option* add_estimates_options(CLI::App& app, commands::ExportEstimatesOptions& e) {
  const auto add = [&](const char* name, auto& value, const char* text) {
    return app.add_option(name, value, text)->group("Estimates");
  };
  CLI::Option* estimates =
      add("--estimates", e.estimates, "Estimates files; quoted globs are expanded");
  add("--csv", e.csv, "CSV to write, one line a direction; - is standard output");
  add("--jsonl", e.jsonl, "JSON lines to write, one a window, as a stream has them");
  add("--labels", e.labels, "Audacity label track to write");
  add("--session", e.session, "Only the session with this id");
  add("--window", e.window, "Only windows of this length");
  add("--time-offset", e.time_offset_s, "Added to the labels' times, s");
  add("--label-step", e.label_step_deg, "A label ends where its source has moved farther, degrees");
  need_in_group(app, estimates);
  return estimates;
}

CLI::Option* add_model_options(CLI::App& app, commands::ExportOptions& o) {
  const auto add = [&](const char* name, auto& value, const char* text) {
    return app.add_option(name, value, text)->group("Array");
  };
  CLI::Option* model = add("--model", o.model, "Model file, made with csl-train --calibrate");
  add("--sofa", o.sofa, "SOFA file (AES69, GeneralFIR) to write");
  add("--json", o.json, "Effective positions, as csl-simulate --array reads them");
  add("--svg", o.svg, "Picture of positions and responses");
  add("--uncertainty", o.uncertainty,
      "CSV to write: how well responses are known, by direction and frequency");
  add("--compare", o.compare,
      "Known array (as csl-simulate --array): print how well learned signatures agree with it");
  add("--directions", o.directions, "Directions of the SOFA file");
  add("--samples", o.samples, "Length of its impulse responses, a power of two");
  add("--frequency", o.figure_hz, "Frequency of the picture, Hz");
  need_in_group(app, model);
  return model;
}

}  // namespace

int main(int argc, char** argv) {
  commands::CommonOptions common;
  commands::ExportOptions o;
  commands::ExportEstimatesOptions e;
  CommandLine line("csl-export", "Write what was learned or found for other programs.", common);
  CLI::Option* model = add_model_options(line.app, o);
  CLI::Option* estimates = add_estimates_options(line.app, e);
  model->excludes(estimates);
  return line.run(argc, argv, [&] {
    o.common = common;
    e.common = common;
    if (estimates->count() > 0) {
      commands::export_estimates(e);
    } else {
      commands::export_model(o);
    }
  });
}
