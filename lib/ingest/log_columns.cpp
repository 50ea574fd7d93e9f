#include "ingest/log_columns.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "core/errors.h"
#include "core/quantile.h"

namespace ingest {
namespace {

constexpr double kLongestStepS = 1.0;

struct TimeUnit {
  const char* name;
  double seconds;
};
constexpr std::array<TimeUnit, 4> kUnits = {{{"s", 1.0}, {"ms", 1e-3}, {"us", 1e-6}, {"ns", 1e-9}}};

/// A unit by its name. @throws core::UsageError
TimeUnit unit_named(const std::string& name) {
  for (const TimeUnit& unit : kUnits) {
    if (name == unit.name) return unit;
  }
  throw core::UsageError(fmt::format("--time-unit: expected s, ms, us or ns, found \"{}\"", name));
}

/// The column of times and the unit its name says; none where there is no such name.
std::optional<std::pair<std::size_t, TimeUnit>> time_column(const io::Table& table) {
  for (const char* stem : {"time", "t", "timestamp", "time_stamp", "sensor_time", "elapsed"}) {
    for (const TimeUnit& unit : kUnits) {
      for (const char* format : {"{}_{}", "{}({})", "{}[{}]"}) {
        const auto column = table.find(fmt::format(fmt::runtime(format), stem, unit.name));
        if (column) return {{*column, unit}};
      }
    }
    if (const auto column = table.find(stem)) return {{*column, TimeUnit{"", 1.0}}};
  }
  return std::nullopt;
}

/// LOCATA's six columns as seconds since midnight of the first row's day.
std::optional<std::vector<double>> calendar_times(const io::Table& table) {
  const auto columns =
      find_columns<6>(table, {{{"year"}, {"month"}, {"day"}, {"hour"}, {"minute"}, {"second"}}});
  if (!columns) return std::nullopt;
  std::vector<double> time_s;
  double first_day = 0.0;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    std::array<double, 6> value{};
    for (std::size_t i = 0; i < 6; ++i) value[i] = table.at(row, (*columns)[i]);
    const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(value[0])),
                                           std::chrono::month(static_cast<unsigned>(value[1])),
                                           std::chrono::day(static_cast<unsigned>(value[2]))};
    if (!(value[0] >= 1970.0 && value[0] <= 2200.0) || !date.ok()) {
      table.fail(row, "expected year, month, day, hour, minute, second");
    }
    const auto day = static_cast<double>(std::chrono::sys_days(date).time_since_epoch().count());
    if (row == 0) first_day = day;
    time_s.push_back((day - first_day) * 86400.0 + value[3] * 3600.0 + value[4] * 60.0 + value[5]);
  }
  return time_s;
}

/// A unit that is too large shows in the steps.
void check_steps(const io::Table& table, const std::vector<double>& time_s) {
  std::vector<double> steps;
  for (std::size_t i = 1; i < time_s.size(); ++i) {
    if (time_s[i] > time_s[i - 1]) steps.push_back(time_s[i] - time_s[i - 1]);
  }
  if (steps.empty()) return;
  const double step_s = core::median(std::move(steps));
  if (step_s > kLongestStepS || step_s < 1e-5) {
    throw core::InputError(fmt::format(
        "{}: rows are {:.6g} s apart if the times are in seconds: state --time-unit ms, us or ns",
        table.path.string(), step_s));
  }
}

}  // namespace

std::optional<std::size_t> find_column(const io::Table& table,
                                       std::initializer_list<const char*> names) {
  for (const char* name : names) {
    if (const auto column = table.find(name)) return column;
  }
  return std::nullopt;
}

std::string list_columns(const io::Table& table) {
  if (table.names.empty()) return fmt::format("{} columns without names", table.columns);
  std::string list;
  for (const std::string& name : table.names) list += (list.empty() ? "" : ", ") + name;
  return list.size() > 200 ? fmt::format("{}...", list.substr(0, 200)) : list;
}

std::vector<double> read_times(const io::Table& table, const Options& options,
                               nlohmann::json& facts) {
  if (auto calendar = calendar_times(table)) {
    facts["time"] = "year ... second, as seconds since midnight of the first day";
    return *calendar;
  }
  const auto frame = find_column(table, {"frame_number", "frame", "frame_id", "framenumber"});
  auto column = time_column(table);
  if (!column && !frame && table.names.empty()) column = {{0, TimeUnit{"", 1.0}}};
  double seconds = 1.0;
  double zero = 0.0;
  std::size_t index = 0;
  if (column) {
    const TimeUnit unit = !options.time_unit.empty()  ? unit_named(options.time_unit)
                          : *column->second.name != 0 ? column->second
                                                      : kUnits[0];
    const bool assumed = options.time_unit.empty() && *column->second.name == 0;
    index = column->first;
    seconds = unit.seconds;
    facts["time"] =
        fmt::format("column {} in {}{}", index + 1, unit.name, assumed ? " (assumed)" : "");
  } else if (frame) {
    if (!(options.frame_rate_hz > 0.0)) {
      throw core::UsageError(table.path.string() +
                             ": counts frames: state --frame-rate (EasyCom: 20)");
    }
    index = *frame;
    seconds = 1.0 / options.frame_rate_hz;
    zero = table.at(0, index);
    facts["time"] = fmt::format("column {} counts frames from {}, {} a second", index + 1, zero,
                                options.frame_rate_hz);
  } else {
    throw core::InputError(
        fmt::format("{}: expected a column of times (time_s, time, t, timestamp, ..., or "
                    "frame_number), found {}",
                    table.path.string(), list_columns(table)));
  }
  std::vector<double> time_s(table.rows());
  for (std::size_t row = 0; row < table.rows(); ++row) {
    time_s[row] = (table.at(row, index) - zero) * seconds;
    if (!std::isfinite(time_s[row])) table.fail(row, "the time is not a number");
    if (row > 0 && time_s[row] < time_s[row - 1]) {
      table.fail(row,
                 fmt::format("time goes backward, from {} to {} s", time_s[row - 1], time_s[row]));
    }
  }
  check_steps(table, time_s);
  return time_s;
}

}  // namespace ingest
