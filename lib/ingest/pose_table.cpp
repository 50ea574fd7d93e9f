/// Orientation files: quaternions, Euler angles or matrices under the names that loggers use.
#include <fmt/format.h>

#include <Eigen/LU>
#include <algorithm>
#include <cmath>

#include "core/errors.h"
#include "core/units.h"
#include "formats/orientation_table.h"
#include "ingest/log_columns.h"
#include "ingest/orientation_log.h"
#include "session/session.h"
#include "so3/rotation.h"

namespace ingest {
namespace {

/// Orientations of all rows.
struct Rows {
  std::vector<Eigen::Quaterniond> q;  ///< [rows], as in the file; NaN where the row has none
  std::string meaning;                ///< which columns were read, and as what
};

/// The quaternion of each row. @param columns  of w, x, y, z
std::vector<Eigen::Quaterniond> quaternions_of(const io::Table& table,
                                               const std::array<std::size_t, 4>& columns) {
  std::vector<Eigen::Quaterniond> q;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const auto cell = [&](std::size_t i) { return table.at(row, columns[i]); };
    q.emplace_back(cell(0), cell(1), cell(2), cell(3));
  }
  return q;
}

std::optional<Rows> named_quaternions(const io::Table& table) {
  const auto columns = formats::find_quaternion_columns(table.names);
  if (!columns) return std::nullopt;
  return Rows{quaternions_of(table, *columns),
              fmt::format("quaternions w x y z from columns {}, {}, {}, {}", (*columns)[0] + 1,
                          (*columns)[1] + 1, (*columns)[2] + 1, (*columns)[3] + 1)};
}

/// Four columns in the stated order: those whose names do not state it (q0 ... q3, quaternion_1 ...
/// quaternion_4), or the last four of a table without names.
std::optional<Rows> ordered_quaternions(const io::Table& table,
                                        std::optional<QuaternionOrder> order) {
  std::array<std::size_t, 4> columns{};
  const auto numbered = formats::find_columns<4>(table.names, {{{"q0", "quaternion_1", "quat_1"},
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
  if (!order) {
    throw core::UsageError(
        fmt::format("{}: the names do not say the order of the quaternions ({}): state "
                    "--quat-order wxyz or xyzw",
                    table.path.string(), list_columns(table)));
  }
  if (*order == QuaternionOrder::kXyzw) {
    std::rotate(columns.begin(), columns.end() - 1, columns.end());
  }
  return Rows{quaternions_of(table, columns),
              fmt::format("quaternions in the stated order {}", name_of(*order))};
}

/// The unit of a column of angles: by the end of its name, otherwise as stated.
AngleUnit angle_unit(const io::Table& table, std::size_t column, const LogOptions& options) {
  const std::string& name = table.names[column];
  if (name.ends_with("_deg")) return AngleUnit::kDegrees;
  if (name.ends_with("_rad")) return AngleUnit::kRadians;
  if (options.angle_unit) return *options.angle_unit;
  throw core::UsageError(table.path.string() + ": angles: state --angle-unit deg or rad");
}

std::optional<Rows> euler_angles(const io::Table& table, const LogOptions& options) {
  const auto columns = formats::find_columns<3>(
      table.names, {{{"roll", "roll_deg", "roll_rad"},
                     {"pitch", "pitch_deg", "pitch_rad"},
                     {"yaw", "heading", "yaw_deg", "heading_deg", "yaw_rad"}}});
  if (!columns) return std::nullopt;
  const bool degrees = angle_unit(table, (*columns)[2], options) == AngleUnit::kDegrees;
  if (!options.euler_order) {
    throw core::UsageError(
        table.path.string() +
        ": angles: state --euler-order, such as zyx (yaw about z, then pitch about "
        "the turned y, then roll about the turned x)");
  }
  Rows rows;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    Eigen::Quaterniond q = Eigen::Quaterniond::Identity();
    for (const Axis axis : *options.euler_order) {
      const auto index = static_cast<std::size_t>(axis);
      const double angle = table.at(row, (*columns)[index]);
      q = q * so3::exp(Eigen::Vector3d::Unit(static_cast<Eigen::Index>(index)) *
                       (degrees ? core::degrees_to_radians(angle) : angle));
    }
    rows.q.push_back(q);
  }
  std::string order;
  for (const Axis axis : *options.euler_order) order += name_of(axis);
  rows.meaning = fmt::format("roll, pitch, yaw in {}, order {} about the turned axes",
                             degrees ? "degrees" : "rad", order);
  return rows;
}

/// Columns rotation_11 ... rotation_33, row by row; nothing if one is missing.
std::optional<std::array<std::size_t, 9>> matrix_columns(const io::Table& table) {
  std::array<std::size_t, 9> columns{};
  for (std::size_t i = 0; i < 9; ++i) {
    std::optional<std::size_t> column;
    for (const char* format :
         {"rotation_{}{}", "rotation_{}_{}", "rotation{}{}", "r{}{}", "rot_{}{}"}) {
      if (!column) column = table.find(fmt::format(fmt::runtime(format), i / 3 + 1, i % 3 + 1));
    }
    if (!column) return std::nullopt;
    columns[i] = *column;
  }
  return columns;
}

std::optional<Rows> matrices(const io::Table& table) {
  const auto columns = matrix_columns(table);
  if (!columns) return std::nullopt;
  Rows rows;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    Eigen::Matrix3d R;
    for (std::size_t i = 0; i < 9; ++i) {
      R(static_cast<Eigen::Index>(i / 3), static_cast<Eigen::Index>(i % 3)) =
          table.at(row, (*columns)[i]);
    }
    const bool rotation =
        (R * R.transpose() - Eigen::Matrix3d::Identity()).norm() < 0.02 && R.determinant() > 0.0;
    if (R.allFinite() && !rotation)
      table.fail(row, "expected a rotation matrix (orthonormal, det 1)");
    rows.q.push_back(R.allFinite() ? Eigen::Quaterniond(R)
                                   : Eigen::Quaterniond(session::kUnknown, session::kUnknown,
                                                        session::kUnknown, session::kUnknown));
  }
  // fmt::format without arguments: GCC 12 warns of a move out of bounds if the literal is assigned.
  rows.meaning =
      fmt::format("rotation matrices, array vectors to world vectors (assumed; else --inverse)");
  return rows;
}

Rows read_rows(const io::Table& table, const LogOptions& options) {
  if (auto rows = named_quaternions(table)) return *rows;
  if (auto rows = matrices(table)) return *rows;
  if (auto rows = euler_angles(table, options)) return *rows;
  if (auto rows = ordered_quaternions(table, options.quaternion_order)) return *rows;
  throw core::InputError(
      fmt::format("{}: expected columns qw, qx, qy, qz, or roll, pitch, yaw, or rotation_11 ... "
                  "rotation_33, or (without names) "
                  "time and four numbers, or TUM's eight; found {}",
                  table.path.string(), list_columns(table)));
}

/// Divides the rows into tracks, between gaps that are longer than the limit.
class TrackCutter {
 public:
  TrackCutter(const LogOptions& options, const std::vector<double>& time_s)
      : options_(options), step_s_(median_step_s(time_s)) {}

  /// Takes the next row. Rows that are not finite or repeat a time are left out and counted.
  void add(double time_s, Eigen::Quaterniond q) {
    ++samples_;
    if (!q.coeffs().allFinite()) {
      ++missing_;
      return;
    }
    if (!times_.empty() && time_s <= times_.back()) {
      ++duplicates_;
      return;
    }
    if (!times_.empty()) {
      const double gap_s = time_s - times_.back();
      longest_gap_s_ = std::max(longest_gap_s_, gap_s);
      if (gap_s > std::max(options_.max_gap_s, 2.5 * step_s_)) finish_track();
    }
    if (options_.inverse) q = q.conjugate();
    times_.push_back(time_s);
    rotations_.push_back(q * options_.q_sensor_array);
  }

  /// @throws core::InputError  if there is no track
  std::vector<so3::Track> finish(PoseFacts& facts) {
    finish_track();
    if (tracks_.empty()) {
      throw core::InputError(options_.pose.string() + ": holds no two orientations without a gap");
    }
    facts.samples = samples_;
    facts.step_s = step_s_;
    facts.duplicates = duplicates_;
    facts.missing = missing_;
    facts.gaps = tracks_.size() - 1;
    facts.longest_gap_s = longest_gap_s_;
    return std::move(tracks_);
  }

 private:
  void finish_track() {
    if (times_.size() > 1) tracks_.emplace_back(std::move(times_), std::move(rotations_));
    times_.clear();
    rotations_.clear();
  }

  const LogOptions& options_;
  double step_s_;
  std::vector<double> times_;  ///< of the track that is not finished
  std::vector<Eigen::Quaterniond> rotations_;
  std::vector<so3::Track> tracks_;
  std::size_t samples_ = 0, duplicates_ = 0, missing_ = 0;
  double longest_gap_s_ = 0.0;
};

}  // namespace

OrientationLog read_pose_file(const LogOptions& options) {
  const io::Table table = io::read_table(options.pose);
  const LogTimes times = read_times(table, options);
  const Rows rows = read_rows(table, options);
  TrackCutter cutter(options, times.time_s);
  for (std::size_t row = 0; row < table.rows(); ++row) {
    if (rows.q[row].coeffs().allFinite()) {
      const std::string fault = formats::quaternion_fault(rows.q[row]);
      if (!fault.empty()) table.fail(row, fault);
    }
    cutter.add(times.time_s[row], rows.q[row]);
  }
  PoseFacts facts{options.pose.filename().string(), times.meaning, rows.meaning, options.inverse};
  OrientationLog log;
  log.tracks = cutter.finish(facts);
  log.facts.pose = std::move(facts);
  return log;
}

}  // namespace ingest
