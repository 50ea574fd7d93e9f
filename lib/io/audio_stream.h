/// Audio files read piece by piece: hour-long recordings in little memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

namespace io {

/// An open audio file of any kind libsndfile knows (WAV, RF64, W64, FLAC, Ogg, AIFF, CAF, ...).
class AudioStream {
 public:
  /// @throws core::InputError  not audio, truncated (libsndfile itself accepts half a WAV), no
  /// samples, more than 64 channels, a rate outside 8 to 192 kHz
  explicit AudioStream(const std::filesystem::path& path);
  ~AudioStream();
  AudioStream(AudioStream&&) noexcept;
  AudioStream& operator=(AudioStream&&) = delete;

  std::size_t channels() const;
  double sample_rate_hz() const;
  /// Frames that the header promises.
  std::uint64_t frames() const;
  double duration_s() const { return static_cast<double>(frames()) / sample_rate_hz(); }
  const std::filesystem::path& path() const;

  /// Reads up to block.size() / channels() frames; 0 at the end. Samples may be NaN or infinite.
  /// @param block  [frames, channels], row-major
  /// @throws core::InputError  if the file is damaged or ends before the promised frames
  std::size_t read(std::span<float> block);

 private:
  struct File;
  std::unique_ptr<File> file_;
};

}  // namespace io
