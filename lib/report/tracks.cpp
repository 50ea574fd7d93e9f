#include "report/tracks.h"

#include <fmt/format.h>

#include <array>
#include <cmath>

#include "report/layout.h"
#include "report/sections.h"
#include "report/values.h"

namespace report {
namespace {

/// One measure: its name for programs and for people, and how it is written.
struct Measure {
  const char* key;
  const char* title;
  double (*value)(const doa::TrackScores&);
  int decimals;
};

constexpr std::array<Measure, 9> kMeasures = {{
    {"azimuth_error_deg", "azimuth", [](const auto& s) { return s.mean_azimuth_error_deg(); }, 2},
    {"elevation_error_deg", "elevation", [](const auto& s) { return s.mean_elevation_error_deg(); },
     2},
    {"angle_error_deg", "angle", [](const auto& s) { return s.mean_angle_error_deg(); }, 2},
    {"detection", "detected", [](const auto& s) { return s.detection(); }, 3},
    {"false_tracks", "false", [](const auto& s) { return s.mean_false_tracks(); }, 3},
    {"swaps_per_s", "swaps/s", [](const auto& s) { return s.swaps_per_s(); }, 4},
    {"broken_per_s", "breaks/s", [](const auto& s) { return s.broken_per_s(); }, 4},
    {"latency_s", "latency s", [](const auto& s) { return s.mean_latency_s(); }, 2},
    {"ospa_deg", "OSPA", [](const auto& s) { return s.mean_ospa_deg(); }, 2},
}};

std::string number_text(const Measure& measure, const doa::TrackScores& scores) {
  const double value = measure.value(scores);
  return std::isfinite(value) ? fmt::format("{:.{}f}", value, measure.decimals) : "-";
}

}  // namespace

std::string format_tracks(std::span<const evaluate::TracksRow> rows) {
  std::string out =
      fmt::format("{:>6}  {:<25}{:>10}", "window", "tracks (errors in degrees)", "T60");
  for (const Measure& measure : kMeasures) out += fmt::format("{:>10}", measure.title);
  out += "\n";
  for (const evaluate::TracksRow& row : rows) {
    out +=
        fmt::format("{:>6}  {:<25}{:>10}", window_title(row.window),
                    series_title({row.method, row.estimator, row.pooling}), t60_title(row.t60_s));
    for (const Measure& measure : kMeasures) {
      out += fmt::format("{:>10}", number_text(measure, row.scores));
    }
    out += "\n";
  }
  return out;
}

nlohmann::json tracks_json(std::span<const evaluate::TracksRow> rows) {
  nlohmann::json list = nlohmann::json::array();
  for (const evaluate::TracksRow& row : rows) {
    const doa::TrackScores& s = row.scores;
    nlohmann::json entry = {{"method", row.method},
                            {"estimator", row.estimator},
                            {"pooling", row.pooling},
                            {"window_s", json_window(row.window)},
                            {"t60_s", json_number(row.t60_s)},
                            {"sessions", row.sessions},
                            {"steps", s.steps},
                            {"missed", json_number(s.missed())},
                            {"swaps", s.swaps},
                            {"broken", s.broken},
                            {"duration_s", s.duration_s},
                            {"sounding_s", s.sounding_s}};
    for (const Measure& measure : kMeasures) entry[measure.key] = json_number(measure.value(s));
    list.push_back(entry);
  }
  return list;
}

std::string tracks_section(std::span<const evaluate::TracksRow> rows) {
  if (rows.empty()) return "";
  std::string table =
      "<table><thead><tr><th scope=\"col\">tracks</th><th "
      "scope=\"col\">window</th>"
      "<th scope=\"col\">T60</th>";
  for (const Measure& measure : kMeasures) {
    table += fmt::format("<th scope=\"col\">{}</th>", measure.title);
  }
  table += "</tr></thead><tbody>";
  for (const evaluate::TracksRow& row : rows) {
    table += fmt::format("<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td>",
                         series_title({row.method, row.estimator, row.pooling}),
                         window_title(row.window), t60_title(row.t60_s));
    for (const Measure& measure : kMeasures) {
      table += fmt::format("<td>{}</td>", number_text(measure, row.scores));
    }
    table += "</tr>";
  }
  table += "</tbody></table>";
  return html_section("Tracks",
                      "Errors are absolute, over the steps in which a source is followed by a "
                      "track within 30 "
                      "degrees. Detected: share of the steps in which sources sound. False: "
                      "tracks at a time that "
                      "follow none. Swaps and breaks: a second in which a source sounds. OSPA: "
                      "order 1.5, cut-off "
                      "30 degrees. Measures of the LOCATA challenge (Evers et al. 2020).",
                      "<div class=\"scroll\" tabindex=\"0\">" + table + "</div>");
}

}  // namespace report
