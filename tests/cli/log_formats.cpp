#include "log_formats.h"

#include <fmt/format.h>

#include <cmath>
#include <numbers>

#include "so3/rotation.h"
#include "temporary_folder.h"

namespace test {
namespace {

using Eigen::Quaterniond, Eigen::Vector3d;

constexpr double kG = 9.80665;
constexpr double kDegrees = 180.0 / std::numbers::pi;
constexpr int kRows = static_cast<int>(kLogSeconds * kLogRateHz) + 1;
constexpr long long kEpochNs = 1717236000123456789;  // 2024-06-01

double time_of(int row) { return row / kLogRateHz; }
long long nanoseconds(int row) { return kEpochNs + row * static_cast<long long>(1e9 / kLogRateHz); }

std::string numbers(const std::vector<double>& values, const char* separator = ",") {
  std::string text;
  for (const double value : values) text += fmt::format("{}{:.12g}", separator, value);
  return text;
}
std::string xyz(const Vector3d& v, double unit = 1.0, const char* separator = ",") {
  return numbers({v.x() / unit, v.y() / unit, v.z() / unit}, separator);
}
std::string wxyz(int row, const char* separator = ",") {
  const Quaterniond q = log_orientation(time_of(row));
  return numbers({q.w(), q.x(), q.y(), q.z()}, separator);
}
std::string xyzw(int row, const char* separator = ",") {
  const Quaterniond q = log_orientation(time_of(row));
  return numbers({q.x(), q.y(), q.z(), q.w()}, separator);
}

using Row = std::function<std::string(int)>;

std::string table(const std::string& above, const Row& row) {
  std::string text = above;
  for (int i = 0; i < kRows; ++i) text += row(i) + "\n";
  return text;
}

struct File {
  const char* name;
  std::string above;
  Row row;
};

LogFormat format(const char* name, std::vector<File> files) {
  return {name, [files = std::move(files)](const std::filesystem::path& folder) {
            for (const File& file : files) {
              write_bytes(folder / file.name, table(file.above, file.row));
            }
          }};
}

std::string with_decimal_comma(std::string text) {
  for (char& c : text) c = c == ',' ? ';' : c == '.' ? ',' : c;
  return text;
}

/// A row of Sensor Logger: time since 1970 in ns, seconds, then z, y, x.
Row sensor_logger(const std::function<Vector3d(int)>& value) {
  return [value](int i) {
    return fmt::format("{},{:.6f}", nanoseconds(i), time_of(i)) + xyz(value(i).reverse());
  };
}

/// Gravity and the rest of the specific force, as phones divide it.
Vector3d gravity(int row) { return 0.9 * log_force(row); }
Vector3d user(int row) { return 0.1 * log_force(row); }

std::string euler_zyx(int row) {
  const Vector3d zyx = log_orientation(time_of(row)).toRotationMatrix().eulerAngles(2, 1, 0);
  return numbers({kDegrees * zyx.z(), kDegrees * zyx.y(), kDegrees * zyx.x()});
}

std::string matrix_row(int row, bool with_position, const char* separator) {
  const Eigen::Matrix3d R = log_orientation(time_of(row)).toRotationMatrix();
  std::vector<double> values;
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < 3; ++j) values.push_back(R(i, j));
    if (with_position) values.push_back(0.1 * i);
  }
  return numbers(values, separator).substr(1);
}

