#include "command_line.h"
#include "commands/export.h"
#include "commands/export_estimates.h"
#include "commands/known_array.h"

namespace {

CLI::Option* add_estimates_options(CLI::App& app, commands::ExportEstimatesOptions& e) {
  const auto add = [&](const char* name, auto& value, const char* text) {
    return app.add_option(name, value, text)->group("Directions, with --estimates");
  };
  CLI::Option* estimates =
      add("--estimates", e.estimates, "Estimates files; quoted globs are expanded")
          ->type_name("FILE");
  add("--csv", e.csv, "CSV file to write, one line for each direction or track; -: standard output")
      ->type_name("FILE");
  add("--jsonl", e.jsonl,
      "JSON lines to write, one for each window, as csl-infer --stream writes them")
      ->type_name("FILE");
  add("--labels", e.labels, "Audacity label track to write")->type_name("FILE");
  add("--session", e.session, "Export only the session with this id")->type_name("ID");
  add("--window", e.window, "Export only windows of this length")->type_name("SECONDS|full");
  add("--time-offset", e.time_offset_s, "Time added to the times of labels, s");
  add("--label-step", e.label_step_deg,
      "A label ends when its source has moved by more than this angle, degrees");
  need_in_group(app, estimates);
  return estimates;
}

CLI::Option* add_model_options(CLI::App& app, commands::ExportOptions& o) {
  const auto add = [&](const char* name, auto& value, const char* text) {
    return app.add_option(name, value, text)->group("Array, with --model");
  };
  CLI::Option* model = add("--model", o.model,
                           "Model file; all but --network need one made with csl-train --calibrate")
                           ->type_name("FILE");
  add("--sofa", o.sofa, "SOFA file (AES69) of the responses to write")->type_name("FILE");
  add("--json", o.json, "JSON file of effective positions to write, for csl-simulate --array")
      ->type_name("FILE");
  add("--svg", o.svg, "SVG picture of positions and responses to write")->type_name("FILE");
  add("--uncertainty", o.uncertainty,
      "CSV file to write: uncertainty of the responses over direction and frequency")
      ->type_name("FILE");
  add("--network", o.network,
      "JSON file of the network to write, for programs that run it without these tools")
      ->type_name("FILE");
  add("--compare", o.compare,
      "Known array (as csl-simulate --array): print the agreement of the learned signatures with "
      "it as CSV")
      ->type_name(commands::array_form());
  add("--directions", o.directions, "Number of directions in the SOFA file");
  add("--samples", o.samples,
      "Length of the impulse responses in the SOFA file at the model's rate, a power of two");
  add("--sofa-rate", o.sofa_rate_hz,
      "Sample rate of the SOFA file, Hz; 0: the model's. Responses are resampled");
  add("--convention", o.convention,
      "Convention of the SOFA file: GeneralFIR, SimpleFreeFieldHRIR (two ears on the y axis, for "
      "players of binaural sound), or auto: the second where the microphones allow it")
      ->type_name("auto|GeneralFIR|SimpleFreeFieldHRIR");
  add("--view", o.view, "Direction x,y,z in the sensor frame that is x in the SOFA file")
      ->type_name("X,Y,Z")
      ->delimiter(',');
  add("--up", o.up, "Direction x,y,z in the sensor frame that is z in the SOFA file")
      ->type_name("X,Y,Z")
      ->delimiter(',');
  add("--title", o.title, "Title in the SOFA file")->type_name("TITLE");
  add("--author", o.author, "AuthorContact in the SOFA file")->type_name("NAME");
  add("--license", o.license, "License in the SOFA file")->type_name("NAME");
  add("--organization", o.organization, "Organization in the SOFA file")->type_name("NAME");
  add("--frequency", o.figure_hz, "Frequency of the picture, Hz");
  add_sound_speed_options(app, o.sound_speed, "Array, with --model");
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
  line.example("csl-export --model model.h5 --sofa array.sofa --json array.json --svg array.svg");
  line.example("csl-export --estimates estimates.h5 --csv estimates.csv");
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
