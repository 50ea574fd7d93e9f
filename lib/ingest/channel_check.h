/// Finds channels of a recording that are no microphones of the array: silent, constant, clipped
/// throughout, copies, or without the sound that the other channels share.
#pragma once

#include <complex>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "dsp/common_sound.h"
#include "dsp/stft.h"

namespace ingest {

/// What is wrong with one channel.
struct ChannelFault {
  std::size_t channel = 0;  ///< From 0.
  std::string reason;       ///< For messages: "silent: all samples are zero".
};

/// Compares the channels of a device over frames of loud sound.
///
/// Two channels belong together if their sound is common (dsp::CommonSound) much more often than by
/// chance. Channels that belong together, also through others, form a group. The largest group is
/// the array.
class ChannelCheck {
 public:
  /// Length of a frame, s. It is long, because in noise few cycles show nothing.
  static constexpr double kFrame_s = 0.256;
  /// Fewer frames show too little: then no channel is judged by its sound.
  static constexpr std::size_t kMinFrames = 24;
  /// Enough for any array; more are not used.
  static constexpr std::size_t kMaxFrames = 240;

  /// @param resolution  smallest difference of two samples, see io::AudioStream
  ChannelCheck(std::size_t channels, double sample_rate_hz, double resolution);

  /// The length of a frame at a sample rate, samples.
  static std::size_t frame_samples_at(double sample_rate_hz);

  /// Numbers that messages use for the channels, counted from 0. Default: 0, 1, ...
  void number(std::vector<std::size_t> numbers) { numbers_ = std::move(numbers); }

  /// Length of a frame, samples.
  std::size_t frame_samples() const { return window_.size(); }
  std::size_t frames() const { return frames_; }

  /// Adds a frame of loud sound, unless there are enough. @param samples  [frame_samples, channels]
  void add(std::span<const float> samples);

  /// Copies of other channels: at any gain, delayed by whole samples up to the longest delay.
  /// @param ignored  [channels], channels that are not compared
  std::vector<ChannelFault> copies(const std::vector<bool>& ignored);
  /// Channels outside the largest group. Empty if there are too few frames.
  /// @param ignored  [channels], channels that are not compared
  /// @param name     of the recording, for messages
  /// @throws core::InputError  if no two channels belong together, or if two groups are equally
  ///                           large
  std::vector<ChannelFault> unrelated(const std::vector<bool>& ignored, const std::string& name);

 private:
  std::span<const std::complex<float>> spectrum(std::size_t frame, std::size_t channel) const;
  double score(std::size_t a, std::size_t b);
  double min_score() const;
  bool is_copy(std::size_t a, std::size_t b);
  bool equal_at(std::size_t a, std::size_t b, long delay, std::size_t frames) const;
  long likely_delay(std::size_t a, std::size_t b);

  std::size_t channels_;
  std::vector<std::size_t> numbers_;
  double rate_hz_;
  double resolution_;
  std::vector<float> window_;
  dsp::Fft fft_;
  dsp::CommonSound common_;
  dsp::Fft correlation_fft_;
  std::size_t frames_ = 0;
  std::vector<std::complex<float>> spectra_;  ///< [frames, channels, bins], whitened by half
  std::vector<float> frame_;                  ///< [window]
  std::vector<std::complex<float>> whole_;    ///< [window / 2 + 1]
};

/// "channel 5 (silent: all samples are zero), channel 6 (...)".
std::string list_faults(const std::vector<ChannelFault>& faults);

}  // namespace ingest
