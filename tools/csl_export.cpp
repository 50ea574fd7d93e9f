#include "command_line.h"
#include "commands/export.h"
#include "commands/export_estimates.h"

namespace {

/// Makes the options of a group need the option that names the input.
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
  add("--csv", e.csv,
      "CSV file to write, one line for each direction or track; -: standard output");
  add("--jsonl", e.jsonl,
      "JSON lines to write, one for each window, as csl-infer --stream writes them");
  add("--labels", e.labels, "Audacity label track to write");
  add("--session", e.session, "Export only the session with this id");
  add("--window", e.window, "Export only windows of this length");
  add("--time-offset", e.time_offset_s, "Time added to the times of labels, s");
  add("--label-step", e.label_step_deg,
      "A label ends when its source has moved by more than this angle, degrees");
  need_in_group(app, estimates);
  return estimates;
}

CLI::Option* add_model_options(CLI::App& app, commands::ExportOptions& o) {
  const auto add = [&](const char* name, auto& value, const char* text) {
    return app.add_option(name, value, text)->group("Array");
  };
  CLI::Option* model = add("--model", o.model, "Model file, made with csl-train --calibrate");
  add("--sofa", o.sofa, "SOFA file (AES69) of the responses to write");
  add("--json", o.json, "JSON file of effective positions to write, for csl-simulate --array");
  add("--svg", o.svg, "SVG picture of positions and responses to write");
  add("--uncertainty", o.uncertainty,
      "CSV file to write: uncertainty of the responses over direction and frequency");
  add("--compare", o.compare,
      "Known array (as csl-simulate --array): print the agreement of the learned signatures with "
      "it as CSV");
  add("--directions", o.directions, "Number of directions in the SOFA file");
  add("--samples", o.samples,
      "Length of the impulse responses in the SOFA file at the model's rate, a power of two");
  add("--sofa-rate", o.sofa_rate_hz,
      "Sample rate of the SOFA file, Hz; 0: the model's. Responses are resampled");
  add("--convention", o.convention,
      "Convention of the SOFA file: GeneralFIR, SimpleFreeFieldHRIR (two ears on the y axis, for "
      "players of binaural sound), or auto: the second where the microphones allow it");
  add("--view", o.view, "Direction x,y,z in the sensor frame that is x in the SOFA file")
      ->delimiter(',');
  add("--up", o.up, "Direction x,y,z in the sensor frame that is z in the SOFA file")
      ->delimiter(',');
  add("--title", o.title, "Title in the SOFA file");
  add("--author", o.author, "AuthorContact in the SOFA file");
  add("--license", o.license, "License in the SOFA file");
  add("--organization", o.organization, "Organization in the SOFA file");
  add("--frequency", o.figure_hz, "Frequency of the picture, Hz");
  add_sound_speed_options(app, o.sound_speed, "Array");
  need_in_group(app, model);
  return model;
}

}  // namespace

int main(int argc, char** argv) {
  commands::CommonOptions common;
  commands::ExportOptions o;
  commands::ExportEstimatesOptions e;
  CommandLine line("csl-export",
                   "Write a model's array or estimated directions for other programs.", common);
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
