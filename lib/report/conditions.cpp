#include "report/conditions.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>

#include "core/json_text.h"
#include "report/layout.h"
#include "report/svg/plot.h"

namespace report {
namespace {

/// Where a condition is found: an option of one tool.
struct Source {
  const char* tool;
  const char* option;
  const char* key;
  const char* label;
  const char* unit;
};

constexpr Source kSources[] = {
    {"csl-simulate", "snr_db", "snr_db", "noise", " dB SNR"},
    {"csl-simulate", "diffuse_noise_db", "diffuse_noise_db", "diffuse noise", " dB SNR"},
    {"csl-simulate", "t60_s", "t60_s", "T60", " s"},
    {"csl-features", "fmin_hz", "fmin_hz", "lowest frequency", " Hz"},
    {"csl-features", "fmax_hz", "fmax_hz", "highest frequency", " Hz"},
    {"csl-features", "floor_db", "floor_db", "floor", " dB"},
    {"csl-features", "noise_margin_db", "noise_margin_db", "noise margin", " dB"},
    {"csl-infer", "stride", "stride", "stride", " frames"},
    {"csl-infer", "causal", "causal", "causal windows", ""},
    {"csl-eval", "band", "band_hz", "band", " Hz"},
    {"csl-eval", "floor_db", "floor_db", "floor", " dB"},
    {"csl-eval", "noise_margin_db", "noise_margin_db", "noise margin", " dB"},
    {"csl-eval", "onset_weights", "onset_weights", "onset weights", ""},
    {"csl-eval", "stride", "stride", "stride", " frames"},
};

/// A value of an option; the range "0:0.75" becomes "0 to 0.75".
std::string text_of(const nlohmann::json& value) {
  if (value.is_string()) {
    const std::string text = value.get<std::string>();
    const std::size_t colon = text.find(':');
    if (colon == std::string::npos) return text;
    return text.substr(0, colon) + " to " + text.substr(colon + 1);
  }
  if (value.is_boolean()) return value.get<bool>() ? "yes" : "no";
  if (value.is_number()) return fmt::format("{:g}", value.get<double>());
  return core::json_text(value);
}

bool is_step(const nlohmann::json& step, const char* tool) {
  return step.is_object() && step.contains("tool") && step["tool"] == tool &&
         step.contains("options") && step["options"].is_object();
}

/// The steps of a tool that made the test data, or the input's own step. The history lists the
/// steps of the training data first. A step that both share is listed once, before the training.
std::vector<nlohmann::json> steps_of(const nlohmann::json& input, const char* tool) {
  if (is_step(input, tool)) return {input};
  std::vector<nlohmann::json> before_training, after_training;
  bool trained = false;
  for (const nlohmann::json& step : input.value("history", nlohmann::json::array())) {
    trained = trained || is_step(step, "csl-train");
    if (is_step(step, tool)) (trained ? after_training : before_training).push_back(step);
  }
  return after_training.empty() ? before_training : after_training;
}

/// One condition of an input, or nothing if none of its steps has the option.
std::optional<Condition> condition_of(const nlohmann::json& input, const Source& source) {
  Condition condition{source.key, source.label, source.unit, nlohmann::json::array()};
  for (const nlohmann::json& step : steps_of(input, source.tool)) {
    const nlohmann::json& options = step["options"];
    if (!options.contains(source.option)) continue;
    nlohmann::json value = options[source.option];
    if (value.is_object()) value = value.value(input.value("method", ""), nlohmann::json());
    const auto& values = condition.values;
    if (value.is_null() || std::find(values.begin(), values.end(), value) != values.end()) continue;
    condition.values.push_back(std::move(value));
  }
  if (condition.values.empty()) return std::nullopt;
  return condition;
}

std::vector<Condition> conditions_of(const nlohmann::json& input) {
  std::vector<Condition> conditions;
  if (input.contains("pooling")) {
    conditions.push_back({"pooling", "pooled in the", " frame", {input["pooling"]}});
  }
  for (const Source& source : kSources) {
    std::optional<Condition> condition = condition_of(input, source);
    if (condition) conditions.push_back(std::move(*condition));
  }
  return conditions;
}

std::string range_text(std::size_t least, std::size_t most) {
  return least == most ? std::to_string(most) : fmt::format("{} to {}", least, most);
}

/// "a.h5", "a.h5, b.h5", "a.h5, b.h5 and 10 more".
std::string files_text(const std::vector<std::string>& files) {
  constexpr std::size_t kShown = 2;
  const std::vector<std::string> shown(
      files.begin(), files.begin() + static_cast<std::ptrdiff_t>(std::min(kShown, files.size())));
  std::string text = fmt::format("{}", fmt::join(shown, ", "));
  if (files.size() > kShown) text += fmt::format(" and {} more", files.size() - kShown);
  return text;
}

}  // namespace

std::string Condition::text() const {
  if (key == "snr_db" && values == nlohmann::json::array({"inf"})) return label + " none";
  std::vector<std::string> texts;
  for (const nlohmann::json& value : values) texts.push_back(text_of(value));
  return fmt::format("{} {}{}", label, fmt::join(texts, ", "), unit);
}

std::vector<InputConditions> input_conditions(const evaluate::Report& report) {
  std::vector<InputConditions> groups;
  if (!report.provenance.is_array()) return groups;
  for (const nlohmann::json& input : report.provenance) {
    if (!input.is_object() || !input.contains("file") || !input["file"].is_string()) continue;
    std::vector<Condition> conditions = conditions_of(input);
    if (conditions.empty()) continue;
    const auto same = std::find_if(groups.begin(), groups.end(), [&](const auto& group) {
      return group.conditions == conditions;
    });
    const std::string file = input["file"].get<std::string>();
    if (same != groups.end()) {
      same->files.push_back(file);
    } else {
      groups.push_back({{file}, std::move(conditions)});
    }
  }
  return groups;
}

std::string counts_text(std::span<const doa::ErrorStats> cells) {
  std::size_t least_sessions = std::numeric_limits<std::size_t>::max(), most_sessions = 0;
  std::size_t least_windows = least_sessions, most_windows = 0;
  for (const doa::ErrorStats& stats : cells) {
    if (stats.n == 0) continue;
    least_sessions = std::min(least_sessions, stats.sessions);
    most_sessions = std::max(most_sessions, stats.sessions);
    least_windows = std::min(least_windows, stats.n);
    most_windows = std::max(most_windows, stats.n);
  }
  if (most_windows == 0) return "no window has an estimate";
  return fmt::format("{} sessions and {} windows in each cell",
                     range_text(least_sessions, most_sessions),
                     range_text(least_windows, most_windows));
}

nlohmann::json conditions_json(const evaluate::Report& report) {
  nlohmann::json list = nlohmann::json::array();
  for (const InputConditions& group : input_conditions(report)) {
    nlohmann::json entry = {{"files", group.files}};
    for (const Condition& condition : group.conditions) entry[condition.key] = condition.values;
    list.push_back(std::move(entry));
  }
  return list;
}

std::string format_conditions(const evaluate::Report& report) {
  constexpr std::size_t kColumns = 97;  // and an indent of two and the separator
  std::string out;
  for (const InputConditions& group : input_conditions(report)) {
    out += fmt::format("conditions of {}:\n", files_text(group.files));
    std::string line;
    for (const Condition& condition : group.conditions) {
      const std::string item = condition.text();
      const bool fits = line.size() + 2 + item.size() <= kColumns;
      if (!line.empty()) line += fits ? "; " : ";\n";
      if (!line.empty() && !fits) {
        out += "  " + line;
        line.clear();
      }
      line += item;
    }
    out += "  " + line + "\n";
  }
  return out;
}

std::string conditions_html(const evaluate::Report& report, const std::string& counts, bool open) {
  std::string out = fmt::format("<details class=\"conditions\"{}><summary>Conditions</summary><ul>",
                                open ? " open=\"open\"" : "");
  if (!counts.empty()) out += fmt::format("<li>{}.</li>", svg::escape_markup(counts));
  for (const InputConditions& group : input_conditions(report)) {
    std::vector<std::string> texts;
    for (const Condition& condition : group.conditions) texts.push_back(condition.text());
    out += fmt::format("<li>{}: {}.</li>", svg::escape_markup(files_text(group.files)),
                       svg::escape_markup(fmt::format("{}", fmt::join(texts, "; "))));
  }
  return out + "</ul></details>\n";
}

}  // namespace report
