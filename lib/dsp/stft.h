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

/// Lengths of the transform. The defaults are 25 ms and 10 ms at 16 kHz, with bins 40 Hz apart.
struct StftOptions {
  std::size_t window = 400;  ///< samples, even; also the transform's length
  std::size_t hop = 160;     ///< samples, 1 <= hop <= window

  /// Options from lengths in ms at a sample rate, rounded to samples. The window is rounded to an
  /// even number. @throws core::UsageError  unless 0 < hop <= window
  static StftOptions from_milliseconds(double window_ms, double hop_ms, double sample_rate_hz);
};

/// Transform with a Hann window and without padding. Frame n covers the samples
/// [n hop, n hop + window), and only complete frames count. The object has scratch memory, so that
/// each thread needs its own.
class Stft {
 public:
  /// @throws core::UsageError  if the window is odd, or if a length is out of range
  explicit Stft(const StftOptions& options = {});

  const StftOptions& options() const { return options_; }
  /// Number of bins of the half spectrum, window / 2 + 1. Bin k has the frequency
  /// k sample_rate / window.
  std::size_t bins() const { return fft_.bins(); }
  /// Number of complete frames in a signal; 0 if it is shorter than one window.
  std::size_t frames(std::size_t samples) const;
  /// Time of the middle of frame n: (n hop + window / 2) / rate.
  double center_time_s(std::size_t frame, double sample_rate_hz) const;
  double bin_frequency_hz(std::size_t bin, double sample_rate_hz) const;

  /// Spectra of all complete frames.
  /// @param interleaved  [samples, microphones], row-major
  /// @return             [frames, bins, microphones], row-major
  /// @throws core::UsageError  if microphones is 0 or does not divide the length
  std::vector<std::complex<float>> analyze(std::span<const float> interleaved,
                                           std::size_t microphones);

  /// Least-squares inverse (Griffin and Lim 1984): sum of windowed frames over sum of squared
  /// windows. It is exact where the squared windows sum to more than 1e-6, and zero elsewhere
  /// (sample 0, and the last samples).
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

/// Transform of a signal that arrives in blocks of any size. The frames equal the frames of
/// Stft::analyze for the whole signal, bit by bit. The object keeps less than one window and the
/// samples of frames that next() has not returned yet.
class StftStream {
 public:
  /// @throws core::UsageError  as Stft, and if microphones is 0
  StftStream(const StftOptions& options, std::size_t microphones);

  const Stft& stft() const { return stft_; }
  /// Takes the next samples. @param interleaved  [samples, microphones], row-major
  /// @throws core::UsageError  if microphones does not divide the length
  void push(std::span<const float> interleaved);
  /// Returns the next frame. @param spectrum  [bins, microphones], is overwritten
  /// @return  false if the frame's last sample has not arrived yet; spectrum is then unchanged
  bool next(std::vector<std::complex<float>>& spectrum);
  /// Number of frames that next() has returned.
  std::size_t frames() const { return frames_; }

 private:
  Stft stft_;
  std::size_t microphones_;
  std::vector<float> pending_;  // [samples, microphones]; the next frame starts at value skip_
  std::size_t skip_ = 0;        // values of pending_ that no later frame needs
  std::size_t frames_ = 0;
};

}  // namespace dsp
