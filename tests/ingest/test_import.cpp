#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <functional>
#include <limits>

#include "commands/import.h"
#include "core/errors.h"
#include "core/units.h"
#include "ingest/audio_scan.h"
#include "ingest/intervals.h"
#include "ingest/orientation_log.h"
#include "io/audio.h"
#include "so3/rotation.h"
#include "temporary_folder.h"

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

Eigen::Quaterniond orientation(double t) {
  return so3::exp(Eigen::Vector3d(std::sin(t), 0.8 * std::sin(0.7 * t + 1.0), 0.5 * t));
}

/// A table with a line of names and a row every 20 ms for 10 s.
std::string log_text(const std::string& names,
                     const std::function<std::string(double, const Eigen::Quaterniond&)>& row) {
  std::string text = names.empty() ? "" : names + "\n";
  for (int i = 0; i <= 500; ++i) text += row(0.02 * i, orientation(0.02 * i)) + "\n";
  return text;
}

struct PoseCase {
  const char* names;
  std::function<std::string(double, const Eigen::Quaterniond&)> row;
  std::function<void(commands::ImportOptions&)> options;
};

ingest::OrientationLog read_pose(const std::string& text,
                                 const std::function<void(commands::ImportOptions&)>& set) {
  const test::TemporaryFolder folder;
  test::write_bytes(folder / "pose.csv", text);
  commands::ImportOptions options;
  options.pose = folder / "pose.csv";
  if (set) set(options);
  return ingest::read_pose_file(options);
}

std::string matrix_row(const Eigen::Quaterniond& q) {
  const Eigen::Matrix3d R = q.toRotationMatrix();
  std::string text;
  for (int r = 0; r < 3; ++r) {
    for (int c = 0; c < 3; ++c) text += fmt::format("\t{}", R(r, c));
  }
  return text;
}

std::vector<float> noise(std::size_t frames, std::size_t channels, float gain) {
  std::vector<float> samples(frames * channels);
  std::uint32_t state = 1;
  for (float& x : samples) {
    state = state * 1664525U + 1013904223U;
    x = gain * (static_cast<float>(state >> 8U) / 8388608.0F - 1.0F);
  }
  return samples;
}

ingest::AudioScan scan_of(const std::vector<float>& samples, std::size_t channels,
                          bool mask = false) {
  const test::TemporaryFolder folder;
  io::write_wav(folder / "a.wav", samples, channels, 16000.0);
  return ingest::scan_audio(folder / "a.wav", mask);
}

std::vector<std::string> warnings_of(const ingest::AudioScan& scan) {
  nlohmann::json facts;
  std::vector<std::string> warnings;
  ingest::judge_audio(scan, facts, warnings);
  return warnings;
}

