#include "command_line.h"
#include "commands/simulate.h"

int main(int argc, char** argv) {
  commands::SimulateOptions o;
  commands::ImpulseResponseOptions rir;
  CommandLine line("csl-simulate", "Simulate a turning microphone array in a reverberant room.",
                   o.common);
  CLI::App& app = line.app;
  CLI::Option* speech =
      app.add_option("--speech", o.speech,
                     "Dry speech: files, folders, lists (.txt, .lst), - for a list on stdin");
  CLI::Option* out = app.add_option("--out", o.out, "Sessions file to write");
  app.add_option("--split", o.split,
                 "Part of the speech files: all, train, valid or test (5012, 638, 638 of 6300)");
  app.add_option("--sessions", o.sessions,
                 "Number of sessions; -1: 100, or with --split one a speech file");
  app.add_option("--shard", o.shard, "Make the i-th of n parts only, i/n");
  app.add_option("--array", o.array,
                 "cube8, ring6, tetra4, spherical32, head2, a JSON file, or a SOFA file");
  app.add_option("--edge", o.edge_m, "Size of a built-in array, m; 0: its own default");
  app.add_option("--room", o.room_m, "Room x,y,z, m")->delimiter(',');
  app.add_option("--t60", o.t60, "Reverberation time, s: a value or a range a:b; 0: none");
  app.add_option("--formula", o.formula, "Ties T60 to absorption: sabine or eyring");
  app.add_option("--absorption", o.absorption,
                 "In place of --t60: energy absorption, one value or x0,x1,y0,y1,z0,z1")
      ->delimiter(',');
  app.add_option("--band-absorption", o.band_absorption,
                 "In place of --t60: of all walls at 125, 250, ... 8000 Hz")
      ->delimiter(',');
  app.add_flag("--air-absorption", o.air_absorption,
               "Air absorbs sound (ISO 9613-1, 20 degrees, 50 % humidity)");
  app.add_option("--image-jitter", o.image_jitter_m, "Move every image at random by up to this, m");
  app.add_option("--max-order", o.max_order, "Reflections an image may have; -1: no limit");
  app.add_option("--array-position", o.array_position_m,
                 "Array's center x,y,z, m; default: the room's")
      ->delimiter(',');
  app.add_option("--sources", o.sources, "Sources at a time, 1 to 8");
  app.add_option("--source-distance", o.source_distance_m, "From the array's center, m");
  app.add_option("--source-speed", o.source_speed,
                 "Sources move along random great circles, degrees a second: a value or a range");
  app.add_option("--min-separation", o.min_separation_deg,
                 "Least angle between two sources, degrees");
  app.add_option("--level-ratio", o.level_ratio,
                 "Level of further sources against the first, dB: a value or a range");
  app.add_option(
      "--motion", o.motion,
      "constant, free, head, or recorded orientations (BROAD HDF5, sessions file, pose CSV)");
  app.add_option("--axis", o.axis, "Axis x,y,z of constant motion; default: random a session")
      ->delimiter(',');
  app.add_option("--angular-speed", o.angular_speed_deg,
                 "Degrees a second (free motion: its mean)");
  app.add_option("--start", o.start,
                 "Orientation at the start: random, or facing:+x (source ahead)");
  app.add_option("--snr", o.snr, "Microphone noise, dB: inf, a value or a range a:b");
  app.add_option("--gain-mismatch", o.gain_mismatch_db, "Standard deviation over microphones, dB");
  app.add_option("--delay-mismatch", o.delay_mismatch_us,
                 "Standard deviation over microphones, us");
  app.add_option("--clip", o.clip_level, "Limit samples to this; 0: not");
  app.add_option("--clock-skew", o.clock_skew_ppm, "Audio clock slow by this, ppm");
  app.add_option("--imu", o.imu, "Inertial samples: none, ideal, consumer, tactical");
  app.add_option("--imu-rate", o.imu_rate_hz, "Inertial samples a second");
  app.add_option(
      "--wav", o.wav,
      "Also write one WAV, pose.csv, truth.csv (and imu.csv) a session into this folder");
  CLI::Option* rir_file = app.add_option(
      "--rir", rir.rir, "Write static impulse responses to this WAV or SOFA file instead");
  app.add_option("--source-position", rir.source_position_m, "For --rir: x,y,z in the room, m")
      ->delimiter(',')
      ->needs(rir_file);
  app.add_option("--orientation", rir.orientation, "For --rir: of the array, w,x,y,z")
      ->delimiter(',')
      ->needs(rir_file);
  rir_file->excludes(speech)->excludes(out);
  return line.run(argc, argv, [&] {
    if (rir_file->count() > 0) {
      commands::write_impulse_responses(o, rir);
    } else {
      commands::simulate(o);
    }
  });
}
