#include <catch2/catch.hpp>
#include <cmath>

#include "evaluate/error_collector.h"
#include "evaluate/provenance.h"
#include "evaluate/sounding.h"
#include "evaluate/truth.h"
#include "so3/rotation.h"

namespace {

constexpr float kSilence = static_cast<float>(session::kLowestActivityDb);

/// A session of 3 s whose source sounds at -20 dB in its first second, then pauses at -60 dB.
session::Info with_pause() {
  session::Info info;
  info.id = "pause";
  info.duration_s = 3.0;
  info.t60_s = 0.5;
  info.sources.push_back({0, Eigen::Vector3d::UnitX(), 0.0, 3.0, "speech.wav"});
  info.sources[0].activity_db.assign(300, -60.0f);
  std::fill_n(info.sources[0].activity_db.begin(), 100, -20.0f);
  return info;
}

/// An estimate with a given error: so many degrees beside +x.
session::Estimate estimate_beside(double time_s, double error_deg) {
  session::Estimate estimate;
  estimate.time_s = time_s;
  estimate.direction_world =
      so3::exp(Eigen::Vector3d(0, 0, error_deg * M_PI / 180.0)) * Eigen::Vector3d::UnitX();
  estimate.direction_sensor = estimate.direction_world;
  estimate.bins = 5;
  return estimate;
}

const formats::EstimatesHeader kHeader{"csl", "kde", "world", {doa::WindowLength{0.2}}, 0.01, 40.0};

}  // namespace

TEST_CASE("a source sounds where any value in the window is within 30 dB of its 95th percentile") {
  const evaluate::Activity activity(with_pause());
  REQUIRE(activity.known());
  CHECK(activity.sounds(0, 0.2, 0.4));
  CHECK(activity.sounds(0, 0.9, 1.5));
  CHECK(activity.sounds(0, 0.995, 1.2));
  CHECK_FALSE(activity.sounds(0, 1.0, 1.2));  // the last loud value ends where the window begins
  CHECK_FALSE(activity.sounds(0, 2.0, 2.2));
  CHECK_FALSE(activity.sounds(0, 3.5, 3.7));  // after the last value
  CHECK(activity.sounds(0, -1.0, 9.0));
  session::Info edge = with_pause();
  edge.sources[0].activity_db[200] = -50.0f;
  edge.sources[0].activity_db[250] = -50.1f;
  CHECK(evaluate::Activity(edge).sounds(0, 2.0, 2.2));
  CHECK_FALSE(evaluate::Activity(edge).sounds(0, 2.4, 2.6));
}

TEST_CASE("a few loud values do not silence a source, and digital silence never sounds") {
  session::Info click = with_pause();
  std::fill_n(click.sources[0].activity_db.begin() + 100, 10, 30.0f);  // less than 5 percent
  CHECK(evaluate::Activity(click).sounds(0, 0.2, 0.4));
  session::Info silent = with_pause();
  silent.sources[0].activity_db.assign(300, kSilence);
  CHECK_FALSE(evaluate::Activity(silent).sounds(0, 0.0, 3.0));
  silent.sources[0].activity_db[0] = -20.0f;
  CHECK(evaluate::Activity(silent).sounds(0, 0.0, 3.0));
}

TEST_CASE("activity is known only if every source of the session has it") {
  session::Info info = with_pause();
  info.sources.push_back({1, Eigen::Vector3d::UnitY(), 0.0, 3.0, ""});
  CHECK_FALSE(evaluate::Activity(info).known());
  CHECK_FALSE(evaluate::Activity(session::Info{}).known());
}

