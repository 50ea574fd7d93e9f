#include "command_line.h"
#include "commands/import.h"
#include "commands/import_snapshots.h"
#include "recording_options.h"

int main(int argc, char** argv) {
  commands::ImportOptions o;
  CommandLine line(
      "csl-import",
      "Turn a recording of a device and its orientation or inertial log into sessions.", o.common);
  CLI::App& app = line.app;
  app.option_defaults()->group("Files");
  app.add_option(
         "--audio", o.audio,
         "Recording of 2 to 64 channels; or several files of one channel, one for each microphone "
         "(a list with commas, several values, or a quoted glob); or a folder of recordings "
         "ID.wav, ID.flac, ... or ID.1.wav, ID.2.wav, ... with ID.pose.csv, ID.imu.csv or ID.csv, "
         "and ID.truth.csv")
      ->type_name("PATH");
  app.add_option(
         "--snapshots", o.snapshots,
         "In place of --audio: snapshots of an STFT that the device has computed, a table with "
         "time_s, frequency_hz, re1, im1, re2, im2, ...; --rate is the sample rate of this "
         "STFT, and --out becomes a features file")
      ->type_name("FILE");
  app.add_option(
         "--pose", o.pose,
         "Orientations: a table with commas, semicolons, tabs or blanks; the column names of usual "
         "loggers are recognized")
      ->type_name("FILE");
  std::vector<std::filesystem::path> imu;
  app.add_option(
         "--imu", imu,
         "Inertial samples: gyroscope, accelerometer and perhaps magnetometer in one table, or a "
         "table "
         "for each (--imu GYROSCOPE --imu ACCELEROMETER); without --pose the orientation is "
         "computed "
         "from them")
      ->type_name("FILE");
  app.add_option("--out", o.out, "Sessions file to write")->type_name("FILE")->required();
  app.add_option(
         "--array", o.array,
         "JSON of microphone positions, or SOFA file, if the array is known; csl-train never reads "
         "it")
      ->type_name("FILE");
  add_sound_speed_options(app, o.sound_speed);
  app.add_option("--model", o.model,
                 "Model of this array. With it --time-offset auto also finds the drift, and the "
                 "offset to a "
                 "millisecond or two; --intervals changes finds more changes")
      ->type_name("FILE");
  app.add_option("--pose-out", o.pose_out,
                 "Folder for the array's orientation on the recording's clock, one ID.pose.csv for "
                 "each recording, as csl-infer --stream --pose reads it")
      ->type_name("FOLDER");
  app.add_option("--report", o.report,
                 "Folder for report.html and report.json: can the recording be learned from?")
      ->type_name("FOLDER");
  add_recording_options(app, o);
  app.add_option(
         "--heading", o.heading,
         "Heading of the orientations: log (as it is), or sound: a source that stands still "
         "takes the place of a magnetometer; needs --array or --model")
      ->type_name("log|sound");
  line.example(
      "csl-import --audio rec.wav --imu imu.csv --time-offset auto --out train.sessions.h5");
  line.example("csl-import --audio rec.wav --pose pose.csv --report check --out train.sessions.h5");
  return line.run(argc, argv, [&] {
    if (!imu.empty()) o.imu = imu.front();
    if (imu.size() > 1) o.imu_beside.assign(imu.begin() + 1, imu.end());
    if (o.snapshots.empty()) {
      commands::import_and_print(o);
    } else {
      commands::import_snapshots(o);
    }
  });
}
