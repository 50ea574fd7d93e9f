/// Parts that the main functions share: common options, --version, --config, and exit codes.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <iostream>
#include <sstream>
#include <string>

#include "commands/common.h"
#include "commands/run.h"
#include "commands/sound_speed.h"

/// A CLI11 application with the options that every tool has. It fills `common`.
class CommandLine {
 public:
  CommandLine(const std::string& program, const std::string& purpose,
              commands::CommonOptions& common)
      : app(purpose, program), program_(program), common_(common) {
    app.set_version_flag("--version", program + " " + CSL_VERSION);
    app.set_config("--config", "", "Read options from a TOML file")->check(CLI::ExistingFile);
    app.option_defaults()->always_capture_default();
    app.add_option("--seed", common.seed, "Seed of all random numbers")->group("Common");
    app.add_option("--threads", common.threads,
                   "Number of threads; 0: all. Results never depend on it")
        ->group("Common");
    app.add_option("--log", common.log_format, "Format of messages: text or jsonl")
        ->group("Common");
    app.add_option("--log-file", common.log_file, "Also append messages to this file")
        ->group("Common");
    app.add_flag("-q,--quiet", common.quiet, "Show warnings and errors only")->group("Common");
    app.add_flag("-v,--verbose", common.verbose, "Show more messages")->group("Common");
  }

  /// Parses the options and runs the tool. @return exit code of the process
  int run(int argc, char** argv, const std::function<void()>& body) {
    try {
      app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
      std::ostringstream help;
      if (app.exit(error, help, std::cerr) != 0) return commands::kUsageExitCode;
      return commands::print_help(program_, help.str());
    }
    if (app.get_config_ptr()->count() > 0) {
      common_.config = app.get_config_ptr()->as<std::string>();
    }
    return commands::run_tool(program_, common_, body);
  }

  CLI::App app;

 private:
  std::string program_;
  commands::CommonOptions& common_;
};

/// Adds --speed-of-sound and --temperature. @param group  of the help; empty: the default one
inline void add_sound_speed_options(CLI::App& app, commands::SoundSpeedOptions& o,
                                    const std::string& group = "") {
  CLI::Option* speed = app.add_option("--speed-of-sound", o.speed_m_s,
                                      "Speed of sound, m/s. Default: 343 (air at 20 degrees)");
  CLI::Option* temperature =
      app.add_option("--temperature", o.temperature_c,
                     "Temperature of the air, degrees Celsius, instead of --speed-of-sound");
  if (group.empty()) return;
  speed->group(group);
  temperature->group(group);
}
