#include "command_line.h"
#include "commands/features.h"

int main(int argc, char** argv) {
  commands::FeaturesOptions o;
  CommandLine line("csl-features",
                   "Turn recordings into STFT bins with the orientation of every frame.", o.common);
  CLI::App& app = line.app;
  app.add_option("--in", o.in, "Sessions files; quoted globs are expanded")->required();
  app.add_option("--out", o.out, "Features file to write")->required();
  app.add_option("--window-ms", o.window_ms, "STFT window, ms");
  app.add_option("--hop-ms", o.hop_ms, "Time between frames, ms");
  app.add_option("--fmin", o.min_frequency_hz, "Lowest frequency, Hz");
  app.add_option("--fmax", o.max_frequency_hz, "Highest frequency, Hz");
  app.add_option("--floor-db", o.floor_db,
                 "Bins below this are left out, dB re the session's largest of that frequency");
  app.add_option("--floor-memory", o.floor_memory_s,
                 "s; above 0: the floor is causal, below the largest so far, which fades 10 dB in "
                 "this time (what csl-infer --stream does)");
  app.add_option("--noise-margin", o.noise_margin_db,
                 "dB; above 0: bins must also be so far above the recording's own noise, which is "
                 "taken from its quietest frames");
  return line.run(argc, argv, [&] { commands::make_features(o); });
}
