#include <catch2/catch.hpp>
#include <numbers>
#include <sstream>

#include "core/errors.h"
#include "formats/motion_columns.h"

using formats::Quantity;

namespace {

constexpr double kDegree = std::numbers::pi / 180.0;

io::TableHeader header_of(const std::vector<std::string>& rows) {
  io::TableHeader header;
  for (const std::string& row : rows) {
    std::vector<std::string> cells;
    std::istringstream stream(row);
    for (std::string cell; std::getline(stream, cell, '|');) cells.push_back(cell);
    header.columns = std::max(header.columns, cells.size());
    header.rows.push_back(cells);
  }
  for (auto& row : header.rows) row.resize(header.columns);
  return header;
}

formats::MotionColumns columns_of(const std::vector<std::string>& rows,
                                  const formats::StatedColumns& stated = {},
                                  const std::string& body = "") {
  return {"log.csv", header_of(rows), stated, body};
}

}  // namespace

TEST_CASE("names of sensors in many spellings: quantity, component and unit") {
  struct Case {
    const char* name;
    Quantity quantity;
    char component;
    double unit;  ///< 0: the name states none
  };
  const double g = 9.80665;
  for (const Case& c : {
           Case{"gx", Quantity::kGyroscope, 'x', 0},
           {"Gyr_Y", Quantity::kGyroscope, 'y', 0},
           {"GyroZ", Quantity::kGyroscope, 'z', 0},
           {"IMUGyroX", Quantity::kGyroscope, 'x', 0},
           {"wx", Quantity::kGyroscope, 'x', 0},
           {"w_RS_S_x [rad s^-1]", Quantity::kGyroscope, 'x', 1},
           {"gx[rad/s]", Quantity::kGyroscope, 'x', 1},
           {"gyro_x_dps", Quantity::kGyroscope, 'x', kDegree},
           {"gyro_rads_x", Quantity::kGyroscope, 'x', 1},
           {"Gyroscope X (deg/s)", Quantity::kGyroscope, 'x', kDegree},
           {"Gyro X [°/s]", Quantity::kGyroscope, 'x', kDegree},
           {"AsX(°/s)", Quantity::kGyroscope, 'x', kDegree},
           {"x-axis (deg/s)", Quantity::kGyroscope, 'x', kDegree},
           {"Gyro(X)", Quantity::kGyroscope, 'x', 0},
           {"Accel (y) [g]", Quantity::kAccelerometer, 'y', g},
           {"acc_x_m_per_s2", Quantity::kAccelerometer, 'x', 1},
           {"quat_j", Quantity::kRotation, 'y', 0},
           {"xgyro", Quantity::kGyroscope, 'x', 0},
           {"motionRotationRateX(rad/s)", Quantity::kGyroscope, 'x', 1},
           {"rotation rate y (degrees per second)", Quantity::kGyroscope, 'y', kDegree},
           {"/imu/data/angular_velocity/z", Quantity::kGyroscope, 'z', 0},
           {"acc_x_g", Quantity::kAccelerometer, 'x', g},
           {"accel_z_ms2", Quantity::kAccelerometer, 'z', 1},
           {"AccX(g)", Quantity::kAccelerometer, 'x', g},
           {"acc_y_mg", Quantity::kAccelerometer, 'y', 1e-3 * g},
           {"accelerationIncludingGravity.x", Quantity::kAccelerometer, 'x', 0},
           {"a_RS_S_y [m s^-2]", Quantity::kAccelerometer, 'y', 1},
           {"ACCELEROMETER X (m/s²)", Quantity::kAccelerometer, 'x', 1},
           {"Linear Acceleration x (m/s^2)", Quantity::kLinearAcceleration, 'x', 1},
           {"motionUserAccelerationX(G)", Quantity::kUserAcceleration, 'x', g},
           {"acceleration without gravity x", Quantity::kUserAcceleration, 'x', 0},
           {"motionGravityZ(G)", Quantity::kGravity, 'z', g},
           {"Magnetometer X (µT)", Quantity::kMagnetometer, 'x', 1},
           {"mag_x_gauss", Quantity::kMagnetometer, 'x', 100},
           {"q_RS_w []", Quantity::kRotation, 'w', 0},
           {"qx_world_device", Quantity::kRotation, 'x', 0},
           {"motionQuaternionX(R)", Quantity::kRotation, 'x', 0},
           {"field.pose.pose.orientation.w", Quantity::kRotation, 'w', 0},
           {"QuatW", Quantity::kRotation, 'w', 0},
           {"Quat_q0", Quantity::kRotation, '0', 0},
           {"RX", Quantity::kRotation, 'x', 0},
           {"Roll (°)", Quantity::kEuler, 'r', kDegree},
           {"pitch_rad", Quantity::kEuler, 'p', 1},
           {"Euler_Z", Quantity::kEuler, 'h', 0},
           {"W", Quantity::kPlain, 'w', 0},
           {"Time (s)", Quantity::kTime, 0, 1},
           {"Timestamp (us)", Quantity::kTime, 0, 1e-6},
           {"tracking_timestamp_us", Quantity::kTime, 0, 1e-6},
           {"seconds_elapsed", Quantity::kTime, 0, 1},
           {"Time since start in ms ", Quantity::kTime, 0, 1e-3},
           {"timestampms", Quantity::kTime, 0, 1e-3},
           {"field.header.stamp", Quantity::kTime, 0, 0},
           {"t", Quantity::kTime, 0, 0},
           {"PacketCounter", Quantity::kFrame, 0, 0},
           {"Sub Frame", Quantity::kSubFrame, 0, 0},
       }) {
    INFO(c.name);
    const formats::ColumnName name = formats::read_column_name(c.name);
    CHECK(name.quantity == c.quantity);
    CHECK(name.component == c.component);
    CHECK((name.unit ? name.unit->factor : 0.0) == Approx(c.unit));
  }
}

