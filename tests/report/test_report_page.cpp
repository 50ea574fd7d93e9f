/// What readers of the page meet first: the best method, the paper's switch, the list of contents,
/// sessions over time, and where the inputs come from.
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <regex>
#include <string>

#include "report/agreement.h"
#include "report/headline.h"
#include "report/markup_check.h"
#include "report/sound_map.h"
#include "report/tables.h"
#include "report/writer.h"
#include "so3/rotation.h"

namespace {

std::size_t occurrences(const std::string& text, const std::string& what) {
  std::size_t found = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) {
    ++found;
  }
  return found;
}

evaluate::ReportRow row_of(const std::string& method, const std::string& estimator,
                           const doa::WindowLength& window, double t60_s, double error_deg) {
  const std::vector<doa::SessionErrors> errors = {{{error_deg}, 0}, {{error_deg}, 0}};
  return {method, estimator, "world", window, t60_s, doa::summarize(errors), {}};
}

/// Robust is better at T60 0, lsdd at 0.5 s and on average; the paper's C-SL beats all at 0.2 s.
evaluate::Report two_methods() {
  evaluate::Report report;
  report.rows = {
      row_of("csl", "robust", {0.2}, 0.0, 40.0),   row_of("csl", "robust", {0.2}, 0.5, 50.0),
      row_of("lsdd", "refined", {0.2}, 0.0, 41.0), row_of("lsdd", "refined", {0.2}, 0.5, 44.0),
      row_of("csl", "robust", {1.0}, 0.0, 1.0),    row_of("csl", "robust", {1.0}, 0.5, 1.0)};
  return report;
}

evaluate::SessionFigure session_figure(bool truth) {
  evaluate::SessionFigure figure{"7", "Session 7", 2.0, {}, {}, {}};
  for (const double tilt : {0.0, 0.2}) {
    evaluate::DirectionsFigure method{
        "csl", tilt == 0.0 ? "robust" : "centroid", "world", {0.2}, true, {}, {}, {}, 20, 0};
    for (int i = 0; i < 20; ++i) {
      method.time_s.push_back(0.1 * i);
      method.direction.push_back(so3::direction_from_angles(3.0 + 0.02 * i, tilt));
      method.confidence.push_back(1.0 + i % 3);
    }
    figure.methods.push_back(method);
  }
  if (truth) {
    evaluate::TruthFigure line;
    for (int i = 0; i <= 20; ++i) {
      line.time_s.push_back(0.1 * i);
      line.direction.push_back(i < 18 ? so3::direction_from_angles(3.0 + 0.02 * i, 0.1)
                                      : Eigen::Vector3d::Zero());
      line.sounds.push_back(i > 4);
    }
    figure.truth.push_back(line);
  }
  evaluate::SpectrogramFigure sound{"",
                                    200,
                                    101,
                                    0.01,
                                    40.0,
                                    std::vector<float>(200 * 101, -30.0f),
                                    std::vector<unsigned char>(200 * 101, 0)};
  sound.level_db[5000] = -std::numeric_limits<float>::infinity();
  figure.sound = sound;
  return figure;
}

}  // namespace

TEST_CASE("the head names the method with the smallest mean error of the run, by a stated rule") {
  const evaluate::Report report = two_methods();
  const report::ReportLayout layout(report.rows);
  CHECK(report::headline_window(layout).seconds == 0.2);  // LSDD has no windows of 1 s
  CHECK(report::best_series(layout).method == "lsdd");
  CHECK(report::ranked_series(layout).back().estimator == "robust");
  const std::string text = report_test::visible_text(report::headline_html(layout));
  CHECK(text.find("LSDD, refined, world, mean error in windows of 0.2 s") == 0);
  CHECK(text.find("the smallest of the 2 methods that ran") != std::string::npos);
  CHECK(text.find("41.00&deg;") < text.find("44.00&deg;"));
  CHECK(text.find("C-SL, robust, world: 40.00&deg;") != std::string::npos);  // better when anechoic
  CHECK(text.find("C-SL, robust, world: 50.00&deg;") == std::string::npos);
}

TEST_CASE("a method that lacks a reverberation time does not win against one that has all") {
  std::vector<evaluate::ReportRow> rows = two_methods().rows;
  rows.push_back(row_of("music", "grid", {0.2}, 0.0, 0.5));
  CHECK(report::best_series(report::ReportLayout(rows)).method == "lsdd");
}

TEST_CASE(
    "the head of a report of several sources names the best method of each number of sources") {
  evaluate::Report report;
  const auto row = [](const char* estimator, std::size_t sources, double distance_deg) {
    const std::vector<doa::SessionErrors> errors = {{{distance_deg}, 0}, {{distance_deg}, 0}};
    return evaluate::SourcesRow{
        "csl", estimator, "world", sources, {0.2}, 0.0, doa::summarize(errors)};
  };
  report.sources = {row("kde", 2, 7.0), row("mixture", 2, 5.0), row("kde", 3, 8.0),
                    row("mixture", 3, 9.0)};
  const std::string text =
      report_test::visible_text(report::several_headlines_html(report.sources));
  CHECK(text.find("C-SL, mixture, world, mean weighted Chamfer distance of 2 sources") == 0);
  CHECK(text.find("C-SL, kde, world, mean weighted Chamfer distance of 3 sources") !=
        std::string::npos);
  CHECK(report::report_html(report).find("class=\"card\"") != std::string::npos);
}

