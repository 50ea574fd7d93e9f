/// Parts that the main functions share: common options, --help, --version, --config, exit codes.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>
#include <vector>

#include "commands/common.h"
#include "commands/sound_speed.h"

/// What must happen before anything else in a program; a base class, because it comes first.
struct PreparedTool {
  PreparedTool();
};

/// A CLI11 application with the options that every tool has. It fills `common`.
///
/// The type name of an option says what its value looks like: "fast|paper", "FILE" (see
/// ValueForm). Help, completion and suggestions for misspelt values read it there.
class CommandLine : PreparedTool {
 public:
  /// @param purpose  one sentence, the first line of --help
  CommandLine(const std::string& program, const std::string& purpose,
              commands::CommonOptions& common);

  /// Adds a command to the examples at the end of --help. docs/use/tools.md explains the tool.
  void example(const std::string& command) { examples_.push_back(command); }

  /// Parses the options and runs the tool. @return exit code of the process
  int run(int argc, char** argv, const std::function<void()>& body);

  CLI::App app;

 private:
  void check_whole_numbers();
  /// Prints what --help, --completion and the like ask for. @return exit code of the process
  int print(const CLI::ParseError& asked);
  int report(const CLI::ParseError& error, bool json_lines) const;
  std::string usage_error(const CLI::ParseError& error) const;
  std::string value_hint(const std::string& message) const;
  std::string footer() const;

  std::string program_;
  commands::CommonOptions& common_;
  std::vector<std::string> examples_;
  std::string completion_shell_;
  bool print_config_ = false;
};

/// Makes every other option of the input's group need it.
void need_in_group(CLI::App& app, CLI::Option* input);

/// Adds --speed-of-sound and --temperature. @param group  of the help; empty: the default one
void add_sound_speed_options(CLI::App& app, commands::SoundSpeedOptions& o,
                             const std::string& group = "");
