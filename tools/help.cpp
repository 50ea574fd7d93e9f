#include "help.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <sstream>

namespace {

constexpr std::size_t kColumns = 80;
constexpr std::size_t kTextColumn = 26;  ///< where the descriptions begin
constexpr const char* kCommonGroup = "Common";

bool is_placeholder(const std::string& word) {
  return std::ranges::all_of(word,
                             [](unsigned char c) {
                               return std::isupper(c) != 0 || std::isdigit(c) != 0 ||
                                      std::ispunct(c) != 0;
                             }) &&
         std::ranges::any_of(word, [](unsigned char c) { return std::isupper(c) != 0; });
}

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, separator);) parts.push_back(part);
  return parts;
}

/// The names that CLI11 gives to types, in the words of a user.
std::string plain_type(const std::string& type) {
  if (type == "INT" || type == "UINT") return "N";
  if (type == "FLOAT") return "NUMBER";
  return type;
}

/// Breaks text into lines that begin at `indent`. The first line is not indented.
std::string wrapped(const std::string& text, std::size_t indent) {
  std::string result;
  std::size_t column = indent;
  for (const std::string& word : split(text, ' ')) {
    if (column > indent && column + 1 + word.size() > kColumns) {
      result += "\n" + std::string(indent, ' ');
      column = indent;
    } else if (column > indent) {
      result += ' ';
      ++column;
    }
    result += word;
    column += word.size();
  }
  return result;
}

/// Breaks a long list of choices after its bars; further lines are indented.
std::string wrapped_choices(const std::string& head) {
  constexpr std::size_t kIndent = 6;
  std::string result;
  std::size_t column = 0;
  for (std::size_t at = 0; at < head.size();) {
    const std::size_t bar = head.find('|', at);
    const std::size_t end = bar == std::string::npos ? head.size() : bar + 1;
    if (column > 0 && column + end - at > kColumns) {
      result += "\n" + std::string(kIndent, ' ');
      column = kIndent;
    }
    result += head.substr(at, end - at);
    column += end - at;
    at = end;
  }
  return result;
}

/// Breaks a row of a table in its last column.
std::string wrapped_row(const std::string& line) {
  const std::size_t gap = line.size() > kColumns ? line.rfind("  ") : std::string::npos;
  if (gap == std::string::npos) return line;
  return line.substr(0, gap + 2) + wrapped(line.substr(gap + 2), gap + 2);
}

std::string names_of(const CLI::Option& option) {
  std::string names;
  for (const std::string& name : option.get_snames()) names += "-" + name + ", ";
  for (const std::string& name : option.get_lnames()) names += "--" + name + ", ";
  names.resize(names.size() - std::min<std::size_t>(2, names.size()));
  return names.empty() ? option.get_name(true, false) : names;
}

/// Name and value, such as "--in FILE..." or "--window SECONDS|full,...".
std::string heading(const CLI::Option& option) {
  const ValueForm form = value_form(option);
  if (!option.nonpositional()) return names_of(option) + "...";
  if (form.text.empty()) return names_of(option);
  return fmt::format("{} {}{}", names_of(option), form.text,
                     form.list                       ? ",..."
                     : option.get_expected_max() > 1 ? "..."
                                                     : "");
}

std::string entry(const CLI::Option& option) {
  std::string text = option.get_description();
  const std::string value = default_text(option);
  if (!value.empty()) text += ". Default: " + value;
  std::string head = "  " + heading(option);
  if (head.size() + 2 > kTextColumn) {
    head = wrapped_choices(head) + "\n" + std::string(kTextColumn, ' ');
  } else {
    head.resize(kTextColumn, ' ');
  }
  return head + wrapped(text, kTextColumn) + "\n";
}

std::string usage(const CLI::App& app, const std::string& name) {
  std::string text = fmt::format("Usage: {} [OPTIONS]", name);
  for (const CLI::Option* option : shown_options(app)) {
    if (option->get_required()) text += " " + heading(*option);
  }
  return wrapped(text, 2) + "\n";
}

}  // namespace

ValueForm value_form(const CLI::Option& option) {
  ValueForm form;
  if (option.get_items_expected_max() == 0) return form;
  form.text = plain_type(option.get_type_name());
  form.list = option.get_delimiter() == ',' && form.text.find(',') == std::string::npos;
  bool other = false;
  for (const std::string& word : split(form.text, '|')) {
    if (!is_placeholder(word)) {
      form.choices.push_back(word);
    } else if (word == "FILE" || word == "FOLDER" || word == "PATH") {
      form.file = true;
      other = other || word != "FOLDER";
    }
  }
  form.folder = form.file && !other;
  return form;
}

std::string default_text(const CLI::Option& option) {
  const std::string& description = option.get_description();
  if (option.get_items_expected_max() == 0) return "";
  for (const char* stated : {"Default: ", "default: "}) {
    if (description.find(stated) != std::string::npos) return "";
  }
  std::string text = option.get_default_str();
  if (text.size() >= 2 && text.front() == '[' && text.back() == ']') {
    text = text.substr(1, text.size() - 2);
  }
  return text;
}

std::vector<const CLI::Option*> shown_options(const CLI::App& app) {
  return app.get_options([](const CLI::Option* option) { return !option->get_group().empty(); });
}

std::string wrapped_command(const std::string& command) {
  std::string result;
  std::string line = " ";
  for (std::size_t first = 0; first < command.size();) {
    // An option and its values stay together.
    const std::size_t end = std::min(command.find(" --", first), command.size());
    if (line.size() + 1 + (end - first) > kColumns - 2) {
      result += line + " \\\n";
      line = "     ";
    }
    line += ' ' + command.substr(first, end - first);
    first = end + 1;
  }
  return result + line;
}

std::string HelpFormatter::make_help(const CLI::App* app, std::string name,
                                     CLI::AppFormatMode /*mode*/) const {
  std::vector<std::string> groups;
  for (const CLI::Option* option : shown_options(*app)) {
    const std::string& group = option->get_group();
    if (std::ranges::find(groups, group) == groups.end()) groups.push_back(group);
  }
  // What every tool has comes last.
  std::ranges::stable_partition(groups, [](const std::string& g) { return g != kCommonGroup; });
  std::string help = wrapped(app->get_description(), 0) + "\n\n" + usage(*app, name);
  for (const std::string& group : groups) {
    help += fmt::format("\n{}:\n", group);
    for (const CLI::Option* option : shown_options(*app)) {
      if (option->get_group() == group) help += entry(*option);
    }
  }
  help += "\n";
  for (const std::string& line : split(app->get_footer(), '\n')) help += wrapped_row(line) + "\n";
  return help;
}
