#include <catch2/catch.hpp>
#include <cmath>
#include <string>

#include "core/errors.h"
#include "formats/orientation_table.h"
#include "formats/recorded_motion.h"
#include "temporary_folder.h"

namespace {

std::optional<formats::OrientationRow> second_line(const std::string& header,
                                                   const std::string& line) {
  formats::OrientationRowReader reader("pose.csv");
  REQUIRE_FALSE(reader.take(header).has_value());
  return reader.take(line);
}

}  // namespace

TEST_CASE("tables of orientations have columns by name in any order, units, separators and gaps") {
  const auto check = [](const std::string& header, const std::string& line, double time_s) {
    INFO(header);
    const auto row = second_line(header, line);
    REQUIRE(row.has_value());
    CHECK(row->time_s == Approx(time_s));
    CHECK(row->q_world_sensor.coeffs() == Eigen::Quaterniond(0.5, -0.5, 0.5, -0.5).coeffs());
  };
  check("time_s,qw,qx,qy,qz", "1.5,0.5,-0.5,0.5,-0.5", 1.5);
  check("\xEF\xBB\xBFTime_s; QW; QX; QY; QZ", "1.5; +0.5; -0.5; 0.5; -0.5\r", 1.5);
  check("timestamp_ms qx qy qz qw", "1500 -0.5 0.5 -0.5 0.5", 1.5);
  check("note\tt\tw\tx\ty\tz", "turned left\t2\t0.5\t-0.5\t0.5\t-0.5", 2.0);
  CHECK_FALSE(second_line("time_s,qw,qx,qy,qz", "  \r").has_value());
  CHECK_FALSE(second_line("time_s,qw,qx,qy,qz", "1,nan,0,0,0")->finite());
  CHECK_FALSE(second_line("time_s,qw,qx,qy,qz", "1,,0,0,0")->finite());
}

TEST_CASE("wrong rows of orientations are refused with file, line and reason") {
  const auto refused = [](const std::string& line, const std::string& says) {
    INFO(line);
    formats::OrientationRowReader reader("pose.csv");
    reader.take("time_s,qw,qx,qy,qz");
    reader.take("0,1,0,0,0");
    CHECK_THROWS_WITH(reader.take(line),
                      Catch::Contains("pose.csv: line 3") && Catch::Contains(says));
  };
  refused("1,1,0,0", "expected 5 cells");
  refused("1,1,0,0,zero", "qz: expected a number");
  refused("1,1,0,0,0 7", "qz: expected a number");
  refused("1,1,0,0,0x", "qz: expected a number");
  refused("1,1,0,0,0,7", "expected 5 cells");
  refused("1,1,0,0,0,junk", "expected 5 cells");
  refused("1,2,0,0,0", "expected a unit quaternion");
  formats::OrientationRowReader reader("pose.csv");
  CHECK_FALSE(reader.take("time_s,a,b,c,d"));
  CHECK_THROWS_WITH(reader.take("0,1,0,0,0"), Catch::Contains("expected a header"));
}

TEST_CASE("a recorded motion is a CSV of orientations; junk after the fifth number is refused") {
  const test::TemporaryFolder folder;
  const auto read = [&](const std::string& end_of_row) {
    std::string csv = "time_s,qw,qx,qy,qz\n";
    for (int i = 0; i < 20; ++i) csv += std::to_string(0.1 * i) + ",1,0,0,0" + end_of_row + "\n";
    test::write_bytes(folder / "motion.csv", csv);
    return formats::read_recorded_motion(folder / "motion.csv");
  };
  REQUIRE(read("").size() == 1);
  CHECK(read("\r").front().size() == 20);
  CHECK(read(",").front().size() == 20);
  for (const char* junk : {"junk", ",7", " 7", ";1"}) {
    INFO(junk);
    CHECK_THROWS_WITH(read(junk), Catch::Contains("motion.csv: line 2"));
  }
}

TEST_CASE("a stream reads the formats and the options of csl-import") {
  const auto check = [](const std::vector<std::string>& lines, const formats::LogReading& reading,
                        double time_s) {
    INFO(lines.front());
    formats::OrientationRowReader reader("pose.csv", reading);
    for (std::size_t i = 0; i + 1 < lines.size(); ++i) CHECK_FALSE(reader.take(lines[i]));
    const auto row = reader.take(lines.back());
    REQUIRE(row.has_value());
    CHECK(row->time_s == Approx(time_s).epsilon(1e-12));
    CHECK(row->q_world_sensor.isApprox(Eigen::Quaterniond(0.5, -0.5, 0.5, -0.5), 1e-12));
  };
  check({"# made by x", "# timestamp tx ty tz qx qy qz qw", "1.5 1 2 3 -0.5 0.5 -0.5 0.5"}, {},
        1.5);
  check({"%time,field.pose.orientation.x,field.pose.orientation.y,field.pose.orientation.z,"
         "field.pose.orientation.w",
         "1500000000,-0.5,0.5,-0.5,0.5"},
        {}, 1.5);
  check({"stamp.secs,stamp.nsecs,qw,qx,qy,qz", "1,500000000,0.5,-0.5,0.5,-0.5"}, {}, 1.5);
  check({"time,qw,qx,qy,qz", "1717236000500,0.5,-0.5,0.5,-0.5"}, {}, 1717236000.5);
  formats::LogReading reading;
  reading.columns = {{"time", "c"}, {"qw", "2"}, {"qx", "3"}, {"qy", "y y"}, {"qz", "5"}};
  reading.time_unit = formats::TimeUnit::kMilliseconds;
  check({"c,a,b,y y,d", "1500,0.5,-0.5,0.5,-0.5"}, reading, 1.5);
  reading = {};
  reading.quaternion_order = formats::QuaternionOrder::kXyzw;
  check({"1.5,-0.5,0.5,-0.5,0.5"}, reading, 1.5);
  reading = {};
  reading.frame_rate_hz = 10.0;
  reading.inverse = true;
  check({"0 -1 0 9 0 0 -1 9 1 0 0 9"}, reading, 0.0);  // KITTI
}

TEST_CASE("times of a stream that cannot be seconds are refused at the second row") {
  formats::OrientationRowReader reader("pose.csv");
  reader.take("time,qw,qx,qy,qz");
  reader.take("0,1,0,0,0");
  CHECK_THROWS_WITH(reader.take("1,1,0,0,0"), Catch::Contains("--time-unit"));
  // A gap after the first step says nothing about the unit.
  for (const std::string zero : {"0", "1717236000"}) {
    formats::OrientationRowReader gap("pose.csv");
    gap.take("time,qw,qx,qy,qz");
    gap.take(zero + ".0,1,0,0,0");
    gap.take(zero + ".5,1,0,0,0");
    CHECK(gap.take(zero + "9.0,1,0,0,0").has_value());
  }
  formats::LogReading stated;
  stated.time_unit = formats::TimeUnit::kSeconds;
  formats::OrientationRowReader slow("pose.csv", stated);
  slow.take("time,qw,qx,qy,qz");
  slow.take("0,1,0,0,0");
  CHECK(slow.take("1,1,0,0,0")->time_s == 1.0);
}
