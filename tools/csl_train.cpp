#include "command_line.h"
#include "commands/train.h"

namespace {

void add_file_options(CLI::App& app, commands::TrainStageOptions& o) {
  app.option_defaults()->group("Files");
  app.add_option("--in", o.in, "Features files; quoted globs are expanded")
      ->type_name("FILE")
      ->required();
  app.add_option("--valid", o.valid,
                 "Features files of other sessions for validation: the weights with the lowest "
                 "self-supervised loss on them are kept. Default: no validation")
      ->type_name("FILE");
  app.add_option("--out", o.out, "Model file to write")->type_name("FILE")->required();
  app.add_flag("--dry-run", o.dry_run,
               "Check everything, say what would be written and how long it takes");
  app.add_option("--model", o.model,
                 "With --reflect, --calibrate or --speed-of-sound: trained model to revise; no "
                 "training takes "
                 "place")
      ->type_name("FILE");
  app.add_option("--history", o.history,
                 "File for the loss curve as JSON lines, written during training. Default: no file")
      ->type_name("FILE");
}

void add_network_options(CLI::App& app, commands::TrainStageOptions& o) {
  app.option_defaults()->group("Network");
  app.add_option("--preset", o.preset,
                 "Defaults of the options below; paper: the setting of the C-SL paper. One thing "
                 "in paper is not from the "
                 "paper: the output's mean is subtracted (centering) until training leaves the "
                 "initial plateau. The linear start of fast is off in paper")
      ->type_name("fast|paper");
  app.add_option("--hidden", o.hidden,
                 "Units of the hidden layers. Default: 512,256,128 (fast), 1024,512,256 (paper)")
      ->delimiter(',');
  app.add_option("--input", o.input,
                 "Input of the network. Default: covariance (fast), stft (paper)")
      ->type_name("covariance|stft");
  app.add_option("--smooth-bins", o.smooth_bins,
                 "Number of neighbors in frequency on either side, every second one, over which a "
                 "bin is smoothed; 0: no smoothing. Default: 3 (fast), 0 (paper)");
  app.add_option("--thin-bins", o.thin_bins,
                 "Keep the loudest of this many neighboring bins; the others still smooth it; 1: "
                 "keep all. Default: 3 (fast), 1 (paper)");
  app.add_option("--normalization", o.normalization,
                 "Normalization of the hidden layers. Default: layer (fast), weight (paper)")
      ->type_name("layer|weight");
}

void add_training_options(CLI::App& app, commands::TrainStageOptions& o) {
  app.option_defaults()->group("Training");
  app.add_option("--loss", o.loss,
                 "sub-contrastive, contrastive, supervised (needs truth), or a mixture such as "
                 "sub-contrastive+0.3*contrastive. Default: sub-contrastive")
      ->type_name("LOSS");
  app.add_option("--minutes", o.minutes,
                 "Length of training, min, approximate: the number of steps then depends on the "
                 "speed of the machine");
  app.add_option("--epochs", o.epochs,
                 "Length of training, passes over all sessions. Default: 300 (paper)");
  app.add_option("--steps", o.steps, "Length of training, steps. Default: 5000 (fast)");
  app.add_option("--lr", o.learning_rate, "Learning rate. Default: 0.008 (fast), 0.00001 (paper)");
  app.add_option("--optimizer", o.optimizer,
                 "muon (orthogonal steps for the weights of hidden layers) or adam. Default: muon "
                 "(fast), adam (paper)")
      ->type_name("muon|adam");
  app.add_option("--batch", o.batch, "Sessions in each step. Default: 16 (fast), 8 (paper)");
  app.add_option("--bins-per-interval", o.bins_per_interval,
                 "Random bins of each session in each step; 0: all bins. Default: 512 (fast), 0 "
                 "(paper)");
  app.add_option("--precision", o.precision,
                 "Precision of matrix products: f32 or bf16; weights and sums are always f32")
      ->type_name("f32|bf16");
  app.add_option("--patience", o.patience,
                 "Stop after this many of the 40 validations in a row without a lower loss; 0: "
                 "never. Default: 10");
  app.add_option(
         "--memory", o.memory,
         "Memory for features, bytes, such as 4G; larger features are read from a temporary "
         "file during training")
      ->type_name("SIZE");
  app.add_option("--spool", o.spool, "Folder of the temporary file. Default: the model's folder")
      ->type_name("FOLDER");
  app.add_flag("--keep-dead", o.keep_dead,
               "Train although a microphone is silent or shares no sound with the others");
}

void add_reflection_options(CLI::App& app, commands::TrainStageOptions& o) {
  app.option_defaults()->group("Mirror image");
  app.add_option("--reflect", o.reflect,
                 "How to tell the map from its mirror image: world:AXIS (the source stands on this "
                 "side of the device in the world; world:+z: higher); initial:AXIS (each recording "
                 "starts with the source on this side of the array, such as +x); recordings:FILE "
                 "(CSV with the columns recording,side: one of the former for each recording); "
                 "mics:A,B,AXIS (microphone A, counted from 0, lies further along AXIS than B; "
                 "mics:A,B,AXIS,level compares levels); truth; none. Default: none")
      ->type_name("RULE");
  app.add_flag("--accept-doubtful", o.accept_doubtful,
               "A reflection that chance could have given is a warning, not an error");
}

void add_array_options(CLI::App& app, commands::TrainStageOptions& o) {
  app.option_defaults()->group("Array");
  app.add_flag("--calibrate", o.calibrate, "Learn the array's responses too");
  add_sound_speed_options(app, o.sound_speed);
}

void add_checkpoint_options(CLI::App& app, commands::TrainStageOptions& o) {
  app.option_defaults()->group("Checkpoints");
  app.add_option("--checkpoint", o.checkpoint,
                 "Folder for checkpoints; TERM, USR1 and INT then save one and exit with 75. "
                 "Default: no checkpoints")
      ->type_name("FOLDER");
  app.add_option("--every", o.every_s, "Time between checkpoints, s");
  app.add_flag("--resume", o.resume, "Continue from the newest checkpoint, if there is one");
}

/// No training takes place with --model: what concerns training contradicts it.
void exclude_training(CLI::App& app) {
  CLI::Option* model = app.get_option("--model");
  for (const char* name : {"--valid",       "--preset",    "--hidden",        "--input",
                           "--smooth-bins", "--thin-bins", "--normalization", "--loss",
                           "--precision",   "--minutes",   "--epochs",        "--steps",
                           "--lr",          "--optimizer", "--batch",         "--bins-per-interval",
                           "--history",     "--patience",  "--checkpoint",    "--every",
                           "--resume"}) {
    model->excludes(app.get_option(name));
  }
}

}  // namespace

int main(int argc, char** argv) {
  commands::TrainStageOptions o;
  CommandLine line("csl-train", "Learn where sound comes from, without labels.", o.common);
  CLI::App& app = line.app;
  add_file_options(app, o);
  add_network_options(app, o);
  add_training_options(app, o);
  add_reflection_options(app, o);
  add_array_options(app, o);
  add_checkpoint_options(app, o);
  exclude_training(app);
  line.example("csl-train --in train.features.h5 --reflect world:+z --calibrate --out model.h5");
  line.example(
      "csl-train --in train.features.h5 --minutes 5 --history history.jsonl --out model.h5");
  return line.run(argc, argv, [&] { commands::train(o); });
}
