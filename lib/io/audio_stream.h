/// Reading audio files block by block, so that long recordings need little memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

namespace io {

/// An open audio file of any format that libsndfile knows (WAV, RF64, W64, FLAC, Ogg, AIFF, ...).
class AudioStream {
 public:
  /// @throws core::InputError  for a file that is not audio, is truncated (libsndfile itself
  ///                           accepts half a WAV) or has no samples, for more than 64 channels,
  ///                           and for a sample rate outside 8 to 192 kHz
  explicit AudioStream(const std::filesystem::path& path);
  ~AudioStream();
  AudioStream(AudioStream&&) noexcept;
  AudioStream& operator=(AudioStream&&) = delete;

  std::size_t channels() const;
  double sample_rate_hz() const;
  /// Number of frames that the header states.
  std::uint64_t frames() const;
  double duration_s() const { return static_cast<double>(frames()) / sample_rate_hz(); }
  const std::filesystem::path& path() const;

  /// Reads up to block.size() / channels() frames. Samples may be NaN or infinite.
  /// @param block  [frames, channels], row-major
  /// @return       number of frames read; 0 at the end of the file
  /// @throws core::InputError  if the file is damaged or has fewer frames than its header states
  std::size_t read(std::span<float> block);

 private:
  struct File;
  std::unique_ptr<File> file_;
};

}  // namespace io
