/// Short-time Fourier transform of multi-channel signals.
#pragma once

#include <complex>
#include <cstddef>
#include <span>
#include <vector>

#include "dsp/fft.h"

namespace dsp {

/// Periodic Hann window: w[n] = 0.5 - 0.5 cos(2 pi n / size), n = 0..size-1.
std::vector<float> hann_window(std::size_t size);

/// Defaults: 25 ms and 10 ms at 16 kHz, bins 40 Hz apart.
struct StftOptions {
  std::size_t window = 400;  ///< samples, even; also the transform's length
  std::size_t hop = 160;     ///< samples, 1 <= hop <= window

  /// Options for lengths in ms at a sample rate, rounded to samples (the window to an even number).
  static StftOptions from_milliseconds(double window_ms, double hop_ms, double sample_rate_hz);
};

/// Frame n covers samples [n hop, n hop + window); only whole frames count. Hann window, no
/// padding. One object a thread (holds scratch memory).
class Stft {
 public:
  /// @throws core::UsageError  if the window is odd or a length is out of range
  explicit Stft(const StftOptions& options = {});

  const StftOptions& options() const { return options_; }
  /// Half spectrum: window / 2 + 1 bins, bin k at k * sample_rate / window.
  std::size_t bins() const { return fft_.bins(); }
  /// Whole frames in so many samples; 0 if there are fewer samples than one window.
  std::size_t frames(std::size_t samples) const;
  /// Time of the middle of a frame: (n hop + window / 2) / rate.
  double center_time_s(std::size_t frame, double sample_rate_hz) const;
  double bin_frequency_hz(std::size_t bin, double sample_rate_hz) const;

  /// @param interleaved  [samples, microphones], row-major
  /// @return             [frames, bins, microphones], row-major
  /// @throws core::UsageError  if microphones is 0 or does not divide the length
  std::vector<std::complex<float>> analyze(std::span<const float> interleaved,
                                           std::size_t microphones);

  /// Least-squares inverse (Griffin and Lim 1984): sum of windowed frames over sum of squared
  /// windows. Exact for samples where the squared windows sum to more than 1e-6; zero elsewhere
  /// (sample 0, samples behind the last whole frame).
  /// @param spectrum  [frames, bins, microphones], row-major
  /// @return          [samples, microphones], samples = (frames - 1) hop + window
  std::vector<float> synthesize(std::span<const std::complex<float>> spectrum,
                                std::size_t microphones);

 private:
  StftOptions options_;
  Fft fft_;
  std::vector<float> window_;                  // [window]
  std::vector<float> frame_;                   // [window]
  std::vector<std::complex<float>> spectrum_;  // [bins]
};

/// The transform of a signal that arrives in pieces of any size: the frames of Stft::analyze on the
/// whole, bit by bit. Holds less than one window and the samples not yet asked for.
class StftStream {
 public:
  /// @throws core::UsageError  as Stft, and if microphones is 0
  StftStream(const StftOptions& options, std::size_t microphones);

  const Stft& stft() const { return stft_; }
  /// @param interleaved  [samples, microphones], row-major
  /// @throws core::UsageError  if microphones does not divide the length
  void push(std::span<const float> interleaved);
  /// The next frame. @param spectrum  [bins, microphones], overwritten
  /// @return  false if its last sample has not come yet; spectrum is then left as it was
  bool next(std::vector<std::complex<float>>& spectrum);
  /// Frames that next() has given.
  std::size_t frames() const { return frames_; }

 private:
  Stft stft_;
  std::size_t microphones_;
  std::vector<float>
      pending_;           // [samples, microphones] from the start of the next frame, after skip_
  std::size_t skip_ = 0;  // values of pending_ that are done with
  std::size_t frames_ = 0;
};

}  // namespace dsp
