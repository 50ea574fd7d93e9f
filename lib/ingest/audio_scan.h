/// The faults of a recording, found in one pass.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "ingest/facts.h"
#include "ingest/recording_stream.h"

namespace ingest {

/// A span of recording time, s.
struct Span {
  double start_s = 0.0;
  double end_s = 0.0;

  double length_s() const { return end_s - start_s; }
};

/// Result of one pass over a recording.
struct AudioScan {
  AudioSource source;
  std::vector<std::size_t> numbers;  ///< [channels], channels of the files, counted from 0.
  double rate_hz = 0.0;
  double resolution = 0.0;            ///< See io::AudioStream::resolution.
  std::vector<std::string> warnings;  ///< About the files.
  /// [blocks, channels], mean square of whole blocks of ChannelCheck::frame_samples_at(rate_hz).
  std::vector<float> block_energy;
  std::uint64_t frames = 0;
  std::vector<ChannelFacts> channel;
  std::vector<float> level;  ///< [milliseconds], mean square over the channels
  std::vector<Span> bad;  ///< Samples that are not finite, and the resampler's reach around them.
  std::vector<Span> dropouts;  ///< All channels are exactly zero for 5 ms or more, between sounds.

  double duration_s() const { return static_cast<double>(frames) / rate_hz; }
};

/// Reads the whole recording once, block by block.
/// @param mask_not_finite  false: the first sample that is not finite is an error
/// @throws core::InputError  as RecordingStream, and if the recording has one channel, is silent
///                           throughout, or has samples that are not finite
AudioScan scan_audio(const AudioSource& source, bool mask_not_finite);

/// The facts for the report.
/// @param warnings  [out] receives what is suspicious about the recording
AudioFacts judge_audio(const AudioScan& scan, std::vector<std::string>& warnings);

}  // namespace ingest
