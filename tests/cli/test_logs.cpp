#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <set>
#include <sstream>
#include <string>

#include "core/random.h"
#include "formats/sessions_file.h"
#include "io/audio.h"
#include "log_formats.h"
#include "run_tool.h"
#include "so3/rotation.h"

namespace {

constexpr double kRateHz = 16000.0;

/// Bursts of noise with pauses; the samples are random, so that a few of them tell the time.
const std::vector<float>& recording() {
  static const std::vector<float> samples = [] {
    std::vector<float> list;
    core::RandomStream random(1, core::Purpose::kTest, 0);
    const auto frames = static_cast<std::size_t>(test::kLogSeconds * kRateHz);
    for (std::size_t n = 0; n < frames; ++n) {
      const double level = std::fmod(static_cast<double>(n) / kRateHz, 2.5) < 2.0 ? 0.1 : 1e-4;
      for (int c = 0; c < 2; ++c) list.push_back(static_cast<float>(level * random.normal()));
    }
    return list;
  }();
  return samples;
}

/// Format and command of each row of the tables of the page.
std::map<std::string, std::string> commands_of_page() {
  std::istringstream page(test::file_bytes(CSL_SOURCE "/docs/use/logs.md"));
  std::map<std::string, std::string> commands;
  for (std::string line; std::getline(page, line);) {
    const std::size_t begin = line.find("`csl-import ");
    if (!line.starts_with("| ") || begin == std::string::npos) continue;
    const std::string name = line.substr(2, line.find(" |") - 2);
    const std::size_t end = line.find('`', begin + 1);
    CHECK(commands.emplace(name, line.substr(begin + 1, end - begin - 1)).second);
  }
  return commands;
}

/// Time at which a session begins in the recording, by its samples.
double start_of(const session::Session& session) {
  const auto& all = recording();
  const auto found = std::search(all.begin(), all.end(), session.time_data.begin(),
                                 session.time_data.begin() + 32);
  REQUIRE(found != all.end());
  return static_cast<double>(found - all.begin()) / 2.0 / kRateHz;
}

void check_orientation(const session::Session& session, double start_s) {
  double worst = 0.0;
  for (const double t : session.orientation.time_s()) {
    worst = std::max(
        worst, so3::angle_between(session.orientation.at(t), test::log_orientation(start_s + t)));
  }
  // Times since 1970 in ns are multiples of 256 ns as float64; written angles have 6 digits or more.
  CHECK(worst < 2e-6);
}

void check_samples(const session::Session& session, double start_s) {
  double worst = 0.0;
  REQUIRE(session.imu.time_s.size() > 50);
  for (std::size_t i = 0; i < session.imu.time_s.size(); ++i) {
    const double row = (start_s + session.imu.time_s[i]) * test::kLogRateHz;
    const int index = static_cast<int>(std::lround(row));
    worst = std::max({worst, std::abs(row - index),
                      (session.imu.gyroscope_rad_s[i] - test::log_rate(index)).norm(),
                      (session.imu.accelerometer_m_s2[i] - test::log_force(index)).norm()});
  }
  CHECK(worst < 1e-4);  // of a row and of rad/s and m/s^2; times since 1970 cost 3e-5 of a row
}

}  // namespace

TEST_CASE("the page of logs and the formats of this test are the same list") {
  std::set<std::string> page;
  std::set<std::string> formats;
  for (const auto& [name, command] : commands_of_page()) page.insert(name);
  for (const test::LogFormat& format : test::log_formats()) formats.insert(format.name);
  CHECK(page == formats);
  CHECK(formats.size() == test::log_formats().size());
}

TEST_CASE("every command of the page of logs imports the known motion") {
  const auto commands = commands_of_page();
  for (const test::LogFormat& format : test::log_formats()) {
    INFO(format.name);
    const auto command = commands.find(format.name);
    if (command == commands.end()) continue;
    INFO(command->second);
    const test::TemporaryFolder folder;
    io::write_wav(folder / "rec.wav", recording(), 2, kRateHz);
    format.write(folder.path());
    const test::Outcome outcome =
        test::run(fmt::format("cd '{}' && {}", folder.path().string(), command->second));
    INFO(outcome.errors);
    CHECK(outcome.exit_code == 0);
    if (outcome.exit_code != 0) continue;
    const formats::SessionsReader reader(folder / "train.sessions.h5");
    REQUIRE(reader.size() > 0);
    for (std::size_t i = 0; i < reader.size(); ++i) {
      const session::Session session = reader.read(i);
      const double start_s = start_of(session);
      if (command->second.find("--pose") != std::string::npos) {
        check_orientation(session, start_s);
      } else {
        check_samples(session, start_s);
      }
    }
  }
}

