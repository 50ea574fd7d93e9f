#include <catch2/catch.hpp>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <limits>
#include <regex>
#include <set>

#include "core/errors.h"
#include "core/files.h"
#include "core/random.h"
#include "report/layout.h"
#include "report/markup_check.h"
#include "report/paper_figures.h"
#include "report/sections.h"
#include "report/tracks.h"
#include "report/writer.h"
#include "so3/grid.h"
#include "so3/rotation.h"

namespace {

namespace fs = std::filesystem;

/// A folder of its own for one test, removed at the end.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (fs::temp_directory_path() / "csl-report-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw core::IoError("cannot make a temporary folder");
    path_ = name;
  }
  ~TemporaryFolder() { fs::remove_all(path_); }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

evaluate::ReportRow make_row(const std::string& method, const std::string& estimator,
                             const doa::WindowLength& window, std::optional<double> t60_s,
                             std::uint32_t stream) {
  core::RandomStream random(2, core::Purpose::kTest, stream);
  std::vector<doa::SessionErrors> sessions(5);
  for (doa::SessionErrors& session : sessions) {
    for (int i = 0; i < 20; ++i) session.error_deg.push_back(3.0 * std::exp(random.normal()));
    session.empty = 1;
  }
  evaluate::ReportRow row{method, estimator, "world", window, t60_s, doa::summarize(sessions), {}};
  row.histogram.add(sessions);
  return row;
}

/// Everything a report can show, in small.
void add_optional_parts(evaluate::Report& report) {
  core::RandomStream random(3, core::Purpose::kTest);
  const std::vector<doa::SessionErrors> chamfer = {{{4.0, 250.0}, 0}, {{6.0}, 1}};
  for (const std::size_t sources : {2u, 3u}) {
    for (const double window_s : {0.05, 0.2}) {
      report.sources.push_back(
          {"csl", "kde", "world", sources, {window_s}, 0.0, doa::summarize(chamfer)});
    }
  }
  report.sources.push_back({"csl", "kde", "world", 2, {0.05}, 0.25, doa::summarize({})});
  std::vector<double> confidence, error;
  report.direction_errors.emplace();
  for (int i = 0; i < 500; ++i) {
    confidence.push_back(random.uniform(0.1, 2.0));
    error.push_back(10.0 * random.uniform() / confidence.back());
    report.direction_errors->add(so3::random_direction(random), error.back());
  }
  report.confidence_curve = doa::confidence_curve(confidence, error);
  report.reliability = doa::reliability(error, error);
  for (const double drift_deg : {0.0, 3.0}) {
    report.drift.push_back({drift_deg, {1.0}, doa::summarize(chamfer)});
  }
  evaluate::SpectrogramFigure spectrogram{"<one>", 400, 201, 0.01, 40.0, {}, {}};
  for (std::size_t i = 0; i < 400 * 201; ++i) {
    spectrogram.level_db.push_back(static_cast<float>(random.uniform(-200.0, 0.0)));
    spectrogram.marked.push_back(i % 50 == 0);
  }
  spectrogram.level_db[7] = -std::numeric_limits<float>::infinity();  // digital silence
  report.spectrogram = spectrogram;
  evaluate::DensityFigure density{
      "two", so3::fibonacci_grid(500), std::vector<float>(500, 0.0f), {}, {}};
  density.density[3] = 2.0f;
  density.predicted = {density.points[3]};
  density.truth = {Eigen::Vector3d::UnitX(), -Eigen::Vector3d::UnitZ()};
  report.density = density;
}

const std::vector<doa::WindowLength> kWindows = {{0.05}, {0.2}, {0.5}, {1.0}, {}};

evaluate::Report full_report() {
  evaluate::Report report;
  std::uint32_t stream = 0;
  for (const auto& [method, estimator] : std::vector<std::pair<std::string, std::string>>{
           {"csl", "robust"}, {"csl", "centroid"}, {"srp-phat", "refined"}, {"music", "grid"}}) {
    for (const double t60_s : {0.75, 0.0, 0.25, 0.5}) {
      for (const doa::WindowLength& window : kWindows) {
        report.rows.push_back(make_row(method, estimator, window, t60_s, stream++));
      }
    }
  }
  report.options = {{"seed", 3}, {"title", "<b>\"quoted\" & 'more'</b>"}};
  report.provenance = nlohmann::json::array(
      {{{"file", "estimates.h5"},
        {"tool", "csl-infer"},
        {"tool_version", "0.1.0"},
        {"seed", 1},
        {"options", {{"window", "0.05,full"}}},
        {"history", nlohmann::json::array({{{"tool", "csl-simulate"}, {"seed", 9}}})}}});
  return report;
}

