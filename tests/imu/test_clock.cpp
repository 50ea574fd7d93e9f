#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "core/errors.h"
#include "core/random.h"
#include "imu/clock.h"

namespace imu {
namespace {

/// Unevenly spaced taps from a start.
std::vector<double> taps(double start_s) {
  return {start_s, start_s + 0.55, start_s + 0.9, start_s + 1.75, start_s + 2.2};
}

std::vector<double> on_clock(const std::vector<double>& log_s, const ClockMap& clock,
                             double jitter_s, core::RandomStream& random) {
  std::vector<double> times;
  for (const double t : log_s) times.push_back(clock.to_recording(t) + jitter_s * random.normal());
  return times;
}

}  // namespace

TEST_CASE("a clock map and its inverse give the time back", "[clock]") {
  const ClockMap clock{0.35, 5e-5};
  CHECK(clock.to_log(clock.to_recording(123.4)) == Approx(123.4).epsilon(1e-14));
  CHECK(ClockMap{}.to_recording(0.1) == 0.1);
}

TEST_CASE("each tap is found as one jump above the noise", "[clock]") {
  core::RandomStream random(5, core::Purpose::kTest, 0);
  std::vector<double> value;
  std::vector<double> time_s;
  for (int i = 0; i < 4000; ++i) {
    time_s.push_back(0.005 * i);
    value.push_back(std::abs(random.normal()));
  }
  for (const std::size_t at : {400U, 1000U, 3200U}) {
    value[at] = 40.0;
    value[at + 2] = 20.0;  // rings
  }
  const std::vector<double> found = find_jumps(value, time_s, 4.0);
  REQUIRE(found.size() == 3);
  CHECK(found[0] == Approx(2.0));
  CHECK(found[2] == Approx(16.0));
  CHECK(find_jumps({}, {}, 4.0).empty());
}

TEST_CASE("taps at both ends give offset and drift, also among jumps of speech", "[clock]") {
  core::RandomStream random(6, core::Purpose::kTest, 0);
  for (const double offset_s : {-1.0, -0.2, 0.35, 1.0}) {
    const ClockMap truth{offset_s, 2e-4};  // 200 ppm
    std::vector<double> log_s = taps(3.0);
    const std::vector<double> end = taps(150.0);
    log_s.insert(log_s.end(), end.begin(), end.end());
    std::vector<double> recording_s = on_clock(log_s, truth, 0.002, random);
    for (int i = 0; i < 60; ++i) recording_s.push_back(random.uniform(8.0, 145.0));
    std::sort(recording_s.begin(), recording_s.end());
    const TapMatch match = match_taps(log_s, recording_s, {}, 2.0);
    CHECK(match.drift_known);
    CHECK(match.matched == 10);
    CHECK(std::abs(match.clock.to_recording(3.0) - truth.to_recording(3.0)) < 0.005);
    CHECK(std::abs(match.clock.to_recording(150.0) - truth.to_recording(150.0)) < 0.005);
  }
}

TEST_CASE("taps at one end give the offset, and too few or evenly spaced taps are refused",
          "[clock]") {
  core::RandomStream random(7, core::Purpose::kTest, 0);
  const ClockMap truth{0.35, 0.0};
  const std::vector<double> log_s = taps(3.0);
  const TapMatch match = match_taps(log_s, on_clock(log_s, truth, 0.002, random), {}, 2.0);
  CHECK_FALSE(match.drift_known);
  CHECK(match.clock.drift == 0.0);
  CHECK(match.clock.offset_s == Approx(0.35).margin(0.003));
  CHECK_THROWS_AS(match_taps(std::vector{3.0, 4.2}, std::vector{3.35, 4.55}, {}, 2.0),
                  core::InputError);
  CHECK_THROWS_AS(match_taps({}, {}, {}, 2.0), core::InputError);
  // Evenly spaced taps fit nearly as well if they are shifted by one tap.
  std::vector<double> even;
  for (int i = 0; i < 5; ++i) even.push_back(3.0 + 0.5 * i);
  CHECK_THROWS_AS(match_taps(even, on_clock(even, truth, 0.0, random), {}, 2.0), core::InputError);
}

}  // namespace imu
