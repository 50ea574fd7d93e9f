#include "completion.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "help.h"

namespace {

std::vector<std::string> dashed_names(const CLI::Option& option) {
  std::vector<std::string> names;
  for (const std::string& name : option.get_snames()) names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) names.push_back("--" + name);
  return names;
}

/// The description up to its first full stop, semicolon or colon.
std::string short_text(const CLI::Option& option) {
  const std::string& text = option.get_description();
  std::size_t end = 0;
  while (end < text.size() && !(std::string(".;:").find(text[end]) != std::string::npos &&
                                (end + 1 == text.size() || text[end + 1] == ' '))) {
    ++end;
  }
  return text.substr(0, end);
}

/// `text` with a backslash before each of `special`.
std::string escaped(const std::string& text, const std::string& special) {
  std::string result;
  for (const char c : text) {
    if (special.find(c) != std::string::npos) result += '\\';
    result += c;
  }
  return result;
}

/// Inside single quotes of zsh, where a quote ends the text.
std::string zsh_quoted(const std::string& text) {
  std::string result;
  for (const char c : text) result += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return "'" + result + "'";
}

std::string bash_values(const ValueForm& form) {
  std::vector<std::string> sources;
  if (!form.choices.empty())
    sources.push_back(fmt::format("-W '{}'", fmt::join(form.choices, " ")));
  if (form.file) sources.emplace_back(form.folder ? "-d" : "-f");
  return fmt::format("{}", fmt::join(sources, " "));
}

std::string bash_script(const CLI::App& app) {
  std::string function = "_" + app.get_name();
  std::ranges::replace(function, '-', '_');
  std::vector<std::string> all;
  std::string cases;
  for (const CLI::Option* option : shown_options(app)) {
    const std::vector<std::string> names = dashed_names(*option);
    all.insert(all.end(), names.begin(), names.end());
    const ValueForm form = value_form(*option);
    if (names.empty() || form.text.empty()) continue;
    const std::string values = bash_values(form);
    cases += fmt::format("    {}) {} ;;\n", fmt::join(names, "|"),
                         values.empty() ? "return" : "values=\"" + values + "\"");
  }
  return fmt::format(R"bash(# bash completion of {0}; made by {0} --completion bash
{1}() {{
  local word=${{COMP_WORDS[COMP_CWORD]}} option=${{COMP_WORDS[COMP_CWORD - 1]}} values='-f'
  # bash makes words of the equals sign and of what stands before it.
  [[ $word == = ]] && word=
  [[ $option == = ]] && option=${{COMP_WORDS[COMP_CWORD - 2]}}
  case $option in
{2}  esac
  [[ $word == -* ]] && values="-W '{3}'"
  eval "mapfile -t COMPREPLY < <(compgen $values -- \"\$word\")"
}}
complete -o filenames -F {1} {0}
)bash",
                     app.get_name(), function, cases, fmt::join(all, " "));
}

std::string zsh_value(const ValueForm& form) {
  std::vector<std::string> actions;
  if (!form.choices.empty()) {
    std::vector<std::string> words;
    for (const std::string& choice : form.choices) words.push_back(escaped(choice, ":\\() "));
    actions.push_back(fmt::format("({})", fmt::join(words, " ")));
  }
  const std::string label = escaped(form.text, ":\\[]()");
  if (form.file && actions.empty()) {
    return fmt::format(":{}:_files{}", label, form.folder ? " -/" : "");
  }
  if (form.file) {
    return fmt::format(":{}:_alternative \"w:word:{}\" \"f:file:_files\"", label, actions.front());
  }
  return fmt::format(":{}:{}", label, actions.empty() ? "" : actions.front());
}

std::string zsh_script(const CLI::App& app) {
  std::string lines;
  for (const CLI::Option* option : shown_options(app)) {
    const ValueForm form = value_form(*option);
    const std::string text = escaped(short_text(*option), ":[]\\");
    for (const std::string& name : dashed_names(*option)) {
      const bool word = name.starts_with("--") && !form.text.empty();
      lines += " \\\n  " + zsh_quoted(fmt::format("*{}{}[{}]{}", name, word ? "=" : "", text,
                                                  form.text.empty() ? "" : zsh_value(form)));
    }
  }
  return fmt::format(
      "#compdef {0}\n# zsh completion of {0}; made by {0} --completion zsh\n"
      "_arguments -s{1} \\\n  '*:file:_files'\n",
      app.get_name(), lines);
}

std::string fish_script(const CLI::App& app) {
  std::string lines =
      fmt::format("# fish completion of {0}; made by {0} --completion fish\n", app.get_name());
  for (const CLI::Option* option : shown_options(app)) {
    if (!option->nonpositional()) continue;
    lines += "complete -c " + app.get_name();
    for (const std::string& name : option->get_snames()) lines += " -s " + name;
    for (const std::string& name : option->get_lnames()) lines += " -l " + name;
    const ValueForm form = value_form(*option);
    if (!form.text.empty()) lines += form.file && !form.folder ? " -r -F" : " -x";
    if (form.folder) lines += " -a '(__fish_complete_directories (commandline -ct))'";
    if (!form.choices.empty()) {
      lines +=
          fmt::format(" -a '{}'", escaped(fmt::format("{}", fmt::join(form.choices, " ")), "\\'"));
    }
    lines += fmt::format(" -d '{}'\n", escaped(short_text(*option), "\\'"));
  }
  return lines;
}

}  // namespace

std::string completion_script(const CLI::App& app, const std::string& shell) {
  if (shell == "bash") return bash_script(app);
  if (shell == "zsh") return zsh_script(app);
  return fish_script(app);
}
