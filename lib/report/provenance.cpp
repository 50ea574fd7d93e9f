#include <fmt/format.h>

#include "core/json_text.h"
#include "report/svg/plot.h"
#include "report/tables.h"

namespace report {
namespace {

std::string value_text(const nlohmann::json& value) {
  return svg::escape_markup(value.is_string() ? value.get<std::string>() : core::json_text(value));
}

bool is_step(const nlohmann::json& value) { return value.is_object() && value.contains("tool"); }

/// One run of a tool: its name, version and seed, then its options.
std::string step_html(const nlohmann::json& step) {
  std::string out = fmt::format("<li><strong>{}</strong>", value_text(step["tool"]));
  if (step.contains("tool_version")) out += fmt::format(" {}", value_text(step["tool_version"]));
  if (step.contains("seed")) out += fmt::format(", seed {}", value_text(step["seed"]));
  if (step.contains("options")) out += options_html(step["options"]);
  return out + "</li>";
}

std::string steps_html(const nlohmann::json& history) {
  std::string out;
  for (const nlohmann::json& step : history) {
    if (is_step(step)) out += step_html(step);
  }
  return out;
}

std::string input_html(const nlohmann::json& input) {
  nlohmann::json rest = nlohmann::json::object();
  std::string steps;
  for (const auto& [name, value] : input.items()) {
    const bool step_field = name == "tool" || name == "tool_version" || name == "seed" ||
                            name == "options" || name == "history" || name == "file";
    if (!step_field) rest[name] = value;
  }
  if (input.contains("history")) steps += steps_html(input["history"]);
  if (is_step(input)) steps += step_html(input);
  std::string out = "<div class=\"input\">";
  if (input.contains("file")) out += fmt::format("<h3>{}</h3>", value_text(input["file"]));
  if (!rest.empty()) out += options_html(rest);
  if (!steps.empty()) out += fmt::format("<ol>{}</ol>", steps);
  return out + "</div>\n";
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

std::string provenance_html(const nlohmann::json& provenance) {
  if (!provenance.is_array()) {
    return provenance.is_object() ? input_html(provenance) : options_html(provenance);
  }
  if (provenance.empty()) return "<p>No record of the inputs was given.</p>\n";
  std::string out;
  for (const nlohmann::json& input : provenance) {
    if (input.is_array()) {  // an input that is only a list of steps
      out += fmt::format("<div class=\"input\"><ol>{}</ol></div>\n", steps_html(input));
    } else {
      out += input.is_object() ? input_html(input) : options_html(input);
    }
  }
  return out;
}

}  // namespace report
