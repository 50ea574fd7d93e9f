#include "formats/timed_lines.h"

#include <fmt/format.h>

#include "core/errors.h"
#include "io/table_cells.h"

namespace formats {
namespace {

/// Longest step between two rows whose unit nobody states, s. Milliseconds that are taken for
/// seconds make longer steps, up to rates of 2 kHz.
constexpr double kMaxAssumedStepS = 0.5;

}  // namespace

void TimedLines::fail(const std::string& message) const {
  throw core::InputError(fmt::format("{}: line {}: {}", path_.string(), line_, message));
}

bool TimedLines::take(std::string_view line) {
  ++line_;
  if (!in_rows_ && !finder_.take(line)) return false;
  in_rows_ = true;
  if (io::is_comment(line)) return false;
  const std::string cell_fault = io::split_row(line, finder_.header(), cells_);
  if (!cell_fault.empty()) fail(cell_fault);
  return true;
}

std::vector<double> TimedLines::numbers(std::span<const std::size_t> columns) {
  const auto& rows = header().rows;
  std::vector<double> numbers;
  for (const std::size_t column : columns) {
    const std::optional<double> number = reader_.number(cells_[column]);
    if (!number) {
      fail(fmt::format("{}expected a number, found \"{}\"",
                       rows.empty() ? "" : rows.back()[column] + ": ",
                       cells_[column].substr(0, 40)));
    }
    numbers.push_back(*number);
  }
  return numbers;
}

double TimedLines::seconds(TimeDecoder& time) {
  const std::vector<double> values = numbers(time.columns());
  if (!last_time_s_ && time.source() == UnitSource::kAssumed && !values.empty()) {
    if (const auto unit_s = unit_of_date(values[0])) time.set_unit(*unit_s, UnitSource::kDate);
  }
  const double time_s = time.seconds(values);
  check_unit(time, time_s);
  return time_s;
}

/// A step that is too long shows that times without a unit are not seconds.
void TimedLines::check_unit(TimeDecoder& time, double time_s) {
  if (last_time_s_ && time_s > *last_time_s_) {
    const double step = (time_s - *last_time_s_) / time.unit_s();
    if (time.sample_time_fine() && sample_time_fine_unit(step) != time.unit_s()) {
      fail("SampleTimeFine counts microseconds (Xsens DOT): state --time-unit us");
    }
    const bool open = time.source() == UnitSource::kAssumed || time.source() == UnitSource::kDate;
    if (open && step * time.unit_s() > kMaxAssumedStepS) {
      fail(
          fmt::format("rows are {:.6g} apart and the name of column {} states no unit: state "
                      "--time-unit s, ms, us or ns",
                      step, time.columns()[0] + 1));
    }
    // Later steps may be gaps.
    if (open) time.set_unit(time.unit_s(), UnitSource::kName);
  }
  last_time_s_ = time_s;
}

}  // namespace formats