TEST_CASE("the paper's figures are off at first, one switch away, and never the best") {
  evaluate::Report report = two_methods();
  const std::string off = report::report_html(report);
  CHECK(off.find("id=\"paper\"/>") != std::string::npos);
  CHECK(off.find(".paper{display:none}") != std::string::npos);
  CHECK(off.find("<tbody class=\"paper\">") != std::string::npos);
  CHECK(off.find("<g class=\"paper\">") != std::string::npos);
  const std::regex best_of_paper("<tbody class=\"paper\">(?:(?!</tbody>).)*class=\"best\"");
  CHECK_FALSE(std::regex_search(off, best_of_paper));
  CHECK(occurrences(off, "<td class=\"best\">40.00") == 1);
  CHECK(report::error_vs_window_svg(report).find("paper") == std::string::npos);
  CHECK(report::format_table(report.rows, false).find("paper") == std::string::npos);
  CHECK(report::format_table(report.rows, true).find("paper's C-SL") != std::string::npos);
  report.paper = true;
  CHECK(report::report_html(report).find("id=\"paper\" checked=\"checked\"/>") !=
        std::string::npos);
  CHECK(report::error_vs_window_svg(report).find("paper") != std::string::npos);
  for (evaluate::ReportRow& row : report.rows) *row.t60_s += 0.1;  // no column of the paper's
  CHECK(report::report_html(report).find("id=\"paper\"") == std::string::npos);
}

TEST_CASE("every section is in the list of contents, and every link leads to its section") {
  evaluate::Report report = two_methods();
  report.sessions = {session_figure(true)};
  const std::string html = report::report_html(report);
  const std::size_t sections = occurrences(html, "<section id=\"s");
  CHECK(sections == occurrences(html, "<section"));
  CHECK(sections == occurrences(html, "<li><a href=\"#s"));
  CHECK(sections > 5);
  for (std::size_t i = 1; i <= sections; ++i) {
    CHECK(occurrences(html, "<section id=\"s" + std::to_string(i) + "\">") == 1);
    CHECK(occurrences(html, "href=\"#s" + std::to_string(i) + "\"") == 1);
  }
}

TEST_CASE("a session is shown over time, with its truth where this is known") {
  const bool truth = GENERATE(true, false);
  evaluate::Report report;
  if (truth) report = two_methods();  // errors exist if and only if the truth is known
  report.sessions = {session_figure(truth), session_figure(truth)};
  const std::string html = report::report_html(report);
  CHECK(report_test::markup_fault(html) == "");
  CHECK(report_test::empty_cells(html) == 0);
  CHECK(report_test::ragged_tables(html) == 0);
  const std::string text = report_test::visible_text(html);
  CHECK_FALSE(std::regex_search(html, std::regex("[\"% ,M-]-?(nan|inf)\\b")));
  for (const char* part :
       {"Azimuth", "Elevation", "Confidence", "Sound", "frequency, kHz", "level, dB", "time, s",
        "C-SL, robust, world", "C-SL, centroid, world"}) {
    INFO(part);
    CHECK(text.find(part) != std::string::npos);
  }
  CHECK((text.find("Error: angle to the nearest") != std::string::npos) == truth);
  CHECK((text.find("truth, silent") != std::string::npos) == truth);
  CHECK((text.find("The true directions are not known") != std::string::npos) == !truth);
  CHECK(occurrences(html, "<details class=\"fold\"><summary>Plots of this session") == 1);
  const nlohmann::json json = report::report_json(report)["directions"];
  REQUIRE(json.size() == 4);
  CHECK(json[0]["truth"] == truth);
}

TEST_CASE("angles between methods and to the truth are those of the directions") {
  const evaluate::SessionFigure figure = session_figure(true);
  const std::vector<double> angles =
      report::angles_between_deg(figure.methods[0], figure.methods[1]);
  REQUIRE(angles.size() == 20);
  for (const double angle : angles) CHECK(angle == Approx(0.2 * 180.0 / M_PI));
  CHECK(report::nearest_truth_deg(figure, 0.5, figure.methods[0].direction[5]) ==
        Approx(0.1 * 180.0 / M_PI));
  CHECK(std::isnan(report::nearest_truth_deg(figure, 1.95, Eigen::Vector3d::UnitX())));
  evaluate::DirectionsFigure sensor = figure.methods[1];
  sensor.world = false;
  CHECK(report::angles_between_deg(figure.methods[0], sensor).empty());
}

TEST_CASE("one loud cell does not set the colors of a spectrogram") {
  evaluate::SpectrogramFigure sound = *session_figure(false).sound;
  for (std::size_t i = 0; i < sound.level_db.size(); ++i) {
    sound.level_db[i] = -60.0f + 30.0f * static_cast<float>(i % 101) / 100.0f;
  }
  const double high = report::sound_map(sound).high;
  sound.level_db[100] = 90.0f;
  CHECK(report::sound_map(sound).high == high);
}

TEST_CASE("a run that made several inputs is listed once, without default options") {
  const nlohmann::json simulate = {
      {"tool", "csl-simulate"}, {"seed", 9}, {"options", {{"t60_s", "0.5"}, {"edge_m", 0.05}}}};
  const auto input = [&](const char* file, const char* estimator) {
    return nlohmann::json{{"file", file},
                          {"tool", "csl-infer"},
                          {"options", {{"estimator", estimator}}},
                          {"history", nlohmann::json::array({simulate})}};
  };
  const nlohmann::json provenance =
      nlohmann::json::array({input("a.h5", "robust"), input("b.h5", "kde")});
  const std::string html =
      report::provenance_html(provenance, {{"csl-simulate", {{"edge_m", 0.05}, {"t60_s", "0"}}}});
  CHECK(report_test::markup_fault(html) == "");
  CHECK(occurrences(html, "csl-simulate") == 1);
  CHECK(occurrences(html, "edge_m") == 0);
  CHECK(occurrences(html, "t60_s") == 1);
  const std::string text = report_test::visible_text(html);
  CHECK(text.find("a.h51, 2") != std::string::npos);
  CHECK(text.find("b.h51, 3") != std::string::npos);
}
