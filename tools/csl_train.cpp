#include "command_line.h"
#include "commands/train.h"

int main(int argc, char** argv) {
  commands::TrainStageOptions o;
  CommandLine line("csl-train", "Learn where sound comes from, without labels.", o.common);
  CLI::App& app = line.app;
  app.add_option("--in", o.in, "Features files; quoted globs are expanded")->required();
  app.add_option("--valid", o.valid,
                 "Features of other sessions: their self-supervised loss chooses the best weights");
  app.add_option("--out", o.out, "Model file to write")->required();
  app.add_option("--preset", o.preset, "fast, or paper (its setting to the letter)");
  app.add_option("--hidden", o.hidden, "Units of the hidden layers, such as 512,256,128")
      ->delimiter(',');
  app.add_option("--input", o.input, "stft or covariance");
  app.add_option("--smooth-bins", o.smooth_bins,
                 "Neighbors in frequency on either side, every second one, that a bin is drawn "
                 "to (3); 0: each bin by itself, as the paper");
  app.add_option("--thin-bins", o.thin_bins,
                 "Of so many neighboring bins take only the loudest (3); those left out still "
                 "smooth it");
  app.add_option("--normalization", o.normalization, "layer or weight");
  app.add_option("--loss", o.loss,
                 "sub-contrastive, contrastive, supervised (needs truth), or a mixture such as "
                 "sub-contrastive+0.3*contrastive");
  app.add_option("--precision", o.precision,
                 "f32, or bf16: matrix products round their operands; weights and sums stay float");
  app.add_option(
      "--minutes", o.minutes,
      "Train for about so many minutes (the number of steps then depends on the machine)");
  app.add_option("--epochs", o.epochs, "Train for so many passes over the sessions");
  app.add_option("--steps", o.steps, "Train for so many steps");
  app.add_option("--lr", o.learning_rate, "Learning rate");
  app.add_option("--optimizer", o.optimizer,
                 "muon (orthogonal steps of the hidden layers' weights), or adam");
  app.add_option("--batch", o.batch, "Sessions a step");
  app.add_option("--bins-per-interval", o.bins_per_interval,
                 "Random bins of each session a step; 0: all");
  app.add_option("--memory", o.memory,
                 "Memory that features may take, such as 4G; more than that is read from a "
                 "temporary file while training");
  app.add_option("--spool", o.spool, "Folder of that file; the model's folder if not given");
  app.add_option("--reflect", o.reflect,
                 "How to tell the map from its mirror image: none, initial:+x, mics:A,B,x, truth");
  app.add_flag("--calibrate", o.calibrate, "Also learn the array's responses");
  app.add_option("--model", o.model, "With --calibrate: this trained model, instead of training");
  app.add_option("--history", o.history, "Write the loss curve here as JSON lines while training");
  app.add_option("--patience", o.patience,
                 "Stop after so many of the 40 validations without a better one (10); 0: never");
  app.add_option("--checkpoint", o.checkpoint,
                 "Folder for checkpoints; TERM, USR1 and INT then save one and exit 75");
  app.add_option("--every", o.every_s, "Seconds between checkpoints");
  app.add_flag("--resume", o.resume, "Go on from the newest checkpoint, if there is one");
  return line.run(argc, argv, [&] { commands::train(o); });
}
