#include "formats/uncertainty_table.h"

#include <fmt/format.h>

#include "core/units.h"
#include "so3/rotation.h"

namespace formats {

std::string uncertainty_csv(const calib::Uncertainty& uncertainty) {
  std::string csv = "azimuth_deg,elevation_deg,recordings";
  for (const double f : uncertainty.frequency_hz) csv += fmt::format(",{:.0f}_hz", f);
  csv += '\n';
  for (std::size_t i = 0; i < uncertainty.direction.size(); ++i) {
    const Eigen::Vector3d& d = uncertainty.direction[i];
    csv += fmt::format("{:.2f},{:.2f},{}", core::radians_to_degrees(so3::azimuth_rad(d)),
                       core::radians_to_degrees(so3::elevation_rad(d)), uncertainty.recordings[i]);
    for (std::size_t q = 0; q < uncertainty.frequency_hz.size(); ++q) {
      csv += uncertainty.recordings[i] == 0
                 ? ","
                 : fmt::format(",{:.5f}", uncertainty.deviation_at(i, q));
    }
    csv += '\n';
  }
  return csv;
}

}  // namespace formats