bool says(const std::vector<std::string>& warnings, const std::string& part) {
  for (const std::string& warning : warnings) {
    if (warning.find(part) != std::string::npos) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("every stated layout of an orientation file gives the same orientations") {
  const auto wxyz = [](double t, const Eigen::Quaterniond& q) {
    return fmt::format("{},{},{},{},{}", t, q.w(), q.x(), q.y(), q.z());
  };
  const auto xyzw = [](double t, const Eigen::Quaterniond& q) {
    return fmt::format("{},{},{},{},{}", t, q.x(), q.y(), q.z(), q.w());
  };
  const auto tum = [](double t, const Eigen::Quaterniond& q) {
    return fmt::format("{} 1.0 2.0 3.0 {} {} {} {}", t, q.x(), q.y(), q.z(), q.w());
  };
  const auto order = [](const char* name) {
    return [name](commands::ImportOptions& o) { o.quat_order = name; };
  };
  const std::vector<PoseCase> cases = {
      {"time_s,qw,qx,qy,qz", wxyz, {}},
      {"timestamp,qx,qy,qz,qw", xyzw, {}},
      {"t,quat_x,quat_y,quat_z,quat_w", xyzw, {}},
      {"time,x,y,z,w", xyzw, {}},
      {"", wxyz, order("wxyz")},
      {"", xyzw, order("xyzw")},
      {"time,q0,q1,q2,q3", wxyz, order("wxyz")},
      {"", tum, order("xyzw")},
      {"# timestamp tx ty tz qx qy qz qw", tum, {}},
      {"time_ms;qw;qx;qy;qz",
       [](double t, const Eigen::Quaterniond& q) {
         return fmt::format("{};{};{};{};{}", 1000.0 * t, q.w(), q.x(), q.y(), q.z());
       },
       {}},
      {"Frame_Number,Participant_ID,Position_X,Quaternion_X,Quaternion_Y,Quaternion_Z,Quaternion_W",
       [](double t, const Eigen::Quaterniond& q) {
         return fmt::format("{},2,0.1,{},{},{},{}", std::lround(50.0 * t) + 1, q.x(), q.y(), q.z(),
                            q.w());
       },
       [](commands::ImportOptions& o) { o.frame_rate_hz = 50.0; }},
      {"year\tmonth\tday\thour\tminute\tsecond\trotation_11\trotation_12\trotation_13\trotation_"
       "21\t"
       "rotation_22\trotation_23\trotation_31\trotation_32\trotation_33",
       [](double t, const Eigen::Quaterniond& q) {
         return fmt::format("2018\t2\t28\t0\t0\t{}", t) + matrix_row(q);
       },
       {}},
      {"time_s,roll,pitch,yaw",
       [](double t, const Eigen::Quaterniond& q) {
         const Eigen::Vector3d zyx = q.toRotationMatrix().eulerAngles(2, 1, 0);
         return fmt::format("{},{},{},{}", t, core::radians_to_degrees(zyx.z()),
                            core::radians_to_degrees(zyx.y()), core::radians_to_degrees(zyx.x()));
       },
       [](commands::ImportOptions& o) {
         o.euler_order = "zyx";
         o.angle_unit = "deg";
       }},
      {"time_s,qw,qx,qy,qz",
       [&](double t, const Eigen::Quaterniond& q) { return wxyz(t, q.conjugate()); },
       [](commands::ImportOptions& o) { o.inverse = true; }},
  };
  for (const PoseCase& c : cases) {
    INFO(c.names << " | " << c.row(0.0, orientation(0.0)));
    const ingest::OrientationLog log = read_pose(log_text(c.names, c.row), c.options);
    REQUIRE(log.stretches.size() == 1);
    REQUIRE(log.stretches[0].size() == 501);
    double worst = 0.0;
    for (double t = 0.0; t <= 10.0; t += 0.02) {
      worst = std::max(worst, so3::angle_between(log.stretches[0].at(t), orientation(t)));
    }
    CHECK(worst < 1e-7);
    CHECK(log.facts.contains("read_as"));
    CHECK(log.facts.contains("time"));
  }
}

TEST_CASE("orientation files that leave a question open, or are wrong, are refused") {
  const auto wxyz = [](double t, const Eigen::Quaterniond& q) {
    return fmt::format("{},{},{},{},{}", t, q.w(), q.x(), q.y(), q.z());
  };
  const auto refuse_usage = [&](const char* names, auto row) {
    CHECK_THROWS_AS(read_pose(log_text(names, row), {}), core::UsageError);
  };
  const auto refuse_input = [&](const char* names, auto row) {
    CHECK_THROWS_AS(read_pose(log_text(names, row), {}), core::InputError);
  };
  refuse_usage("", wxyz);  // which order?
  refuse_usage("time,q0,q1,q2,q3", wxyz);
  refuse_usage("time,roll,pitch,yaw",
               [](double t, const Eigen::Quaterniond&) { return fmt::format("{},1,2,3", t); });
  refuse_usage("frame,qw,qx,qy,qz", wxyz);  // what rate?
  refuse_input("a,qw,qx,qy,qz", wxyz);      // no time
  refuse_input("time,a,b,c,d", wxyz);       // no orientation
  refuse_input("time,qw,qx,qy,qz",
               [&](double t, const Eigen::Quaterniond& q) { return wxyz(-t, q); });
  refuse_input("time,qw,qx,qy,qz",
               [&](double t, const Eigen::Quaterniond& q) { return wxyz(1e3 * t, q); });
  refuse_input("time,qw,qx,qy,qz", [&](double t, const Eigen::Quaterniond& q) {
    return wxyz(t, Eigen::Quaterniond(2.0 * q.w(), q.x(), q.y(), q.z()));
  });
  refuse_input("time,qw,qx,qy,qz", [&](double t, const Eigen::Quaterniond&) {
    return fmt::format("{},nan,nan,nan,nan", t);
  });
}

TEST_CASE("gaps and duplicates of an orientation file") {
  const auto row = [](double t, const Eigen::Quaterniond& q) {
    const bool lost = (t > 2.0 && t < 2.07) || (t > 5.0 && t < 6.0);
    return lost ? fmt::format("{},,,,", t)
                : fmt::format("{},{},{},{},{}", t, q.w(), q.x(), q.y(), q.z());
  };
  const ingest::OrientationLog log = read_pose(log_text("time,qw,qx,qy,qz", row), {});
  REQUIRE(log.stretches.size() == 2);  // 80 ms are bridged, 1 s is not
  CHECK(log.facts["gaps"] == 1);
  CHECK(log.stretch_at(2.03) == &log.stretches[0]);
  CHECK(log.stretch_at(5.5) == nullptr);
  CHECK(log.stretch_at(7.0) == &log.stretches[1]);
  CHECK(log.stretch_at(-0.1) == nullptr);
  CHECK(log.stretch_at(10.1) == nullptr);
  const auto twice = [&](double t, const Eigen::Quaterniond& q) {
    return row(t, q) + "\n" + row(t, q);
  };
  CHECK(read_pose(log_text("time,qw,qx,qy,qz", twice), {}).stretches[0].size() ==
        log.stretches[0].size());
}

TEST_CASE("a scan finds what is wrong with a recording") {
  std::vector<float> samples = noise(32000, 4, 0.3F);
  CHECK(warnings_of(scan_of(samples, 4)).empty());
  std::vector<float> bad = samples;
  for (std::size_t i = 0; i < bad.size(); ++i) {
    if (i % 4 == 0) bad[i] = std::clamp(bad[i], -0.2F, 0.2F);
    if (i % 4 == 1) bad[i] += 0.5F;
    if (i % 4 == 3) bad[i] = bad[i - 1];
  }
  for (std::size_t i = 4 * 10000; i < 4 * 10400; ++i) bad[i] = 0.0F;
  const std::vector<std::string> warnings = warnings_of(scan_of(bad, 4));
  CHECK(says(warnings, "microphone 1 is clipped"));
  CHECK(says(warnings, "microphone 2 has an offset"));
  CHECK(says(warnings, "microphones 3 and 4 are copies"));
  CHECK(says(warnings, "1 stretches of digital silence"));
  CHECK(warnings.size() == 4);
  for (std::size_t i = 2; i < bad.size(); i += 4) bad[i] = 0.0F;
  CHECK(says(warnings_of(scan_of(bad, 4)), "microphone 3 is silent"));
  CHECK_THROWS_AS(scan_of(std::vector<float>(8000, 0.0F), 4), core::InputError);
  CHECK_THROWS_AS(scan_of(noise(8000, 1, 0.3F), 1), core::InputError);
  // One sample, and numbers too small to be normal.
  CHECK(scan_of({0.1F, 0.2F}, 2).frames == 1);
  CHECK(scan_of(noise(8000, 2, 1e-39F), 2).frames == 8000);
}

TEST_CASE("samples that are no numbers: an error that says where, or masked, one to all") {
  const std::vector<float> good = noise(16000, 2, 0.3F);
  for (const float value :
       {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(),
        -std::numeric_limits<float>::infinity()}) {
    for (const std::size_t count : {1U, 2U, 100U, 5000U, 32000U}) {
      std::vector<float> bad = good;
      for (std::size_t i = 0; i < count; ++i) bad[i * (bad.size() / count)] = value;
      CHECK_THROWS_AS(scan_of(bad, 2), core::InputError);
      if (count == 32000U) {
        CHECK_THROWS_AS(scan_of(bad, 2, true), core::InputError);  // nothing is left
        continue;
      }
      const ingest::AudioScan scan = scan_of(bad, 2, true);
      CHECK(!scan.bad.empty());
      CHECK(scan.channel[0].not_finite + scan.channel[1].not_finite == count);
      CHECK(std::isfinite(scan.channel[0].rms));
    }
  }
}

TEST_CASE("intervals: pauses, segments, rows of a file, and what orientation covers") {
  std::vector<float> samples = noise(10 * 16000, 2, 0.3F);
  for (std::size_t i = 2 * 16000 * 3; i < 2 * 16000 * 4; ++i)
    samples[i] *= 1e-3F;  // a pause from 3 to 4 s
  const ingest::AudioScan scan = scan_of(samples, 2);
  commands::ImportOptions options;
  const auto silence = ingest::find_intervals(options, scan, "");
  REQUIRE(silence.size() == 3);  // 0 to 3, and 4 to 10 in two parts
  CHECK(silence[0].span.end_s == Approx(3.0).margin(0.02));
  CHECK(silence[1].span.start_s == Approx(4.0).margin(0.02));
  CHECK(silence[2].span.start_s == Approx(7.0).margin(0.02));
  options.intervals = "segments";
  CHECK(ingest::find_intervals(options, scan, "").size() == 2);
  options.intervals = "whole";
  CHECK(ingest::find_intervals(options, scan, "")[0].span.end_s == 10.0);
  const test::TemporaryFolder folder;
  options.intervals = (folder / "i.csv").string();
  test::write_bytes(folder / "i.csv", "start_s,end_s,x,y,z\n1,2,0,0,3\n2.5,9,nan,nan,nan\n");
  const auto rows = ingest::find_intervals(options, scan, "");
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].sources[0].direction_world == Eigen::Vector3d::UnitZ());
  CHECK(rows[1].sources.empty());
  for (const char* text : {"start_s,end_s\n2,1\n", "start_s,end_s\n-1,1\n", "start_s,end_s\n1,11\n",
                           "start_s,end_s,x,y,z\n1,2,0,0,0\n", "start_s,end_s,x,y\n1,2,0,0\n",
                           "a,b\n1,2\n", "start_s,end_s\nnan,2\n"}) {
    test::write_bytes(folder / "i.csv", text);
    CHECK_THROWS_AS(ingest::find_intervals(options, scan, ""), core::InputError);
  }

  ingest::OrientationLog log;
  const Eigen::Quaterniond q = Eigen::Quaterniond::Identity();
  log.stretches = {so3::Track({-0.35, 4.65}, {q, q}), so3::Track({5.65, 20.0}, {q, q})};
  ingest::CoverageLoss loss;
  const auto parts = ingest::covered_parts(rows, log, {0.35, 0.0}, {{7.0, 7.1}}, 0.5, loss);
  REQUIRE(parts.size() == 4);  // 1 to 2; 2.5 to 5, 6 to 7, 7.1 to 9
  CHECK(parts[1].span.end_s == Approx(5.0));
  CHECK(parts[2].span.start_s == Approx(6.0));
  CHECK(parts[3].id == "00001-3");
  CHECK(loss.without_orientation_s == Approx(1.0));
  CHECK(loss.masked_s == Approx(0.1));
}

