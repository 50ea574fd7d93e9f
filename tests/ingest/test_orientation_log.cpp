#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <functional>
#include <limits>

#include "core/errors.h"
#include "core/units.h"
#include "ingest/orientation_log.h"
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
  std::function<void(ingest::LogOptions&)> options;
};

ingest::OrientationLog read_pose(const std::string& text,
                                 const std::function<void(ingest::LogOptions&)>& set) {
  const test::TemporaryFolder folder;
  test::write_bytes(folder / "pose.csv", text);
  ingest::LogOptions options;
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
  using ingest::Axis, ingest::QuaternionOrder;
  const auto order = [](QuaternionOrder stated) {
    return [stated](ingest::LogOptions& o) { o.quaternion_order = stated; };
  };
  const std::vector<PoseCase> cases = {
      {"time_s,qw,qx,qy,qz", wxyz, {}},
      {"timestamp,qx,qy,qz,qw", xyzw, {}},
      {"t,quat_x,quat_y,quat_z,quat_w", xyzw, {}},
      {"time,x,y,z,w", xyzw, {}},
      {"", wxyz, order(QuaternionOrder::kWxyz)},
      {"", xyzw, order(QuaternionOrder::kXyzw)},
      {"time,q0,q1,q2,q3", wxyz, order(QuaternionOrder::kWxyz)},
      {"", tum, order(QuaternionOrder::kXyzw)},
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
       [](ingest::LogOptions& o) { o.frame_rate_hz = 50.0; }},
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
       [](ingest::LogOptions& o) {
         o.euler_order = {Axis::kZ, Axis::kY, Axis::kX};
         o.angle_unit = ingest::AngleUnit::kDegrees;
       }},
      {"time_s,qw,qx,qy,qz",
       [&](double t, const Eigen::Quaterniond& q) { return wxyz(t, q.conjugate()); },
       [](ingest::LogOptions& o) { o.inverse = true; }},
  };
  for (const PoseCase& c : cases) {
    INFO(c.names << " | " << c.row(0.0, orientation(0.0)));
    const ingest::OrientationLog log = read_pose(log_text(c.names, c.row), c.options);
    REQUIRE(log.tracks.size() == 1);
    REQUIRE(log.tracks[0].size() == 501);
    double worst = 0.0;
    for (double t = 0.0; t <= 10.0; t += 0.02) {
      worst = std::max(worst, so3::angle_between(log.tracks[0].at(t), orientation(t)));
    }
    CHECK(worst < 1e-7);
    CHECK_FALSE(log.facts.pose->read_as.empty());
    CHECK_FALSE(log.facts.pose->time.empty());
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

TEST_CASE("gaps and duplicates of an orientation file are counted") {
  const auto row = [](double t, const Eigen::Quaterniond& q) {
    const bool lost = (t > 2.0 && t < 2.07) || (t > 5.0 && t < 6.0);
    return lost ? fmt::format("{},,,,", t)
                : fmt::format("{},{},{},{},{}", t, q.w(), q.x(), q.y(), q.z());
  };
  const ingest::OrientationLog log = read_pose(log_text("time,qw,qx,qy,qz", row), {});
  REQUIRE(log.tracks.size() == 2);  // 80 ms are bridged, 1 s is not
  CHECK(log.facts.pose->gaps == 1);
  CHECK(log.track_at(2.03) == &log.tracks[0]);
  CHECK(log.track_at(5.5) == nullptr);
  CHECK(log.track_at(7.0) == &log.tracks[1]);
  CHECK(log.track_at(-0.1) == nullptr);
  CHECK(log.track_at(10.1) == nullptr);
  const auto twice = [&](double t, const Eigen::Quaterniond& q) {
    return row(t, q) + "\n" + row(t, q);
  };
  CHECK(read_pose(log_text("time,qw,qx,qy,qz", twice), {}).tracks[0].size() ==
        log.tracks[0].size());
}

TEST_CASE("units of inertial files that cannot be right are named") {
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
  ingest::LogOptions options;
  options.imu = folder / "imu.csv";
  write(1.0, 1.0, "time_s,gx,gy,gz,ax,ay,az");
  const ingest::OrientationLog log = ingest::read_orientation_log(options);
  // 20 s without rest: only the bias is not well known.
  REQUIRE(log.warnings.size() == 1);
  CHECK(log.warnings.front().find("the heading may drift") != std::string::npos);
  CHECK(log.facts.imu->axes == 6);
  CHECK(log.imu.time_s.size() == 2000);
  // Without a magnetometer the heading is arbitrary: the turn from one moment to another counts.
  const auto& track = log.tracks.at(0);
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
  options.gyroscope_unit = ingest::GyroscopeUnit::kDegreesPerSecond;
  CHECK_FALSE(refused(""));
  options.gyroscope_unit = ingest::GyroscopeUnit::kRadiansPerSecond;
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
