#include "command_line.h"
#include "commands/check.h"

int main(int argc, char** argv) {
  commands::CheckOptions o;
  CommandLine line("csl-check", "Say whether files of these tools are whole and sound.", o.common);
  line.app.add_option("files", o.files, "Files; quoted globs are expanded")->required();
  return line.run(argc, argv, [&] { commands::check(o); });
}
