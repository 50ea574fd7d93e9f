#include "stage/frame_bins.h"

#include <algorithm>
#include <cmath>

#include "core/units.h"

namespace stage {

RowRange frequency_range(const FeatureSettings& settings) {
  const double bin_hz = settings.sample_rate_hz / static_cast<double>(settings.window_samples);
  const auto first = std::max<std::size_t>(
      1, static_cast<std::size_t>(std::ceil(settings.min_frequency_hz / bin_hz)));
  const auto last = std::min(settings.max_frequency_index(),
                             static_cast<std::size_t>(settings.max_frequency_hz / bin_hz));
  return {first, last < first ? 0 : last - first + 1};
}

std::vector<float> bin_energy(std::span<const std::complex<float>> spectrum,
                              std::size_t microphones) {
  std::vector<float> energy(spectrum.size() / microphones);
  for (std::size_t i = 0; i < energy.size(); ++i) {
    float sum = 0.0F;
    for (std::size_t m = 0; m < microphones; ++m) sum += std::norm(spectrum[i * microphones + m]);
    energy[i] = sum;
  }
  return energy;
}

float floor_ratio(const FeatureSettings& settings) {
  return static_cast<float>(std::pow(core::decibels_to_amplitude(settings.floor_db), 2.0));
}

std::size_t append_frame_bins(std::span<const std::complex<float>> spectrum,
                              std::span<const float> energy, std::span<const float> floor,
                              const RowRange& range, std::vector<std::complex<float>>& stft,
                              std::vector<std::uint16_t>& frequency) {
  const std::size_t microphones = spectrum.size() / energy.size();
  const std::size_t before = frequency.size();
  for (std::size_t k = range.first; k < range.first + range.count; ++k) {
    if (!(energy[k] > floor[k])) continue;
    const float scale = 1.0F / std::sqrt(energy[k]);
    for (std::size_t m = 0; m < microphones; ++m) {
      stft.push_back(scale * spectrum[k * microphones + m]);
    }
    frequency.push_back(static_cast<std::uint16_t>(k));
  }
  return frequency.size() - before;
}

CausalFloor::CausalFloor(const FeatureSettings& settings, std::size_t bins)
    : fade_(static_cast<float>(std::pow(10.0, -settings.hop_s() / settings.floor_memory_s))),
      ratio_(floor_ratio(settings)),
      largest_(bins, 0.0F),
      floor_(bins, 0.0F) {}

std::span<const float> CausalFloor::update(std::span<const float> energy) {
  for (std::size_t k = 0; k < largest_.size(); ++k) {
    largest_[k] = std::max(energy[k], fade_ * largest_[k]);
    floor_[k] = ratio_ * largest_[k];
  }
  return floor_;
}

}  // namespace stage