TEST_CASE("logs whose times cannot be right are refused, and the stated fact overrules") {
  const test::TemporaryFolder folder;
  io::write_wav(folder / "rec.wav", recording(), 2, kRateHz);
  // @param time  of a row, as text
  const auto write = [&](const char* name, const char* names, int rows, const auto& time) {
    std::string text = std::string(names) + ",qw,qx,qy,qz\n";
    for (int i = 0; i < rows; ++i) {
      const Eigen::Quaterniond q = test::log_orientation(0.01 * i);
      text += fmt::format("{},{},{},{},{}\n", time(i), q.w(), q.x(), q.y(), q.z());
    }
    test::write_bytes(folder / name, text);
  };
  const auto milliseconds = [](int i) { return fmt::format("{}", 0.125 * i); };
  const auto seconds = [](int i) { return fmt::format("{:.2f}", 0.01 * i); };
  write("fast.csv", "time", 64001, milliseconds);  // ms at 8 kHz: 0.125 "s" apart
  write("named.csv", "time_s", 8001, [](int i) { return fmt::format("{}", i); });  // ms, says s
  write("short.csv", "time", 101, seconds);
  write("coarse.csv", "sec", 801, [](int i) { return fmt::format("{}", i / 100); });
  test::write_bytes(folder / "kitti.txt", "1 0 0 0 0 1 0 0 0 0 1 0\n1 0 0 0 0 1 0 0 0 0 1 0\n");
  struct Case {
    const char* options;
    int exit_code;
    const char* says;
  };
  for (const Case& c : std::vector<Case>{
           {"--pose fast.csv", 3, "1000 times as long"},
           {"--pose fast.csv --time-unit ms", 0, ""},
           {"--pose fast.csv --time-unit s", 0, ""},
           {"--pose named.csv", 3, "1000 times as long"},
           {"--pose named.csv --time-unit ms", 3, "says that times are in s"},
           {"--pose named.csv --time-unit ms --columns time=time_s", 0, ""},
           {"--pose short.csv", 3, "--trust-log"},
           {"--pose short.csv --trust-log", 0, ""},
           {"--pose coarse.csv", 3, "too coarse"},
           {"--pose kitti.txt", 2, "--frame-rate"},
       }) {
    INFO(c.options);
    const test::Outcome outcome = test::run(
        fmt::format("cd '{}' && csl-import --audio rec.wav --intervals whole {} --out x.h5",
                    folder.path().string(), c.options));
    INFO(outcome.errors);
    CHECK(outcome.exit_code == c.exit_code);
    CHECK(outcome.errors.find(c.says) != std::string::npos);
  }
}

TEST_CASE("a gyroscope that hardly turned is not said to agree with the accelerometer") {
  const test::TemporaryFolder folder;
  io::write_wav(folder / "rec.wav", recording(), 2, kRateHz);
  std::string text = "time_s,gx,gy,gz,ax,ay,az\n";
  for (int i = 0; i <= 800; ++i) text += fmt::format("{},0,0,0.01,0,0,9.8\n", 0.01 * i);
  test::write_bytes(folder / "imu.csv", text);
  const test::Outcome outcome = test::run(fmt::format(
      "cd '{}' && csl-import --audio rec.wav --imu imu.csv --out x.h5", folder.path().string()));
  INFO(outcome.errors);
  REQUIRE(outcome.exit_code == 0);
  const formats::SessionsReader reader(folder / "x.h5");
  CHECK(reader.provenance().options["found"][0]["orientation"]
                                   ["gyroscope_agrees_with_accelerometer"] == "not compared");
  CHECK(outcome.output.find("not compared") != std::string::npos);
}
