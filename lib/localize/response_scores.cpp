#include "localize/response_scores.h"

#include <algorithm>
#include <numbers>
#include <vector>

#include "core/units.h"

namespace localize {
namespace {

/// Spacing of the grid: this share of the shortest wavelength over the aperture, limited to
/// 1.5 to 5 degrees. A coarser grid could miss the highest peak even for a small array, and the
/// local search finds the peak from the nearest point of a finer grid anyway.
constexpr double kGridShare = 0.15;
constexpr double kFinestGrid_deg = 1.5;
constexpr double kCoarsestGrid_deg = 5.0;

}  // namespace

std::size_t response_grid_points(const calib::ResponseTable& table) {
  const calib::EffectiveArray& array = table.calibration().array;
  const double wavelength_m = array.speed_of_sound / table.highest_hz();
  const double spacing_deg = std::clamp(
      core::radians_to_degrees(kGridShare * wavelength_m / std::max(1e-3, array.aperture_m())),
      kFinestGrid_deg, kCoarsestGrid_deg);
  const double spacing_rad = core::degrees_to_radians(spacing_deg);
  return static_cast<std::size_t>(4.0 * std::numbers::pi / (spacing_rad * spacing_rad));
}

calib::ResponseFrames response_frames(const calib::ResponseTable& table,
                                      const session::Features& heard) {
  std::vector<float> weight;
  for (const float rise : heard.rise) weight.push_back(calib::onset_weight(rise));
  return {table, heard.stft, heard.frequency, heard.frame, weight, heard.frames()};
}

}  // namespace localize
