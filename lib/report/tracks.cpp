#include "report/tracks.h"

#include <fmt/format.h>

#include <array>
#include <cmath>

#include "report/conditions.h"
#include "report/html_parts.h"
#include "report/layout.h"
#include "report/svg/plot.h"
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
    out += fmt::format("{:>6}  {:<25}{:>10}", window_title(row.window),
                       series_title(series_of(row)), t60_title(row.t60_s));
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

std::string tracks_section(const evaluate::Report& report) {
  if (report.tracks.empty()) return "";
  std::string head =
      "<th scope=\"col\">tracks</th><th scope=\"col\">window</th><th scope=\"col\">T60</th>"
      "<th scope=\"col\">sessions</th>";
  for (const Measure& measure : kMeasures) {
    head += fmt::format("<th scope=\"col\">{}</th>", measure.title);
  }
  std::string rows = "<tbody>";
  for (const evaluate::TracksRow& row : report.tracks) {
    rows += fmt::format("<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{}</td>",
                        svg::escape_markup(series_title(series_of(row))), window_title(row.window),
                        t60_title(row.t60_s), row.sessions);
    for (const Measure& measure : kMeasures) {
      rows += fmt::format("<td>{}</td>", number_text(measure, row.scores));
    }
    rows += "</tr>";
  }
  return html_section(
      "Tracks",
      "Measures of the LOCATA challenge (Evers et al. 2020). Errors are means of absolute values "
      "in "
      "degrees, over the steps in which a track follows a source within 30 degrees. Detected: the "
      "share of the steps with a sounding source in which a track follows it. False: the mean "
      "number of tracks at one time that follow no source. Swaps and breaks: their number in each "
      "second in which a source sounds. OSPA: degrees, order 1.5, cut-off 30 degrees.",
      html_table(html_head(head) + rows + "</tbody>") + conditions_html(report, "", true));
}

}  // namespace report
