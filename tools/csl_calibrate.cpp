#include "command_line.h"
#include "commands/device/device.h"
#include "recording_options.h"

int main(int argc, char** argv) {
  commands::device::Options o;
  CommandLine line("csl-calibrate",
                   "From the recordings and motion logs of a device to a model of where it hears "
                   "sound, and to its microphones' positions and responses.",
                   o.common);
  CLI::App& app = line.app;
  app.option_defaults()->group("Files");
  app.add_option(
         "FILE", o.files,
         "Audio files and their logs (orientations or inertial samples, as csl-import reads "
         "them), or folders of ID.wav with ID.pose.csv, ID.imu.csv or ID.csv")
      ->type_name("PATH")
      ->required();
  app.add_option("--out", o.out, "Folder for the results")->type_name("FOLDER")->required();
  app.option_defaults()->group("Learning");
  app.add_option("--reflect", o.reflect,
                 "How to tell the device from its mirror image: world:+z (the source stands higher "
                 "than the device), initial:+x (each recording starts with the source on this side "
                 "of the device), and the other rules of csl-train")
      ->type_name("RULE");
  app.add_flag("--accept-doubtful", o.accept_doubtful,
               "Accept a reflection that chance could have given");
  app.add_option("--steps", o.steps, "Length of training, steps");
  app.add_option("--precision", o.precision, "Precision of matrix products: f32 or bf16")
      ->type_name("f32|bf16");
  app.add_option("--noise-margin", o.noise_margin_db,
                 "Use only bins that are this far above the noise, dB; 0: all above the floor");
  add_sound_speed_options(app, o.sound_speed);
  app.add_flag("--dry-run", o.dry_run, "Say what would be done, how long it takes and how large");
  o.import.time_offset = "auto";
  o.import.max_offset_s = 10.0;
  add_recording_options(app, o.import);
  line.example("csl-calibrate rec.wav imu.csv --reflect world:+z --out device");
  line.example("csl-calibrate rec.wav imu.csv --reflect initial:+x --dry-run --out device");
  return line.run(argc, argv, [&] { commands::device::calibrate(o); });
}