void add_phones(std::vector<LogFormat>& formats) {
  const std::string logger = "time,seconds_elapsed,z,y,x\n";
  formats.push_back(format("Sensor Logger, motion",
                           {{"Gyroscope.csv", logger, sensor_logger(log_rate)},
                            {"TotalAcceleration.csv", logger, sensor_logger(log_force)}}));
  formats.push_back(format("Sensor Logger, motion without TotalAcceleration",
                           {{"Gyroscope.csv", logger, sensor_logger(log_rate)},
                            {"Accelerometer.csv", logger, sensor_logger(user)},
                            {"Gravity.csv", logger, sensor_logger(gravity)}}));
  formats.push_back(
      format("Sensor Logger, orientation",
             {{"Orientation.csv", "time,seconds_elapsed,yaw,qx,qz,roll,qw,qy,pitch\n", [](int i) {
                 const Quaterniond q = log_orientation(time_of(i));
                 return fmt::format("{},{:.6f}", nanoseconds(i), time_of(i)) +
                        numbers({0.1, q.x(), q.z(), 0.2, q.w(), q.y(), 0.3});
               }}}));
  const std::string gyroscope =
      "\"Time (s)\",\"Gyroscope x (rad/s)\",\"Gyroscope y (rad/s)\",\"Gyroscope z (rad/s)\","
      "\"Absolute (rad/s)\"\n";
  const std::string acceleration =
      "\"Time (s)\",\"Acceleration x (m/s^2)\",\"Acceleration y (m/s^2)\",\"Acceleration z "
      "(m/s^2)\",\"Absolute acceleration (m/s^2)\"\n";
  const auto phyphox = [](const std::function<Vector3d(int)>& value) -> Row {
    return [value](int i) {
      return fmt::format("{:.9f}", time_of(i)) + xyz(value(i)) + numbers({value(i).norm()});
    };
  };
  formats.push_back(format("phyphox", {{"Gyroscope.csv", gyroscope, phyphox(log_rate)},
                                       {"Accelerometer.csv", acceleration, phyphox(log_force)}}));
  const auto comma = [](const Row& row) -> Row {
    return [row](int i) { return with_decimal_comma(row(i)); };
  };
  formats.push_back(
      format("phyphox, decimal commas",
             {{"Gyroscope.csv", with_decimal_comma(gyroscope), comma(phyphox(log_rate))},
              {"Accelerometer.csv", with_decimal_comma(acceleration), comma(phyphox(log_force))}}));
  formats.push_back(
      format("SensorLog (CoreMotion), motion",
             {{"sensorlog.csv",
               "loggingTime(txt),loggingSample(N),locationTimestamp_since1970(s),"
               "accelerometerTimestamp_sinceReboot(s),motionTimestamp_sinceReboot(s),"
               "motionRotationRateX(rad/s),motionRotationRateY(rad/s),motionRotationRateZ(rad/s),"
               "motionUserAccelerationX(G),motionUserAccelerationY(G),motionUserAccelerationZ(G),"
               "motionGravityX(G),motionGravityY(G),motionGravityZ(G),deviceID(txt)\n",
               [](int i) {
                 return fmt::format("2024-06-01 12:00:{:06.3f} +0200,{},1717236000.5,77.5,{:.6f}",
                                    time_of(i), i, 5000.0 + time_of(i)) +
                        xyz(log_rate(i)) + xyz(user(i), -kG) + xyz(gravity(i), -kG) + ",my phone";
               }}}));
  formats.push_back(
      format("SensorLog (CoreMotion), orientation",
             {{"sensorlog.csv",
               "loggingTime(txt),motionTimestamp_sinceReboot(s),motionYaw(rad),motionRoll(rad),"
               "motionPitch(rad),motionQuaternionX(R),motionQuaternionY(R),motionQuaternionZ(R),"
               "motionQuaternionW(R)\n",
               [](int i) {
                 return fmt::format("2024-06-01 12:00:{:06.3f} +0200,{:.6f},0.1,0.2,0.3",
                                    time_of(i), 5000.0 + time_of(i)) +
                        xyzw(i);
               }}}));
  formats.push_back(
      format("AndroSensor",
             {{"androsensor.csv",
               "ACCELEROMETER X (m/s²);ACCELEROMETER Y (m/s²);ACCELEROMETER Z (m/s²);"
               "GRAVITY X (m/s²);GRAVITY Y (m/s²);GRAVITY Z (m/s²);LINEAR ACCELERATION X (m/s²);"
               "LINEAR ACCELERATION Y (m/s²);LINEAR ACCELERATION Z (m/s²);GYROSCOPE X (rad/s);"
               "GYROSCOPE Y (rad/s);GYROSCOPE Z (rad/s);SOUND LEVEL (dB);"
               "Time since start in ms ;YYYY-MO-DD HH-MI-SS_SSS\n",
               [](int i) {
                 return xyz(log_force(i), 1.0, ";").substr(1) + xyz(gravity(i), 1.0, ";") +
                        xyz(user(i), 1.0, ";") + xyz(log_rate(i), 1.0, ";") +
                        fmt::format(";63.5;{};2024-06-01 12:00:00:{:03}", 500 + 10 * i, i % 1000);
               }}}));
  formats.push_back(format("Android, rows of several sensors",
                           {{"sensors.csv", "timestamp_ns,sensor,accuracy,x,y,z\n", [](int i) {
                               return fmt::format("{},Accelerometer,3", nanoseconds(i)) +
                                      xyz(log_force(i)) + "\n" +
                                      fmt::format("{},Gyroscope,3", nanoseconds(i)) +
                                      xyz(log_rate(i)) + "\n" +
                                      fmt::format("{},Light,3,12.5,,", nanoseconds(i));
                             }}}));
}

