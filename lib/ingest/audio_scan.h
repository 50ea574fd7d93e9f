/// The recording of csl-import: what is wrong with it, and pieces of it at the wanted rate.
#pragma once

#include <cstdint>
#include <deque>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "dsp/resample.h"
#include "io/audio_stream.h"

namespace ingest {

/// A stretch of recording time, s.
struct Span {
  double start_s = 0.0;
  double end_s = 0.0;
};

struct ChannelFacts {
  double rms = 0.0;
  double peak = 0.0;
  double mean = 0.0;
  std::uint64_t clipped =
      0;  ///< samples in runs of three or more at the channel's largest or least value
  std::uint64_t not_finite = 0;
  std::uint64_t digest = 0;  ///< of all samples: equal channels are copies
};

/// One pass over a recording.
struct AudioScan {
  std::filesystem::path path;
  double rate_hz = 0.0;
  std::uint64_t frames = 0;
  std::vector<ChannelFacts> channel;
  std::vector<float> level;  ///< mean square over channels of every millisecond
  std::vector<Span> bad;     ///< NaN or infinite samples, with the resampler's reach on both sides
  std::vector<Span> dropouts;  ///< all channels exactly zero for 5 ms or more, inside the recording

  double duration_s() const { return static_cast<double>(frames) / rate_hz; }
};

/// Reads the whole recording once, block by block.
/// @param mask_not_finite  false: the first NaN or infinite sample is an error
/// @throws core::InputError  as io::AudioStream; one channel; silence throughout; samples that are
/// no numbers
AudioScan scan_audio(const std::filesystem::path& path, bool mask_not_finite);

/// Warnings about what the scan found, and its figures for the report.
void judge_audio(const AudioScan& scan, nlohmann::json& facts, std::vector<std::string>& warnings);

/// Cuts pieces out of a recording at another rate, in one pass; memory holds the current piece
/// only.
class AudioCutter {
 public:
  AudioCutter(const std::filesystem::path& path, double rate_hz);

  /// Samples [first, first + count) at the wanted rate, each of all channels; zeros behind the end.
  /// Pieces must be asked for in order of `first`. Samples that are no numbers are read as zero.
  /// @return  [count, channels]
  std::vector<float> cut(std::uint64_t first, std::uint64_t count);

 private:
  void fill_to(std::uint64_t end);

  io::AudioStream stream_;
  dsp::StreamResampler resampler_;
  std::size_t channels_;
  std::vector<float> block_;
  std::vector<float> buffer_;  ///< from sample buffer_first_ on
  std::uint64_t buffer_first_ = 0;
  bool ended_ = false;
};

}  // namespace ingest
