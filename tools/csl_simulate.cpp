#include "command_line.h"
#include "commands/known_array.h"
#include "commands/simulate.h"

namespace {

void add_session_options(CLI::App& app, commands::SimulateOptions& o) {
  app.option_defaults()->group("Sessions");
  app.add_option("--split", o.split,
                 "Part of the speech files: all, train, valid or test (5012, 638 and 638 of 6300)")
      ->type_name("all|train|valid|test");
  app.add_option("--sessions", o.sessions,
                 "Number of sessions. Default: 100; with --split, one for each speech file");
  app.add_option("--shard", o.shard, "Make only the i-th of n parts of the sessions, i/n")
      ->type_name("I/N");
}

void add_array_options(CLI::App& app, commands::SimulateOptions& o) {
  app.option_defaults()->group("Array");
  app.add_option("--array", o.array,
                 "Built-in array, JSON file of positions or SOFA file of responses")
      ->type_name(commands::array_form());
  app.add_option("--edge", o.edge_m,
                 "Size of a built-in array, m. Default: the array's own, such as 0.05 for cube8");
  app.add_option("--largest-gap", o.largest_gap_deg,
                 "Largest gap between the directions of a SOFA file, degrees: sources in a gap are "
                 "rendered from responses that far away");
  app.add_option("--array-position", o.array_position_m,
                 "Position of the array's center x,y,z, m. Default: the room's center")
      ->type_name("X,Y,Z")
      ->delimiter(',');
}

/// @return  the option that asks for measured rooms
CLI::Option* add_measured_room_options(CLI::App& app, commands::SimulateOptions& o) {
  app.option_defaults()->group("Measured rooms instead of a simulated room");
  CLI::Option* responses =
      app.add_option("--responses", o.responses,
                     "Measured room responses of an array: a folder with a table responses.json, "
                     "such a table, or a SOFA file (docs/use/rooms.md)")
          ->type_name("FOLDER|FILE");
  app.add_option("--response-rooms", o.response_rooms,
                 "Use only these rooms or acoustic conditions: names, or patterns with * and ?. "
                 "Default: all")
      ->type_name("NAME,...")
      ->delimiter(',')
      ->needs(responses);
  app.add_option("--response-sources", o.response_sources,
                 "Use only these places of sources: names, or patterns with * and ?. Default: all")
      ->type_name("NAME,...")
      ->delimiter(',')
      ->needs(responses);
  app.add_option("--dwell", o.dwell,
                 "Stay at each measured orientation, s: a value or a range a:b; then the array "
                 "turns or jumps to another")
      ->type_name("NUMBER|A:B")
      ->needs(responses);
  return responses;
}

void add_room_options(CLI::App& app, commands::SimulateOptions& o) {
  app.option_defaults()->group("Room");
  add_sound_speed_options(app, o.sound_speed);
  CLI::Option* waves =
      app.add_option("--room-waves", o.room_waves,
                     "Measured room as plane waves in place of the shoebox: tables of time_s, "
                     "azimuth_deg, elevation_deg, pressure; files, folders or quoted globs, one "
                     "drawn for each session")
          ->type_name("PATH");
  app.add_option("--source-direction", o.source_direction_deg,
                 "With one list of --room-waves: true azimuth,elevation of its source, degrees. "
                 "Default: that of the list's direct sound")
      ->type_name("AZIMUTH,ELEVATION")
      ->delimiter(',')
      ->needs(waves);
  app.add_option("--room", o.room_m, "Size of the room x,y,z, m")
      ->type_name("X,Y,Z")
      ->delimiter(',');
  app.add_option("--t60", o.t60,
                 "Reverberation time, s: a value, or a range a:b from which each session draws; "
                 "0: no reverberation")
      ->type_name("NUMBER|A:B");
  app.add_option("--formula", o.formula, "Relation of T60 and absorption: sabine or eyring")
      ->type_name("sabine|eyring");
  app.add_option("--absorption", o.absorption,
                 "Energy absorption of the walls, one value or x0,x1,y0,y1,z0,z1; replaces --t60")
      ->delimiter(',');
  app.add_option("--band-absorption", o.band_absorption,
                 "Energy absorption of all walls at 125, 250, ... 8000 Hz; replaces --t60")
      ->delimiter(',');
  app.add_flag("--air-absorption", o.air_absorption,
               "The air absorbs sound (ISO 9613-1, 20 degrees Celsius, 50 % humidity)");
  app.add_option("--image-jitter", o.image_jitter_m,
                 "Largest random displacement of every image along each axis, m");
  app.add_option("--max-order", o.max_order,
                 "Largest number of reflections of an image. Default: no limit");
}

void add_source_options(CLI::App& app, commands::SimulateOptions& o) {
  app.option_defaults()->group("Sources");
  app.add_option("--sources", o.sources, "Number of sources that sound at a time, 1 to 8");
  app.add_option("--source-distance", o.source_distance_m,
                 "Distance of the sources from the array's center, m");
  app.add_option("--source-speed", o.source_speed,
                 "Speed of the sources along random great circles, degrees per second: a value or "
                 "a range a:b")
      ->type_name("NUMBER|A:B");
  app.add_option("--min-separation", o.min_separation_deg,
                 "Smallest angle between two sources at the start, degrees");
  app.add_option("--level-ratio", o.level_ratio,
                 "Level of every further source relative to the first, dB: a value or a range a:b")
      ->type_name("NUMBER|A:B");
  app.add_option("--interferer", o.interferer,
                 "A second talker that the truth does not name: level relative to the first source "
                 "while it sounds, dB, and the share of each session in which it sounds, such as "
                 "-6:0.5")
      ->type_name("LEVEL|LEVEL:SHARE");
}

void add_motion_options(CLI::App& app, commands::SimulateOptions& o) {
  app.option_defaults()->group("Motion");
  app.add_option("--motion", o.motion,
                 "Motion of the array: constant, free, head, or a file of recorded orientations "
                 "(BROAD HDF5, sessions file, pose CSV)")
      ->type_name("constant|free|head|FILE");
  app.add_option("--axis", o.axis,
                 "World axis x,y,z of constant motion. Default: random for each session")
      ->type_name("X,Y,Z")
      ->delimiter(',');
  app.add_option("--pivot", o.pivot_m,
                 "Point x,y,z about which the array turns, from its center in the sensor frame, m. "
                 "It then has the position and the distance of --array-position and "
                 "--source-distance. Default: the center")
      ->type_name("X,Y,Z")
      ->delimiter(',');
  app.add_option("--angular-speed", o.angular_speed_deg,
                 "Speed of constant motion, mean speed of free motion, degrees per second");
  app.add_option("--start", o.start,
                 "Orientation at the start: random, or facing:+x (the first source is in the half "
                 "space of this sensor axis)")
      ->type_name("random|facing:+x");
}

void add_sensor_options(CLI::App& app, commands::SimulateOptions& o) {
  app.option_defaults()->group("Microphones and motion sensor");
  app.add_option("--snr", o.snr,
                 "Ratio of signal and microphone noise, dB: inf (no noise), a value or a range "
                 "a:b")
      ->type_name("NUMBER|A:B");
  app.add_option("--diffuse-noise", o.diffuse_noise,
                 "Ratio of signal and spatially diffuse noise, dB: inf (no noise), a value or a "
                 "range a:b; the array turns in this noise")
      ->type_name("NUMBER|A:B");
  app.add_option("--gain-mismatch", o.gain_mismatch_db,
                 "Standard deviation of the gain over microphones, dB");
  app.add_option("--delay-mismatch", o.delay_mismatch_us,
                 "Standard deviation of the delay over microphones, microseconds");
  app.add_option("--clip", o.clip_level, "Largest magnitude of a sample. Default: no limit");
  app.add_option("--clock-skew", o.clock_skew_ppm, "The audio clock is slow by this, ppm");
  app.add_option("--imu", o.imu, "Inertial samples: none, ideal, consumer or tactical")
      ->type_name("none|ideal|consumer|tactical");
  app.add_option("--imu-rate", o.imu_rate_hz, "Rate of the inertial samples, Hz");
}

/// A measured room has its size, its reverberation and the place of its source.
void exclude_shoebox(CLI::App& app) {
  CLI::Option* waves = app.get_option("--room-waves");
  for (const char* name : {"--room", "--t60", "--formula", "--absorption", "--band-absorption",
                           "--air-absorption", "--image-jitter", "--max-order", "--array-position",
                           "--source-distance", "--source-speed"}) {
    waves->excludes(app.get_option(name));
  }
}

/// @return  the option that asks for impulse responses
CLI::Option* add_response_options(CLI::App& app, commands::ImpulseResponseOptions& rir) {
  app.option_defaults()->group("Impulse responses instead of sessions");
  CLI::Option* file =
      app.add_option("--rir", rir.rir,
                     "Write static impulse responses to this WAV or SOFA file instead of sessions")
          ->type_name("FILE");
  app.add_option("--source-position", rir.source_position_m,
                 "With --rir: position of the source x,y,z in the room, m")
      ->type_name("X,Y,Z")
      ->delimiter(',')
      ->needs(file);
  app.add_option("--orientation", rir.orientation,
                 "With --rir: orientation of the array, unit quaternion w,x,y,z")
      ->type_name("W,X,Y,Z")
      ->delimiter(',')
      ->needs(file);
  return file;
}

}  // namespace

