#include "command_line.h"
#include "commands/train.h"

int main(int argc, char** argv) {
  commands::TrainStageOptions o;
  CommandLine line("csl-train", "Learn where sound comes from, without labels.", o.common);
  CLI::App& app = line.app;
  app.add_option("--in", o.in, "Features files; quoted globs are expanded")->required();
  app.add_option("--valid", o.valid,
                 "Features files of other sessions for validation: the weights with the lowest "
                 "self-supervised loss on them are kept. Default: no validation");
  app.add_option("--out", o.out, "Model file to write")->required();
  app.add_option(
      "--preset", o.preset,
      "fast, or paper: the setting of the C-SL paper. One thing in paper is not from the "
      "paper: the output's mean is subtracted (centering) until training leaves the "
      "initial plateau. The linear start of fast is off in paper");
  app.add_option("--hidden", o.hidden,
                 "Units of the hidden layers. Default: 512,256,128 (fast), 1024,512,256 (paper)")
      ->delimiter(',');
  app.add_option("--input", o.input,
                 "Network input: stft or covariance. Default: covariance (fast), stft (paper)");
  app.add_option("--smooth-bins", o.smooth_bins,
                 "Number of neighbors in frequency on either side, every second one, over which a "
                 "bin is smoothed; 0: no smoothing. Default: 3 (fast), 0 (paper)");
  app.add_option("--thin-bins", o.thin_bins,
                 "Keep the loudest of this many neighboring bins; the others still smooth it; 1: "
                 "keep all. Default: 3 (fast), 1 (paper)");
  app.add_option("--normalization", o.normalization,
                 "layer or weight. Default: layer (fast), weight (paper)");
  app.add_option("--loss", o.loss,
                 "sub-contrastive, contrastive, supervised (needs truth), or a mixture such as "
                 "sub-contrastive+0.3*contrastive. Default: sub-contrastive");
  app.add_option("--precision", o.precision,
                 "Precision of matrix products: f32 or bf16; weights and sums are always f32");
  app.add_option("--minutes", o.minutes,
                 "Length of training, min, approximate: the number of steps then depends on the "
                 "speed of the machine");
  app.add_option("--epochs", o.epochs,
                 "Length of training, passes over all sessions. Default: 300 (paper)");
  app.add_option("--steps", o.steps, "Length of training, steps. Default: 5000 (fast)");
  app.add_option("--lr", o.learning_rate, "Learning rate. Default: 0.008 (fast), 0.00001 (paper)");
  app.add_option("--optimizer", o.optimizer,
                 "muon (orthogonal steps for the weights of hidden layers) or adam. Default: muon "
                 "(fast), adam (paper)");
  app.add_option("--batch", o.batch, "Sessions in each step. Default: 16 (fast), 8 (paper)");
  app.add_option("--bins-per-interval", o.bins_per_interval,
                 "Random bins of each session in each step; 0: all bins. Default: 512 (fast), 0 "
                 "(paper)");
  app.add_option(
      "--memory", o.memory,
      "Memory for features, bytes, such as 4G; larger features are read from a temporary "
      "file during training");
  app.add_option("--spool", o.spool, "Folder of the temporary file. Default: the model's folder");
  app.add_option("--reflect", o.reflect,
                 "How to tell the map from its mirror image: world:AXIS (the source stands on this "
                 "side of the device in the world; world:+z: higher); initial:AXIS (each recording "
                 "starts with the source on this side of the array, such as +x); recordings:FILE "
                 "(CSV with the columns recording,side: one of the former for each recording); "
                 "mics:A,B,AXIS (microphone A, counted from 0, lies further along AXIS than B; "
                 "mics:A,B,AXIS,level compares levels); truth; none. Default: none");
  app.add_flag("--accept-doubtful", o.accept_doubtful,
               "A reflection that chance could have given is a warning, not an error");
  app.add_flag("--keep-dead", o.keep_dead,
               "Train although a microphone is silent or shares no sound with the others");
  app.add_flag("--calibrate", o.calibrate, "Learn the array's responses too");
  add_sound_speed_options(app, o.sound_speed);
  CLI::Option* model = app.add_option(
      "--model", o.model,
      "With --reflect, --calibrate or --speed-of-sound: trained model to revise; no training takes "
      "place");
  app.add_option(
      "--history", o.history,
      "File for the loss curve as JSON lines, written during training. Default: no file");
  app.add_option("--patience", o.patience,
                 "Stop after this many of the 40 validations in a row without a lower loss; 0: "
                 "never. Default: 10");
  app.add_option("--checkpoint", o.checkpoint,
                 "Folder for checkpoints; TERM, USR1 and INT then save one and exit with 75. "
                 "Default: no checkpoints");
  app.add_option("--every", o.every_s, "Time between checkpoints, s");
  app.add_flag("--resume", o.resume, "Continue from the newest checkpoint, if there is one");
  for (const char* name : {"--valid",       "--preset",    "--hidden",        "--input",
                           "--smooth-bins", "--thin-bins", "--normalization", "--loss",
                           "--precision",   "--minutes",   "--epochs",        "--steps",
                           "--lr",          "--optimizer", "--batch",         "--bins-per-interval",
                           "--history",     "--patience",  "--checkpoint",    "--every",
                           "--resume"}) {
    model->excludes(app.get_option(name));
  }
  return line.run(argc, argv, [&] { commands::train(o); });
}
