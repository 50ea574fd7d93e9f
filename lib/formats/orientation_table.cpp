#include "formats/orientation_table.h"

#include <cmath>

namespace formats {

bool OrientationRow::finite() const {
  return std::isfinite(time_s) && q_world_sensor.coeffs().allFinite();
}

void OrientationRowReader::take_header() {
  const MotionColumns columns(lines_.path(), lines_.header(), lines_.reading().columns,
                              lines_.reading().body);
  pose_.emplace(columns, lines_.reading());
  time_.emplace(columns, lines_.header(), lines_.reading(), pose_->stem(),
                pose_->has_time() ? TimeRule::kColumn : TimeRule::kRows);
}

std::optional<OrientationRow> OrientationRowReader::take(std::string_view line) {
  if (!lines_.take(line)) return std::nullopt;
  if (!pose_) take_header();
  const std::vector<double> pose = lines_.numbers(pose_->columns());
  if (const std::string fault = pose_->fault(pose); !fault.empty()) fail(fault);
  OrientationRow row;
  row.time_s = lines_.seconds(*time_);
  row.q_world_sensor = pose_->orientation(pose);
  if (lines_.reading().inverse) row.q_world_sensor = row.q_world_sensor.conjugate();
  row.q_world_sensor = row.q_world_sensor * q_sensor_array_;
  return row;
}

void OrientationRowReader::take(std::string_view line, std::vector<OrientationRow>& rows) {
  if (const std::optional<OrientationRow> row = take(line)) rows.push_back(*row);
}

}  // namespace formats