TEST_CASE("pieces are cut in one pass, at the file's rate and at another") {
  const test::TemporaryFolder folder;
  const std::vector<float> samples = noise(40000, 2, 0.3F);
  io::write_wav(folder / "a.wav", samples, 2, 16000.0);
  ingest::AudioCutter cutter(folder / "a.wav", 16000.0);
  for (const auto& [first, count] :
       {std::pair{5U, 10U}, {5U, 20000U}, {20000U, 100U}, {39990U, 20U}}) {
    const std::vector<float> piece = cutter.cut(first, count);
    REQUIRE(piece.size() == 2 * count);
    for (std::size_t i = 0; i < piece.size(); ++i) {
      const std::size_t at = 2 * first + i;
      REQUIRE(piece[i] == (at < samples.size() ? samples[at] : 0.0F));
    }
  }
  io::write_wav(folder / "b.wav", samples, 2, 48000.0);
  const std::vector<float> whole = dsp::resample(samples, 2, 48000.0, 16000.0);
  ingest::AudioCutter other(folder / "b.wav", 16000.0);
  const std::vector<float> piece = other.cut(3000, 5000);
  float worst = 0.0F;
  for (std::size_t i = 0; i < piece.size(); ++i) {
    worst = std::max(worst, std::abs(piece[i] - whole[6000 + i]));
  }
  CHECK(worst < 1e-6F);
}

