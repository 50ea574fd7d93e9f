/// Orientation files: quaternions, Euler angles or matrices under the names that loggers use.
#include <fmt/format.h>

#include <Eigen/LU>
#include <algorithm>
#include <cmath>

#include "core/errors.h"
#include "core/quantile.h"
#include "core/units.h"
#include "formats/session_table.h"
#include "ingest/log_columns.h"
#include "ingest/orientation_log.h"
#include "session/session.h"
#include "so3/rotation.h"

namespace ingest {
namespace {

/// One orientation a row, q_world_sensor as the file has it; NaN where the row has none.
struct Rows {
  std::vector<Eigen::Quaterniond> q;
  std::string meaning;  ///< what was read as what
};

std::optional<Rows> named_quaternions(const io::Table& table) {
  const auto columns = find_columns<4>(
      table, {{{"qw", "q_w", "quat_w", "quaternion_w", "quaternionw", "orientation_w",
                "orientation.w", "pose.orientation.w", "rot_w", "w"},
               {"qx", "q_x", "quat_x", "quaternion_x", "quaternionx", "orientation_x",
                "orientation.x", "pose.orientation.x", "rot_x", "x"},
               {"qy", "q_y", "quat_y", "quaternion_y", "quaterniony", "orientation_y",
                "orientation.y", "pose.orientation.y", "rot_y", "y"},
               {"qz", "q_z", "quat_z", "quaternion_z", "quaternionz", "orientation_z",
                "orientation.z", "pose.orientation.z", "rot_z", "z"}}});
  if (!columns) return std::nullopt;
  Rows rows;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const auto cell = [&](std::size_t i) { return table.at(row, (*columns)[i]); };
    rows.q.emplace_back(cell(0), cell(1), cell(2), cell(3));
  }
  rows.meaning = fmt::format("quaternions w x y z from columns {}, {}, {}, {}", (*columns)[0] + 1,
                             (*columns)[1] + 1, (*columns)[2] + 1, (*columns)[3] + 1);
  return rows;
}

/// The last four columns, in the stated order: without names, or under names that do not say it (q0
/// ... q3, quaternion_1 ... quaternion_4).
std::optional<Rows> ordered_quaternions(const io::Table& table, const std::string& order) {
  std::array<std::size_t, 4> columns{};
  const auto numbered = find_columns<4>(table, {{{"q0", "quaternion_1", "quat_1"},
                                                 {"q1", "quaternion_2", "quat_2"},
                                                 {"q2", "quaternion_3", "quat_3"},
                                                 {"q3", "quaternion_4", "quat_4"}}});
  if (numbered) {
    columns = *numbered;
  } else if (table.names.empty() && (table.columns == 5 || table.columns == 8)) {
    for (std::size_t i = 0; i < 4; ++i) columns[i] = table.columns - 4 + i;
  } else {
    return std::nullopt;
  }
  if (order.empty()) {
    throw core::UsageError(
        fmt::format("{}: the names do not say the order of the quaternions ({}): state "
                    "--quat-order wxyz or xyzw",
                    table.path.string(), list_columns(table)));
  }
  if (order == "xyzw") std::rotate(columns.begin(), columns.end() - 1, columns.end());
  Rows rows;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const auto cell = [&](std::size_t i) { return table.at(row, columns[i]); };
    rows.q.emplace_back(cell(0), cell(1), cell(2), cell(3));
  }
  rows.meaning = fmt::format("quaternions in the stated order {}", order);
  return rows;
}

Eigen::Vector3d axis_named(char name) {
  return Eigen::Vector3d::Unit(name == 'x' ? 0 : name == 'y' ? 1 : 2);
}

std::optional<Rows> euler_angles(const io::Table& table, const Options& options) {
  const auto columns =
      find_columns<3>(table, {{{"roll", "roll_deg", "roll_rad"},
                               {"pitch", "pitch_deg", "pitch_rad"},
                               {"yaw", "heading", "yaw_deg", "heading_deg", "yaw_rad"}}});
  if (!columns) return std::nullopt;
  const std::string& name = table.names[(*columns)[2]];
  const std::string said = name.size() > 4 ? name.substr(name.size() - 4) : "";
  const bool degrees = said == "_deg" || (said != "_rad" && options.angle_unit == "deg");
  if (said != "_deg" && said != "_rad" && options.angle_unit.empty()) {
    throw core::UsageError(table.path.string() + ": angles: state --angle-unit deg or rad");
  }
  if (options.euler_order.empty()) {
    throw core::UsageError(
        table.path.string() +
        ": angles: state --euler-order, such as zyx (yaw about z, then pitch about "
        "the turned y, then roll about the turned x)");
  }
  Rows rows;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    Eigen::Quaterniond q = Eigen::Quaterniond::Identity();
    for (const char axis : options.euler_order) {
      const std::size_t column = (*columns)[axis == 'x' ? 0 : axis == 'y' ? 1 : 2];
      const double angle = table.at(row, column);
      q = q * so3::exp(axis_named(axis) * (degrees ? core::degrees_to_radians(angle) : angle));
    }
    rows.q.push_back(q);
  }
  rows.meaning = fmt::format("roll, pitch, yaw in {}, order {} about the turned axes",
                             degrees ? "degrees" : "rad", options.euler_order);
  return rows;
}