/// Rows that lack what rows can lack: one session (no interval), no windows, unknown T60, no
/// histogram.
evaluate::Report sparse_report() {
  evaluate::Report report;
  report.rows.push_back({"csl", "robust", "world", {0.3}, std::nullopt, doa::summarize({}), {}});
  const std::vector<doa::SessionErrors> one = {{{2.0, 3.0}, 7}};
  report.rows.push_back({"csl", "robust", "world", {}, 0.6, doa::summarize(one), {}});
  return report;
}

/// One window of two sounds in the first row; the second row does not know.
evaluate::Report sounding_report() {
  evaluate::Report report;
  const std::vector<doa::SessionErrors> all = {{{2.0, 80.0}, 7}}, sounding = {{{2.0}, 0}};
  report.rows.push_back({"csl", "robust", "world", {0.2}, 0.6, doa::summarize(all), {}});
  report.rows.back().sounding = doa::summarize(sounding);
  report.rows.push_back({"lsdd", "grid", "world", {0.2}, 0.6, doa::summarize(all), {}});
  report.sources.push_back({"csl", "kde", "world", 2, {0.2}, 0.6, doa::summarize(all)});
  report.sources.back().sounding = doa::summarize(sounding);
  return report;
}

}  // namespace

TEST_CASE("the report page is complete, well-formed and needs nothing else") {
  const int kind = GENERATE(0, 1, 2);
  evaluate::Report report = kind == 0 ? sparse_report() : full_report();
  if (kind == 2) add_optional_parts(report);
  const std::string html = report::report_html(report);
  CHECK(report_test::markup_fault(html) == "");
  for (const char* foreign : {"http:", "https:", "//", "src=", "href=\"h", "href=\"/", "url(",
                              "@import", "<script", "<link", "<iframe"}) {
    INFO(foreign);
    CHECK(html.find(foreign) == std::string::npos);
  }
  const std::string text = report_test::visible_text(html);
  const std::regex not_a_number("\\b(nan|inf|null)\\b", std::regex::icase);
  CHECK_FALSE(std::regex_search(text, not_a_number));
  CHECK_FALSE(std::regex_search(html, std::regex("[\"% ,M-]-?(nan|inf)\\b")));
  CHECK(report_test::empty_cells(html) == 0);
  CHECK(report_test::ragged_tables(html) == 0);
  CHECK(html.find("prefers-color-scheme:dark") != std::string::npos);
  CHECK(html.find("@media print") != std::string::npos);
}

TEST_CASE("the page shows every mean, the paper's figures and where the inputs come from") {
  const evaluate::Report report = full_report();
  const std::string text = report_test::visible_text(report::report_html(report));
  for (const evaluate::ReportRow& row : report.rows) {
    CHECK(text.find(report::degrees_text(row.stats.mean_deg)) != std::string::npos);
  }
  for (const char* figure : {"25.03", "1.56", "7.91", "4.66", "16.96", "14.50",
                             "C-SL, robust, world", "csl-simulate", "estimates.h5", "0.05,full"}) {
    INFO(figure);
    CHECK(text.find(figure) != std::string::npos);
  }
  CHECK(text.find("100 windows had no bin") == std::string::npos);
  CHECK(text.find("400 windows had no bin") != std::string::npos);  // 80 rows, 5 sessions, one each
}

TEST_CASE("optional parts appear where they are given, with the paper's Table 2") {
  evaluate::Report report = full_report();
  const std::string plain = report::report_html(report);
  add_optional_parts(report);
  const std::string html = report::report_html(report);
  for (const char* part : {"Table 2", "most confident bins", "Error against confidence",
                           "Density of directions", "part of the sphere", "drifts"}) {
    INFO(part);
    CHECK(plain.find(part) == std::string::npos);
    CHECK(html.find(part) != std::string::npos);
  }
  const std::string text = report_test::visible_text(html);
  CHECK(text.find("9.87") != std::string::npos);
  CHECK(text.find("2 sources") != std::string::npos);
  CHECK(text.find("<one>") != std::string::npos);
  const nlohmann::json json = report::report_json(report);
  CHECK(json["table2"].size() == 5);
  CHECK(json["table2"][0]["sources"] == 2);
  CHECK(json["table2"][0]["mean_deg"] == Approx(260.0 / 3.0));
  CHECK(json["table2"][4]["mean_deg"].is_null());
  CHECK(json["confidence_curve"].size() == 10);
  CHECK(json["reliability"].size() == 10);
  CHECK(json["orientation_drift"].size() == 2);
  CHECK(report::report_json(full_report())["table2"].empty());
  CHECK(report::table2_csv(report).rfind("method,estimator,pooling,sources,window_s,t60_s,", 0) ==
        0);
  CHECK(html.size() < 500000);  // a page that mail and browsers take
  const TemporaryFolder folder;
  CHECK(report::write_report(report, folder.path()).size() == 5);
}

