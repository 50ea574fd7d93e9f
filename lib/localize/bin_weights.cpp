#include "localize/bin_weights.h"

#include <limits>
#include <span>

#include "calib/likelihood.h"
#include "features/frame_bins.h"
#include "session/features.h"

namespace localize {
namespace {

/// Floor by the noise alone: the baselines have a relative floor of their own.
std::vector<float> noise_floor(std::span<const float> energy, std::size_t bins, double margin_db) {
  session::FeatureSettings settings;
  settings.floor_db = -std::numeric_limits<double>::infinity();
  settings.noise_margin_db = margin_db;
  return features::session_floor(energy, bins, settings);
}

}  // namespace

std::vector<float> bin_weights(const doa::StftView& stft, double hop_s,
                               const BinWeightOptions& options) {
  const std::size_t size = stft.frames * stft.bins;
  const std::vector<float> energy =
      features::bin_energy({stft.data, size * stft.microphones}, stft.microphones);
  std::vector<float> weight(size, 1.0F);
  if (options.onset_weights) {
    features::PastSound past(hop_s, stft.bins);
    for (std::size_t n = 0; n < stft.frames; ++n) {
      const std::span<const float> rise =
          past.update(std::span(energy).subspan(n * stft.bins, stft.bins));
      for (std::size_t k = 0; k < stft.bins; ++k) {
        weight[n * stft.bins + k] = calib::onset_weight(rise[k]);
      }
    }
  }
  if (options.noise_margin_db > 0.0) {
    const std::vector<float> floor = noise_floor(energy, stft.bins, options.noise_margin_db);
    for (std::size_t i = 0; i < size; ++i) {
      if (!(energy[i] > floor[i % stft.bins])) weight[i] = 0.0F;
    }
  }
  return weight;
}

}  // namespace localize