std::optional<Rows> matrices(const io::Table& table) {
  std::array<std::size_t, 9> columns{};
  for (std::size_t i = 0; i < 9; ++i) {
    const std::size_t r = i / 3 + 1;
    const std::size_t c = i % 3 + 1;
    std::optional<std::size_t> column;
    for (const char* format :
         {"rotation_{}{}", "rotation_{}_{}", "rotation{}{}", "r{}{}", "rot_{}{}"}) {
      if (!column) column = table.find(fmt::format(fmt::runtime(format), r, c));
    }
    if (!column) return std::nullopt;
    columns[i] = *column;
  }
  Rows rows;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    Eigen::Matrix3d R;
    for (std::size_t i = 0; i < 9; ++i) {
      R(static_cast<Eigen::Index>(i / 3), static_cast<Eigen::Index>(i % 3)) =
          table.at(row, columns[i]);
    }
    const bool rotation =
        (R * R.transpose() - Eigen::Matrix3d::Identity()).norm() < 0.02 && R.determinant() > 0.0;
    if (R.allFinite() && !rotation)
      table.fail(row, "expected a rotation matrix (orthonormal, det 1)");
    rows.q.push_back(R.allFinite() ? Eigen::Quaterniond(R)
                                   : Eigen::Quaterniond(session::kUnknown, session::kUnknown,
                                                        session::kUnknown, session::kUnknown));
  }
  // Formatted as the others are: GCC 12 takes the move of a literal's string for out of bounds.
  rows.meaning =
      fmt::format("rotation matrices, array vectors to world vectors (assumed; else --inverse)");
  return rows;
}

Rows read_rows(const io::Table& table, const Options& options) {
  if (auto rows = named_quaternions(table)) return *rows;
  if (auto rows = matrices(table)) return *rows;
  if (auto rows = euler_angles(table, options)) return *rows;
  if (auto rows = ordered_quaternions(table, options.quat_order)) return *rows;
  throw core::InputError(
      fmt::format("{}: expected columns qw, qx, qy, qz, or roll, pitch, yaw, or rotation_11 ... "
                  "rotation_33, or (without "
                  "names) time and four numbers, or TUM's eight; found {}",
                  table.path.string(), list_columns(table)));
}

/// Good rows as stretches; gaps longer than the limit separate them.
void cut_stretches(const io::Table& table, const std::vector<double>& time_s, const Rows& rows,
                   const Options& options, OrientationLog& log) {
  const Eigen::Quaterniond q_sensor_array(options.mounting[0], options.mounting[1],
                                          options.mounting[2], options.mounting[3]);
  std::vector<double> steps;
  for (std::size_t i = 1; i < time_s.size(); ++i) {
    if (time_s[i] > time_s[i - 1]) steps.push_back(time_s[i] - time_s[i - 1]);
  }
  const double step_s = core::median(std::move(steps));
  const double allowed_s = std::max(options.max_gap_s, 2.5 * step_s);
  std::vector<double> times;
  std::vector<Eigen::Quaterniond> rotations;
  std::size_t duplicates = 0;
  std::size_t missing = 0;
  double longest_s = 0.0;
  const auto finish = [&] {
    if (times.size() > 1) log.stretches.emplace_back(std::move(times), std::move(rotations));
    times.clear();
    rotations.clear();
  };
  for (std::size_t row = 0; row < rows.q.size(); ++row) {
    Eigen::Quaterniond q = rows.q[row];
    if (!q.coeffs().allFinite()) {
      ++missing;
      continue;
    }
    if (!(std::abs(q.norm() - 1.0) < 0.01)) {
      table.fail(row,
                 fmt::format("expected a unit quaternion, found one of length {:.4g}", q.norm()));
    }
    if (!times.empty() && time_s[row] <= times.back()) {
      ++duplicates;
      continue;
    }
    if (!times.empty()) longest_s = std::max(longest_s, time_s[row] - times.back());
    if (!times.empty() && time_s[row] - times.back() > allowed_s) finish();
    if (options.inverse) q = q.conjugate();
    times.push_back(time_s[row]);
    rotations.push_back(q * q_sensor_array);
  }
  finish();
  if (log.stretches.empty()) {
    throw core::InputError(table.path.string() + ": holds no two orientations without a gap");
  }
  log.facts["samples"] = rows.q.size();
  log.facts["step_s"] = step_s;
  log.facts["duplicates"] = duplicates;
  log.facts["missing"] = missing;
  log.facts["gaps"] = log.stretches.size() - 1;
  log.facts["longest_gap_s"] = longest_s;
}

}  // namespace

OrientationLog read_pose_file(const Options& options) {
  const io::Table table = io::read_table(options.pose);
  OrientationLog log;
  log.facts["file"] = options.pose.filename().string();
  const std::vector<double> time_s = read_times(table, options, log.facts);
  const Rows rows = read_rows(table, options);
  log.facts["read_as"] = rows.meaning;
  log.facts["sense"] = options.inverse ? "world to sensor (stated)" : "sensor to world (assumed)";
  cut_stretches(table, time_s, rows, options, log);
  return log;
}

}  // namespace ingest
