#include "dsp/common_sound.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/errors.h"
#include "dsp/stft.h"

namespace dsp {
namespace {

constexpr double kHighest_hz = 8000.0;
/// The first band holds what is common to microphones far apart in reverberation. The third holds a
/// voice where rumble covers the low frequencies.
constexpr std::array<std::array<double, 2>, CommonSound::kBands> kBand_hz = {
    {{200.0, 1000.0}, {1000.0, 4000.0}, {4000.0, kHighest_hz}, {200.0, kHighest_hz}}};
/// Delays up to this share of the frame are compared. At longer ones too little of the two frames
/// overlaps.
constexpr double kLargestLag = 0.3;

std::size_t count_bins(std::size_t window, double sample_rate_hz) {
  const double bin_hz = sample_rate_hz / static_cast<double>(window);
  return std::min(window / 2, static_cast<std::size_t>(kHighest_hz / bin_hz)) + 1;
}

/// Inverse of the standard deviation of the correlation of two unrelated signals at each delay, up
/// to a factor. The deviation is the overlap of the squared Hann windows.
/// @return  [lags + 1]
std::vector<float> chance_weights(Fft& fft, std::size_t lags) {
  std::vector<float> power = hann_window(fft.size());
  for (float& w : power) w *= w;
  std::vector<std::complex<float>> spectrum(fft.bins());
  fft.forward(power, spectrum);
  for (std::complex<float>& x : spectrum) x = std::norm(x);
  fft.inverse(spectrum, power);
  std::vector<float> weight(lags + 1);
  for (std::size_t delay = 0; delay <= lags; ++delay) {
    weight[delay] = 1.0F / std::sqrt(power[delay]);
  }
  return weight;
}

}  // namespace

CommonSound::CommonSound(std::size_t window, double sample_rate_hz, double longest_delay_s)
    : bin_hz_(sample_rate_hz / static_cast<double>(window)),
      product_(count_bins(window, sample_rate_hz)),
      in_band_(product_.size()),
      fft_(std::max<std::size_t>(2, 2 * (product_.size() - 1))),
      correlation_(fft_.size()),
      near_(static_cast<std::size_t>(longest_delay_s * bin_hz_ * static_cast<double>(fft_.size()))),
      far_(static_cast<std::size_t>(kLargestLag * static_cast<double>(fft_.size()))) {
  core::require(longest_delay_s > 0.0 && 2 * near_ < far_,
                "CommonSound: the frames are too short for the longest delay");
  // Delays between once and twice the longest one are not compared: early reflections lie there.
  const double near = 2.0 * static_cast<double>(near_) + 1.0;
  const double far = 2.0 * static_cast<double>(far_ - 2 * near_ + 1);
  chance_ = near / (near + far);
  weight_ = chance_weights(fft_, far_);
  for (std::size_t b = 0; b < kBands; ++b) {
    low_[b] = std::min(bins(), static_cast<std::size_t>(kBand_hz[b][0] / bin_hz_));
    high_[b] = std::min(bins(), static_cast<std::size_t>(kBand_hz[b][1] / bin_hz_));
  }
}

void CommonSound::whiten_by_half(std::span<std::complex<float>> spectrum) {
  for (std::complex<float>& x : spectrum) {
    const float size = std::abs(x);
    x = size > 0.0F ? x / std::sqrt(size) : 0.0F;
  }
}

void CommonSound::add(std::span<const std::complex<float>> a,
                      std::span<const std::complex<float>> b, Count& count) {
  for (std::size_t k = 0; k < bins(); ++k) product_[k] = a[k] * std::conj(b[k]);
  add_product(product_, count);
}

void CommonSound::add_product(std::span<const std::complex<float>> product, Count& count) {
  const bool any = std::any_of(product.begin(), product.end(),
                               [](std::complex<float> x) { return std::norm(x) > 0.0F; });
  if (!any) return;
  ++count.frames;
  const std::size_t size = correlation_.size();
  for (std::size_t band = 0; band < kBands; ++band) {
    std::fill(in_band_.begin(), in_band_.end(), 0.0F);
    std::copy(product.begin() + static_cast<std::ptrdiff_t>(low_[band]),
              product.begin() + static_cast<std::ptrdiff_t>(high_[band]),
              in_band_.begin() + static_cast<std::ptrdiff_t>(low_[band]));
    fft_.inverse(in_band_, correlation_);
    float near = 0.0F;
    float far = 0.0F;
    for (std::size_t delay = 0; delay <= far_; ++delay) {
      const float either =
          std::max(std::abs(correlation_[delay]), std::abs(correlation_[(size - delay) % size]));
      if (delay <= near_) near = std::max(near, weight_[delay] * either);
      if (delay >= 2 * near_) far = std::max(far, weight_[delay] * either);
    }
    count.common[band] += near > far ? 1 : 0;
  }
}

SoundGroups group_by_sound(const std::vector<bool>& ignored, double min_score,
                           const std::function<double(std::size_t, std::size_t)>& score) {
  const std::size_t signals = ignored.size();
  SoundGroups groups{std::vector<std::size_t>(signals), std::vector<double>(signals, 0.0)};
  std::iota(groups.group.begin(), groups.group.end(), std::size_t{0});
  for (std::size_t c = 0; c < signals; ++c) {
    for (std::size_t d = c; d-- > 0;) {  // neighbors in the file are often neighbors in the array
      const std::size_t one = groups.group[c];
      const std::size_t other = groups.group[d];
      if (ignored[c] || ignored[d] || one == other) continue;
      const double value = score(c, d);
      groups.best[c] = std::max(groups.best[c], value);
      groups.best[d] = std::max(groups.best[d], value);
      if (value > min_score) {
        std::replace(groups.group.begin(), groups.group.end(), std::max(one, other),
                     std::min(one, other));
      }
    }
  }
  return groups;
}

std::optional<std::size_t> largest_group(const SoundGroups& groups) {
  std::vector<std::size_t> size(groups.group.size(), 0);
  for (const std::size_t group : groups.group) ++size[group];
  const auto largest = std::max_element(size.begin(), size.end());
  if (*largest < 2 || std::count(size.begin(), size.end(), *largest) > 1) return std::nullopt;
  return static_cast<std::size_t>(largest - size.begin());
}

double CommonSound::score(const Count& count) const {
  if (count.frames == 0) return 0.0;
  const std::size_t most = *std::max_element(count.common.begin(), count.common.end());
  const double share = static_cast<double>(most) / static_cast<double>(count.frames);
  return (share - chance_) / (1.0 - chance_);
}

}  // namespace dsp
