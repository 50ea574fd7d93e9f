/// Sample-rate conversion.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

struct soxr;

namespace dsp {

/// Converts between any two rates with libsoxr at its very high quality and with linear phase. The
/// first output sample is at the time of the first input sample. Equal rates copy the samples.
/// @param interleaved  [samples, channels], row-major
/// @return             [round(samples * to / from), channels]
/// @throws core::UsageError  if channels is 0 or does not divide the length, or if a rate is not in
///                           (0, 10 MHz]
std::vector<float> resample(std::span<const float> interleaved, std::size_t channels,
                            double from_hz, double to_hz);

/// The same conversion of a signal that arrives in blocks. The joined outputs equal the result of
/// resample() for the joined inputs, up to rounding.
class StreamResampler {
 public:
  /// @throws core::UsageError  as resample
  StreamResampler(std::size_t channels, double from_hz, double to_hz);
  ~StreamResampler();
  StreamResampler(const StreamResampler&) = delete;
  StreamResampler& operator=(const StreamResampler&) = delete;

  /// Takes input and appends the output samples that are ready to `out`.
  /// @param interleaved  [samples, channels], row-major
  void push(std::span<const float> interleaved, std::vector<float>& out);
  /// Ends the input and appends the rest. The output then has round(samples * to / from) samples.
  void finish(std::vector<float>& out);
  /// Duration of the input that is not in the output yet, because the filter needs later samples.
  double latency_s() const;

 private:
  void process(const float* in, std::size_t samples, std::vector<float>& out);

  std::size_t channels_;
  double ratio_;  ///< to / from; 1: samples are copied
  double to_hz_;
  soxr* soxr_ = nullptr;
  std::size_t pushed_ = 0;  ///< input samples, each of all channels
  std::size_t made_ = 0;    ///< output samples, each of all channels
};

}  // namespace dsp
