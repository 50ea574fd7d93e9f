/// Orientation from inertial samples that come one line at a time.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "formats/motion_columns.h"
#include "formats/orientation_table.h"
#include "formats/timed_lines.h"
#include "imu/orientation_filter.h"
#include "imu/sensor_model.h"
#include "ingest/options.h"

namespace ingest {

/// Reads a table with gyroscope and accelerometer, and a magnetometer if it has one, and runs
/// imu::OrientationFilter over its rows: the same as csl-import --filter vqf-live on the same rows.
/// - The first kStartRows rows tell the step between rows; their orientations come with the last of
///   them.
/// - After kCheckedS seconds of rows, units and axes are checked by gravity (check_samples()).
/// - Rows with a value that is not finite are skipped, and so are rows that repeat a time.
/// - After a gap longer than LogOptions::max_gap_s the filter starts anew. Without a magnetometer
///   its heading is then another one, and a warning says so.
class InertialLines : public formats::OrientationLines {
 public:
  static constexpr std::size_t kStartRows = 20;
  static constexpr double kCheckedS = 30.0;

  /// @param options  options.imu is named in messages and not opened
  explicit InertialLines(const LogOptions& options);

  /// @throws core::UsageError  if the log needs an option that is not stated
  /// @throws core::InputError  naming file and line, as formats::TimedLines, check_samples(), and if
  ///                           there is no gyroscope or no accelerometer with gravity
  void take(std::string_view line, std::vector<formats::OrientationRow>& rows) override;
  [[noreturn]] void fail(const std::string& message) const override { lines_.fail(message); }

 private:
  /// Three columns of one sensor, and what turns their numbers into SI units.
  struct Sensor {
    std::array<std::size_t, 3> column{};
    double factor = 1.0;
  };
  void take_header();
  Sensor sensor(const formats::MotionColumns& columns, const formats::VectorColumns& vector,
                formats::Quantity quantity);
  Eigen::Vector3d value(const Sensor& sensor);
  void start();
  formats::OrientationRow filtered(std::size_t sample);
  void check();

  LogOptions options_;
  formats::TimedLines lines_;
  std::optional<formats::TimeDecoder> time_;
  Sensor gyroscope_, accelerometer_;
  std::optional<Sensor> magnetometer_;
  std::string gyroscope_unit_;
  /// The samples of the first kCheckedS seconds, then the last one.
  imu::Samples samples_;
  double step_s_ = 0.0;  ///< nominal time between rows; 0: not known yet
  bool checked_ = false;
  std::optional<imu::OrientationFilter> filter_;
};

}  // namespace ingest
