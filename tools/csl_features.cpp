#include "command_line.h"
#include "commands/features.h"

int main(int argc, char** argv) {
  commands::FeaturesOptions o;
  CommandLine line("csl-features",
                   "Compute the STFT bins of recordings and the orientation of every frame.",
                   o.common);
  CLI::App& app = line.app;
  app.option_defaults()->group("Files");
  app.add_option("--in", o.in, "Sessions files; quoted globs are expanded")
      ->type_name("FILE")
      ->required();
  app.add_option("--out", o.out, "Features file to write")->type_name("FILE")->required();
  app.add_flag("--dry-run", o.dry_run,
               "Check everything, say what would be written and how long it takes");
  app.option_defaults()->group("STFT");
  app.add_option("--window-ms", o.window_ms, "Length of the STFT window, ms");
  app.add_option("--hop-ms", o.hop_ms, "Time between frames, ms");
  app.add_option("--fmin", o.min_frequency_hz, "Lowest frequency, Hz");
  app.add_option("--fmax", o.max_frequency_hz, "Highest frequency, Hz");
  app.option_defaults()->group("Choice of bins");
  app.add_option(
      "--floor-db", o.floor_db,
      "Floor, dB relative to the session's largest bin of the same frequency: bins below "
      "it are left out");
  app.add_option(
      "--floor-memory", o.floor_memory_s,
      "Time in s; above 0: the floor is relative to the largest bin so far, which fades by "
      "10 dB in this time (as in csl-infer --stream)");
  app.add_option("--noise-margin", o.noise_margin_db,
                 "Noise margin in dB; above 0: bins must also be this far above the noise of the "
                 "recording, which its quietest frames tell");
  line.example("csl-features --in train.sessions.h5 --out train.features.h5");
  line.example("csl-features --in rec.sessions.h5 --noise-margin 10 --out rec.features.h5");
  return line.run(argc, argv, [&] { commands::make_features(o); });
}