TEST_CASE("a causal window extends up to its time, and a centered window to both sides of it") {
  const session::Info info = with_pause();
  const evaluate::Activity activity(info);
  const session::Estimate estimate = estimate_beside(1.15, 0.0);
  const auto sounding = [&](doa::WindowPlace place) {
    return evaluate::sounding_directions(evaluate::true_sources(info, estimate, {0.2}), activity,
                                         estimate, {0.2}, place);
  };
  CHECK(sounding(doa::WindowPlace::kCausal).size() == 1);  // 0.95 s to 1.15 s
  CHECK(sounding(doa::WindowPlace::kCentered).empty());    // 1.05 s to 1.25 s
  core::Provenance provenance;
  CHECK(evaluate::window_place(provenance) == doa::WindowPlace::kCentered);
  provenance.options["causal"] = true;
  CHECK(evaluate::window_place(provenance) == doa::WindowPlace::kCausal);
}

TEST_CASE("a window in a pause counts in all windows but not in the sounding ones") {
  evaluate::ErrorCollector errors;
  session::Estimate empty = estimate_beside(0.6, 0.0);
  empty.bins = 0;
  errors.add(
      kHeader, {}, {with_pause()},
      {estimate_beside(0.5, 2.0), empty, estimate_beside(0.7, 4.0), estimate_beside(2.0, 90.0)});
  const std::vector<evaluate::ReportRow> rows = errors.rows(0);
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].stats.n == 3);
  CHECK(rows[0].stats.mean_deg == Approx(32.0));
  REQUIRE(rows[0].sounding.has_value());
  CHECK(rows[0].sounding->n == 2);
  CHECK(rows[0].sounding->empty == 1);
  CHECK(rows[0].sounding->mean_deg == Approx(3.0));
  CHECK(rows[0].sounding->median_deg == Approx(3.0));
}

TEST_CASE("one session of unknown activity leaves the row without sounding windows") {
  session::Info unknown = with_pause();
  unknown.id = "recording";
  unknown.sources[0].activity_db.clear();
  session::Estimate second = estimate_beside(0.5, 6.0);
  second.session = 1;
  evaluate::ErrorCollector errors;
  errors.add(kHeader, {}, {with_pause(), unknown}, {estimate_beside(0.5, 2.0), second});
  const std::vector<evaluate::ReportRow> rows = errors.rows(0);
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].stats.n == 2);
  CHECK_FALSE(rows[0].sounding.has_value());
}

TEST_CASE("with several sources, only those that sound are the truth of the sounding windows") {
  session::Info info = with_pause();
  info.sources.push_back({1, Eigen::Vector3d::UnitY(), 0.0, 3.0, "other.wav"});
  info.sources[1].activity_db.assign(300, -10.0f);
  std::fill_n(info.sources[1].activity_db.begin(), 100, kSilence);
  std::fill_n(info.sources[1].activity_db.begin() + 200, 100, kSilence);
  evaluate::ErrorCollector errors;
  errors.add(kHeader, {}, {info}, {estimate_beside(0.5, 0.0), estimate_beside(2.5, 0.0)});
  const std::vector<evaluate::SourcesRow> rows = errors.sources(0);
  REQUIRE(rows.size() == 1);
  // Both sources are the truth: one is missed by 90 degrees, 45 on average. Then +x alone is.
  CHECK(rows[0].stats.mean_deg == Approx(45.0));
  CHECK(rows[0].stats.n == 2);
  REQUIRE(rows[0].sounding.has_value());
  CHECK(rows[0].sounding->n == 1);
  CHECK(rows[0].sounding->mean_deg == Approx(0.0).margin(1e-9));
}

TEST_CASE("the activity of a moving source may stand in its first row only") {
  session::Info info = with_pause();
  info.sources.push_back(info.sources.front());
  info.sources.back().activity_db.clear();
  const evaluate::Activity activity(info);
  REQUIRE(activity.known());
  CHECK(activity.sounds(0, 0.2, 0.4));
  CHECK_FALSE(activity.sounds(0, 2.0, 2.2));
  info.sources.back().source = 1;  // another source, of which nothing is known
  CHECK_FALSE(evaluate::Activity(info).known());
}