int main(int argc, char** argv) {
  commands::SimulateOptions o;
  commands::ImpulseResponseOptions rir;
  CommandLine line("csl-simulate", "Simulate a turning microphone array in a reverberant room.",
                   o.common);
  CLI::App& app = line.app;
  app.option_defaults()->group("Files");
  CLI::Option* speech =
      app.add_option(
             "--speech", o.speech,
             "Dry speech: files, folders, lists (.txt, .lst), - for a list on standard input, or "
             "synthetic[:SECONDS], a built-in voice")
          ->type_name("PATH");
  CLI::Option* out = app.add_option("--out", o.out, "Sessions file to write")->type_name("FILE");
  app.add_flag("--dry-run", o.dry_run,
               "Check everything, say what would be written and how long it takes");
  app.add_option("--wav", o.wav,
                 "Also write each session into this folder: one WAV, pose.csv and truth.csv, and "
                 "with --imu an imu.csv")
      ->type_name("FOLDER");
  add_session_options(app, o);
  add_array_options(app, o);
  add_room_options(app, o);
  CLI::Option* responses = add_measured_room_options(app, o);
  add_source_options(app, o);
  add_motion_options(app, o);
  add_sensor_options(app, o);
  exclude_shoebox(app);
  CLI::Option* rir_file = add_response_options(app, rir);
  rir_file->excludes(speech)->excludes(out)->excludes(responses);
  line.example(
      "csl-simulate --speech speech --array cube8 --sessions 200 --start facing:+x --out "
      "train.sessions.h5");
  line.example(
      "csl-simulate --speech speech --t60 0.5 --sessions 50 --seed 2 --out test.sessions.h5");
  return line.run(argc, argv, [&] {
    if (rir_file->count() > 0) {
      commands::write_impulse_responses(o, rir);
    } else {
      commands::simulate(o);
    }
  });
}
