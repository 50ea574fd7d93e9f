#include "ingest/log_columns.h"

#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <optional>

#include "core/errors.h"
#include "core/quantile.h"
#include "formats/orientation_table.h"

namespace ingest {
namespace {

constexpr double kMaxStepS = 1.0;
constexpr double kMinStepS = 1e-5;

/// Days since 1970 of a row's date. @throws core::InputError  unless it is a date
double day_of(const io::Table& table, std::size_t row, double year, double month, double day) {
  const bool in_range = year >= 1970.0 && year <= 2200.0 && month >= 1.0 && month <= 12.0 &&
                        day >= 1.0 && day <= 31.0;
  if (!in_range) table.fail(row, "expected year, month, day, hour, minute, second");
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(year)),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) table.fail(row, "expected year, month, day, hour, minute, second");
  return static_cast<double>(std::chrono::sys_days(date).time_since_epoch().count());
}

/// LOCATA's six columns as seconds since midnight of the first row's day; nothing without them.
std::optional<std::vector<double>> calendar_times(const io::Table& table) {
  const auto columns = formats::find_columns<6>(
      table.names, {{{"year"}, {"month"}, {"day"}, {"hour"}, {"minute"}, {"second"}}});
  if (!columns) return std::nullopt;
  std::vector<double> time_s;
  double first_day = 0.0;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const auto cell = [&](std::size_t i) { return table.at(row, (*columns)[i]); };
    const double day = day_of(table, row, cell(0), cell(1), cell(2));
    if (row == 0) first_day = day;
    time_s.push_back((day - first_day) * 86400.0 + cell(3) * 3600.0 + cell(4) * 60.0 + cell(5));
  }
  return time_s;
}

void check_order(const io::Table& table, const std::vector<double>& time_s) {
  for (std::size_t row = 0; row < table.rows(); ++row) {
    if (!std::isfinite(time_s[row])) table.fail(row, "the time is not a number");
    if (row > 0 && time_s[row] < time_s[row - 1]) {
      table.fail(row,
                 fmt::format("time goes backward, from {} to {} s", time_s[row - 1], time_s[row]));
    }
  }
}

/// A wrong unit makes the steps between rows too long or too short.
void check_steps(const io::Table& table, const std::vector<double>& time_s) {
  const double step_s = median_step_s(time_s);
  if (step_s > 0.0 && (step_s > kMaxStepS || step_s < kMinStepS)) {
    throw core::InputError(fmt::format(
        "{}: rows are {:.6g} s apart if the times are in seconds: state --time-unit ms, us or ns",
        table.path.string(), step_s));
  }
}

/// How the numbers of a column become seconds: (number - zero) * unit_s.
struct TimeScale {
  std::size_t column = 0;
  double zero = 0.0;
  double unit_s = 1.0;
  std::string meaning;
};

TimeScale scale_of_times(const formats::TimeColumn& column, const LogOptions& options) {
  const auto stated = options.time_unit ? options.time_unit : column.unit;
  const formats::TimeUnit unit = stated.value_or(formats::TimeUnit::kSeconds);
  return {column.index, 0.0, formats::seconds_in(unit),
          fmt::format("column {} in {}{}", column.index + 1, name_of(unit),
                      stated ? "" : " (assumed)")};
}

TimeScale scale_of_frames(const io::Table& table, std::size_t column, const LogOptions& options) {
  if (!options.frame_rate_hz) {
    throw core::UsageError(table.path.string() +
                           ": counts frames: state --frame-rate (EasyCom: 20)");
  }
  const double zero = table.at(0, column);
  return {column, zero, 1.0 / *options.frame_rate_hz,
          fmt::format("column {} counts frames from {}, {} a second", column + 1, zero,
                      *options.frame_rate_hz)};
}

TimeScale find_scale(const io::Table& table, const LogOptions& options) {
  if (const auto column = formats::find_time_column(table.names)) {
    return scale_of_times(*column, options);
  }
  const auto frame =
      formats::find_column(table.names, {"frame_number", "frame", "frame_id", "framenumber"});
  if (frame) return scale_of_frames(table, *frame, options);
  if (table.names.empty()) return scale_of_times({}, options);
  throw core::InputError(
      fmt::format("{}: expected a column of times (time_s, time, t, timestamp, ..., or "
                  "frame_number), found {}",
                  table.path.string(), list_columns(table)));
}

}  // namespace

std::string list_columns(const io::Table& table) {
  if (table.names.empty()) return fmt::format("{} columns without names", table.columns);
  std::string list;
  for (const std::string& name : table.names) list += (list.empty() ? "" : ", ") + name;
  return list.size() > 200 ? fmt::format("{}...", list.substr(0, 200)) : list;
}

double median_step_s(const std::vector<double>& time_s) {
  std::vector<double> steps;
  for (std::size_t i = 1; i < time_s.size(); ++i) {
    if (time_s[i] > time_s[i - 1]) steps.push_back(time_s[i] - time_s[i - 1]);
  }
  return core::median(std::move(steps));
}

LogTimes read_times(const io::Table& table, const LogOptions& options) {
  if (auto calendar = calendar_times(table)) {
    check_order(table, *calendar);
    return {std::move(*calendar), "year ... second, as seconds since midnight of the first day"};
  }
  const TimeScale scale = find_scale(table, options);
  std::vector<double> time_s(table.rows());
  for (std::size_t row = 0; row < table.rows(); ++row) {
    time_s[row] = (table.at(row, scale.column) - scale.zero) * scale.unit_s;
  }
  check_order(table, time_s);
  check_steps(table, time_s);
  return {std::move(time_s), scale.meaning};
}

}  // namespace ingest
