#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cmath>

#include "core/errors.h"
#include "core/units.h"
#include "ingest/inertial_table.h"
#include "temporary_folder.h"

namespace {

constexpr double kG = 9.80665;

struct Folder {
  test::TemporaryFolder folder;
  ingest::LogOptions options;

  /// A table of rows (t, values), 101 rows 10 ms apart.
  void write(const char* name, const std::string& names, const std::string& values,
             double shift_s = 0.0) {
    std::string text = names + "\n";
    for (int i = 0; i <= 100; ++i) {
      text += fmt::format("{:.4f},", shift_s + 0.01 * i) + values + "\n";
    }
    test::write_bytes(folder / name, text);
  }
  ingest::InertialLog read(const char* name, const std::vector<const char*>& beside = {}) {
    options.imu = folder / name;
    options.imu_beside.clear();
    for (const char* other : beside) options.imu_beside.push_back(folder / other);
    return ingest::read_inertial_log(options);
  }
};

}  // namespace

TEST_CASE("a unit in the names counts, and one that is stated must not contradict it") {
  Folder f;
  f.write("imu.csv", "time_s,gx (deg/s),gy (deg/s),gz (deg/s),ax_g,ay_g,az_g", "90,0,0,0,0,1");
  const ingest::InertialLog log = f.read("imu.csv");
  CHECK(log.samples.gyroscope_rad_s[5].x() == Approx(core::degrees_to_radians(90.0)));
  CHECK(log.samples.accelerometer_m_s2[5].z() == Approx(kG));
  CHECK(log.facts.gyroscope_unit == "deg/s");
  CHECK(log.facts.accelerometer_unit == "g");
  f.options.gyroscope_unit = ingest::GyroscopeUnit::kRadiansPerSecond;
  CHECK_THROWS_WITH(f.read("imu.csv"), Catch::Contains("--gyro-unit says rad/s"));
  // The user who names the columns as well vouches for the unit.
  f.options.columns = {{"gx", "2"}, {"gy", "3"}, {"gz", "4"}};
  CHECK(f.read("imu.csv").samples.gyroscope_rad_s[5].x() == 90.0);
}

TEST_CASE("accelerations without gravity are refused, or added to the gravity") {
  Folder f;
  const std::string gyroscope = "time_s,gyro x (rad/s),gyro y (rad/s),gyro z (rad/s)";
  f.write("linear.csv",
          gyroscope +
              ",Linear Acceleration x (m/s^2),Linear Acceleration y (m/s^2),"
              "Linear Acceleration z (m/s^2)",
          "1,0,0,1,0,0");
  CHECK_THROWS_WITH(f.read("linear.csv"), Catch::Contains("without gravity"));
  f.write("both.csv",
          gyroscope +
              ",linear_acceleration_x,linear_acceleration_y,"
              "linear_acceleration_z,gravity_x,gravity_y,gravity_z",
          "1,0,0,1,0,0,0,0,9.8");
  CHECK(f.read("both.csv").samples.accelerometer_m_s2[3] == Eigen::Vector3d(1, 0, 9.8));
  // ROS' message Imu calls the specific force so.
  f.write("ros.csv",
          "time_s,angular_velocity.x,angular_velocity.y,angular_velocity.z,"
          "linear_acceleration.x,linear_acceleration.y,linear_acceleration.z",
          "1,0,0,0,0,9.8");
  CHECK(f.read("ros.csv").samples.accelerometer_m_s2[3].z() == 9.8);
  // CoreMotion's point down at rest.
  f.write("phone.csv",
          "motionTimestamp_sinceReboot(s),motionRotationRateX(rad/s),"
          "motionRotationRateY(rad/s),motionRotationRateZ(rad/s),"
          "motionUserAccelerationX(G),motionUserAccelerationY(G),"
          "motionUserAccelerationZ(G),motionGravityX(G),motionGravityY(G),"
          "motionGravityZ(G)",
          "1,0,0,0.5,0,0,0,0,-1");
  CHECK(f.read("phone.csv")
            .samples.accelerometer_m_s2[3]
            .isApprox(Eigen::Vector3d(-0.5 * kG, 0, kG)));
  f.write("no.csv", gyroscope, "1,0,0");
  CHECK_THROWS_WITH(f.read("no.csv"), Catch::Contains("ax, ay, az"));
  f.write("Accelerometer.csv", "time_s,x,y,z", "0,0,9.8");
  CHECK_THROWS_WITH(f.read("Accelerometer.csv"), Catch::Contains("gx, gy, gz"));
}

