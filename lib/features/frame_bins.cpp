#include "features/frame_bins.h"

#include <algorithm>
#include <cmath>

#include "core/index_range.h"
#include "core/quantile.h"
#include "core/units.h"
#include "session/features.h"

namespace features {
namespace {

constexpr double kNoiseQuantile = 0.1;

float floor_ratio(const session::FeatureSettings& settings) {
  return static_cast<float>(core::decibels_to_power(settings.floor_db));
}

/// The noise margin as a ratio of energies; 0 without a margin.
float noise_ratio(const session::FeatureSettings& settings) {
  return settings.noise_margin_db > 0.0
             ? static_cast<float>(core::decibels_to_power(settings.noise_margin_db))
             : 0.0F;
}

/// Energy of frequency k below which a tenth of the frames with any sound lie.
float quiet_energy(std::span<const float> energy, std::size_t bins, std::size_t k) {
  std::vector<double> sounding;
  for (std::size_t i = k; i < energy.size(); i += bins) {
    if (energy[i] > 0.0F) sounding.push_back(energy[i]);
  }
  return static_cast<float>(core::quantile(std::move(sounding), kNoiseQuantile));
}

}  // namespace

core::IndexRange frequency_range(const session::FeatureSettings& settings) {
  const double bin_hz = settings.sample_rate_hz / static_cast<double>(settings.window_samples);
  const auto first = std::max<std::size_t>(
      1, static_cast<std::size_t>(std::ceil(settings.min_frequency_hz / bin_hz)));
  const auto highest = std::min(settings.max_frequency_index(),
                                static_cast<std::size_t>(settings.max_frequency_hz / bin_hz));
  return {first, std::max(first, highest + 1)};
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

std::vector<float> session_floor(std::span<const float> energy, std::size_t bins,
                                 const session::FeatureSettings& settings) {
  std::vector<float> floor(bins, 0.0F);
  for (std::size_t i = 0; i < energy.size(); ++i)
    floor[i % bins] = std::max(floor[i % bins], energy[i]);
  for (float& f : floor) f *= floor_ratio(settings);
  const float above_noise = noise_ratio(settings);
  for (std::size_t k = 0; k < bins && above_noise > 0.0F; ++k) {
    floor[k] = std::max(floor[k], above_noise * quiet_energy(energy, bins, k));
  }
  return floor;
}

PastSound::PastSound(double hop_s, std::size_t bins)
    : fade_(static_cast<float>(std::pow(10.0, -6.0 * hop_s / kReverberation_s))),
      past_(bins, 0.0F),
      rise_(bins, 1.0F) {}

std::span<const float> PastSound::update(std::span<const float> energy) {
  for (std::size_t k = 0; k < past_.size(); ++k) {
    // Compares products: the past is 0 until the first sound, and a quotient would not exist.
    const bool high = energy[k] >= kHighestRise * past_[k];
    const bool low = energy[k] * kHighestRise <= past_[k];
    rise_[k] = high ? kHighestRise : low ? 1.0F / kHighestRise : energy[k] / past_[k];
    past_[k] = fade_ * std::max(past_[k], energy[k]);
  }
  return rise_;
}

void append_frame_bins(std::span<const std::complex<float>> spectrum, std::span<const float> energy,
                       std::span<const float> floor, std::span<const float> rise,
                       const core::IndexRange& range, std::uint32_t frame,
                       session::Features& session) {
  const std::size_t microphones = spectrum.size() / energy.size();
  for (std::size_t k = range.first; k < range.end; ++k) {
    if (!(energy[k] > floor[k])) continue;
    const float scale = 1.0F / std::sqrt(energy[k]);
    for (std::size_t m = 0; m < microphones; ++m) {
      session.stft.push_back(scale * spectrum[k * microphones + m]);
    }
    session.frame.push_back(frame);
    session.frequency.push_back(static_cast<std::uint16_t>(k));
    session.energy.push_back(energy[k]);
    session.rise.push_back(rise[k]);
  }
}

CausalFloor::CausalFloor(const session::FeatureSettings& settings, std::size_t bins)
    : fade_(static_cast<float>(std::pow(10.0, -settings.hop_s() / settings.floor_memory_s))),
      ratio_(floor_ratio(settings)),
      noise_ratio_(noise_ratio(settings)),
      noise_step_(std::log(10.0) * settings.hop_s() / (kNoiseQuantile * settings.floor_memory_s)),
      largest_(bins, 0.0F),
      noise_(bins, 0.0F),
      floor_(bins, 0.0F) {}

void CausalFloor::follow_noise(std::span<const float> energy) {
  frames_ += 1.0;
  const double step = std::max(noise_step_, 4.0 / frames_);
  const auto rise = static_cast<float>(std::exp(step * kNoiseQuantile));
  const auto fall = static_cast<float>(std::exp(step * (kNoiseQuantile - 1.0)));
  for (std::size_t k = 0; k < noise_.size(); ++k) {
    if (!(energy[k] > 0.0F)) continue;
    noise_[k] = noise_[k] > 0.0F ? noise_[k] * (energy[k] < noise_[k] ? fall : rise) : energy[k];
  }
}

std::span<const float> CausalFloor::update(std::span<const float> energy) {
  for (std::size_t k = 0; k < largest_.size(); ++k) {
    largest_[k] = std::max(energy[k], fade_ * largest_[k]);
    floor_[k] = ratio_ * largest_[k];
  }
  if (noise_ratio_ > 0.0F) {
    follow_noise(energy);
    for (std::size_t k = 0; k < floor_.size(); ++k) {
      floor_[k] = std::max(floor_[k], noise_ratio_ * noise_[k]);
    }
  }
  return floor_;
}

}  // namespace features
