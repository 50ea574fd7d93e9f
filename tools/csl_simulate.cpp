#include "command_line.h"
#include "stage/simulate.h"

int main(int argc, char** argv) {
  stage::SimulateOptions o;
  CommandLine line("csl-simulate", "Simulate a turning microphone array in a reverberant room.",
                   o.common);
  CLI::App& app = line.app;
  app.add_option("--speech", o.speech,
                 "Dry speech: files, folders, lists (.txt, .lst), - for a list on stdin")
      ->required();
  app.add_option("--out", o.out, "Sessions file to write")->required();
  app.add_option("--sessions", o.sessions, "Number of sessions");
  app.add_option("--array", o.array, "cube8, ring6, tetra4, spherical32, head2, or a JSON file");
  app.add_option("--edge", o.edge_m, "Size of a built-in array, m; 0: its own default");
  app.add_option("--room", o.room_m, "Room x,y,z, m")->delimiter(',');
  app.add_option("--t60", o.t60, "Reverberation time, s: a value or a range a:b; 0: none");
  app.add_option("--source-distance", o.source_distance_m, "From the array's centre, m");
  app.add_option("--angular-speed", o.angular_speed_deg, "Degrees a second");
  app.add_option("--start", o.start,
                 "Orientation at the start: random, or facing:+x (source ahead)");
  app.add_option("--snr", o.snr, "Microphone noise, dB: inf, a value or a range a:b");
  app.add_option("--shard", o.shard, "Make the i-th of n parts only, i/n");
  return line.run(argc, argv, [&] { stage::simulate(o); });
}
