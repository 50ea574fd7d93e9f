#include <catch2/catch.hpp>
#include <cmath>

#include "core/errors.h"
#include "doa/window.h"

using doa::FrameRange;
using doa::MovingWindows;
using doa::WindowLength;

TEST_CASE("window lengths are read and written as the command line has them") {
  CHECK(WindowLength::parse("full").full());
  CHECK(WindowLength::parse("0.05").seconds == 0.05);
  CHECK(WindowLength::parse("1").label() == "1");
  CHECK(WindowLength::parse("0.05").label() == "0.05");
  CHECK(WindowLength{}.label() == "full");
  for (const char* bad : {"", "0", "-1", "nan", "inf", "0.5s", " 0.5", "Full"}) {
    CHECK_THROWS_AS(WindowLength::parse(bad), core::UsageError);
  }
}

TEST_CASE(
    "windows hold the frames within half a length of their center and lie inside the session") {
  const double length_s = GENERATE(0.005, 0.01, 0.02, 0.05, 0.2, 0.5, 1.0);
  const std::size_t frames = GENERATE(1u, 4u, 5u, 6u, 100u, 101u, 102u, 300u);
  const std::size_t stride = GENERATE(1u, 3u);
  const double hop_s = 0.01;
  const MovingWindows windows({length_s}, frames, hop_s, stride);
  // Brute force: try every center frame, in units of half hops so that no rounding enters.
  std::vector<std::size_t> centers;
  const long length_half_hops = std::lround(2.0 * length_s / hop_s);
  for (std::size_t center = 0; center < frames; ++center) {
    const long half = length_half_hops / 4;
    const long first = static_cast<long>(center) - half;
    if (first >= 0 && static_cast<long>(center) + half < static_cast<long>(frames)) {
      centers.push_back(center);
    }
  }
  const std::size_t expected = (centers.size() + stride - 1) / stride;
  REQUIRE(windows.size() == expected);
  for (std::size_t i = 0; i < windows.size(); ++i) {
    const std::size_t center = centers[i * stride];
    const FrameRange range = windows.range(i);
    CHECK(windows.center_frame(i) == center);
    CHECK(center - range.first == range.end - 1 - center);
    CHECK(range.end <= frames);
    // The farthest frame is within half the length, the next one is not.
    const double reach_s = static_cast<double>(center - range.first) * hop_s;
    CHECK(reach_s <= 0.5 * length_s + 1e-9);
    CHECK(reach_s + hop_s > 0.5 * length_s + 1e-9);
  }
}

TEST_CASE("the C-SL paper's window lengths at a hop of 10 ms are 5, 21, 51 and 101 frames") {
  CHECK(MovingWindows({0.05}, 300, 0.01).range(0) == FrameRange{0, 5});
  CHECK(MovingWindows({0.2}, 300, 0.01).range(0) == FrameRange{0, 21});
  CHECK(MovingWindows({0.5}, 300, 0.01).range(0) == FrameRange{0, 51});
  CHECK(MovingWindows({1.0}, 300, 0.01).range(0) == FrameRange{0, 101});
}

TEST_CASE(
    "the length full gives one window over the whole session, and none for an empty session") {
  const MovingWindows windows({}, 301, 0.01, 7);
  REQUIRE(windows.size() == 1);
  CHECK(windows.center_frame(0) == 150);
  CHECK(windows.range(0) == FrameRange{0, 301});
  CHECK(MovingWindows({}, 1, 0.01).center_frame(0) == 0);
  CHECK(MovingWindows({}, 0, 0.01).size() == 0);
  CHECK(MovingWindows({0.05}, 0, 0.01).size() == 0);
  CHECK(MovingWindows({1e300}, 100, 0.01).size() == 0);
}

TEST_CASE(
    "causal windows hold the same frames as centered ones, and their time is their last frame's") {
  const MovingWindows centered({0.2}, 300, 0.01, 3);
  const MovingWindows causal({0.2}, 300, 0.01, 3, doa::WindowPlace::kCausal);
  REQUIRE(causal.size() == centered.size());
  for (std::size_t i = 0; i < causal.size(); ++i) {
    CHECK(causal.range(i) == centered.range(i));
    CHECK(causal.center_frame(i) == centered.range(i).end - 1);
  }
  CHECK(MovingWindows({}, 301, 0.01, 1, doa::WindowPlace::kCausal).center_frame(0) == 300);
}

TEST_CASE("windows refuse lengths, hops and strides that make no sense") {
  CHECK_THROWS_AS(MovingWindows({-0.1}, 10, 0.01), core::UsageError);
  CHECK_THROWS_AS(MovingWindows({std::nan("")}, 10, 0.01), core::UsageError);
  CHECK_THROWS_AS(MovingWindows({0.1}, 10, 0.0), core::UsageError);
  CHECK_THROWS_AS(MovingWindows({0.1}, 10, 0.01, 0), core::UsageError);
}

TEST_CASE("the newest window ends at the last frame, or is missing") {
  for (const std::size_t frames : {21U, 22U, 300U}) {
    const MovingWindows newest =
        MovingWindows::newest({0.2}, frames, 0.01, doa::WindowPlace::kCausal);
    REQUIRE(newest.size() == 1);
    CHECK(newest.range(0) == FrameRange{frames - 21, frames});
    CHECK(newest.center_frame(0) == frames - 1);
  }
  CHECK(MovingWindows::newest({0.2}, 20, 0.01, doa::WindowPlace::kCausal).size() == 0);
}

TEST_CASE(
    "no frame is lost to rounding, and a full window belongs to the frame before its middle") {
  // 0.29 / 0.01 is 28.999... in binary.
  CHECK(MovingWindows({0.58}, 300, 0.01).range(0).count() == 59);
  CHECK(MovingWindows(WindowLength{}, 10, 0.01).center_frame(0) == 4);
  CHECK(MovingWindows(WindowLength{}, 11, 0.01).center_frame(0) == 5);
}
