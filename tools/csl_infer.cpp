#include "command_line.h"
#include "commands/infer.h"
#include "commands/stream.h"
#include "log_options.h"

namespace {

void add_stream_options(CLI::App& app, commands::StreamOptions& s) {
  CLI::Option* stream =
      app.add_flag(
             "--stream", s.on,
             "Read PCM, raw or as WAV, from standard input, write one JSON line for each window "
             "to standard output")
          ->group("Stream, with --stream");
  const auto add = [&](const char* name, auto& value, const char* text) {
    return app.add_option(name, value, text)->group("Stream, with --stream");
  };
  app.add_flag("--view", s.view,
               "Also draw a map if standard error is a terminal; redirect stdout to keep the lines")
      ->group("Stream, with --stream");
  add("--send", s.send,
      "Also send each line as a datagram: udp:HOST:PORT, or unix:PATH of a datagram socket. A "
      "receiver that is missing or too slow loses lines")
      ->type_name("ADDRESS");
  add("--rate", s.rate_hz,
      "Sample rate of the input, Hz. Default: as its WAV header says, else 16000");
  add("--input-channels", s.input_channels,
      "With a list of --channels: channels of the raw input, 0: as its WAV header says");
  add("--format", s.format,
      "Sample format, interleaved, little-endian: s16, s24 (3 bytes), s24_32 (ALSA's S24_LE, 24 "
      "bits in 4 bytes), s32 or f32. Default: as its WAV header says, else s16")
      ->type_name("s16|s24|s24_32|s32|f32");
  add("--pose", s.pose,
      "Orientation: CSV file (may grow) or FIFO; without it, directions are in the sensor frame "
      "only")
      ->type_name("FILE");
  add("--imu", s.imu,
      "Inertial samples in place of --pose: CSV file (may grow) or FIFO with gyroscope and "
      "accelerometer, and a magnetometer if there is one")
      ->type_name("FILE");
  add_log_options(app, s.log, "Stream, with --stream");
  add_inertial_options(app, s.inertial, "Stream, with --stream");
  add("--time-offset", s.time_offset_s, "Added to the times of the orientation, s");
  add("--pose-wait", s.pose_wait_s,
      "Longest wait for late orientation, s; after it the last orientation is used");
  add("--pose-gap", s.pose_gap_s,
      "Longest gap in the orientation, s; in a longer gap no orientation is used");
  add("--floor-memory", s.floor_memory_s,
      "The maximum that the floor follows fades by 10 dB in this time, s");
  add("--on-nan", s.on_nan,
      "Samples that are not finite: error (stop), or mask (leave out their frames)")
      ->type_name("error|mask");
  need_in_group(app, stream);
}

void add_array_options(CLI::App& app, commands::KnownArrayOptions& o) {
  app.option_defaults()->group("Known array");
  app.add_option("--array", o.array,
                 "Known array, in place of --model: a name, a JSON file of positions, a SOFA file, "
                 "or a calibrated model")
      ->type_name(commands::array_form());
  app.add_option("--band", o.band, "Frequencies that are used, Hz; default: the estimator's own")
      ->type_name("LOW:HIGH");
  app.add_option("--half-space", o.half_space,
                 "Side of the array on which the source is: +x, -x, +y, -y, +z or -z. Flat arrays "
                 "need it where they do not turn")
      ->type_name("+x|-x|+y|-y|+z|-z");
  add_sound_speed_options(app, o.sound_speed, "Known array");
}

}  // namespace

int main(int argc, char** argv) {
  commands::InferOptions o;
  commands::StreamOptions s;
  CommandLine line("csl-infer",
                   "Localize sound with a learned model, or with an array that is known.",
                   o.common);
  CLI::App& app = line.app;
  app.option_defaults()->group("Files");
  app.add_option("--model", o.model, "Model file")->type_name("FILE");
  app.add_option("--in", o.in,
                 "Features files, sessions files or audio files; quoted globs are expanded")
      ->type_name("FILE");
  app.add_option("--channels", s.channels,
                 "Channels that are the microphones, in their order, counted from 1, such as 1-4 "
                 "or 2,3,5. With --stream also a plain number: channels of the input")
      ->type_name("CHANNELS");
  app.add_option("--out", o.out, "Estimates file to write")->type_name("FILE");
  app.add_flag("--dry-run", o.dry_run,
               "Check everything, say what would be written and how long it takes");
  app.add_option("--csv", o.csv, "Table of directions to write; -: standard output")
      ->type_name("FILE|-");
  app.option_defaults()->group("Windows");
  CLI::Option* window =
      app.add_option(
             "--window", o.window,
             "Window lengths, s, or full (not with --stream); --track takes one. Default with "
             "--stream or --track: 0.5 (mixture --track: 0.15)")
          ->type_name("SECONDS|full")
          ->delimiter(',');
  CLI::Option* estimator =
      app.add_option(
             "--estimator", o.estimator,
             "Method that computes a window's directions from its bins; see the table below")
          ->type_name(commands::estimator_form());
  app.add_option("--precision", o.precision,
                 "Precision of the network: f32, or bf16, which is faster and rounds the operands "
                 "of products")
      ->type_name("f32|bf16");
  app.add_option("--frame", o.frame,
                 "Frame in which windows are pooled: world or sensor. Default: world, or sensor "
                 "where there is no orientation")
      ->type_name("world|sensor");
  CLI::Option* stride = app.add_option("--stride", o.stride, "Frames between neighboring windows");
  app.add_flag("--track", o.track, "Also track sources over time, through pauses and crossings");
  app.add_flag("--causal", o.causal,
               "An estimate belongs to its window's last frame, as in a stream");
  app.add_flag("--bins", o.bins, "Also write every bin's direction and source");
  app.add_option("--confidence", o.confidence,
                 "Predict each window's error by a file of csl-eval --write-confidence")
      ->type_name("FILE");
  app.option_defaults()->group("Several sources");
  app.add_option("--max-sources", o.max_sources,
                 "kde and mixture: largest number of sources in a window");
  app.add_option("--source-share", o.source_share,
                 "kde: a peak is a source if its density is at least this share of the highest "
                 "peak's density; 0: all peaks up to --max-sources");
  app.add_option("--min-separation", o.min_separation_deg,
                 "kde: peaks nearer than this are one source; mixture: smallest angle between "
                 "directions when they are first chosen, degrees");
  CLI::Option* gain = app.add_option(
      "--source-gain", o.source_gain,
      "mixture: a direction with less evidence is not a source, bits a bin; 0: no limit. "
      "0.2 suits an unknown number of sources; --track has 0.5 if it is not given");
  app.add_option("--bandwidth", o.bandwidth_deg, "kde: bandwidth of the kernel, degrees");
  add_array_options(app, o.known);
  add_stream_options(app, s);
  app.footer(commands::estimator_help());
  line.example("csl-infer --model model.h5 --in test.features.h5 --out estimates.h5");
  line.example(
      "csl-infer --stream --array respeaker4 --channels 1-4 --input-channels 8 --rate 48000 "
      "--imu imu.csv < microphones.raw");
  return line.run(argc, argv, [&] {
    o.channels = s.channels;
    commands::set_dependent_defaults(o, s.on,
                                     {.window = window->count() > 0,
                                      .stride = stride->count() > 0,
                                      .estimator = estimator->count() > 0,
                                      .source_gain = gain->count() > 0});
    s.on ? commands::infer_stream(o, s) : commands::infer(o);
  });
}
