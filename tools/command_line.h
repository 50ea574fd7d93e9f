/// Parts that the main functions share: common options, --version, --config, and exit codes.
#pragma once

#include <CLI/CLI.hpp>
#include <algorithm>
#include <functional>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "commands/common.h"
#include "commands/option_text.h"
#include "commands/run.h"
#include "commands/sound_speed.h"

/// Reads --config files. CLI11 itself would ignore keys that are no options.
class ConfigFile : public CLI::ConfigBase {
 public:
  explicit ConfigFile(const CLI::App& app) : app_(app) {}

  std::vector<CLI::ConfigItem> from_config(std::istream& input) const override {
    std::vector<CLI::ConfigItem> items = ConfigBase::from_config(input);
    std::vector<std::string> names;
    for (const CLI::Option* option : app_.get_options()) {
      for (const std::string& name : option->get_lnames()) names.push_back(name);
    }
    std::vector<std::string> seen;
    for (const CLI::ConfigItem& item : items) {
      const std::string section = item.parents.empty() ? "" : item.parents.front();
      const std::string fault = commands::key_fault(section, item.name, names);
      if (!fault.empty()) throw CLI::ConfigError("--config: " + fault);
      if (std::find(seen.begin(), seen.end(), item.name) != seen.end()) {
        throw CLI::ConfigError("--config: " + item.name + ": given twice");
      }
      seen.push_back(item.name);
    }
    return items;
  }

 private:
  const CLI::App& app_;
};

/// What must happen before anything else in a program; a base class, because it comes first.
struct PreparedTool {
  PreparedTool() { commands::prepare_tool(); }
};

/// A CLI11 application with the options that every tool has. It fills `common`.
class CommandLine : PreparedTool {
 public:
  CommandLine(const std::string& program, const std::string& purpose,
              commands::CommonOptions& common)
      : app(purpose, program), program_(program), common_(common) {
    app.set_version_flag("--version", program + " " + CSL_VERSION);
    app.set_config("--config", "", "Read options from a TOML file")
        ->check(CLI::Validator(commands::config_fault, ""));
    app.config_formatter(std::make_shared<ConfigFile>(app));
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
    check_whole_numbers();
    try {
      app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
      std::ostringstream help;
      std::ostringstream refusal;
      if (app.exit(error, help, refusal) != 0) return commands::refuse_options(refusal.str());
      return commands::print_help(program_, help.str());
    }
    if (app.get_config_ptr()->count() > 0) {
      common_.config = app.get_config_ptr()->as<std::string>();
    }
    return commands::run_tool(program_, common_, body);
  }

  CLI::App app;

 private:
  void check_whole_numbers() {
    for (CLI::Option* option : app.get_options()) {
      const std::string type = option->get_type_name();
      if (type != "UINT" && type != "INT") continue;
      const bool is_signed = type == "INT";
      option->transform(CLI::Validator(
          [is_signed](std::string& text) { return commands::whole_number_fault(text, is_signed); },
          ""));
    }
  }

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
