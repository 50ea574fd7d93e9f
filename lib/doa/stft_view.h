/// A session's STFT as the baselines see it.
#pragma once

#include <complex>
#include <cstddef>

namespace doa {

/// Dense STFT of one session in memory that the caller owns:
///   data[(frame * bins + bin) * microphones + microphone].
/// The frequency of bin b is b * bin_hz.
struct StftView {
  const std::complex<float>* data = nullptr;
  std::size_t frames = 0;
  std::size_t bins = 0;
  std::size_t microphones = 0;
  double bin_hz = 0.0;
  const float* weight = nullptr;  ///< of every bin, [frames, bins], >= 0; null: all weigh 1

  /// The microphones of one bin, [microphones].
  const std::complex<float>* at(std::size_t frame, std::size_t bin) const {
    return data + (frame * bins + bin) * microphones;
  }
  float weight_at(std::size_t frame, std::size_t bin) const {
    return weight == nullptr ? 1.0f : weight[frame * bins + bin];
  }
};

/// Every `stride`-th bin from the first at or above min_hz to the last at or below max_hz.
struct BinRange {
  std::size_t first = 0;
  std::size_t stride = 1;
  std::size_t count = 0;
  std::size_t bin(std::size_t k) const { return first + k * stride; }
};

}  // namespace doa