void add_units(std::vector<LogFormat>& formats) {
  formats.push_back(
      format("x-io x-IMU3, inertial",
             {{"Inertial.csv",
               "Timestamp (us),Gyroscope X (deg/s),Gyroscope Y (deg/s),Gyroscope Z (deg/s),"
               "Accelerometer X (g),Accelerometer Y (g),Accelerometer Z (g)\n",
               [](int i) {
                 return fmt::format("{}", 7000000 + 10000 * i) + xyz(log_rate(i), 1.0 / kDegrees) +
                        xyz(log_force(i), kG);
               }}}));
  formats.push_back(format(
      "x-io NGIMU, sensors",
      {{"sensors.csv",
        "Time (s),Gyroscope X (deg/s),Gyroscope Y (deg/s),Gyroscope Z (deg/s),"
        "Accelerometer X (g),Accelerometer Y (g),Accelerometer Z (g),Magnetometer X (uT),"
        "Magnetometer Y (uT),Magnetometer Z (uT),Barometer (hPa)\n",
        [](int i) {
          const Vector3d field = log_orientation(time_of(i)).conjugate() * Vector3d(0, 20, -44);
          return fmt::format("{:.6f}", 12.5 + time_of(i)) + xyz(log_rate(i), 1.0 / kDegrees) +
                 xyz(log_force(i), kG) + xyz(field) + ",1013.25";
        }}}));
  formats.push_back(
      format("x-io, quaternions", {{"quaternion.csv", "Time (s),W,X,Y,Z\n", [](int i) {
                                      return fmt::format("{:.6f}", 12.5 + time_of(i)) + wxyz(i);
                                    }}}));
  const std::string xsens =
      "sep=\t\n// Start Time: Unknown\n// Sample rate: 100.0Hz\n// Scenario: 11.1\n"
      "// Firmware Version: 2.5.1\n";
  formats.push_back(
      format("Xsens MT Manager, inertial",
             {{"MT.txt",
               xsens + "PacketCounter\tSampleTimeFine\tAcc_X\tAcc_Y\tAcc_Z\tFreeAcc_E\tFreeAcc_N\t"
                       "FreeAcc_U\tGyr_X\tGyr_Y\tGyr_Z\tStatusWord\t\n",
               [](int i) {
                 return fmt::format("{:05}\t{}", (65500 + i) % 65536, 4294000 + 100 * i) +
                        xyz(log_force(i), 1.0, "\t") + "\t0.1\t0.2\t0.3" +
                        xyz(log_rate(i), 1.0, "\t") + "\t00000007\t";
               }}}));
  formats.push_back(format(
      "Xsens MT Manager, orientation",
      {{"MT.txt",
        xsens + "PacketCounter\tSampleTimeFine\tOriInc_q0\tOriInc_q1\tOriInc_q2\tOriInc_q3\t"
                "Quat_q0\tQuat_q1\tQuat_q2\tQuat_q3\t\n",
        [](int i) {
          return fmt::format("{:05}\t\t1\t0\t0\t0", (65500 + i) % 65536) + wxyz(i, "\t") + "\t";
        }}}));
  formats.push_back(format(
      "Xsens DOT",
      {{"dot.csv",
        "DeviceTag:,D122\nFirmwareVersion:,2.0.0\nAppVersion:,2021.0\nSyncStatus:,Synced\n"
        "OutputRate:,100Hz\nFilterProfile:,General\nMeasurementMode:,Extended\n"
        "StartTime:,2024-06-01_12-00-00\n\n"
        "PacketCounter,SampleTimeFine,Quat_W,Quat_X,Quat_Y,Quat_Z,FreeAcc_X,FreeAcc_Y,FreeAcc_Z,"
        "Status\n",
        [](int i) {
          return fmt::format("{},{}", i, 192856375 + 10000 * i) + wxyz(i) + ",0.1,0.2,0.3,0";
        }}}));
  formats.push_back(format(
      "MetaBase (MbientLab)",
      {{"Gyroscope.csv",
        "epoc (ms),timestamp (+0200),elapsed (s),x-axis (deg/s),y-axis (deg/s),z-axis "
        "(deg/s)\n",
        [](int i) {
          return fmt::format("{},2024-06-01T12.00.{:06.3f},{:.3f}", kEpochNs / 1000000 + 10 * i,
                             time_of(i), time_of(i)) +
                 xyz(log_rate(i), 1.0 / kDegrees);
        }},
       {"Accelerometer.csv",
        "epoc (ms),timestamp (+0200),elapsed (s),x-axis (g),y-axis (g),z-axis (g)\n", [](int i) {
          return fmt::format("{},2024-06-01T12.00.{:06.3f},{:.3f}", kEpochNs / 1000000 + 10 * i,
                             time_of(i), time_of(i)) +
                 xyz(log_force(i), kG);
        }}}));
  formats.push_back(
      format("pandas",
             {{"imu.csv", ",time,acc_x_g,acc_y_g,acc_z_g,gyro_x_dps,gyro_y_dps,gyro_z_dps,label\n",
               [](int i) {
                 return fmt::format("{},{:.6f}", i, time_of(i)) + xyz(log_force(i), kG) +
                        xyz(log_rate(i), 1.0 / kDegrees) + ",walk";
               }}}));
}

