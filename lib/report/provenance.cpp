#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "core/json_text.h"
#include "report/html_parts.h"
#include "report/svg/plot.h"
#include "report/tables.h"

namespace report {
namespace {

std::string value_text(const nlohmann::json& value) {
  return svg::escape_markup(value.is_string() ? value.get<std::string>() : core::json_text(value));
}

bool is_run(const nlohmann::json& value) { return value.is_object() && value.contains("tool"); }

/// The options that do not have the tool's default value; all of them if the defaults are not known.
nlohmann::json changed_options(const nlohmann::json& run, const nlohmann::json& defaults) {
  nlohmann::json options = run.value("options", nlohmann::json::object());
  const std::string tool = run["tool"].is_string() ? run["tool"].get<std::string>() : "";
  if (!options.is_object() || !defaults.contains(tool)) return options;
  for (const auto& [name, value] : defaults[tool].items()) {
    if (options.contains(name) && options[name] == value) options.erase(name);
  }
  return options;
}

/// A run of a tool: name, version, seed and the options that say something.
std::string run_html(const nlohmann::json& run, const nlohmann::json& defaults) {
  std::string out = fmt::format("<li><strong>{}</strong>", value_text(run["tool"]));
  if (run.contains("tool_version")) out += fmt::format(" {}", value_text(run["tool_version"]));
  if (run.contains("seed")) out += fmt::format(", seed {}", value_text(run["seed"]));
  const nlohmann::json options = changed_options(run, defaults);
  if (!options.empty()) out += options_html(options);
  return out + "</li>";
}

/// The runs that made an input, the oldest one first; without the histories inside of them.
std::vector<nlohmann::json> runs_of(const nlohmann::json& input) {
  std::vector<nlohmann::json> runs;
  const nlohmann::json history =
      input.is_array() ? input : input.value("history", nlohmann::json::array());
  for (const nlohmann::json& run : history) {
    if (is_run(run)) runs.push_back(run);
  }
  if (is_run(input)) runs.push_back(input);
  for (nlohmann::json& run : runs) {
    nlohmann::json short_run;
    for (const char* field : {"tool", "tool_version", "seed", "options"}) {
      if (run.contains(field)) short_run[field] = run[field];
    }
    run = std::move(short_run);
  }
  return runs;
}

std::string input_title(const nlohmann::json& input) {
  if (!input.is_object()) return "input";
  std::string title = input.contains("file") ? value_text(input["file"]) : "input";
  std::vector<std::string> words;
  for (const char* field : {"method", "estimator", "pooling"}) {
    if (input.contains(field)) words.push_back(value_text(input[field]));
  }
  if (!words.empty()) title += fmt::format(" ({})", fmt::join(words, ", "));
  return title;
}

}  // namespace

std::string options_html(const nlohmann::json& options) {
  if (!options.is_object()) return fmt::format("<p><code>{}</code></p>", value_text(options));
  if (options.empty()) return "<p>No options.</p>";
  std::string out = "<dl>";
  for (const auto& [name, value] : options.items()) {
    out += fmt::format("<div><dt>{}</dt><dd>{}</dd></div>", svg::escape_markup(name),
                       value_text(value));
  }
  return out + "</dl>";
}

std::string provenance_html(const nlohmann::json& provenance, const nlohmann::json& defaults) {
  if (!provenance.is_array() && !provenance.is_object()) return options_html(provenance);
  const nlohmann::json inputs =
      provenance.is_array() ? provenance : nlohmann::json::array({provenance});
  if (inputs.empty()) return "<p>No record of the inputs was given.</p>\n";
  std::vector<nlohmann::json> runs;
  std::string list, rows;
  for (const nlohmann::json& input : inputs) {
    if (!input.is_array() && !input.is_object()) {
      list += "<li>" + value_text(input) + "</li>";
      continue;
    }
    std::vector<std::size_t> numbers;
    for (const nlohmann::json& run : runs_of(input)) {
      const auto known = std::ranges::find(runs, run);
      numbers.push_back(static_cast<std::size_t>(known - runs.begin()) + 1);
      if (known != runs.end()) continue;
      runs.push_back(run);
      list += run_html(run, defaults);
    }
    rows += fmt::format(
        "<tr><th scope=\"row\">{}</th><td class=\"word wrap\">{}</td></tr>", input_title(input),
        numbers.empty() ? kNoValueHtml : fmt::format("{}", fmt::join(numbers, ", ")));
  }
  std::string out = fmt::format("<ol class=\"steps\">{}</ol>", list);
  if (rows.empty()) return out;
  return out + html_table(html_head("<th scope=\"col\">Input</th><th scope=\"col\" "
                                    "class=\"word\">Made by the steps</th>") +
                          "<tbody class=\"plain\">" + rows + "</tbody>");
}

}  // namespace report
