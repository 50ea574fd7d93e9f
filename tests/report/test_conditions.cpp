#include <catch2/catch.hpp>

#include "report/conditions.h"
#include "report/markup_check.h"
#include "report/writer.h"

namespace {

nlohmann::json step(const std::string& tool, const nlohmann::json& options) {
  return {{"tool", tool}, {"seed", 0}, {"options", options}};
}

/// C-SL's estimates of two test sets after a training, and a baseline's of the same recordings.
evaluate::Report make_report() {
  const nlohmann::json first = step("csl-simulate", {{"snr_db", "inf"}, {"t60_s", "0"}});
  const nlohmann::json second = step("csl-simulate", {{"snr_db", "inf"}, {"t60_s", "0.25"}});
  nlohmann::json csl = step("csl-infer", {{"stride", 10}, {"causal", false}});
  csl["file"] = "robust.h5";
  csl["method"] = "csl";
  csl["pooling"] = "world";
  csl["history"] = {step("csl-simulate", {{"snr_db", "20"}, {"t60_s", "0:0.75"}}),
                    step("csl-features", {{"floor_db", -40.0}}),
                    step("csl-train", {{"steps", 3}}),
                    first,
                    step("csl-features", {{"floor_db", -70.0}}),
                    second};
  nlohmann::json baseline =
      step("csl-eval", {{"stride", 20},
                        {"floor_db", "-40"},
                        {"band", {{"lsdd", "1800:3600"}, {"music", "340:6000"}}}});
  baseline["file"] = "lsdd.h5";
  baseline["method"] = "lsdd";
  baseline["pooling"] = "sensor";
  baseline["history"] = {first, second};
  nlohmann::json again = baseline;
  again["file"] = "lsdd-again.h5";
  evaluate::Report report;
  const std::vector<doa::SessionErrors> errors = {{{1.0, 3.0, 20.0}, 0}, {{5.0}, 0}};
  report.rows.push_back({"csl", "robust", "world", {0.3}, 0.0, doa::summarize(errors), {}});
  report.provenance = {csl, baseline, again};
  return report;
}

}  // namespace

TEST_CASE("the conditions are those of the test data, and equal conditions are listed once") {
  const std::vector<report::InputConditions> groups = report::input_conditions(make_report());
  REQUIRE(groups.size() == 2);
  CHECK(groups[1].files == std::vector<std::string>{"lsdd.h5", "lsdd-again.h5"});
  const nlohmann::json json = report::report_json(make_report())["conditions"];
  CHECK(json[0]["t60_s"] == nlohmann::json({"0", "0.25"}));
  CHECK(json[0]["floor_db"] == nlohmann::json({-70.0}));
  CHECK(json[0]["snr_db"] == nlohmann::json::array({"inf"}));
  CHECK(json[0]["stride"] == nlohmann::json::array({10}));
  CHECK(json[1]["floor_db"] == nlohmann::json::array({"-40"}));
  CHECK(json[1]["band_hz"][0] == "1800:3600");
  CHECK_FALSE(json[1].contains("causal"));
}

TEST_CASE("a step that training data and test data share still counts for the test data") {
  evaluate::Report report = make_report();
  nlohmann::json& history = report.provenance[0]["history"];
  history.erase(4);
  CHECK(report::report_json(report)["conditions"][0]["floor_db"] == nlohmann::json({-40.0}));
}

TEST_CASE("terminal and page state the baselines' band and floor, and how many windows there are") {
  const std::string terminal = report::format_conditions(make_report());
  const std::string html = report::report_html(make_report());
  const std::string page = report_test::visible_text(html);
  for (const char* part :
       {"band 1800 to 3600 Hz", "floor -40 dB", "floor -70 dB", "noise none", "T60 0, 0.25 s",
        "stride 20 frames", "pooled in the sensor frame", "lsdd.h5, lsdd-again.h5"}) {
    INFO(part);
    CHECK(terminal.find(part) != std::string::npos);
    CHECK(page.find(part) != std::string::npos);
  }
  CHECK(page.find("2 sessions and 4 windows in each cell") != std::string::npos);
  CHECK(report_test::markup_fault(html) == "");
  CHECK(terminal.back() == '\n');
  for (std::size_t at = 0; at < terminal.size(); at = terminal.find('\n', at) + 1) {
    CHECK(terminal.find('\n', at) - at <= 100);
  }
}

TEST_CASE("provenance of an unknown form gives no conditions") {
  evaluate::Report report = make_report();
  for (const nlohmann::json& provenance : std::vector<nlohmann::json>{
           "by hand", nlohmann::json::object(), nlohmann::json::array({"text", 3, nullptr}),
           nlohmann::json::array({nlohmann::json::array({step("csl-infer", {})})}),
           nlohmann::json::array({{{"file", "x.h5"}, {"tool", 3}, {"history", {1, "two"}}}})}) {
    report.provenance = provenance;
    INFO(provenance.dump());
    CHECK(report::format_conditions(report).empty());
    CHECK(report::report_json(report)["conditions"].empty());
  }
}