void add_cameras(std::vector<LogFormat>& formats) {
  formats.push_back(format(
      "Motive (OptiTrack)",
      {{"take.csv",
        "Format Version,1.23,Take Name,Take 1,Capture Frame Rate,240.000000,Export Frame Rate,"
        "100.000000,Capture Start Time,2024-06-01 12.00.00.000 PM,Total Frames in Take,801,"
        "Rotation Type,Quaternion,Length Units,Meters,Coordinate Space,Global\n\n"
        ",Type,Rigid Body,Rigid Body,Rigid Body,Rigid Body,Rigid Body,Rigid Body,Rigid Body,Rigid "
        "Body,Rigid Body,Rigid Body,Rigid Body,Rigid Body,Rigid Body Marker,Rigid Body "
        "Marker,Rigid "
        "Body Marker\n"
        ",Name,Wand,Wand,Wand,Wand,Array,Array,Array,Array,Array,Array,Array,Array,Array:Marker1,"
        "Array:Marker1,Array:Marker1\n"
        ",ID,\"5063DB\",\"5063DB\",\"5063DB\",\"5063DB\",\"94A1\",\"94A1\",\"94A1\",\"94A1\","
        "\"94A1\",\"94A1\",\"94A1\",\"94A1\",\"95\",\"95\",\"95\"\n"
        ",,Rotation,Rotation,Rotation,Rotation,Rotation,Rotation,Rotation,Rotation,Position,"
        "Position,Position,Mean Marker Error,Position,Position,Position\n"
        "Frame,Time (Seconds),X,Y,Z,W,X,Y,Z,W,X,Y,Z,,X,Y,Z\n",
        [](int i) {
          return fmt::format("{},{:.6f},0,0,0,1", i, time_of(i)) + xyzw(i) +
                 ",0.1,0.2,0.3,0.000184,0.1,0.2,0.3";
        }}}));
  const std::string vicon = "Objects\n100\n,,Global Angle Array:Array,,,,,\nFrame,Sub Frame,";
  formats.push_back(
      format("Vicon, axis and angle",
             {{"vicon.csv", vicon + "RX,RY,RZ,TX,TY,TZ\n,,deg,deg,deg,mm,mm,mm\n", [](int i) {
                 return fmt::format("{},0", i + 37) +
                        xyz(kDegrees * so3::log(log_orientation(time_of(i)))) + ",100,200,300";
               }}}));
  formats.push_back(
      format("Vicon, quaternions",
             {{"vicon.csv", vicon + "RX,RY,RZ,RW,TX,TY,TZ\n,,,,,,mm,mm,mm\n",
               [](int i) { return fmt::format("{},0", i + 37) + xyzw(i) + ",100,200,300"; }}}));
}