TEST_CASE("names that only resemble a sensor are something else") {
  for (const char* name : {"b_w_RS_S_x [rad s^-1]",
                           "field.orientation_covariance0",
                           "gyro_bias_x",
                           "FreeAcc_X",
                           "dQ_W",
                           "OriInc_q0",
                           "tx_world_device",
                           "px",
                           "vx",
                           "device_linear_velocity_x_device",
                           "Absolute acceleration (m/s^2)",
                           "max",
                           "accuracy",
                           "gyro_x (LSB)",
                           "yaw_rate",
                           "pose.position.x",
                           "time_offset_s",
                           "Mean Marker Error",
                           "graph_uid",
                           "label",
                           ""}) {
    INFO(name);
    CHECK(formats::read_column_name(name).quantity == Quantity::kOther);
  }
}

TEST_CASE("columns of one sensor belong together; rows of units and names of bodies are read") {
  const auto aria = columns_of(
      {"tracking_timestamp_us|utc_timestamp_ns|tx_world_device|qx_world_device|qy_world_device|"
       "qz_world_device|qw_world_device|qx_ecef_device|qy_ecef_device|qz_ecef_device|qw_ecef_"
       "device"});
  CHECK(aria.quaternion()->column == std::array<std::size_t, 4>{6, 3, 4, 5});
  CHECK(aria.time(aria.quaternion()->stem)->column == 0);
  const auto vicon = columns_of({"||Device|||", "Frame|Sub Frame|RX|RY|RZ|TX", "||deg|deg|deg|mm"});
  CHECK(vicon.vector(Quantity::kRotation)->unit->factor == Approx(kDegree));
  const std::vector<std::string> motive = {
      "|Name|A|A|A|A|B|B|B|B",
      "||Rotation|Rotation|Rotation|Rotation|Rotation|Rotation|Rotation|Rotation",
      "Frame|Time (Seconds)|X|Y|Z|W|X|Y|Z|W"};
  CHECK_THROWS_WITH(columns_of(motive).quaternion(),
                    Catch::Contains("A,B") && Catch::Contains("--body"));
  CHECK(columns_of(motive, {}, "b").quaternion()->column == std::array<std::size_t, 4>{9, 6, 7, 8});
  CHECK_THROWS_AS(columns_of(motive, {}, "c"), core::UsageError);
  CHECK_THROWS_WITH(columns_of({"t|imu1_gx|imu1_gy|imu1_gz|imu2_gx|imu2_gy|imu2_gz"})
                        .vector(Quantity::kGyroscope),
                    Catch::Contains("imu2_gx (5)") && Catch::Contains("--columns"));
  // Not complete: no quaternion.
  CHECK_FALSE(columns_of({"t|qx|qy|qz"}).quaternion());
}

TEST_CASE("the times of a sensor are those that share its name; two columns may make one time") {
  const auto log = columns_of(
      {"loggingTime(txt)|accelerometerTimestamp_sinceReboot(s)|motionTimestamp_sinceReboot(s)"});
  CHECK(log.time("motion rotation rate")->column == 2);
  const auto ros = columns_of({"Time|header.seq|header.stamp.secs|header.stamp.nsecs"});
  CHECK(ros.time("")->column == 2);
  CHECK(ros.time("")->fraction == 3U);
  CHECK(columns_of({"time|seconds_elapsed"}).time("")->column == 1);
}

TEST_CASE("stated columns: by name, by number, and what is wrong with them") {
  CHECK(formats::read_stated_columns({"time=a b", "gx=2"}) ==
        formats::StatedColumns{{"time", "a b"}, {"gx", "2"}});
  for (const char* text : {"time", "time=", "speed=1", "=1"}) {
    CHECK_THROWS_AS(formats::read_stated_columns({text}), core::UsageError);
  }
  CHECK_THROWS_AS(formats::read_stated_columns({"gx=1", "gx=2"}), core::UsageError);
  const std::vector<std::string> names = {"a|B b|c|c"};
  CHECK(columns_of(names, {{"gx", "a"}, {"gy", "bb"}, {"gz", "4"}})
            .vector(Quantity::kGyroscope)
            ->column == std::array<std::size_t, 3>{0, 1, 3});
  CHECK_THROWS_WITH(columns_of(names, {{"gx", "d"}}), Catch::Contains("found a, B b, c, c"));
  CHECK_THROWS_WITH(columns_of(names, {{"gx", "5"}}), Catch::Contains("no column \"5\""));
  CHECK_THROWS_WITH(columns_of(names, {{"gx", "c"}}), Catch::Contains("gx=3"));
  CHECK_THROWS_AS(columns_of(names, {{"gx", "a"}}).vector(Quantity::kGyroscope), core::UsageError);
}
