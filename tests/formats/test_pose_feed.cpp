#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <fstream>

#include "core/errors.h"
#include "formats/pose_feed.h"
#include "so3/rotation.h"
#include "temporary_folder.h"

namespace {

using session::PoseState;

/// A turn about z by `angle_rad`, as a CSV row.
std::string row(double time_s, double angle_rad) {
  return std::to_string(time_s) + "," + std::to_string(std::cos(angle_rad / 2)) + ",0,0," +
         std::to_string(std::sin(angle_rad / 2)) + "\n";
}

double angle_of(const session::Pose& pose) {
  return 2.0 * std::atan2(pose.q_world_sensor.z(), pose.q_world_sensor.w());
}

std::unique_ptr<formats::OrientationLines> lines_of(const formats::PoseFeedOptions& options) {
  return std::make_unique<formats::OrientationRowReader>(options.path);
}

struct Feed {
  test::TemporaryFolder folder;
  std::filesystem::path path = folder / "pose.csv";
  formats::PoseFeedOptions options;
  explicit Feed(const std::string& text) {
    test::write_bytes(path, text);
    options.path = path;
    options.wait_s = 0.0;
  }
};

}  // namespace

TEST_CASE("orientation is interpolated, held for a while, and then missing") {
  Feed f("time_s,qw,qx,qy,qz\n" + row(1.0, 0.0) + row(1.1, 0.2) + row(3.0, 0.4));
  formats::PoseFeed feed(f.options, lines_of(f.options));
  CHECK(feed.at(0.2).state == PoseState::kMissing);
  CHECK(feed.at(0.8).state == PoseState::kHeld);
  CHECK(feed.at(1.0).state == PoseState::kInterpolated);
  const session::Pose between = feed.at(1.05);
  CHECK(between.state == PoseState::kInterpolated);
  CHECK(angle_of(between) == Approx(0.1).margin(1e-5));
  CHECK(feed.at(2.0).state == PoseState::kMissing);  // inside a gap of 1.9 s
  CHECK(feed.at(3.2).state == PoseState::kHeld);
  CHECK(angle_of(feed.at(3.3)) == Approx(0.4).margin(1e-5));
  CHECK(feed.at(3.6).state == PoseState::kMissing);
  CHECK(feed.samples() == 3);
}

TEST_CASE(
    "columns are found by name, the offset applies, and repeated times and rows that are not "
    "finite are skipped") {
  Feed f(
      "qx;qy;qz;qw;time_s;note\r\n0;0;0;1;0;a\r\n0;0;0;1;0;b\r\n0;0;nan;1;0.5;c\r\n"
      "0;0;1;0;1;d\r\n");
  f.options.time_offset_s = 10.0;
  f.options.max_gap_s = 2.0;
  formats::PoseFeed feed(f.options, lines_of(f.options));
  CHECK(std::abs(angle_of(feed.at(10.5))) == Approx(M_PI / 2));
  CHECK(feed.samples() == 2);
  CHECK(feed.dropped_rows() == 2);
}

TEST_CASE("a file of orientations may grow, and an incomplete line waits for its rest") {
  Feed f("time_s,qw,qx,qy,qz\n" + row(0.0, 0.0) + "0.1,1,0");
  formats::PoseFeed feed(f.options, lines_of(f.options));
  CHECK(feed.at(0.1).state == PoseState::kHeld);
  std::ofstream(f.path, std::ios::app) << ",0,0\n" << row(0.2, 0.2);
  CHECK(feed.at(0.15).state == PoseState::kInterpolated);
}

TEST_CASE("a FIFO may be opened late, written in pieces, and closed without a last line end") {
  test::TemporaryFolder folder;
  const std::filesystem::path path = folder / "fifo";
  REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
  formats::PoseFeedOptions options;
  options.path = path;
  options.wait_s = 0.0;
  formats::PoseFeed feed(options, lines_of(options));
  CHECK(feed.at(0.0).state == PoseState::kMissing);
  const int writer = ::open(path.c_str(), O_WRONLY);
  REQUIRE(writer >= 0);
  const auto write = [&](const std::string& text) {
    REQUIRE(::write(writer, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
  };
  write("time_s,qw,qx,qy,qz\n" + row(0.0, 0.0) + row(0.1, 0.1));
  CHECK(feed.at(0.05).state == PoseState::kInterpolated);
  CHECK(feed.descriptor() >= 0);
  write("0.2,1,0,0,0");
  ::close(writer);
  feed.drain();
  CHECK(feed.descriptor() == -1);
  CHECK(feed.samples() == 3);
  CHECK(feed.at(0.15).state == PoseState::kInterpolated);
}

TEST_CASE("a FIFO whose writer closes before the first row does not make its reader spin") {
  test::TemporaryFolder folder;
  const std::filesystem::path path = folder / "fifo";
  REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
  formats::PoseFeedOptions options;
  options.path = path;
  options.wait_s = 0.0;
  formats::PoseFeed feed(options, lines_of(options));
  const auto write_and_close = [&](const std::string& text) {
    const int writer = ::open(path.c_str(), O_WRONLY);
    REQUIRE(writer >= 0);
    REQUIRE(::write(writer, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
    ::close(writer);
  };
  const auto ready = [&] {
    pollfd entry = {feed.descriptor(), POLLIN, 0};
    return ::poll(&entry, 1, 0) > 0;
  };
  CHECK_FALSE(ready());
  for (const std::string text : {"", "time_s,qw,qx,qy,qz\n"}) {
    INFO("written: \"" << text << "\"");
    write_and_close(text);
    CHECK(ready());
    feed.drain();
    CHECK_FALSE(ready());
  }
  SECTION("the next writer is read") {
    write_and_close(row(0.0, 0.0) + row(0.1, 0.1));
    CHECK(ready());
    CHECK(feed.at(0.05).state == PoseState::kInterpolated);
    feed.drain();
    CHECK_FALSE(ready());
  }
  SECTION("the FIFO is removed") {
    write_and_close("");
    std::filesystem::remove(path);
    feed.drain();
    CHECK_FALSE(ready());
    CHECK(feed.at(0.0).state == PoseState::kMissing);
  }
}

TEST_CASE("bad orientation is refused, with file and line") {
  const std::string header = "time_s,qw,qx,qy,qz\n";
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"time_s,a,b,c,d\n0,1,0,0,0\n", "header"},
      {"0,1,0,0,0\n", "header"},
      {header + "0,1,0,0\n", "line 2"},
      {header + "0,1,0,0,zero\n", "line 2: qz"},
      {header + "0,2,0,0,0\n", "unit"},
      {header + row(1.0, 0) + row(0.5, 0), "line 3: time must not go back"},
      {header + std::string(5000, '1'), "characters"}};
  for (const auto& [text, says] : cases) {
    Feed f(text);
    formats::PoseFeed feed(f.options, lines_of(f.options));
    INFO(text.substr(0, 100));
    CHECK_THROWS_WITH(feed.at(10.0), Catch::Contains(says) && Catch::Contains("pose.csv"));
  }
  formats::PoseFeedOptions none;
  none.path = "/no/such/pose.csv";
  CHECK_THROWS_AS(formats::PoseFeed(none, lines_of(none)), core::InputError);
  none.path = "/";
  CHECK_THROWS_AS(formats::PoseFeed(none, lines_of(none)), core::InputError);
}
