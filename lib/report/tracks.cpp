#include "report/tracks.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <vector>

#include "report/conditions.h"
#include "report/html_parts.h"
#include "report/layout.h"
#include "report/svg/plot.h"
#include "report/values.h"

namespace report {
namespace {

using Value = double (*)(const doa::TrackScores&);

/// One measure: its name for programs and for people, and how it is written.
struct Measure {
  const char* key;
  const char* title;
  int decimals;
  Value value;                       ///< a mean, a share or a rate
  const char* median_key = nullptr;  ///< null: the measure has no median
  Value median = nullptr;
};

constexpr std::array<Measure, 9> kMeasures = {{
    {"azimuth_error_deg", "azimuth", 2, [](const auto& s) { return s.mean_azimuth_error_deg(); },
     "azimuth_error_median_deg", [](const auto& s) { return s.median_azimuth_error_deg(); }},
    {"elevation_error_deg", "elevation", 2,
     [](const auto& s) { return s.mean_elevation_error_deg(); }, "elevation_error_median_deg",
     [](const auto& s) { return s.median_elevation_error_deg(); }},
    {"angle_error_deg", "angle", 2, [](const auto& s) { return s.mean_angle_error_deg(); },
     "angle_error_median_deg", [](const auto& s) { return s.median_angle_error_deg(); }},
    {"detection", "detected", 3, [](const auto& s) { return s.detection(); }},
    {"false_tracks", "false", 3, [](const auto& s) { return s.mean_false_tracks(); }},
    {"swaps_per_s", "swaps/s", 4, [](const auto& s) { return s.swaps_per_s(); }},
    {"broken_per_s", "breaks/s", 4, [](const auto& s) { return s.broken_per_s(); }},
    {"latency_s", "latency s", 2, [](const auto& s) { return s.mean_latency_s(); },
     "latency_median_s", [](const auto& s) { return s.median_latency_s(); }},
    {"ospa_deg", "OSPA", 2, [](const auto& s) { return s.mean_ospa_deg(); }, "ospa_median_deg",
     [](const auto& s) { return s.median_ospa_deg(); }},
}};

std::string number_text(const Measure& measure, double value) {
  return std::isfinite(value) ? fmt::format("{:.{}f}", value, measure.decimals) : "-";
}

/// The value of a measure, and its median below it.
std::string cell_html(const Measure& measure, const doa::TrackScores& scores) {
  std::string out = "<td>" + number_text(measure, measure.value(scores));
  const double median = measure.median == nullptr ? NAN : measure.median(scores);
  if (std::isfinite(median)) {
    out += fmt::format(" <span class=\"median\">median {}</span>", number_text(measure, median));
  }
  return out + "</td>";
}

std::vector<const char*> csv_columns() {
  std::vector<const char*> columns = {"method", "estimator", "pooling", "window_s",
                                      "t60_s",  "sessions",  "steps"};
  for (const Measure& measure : kMeasures) {
    columns.push_back(measure.key);
    if (measure.median != nullptr) columns.push_back(measure.median_key);
  }
  for (const char* rest : {"missed", "swaps", "broken", "duration_s", "sounding_s"}) {
    columns.push_back(rest);
  }
  return columns;
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
    std::string medians = fmt::format("{:>6}  {:<25}{:>10}", "", "  median", "");
    for (const Measure& measure : kMeasures) {
      out += fmt::format("{:>10}", number_text(measure, measure.value(row.scores)));
      const bool any = measure.median != nullptr;
      medians += fmt::format("{:>10}", any ? number_text(measure, measure.median(row.scores)) : "");
    }
    out += "\n" + medians + "\n";
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
    for (const Measure& measure : kMeasures) {
      entry[measure.key] = json_number(measure.value(s));
      if (measure.median != nullptr) entry[measure.median_key] = json_number(measure.median(s));
    }
    list.push_back(entry);
  }
  return list;
}

std::string tracks_csv(std::span<const evaluate::TracksRow> rows) {
  return csv_text(csv_columns(), tracks_json(rows));
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
    for (const Measure& measure : kMeasures) rows += cell_html(measure, row.scores);
    rows += "</tr>";
  }
  return html_section(
      "Tracks",
      "Measures of the LOCATA challenge (Evers et al. 2020). Errors are means of absolute values "
      "in degrees, over the steps in which a track follows a source within 30 degrees. The median "
      "of errors, latency and OSPA is below their mean. Detected: the "
      "share of the steps with a sounding source in which a track follows it. False: the mean "
      "number of tracks at one time that follow no source. Swaps and breaks: their number in each "
      "second in which a source sounds. OSPA: degrees, order 1.5, cut-off 30 degrees.",
      html_table(html_head(head) + rows + "</tbody>") + conditions_html(report, "", true));
}

}  // namespace report
