#include "ingest/options.h"

namespace ingest {

nlohmann::json Options::to_json() const {
  const auto name = [](const std::filesystem::path& path) { return path.filename().string(); };
  return {{"audio", name(audio)},
          {"pose", name(pose)},
          {"imu", name(imu)},
          {"intervals", name(intervals)},
          {"segment_s", segment_s},
          {"min_interval_s", min_interval_s},
          {"silence_s", silence_s},
          {"array", name(array)},
          {"time_offset", time_offset},
          {"time_drift_ppm", time_drift_ppm},
          {"max_offset_s", max_offset_s},
          {"model", name(model)},
          {"quat_order", quat_order},
          {"euler_order", euler_order},
          {"angle_unit", angle_unit},
          {"time_unit", time_unit},
          {"frame_rate_hz", frame_rate_hz},
          {"inverse", inverse},
          {"gyro_unit", gyro_unit},
          {"acc_unit", acc_unit},
          {"filter", filter},
          {"mounting", mounting},
          {"max_gap_s", max_gap_s},
          {"on_nan", on_nan},
          {"rate_hz", rate_hz}};
}

}  // namespace ingest