TEST_CASE("the histories of inputs are shown, given as steps or as objects") {
  evaluate::Report report = sparse_report();
  report.provenance = nlohmann::json::array({nlohmann::json::array({{{"tool", "csl-simulate"},
                                                                     {"tool_version", "0.1.0"},
                                                                     {"seed", 9},
                                                                     {"options", {{"t60", "0.5"}}}},
                                                                    {{"tool", "csl-infer"}}})});
  const std::string text = report_test::visible_text(report::report_html(report));
  for (const char* part : {"csl-simulate 0.1.0, seed 9", "t60", "csl-infer"}) {
    INFO(part);
    CHECK(text.find(part) != std::string::npos);
  }
  report.provenance = "by hand";
  CHECK(report::report_html(report).find("by hand") != std::string::npos);
}

TEST_CASE("names from files cannot inject markup") {
  evaluate::Report report = full_report();
  report.title = "<script>alert(1)</script>";
  for (evaluate::ReportRow& row : report.rows) {
    if (row.method == "music") row.method = "<i>x\"</i>";
  }
  const std::string html = report::report_html(report);
  CHECK(html.find("<script") == std::string::npos);
  CHECK(html.find("<i>") == std::string::npos);
  CHECK(report_test::markup_fault(html) == "");
  CHECK(report_test::markup_fault(report::error_vs_window_svg(report)) == "");
}

TEST_CASE("report.json has the promised fields, and null for what does not exist") {
  const nlohmann::json full = report::report_json(full_report());
  REQUIRE(full["table1"].size() == 80);
  std::set<std::string> windows;
  for (const nlohmann::json& row : full["table1"]) {
    for (const char* field : {"mean_deg", "ci95_deg", "median_deg", "p90_deg", "within_5",
                              "within_10", "t60_s", "n", "sessions", "empty"}) {
      CHECK(row.at(field).is_number());
    }
    windows.insert(row["window_s"].dump());
  }
  CHECK(windows == std::set<std::string>{"0.05", "0.2", "0.5", "1.0", "\"full\""});
  CHECK(full["table1"][0]["method"] == "csl");
  CHECK(full["table1"][0]["pooling"] == "world");
  CHECK(full["options"]["seed"] == 3);
  const nlohmann::json sparse = report::report_json(sparse_report());
  CHECK(sparse["table1"][0]["mean_deg"].is_null());
  CHECK(sparse["table1"][0]["t60_s"].is_null());
  CHECK(sparse["table1"][0]["n"] == 0);
  CHECK(sparse["table1"][1]["mean_deg"] == 2.5);
  CHECK(sparse["table1"][1]["ci95_deg"].is_null());
  CHECK(sparse["table1"][1]["empty"] == 7);
}

TEST_CASE("table1.csv has one line for each row, with as many fields as its header") {
  const std::string csv = report::table1_csv(sparse_report());
  CHECK(csv.rfind("method,estimator,pooling,window_s,t60_s,mean_deg,", 0) == 0);
  CHECK(csv.find("\ncsl,robust,world,0.3,,,,,,,,0,0,0,,,,\n") != std::string::npos);
  CHECK(csv.find("\ncsl,robust,world,full,0.6,2.5,,2.5,") != std::string::npos);
  CHECK(report::table1_csv(sounding_report()).find(",2,1,7,2.0,2.0,,1\n") != std::string::npos);
}

TEST_CASE("medians stand beside the means in every table of errors") {
  evaluate::Report report = full_report();
  add_optional_parts(report);
  for (evaluate::ReportRow& row : report.rows) row.seeds = {{1, 1.11, 7.77}, {2, 2.22, 8.88}};
  const std::string text = report_test::visible_text(report::report_html(report));
  const std::string terminal = report::format_table(report.rows, true);
  for (const evaluate::ReportRow& row : report.rows) {
    const std::string median = report::degrees_text(row.stats.median_deg);
    CHECK(text.find("median " + median) != std::string::npos);
    CHECK(terminal.find(median) != std::string::npos);
  }
  CHECK(text.find("median 7.77 / 8.88") != std::string::npos);
  CHECK(text.find("median 6.00") != std::string::npos);  // Table 2: 4, 6 and 250 degrees
  CHECK(report::format_sources(report.sources, true).find("6.00") != std::string::npos);
  CHECK(report::report_json(report)["table1"][0]["seeds"][1]["median_deg"] == 8.88);
}

