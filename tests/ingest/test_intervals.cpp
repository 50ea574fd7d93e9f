#include <catch2/catch.hpp>
#include <cmath>

#include "core/errors.h"
#include "ingest/intervals.h"
#include "ingest/recording.h"
#include "io/audio.h"
#include "temporary_folder.h"

TEST_CASE(
    "intervals come from pauses, segments or a file, and are limited to the times with "
    "orientation") {
  std::vector<float> samples = test::noise(10 * 16000, 2, 0.3F);
  for (std::size_t i = 2 * 16000 * 3; i < 2 * 16000 * 4; ++i)
    samples[i] *= 1e-3F;  // a pause from 3 to 4 s
  const ingest::AudioScan scan = test::scan_of(samples, 2);
  ingest::IntervalOptions options;
  const auto silence = ingest::find_intervals(options, scan, "");
  REQUIRE(silence.size() == 3);  // 0 to 3, and 4 to 10 in two halves
  CHECK(silence[0].span.end_s == Approx(3.0).margin(0.02));
  CHECK(silence[1].span.start_s == Approx(4.0).margin(0.02));
  CHECK(silence[2].span.start_s == Approx(7.0).margin(0.02));
  options.rule = ingest::IntervalRule::kSegments;
  CHECK(ingest::find_intervals(options, scan, "").size() == 2);
  options.rule = ingest::IntervalRule::kWhole;
  CHECK(ingest::find_intervals(options, scan, "")[0].span.end_s == 10.0);
  const test::TemporaryFolder folder;
  options.rule = ingest::IntervalRule::kFile;
  options.file = folder / "i.csv";
  test::write_bytes(folder / "i.csv", "start_s,end_s,x,y,z\n1,2,0,0,3\n2.5,9,nan,nan,nan\n");
  const auto rows = ingest::find_intervals(options, scan, "");
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].sources[0].direction_world == Eigen::Vector3d::UnitZ());
  CHECK(rows[1].sources.empty());
  for (const char* text :
       {"start_s,end_s\n2,1\n", "start_s,end_s\n-1,1\n", "start_s,end_s\n1,11\n",
        "start_s,end_s,x,y,z\n1,2,0,0,0\n", "start_s,end_s,x,y\n1,2,0,0\n", "a,b\n1,2\n",
        "start_s,end_s\n10.001,10.009\n", "start_s,end_s\nnan,2\n"}) {
    test::write_bytes(folder / "i.csv", text);
    CHECK_THROWS_AS(ingest::find_intervals(options, scan, ""), core::InputError);
  }

  ingest::OrientationLog log;
  const Eigen::Quaterniond q = Eigen::Quaterniond::Identity();
  log.tracks = {so3::Track({-0.35, 4.65}, {q, q}), so3::Track({5.65, 20.0}, {q, q})};
  ingest::CoverageLoss loss;
  const auto covered = ingest::covered_intervals(rows, log, {0.35, 0.0}, {{7.0, 7.1}}, 0.5, loss);
  REQUIRE(covered.size() == 4);  // 1 to 2; 2.5 to 5, 6 to 7, 7.1 to 9
  CHECK(covered[1].span.end_s == Approx(5.0));
  CHECK(covered[2].span.start_s == Approx(6.0));
  CHECK(covered[3].id == "00001-3");
  CHECK(loss.without_orientation_s == Approx(1.0));
  CHECK(loss.masked_s == Approx(0.1));
}

TEST_CASE(
    "an interval after the last orientation is left out, and one whose end is rounded beyond it is "
    "kept") {
  ingest::OrientationLog log;
  const Eigen::Quaterniond q = Eigen::Quaterniond::Identity();
  log.tracks = {so3::Track({0.0, 2.0}, {q, q}), so3::Track({3.0, 5.0}, {q, q})};
  const std::vector<ingest::Interval> intervals = {{"rounded", {4.0, 5.008}, {}},
                                                   {"astride", {4.999, 5.009}, {}},
                                                   {"after", {5.001, 5.009}, {}},
                                                   {"in the gap", {2.001, 2.009}, {}}};
  ingest::CoverageLoss loss;
  const auto covered = ingest::covered_intervals(intervals, log, {}, {}, 0.005, loss);
  REQUIRE(covered.size() == 2);
  for (const ingest::Interval& interval : covered) {
    INFO(interval.id);
    CHECK(interval.track == 1);
    CHECK(interval.span.start_s < 5.0);
    CHECK(interval.span.end_s > 5.0);
  }
  CHECK(loss.without_orientation_s == Approx(0.016));
  CHECK(loss.too_short == 0);
}
