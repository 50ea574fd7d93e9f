#include "localize/response_scores.h"

#include <algorithm>
#include <numbers>
#include <vector>

#include "core/units.h"

namespace localize {
namespace {

constexpr double kFinestGrid_deg = 1.5;

}  // namespace

std::size_t response_grid_points(const calib::ResponseTable& table, double share,
                                 double coarsest_deg) {
  const calib::EffectiveArray& array = table.calibration().array;
  const double wavelength_m = array.speed_of_sound / table.highest_hz();
  const double resolution_deg =
      core::radians_to_degrees(wavelength_m / std::max(1e-3, array.aperture_m()));
  const double spacing_rad =
      core::degrees_to_radians(std::clamp(share * resolution_deg, kFinestGrid_deg, coarsest_deg));
  return static_cast<std::size_t>(4.0 * std::numbers::pi / (spacing_rad * spacing_rad));
}

calib::ResponseFrames response_frames(const calib::ResponseTable& table,
                                      const session::Features& heard) {
  std::vector<float> weight;
  for (const float rise : heard.rise) weight.push_back(calib::onset_weight(rise));
  return {table, heard.stft, heard.frequency, heard.frame, weight, heard.frames()};
}

}  // namespace localize
