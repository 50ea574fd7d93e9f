/// What the mains share: common options, --version, --config, and exit codes.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>

#include "commands/common.h"
#include "commands/run.h"

/// A CLI11 application with the options that every tool has.
class CommandLine {
 public:
  CommandLine(const std::string& program, const std::string& purpose,
              commands::CommonOptions& common)
      : app(purpose, program), program_(program), common_(common) {
    app.set_version_flag("--version", program + " " + CSL_VERSION);
    app.set_config("--config", "", "Read options from a TOML file")->check(CLI::ExistingFile);
    app.option_defaults()->always_capture_default();
    app.add_option("--seed", common.seed, "Seed of every random number")->group("Common");
    app.add_option("--threads", common.threads, "Threads; 0: all. Never changes a result")
        ->group("Common");
    app.add_option("--log", common.log_format, "Messages as text or jsonl")->group("Common");
    app.add_option("--log-file", common.log_file, "Also write messages to this file")
        ->group("Common");
    app.add_flag("-q,--quiet", common.quiet, "Warnings and errors only")->group("Common");
    app.add_flag("-v,--verbose", common.verbose, "Say more")->group("Common");
  }

  /// Parses, then runs the tool. @return the process's exit code
  int run(int argc, char** argv, const std::function<void()>& body) {
    try {
      app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
      return app.exit(error) == 0 ? 0 : commands::kUsageExitCode;
    }
    return commands::run_tool(program_, common_, body);
  }

  CLI::App app;

 private:
  std::string program_;
  const commands::CommonOptions& common_;
};
