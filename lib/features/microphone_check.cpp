#include "features/microphone_check.h"

#include <fmt/format.h>

#include <algorithm>

namespace features {
namespace {

/// Frames of a block, whose cross-spectra are summed.
constexpr std::size_t kBlockFrames = 16;
/// A block with fewer bins says little.
constexpr std::size_t kMinBlockBins = 200;
/// Longest delay of sound between two microphones, s: 0.7 m.
constexpr double kLongestDelayOfArray_s = 0.002;
/// Score of two microphones that share sound. In simulated recordings the lowest score of a living
/// microphone was 0.26 (60 cm apart, T60 0.75 s, noise as loud as the sound). Noise scores 0 with a
/// deviation of 0.04 in kLeastBlocks.
constexpr double kMinMicrophoneScore = 0.15;
/// Share of the energy of a microphone without sound, relative to the mean: -70 dB.
constexpr double kSilentShare = 1e-7;

}  // namespace

MicrophoneCheck::MicrophoneCheck(std::size_t microphones, const session::FeatureSettings& settings)
    : microphones_(microphones),
      long_enough_(settings.window_s() > 8.0 * kLongestDelayOfArray_s),
      // Frames that are too short are not compared.
      common_(settings.window_samples, settings.sample_rate_hz,
              long_enough_ ? kLongestDelayOfArray_s : settings.window_s() / 16.0),
      share_(microphones, 0.0),
      count_(microphones * microphones),
      product_(settings.window_samples / 2 + 1) {}

void MicrophoneCheck::add(const session::Features& session, std::size_t blocks) {
  const std::size_t all = session.frames() / kBlockFrames;
  const std::size_t taken = std::min(all, blocks);
  for (std::size_t i = 0; i < taken && !enough(); ++i) {
    const std::size_t block = i * all / taken;
    const auto bin_of = [&](std::size_t frame) {
      return static_cast<std::size_t>(
          std::lower_bound(session.frame.begin(), session.frame.end(), frame) -
          session.frame.begin());
    };
    const std::size_t first = bin_of(block * kBlockFrames);
    const std::size_t end = bin_of((block + 1) * kBlockFrames);
    if (end - first >= kMinBlockBins) add_block(session, first, end);
  }
}

void MicrophoneCheck::add_block(const session::Features& session, std::size_t first_bin,
                                std::size_t end_bin) {
  ++blocks_;
  for (std::size_t b = first_bin; b < end_bin; ++b) {
    for (std::size_t c = 0; c < microphones_; ++c) {
      share_[c] += std::norm(session.stft[b * microphones_ + c]);
    }
  }
  bins_ += static_cast<double>(end_bin - first_bin);
  if (!long_enough_) return;
  for (std::size_t c = 0; c < microphones_; ++c) {
    for (std::size_t d = 0; d < c; ++d) {
      std::fill(product_.begin(), product_.end(), 0.0F);
      for (std::size_t b = first_bin; b < end_bin; ++b) {
        const std::complex<float>* y = session.stft.data() + b * microphones_;
        product_[session.frequency[b]] += y[c] * std::conj(y[d]);
      }
      common_.add_product(std::span(product_).first(common_.bins()), count_[c * microphones_ + d]);
    }
  }
}

std::vector<DeadMicrophone> MicrophoneCheck::dead() const {
  std::vector<DeadMicrophone> dead;
  if (blocks_ < kLeastBlocks) return dead;
  std::vector<bool> silent(microphones_, false);
  for (std::size_t c = 0; c < microphones_; ++c) {
    silent[c] = share_[c] <= kSilentShare * bins_ / static_cast<double>(microphones_);
    if (silent[c]) dead.push_back({c + 1, "silent"});
  }
  if (!long_enough_) return dead;
  const dsp::SoundGroups groups = dsp::group_by_sound(
      silent, kMinMicrophoneScore,
      [&](std::size_t c, std::size_t d) { return common_.score(count_[c * microphones_ + d]); });
  const std::optional<std::size_t> array = dsp::largest_group(groups);
  for (std::size_t c = 0; c < microphones_; ++c) {
    if (silent[c] || (array && groups.group[c] == *array)) continue;
    dead.push_back({c + 1, fmt::format("shares no sound with the others, score {:.2f} of 1",
                                       std::max(0.0, groups.best[c]))});
  }
  return dead;
}

}  // namespace features
