#include "command_line.h"
#include "stage/export_estimates.h"

int main(int argc, char** argv) {
  stage::CommonOptions common;
  stage::ExportEstimatesOptions e;
  CommandLine line("csl-export", "Write what was learned or found for other programs.", common);
  CLI::App& app = line.app;
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
  estimates->required();
  return line.run(argc, argv, [&] { stage::export_estimates(e); });
}
