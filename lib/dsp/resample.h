/// Sample-rate conversion.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

struct soxr;

namespace dsp {

/// Converts between any two rates by libsoxr at its very high quality, linear phase; the first
/// output sample is at the time of the first input sample. Equal rates copy.
/// @param interleaved  [samples, channels], row-major
/// @return             [round(samples * to / from), channels]
/// @throws core::UsageError  if channels is 0 or does not divide the length, or a rate is not in
/// (0, 10 MHz]
std::vector<float> resample(std::span<const float> interleaved, std::size_t channels,
                            double from_hz, double to_hz);

/// The same conversion piece by piece: the joined outputs are what resample() gives for the joined
/// inputs, but for rounding.
class StreamResampler {
 public:
  /// @throws core::UsageError  as resample
  StreamResampler(std::size_t channels, double from_hz, double to_hz);
  ~StreamResampler();
  StreamResampler(const StreamResampler&) = delete;
  StreamResampler& operator=(const StreamResampler&) = delete;

  /// Appends what is ready to `out`. @param interleaved  [samples, channels]
  void push(std::span<const float> interleaved, std::vector<float>& out);
  /// End of input: appends the rest, so that there are round(samples * to / from) in all.
  void finish(std::vector<float>& out);
  /// Input received but not yet given out, s: the filter needs samples from the future.
  double latency_s() const;

 private:
  void process(const float* in, std::size_t samples, std::vector<float>& out);

  std::size_t channels_;
  double ratio_;  ///< to / from; 1: samples are passed on
  double to_hz_;
  soxr* soxr_ = nullptr;
  std::size_t pushed_ = 0;  ///< samples, each of all channels
  std::size_t made_ = 0;
};

}  // namespace dsp
