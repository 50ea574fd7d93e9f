#include <catch2/catch.hpp>
#include <cmath>

#include "core/errors.h"
#include "core/units.h"
#include "doa/track_metrics.h"
#include "so3/rotation.h"

namespace {

using doa::LabeledDirection;
using doa::TrackScores;
using doa::TrackStep;

LabeledDirection at(std::uint32_t id, double azimuth_deg, double elevation_deg = 0.0) {
  return {id, so3::direction_from_angles(core::degrees_to_radians(azimuth_deg),
                                         core::degrees_to_radians(elevation_deg))};
}

TrackScores score(const std::vector<TrackStep>& steps) { return doa::score_tracks(steps, 0.5); }

}  // namespace

TEST_CASE(
    "OSPA equals the value by hand for distances, the cut-off, and missing and extra directions") {
  const std::vector<LabeledDirection> a = {at(1, 0), at(2, 90)}, none;
  CHECK(doa::ospa_deg(none, none, 30, 1) == 0.0);
  CHECK(doa::ospa_deg(a, none, 30, 1) == Approx(30));
  CHECK(doa::ospa_deg(none, a, 30, 2) == Approx(30));
  CHECK(doa::ospa_deg(a, std::vector{at(7, 92), at(8, 4)}, 30, 1) == Approx((4 + 2) / 2.0));
  CHECK(doa::ospa_deg(a, std::vector{at(7, 92), at(8, 4)}, 30, 2) ==
        Approx(std::sqrt((16 + 4) / 2.0)));
  CHECK(doa::ospa_deg(a, std::vector{at(7, 92)}, 30, 1) == Approx((2 + 30) / 2.0));
  CHECK(doa::ospa_deg(std::vector{at(7, 92)}, a, 30, 1) == Approx((2 + 30) / 2.0));
  CHECK(doa::ospa_deg(a, std::vector{at(7, 0), at(8, 180)}, 30, 1) == Approx(15));
}

TEST_CASE("azimuths differ by at most half a turn") {
  const auto difference = [](double a, double b) {
    return doa::azimuth_difference_deg(at(0, a).direction, at(0, b).direction);
  };
  CHECK(difference(170, -170) == Approx(-20));
  CHECK(difference(-170, 170) == Approx(20));
  CHECK(difference(10, 5) == Approx(5));
}

TEST_CASE("a perfect track scores perfectly, a late one has latency") {
  const TrackScores perfect =
      score({{0, {at(1, 10)}, {at(5, 10)}}, {0.5, {at(1, 12)}, {at(5, 12)}}});
  CHECK(perfect.detection() == 1.0);
  CHECK(perfect.missed() == 0.0);
  CHECK(perfect.mean_false_tracks() == 0.0);
  CHECK(perfect.mean_angle_error_deg() == Approx(0.0).margin(1e-9));
  CHECK(perfect.mean_ospa_deg() == Approx(0.0).margin(1e-9));
  CHECK(perfect.mean_latency_s() == 0.0);
  const TrackScores late = score({{0, {at(1, 10)}, {}},
                                  {0.5, {at(1, 10)}, {}},
                                  {1.0, {at(1, 10)}, {at(5, 14, 3)}},
                                  {1.5, {at(1, 10)}, {at(5, 6, -1)}}});
  CHECK(late.detection() == 0.5);
  CHECK(late.mean_latency_s() == Approx(1.0));
  CHECK(late.mean_azimuth_error_deg() == Approx(4.0));
  CHECK(late.mean_elevation_error_deg() == Approx(2.0));
  CHECK(late.swaps == 0);
  CHECK(late.broken == 0);
}

TEST_CASE("swaps, breaks and false tracks are counted") {
  // Sources 1 and 2; tracks 5 and 6 change places at the third step.
  const TrackScores swapped = score({{0, {at(1, 0), at(2, 90)}, {at(5, 0), at(6, 90)}},
                                     {0.5, {at(1, 0), at(2, 90)}, {at(5, 0), at(6, 90)}},
                                     {1.0, {at(1, 0), at(2, 90)}, {at(6, 0), at(5, 90)}}});
  CHECK(swapped.swaps == 2);
  CHECK(swapped.swaps_per_s() == Approx(2 / 3.0));  // two sources sound for 1.5 s
  CHECK(swapped.broken == 0);
  // Lost at the second step, found by another track at the third, which another joins.
  const TrackScores broken = score({{0, {at(1, 0)}, {at(5, 0)}},
                                    {0.5, {at(1, 0)}, {at(5, 60)}},
                                    {1.0, {at(1, 0)}, {at(6, 20), at(7, 5)}}});
  CHECK(broken.broken == 1);
  CHECK(broken.swaps == 1);
  CHECK(broken.matched == 2);
  CHECK(broken.false_tracks == 2);
  CHECK(broken.mean_false_tracks() == Approx(2 / 3.0));
  CHECK(broken.mean_angle_error_deg() == Approx(2.5));
}

