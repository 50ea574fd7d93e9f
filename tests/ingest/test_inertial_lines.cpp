#include <unistd.h>

#include <catch2/catch.hpp>
#include <sstream>

#include "captured_stream.h"
#include "core/errors.h"
#include "core/units.h"
#include "imu/carried.h"
#include "imu/orientation_smoother.h"
#include "ingest/inertial_lines.h"
#include "motion_log.h"
#include "so3/rotation.h"

namespace {

/// Lines of a table with these samples.
std::vector<std::string> lines_of(const imu::Samples& samples) {
  const test::TemporaryFolder folder;
  test::write_imu(folder / "imu.csv", samples);
  std::istringstream text(test::file_bytes(folder / "imu.csv"));
  std::vector<std::string> lines;
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  return lines;
}

std::vector<formats::OrientationRow> rows_of(const std::vector<std::string>& lines,
                                             ingest::LogOptions options = {}) {
  options.imu = "imu.csv";
  ingest::InertialLines reader(options);
  std::vector<formats::OrientationRow> rows;
  for (const std::string& line : lines) reader.take(line, rows);
  return rows;
}

double angle_deg(const Eigen::Quaterniond& a, const Eigen::Quaterniond& b) {
  return core::radians_to_degrees(a.angularDistance(b));
}

}  // namespace

TEST_CASE("orientations line by line are those of the live filter over the whole log") {
  const imu::Samples samples = test::carried(40.0, 60.0, 6.0, 1);
  const auto rows = rows_of(lines_of(samples));
  const double step_s = samples.time_s[1] - samples.time_s[0];
  const imu::Orientations whole = imu::filter_forward(samples, step_s);
  REQUIRE(rows.size() == samples.time_s.size());
  for (std::size_t i = 0; i < rows.size(); i += 50) {
    CHECK(rows[i].time_s == Approx(samples.time_s[i]));
    CHECK(angle_deg(rows[i].q_world_sensor, whole.q_world_sensor[i]) < 1e-3);
  }
}

TEST_CASE("the mounting turns array vectors into the log's sensor frame") {
  const auto lines = lines_of(test::carried(2.0, 60.0, 6.0, 1));
  ingest::LogOptions turned;
  turned.q_sensor_array = so3::exp(Eigen::Vector3d(0.3, -0.8, 0.5));
  const auto plain = rows_of(lines);
  const auto rows = rows_of(lines, turned);
  REQUIRE(rows.size() == plain.size());
  const Eigen::Quaterniond expected = plain.back().q_world_sensor * turned.q_sensor_array;
  CHECK(angle_deg(rows.back().q_world_sensor, expected) < 1e-5);
  CHECK(angle_deg(rows.back().q_world_sensor, plain.back().q_world_sensor) > 10.0);
}

TEST_CASE("the first orientations come when the step between rows is known") {
  const auto lines = lines_of(test::carried(2.0, 60.0, 6.0, 1));
  ingest::LogOptions options;
  options.imu = "imu.csv";
  ingest::InertialLines reader(options);
  std::vector<formats::OrientationRow> rows;
  for (std::size_t i = 0; i < ingest::InertialLines::kStartRows; ++i) reader.take(lines[i], rows);
  CHECK(rows.empty());
  reader.take(lines[ingest::InertialLines::kStartRows], rows);
  CHECK(rows.size() == ingest::InertialLines::kStartRows);
  reader.take("", rows);
  reader.take("# a comment", rows);
  reader.take("9.5,nan,0,0,0,0,9.8,0,0,0", rows);
  CHECK(rows.size() == ingest::InertialLines::kStartRows);
}

TEST_CASE("units and signs of the columns count") {
  imu::Samples samples = test::carried(5.0, 60.0, 6.0, 1);
  const auto right = rows_of(lines_of(samples));
  for (Eigen::Vector3d& g : samples.gyroscope_rad_s) g *= core::radians_to_degrees(1.0);
  for (Eigen::Vector3d& a : samples.accelerometer_m_s2) a *= -1.0 / 9.80665;
  ingest::LogOptions options;
  options.gyroscope_unit = ingest::GyroscopeUnit::kDegreesPerSecond;
  options.accelerometer_unit = ingest::AccelerometerUnit::kStandardGravity;
  options.accelerations_negated = true;
  const auto converted = rows_of(lines_of(samples), options);
  REQUIRE(converted.size() == right.size());
  CHECK(angle_deg(converted.back().q_world_sensor, right.back().q_world_sensor) < 1e-3);
}

TEST_CASE("samples that gravity contradicts are refused after half a minute") {
  imu::Samples samples = test::carried(40.0, 60.0, 6.0, 2);
  for (Eigen::Vector3d& g : samples.gyroscope_rad_s) g.z() = -g.z();
  CHECK_THROWS_WITH(rows_of(lines_of(samples)), Catch::Contains("axis z"));
  ingest::LogOptions trusted;
  trusted.trust_log = true;
  const test::CapturedStream errors(STDERR_FILENO);
  CHECK(rows_of(lines_of(samples), trusted).size() == samples.time_s.size());
  CHECK(errors.text().find("axis z") != std::string::npos);
}

TEST_CASE("after a gap the filter starts anew, with a warning") {
  auto lines = lines_of(test::carried(4.0, 60.0, 6.0, 1));
  const std::size_t rows_before = 200, lost = 60;
  lines.erase(lines.begin() + rows_before, lines.begin() + rows_before + lost);
  const test::CapturedStream errors(STDERR_FILENO);
  const auto rows = rows_of(lines);
  CHECK(rows.size() == lines.size() - 1);
  CHECK(errors.text().find("the orientation starts anew") != std::string::npos);
  CHECK(rows[rows_before - 1].time_s == Approx(rows[rows_before - 2].time_s + 0.61).margin(0.02));
}

TEST_CASE("tables without the two sensors, and times that go back, are refused by name") {
  CHECK_THROWS_WITH(rows_of({"time_s,gx,gy,gz", "0,1,2,3"}),
                    Catch::Contains("accelerometer with gravity in one table"));
  CHECK_THROWS_WITH(rows_of({"time_s,gx,gy,gz,ax,ay,az", "1,0,0,0,0,0,9.8", "0.5,0,0,0,0,0,9.8"}),
                    Catch::Contains("line 3") && Catch::Contains("time must not go back"));
  CHECK_THROWS_AS(rows_of({"time_s,gx,gy,gz,ax,ay,az", "0,0,0,zero,0,0,9.8"}), core::InputError);
}
