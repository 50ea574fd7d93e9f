#include <catch2/catch.hpp>

#include "commands/device/verdict.h"

namespace {

/// A device of which nothing is wrong but perhaps its clock.
commands::device::Findings findings(double clock_error_s, double speed_deg_s) {
  commands::device::Findings all;
  all.recordings.emplace_back();
  all.recordings[0].name = "a";
  all.recordings[0].duration_s = 300.0;
  all.imports.push_back(
      {{"sessions", 60},
       {"seconds", 280.0},
       {"speed_deg_s", {{"median", speed_deg_s}, {"p95", 2.0 * speed_deg_s}}},
       {"usable_bins", {{"share", 0.5}, {"above_noise", 0.9}, {"per_second", 5000.0}}},
       {"recordings", nlohmann::json::array({{{"clock",
                                               {{"log_start_s", 0.35},
                                                {"drift_ppm", 50.0},
                                                {"standard_error_s", clock_error_s},
                                                {"flat", false}}}}})},
       {"warnings", nlohmann::json::array()}});
  all.model.model.motion = learn::TrainingMotion{{40.0, 30.0, 20.0}, 0.9};
  all.model.model.reflection.rule = "world:+z";
  all.model.model.reflection.evidence = "60 of 60 intervals agree";
  all.agreement = {100, 1.0, 2.0};
  return all;
}

}  // namespace

TEST_CASE("the error of the log's clock counts as the angle that the device turns in this time") {
  using commands::device::judge;
  CHECK(judge(findings(7e-3, 60.0), false).verdict == report::Verdict::kGood);
  const report::DeviceReport fast = judge(findings(7e-3, 200.0), false);
  CHECK(fast.verdict == report::Verdict::kLimited);
  REQUIRE(fast.reasons.size() == 1);
  CHECK_THAT(fast.reasons[0],
             Catch::Contains("a: the error of the log's clock is 7 ms; the device usually turns at "
                             "200 degrees a second, so the orientation error is 1.4 degrees"));
  CHECK(judge(findings(20e-3, 60.0), false).verdict == report::Verdict::kLimited);
}

TEST_CASE("a doubtful reflection refuses a device unless it is accepted") {
  using commands::device::judge;
  commands::device::Findings all = findings(1e-3, 60.0);
  all.model.model.reflection.doubtful = true;
  CHECK(judge(all, false).verdict == report::Verdict::kUnusable);
  CHECK(judge(all, true).verdict == report::Verdict::kLimited);
  all.model.model.reflection = learn::Reflection{};
  CHECK(judge(all, false).verdict == report::Verdict::kLimited);
}

TEST_CASE("a model that no two half seconds could test is refused with this reason") {
  commands::device::Findings all = findings(1e-3, 60.0);
  all.agreement = {};
  const report::DeviceReport report = commands::device::judge(all, false);
  CHECK(report.verdict == report::Verdict::kUnusable);
  REQUIRE(report.reasons.size() == 1);
  CHECK(report.reasons[0] ==
        "no two successive half seconds of one source could be compared: record longer intervals");
  for (const report::Finding& finding : report.findings) {
    CHECK_THAT(finding.text, !Catch::Contains("median of 0"));
  }
}