TEST_CASE("after a pause a new period starts: the pause is no break, but another track is a swap") {
  const TrackScores scores = score({{0, {at(1, 0)}, {at(5, 0)}},
                                    {0.5, {}, {at(5, 0)}},
                                    {1.0, {at(1, 0)}, {}},
                                    {1.5, {at(1, 0)}, {at(5, 0)}},
                                    {2.0, {}, {}},
                                    {2.5, {at(1, 0)}, {at(9, 0)}}});
  CHECK(scores.periods == 3);
  CHECK(scores.found_periods == 3);
  CHECK(scores.mean_latency_s() == Approx(0.5 / 3.0));
  CHECK(scores.broken == 0);
  CHECK(scores.swaps == 1);
  CHECK(scores.false_tracks == 1);
}

TEST_CASE("scores of sessions add up, and shares do not exist without sources") {
  TrackScores sum = score({{0, {at(1, 0)}, {at(5, 0)}}});
  sum += score({{0, {at(1, 0)}, {}}});
  CHECK(sum.detection() == 0.5);
  CHECK(sum.mean_ospa_deg() == Approx(15));
  CHECK(std::isnan(score({{0, {}, {at(1, 0)}}}).detection()));
  CHECK(std::isnan(score({}).mean_ospa_deg()));
}

TEST_CASE("medians are those of all steps of all sessions, not of the sessions' means") {
  // Errors of 1, 2 and 12 degrees in one session, 3 and 20 in another. The third step finds the
  // source of the second session after 1 s, the first finds that of the first session at once.
  TrackScores sum = score(
      {{0, {at(1, 0)}, {at(5, 1)}}, {0.5, {at(1, 0)}, {at(5, 2)}}, {1.0, {at(1, 0)}, {at(5, 12)}}});
  CHECK(sum.median_azimuth_error_deg() == Approx(2.0));
  sum += score({{0, {at(1, 0)}, {}},
                {0.5, {at(1, 0)}, {}},
                {1.0, {at(1, 0)}, {at(5, 0, 3)}},
                {1.5, {at(1, 0)}, {at(5, 0, 20)}}});
  CHECK(sum.mean_angle_error_deg() == Approx(38.0 / 5.0));
  CHECK(sum.median_angle_error_deg() == Approx(3.0));
  CHECK(sum.median_azimuth_error_deg() == Approx(1.0));
  CHECK(sum.median_elevation_error_deg() == Approx(0.0).margin(1e-9));
  CHECK(sum.median_latency_s() == Approx(0.5));  // of 0 and 1
  CHECK(sum.median_ospa_deg() == Approx(12.0));  // of 1, 2, 3, 12, 20, 30 and 30
  CHECK(std::isnan(score({{0, {at(1, 0)}, {}}}).median_angle_error_deg()));
  CHECK(std::isnan(score({}).median_ospa_deg()));
}

TEST_CASE("scores refuse time that does not rise and directions of zero length") {
  CHECK_THROWS_AS(score({{1, {}, {}}, {1, {}, {}}}), core::InputError);
  CHECK_THROWS_AS(score({{1, {{1, Eigen::Vector3d::Zero()}}, {}}}), core::InputError);
  CHECK_THROWS_AS(doa::score_tracks({}, 0.0), core::UsageError);
}

TEST_CASE("a source that pauses is not missed, and a track that follows it is not false") {
  LabeledDirection pausing = at(1, 10);
  pausing.sounds = false;
  const TrackScores followed = score({{0, {at(1, 10)}, {at(5, 10)}},
                                      {0.5, {pausing}, {at(5, 14)}},
                                      {1.0, {at(1, 10)}, {at(5, 10)}}});
  CHECK(followed.detection() == 1.0);
  CHECK(followed.source_steps == 2);
  CHECK(followed.mean_false_tracks() == 0.0);
  CHECK(followed.mean_angle_error_deg() == Approx(0.0).margin(1e-9));  // the pause's is not counted
  CHECK(followed.mean_ospa_deg() == Approx(4.0 / 3.0));                // but this is
  CHECK(followed.periods == 1);
  const TrackScores lost =
      score({{0, {at(1, 10)}, {at(5, 10)}}, {0.5, {pausing}, {}}, {1.0, {at(1, 10)}, {at(6, 10)}}});
  CHECK(lost.detection() == 1.0);
  CHECK(lost.mean_ospa_deg() == Approx(0.0).margin(1e-9));
  CHECK(lost.broken == 0);
  CHECK(lost.swaps == 1);
  const TrackScores late = score({{0, {pausing}, {}}, {0.5, {at(1, 10)}, {at(5, 10)}}});
  CHECK(late.mean_latency_s() == 0.0);
}
