/// The text of --help, and what an option's value looks like.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

/// What the value of an option looks like: the option's type name, such as "fast|paper" or
/// "start|taps|auto|SECONDS". Words with a small letter or a sign are choices to type as they
/// stand. Capital words stand for something: N, NUMBER, FILE, FOLDER, ...
struct ValueForm {
  std::string text;  ///< as --help shows it; empty: a flag
  std::vector<std::string> choices;
  bool file = false;    ///< a file or a folder may stand there
  bool folder = false;  ///< only a folder may stand there
  bool list = false;    ///< several values with commas between them
};

ValueForm value_form(const CLI::Option& option);

/// The default in words, such as "0.05,0.2,0.5,1,full". Empty: no default, or the help text states
/// the default itself.
std::string default_text(const CLI::Option& option);

/// Options that --help shows, in the order of their definition.
std::vector<const CLI::Option*> shown_options(const CLI::App& app);

/// A command of the shell for 80 columns: indented by 2, with a backslash where it is broken.
std::string wrapped_command(const std::string& command);

/// Lays out --help for 80 columns: purpose, usage, options in groups with their choices and
/// defaults, footer.
class HelpFormatter : public CLI::Formatter {
 public:
  std::string make_help(const CLI::App* app, std::string name,
                        CLI::AppFormatMode mode) const override;
};
