#include "formats/orientation_table.h"

#include <fmt/format.h>

#include <cmath>

#include "core/errors.h"
#include "io/table_cells.h"

namespace formats {
namespace {

/// Longest step between two rows whose unit nobody states, s. Milliseconds that are taken for
/// seconds make longer steps, up to rates of 2 kHz.
constexpr double kMaxAssumedStepS = 0.5;

}  // namespace

bool OrientationRow::finite() const {
  return std::isfinite(time_s) && q_world_sensor.coeffs().allFinite();
}

void OrientationRowReader::fail(const std::string& message) const {
  throw core::InputError(fmt::format("{}: line {}: {}", path_.string(), line_, message));
}

void OrientationRowReader::take_header() {
  const io::TableHeader& header = finder_.header();
  const MotionColumns columns(path_, header, reading_.columns, reading_.body);
  pose_.emplace(columns, reading_);
  time_.emplace(columns, header, reading_, pose_->stem(),
                pose_->has_time() ? TimeRule::kColumn : TimeRule::kRows);
}

std::vector<double> OrientationRowReader::numbers(std::span<const std::size_t> columns) {
  const auto& rows = finder_.header().rows;
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

/// A step that is too long shows that times without a unit are not seconds.
void OrientationRowReader::check_unit(double time_s) {
  if (last_time_s_ && time_s > *last_time_s_) {
    const double step = (time_s - *last_time_s_) / time_->unit_s();
    if (time_->sample_time_fine() && sample_time_fine_unit(step) != time_->unit_s()) {
      fail("SampleTimeFine counts microseconds (Xsens DOT): state --time-unit us");
    }
    const bool open =
        time_->source() == UnitSource::kAssumed || time_->source() == UnitSource::kDate;
    if (open && step * time_->unit_s() > kMaxAssumedStepS) {
      fail(
          fmt::format("rows are {:.6g} apart and the name of column {} states no unit: state "
                      "--time-unit s, ms, us or ns",
                      step, time_->columns()[0] + 1));
    }
    // Later steps may be gaps.
    if (open) time_->set_unit(time_->unit_s(), UnitSource::kName);
  }
  last_time_s_ = time_s;
}

std::optional<OrientationRow> OrientationRowReader::take(std::string_view line) {
  ++line_;
  if (!pose_) {
    if (!finder_.take(line)) return std::nullopt;
    take_header();
  }
  if (io::is_comment(line)) return std::nullopt;
  const std::string cell_fault = io::split_row(line, finder_.header(), cells_);
  if (!cell_fault.empty()) fail(cell_fault);
  const std::vector<double> time = numbers(time_->columns());
  const std::vector<double> pose = numbers(pose_->columns());
  if (const std::string fault = pose_->fault(pose); !fault.empty()) fail(fault);
  OrientationRow row;
  if (!last_time_s_ && time_->source() == UnitSource::kAssumed) {
    if (const auto unit_s = unit_of_date(time[0])) time_->set_unit(*unit_s, UnitSource::kDate);
  }
  row.time_s = time_->seconds(time);
  check_unit(row.time_s);
  row.q_world_sensor = pose_->orientation(pose);
  if (reading_.inverse) row.q_world_sensor = row.q_world_sensor.conjugate();
  return row;
}

}  // namespace formats
