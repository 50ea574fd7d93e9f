#include "command_line.h"
#include "stage/infer.h"

int main(int argc, char** argv) {
  stage::InferOptions o;
  CommandLine line("csl-infer", "Localise sound with a learned model.", o.common);
  CLI::App& app = line.app;
  app.add_option("--model", o.model, "Model file")->required();
  app.add_option("--in", o.in, "Features files; quoted globs are expanded")->required();
  app.add_option("--out", o.out, "Estimates file to write")->required();
  app.add_option("--window", o.window, "Window lengths, s, or full")->delimiter(',');
  app.add_option("--estimator", o.estimator, "robust (mode seeking) or centroid (the paper's)");
  app.add_option("--frame", o.frame, "Where windows are pooled: world or sensor");
  app.add_option("--stride", o.stride, "Frames between neighbouring windows");
  app.add_flag("--bins", o.bins, "Also write the output for every bin");
  return line.run(argc, argv, [&] { stage::infer(o); });
}
