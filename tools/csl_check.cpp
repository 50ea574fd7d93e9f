#include "command_line.h"
#include "commands/check.h"

int main(int argc, char** argv) {
  commands::CheckOptions o;
  CommandLine line("csl-check", "Verify the digest and the values of files of these tools.",
                   o.common);
  line.app.option_defaults()->group("Files");
  line.app.add_option("files", o.files, "Files to verify; quoted globs are expanded")
      ->type_name("FILE")
      ->required();
  line.example("csl-check model.h5");
  line.example("csl-check *.sessions.h5");
  return line.run(argc, argv, [&] { commands::check(o); });
}
