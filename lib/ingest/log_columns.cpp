#include "ingest/log_columns.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>

#include "core/errors.h"
#include "core/parse.h"
#include "core/quantile.h"
#include "formats/time_decoder.h"

namespace ingest {
namespace {

using formats::TimeDecoder;
using formats::UnitSource;

constexpr double kMaxStepS = 1.0;
constexpr double kMinStepS = 1e-5;
/// Longest step between rows whose unit nobody states, s. Milliseconds that are taken for seconds
/// make longer steps, up to rates of 5 kHz.
constexpr double kMaxAssumedStepS = 0.2;

/// Days since 1970 of a date; nothing unless it is one.
std::optional<double> day_of(double year, double month, double day) {
  const bool in_range = year >= 1970.0 && year <= 2200.0 && month >= 1.0 && month <= 12.0 &&
                        day >= 1.0 && day <= 31.0;
  if (!in_range) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(year)),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return std::nullopt;
  return static_cast<double>(std::chrono::sys_days(date).time_since_epoch().count());
}

/// Seconds since midnight of the first row's day.
/// @param parts  year, month, day, hour, minute, second of a row
template <typename Parts>
std::vector<double> since_first_midnight(const io::Table& table, Parts parts,
                                         const char* expected) {
  std::vector<double> time_s;
  double first_day = 0.0;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const std::optional<std::array<double, 6>> p = parts(row);
    const std::optional<double> day = p ? day_of((*p)[0], (*p)[1], (*p)[2]) : std::nullopt;
    if (!day) table.fail(row, expected);
    if (row == 0) first_day = *day;
    time_s.push_back((*day - first_day) * 86400.0 + (*p)[3] * 3600.0 + (*p)[4] * 60.0 + (*p)[5]);
  }
  return time_s;
}

/// LOCATA's six columns; nothing without them.
std::optional<std::vector<double>> calendar_times(const io::Table& table) {
  std::array<std::size_t, 6> columns{};
  const std::array names = {"year", "month", "day", "hour", "minute", "second"};
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto column = table.find(names[i]);
    if (!column) return std::nullopt;
    columns[i] = *column;
  }
  return since_first_midnight(
      table,
      [&](std::size_t row) {
        std::array<double, 6> parts{};
        for (std::size_t i = 0; i < 6; ++i) parts[i] = table.at(row, columns[i]);
        return std::optional(parts);
      },
      "expected year, month, day, hour, minute, second");
}

