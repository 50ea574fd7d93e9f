#include "command_line.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string_view>

#include "commands/option_text.h"
#include "commands/run.h"
#include "commands/suggestion.h"
#include "completion.h"
#include "help.h"

namespace {

/// Reads --config files. CLI11 itself would ignore keys that are no options.
class ConfigFile : public CLI::ConfigBase {
 public:
  explicit ConfigFile(const CLI::App& app) : app_(app) {}

  std::vector<CLI::ConfigItem> from_config(std::istream& input) const override {
    std::vector<CLI::ConfigItem> keys = ConfigBase::from_config(input);
    std::vector<std::string> names;
    for (const CLI::Option* option : app_.get_options()) {
      for (const std::string& name : option->get_lnames()) names.push_back(name);
      if (option->get_positional()) names.push_back(option->get_single_name());
    }
    std::vector<std::string> seen;
    for (const CLI::ConfigItem& item : keys) {
      const std::string section = item.parents.empty() ? "" : item.parents.front();
      const std::string fault = commands::key_fault(section, item.name, names);
      if (!fault.empty()) throw CLI::ConfigError("--config: " + fault);
      if (std::find(seen.begin(), seen.end(), item.name) != seen.end()) {
        throw CLI::ConfigError("--config: " + item.name + ": given twice");
      }
      seen.push_back(item.name);
    }
    return keys;
  }

 private:
  const CLI::App& app_;
};

/// Whether the command line asks for JSON lines, before it is known to be valid.
bool wants_json_lines(int argc, char** argv) {
  const std::vector<std::string_view> words(argv, argv + argc);
  for (std::size_t i = 1; i < words.size(); ++i) {
    if (words[i] == "--log=jsonl") return true;
    if (words[i] == "--log" && i + 1 < words.size() && words[i + 1] == "jsonl") return true;
  }
  return false;
}

std::vector<std::string> long_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : shown_options(app)) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

}  // namespace

PreparedTool::PreparedTool() { commands::prepare_tool(); }

CommandLine::CommandLine(const std::string& program, const std::string& purpose,
                         commands::CommonOptions& common)
    : app(purpose, program), program_(program), common_(common) {
  const char* group = "Common";
  app.formatter(std::make_shared<HelpFormatter>());
  app.set_help_flag("-h,--help", "Show this text")->group(group);
  app.set_version_flag("--version", program + " " + CSL_VERSION, "Show the version")->group(group);
  app.set_config("--config", "", "Read options from a TOML file; the command line takes precedence")
      ->check(CLI::Validator(commands::config_fault, ""))
      ->type_name("FILE")
      ->group(group);
  app.config_formatter(std::make_shared<ConfigFile>(app));
  app.option_defaults()->always_capture_default();
  app.add_flag("--print-config", print_config_,
               "Print the given options as TOML for --config, and do nothing else")
      ->configurable(false)
      ->group(group);
  app.add_option("--seed", common.seed, "Seed of all random numbers")->group(group);
  app.add_option("--threads", common.threads,
                 "Number of threads; 0: all. Results never depend on it")
      ->group(group);
  app.add_option("--log", common.log_format, "Format of messages")
      ->type_name("text|jsonl")
      ->group(group);
  app.add_option("--log-file", common.log_file, "Also append messages to this file")
      ->type_name("FILE")
      ->group(group);
  app.add_flag("-q,--quiet", common.quiet, "Show warnings and errors only")->group(group);
  app.add_flag("-v,--verbose", common.verbose, "Show more messages")->group(group);
  // Hidden: only the package's build asks for it. A callback, because it must not need other options.
  app.add_option_function<std::string>("--completion",
                                       [this](const std::string& shell) {
                                         completion_shell_ = shell;
                                         throw CLI::CallForHelp();
                                       })
      ->check(CLI::IsMember({"bash", "zsh", "fish"}))
      ->configurable(false)
      ->trigger_on_parse()
      ->group("");
}

int CommandLine::run(int argc, char** argv, const std::function<void()>& body) {
  check_whole_numbers();
  app.footer(footer());
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return error.get_exit_code() == 0 ? print(error) : report(error, wants_json_lines(argc, argv));
  }
  if (print_config_) return commands::print_help(program_, app.config_to_str(false, false));
  if (app.get_config_ptr()->count() > 0) {
    common_.config = app.get_config_ptr()->as<std::string>();
  }
  return commands::run_tool(program_, common_, body,
                            [this](const std::string& message) { return value_hint(message); });
}

void CommandLine::check_whole_numbers() {
  for (CLI::Option* option : app.get_options()) {
    const std::string type = option->get_type_name();
    if (type != "UINT" && type != "INT") continue;
    const bool is_signed = type == "INT";
    option->transform(CLI::Validator(
        [is_signed](std::string& text) { return commands::whole_number_fault(text, is_signed); },
        ""));
  }
}

int CommandLine::print(const CLI::ParseError& asked) {
  if (!completion_shell_.empty()) {
    return commands::print_help(program_, completion_script(app, completion_shell_));
  }
  std::ostringstream text;
  app.exit(asked, text, text);
  return commands::print_help(program_, text.str());
}

int CommandLine::report(const CLI::ParseError& error, bool json_lines) const {
  return commands::report_usage_error(program_, json_lines, usage_error(error));
}

std::string CommandLine::usage_error(const CLI::ParseError& error) const {
  const std::string help = fmt::format("{} --help lists the options", program_);
  // An option that is misspelt is also missing; the misspelling is the better message.
  for (const std::string& word : app.remaining()) {
    if (!word.starts_with("-")) continue;
    const std::string name = word.substr(0, word.find('='));
    return fmt::format("{}: no such option{}; {}", name,
                       commands::did_you_mean(name, long_names(app)), help);
  }
  std::string text = error.what();
  std::ranges::replace(text, '\n', ' ');
  return fmt::format("{}; {}", text, help);
}

std::string CommandLine::value_hint(const std::string& message) const {
  for (const CLI::Option* option : shown_options(app)) {
    const std::vector<std::string> choices = value_form(*option).choices;
    for (const std::string& value : option->results()) {
      if (std::ranges::find(choices, value) != choices.end()) continue;
      if (message.find(value) != std::string::npos) {
        const std::string hint = commands::did_you_mean(value, choices);
        if (!hint.empty()) return hint;
      }
    }
  }
  return "";
}

std::string CommandLine::footer() const {
  std::string text = app.get_footer();
  if (!text.empty()) text += "\n\n";
  if (!examples_.empty()) text += "Examples:\n";
  for (const std::string& command : examples_) text += wrapped_command(command) + "\n";
  return text + fmt::format("\nManual: docs/use/tools.md#{}", program_);
}

void need_in_group(CLI::App& app, CLI::Option* input) {
  for (CLI::Option* option : app.get_options()) {
    if (option->get_group() == input->get_group() && option != input) option->needs(input);
  }
}

void add_sound_speed_options(CLI::App& app, commands::SoundSpeedOptions& o,
                             const std::string& group) {
  CLI::Option* speed = app.add_option("--speed-of-sound", o.speed_m_s,
                                      "Speed of sound, m/s. Default: 343 (air at 20 degrees)");
  CLI::Option* temperature =
      app.add_option("--temperature", o.temperature_c,
                     "Temperature of the air, degrees Celsius, instead of --speed-of-sound");
  if (group.empty()) return;
  speed->group(group);
  temperature->group(group);
}
