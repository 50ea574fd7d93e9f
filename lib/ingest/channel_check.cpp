#include "ingest/channel_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <optional>

#include "core/errors.h"
#include "core/sample.h"

namespace ingest {
namespace {

/// Longest delay of sound between two channels, s. Sound travels 1.4 m in it.
constexpr double kLongestDelay_s = 0.004;
/// Correlation of a channel and its copy in each band. Two microphones 1 cm apart reach it only
/// below 200 Hz.
constexpr double kCopyCorrelation = 0.999;
/// Bands in which copies are compared, Hz. The first tells most pairs apart.
constexpr std::array<std::array<double, 2>, 3> kCopyBand_hz = {
    {{3000.0, 8000.0}, {1000.0, 3000.0}, {200.0, 1000.0}}};
/// A band counts if its energy is this far above the energy of rounding.
constexpr double kAboveRounding = 1e4;

}  // namespace

std::size_t ChannelCheck::frame_samples_at(double sample_rate_hz) {
  return dsp::fast_size(static_cast<std::size_t>(std::lround(kFrame_s * sample_rate_hz)));
}

ChannelCheck::ChannelCheck(std::size_t channels, double sample_rate_hz, double resolution)
    : channels_(channels),
      rate_hz_(sample_rate_hz),
      resolution_(resolution),
      window_(dsp::hann_window(frame_samples_at(sample_rate_hz))),
      fft_(window_.size()),
      common_(window_.size(), sample_rate_hz, kLongestDelay_s),
      correlation_fft_(2 * (common_.bins() - 1)),
      frame_(window_.size()),
      whole_(fft_.bins()) {
  numbers_.resize(channels);
  std::iota(numbers_.begin(), numbers_.end(), std::size_t{0});
}

std::span<const std::complex<float>> ChannelCheck::spectrum(std::size_t frame,
                                                            std::size_t channel) const {
  const std::size_t bins = common_.bins();
  return std::span(spectra_).subspan((frame * channels_ + channel) * bins, bins);
}

void ChannelCheck::add(std::span<const float> samples) {
  // Many channels get fewer frames: memory is bounded.
  if (frames_ >= kMaxFrames || (channels_ > 16 && frames_ >= kMaxFrames / 2)) return;
  for (std::size_t c = 0; c < channels_; ++c) {
    for (std::size_t n = 0; n < window_.size(); ++n) {
      const float x = samples[n * channels_ + c];
      frame_[n] = core::is_sample(x) ? window_[n] * x : 0.0F;
    }
    fft_.forward(frame_, whole_);
    dsp::CommonSound::whiten_by_half(whole_);
    spectra_.insert(spectra_.end(), whole_.begin(),
                    whole_.begin() + static_cast<std::ptrdiff_t>(common_.bins()));
  }
  ++frames_;
}

double ChannelCheck::score(std::size_t a, std::size_t b) {
  dsp::CommonSound::Count count;
  for (std::size_t f = 0; f < frames_; ++f) common_.add(spectrum(f, a), spectrum(f, b), count);
  return common_.score(count);
}

/// Channels with a higher score belong together. The second term is about three standard deviations
/// of the score of noise, as the best of several bands and channels. In simulated recordings of 23
/// frames the lowest score of a microphone was 0.31 (60 cm apart, T60 0.75 s, noise as loud as the
/// sound), the highest score of noise and of hum 0.17.
double ChannelCheck::min_score() const {
  return 0.12 + 0.6 / std::sqrt(static_cast<double>(frames_));
}

std::vector<ChannelFault> ChannelCheck::unrelated(const std::vector<bool>& ignored,
                                                  const std::string& name) {
  if (frames_ < kMinFrames) return {};
  const dsp::SoundGroups groups = dsp::group_by_sound(
      ignored, min_score(), [&](std::size_t a, std::size_t b) { return score(a, b); });
  const std::optional<std::size_t> array = dsp::largest_group(groups);
  if (!array && *std::max_element(groups.best.begin(), groups.best.end()) <= min_score()) {
    throw core::InputError(
        name +
        ": no two channels hold the same sound at delays up to 4 ms: check that the microphones "
        "are connected, that a source sounds, and that all channels were recorded by one clock");
  }
  if (!array) {
    throw core::InputError(
        name +
        ": the channels form groups of equal size that share no sound; name the array's channels "
        "with --channels");
  }
  std::vector<ChannelFault> faults;
  for (std::size_t c = 0; c < channels_; ++c) {
    if (ignored[c] || groups.group[c] == *array) continue;
    faults.push_back(
        {c, fmt::format("only noise: it shares no sound with the others, score {:.2f} of 1",
                        std::max(0.0, groups.best[c]))});
  }
  return faults;
}

long ChannelCheck::likely_delay(std::size_t a, std::size_t b) {
  const std::size_t bins = common_.bins();
  std::vector<std::complex<float>> product(bins, 0.0F);
  const auto first =
      static_cast<std::size_t>(200.0 * static_cast<double>(window_.size()) / rate_hz_);
  for (std::size_t f = 0; f < std::min<std::size_t>(frames_, 4); ++f) {
    for (std::size_t k = first; k < bins; ++k) {
      product[k] += spectrum(f, a)[k] * std::conj(spectrum(f, b)[k]);
    }
  }
  std::vector<float> correlation(correlation_fft_.size());
  correlation_fft_.inverse(product, correlation);
  const double to_samples =
      static_cast<double>(window_.size()) / static_cast<double>(correlation.size());
  long best = 0;
  float highest = -1.0F;
  const long longest = std::lround(kLongestDelay_s * rate_hz_ / to_samples);
  for (long delay = -longest; delay <= longest; ++delay) {
    const auto size = static_cast<long>(correlation.size());
    const float value = std::abs(correlation[static_cast<std::size_t>((delay + size) % size)]);
    if (value > highest) {
      highest = value;
      best = delay;
    }
  }
  return std::lround(static_cast<double>(best) * to_samples);
}

bool ChannelCheck::equal_at(std::size_t a, std::size_t b, long delay, std::size_t frames) const {
  const double bin_hz = rate_hz_ / static_cast<double>(window_.size());
  // Mean energy of rounding in a bin of a Hann window: its sum of squares is 0.375 of its length.
  const double rounding =
      resolution_ * resolution_ / 12.0 * 0.375 * static_cast<double>(window_.size());
  const double turn =
      2.0 * std::numbers::pi * static_cast<double>(delay) / static_cast<double>(window_.size());
  std::size_t compared = 0;
  for (const auto& band : kCopyBand_hz) {
    const auto low = static_cast<std::size_t>(band[0] / bin_hz);
    const auto high = std::min(common_.bins(), static_cast<std::size_t>(band[1] / bin_hz));
    double aa = 0.0;
    double bb = 0.0;
    std::complex<double> ab = 0.0;
    for (std::size_t f = 0; f < frames; ++f) {
      const auto x = spectrum(f, a);
      const auto y = spectrum(f, b);
      for (std::size_t k = low; k < high; ++k) {
        // x |x| undoes the whitening.
        const std::complex<double> p =
            std::complex<double>(x[k]) * static_cast<double>(std::abs(x[k]));
        const std::complex<double> q =
            std::complex<double>(y[k]) * static_cast<double>(std::abs(y[k]));
        aa += std::norm(p);
        bb += std::norm(q);
        ab += p * std::conj(q) * std::polar(1.0, turn * static_cast<double>(k));
      }
    }
    const double floor = kAboveRounding * rounding * static_cast<double>(frames * (high - low));
    if (std::min(aa, bb) < floor) continue;
    ++compared;
    if (std::abs(ab.real()) < kCopyCorrelation * std::sqrt(aa * bb)) return false;
  }
  return compared > 0;
}

bool ChannelCheck::is_copy(std::size_t a, std::size_t b) {
  const long delay = likely_delay(a, b);
  // The delay was read from a grid of 16 kHz.
  for (long d = delay - 3; d <= delay + 3; ++d) {
    if (equal_at(a, b, d, 2) && equal_at(a, b, d, frames_)) return true;
  }
  return false;
}

std::vector<ChannelFault> ChannelCheck::copies(const std::vector<bool>& ignored) {
  std::vector<ChannelFault> faults;
  std::vector<bool> left_out = ignored;
  if (frames_ < kMinFrames) return faults;
  for (std::size_t c = 1; c < channels_; ++c) {
    for (std::size_t d = 0; d < c && !left_out[c]; ++d) {
      if (left_out[d] || !is_copy(c, d)) continue;
      left_out[c] = true;
      faults.push_back({c, fmt::format("a copy of channel {}", numbers_[d] + 1)});
    }
  }
  return faults;
}

std::string list_faults(const std::vector<ChannelFault>& faults) {
  std::string text;
  for (const ChannelFault& fault : faults) {
    text +=
        fmt::format("{}channel {} ({})", text.empty() ? "" : ", ", fault.channel + 1, fault.reason);
  }
  return text;
}

}  // namespace ingest
