#include "command_line.h"
#include "commands/eval.h"

int main(int argc, char** argv) {
  commands::EvalOptions o;
  CommandLine line("csl-eval", "Compare estimates with known directions: tables and a report.",
                   o.common);
  CLI::App& app = line.app;
  app.option_defaults()->group("Files");
  app.add_option("--estimates", o.estimates, "Estimates files; quoted glob patterns are expanded")
      ->type_name("FILE");
  app.add_option("--sessions", o.sessions,
                 "Sessions files, for --baselines and for the spectrogram in the report")
      ->type_name("FILE");
  app.add_option("--write-confidence", o.confidence_out,
                 "Calibrate the confidence of C-SL on these estimates and write the curves to this "
                 "file, for "
                 "csl-infer --confidence")
      ->type_name("FILE");
  app.add_option("--title", o.title, "Title of the report")->type_name("TITLE");
  app.add_flag(
      "--paper", o.paper,
      "Show the C-SL paper's own figures, on its own test set, beside those of this run: in "
      "the printed tables and in error_vs_window.svg; in report.html they are a switch, "
      "which this option turns on");
  app.add_option("--out", o.out, "Folder for the report")->type_name("FOLDER")->required();
  app.add_flag("--dry-run", o.dry_run,
               "Check everything, say what would be written and how long it takes");
  app.option_defaults()->group("Baselines");
  app.add_option("--baselines", o.baselines.methods, commands::baseline_option_help())
      ->type_name("srp-phat|lsdd|music")
      ->delimiter(',');
  app.add_option("--pooling", o.baselines.pooling,
                 "Frames in which baselines pool: sensor (as the C-SL paper does), world")
      ->type_name("sensor|world")
      ->delimiter(',');
  app.add_option("--search", o.baselines.search,
                 "How baselines search: grid (2 degrees, as in the C-SL paper), refined (finer "
                 "than the grid)")
      ->type_name("grid|refined")
      ->delimiter(',');
  app.add_option("--window", o.baselines.window,
                 "Window lengths of the baselines, in s, or full for whole sessions")
      ->type_name("SECONDS|full")
      ->delimiter(',');
  app.add_option("--cpsd", o.baselines.cpsd,
                 "Cross-spectra of SRP-PHAT pooled in the sensor frame: whitened (every frame has "
                 "the same weight), energy (frames are weighted by their energy)")
      ->type_name("whitened|energy");
  app.add_option("--selectivity", o.baselines.selectivity,
                 "Alpha of LSDD: a higher value lets fewer bins pass the masks");
  app.add_option(
      "--floor-db", o.baselines.floor_db,
      "Baselines do not use bins below this level, in dB relative to the largest bin of the same "
      "frequency; -inf: they use all bins");
  app.add_option(
         "--band", o.baselines.band,
         "Frequencies that baselines use, LOW:HIGH Hz; default: each method's own, named at "
         "--baselines")
      ->type_name("LOW:HIGH");
  app.add_option("--noise-margin", o.baselines.noise_margin_db,
                 "Baselines do not use bins less than this above the noise, dB, as csl-features "
                 "--noise-margin; 0: they use all");
  app.add_flag(
      "--onset-weights", o.baselines.onset_weights,
      "Baselines weigh each bin by its rise to the power of 0.35, as csl-infer --estimator "
      "steered does");
  add_sound_speed_options(app, o.baselines.sound_speed);
  app.add_option("--stride", o.baselines.stride,
                 "Number of frames from one window of a baseline to the next");
  line.example("csl-eval --estimates estimates.h5 --out report");
  line.example(
      "csl-eval --estimates estimates.h5 --sessions test.sessions.h5 --baselines srp-phat,lsdd "
      "--stride 20 --out report");
  return line.run(argc, argv, [&] { commands::evaluate(o); });
}