TEST_CASE("inertial files: units that cannot be right are named") {
  const test::TemporaryFolder folder;
  // Strong tilting: what turns about the vertical does not show in the accelerometer.
  const auto tilting = [](double t) {
    return so3::exp(
        Eigen::Vector3d(1.5 * std::sin(1.1 * t), 1.2 * std::sin(0.8 * t + 1.0), 0.3 * t));
  };
  const auto write = [&](double gyro_unit, double acc_unit, const char* names,
                         double time_unit = 1.0) {
    std::string text = std::string(names) + "\n";
    for (int i = 0; i < 2000; ++i) {
      const double t = 0.01 * i;
      const Eigen::Quaterniond q = tilting(t);
      const Eigen::Vector3d g = gyro_unit * so3::log(tilting(t - 0.01).conjugate() * q) / 0.01;
      const Eigen::Vector3d a = acc_unit * (q.conjugate() * Eigen::Vector3d(0, 0, 9.81));
      text += fmt::format("{},{},{},{},{},{},{}\n", t * time_unit, g.x(), g.y(), g.z(), a.x(),
                          a.y(), a.z());
    }
    test::write_bytes(folder / "imu.csv", text);
  };
  commands::ImportOptions options;
  options.imu = folder / "imu.csv";
  write(1.0, 1.0, "time_s,gx,gy,gz,ax,ay,az");
  const ingest::OrientationLog log = ingest::read_orientation_log(options);
  CHECK(log.warnings.empty());
  CHECK(log.facts["axes"] == 6);
  CHECK(log.imu.time_s.size() == 2000);
  // Without a magnetometer the heading is arbitrary: the turn from one moment to another counts.
  const auto& track = log.stretches.at(0);
  CHECK(so3::angle_between(track.at(4.0).conjugate() * track.at(15.0),
                           tilting(4.0).conjugate() * tilting(15.0)) < 0.01);
  const auto refused = [&](const std::string& part) {
    try {
      ingest::read_orientation_log(options);
    } catch (const core::InputError& error) {
      UNSCOPED_INFO(error.what());
      return std::string(error.what()).find(part) != std::string::npos;
    }
    return false;
  };
  write(57.2957795, 1.0, "time_s,gx,gy,gz,ax,ay,az");
  CHECK(refused("--gyro-unit deg/s"));
  options.gyro_unit = "deg/s";
  CHECK_FALSE(refused(""));
  options.gyro_unit = "rad/s";
  write(1.0, 1.0 / 9.81, "time_s,gx,gy,gz,ax,ay,az");
  CHECK(refused("--acc-unit g"));
  write(1.0, 0.3, "time_s,gx,gy,gz,ax,ay,az");
  CHECK(refused("expected 9.8"));
  write(-1.0, 1.0, "time_s,gx,gy,gz,ax,ay,az");
  CHECK(refused("opposite sign"));
  write(1.0, 1.0, "time_s,gx,gy,gz,ax,ay,az", 1000.0);
  CHECK(refused("--time-unit"));
  write(1.0, 1.0, "time_s,a,b,c,ax,ay,az");
  CHECK(refused("expected columns gx"));
  write(kNaN, 1.0, "time_s,gx,gy,gz,ax,ay,az");
  CHECK(refused("good samples"));
}