TEST_CASE("sensors in files of their own are interpolated at the gyroscope's times") {
  Folder f;
  f.write("Gyroscope.csv", "time_s,z,y,x", "3,2,1");
  std::string text = "time_s,x,y,z\n";
  for (int i = 0; i < 40; ++i) {
    if (i == 20 || i == 21 || i == 22 || i == 23 || i == 24) continue;  // a gap of 0.15 s
    const double t = 0.05 + 0.025 * i;
    text += fmt::format("{},{},0,9\n", t, 2.0 * t);
  }
  test::write_bytes(f.folder / "Accelerometer.csv", text);
  const ingest::InertialLog log = f.read("Gyroscope.csv", {"Accelerometer.csv"});
  CHECK(log.samples.time_s.front() == Approx(0.05));
  CHECK(log.samples.time_s.back() == Approx(1.0));
  for (std::size_t i = 0; i < log.samples.time_s.size(); ++i) {
    const double t = log.samples.time_s[i];
    CHECK(log.samples.gyroscope_rad_s[i] == Eigen::Vector3d(1, 2, 3));
    const bool gap = t > 0.5251 && t < 0.6749;
    INFO(t);
    CHECK(log.samples.accelerometer_m_s2[i].allFinite() == !gap);
    if (!gap) CHECK(log.samples.accelerometer_m_s2[i].x() == Approx(2.0 * t));
  }
  f.write("late_accelerometer.csv", "time_s,x,y,z", "0,0,9.8", 0.9);
  CHECK_THROWS_WITH(f.read("Gyroscope.csv", {"late_accelerometer.csv"}), Catch::Contains("share"));
  f.write("second_gyroscope.csv", "time_s,x,y,z", "0,0,9.8");
  CHECK_THROWS_WITH(f.read("Gyroscope.csv", {"second_gyroscope.csv"}),
                    Catch::Contains("the same sensor"));
}

TEST_CASE("rows of several sensors: by Android's number of the type, each with its own times") {
  Folder f;
  std::string text = "timestamp,type,x,y,z\n";
  for (int i = 0; i < 100; ++i) {
    text += fmt::format("{:.4f},4,1,2,3\n{:.4f},1,0,0,9.8\n", 0.01 * i + 0.003, 0.01 * i);
  }
  test::write_bytes(f.folder / "rows.csv", text + "0.99,1,0,0,9.8\n0.999,1,0,0,9.8\n");
  test::write_bytes(f.folder / "two.csv",
                    "t,sensor,x,y,z\n0.0,gyro left,1,2,3\n0.0,gyro right,1,2,3\n");
  CHECK_THROWS_WITH(f.read("two.csv"),
                    Catch::Contains("gyro left") && Catch::Contains("gyro right"));
  const ingest::InertialLog log = f.read("rows.csv");
  CHECK(log.samples.time_s.size() == 100);
  CHECK(log.samples.time_s.front() == Approx(0.003));
  CHECK(log.samples.gyroscope_rad_s[50] == Eigen::Vector3d(1, 2, 3));
  CHECK(log.samples.accelerometer_m_s2[50].z() == Approx(9.8));
}

TEST_CASE("files that hold no sensors name the columns that were found") {
  Folder f;
  f.write("log.csv", "time_s,a,b,c", "1,2,3");
  CHECK_THROWS_WITH(f.read("log.csv"),
                    Catch::Contains("found time_s, a, b, c") && Catch::Contains("--columns"));
  f.write("raw.csv", "time_s,gx (LSB),gy (LSB),gz (LSB),ax,ay,az", "100,0,0,0,0,9.8");
  CHECK_THROWS_AS(f.read("raw.csv"), core::InputError);
}
