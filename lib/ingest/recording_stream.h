/// One recording: a file of several channels, or one file for each microphone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "io/audio_stream.h"

namespace ingest {

/// Where a recording lies, and which of its channels are used.
struct AudioSource {
  std::vector<std::filesystem::path> files;  ///< One, or one of a single channel per microphone.
  std::vector<std::size_t>
      channels;  ///< Counted from 0, in the order of use; empty: all, in order.
  io::WrongSize wrong_size = io::WrongSize::kRefuse;

  /// The first file, for messages.
  const std::filesystem::path& name() const { return files.front(); }
};

/// Reads "1-4" or "1,3,5-8": channels counted from 1, in the order given.
/// @return  channels counted from 0
/// @throws core::UsageError  for other text, a channel above 64 and a channel that is named twice
std::vector<std::size_t> parse_channels(const std::string& text);

/// The channels as a person counts them: "1-4", "1,3".
std::string channel_list(const std::vector<std::size_t>& channels);

/// An open recording. It has the channels that AudioSource names.
class RecordingStream {
 public:
  /// @throws core::InputError  as io::AudioStream; if a channel is missing; if several files differ
  ///                           in rate or length, or one of several has more than one channel
  explicit RecordingStream(const AudioSource& source);

  std::size_t channels() const { return channels_.size(); }
  /// The channels of the files that channels() stands for, counted from 0.
  const std::vector<std::size_t>& numbers() const { return channels_; }
  double sample_rate_hz() const { return files_.front().sample_rate_hz(); }
  std::uint64_t frames() const { return files_.front().frames(); }
  /// What is wrong with the files although they are read, for warnings.
  std::vector<std::string> warnings() const;
  /// See io::AudioStream::resolution.
  double resolution() const { return files_.front().resolution(); }

  /// As io::AudioStream::read. @param block  [frames, channels]
  std::size_t read(std::span<float> block);
  /// As io::AudioStream::seek.
  void seek(std::uint64_t frame);

 private:
  std::vector<io::AudioStream> files_;
  std::vector<std::size_t> channels_;
  std::vector<float> file_block_;
};

}  // namespace ingest
