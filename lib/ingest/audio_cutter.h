/// The samples of a recording at the rate of the sessions.
#pragma once

#include <cstdint>
#include <vector>

#include "dsp/resample.h"
#include "ingest/recording_stream.h"

namespace ingest {

/// Reads ranges of a recording at another rate, in one pass. Memory holds one range only.
class AudioCutter {
 public:
  /// @param rate_hz  rate of the samples that cut() returns
  AudioCutter(const AudioSource& source, double rate_hz);

  /// Samples [first, end) at rate_hz; zeros after the end of the recording. `first` must not
  /// decrease from call to call. Samples that are not finite are read as zero.
  /// @return  [end - first, channels]
  std::vector<float> cut(std::uint64_t first, std::uint64_t end);

 private:
  void fill_to(std::uint64_t end);

  RecordingStream stream_;
  dsp::StreamResampler resampler_;
  std::size_t channels_;
  std::vector<float> block_;
  std::vector<float> buffer_;  ///< [samples, channels], from sample buffer_first_ on
  std::uint64_t buffer_first_ = 0;
  bool ended_ = false;
};

}  // namespace ingest
