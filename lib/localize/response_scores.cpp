#include "localize/response_scores.h"

#include <algorithm>
#include <numbers>
#include <vector>

#include "core/units.h"

namespace localize {
namespace {

constexpr double kFinestGrid_deg = 1.5;
/// Likelihood of plane waves at known positions. Calibrations of reverberant recordings found
/// exponents of 0.7 to 0.8 for each microphone. The floor is the mismatch of microphones whose
/// sensitivities differ by half a decibel.
constexpr double kExponentShare = 0.75;
constexpr double kFloor = 1e-3;

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
                                      const session::Features& heard,
                                      const KnownArraySetup* array) {
  std::vector<float> weight;
  for (const float rise : heard.rise) weight.push_back(calib::onset_weight(rise));
  if (array != nullptr && array->band_hz) {
    for (std::size_t b = 0; b < heard.bins(); ++b) {
      const double hz = heard.frequency[b] * array->bin_hz;
      if (hz < array->band_hz->first || hz > array->band_hz->second) weight[b] = 0.0F;
    }
  }
  return {table, heard.stft, heard.frequency, heard.frame, weight, heard.frames()};
}

std::shared_ptr<const calib::ResponseTable> plane_wave_responses(
    std::span<const Eigen::Vector3d> position_m, double speed_of_sound, double bin_hz,
    std::size_t max_frequency_index) {
  calib::Calibration calibration;
  calibration.array.position_m.assign(position_m.begin(), position_m.end());
  calibration.array.offset_m.assign(position_m.size(), 0.0);
  calibration.array.speed_of_sound = speed_of_sound;
  calibration.array.center();
  const auto microphones = static_cast<double>(position_m.size());
  calibration.likelihood = {{0.0}, {kExponentShare * microphones}, {kFloor}};
  return std::make_shared<calib::ResponseTable>(calibration, bin_hz, max_frequency_index);
}

}  // namespace localize
