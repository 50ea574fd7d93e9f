#include <catch2/catch.hpp>

#include "report/device_report.h"
#include "report/finding_page.h"
#include "report/markup_check.h"

namespace {

report::FindingPage example() {
  report::FindingPage page;
  page.title = "Can this recording be learned from?";
  page.lead = "Yes, but:";
  page.verdict = report::Verdict::kLimited;
  page.reasons = {"12 s of sound are <little>"};
  page.tables = {{"What was found", {{"clock", "offset 0.3 s & drift 5 ppm"}, {"lost", "0.1 s"}}}};
  page.details = {{"a.wav", {{"intervals", "2"}, {"microphone 1", "level -20 dB"}}}};
  page.warnings = {"microphone 2 is clipped"};
  page.pictures = {{"What was heard", "Bright: heard.", "<svg class=\"plot\"><g></g></svg>"}};
  page.options = {{"audio", "a.wav"}};
  return page;
}

}  // namespace

TEST_CASE("a page answers its question first, and needs no other file") {
  const std::string html = report::page_html(example());
  CHECK(report_test::markup_fault(html) == "");
  CHECK(report_test::ragged_tables(html) == 0);
  CHECK(report_test::empty_cells(html) == 0);
  const std::string text = report_test::visible_text(html);
  std::size_t at = 0;
  for (const char* part :
       {"Can this recording be learned from?", "Yes, but:", "12 s of sound are <little>",
        "What was found", "offset 0.3 s & drift 5 ppm", "microphone 2 is clipped", "What was heard",
        "Bright: heard.", "a.wav", "level -20 dB", "\"audio\": \"a.wav\""}) {
    INFO(part);
    const std::size_t found = text.find(part, at);
    REQUIRE(found != std::string::npos);
    at = found;
  }
  for (const char* outside : {"<script", "<link", "<img", "http"}) {
    CHECK(html.find(outside) == std::string::npos);
  }
  CHECK(html.find("prefers-color-scheme:dark") != std::string::npos);
}

TEST_CASE(
    "the color of an answer is that of its verdict, and nothing is shown of what is not given") {
  report::FindingPage page;
  page.title = "Calibration: good";
  page.tables = {{"What was found", {{"sound", "300 s"}}}};
  const std::string html = report::page_html(page);
  CHECK(report_test::markup_fault(html) == "");
  CHECK(html.find("class=\"answer") == std::string::npos);
  CHECK(html.find("role=\"alert\"") == std::string::npos);
  page.lead = "No, because:";
  page.verdict = report::Verdict::kUnusable;
  CHECK(report::page_html(page).find("class=\"answer unusable\"") != std::string::npos);
}

TEST_CASE("pictures are the same after they were kept as JSON") {
  const std::vector<report::Picture> before = example().pictures;
  const std::vector<report::Picture> after =
      report::pictures_from_json(nlohmann::json::parse(report::to_json(before).dump()));
  REQUIRE(after.size() == before.size());
  CHECK(after[0].title == before[0].title);
  CHECK(after[0].legend == before[0].legend);
  CHECK(after[0].svg == before[0].svg);
}

TEST_CASE("report.json keeps findings of the same name") {
  report::DeviceReport report;
  report.findings = {{"clock", "a: +0.1 s"}, {"clock", "b: +0.2 s"}};
  const nlohmann::json json = report::device_json(report);
  REQUIRE(json["findings"].size() == 2);
  CHECK(json["findings"][0] == nlohmann::json{{"name", "clock"}, {"text", "a: +0.1 s"}});
  CHECK(json["findings"][1]["text"] == "b: +0.2 s");
}