TEST_CASE("tracks have their medians beside the means on the terminal, in JSON, CSV and HTML") {
  doa::TrackScores scores;
  scores.steps = 3;
  scores.source_steps = 3;
  scores.matched = 3;
  scores.azimuth_error_deg = {1.0, 2.0, 9.0};
  scores.elevation_error_deg = {0.5, 0.25, 0.0};
  scores.angle_error_deg = {1.5, 2.5, 11.0};
  scores.ospa_deg = {1.75, 2.75, 12.0};
  scores.duration_s = scores.sounding_s = 1.5;
  evaluate::Report report = full_report();
  CHECK(report::tracks_section(report).empty());
  report.tracks = {{"csl", "robust", "world", doa::WindowLength{0.5}, 0.25, 1, scores}};
  const nlohmann::json row = report::report_json(report)["tracks"][0];
  CHECK(row["azimuth_error_deg"] == 4.0);
  CHECK(row["azimuth_error_median_deg"] == 2.0);
  CHECK(row["elevation_error_median_deg"] == 0.25);
  CHECK(row["angle_error_deg"] == 5.0);
  CHECK(row["angle_error_median_deg"] == 2.5);
  CHECK(row["ospa_median_deg"] == 2.75);
  CHECK(row["latency_median_s"].is_null());
  CHECK(report::format_tracks(report.tracks) ==
        "window  tracks (errors in degrees)       T60   azimuth elevation     angle  detected     "
        "false   swaps/s  breaks/s latency s      OSPA\n"
        " 0.5 s  C-SL, robust, world          0.25 s      4.00      0.25      5.00     1.000     "
        "0.000    0.0000    0.0000         -      5.50\n"
        "          median                                 2.00      0.25      2.50                 "
        "                                -      2.75\n");
  CHECK(report::tracks_csv(report.tracks) ==
        "method,estimator,pooling,window_s,t60_s,sessions,steps,azimuth_error_deg,"
        "azimuth_error_median_deg,elevation_error_deg,elevation_error_median_deg,angle_error_deg,"
        "angle_error_median_deg,detection,false_tracks,swaps_per_s,broken_per_s,latency_s,"
        "latency_median_s,ospa_deg,ospa_median_deg,missed,swaps,broken,duration_s,sounding_s\n"
        "csl,robust,world,0.5,0.25,1,3,4.0,2.0,0.25,0.25,5.0,2.5,1.0,0.0,0.0,0.0,,,5.5,2.75,0.0,0,"
        "0,1.5,1.5\n");
  const std::string html = report::report_html(report);
  CHECK(html.find("<td>5.00 <span class=\"median\">median 2.50</span></td>") != std::string::npos);
  CHECK(report_test::markup_fault(html) == "");
  CHECK(report_test::ragged_tables(html) == 0);
  const TemporaryFolder folder;
  report::write_report(report, folder.path());
  CHECK(fs::exists(folder.path() / "tracks.csv"));
  CHECK(report::is_report_file("tracks.csv"));
}

TEST_CASE("windows in which the source sounds have figures of their own, where they are known") {
  const evaluate::Report report = sounding_report();
  const nlohmann::json json = report::report_json(report);
  CHECK(json["table1"][0]["sounding"] ==
        nlohmann::json({{"mean_deg", 2.0}, {"median_deg", 2.0}, {"ci95_deg", nullptr}, {"n", 1}}));
  CHECK_FALSE(report::report_json(sparse_report())["table1"][0].contains("sounding"));
  CHECK(json["table2"][0]["sounding"]["n"] == 1);
  CHECK(report::table2_csv(report).find("sounding_n\n") != std::string::npos);
  CHECK(report::format_table(report.rows, true).find("2.00 (2.00)") != std::string::npos);
  CHECK(report::format_table(sparse_report().rows, true).find("sounding") == std::string::npos);
  CHECK(report::format_sources(report.sources, true).find("sounding sources only") !=
        std::string::npos);
  const std::string html = report::report_html(report);
  CHECK(report_test::markup_fault(html) == "");
  CHECK(report_test::ragged_tables(html) == 0);
  CHECK(html.find("Table 1, windows in which the source sounds") != std::string::npos);
  CHECK(html.find("Table 2, sounding sources only") != std::string::npos);
  CHECK(report::report_html(sparse_report()).find("windows in which the source sounds") ==
        std::string::npos);
}

