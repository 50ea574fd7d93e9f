#include "formats/orientation_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/errors.h"
#include "io/table_cells.h"

namespace formats {
namespace {

constexpr double kLengthTolerance = 0.01;

constexpr std::array<TimeUnit, 4> kTimeUnits = {TimeUnit::kSeconds, TimeUnit::kMilliseconds,
                                                TimeUnit::kMicroseconds, TimeUnit::kNanoseconds};

std::optional<std::size_t> index_of(std::span<const std::string> names, std::string_view name) {
  const auto at = std::ranges::find(names, name);
  if (at == names.end()) return std::nullopt;
  return static_cast<std::size_t>(at - names.begin());
}

}  // namespace

std::optional<std::size_t> find_column(std::span<const std::string> names,
                                       std::initializer_list<const char*> candidates) {
  for (const char* candidate : candidates) {
    if (const auto column = index_of(names, candidate)) return column;
  }
  return std::nullopt;
}

const char* name_of(TimeUnit unit) {
  switch (unit) {
    case TimeUnit::kMilliseconds:
      return "ms";
    case TimeUnit::kMicroseconds:
      return "us";
    case TimeUnit::kNanoseconds:
      return "ns";
    default:
      return "s";
  }
}

double seconds_in(TimeUnit unit) {
  switch (unit) {
    case TimeUnit::kMilliseconds:
      return 1e-3;
    case TimeUnit::kMicroseconds:
      return 1e-6;
    case TimeUnit::kNanoseconds:
      return 1e-9;
    default:
      return 1.0;
  }
}

std::optional<TimeColumn> find_time_column(std::span<const std::string> names) {
  for (const char* stem : {"time", "t", "timestamp", "time_stamp", "sensor_time", "elapsed"}) {
    for (const TimeUnit unit : kTimeUnits) {
      for (const char* format : {"{}_{}", "{}({})", "{}[{}]"}) {
        const std::string name = fmt::format(fmt::runtime(format), stem, name_of(unit));
        if (const auto column = index_of(names, name)) return TimeColumn{*column, unit};
      }
    }
    if (const auto column = index_of(names, stem)) return TimeColumn{*column, std::nullopt};
  }
  return std::nullopt;
}

std::optional<std::array<std::size_t, 4>> find_quaternion_columns(
    std::span<const std::string> names) {
  return find_columns<4>(names,
                         {{{"qw", "q_w", "quat_w", "quaternion_w", "quaternionw", "orientation_w",
                            "orientation.w", "pose.orientation.w", "rot_w", "w"},
                           {"qx", "q_x", "quat_x", "quaternion_x", "quaternionx", "orientation_x",
                            "orientation.x", "pose.orientation.x", "rot_x", "x"},
                           {"qy", "q_y", "quat_y", "quaternion_y", "quaterniony", "orientation_y",
                            "orientation.y", "pose.orientation.y", "rot_y", "y"},
                           {"qz", "q_z", "quat_z", "quaternion_z", "quaternionz", "orientation_z",
                            "orientation.z", "pose.orientation.z", "rot_z", "z"}}});
}

std::string quaternion_fault(const Eigen::Quaterniond& q) {
  if (std::abs(q.norm() - 1.0) < kLengthTolerance) return "";
  return fmt::format("expected a unit quaternion, found one of length {:.4g}", q.norm());
}

bool OrientationRow::finite() const {
  return std::isfinite(time_s) && q_world_sensor.coeffs().allFinite();
}

void OrientationRowReader::fail(const std::string& message) const {
  throw core::InputError(fmt::format("{}: line {}: {}", path_.string(), line_, message));
}

void OrientationRowReader::take_header(std::string_view line) {
  if (line.starts_with("\xEF\xBB\xBF")) line.remove_prefix(3);
  separator_ = io::separator_of(line);
  std::vector<std::string_view> cells;
  io::split_cells(line, separator_, cells);
  for (const std::string_view cell : cells) names_.push_back(io::normalized_name(cell));
  const auto time = find_time_column(names_);
  const auto quaternion = find_quaternion_columns(names_);
  if (!time || !quaternion) {
    fail(fmt::format("expected a header with time_s,qw,qx,qy,qz (any order), found \"{}\"",
                     line.substr(0, 80)));
  }
  time_ = time->index;
  unit_s_ = seconds_in(time->unit.value_or(TimeUnit::kSeconds));
  quaternion_ = *quaternion;
}

double OrientationRowReader::number_at(std::span<const std::string_view> cells,
                                       std::size_t column) const {
  if (column >= cells.size()) {
    fail(fmt::format("{}: expected a number, found the end of the line", names_[column]));
  }
  const std::optional<double> number = io::parse_cell(cells[column]);
  if (!number) {
    fail(fmt::format("{}: expected a number, found \"{}\"", names_[column],
                     cells[column].substr(0, 40)));
  }
  return *number;
}

std::optional<OrientationRow> OrientationRowReader::take(std::string_view line) {
  ++line_;
  if (line_ == 1) {
    take_header(line);
    return std::nullopt;
  }
  if (io::trimmed(line).empty()) return std::nullopt;
  std::vector<std::string_view> cells;
  io::split_cells(line, separator_, cells);
  const OrientationRow row{number_at(cells, time_) * unit_s_,
                           {number_at(cells, quaternion_[0]), number_at(cells, quaternion_[1]),
                            number_at(cells, quaternion_[2]), number_at(cells, quaternion_[3])}};
  if (cells.size() != names_.size()) {
    fail(fmt::format("expected {} cells as in the header, found {}", names_.size(), cells.size()));
  }
  if (row.q_world_sensor.coeffs().allFinite()) {
    if (const std::string fault = quaternion_fault(row.q_world_sensor); !fault.empty()) fail(fault);
  }
  return row;
}

}  // namespace formats