/// The parts of a date like 2024-05-01T12:00:00.125; what follows the seconds is not read.
std::optional<std::array<double, 6>> parts_of_date(std::string_view text) {
  std::array<double, 6> parts{};
  for (std::size_t i = 0; i < 6; ++i) {
    const std::size_t end =
        std::min(text.find_first_not_of(i == 5 ? "0123456789." : "0123456789"), text.size());
    const auto number = core::parse_number(text.substr(0, end));
    if (!number) return std::nullopt;
    parts[i] = *number;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

/// The numbers of one column. @throws core::InputError  where one is not finite
std::vector<double> numbers_of(const io::Table& table, std::size_t column) {
  std::vector<double> numbers(table.rows());
  for (std::size_t row = 0; row < table.rows(); ++row) {
    numbers[row] = table.at(row, column);
    if (!std::isfinite(numbers[row])) table.fail(row, "the time is not a number");
  }
  return numbers;
}

bool all_whole(const std::vector<double>& numbers) {
  return std::ranges::all_of(numbers, [](double x) { return x == std::floor(x); });
}

/// Two columns are joined if one counts whole seconds and the other stays below a second. Otherwise
/// both hold the whole time, and the finer one is read.
void join_or_separate(const std::vector<double>& whole, const std::vector<double>& fraction,
                      TimeDecoder& decoder) {
  const double second = std::round(1.0 / decoder.fraction_unit_s());
  const bool below = std::ranges::all_of(fraction, [&](double x) { return x >= 0 && x < second; });
  if (all_whole(whole) && below) return;
  decoder.separate(all_whole(whole) ? 1 : 0);
}

/// The units in which rows this far apart come at a usual rate, for a message.
std::string fitting_units(double step) {
  std::string text;
  for (const formats::TimeUnit unit :
       {formats::TimeUnit::kSeconds, formats::TimeUnit::kMilliseconds,
        formats::TimeUnit::kMicroseconds, formats::TimeUnit::kNanoseconds}) {
    const double rate_hz = 1.0 / (step * seconds_in(unit));
    if (rate_hz < 0.9 || rate_hz > 10000.0) continue;
    text += fmt::format("{}{} ({:.4g} rows a second)", text.empty() ? "" : " or ", name_of(unit),
                        rate_hz);
  }
  return text.empty() ? "s, ms, us or ns" : text;
}

/// Finds the unit of numbers whose unit nobody states.
void find_unit(const io::Table& table, const std::vector<double>& numbers, TimeDecoder& decoder) {
  const double step = median_step_s(numbers);
  if (decoder.sample_time_fine()) {
    decoder.set_unit(formats::sample_time_fine_unit(step), UnitSource::kName);
  }
  if (decoder.source() != UnitSource::kAssumed || step == 0.0) return;
  const std::optional<double> unit_s = formats::unit_of_date(numbers.front());
  if (unit_s && step * *unit_s < kMaxStepS && step * *unit_s > kMinStepS) {
    decoder.set_unit(*unit_s, UnitSource::kDate);
    return;
  }
  if (!all_whole(numbers) && step <= kMaxAssumedStepS) return;
  throw core::InputError(fmt::format(
      "{}: nothing says the unit of the times in column {}, and {}: rows are {:.6g} apart; state "
      "--time-unit {}",
      table.path.string(), decoder.columns()[0] + 1,
      all_whole(numbers) ? "they are whole numbers" : "they are hardly seconds", step,
      fitting_units(step)));
}

/// A wrong unit makes the steps between rows too long or too short.
void check_steps(const io::Table& table, const std::vector<double>& time_s,
                 const TimeDecoder& decoder) {
  const double step_s = median_step_s(time_s);
  if (step_s > 0.0 && (step_s > kMaxStepS || step_s < kMinStepS)) {
    throw core::InputError(fmt::format(
        "{}: rows are {:.6g} s apart if the times are in {}: state --time-unit s, ms, us or ns{}",
        table.path.string(), step_s, formats::time_unit_name(decoder.unit_s()),
        decoder.columns().empty()
            ? " or --frame-rate"
            : fmt::format(" and --columns time={}", decoder.columns()[0] + 1)));
  }
}

/// Whether a column holds nothing at all, as Xsens' SampleTimeFine of some devices.
bool is_empty(const io::Table& table, std::size_t column) {
  for (std::size_t row = 0; row < table.rows(); ++row) {
    if (std::isfinite(table.values[row * table.columns + column])) return false;
    if (!table.text_at(row, column).empty()) return false;
  }
  return true;
}

TimeDecoder find_decoder(const io::Table& table, const formats::MotionColumns& columns,
                         const LogOptions& options, const TimesOf& of) {
  using formats::TimeRule;
  TimeDecoder decoder(columns, table.header, options, of.stem,
                      of.rows ? TimeRule::kRows : TimeRule::kColumn);
  const auto used = decoder.columns();
  if (used.empty() || !columns.frame() || !is_empty(table, used[0])) return decoder;
  return TimeDecoder(columns, table.header, options, of.stem, TimeRule::kFrames);
}

std::vector<double> decode(const io::Table& table, TimeDecoder& decoder) {
  std::vector<std::vector<double>> numbers;
  for (const std::size_t column : decoder.columns()) numbers.push_back(numbers_of(table, column));
  if (decoder.joined()) {
    join_or_separate(numbers[0], numbers[1], decoder);
    if (!decoder.joined()) numbers = {numbers_of(table, decoder.columns()[0])};
  }
  if (!decoder.counts_frames() && !decoder.joined()) find_unit(table, numbers[0], decoder);
  std::vector<double> time_s(table.rows());
  std::vector<double> row_numbers(numbers.size());
  for (std::size_t row = 0; row < table.rows(); ++row) {
    for (std::size_t i = 0; i < numbers.size(); ++i) row_numbers[i] = numbers[i][row];
    time_s[row] = decoder.seconds(row_numbers);
  }
  return time_s;
}

}  // namespace

void check_order(const io::Table& table, const std::vector<double>& time_s) {
  for (std::size_t row = 1; row < table.rows(); ++row) {
    if (time_s[row] < time_s[row - 1]) {
      table.fail(row,
                 fmt::format("time goes backward, from {} to {} s", time_s[row - 1], time_s[row]));
    }
  }
}

double median_step_s(const std::vector<double>& time_s) {
  std::vector<double> steps;
  for (std::size_t i = 1; i < time_s.size(); ++i) {
    if (time_s[i] > time_s[i - 1]) steps.push_back(time_s[i] - time_s[i - 1]);
  }
  return core::median(std::move(steps));
}

LogTimes read_times(const io::Table& table, const formats::MotionColumns& columns,
                    const LogOptions& options, const TimesOf& of) {
  LogTimes times;
  if (auto calendar = calendar_times(table)) {
    for (std::size_t row = 0; row < table.rows(); ++row) {
      if (!std::isfinite((*calendar)[row])) table.fail(row, "the time is not a number");
    }
    times = {std::move(*calendar), "year ... second, as seconds since midnight of the first day",
             true};
  } else {
    TimeDecoder decoder = find_decoder(table, columns, options, of);
    const auto column = decoder.columns();
    if (!column.empty() && !table.text_at(0, column[0]).empty()) {
      const auto parts = [&, at = column[0]](std::size_t row) {
        return parts_of_date(table.text_at(row, at));
      };
      times.time_s = since_first_midnight(
          table, parts, "expected a time in numbers, or a date like 2024-05-01T12:00:00.125");
      times.meaning =
          fmt::format("column {} as dates, in s since midnight of the first day", column[0] + 1);
      times.unit_stated = true;
    } else {
      times.time_s = decode(table, decoder);
      check_steps(table, times.time_s, decoder);
      times.meaning = decoder.meaning();
      times.unit_stated = decoder.source() == UnitSource::kStated;
    }
  }
  if (of.ordered) check_order(table, times.time_s);
  return times;
}

}  // namespace ingest
