#include "formats/time_decoder.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "core/errors.h"
#include "core/parse.h"
#include "io/table_cells.h"

namespace formats {
namespace {

/// Number of packets after which Xsens' counter begins again.
constexpr double kPacketCounterSize = 65536.0;
/// Times since 1970 of the years 2003 to 2065, s.
constexpr double kFirstDate = 1.05e9;
constexpr double kLastDate = 3.0e9;

/// The number after the word "rate" in the notes above a table ("OutputRate:,60Hz").
std::set<double> rates_of(std::string_view note) {
  std::string text = io::normalized_name(note);
  std::set<double> rates;
  for (std::size_t at = 0; (at = text.find("rate", at)) != std::string::npos; at += 4) {
    const std::size_t begin = text.find_first_not_of(":=,;\t\"()hz", at + 4);
    if (begin == std::string::npos) break;
    const std::size_t end = std::min(text.find_first_not_of("0123456789.", begin), text.size());
    const auto rate = core::parse_number(std::string_view(text).substr(begin, end - begin));
    if (rate && *rate > 0.0) rates.insert(*rate);
  }
  return rates;
}

/// The frame rate that the lines above a table state; nothing if they state none or several. Vicon's
/// exports state it as a line of its own.
std::optional<double> rate_of_notes(const io::TableHeader& header, bool vicon) {
  std::set<double> rates;
  for (const std::string& note : header.notes) {
    rates.merge(rates_of(note));
    std::vector<std::string_view> cells;
    io::split_cells(note, header.separator, cells);
    if (!vicon || io::filled_cells(cells) != 1) continue;
    const auto rate = core::parse_number(cells.front());
    if (rate && *rate > 0.0) rates.insert(*rate);
  }
  return rates.size() == 1 ? std::optional(*rates.begin()) : std::nullopt;
}

}  // namespace

std::optional<double> unit_of_date(double number) {
  for (const double unit_s : {1.0, 1e-3, 1e-6, 1e-9}) {
    if (number * unit_s >= kFirstDate && number * unit_s <= kLastDate) return unit_s;
  }
  return std::nullopt;
}

double sample_time_fine_unit(double step) { return step < 2000.0 ? 1e-4 : 1e-6; }

std::string time_unit_name(double unit_s) {
  for (const TimeUnit unit : {TimeUnit::kSeconds, TimeUnit::kMilliseconds, TimeUnit::kMicroseconds,
                              TimeUnit::kNanoseconds}) {
    if (unit_s == seconds_in(unit)) return name_of(unit);
  }
  return "0.1 ms";
}

TimeDecoder::TimeDecoder(const MotionColumns& columns, const io::TableHeader& header,
                         const LogReading& reading, std::string_view stem, TimeRule rule) {
  bool rows = rule == TimeRule::kRows;
  if (rule == TimeRule::kColumn) {
    std::optional<TimeColumn> column = columns.time(stem);
    if (!column && columns.unnamed()) column.emplace();
    if (column) {
      take_column(*column, columns, reading);
      return;
    }
    rows = !columns.frame() && reading.frame_rate_hz;
  }
  if (!rows && !columns.frame()) {
    throw core::InputError(fmt::format(
        "{}: expected a column of times (time_s, time, t, timestamp, ..., or a count of frames), "
        "found {}; other names: state --columns time=NAME",
        columns.path().string(), columns.list()));
  }
  take_frames(columns, header, reading, rows);
}

void TimeDecoder::take_column(const TimeColumn& column, const MotionColumns& columns,
                              const LogReading& reading) {
  columns_ = {column.column};
  if (column.fraction) columns_.push_back(*column.fraction);
  fraction_unit_s_ = column.fraction_unit_s;
  const std::optional<double> stated =
      reading.time_unit ? std::optional(seconds_in(*reading.time_unit)) : std::nullopt;
  const bool joined = column.fraction.has_value();
  if (stated && column.unit && !column.stated && !joined && *stated != column.unit->factor) {
    throw core::InputError(fmt::format(
        "{}: the name of column {} says that times are in {}, --time-unit says {}; if the name is "
        "wrong, state --columns time={} as well",
        columns.path().string(), column.column + 1, column.unit->name, name_of(*reading.time_unit),
        column.column + 1));
  }
  if (stated && !joined) {
    set_unit(*stated, UnitSource::kStated);
  } else if (column.unit) {
    set_unit(column.unit->factor, UnitSource::kName);
  }
  sample_time_fine_ = column.sample_time_fine && !stated;
  if (sample_time_fine_) set_unit(sample_time_fine_unit(0.0), UnitSource::kName);
}

void TimeDecoder::take_frames(const MotionColumns& columns, const io::TableHeader& header,
                              const LogReading& reading, bool rows) {
  const bool vicon = columns.has(Quantity::kSubFrame);
  frame_rate_hz_ = reading.frame_rate_hz ? reading.frame_rate_hz : rate_of_notes(header, vicon);
  source_ = reading.frame_rate_hz ? UnitSource::kStated : UnitSource::kName;
  if (!frame_rate_hz_) {
    throw core::UsageError(
        fmt::format("{}: {}: state --frame-rate in frames a second{}", columns.path().string(),
                    rows ? fmt::format("rows of {} numbers without a time", columns.size())
                         : "counts frames and has no column of times",
                    rows ? ", or put a column of times in s before the others" : ""));
  }
  if (!rows) columns_ = {*columns.frame()};
}

double TimeDecoder::seconds(std::span<const double> numbers) {
  if (!frame_rate_hz_) {
    const double whole_s = numbers[0] * unit_s_;
    return joined() ? whole_s + numbers[1] * fraction_unit_s_ : whole_s;
  }
  double frame = numbers.empty() ? last_frame_ + (first_frame_ ? 1.0 : 0.0) : numbers[0] + wrapped_;
  if (first_frame_ && frame < last_frame_ - 0.9 * kPacketCounterSize) {
    wrapped_ += kPacketCounterSize;
    frame += kPacketCounterSize;
  }
  if (!first_frame_) first_frame_ = frame;
  last_frame_ = frame;
  return (frame - *first_frame_) / *frame_rate_hz_;
}

void TimeDecoder::separate(std::size_t index) {
  if (index == 1) unit_s_ = fraction_unit_s_;
  columns_ = {columns_[index]};
}

void TimeDecoder::set_unit(double unit_s, UnitSource source) {
  unit_s_ = unit_s;
  source_ = source;
}

std::string TimeDecoder::meaning() const {
  if (frame_rate_hz_) {
    const std::string what = columns_.empty()
                                 ? "rows are counted"
                                 : fmt::format("column {} counts frames from {}", columns_[0] + 1,
                                               first_frame_.value_or(0));
    return fmt::format("{}, {} a second{}", what, *frame_rate_hz_,
                       source_ == UnitSource::kStated ? "" : " (the file says so)");
  }
  if (joined()) {
    return fmt::format("column {} in s and column {} in {}, joined", columns_[0] + 1,
                       columns_[1] + 1, time_unit_name(fraction_unit_s_));
  }
  const char* remark = source_ == UnitSource::kAssumed ? " (assumed)"
                       : source_ == UnitSource::kDate  ? " (they are dates)"
                                                       : "";
  return fmt::format("column {} in {}{}", columns_[0] + 1, time_unit_name(unit_s_), remark);
}

}  // namespace formats
