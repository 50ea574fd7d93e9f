#include "command_line.h"
#include "commands/eval.h"

int main(int argc, char** argv) {
  commands::EvalOptions o;
  CommandLine line("csl-eval", "Compare estimates with the truth: tables and a report.", o.common);
  CLI::App& app = line.app;
  app.add_option("--estimates", o.estimates, "Estimates files; quoted globs are expanded");
  app.add_option("--sessions", o.sessions, "Recordings: for --baselines and the spectrogram");
  app.add_option("--baselines", o.baselines.methods, commands::baseline_option_help())
      ->delimiter(',');
  app.add_option("--pooling", o.baselines.pooling,
                 "Where baselines pool: sensor (as the paper), world")
      ->delimiter(',');
  app.add_option("--search", o.baselines.search,
                 "How baselines search: grid (2 degrees, as the paper), refined (below it)")
      ->delimiter(',');
  app.add_option("--window", o.baselines.window, "Baselines' window lengths, s, or full")
      ->delimiter(',');
  app.add_option("--cpsd", o.baselines.cpsd,
                 "SRP-PHAT's cross-spectra over a window in the sensor frame: whitened frame by "
                 "frame, or summed with their energy");
  app.add_option("--selectivity", o.baselines.selectivity,
                 "LSDD's alpha: the higher, the fewer bins its masks let through");
  app.add_option(
      "--floor-db", o.baselines.floor_db,
      "Baselines leave out bins so far below the largest of their frequency; -inf: none");
  app.add_option(
      "--band", o.baselines.band,
      "Frequencies that baselines use, LOW:HIGH Hz; default: each method's own, named at "
      "--baselines");
  app.add_option("--noise-margin", o.baselines.noise_margin_db,
                 "Baselines leave out bins less than so far above the recording's noise, dB, as "
                 "csl-features --noise-margin does; 0: off");
  app.add_flag(
      "--onset-weights", o.baselines.onset_weights,
      "Baselines weigh each bin by its rise to the power of 0.35, as csl-infer --estimator "
      "steered does");
  app.add_option("--stride", o.baselines.stride, "Baselines' frames between neighboring windows");
  app.add_option(
      "--write-confidence", o.confidence_out,
      "Calibrate C-SL's confidence on these estimates: a file for csl-infer --confidence");
  app.add_option("--title", o.title, "Title of the report");
  app.add_option("--out", o.out, "Folder for the report")->required();
  return line.run(argc, argv, [&] { commands::evaluate(o); });
}
