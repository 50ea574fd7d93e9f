#include "command_line.h"
#include "stage/eval.h"

int main(int argc, char** argv) {
  stage::EvalOptions o;
  CommandLine line("csl-eval", "Compare estimates with the truth: tables and a report.", o.common);
  CLI::App& app = line.app;
  app.add_option("--estimates", o.estimates, "Estimates files; quoted globs are expanded")
      ->required();
  app.add_option("--out", o.out, "Folder for the report")->required();
  return line.run(argc, argv, [&] { stage::evaluate(o); });
}
