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
  app.add_option("--estimator", o.estimator,
                 "robust (mode seeking), centroid (the paper's), or kde (several sources)");
  app.add_option("--frame", o.frame, "Where windows are pooled: world or sensor");
  app.add_option("--stride", o.stride, "Frames between neighbouring windows");
  app.add_flag("--bins", o.bins, "Also write every bin's direction and source");
  app.add_option("--confidence", o.confidence,
                 "Predict each window's error by curves of csl-eval --write-confidence");
  app.add_option("--max-sources", o.max_sources, "kde: at most so many sources a window");
  app.add_option("--source-share", o.source_share,
                 "kde: a peak is a source if its density is at least this share of the highest "
                 "one's; 0: keep all up to --max-sources");
  app.add_option("--min-separation", o.min_separation_deg,
                 "kde: peaks nearer than this, degrees, are one source");
  app.add_option("--bandwidth", o.bandwidth_deg, "kde: bandwidth of the kernel, degrees");
  return line.run(argc, argv, [&] { stage::infer(o); });
}
