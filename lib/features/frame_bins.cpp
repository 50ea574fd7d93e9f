#include "features/frame_bins.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "core/index_range.h"
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

SessionFloor::SessionFloor(const session::FeatureSettings& settings, std::size_t bins)
    : ratio_(floor_ratio(settings)),
      noise_ratio_(noise_ratio(settings)),
      largest_(bins, 0.0F),
      noise_bits_(bins, 0),
      rank_(bins, 0),
      counts_(noise_ratio_ > 0.0F ? bins * kDigits : 0, 0) {}

void SessionFloor::add(std::span<const float> energy) {
  const std::size_t bins = largest_.size();
  for (std::size_t i = 0; first_pass_ && i < energy.size(); ++i) {
    largest_[i % bins] = std::max(largest_[i % bins], energy[i]);
  }
  if (noise_ratio_ > 0.0F) count(energy);
}

/// Counts the digits of the energies above 0 whose higher bits are those of N_k.
void SessionFloor::count(std::span<const float> energy) {
  const std::size_t bins = largest_.size();
  // The last pass has ten bits.
  const std::size_t limit = shift_ == 0 ? kDigits / 2 : kDigits;
  for (std::size_t i = 0; i < energy.size(); ++i) {
    if (!(energy[i] > 0.0F)) continue;
    const auto bits = std::bit_cast<std::uint32_t>(energy[i]);
    const std::size_t k = i % bins;
    const std::uint32_t digits = (bits ^ noise_bits_[k]) >> shift_;
    // An energy with other higher bits gives a larger number.
    if (digits < limit) ++counts_[k * kDigits + digits];
  }
}

/// The next eleven bits of N_k: those with which its rank is reached.
void SessionFloor::choose_digits() {
  for (std::size_t k = 0; k < largest_.size(); ++k) {
    const auto counts = std::span(counts_).subspan(k * kDigits, kDigits);
    if (first_pass_) {
      // The rank of core::quantile().
      std::uint64_t sounding = 0;
      for (const std::uint32_t n : counts) sounding += n;
      rank_[k] = static_cast<std::uint64_t>(kNoiseQuantile * static_cast<double>(sounding));
    }
    std::uint32_t digits = 0;
    while (digits + 1 < kDigits && counts[digits] <= rank_[k]) rank_[k] -= counts[digits++];
    if (std::ranges::any_of(counts, [](std::uint32_t n) { return n > 0; })) {
      noise_bits_[k] |= digits << shift_;
    }
  }
  std::ranges::fill(counts_, 0U);
}

bool SessionFloor::end_pass() {
  if (noise_ratio_ == 0.0F) return false;
  choose_digits();
  first_pass_ = false;
  if (shift_ == 0) return false;
  shift_ = shift_ == 21 ? 10 : 0;
  return true;
}

std::vector<float> SessionFloor::floor() const {
  std::vector<float> floor(largest_);
  for (std::size_t k = 0; k < floor.size(); ++k) {
    floor[k] *= ratio_;
    if (noise_ratio_ > 0.0F) {
      floor[k] = std::max(floor[k], noise_ratio_ * std::bit_cast<float>(noise_bits_[k]));
    }
  }
  return floor;
}

std::vector<float> session_floor(std::span<const float> energy, std::size_t bins,
                                 const session::FeatureSettings& settings) {
  SessionFloor floor(settings, bins);
  do {
    floor.add(energy);
  } while (floor.end_pass());
  return floor.floor();
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
