#include "command_line.h"
#include "commands/import.h"

int main(int argc, char** argv) {
  commands::ImportOptions o;
  CommandLine line("csl-import",
                   "Turn a device's recording and its orientation or inertial log into sessions.",
                   o.common);
  CLI::App& app = line.app;
  app.add_option(
         "--audio", o.audio,
         "Recording of 2 to 64 channels, or a folder of ID.wav with ID.pose.csv, ID.truth.csv")
      ->required();
  app.add_option("--pose", o.pose, "Orientations: CSV, TSV or blanks; names are recognized");
  app.add_option("--imu", o.imu, "Inertial samples: time_s,gx,gy,gz,ax,ay,az[,mx,my,mz]");
  app.add_option("--out", o.out, "Sessions file to write")->required();
  app.add_option("--intervals", o.intervals,
                 "silence, changes (of the source), segments, whole, or a CSV with "
                 "start_s,end_s[,x,y,z in the world]");
  app.add_option("--segment", o.segment_s, "Longest interval that is made automatically, s");
  app.add_option("--min-interval", o.min_interval_s, "Shorter intervals are left out, s");
  app.add_option("--silence", o.silence_s, "Pauses at least so long separate intervals, s");
  app.add_option("--array", o.array,
                 "JSON of microphone positions or SOFA file, if known; the learner never reads it");
  app.add_option("--time-offset", o.time_offset,
                 "Seconds added to the log's times, or start, taps, auto");
  app.add_option("--time-drift", o.time_drift_ppm, "The log's clock is slow by this, ppm");
  app.add_option("--max-offset", o.max_offset_s, "Offsets searched by taps and auto, s");
  app.add_option("--model", o.model,
                 "Model of this array: --time-offset auto finds the drift too, and the offset to a "
                 "millisecond or two; --intervals changes hears more of them");
  app.add_option("--quat-order", o.quat_order, "wxyz or xyzw, where no line of names says it");
  app.add_option("--euler-order", o.euler_order, "For angles: order of the axes, such as zyx");
  app.add_option("--angle-unit", o.angle_unit, "For angles: deg or rad");
  app.add_option("--time-unit", o.time_unit,
                 "s, ms, us or ns; default: by the column's name, else s");
  app.add_option("--frame-rate", o.frame_rate_hz, "Of a log that counts frames, Hz");
  app.add_flag("--inverse", o.inverse, "Orientations turn world vectors into sensor vectors");
  app.add_option("--gyro-unit", o.gyro_unit, "rad/s or deg/s");
  app.add_option("--acc-unit", o.acc_unit, "m/s2 or g");
  app.add_option("--filter", o.filter, "vqf (sees the whole log) or vqf-live");
  app.add_option("--mounting", o.mounting,
                 "w,x,y,z: turns array vectors into the log's sensor frame")
      ->delimiter(',');
  app.add_option("--max-gap", o.max_gap_s, "Longer gaps of the log are not bridged, s");
  app.add_option("--on-nan", o.on_nan, "Samples that are no numbers: error, or mask");
  app.add_option("--rate", o.rate_hz, "Sample rate of the sessions, Hz");
  app.add_option("--report", o.report, "Folder for report.json, coverage.svg, alignment.svg");
  return line.run(argc, argv, [&] { commands::import_recordings(o); });
}