void add_robots(std::vector<LogFormat>& formats) {
  formats.push_back(format(
      "EuRoC, inertial",
      {{"data.csv",
        "#timestamp [ns],w_RS_S_x [rad s^-1],w_RS_S_y [rad s^-1],w_RS_S_z [rad s^-1],a_RS_S_x "
        "[m s^-2],a_RS_S_y [m s^-2],a_RS_S_z [m s^-2]\n",
        [](int i) {
          return fmt::format("{}", nanoseconds(i)) + xyz(log_rate(i)) + xyz(log_force(i));
        }}}));
  formats.push_back(format(
      "EuRoC, ground truth",
      {{"data.csv",
        "#timestamp, p_RS_R_x [m], p_RS_R_y [m], p_RS_R_z [m], q_RS_w [], q_RS_x [], q_RS_y [], "
        "q_RS_z [], v_RS_R_x [m s^-1], v_RS_R_y [m s^-1], v_RS_R_z [m s^-1], b_w_RS_S_x [rad "
        "s^-1], "
        "b_w_RS_S_y [rad s^-1], b_w_RS_S_z [rad s^-1]\n",
        [](int i) {
          return fmt::format("{},1,2,3", nanoseconds(i)) + wxyz(i) + ",4,5,6,0.01,0.02,0.03";
        }}}));
  formats.push_back(format(
      "TUM", {{"trajectory.txt",
               "# ground truth trajectory\n# file: 'room.bag'\n# timestamp tx ty tz qx qy qz "
               "qw\n",
               [](int i) {
                 return fmt::format("{:.4f} 1 2 3", 1305031098.6659 + time_of(i)) + xyzw(i, " ");
               }}}));
  formats.push_back(
      format("KITTI", {{"00.txt", "", [](int i) { return matrix_row(i, true, " "); }}}));
  formats.push_back(format("KITTI with times", {{"timed.txt", "", [](int i) {
                                                   return fmt::format("{:.6e} ", time_of(i)) +
                                                          matrix_row(i, true, " ");
                                                 }}}));
  formats.push_back(format(
      "ROS bag, sensor_msgs/Imu",
      {{"imu.csv",
        "%time,field.header.seq,field.header.stamp,field.header.frame_id,field.orientation.x,"
        "field.orientation.y,field.orientation.z,field.orientation.w,field.orientation_covariance0,"
        "field.angular_velocity.x,field.angular_velocity.y,field.angular_velocity.z,"
        "field.angular_velocity_covariance0,field.linear_acceleration.x,"
        "field.linear_acceleration.y,field.linear_acceleration.z\n",
        [](int i) {
          return fmt::format("{},{},{},imu_link,0,0,0,1,-1",
                             nanoseconds(i) + 3000000 + i % 7 * 1000, i, nanoseconds(i)) +
                 xyz(log_rate(i)) + ",0.0" + xyz(log_force(i));
        }}}));
  formats.push_back(format(
      "ROS bag, poses",
      {{"pose.csv",
        "%time,field.header.seq,field.header.stamp,field.header.frame_id,field.pose.pose.position."
        "x,"
        "field.pose.pose.position.y,field.pose.pose.position.z,field.pose.pose.orientation.x,"
        "field.pose.pose.orientation.y,field.pose.pose.orientation.z,field.pose.pose.orientation."
        "w\n",
        [](int i) {
          return fmt::format("{},{},{},map,1,2,3", nanoseconds(i) + 3000000 + i % 7 * 1000, i,
                             nanoseconds(i)) +
                 xyzw(i);
        }}}));
  formats.push_back(format(
      "ROS bag, seconds and nanoseconds",
      {{"pose.csv",
        "Time,header.seq,header.stamp.secs,header.stamp.nsecs,header.frame_id,"
        "pose.pose.position.x,pose.pose.position.y,pose.pose.position.z,pose.pose.orientation.x,"
        "pose.pose.orientation.y,pose.pose.orientation.z,pose.pose.orientation.w\n",
        [](int i) {
          return fmt::format("{:.6f},{},{},{},map,1,2,3",
                             1e-9 * static_cast<double>(nanoseconds(i)) + 0.01, i,
                             nanoseconds(i) / 1000000000, nanoseconds(i) % 1000000000) +
                 xyzw(i);
        }}}));
  formats.push_back(format(
      "Aria",
      {{"closed_loop_trajectory.csv",
        "graph_uid,tracking_timestamp_us,utc_timestamp_ns,tx_world_device,ty_world_device,"
        "tz_world_device,qx_world_device,qy_world_device,qz_world_device,qw_world_device,"
        "device_linear_velocity_x_device,device_linear_velocity_y_device,"
        "device_linear_velocity_z_device,angular_velocity_x_device,angular_velocity_y_device,"
        "angular_velocity_z_device,gravity_x_world,gravity_y_world,gravity_z_world,quality_score,"
        "qx_ecef_device,qy_ecef_device,qz_ecef_device,qw_ecef_device\n",
        [](int i) {
          return fmt::format("31ebacab-fcac,{},-1,1,2,3", 1763475767 + 10000 * i) + xyzw(i) +
                 ",0,0,0" + xyz(log_rate(i)) + ",0,0,-9.81,1.0,0,0,0,1";
        }}}));
}

