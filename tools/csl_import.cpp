#include "command_line.h"
#include "commands/import.h"

int main(int argc, char** argv) {
  commands::ImportOptions o;
  CommandLine line(
      "csl-import",
      "Turn a recording of a device and its orientation or inertial log into sessions.", o.common);
  CLI::App& app = line.app;
  app.add_option(
         "--audio", o.audio,
         "Recording of 2 to 64 channels; or several files of one channel, one for each microphone "
         "(a list with commas, several values, or a quoted glob); or a folder of recordings "
         "ID.wav, "
         "ID.flac, ... or ID.1.wav, ID.2.wav, ... with ID.pose.csv or ID.imu.csv, and ID.truth.csv")
      ->required();
  app.add_option("--channels", o.channels,
                 "Channels that are used, in this order, counted from 1, such as 1-4 or 1,3,5-8; "
                 "default: all but those that are silent, copies, or only noise");
  app.add_flag("--salvage", o.salvage,
               "Read a file to its end although it was cut short or its stated size is wrong");
  app.add_option(
      "--pose", o.pose,
      "Orientations: a table with commas, semicolons, tabs or blanks; the column names of usual "
      "loggers are recognized");
  app.add_option(
      "--imu", o.imu,
      "Inertial samples: time_s,gx,gy,gz,ax,ay,az[,mx,my,mz]; without --pose the orientation is "
      "computed from them");
  app.add_option("--out", o.out, "Sessions file to write")->required();
  app.add_option(
      "--intervals", o.intervals,
      "What divides the recording into intervals: silence, changes (pauses and changes of the "
      "source's direction), segments (of equal length), whole (one interval), or a CSV with "
      "start_s,end_s[,x,y,z in the world]");
  app.add_option("--segment", o.segment_s, "Longest interval that is made automatically, s");
  app.add_option("--min-interval", o.min_interval_s, "Shorter intervals are left out, s");
  app.add_option("--silence", o.silence_s, "Shortest pause that separates two intervals, s");
  app.add_option(
      "--array", o.array,
      "JSON of microphone positions, or SOFA file, if the array is known; csl-train never reads "
      "it");
  app.add_option(
      "--time-offset", o.time_offset,
      "Seconds added to the log's times; or start (the log starts with the recording), taps (on "
      "the device), auto (the offset at which the directions agree)");
  app.add_option("--time-drift", o.time_drift_ppm, "The log's clock is slow by this many ppm");
  app.add_option("--max-offset", o.max_offset_s, "Largest offset that taps and auto search, s");
  app.add_option(
      "--model", o.model,
      "Model of this array. With it --time-offset auto also finds the drift, and the offset to a "
      "millisecond or two; --intervals changes finds more changes");
  app.add_option("--quat-order", o.quat_order,
                 "Order of the quaternions, if no header states it: wxyz or xyzw");
  app.add_option("--euler-order", o.euler_order, "For angles: order of the axes, such as zyx");
  app.add_option("--angle-unit", o.angle_unit, "For angles: deg or rad");
  app.add_option(
      "--time-unit", o.time_unit,
      "Unit of the log's times: s, ms, us or ns; default: by the name of the column, else s");
  app.add_option("--frame-rate", o.frame_rate_hz, "Frame rate of a log that counts frames, Hz");
  app.add_flag("--inverse", o.inverse, "The orientations turn world vectors into sensor vectors");
  app.add_option("--gyro-unit", o.gyro_unit, "Unit of the gyroscope: rad/s or deg/s");
  app.add_option("--acc-unit", o.acc_unit, "Unit of the accelerometer: m/s2 or g");
  app.add_option("--filter", o.filter,
                 "Orientation filter: vqf (sees the whole log) or vqf-live (sees only the past)");
  app.add_option(
         "--mounting", o.mounting,
         "Unit quaternion w,x,y,z that turns array vectors into vectors of the log's sensor frame")
      ->delimiter(',');
  app.add_option("--max-gap", o.max_gap_s, "Longest gap of the log that is bridged, s");
  app.add_option(
      "--on-nan", o.on_nan,
      "What to do with samples that are not finite: error (refuse the recording) or mask (leave "
      "out the time around them)");
  app.add_option("--rate", o.rate_hz, "Sample rate of the sessions, Hz");
  app.add_option("--report", o.report, "Folder for report.json, coverage.svg, alignment.svg");
  return line.run(argc, argv, [&] { commands::import_recordings(o); });
}