TEST_CASE("the terminal table puts the paper's row below ours") {
  const std::string table = report::format_table(full_report().rows, true);
  CHECK(table.find("anechoic") < table.find("T60 0.25 s"));
  CHECK(table.find("T60 0.25 s") < table.find("T60 0.75 s"));
  const std::size_t paper = table.find("paper's C-SL");
  REQUIRE(paper != std::string::npos);
  CHECK(table.find("1.56 +- 0.01") > paper);
  CHECK(table.find("25.03 +- 0.38") != std::string::npos);
  CHECK(table.back() == '\n');
  std::size_t width = 0;
  for (std::size_t at = 0; at < table.size(); at = table.find('\n', at) + 1) {
    width = std::max(width, table.find('\n', at) - at);
  }
  CHECK(width <= 100);
  CHECK(report::format_table(sparse_report().rows, true).find("nan") == std::string::npos);
}

TEST_CASE("the paper's table is found by method, window and reverberation time") {
  CHECK(report::paper_table2(2, {1.0}, 0.0)->mean_deg == 2.22);
  CHECK_FALSE(report::paper_table2(3, {1.0}, 0.0));
  CHECK_FALSE(report::paper_table2(2, {1.0}, 0.5));
  CHECK_FALSE(report::paper_table2(2, {}, 0.0));
  CHECK(report::paper_table1("csl", {0.05}, 0.75)->mean_deg == 25.03);
  CHECK(report::paper_table1("csl", {}, 0.0)->ci_deg == 0.03);
  CHECK(report::paper_table1("srp-phat", {1.0}, 0.5)->mean_deg == 7.15);
  CHECK(report::paper_table1("lsdd", {0.2}, 0.25)->mean_deg == 2.12);
  CHECK_FALSE(report::paper_table1("music", {0.2}, 0.25));
  CHECK_FALSE(report::paper_table1("csl", {0.3}, 0.25));
  CHECK_FALSE(report::paper_table1("csl", {0.2}, 0.3));
  CHECK_FALSE(report::paper_table1("csl", {0.2}, std::nullopt));
}

TEST_CASE("docs/results/paper.json, from which pages are made, has the same figures of the paper") {
  const nlohmann::json paper =
      nlohmann::json::parse(core::read_text_file(CSL_SOURCE "/docs/results/paper.json"));
  CHECK(paper["table1"].size() == 60);
  CHECK(paper["table2"].size() == 4);
  for (const char* table : {"table1", "table2"}) {
    for (const nlohmann::json& row : paper[table]) {
      INFO(row.dump());
      doa::WindowLength window;
      if (row["window_s"] != "full") window.seconds = row["window_s"].get<double>();
      const double t60_s = row["t60_s"];
      const std::optional<report::PaperCell> cell =
          row.contains("sources") ? report::paper_table2(row["sources"], window, t60_s)
                                  : report::paper_table1(row["method"], window, t60_s);
      REQUIRE(cell);
      CHECK(row["mean_deg"] == cell->mean_deg);
      CHECK(row["ci95_deg"] == cell->ci_deg);
    }
  }
}

TEST_CASE("write_report writes its four files, the same bytes twice, over old ones") {
  const TemporaryFolder folder;
  const fs::path out = folder.path() / "a" / "b";
  const std::vector<fs::path> files = report::write_report(full_report(), out);
  REQUIRE(files.size() == 4);
  std::vector<std::string> first;
  for (const fs::path& file : files) first.push_back(core::read_text_file(file));
  report::write_report(full_report(), out);
  for (std::size_t i = 0; i < files.size(); ++i) CHECK(core::read_text_file(files[i]) == first[i]);
  std::size_t entries = 0;
  for ([[maybe_unused]] const auto& entry : fs::directory_iterator(out)) ++entries;
  CHECK(entries == 4);
  std::ofstream(folder.path() / "file") << "x";
  CHECK_THROWS_AS(report::write_report(full_report(), folder.path() / "file"), core::IoError);
}

TEST_CASE("no rows, or two rows for one cell, are refused") {
  CHECK_THROWS_AS(report::report_html({}), core::InputError);
  evaluate::Report twice = full_report();
  twice.rows.push_back(twice.rows.front());
  CHECK_THROWS_AS(report::report_html(twice), core::InputError);
}
