#include "ingest/sensor_series.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "core/errors.h"
#include "core/units.h"
#include "formats/motion_columns.h"
#include "ingest/log_columns.h"
#include "ingest/sensor_unit.h"

namespace ingest {
namespace {

using formats::Quantity;
using formats::VectorColumns;

constexpr std::array kSensors = {
    Quantity::kGyroscope,        Quantity::kAccelerometer, Quantity::kLinearAcceleration,
    Quantity::kUserAcceleration, Quantity::kGravity,       Quantity::kMagnetometer};

bool is_sensor(Quantity quantity) {
  return std::ranges::find(kSensors, quantity) != kSensors.end();
}

/// A file with its columns.
struct LogTable {
  const io::Table& table;
  const formats::MotionColumns& columns;
  const LogOptions& options;
};

SensorSeries make_series(const LogTable& log, Quantity quantity, const VectorColumns& columns) {
  SensorSeries series;
  series.quantity = quantity;
  series.file = log.table.path.filename().string();
  const SensorUnit scale = sensor_unit(log.table.path, quantity, columns, log.options);
  series.unit = scale.name;
  series.core_motion = is_core_motion(log.columns, columns);
  series.columns = fmt::format("columns {}, {}, {} in {}", columns.column[0] + 1,
                               columns.column[1] + 1, columns.column[2] + 1, scale.name);
  for (std::size_t row = 0; row < log.table.rows(); ++row) {
    Eigen::Vector3d value;
    for (std::size_t i = 0; i < 3; ++i) {
      value[static_cast<Eigen::Index>(i)] = scale.factor * log.table.at(row, columns.column[i]);
    }
    series.value.push_back(value);
  }
  return series;
}

void set_times(const LogTimes& times, SensorSeries& series) {
  series.time_s = times.time_s;
  series.time = times.meaning;
  series.unit_stated = times.unit_stated;
}

/// Sensors that have columns of their own.
std::vector<SensorSeries> read_columns(const LogTable& log) {
  std::vector<SensorSeries> sensors;
  const auto gyroscope = log.columns.vector(Quantity::kGyroscope);
  const std::string stem = gyroscope ? gyroscope->stem : "";
  const bool ros = stem.find("angular velocity") != std::string::npos;
  for (const Quantity quantity : kSensors) {
    if (const auto columns = log.columns.vector(quantity)) {
      sensors.push_back(make_series(log, quantity, *columns));
      sensors.back().ros = ros;
    }
  }
  if (sensors.empty()) return sensors;
  const std::string own = gyroscope ? stem : "";
  const LogTimes times = read_times(log.table, log.columns, log.options, {own, false, true});
  for (SensorSeries& series : sensors) set_times(times, series);
  return sensors;
}

/// A table without names: time, gyroscope, accelerometer[, magnetometer].
std::vector<SensorSeries> read_unnamed(const LogTable& log) {
  std::vector<SensorSeries> sensors;
  if (log.table.columns != 7 && log.table.columns != 10) return sensors;
  const LogTimes times = read_times(log.table, log.columns, log.options);
  const std::array order = {Quantity::kGyroscope, Quantity::kAccelerometer,
                            Quantity::kMagnetometer};
  for (std::size_t i = 0; 3 * i + 1 < log.table.columns; ++i) {
    const VectorColumns columns{{3 * i + 1, 3 * i + 2, 3 * i + 3}, {}, "", false};
    sensors.push_back(make_series(log, order[i], columns));
    sensors.back().unnamed = true;
    set_times(times, sensors.back());
  }
  return sensors;
}

/// The sensor that a text names; samples that are raw beside calibrated ones are not read.
Quantity sensor_of(std::string_view text) {
  const formats::Words words = formats::words_of(text);
  if (formats::has(words, formats::kDoubtfulWords)) return Quantity::kOther;
  return formats::quantity_of_words(words);
}

/// Android's numbers of types of sensors.
Quantity sensor_of_type(double type) {
  const std::map<int, Quantity> types = {{1, Quantity::kAccelerometer},
                                         {2, Quantity::kMagnetometer},
                                         {4, Quantity::kGyroscope},
                                         {9, Quantity::kGravity},
                                         {10, Quantity::kLinearAcceleration}};
  const auto found = type == std::floor(type) ? types.find(static_cast<int>(type)) : types.end();
  return found == types.end() ? Quantity::kOther : found->second;
}

/// The sensor that each row is of, if a column names it; empty if no column does.
std::vector<Quantity> sensors_of_rows(const LogTable& log) {
  const auto type = log.columns.find({"type", "sensortype", "sensor_type", "sensor", "sensorid"});
  for (std::size_t column = 0; column < log.table.columns; ++column) {
    std::vector<Quantity> rows;
    std::map<Quantity, std::string_view> texts;
    bool gyroscope = false;
    for (std::size_t row = 0; row < log.table.rows(); ++row) {
      const std::string_view text = log.table.text_at(row, column);
      const bool number = text.empty() && type == column;
      rows.push_back(number ? sensor_of_type(log.table.at(row, column)) : sensor_of(text));
      gyroscope = gyroscope || rows.back() == Quantity::kGyroscope;
      const std::string_view first = texts.try_emplace(rows.back(), text).first->second;
      if (gyroscope && is_sensor(rows.back()) && first != text) {
        throw core::InputError(fmt::format(
            "{}: rows of \"{}\" and of \"{}\" hold the same sensor: leave one of them in the file",
            log.table.path.string(), first, text));
      }
    }
    if (gyroscope) return rows;
  }
  return {};
}

/// Divides rows of several sensors into the sensors.
std::vector<SensorSeries> read_mixed_rows(const LogTable& log, const VectorColumns& columns,
                                          const std::vector<Quantity>& rows) {
  const LogTimes times = read_times(log.table, log.columns, log.options, {"", false, false});
  std::vector<SensorSeries> sensors;
  for (const Quantity quantity : kSensors) {
    if (std::ranges::find(rows, quantity) == rows.end()) continue;
    const SensorSeries all = make_series(log, quantity, columns);
    SensorSeries series = all;
    series.value.clear();
    series.time = times.meaning;
    series.unit_stated = times.unit_stated;
    for (std::size_t row = 0; row < rows.size(); ++row) {
      if (rows[row] != quantity) continue;
      if (!series.time_s.empty() && times.time_s[row] < series.time_s.back()) {
        log.table.fail(row, "time goes backward within the rows of one sensor");
      }
      series.time_s.push_back(times.time_s[row]);
      series.value.push_back(all.value[row]);
    }
    sensors.push_back(std::move(series));
  }
  return sensors;
}

/// Columns x, y, z without a sensor: rows that name it, or the name of the file.
std::vector<SensorSeries> read_plain(const LogTable& log) {
  const auto columns = log.columns.plain_vector();
  if (!columns) return {};
  const std::vector<Quantity> rows = sensors_of_rows(log);
  if (!rows.empty()) return read_mixed_rows(log, *columns, rows);
  const Quantity quantity = sensor_of(log.table.path.stem().string());
  if (!is_sensor(quantity)) return {};
  std::vector<SensorSeries> sensors = {make_series(log, quantity, *columns)};
  set_times(read_times(log.table, log.columns, log.options), sensors.front());
  return sensors;
}

}  // namespace

std::vector<SensorSeries> read_sensors(const std::filesystem::path& path,
                                       const LogOptions& options) {
  const io::Table table = io::read_table(path);
  const formats::MotionColumns columns(path, table.header, options.columns, options.body);
  const LogTable log{table, columns, options};
  std::vector<SensorSeries> sensors = read_columns(log);
  if (sensors.empty() && columns.unnamed()) sensors = read_unnamed(log);
  if (sensors.empty()) sensors = read_plain(log);
  if (sensors.empty()) {
    throw core::InputError(
        fmt::format("{}: expected columns gx, gy, gz, ax, ay, az[, mx, my, mz] in the spelling of "
                    "a usual logger, "
                    "or x, y, z in a file or in rows that name the sensor; found {}; other names: "
                    "state --columns "
                    "time=NAME,gx=NAME,...",
                    path.string(), columns.list()));
  }
  return sensors;
}

}  // namespace ingest