void add_others(std::vector<LogFormat>& formats) {
  formats.push_back(format("csl-simulate, orientation",
                           {{"000000.pose.csv", "time_s,qw,qx,qy,qz\n",
                             [](int i) { return fmt::format("{}", time_of(i)) + wxyz(i); }}}));
  formats.push_back(format("csl-simulate, inertial",
                           {{"000000.imu.csv", "time_s,gx,gy,gz,ax,ay,az,mx,my,mz\n", [](int i) {
                               return fmt::format("{}", time_of(i)) + xyz(log_rate(i)) +
                                      xyz(log_force(i)) + ",,,";
                             }}}));
  formats.push_back(format(
      "EasyCom", {{"poses.csv",
                   "Frame_Number,Participant_ID,Position_X,Quaternion_X,Quaternion_Y,Quaternion_Z,"
                   "Quaternion_W\n",
                   [](int i) { return fmt::format("{},2,0.1", i + 1) + xyzw(i); }}}));
  formats.push_back(format(
      "LOCATA",
      {{"position_array.txt",
        "year\tmonth\tday\thour\tminute\tsecond\tx\ty\tz\trotation_11\trotation_12\trotation_13\t"
        "rotation_21\trotation_22\trotation_23\trotation_31\trotation_32\trotation_33\n",
        [](int i) {
          return fmt::format("2018\t2\t28\t11\t59\t{:.6f}\t1\t2\t3\t", 55.0 + time_of(i)) +
                 matrix_row(i, false, "\t");
        }}}));
  formats.push_back(
      format("Angles", {{"angles.csv", "Time (ms),Roll (°),Pitch (°),Yaw (°)\n",
                         [](int i) { return fmt::format("{}", 10 * i) + euler_zyx(i); }}}));
  formats.push_back(format("Numbers without names", {{"numbers.txt", "", [](int i) {
                                                        return fmt::format("{:.6f}", time_of(i)) +
                                                               wxyz(i, "\t");
                                                      }}}));
  formats.push_back(format(
      "Any other table, inertial",
      {{"log.csv", "Zeit;Drehung quer;Drehung hoch;Drehung lang;Kraft A;Kraft B;Kraft C\n",
        [](int i) {
          return with_decimal_comma(fmt::format("{}", 10 * i) + xyz(log_rate(i), 1.0 / kDegrees) +
                                    xyz(log_force(i), kG));
        }}}));
  formats.push_back(format("Any other table, orientation",
                           {{"log.csv", "clock,real,i,j,k\n",
                             [](int i) { return fmt::format("{}", 10000 * i) + wxyz(i); }}}));
}

}  // namespace

Quaterniond log_orientation(double time_s) {
  return so3::exp(Vector3d(1.1 * std::sin(1.3 * time_s), 0.9 * std::sin(1.1 * time_s + 1.0),
                           0.7 * std::sin(0.9 * time_s + 2.0)));
}

Vector3d log_rate(int row) {
  const double t = time_of(row);
  return kLogRateHz *
         so3::log(log_orientation(t - 1.0 / kLogRateHz).conjugate() * log_orientation(t));
}

Vector3d log_force(int row) {
  return log_orientation(time_of(row)).conjugate() * Vector3d(0, 0, kG);
}

const std::vector<LogFormat>& log_formats() {
  static const std::vector<LogFormat> formats = [] {
    std::vector<LogFormat> list;
    add_phones(list);
    add_units(list);
    add_cameras(list);
    add_robots(list);
    add_others(list);
    return list;
  }();
  return formats;
}

}  // namespace test
