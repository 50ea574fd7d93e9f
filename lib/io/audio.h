/// Reading and writing audio files with libsndfile.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace io {

inline constexpr std::size_t kMaxChannels = 64;
inline constexpr double kMinSampleRateHz = 8000.0;
inline constexpr double kMaxSampleRateHz = 192000.0;

/// A whole recording in memory.
struct Audio {
  std::vector<float> samples;  ///< [frames, channels], row-major; full scale is 1
  std::size_t channels = 0;
  double sample_rate_hz = 0.0;

  std::size_t frames() const { return channels == 0 ? 0 : samples.size() / channels; }
};

/// Reads a file of any kind that AudioStream reads.
/// @throws core::InputError  as AudioStream, and for samples that core::is_sample() refuses
Audio read_audio(const std::filesystem::path& path);

/// Writes a WAV file of 32-bit float samples atomically, and reads it back before it gets its name.
/// @param samples  [frames, channels], row-major
/// @throws core::IoError     if it cannot be written, or is not read back as it was written
/// @throws core::InputError  for more than 4 GiB, which a WAV cannot state
void write_wav(const std::filesystem::path& out, std::span<const float> samples,
               std::size_t channels, double sample_rate_hz);

/// Compares a WAV file of 32-bit float samples with what was written.
/// @throws core::IoError  if length, channels, rate or a sample differ
void verify_wav(const std::filesystem::path& path, std::span<const float> samples,
                std::size_t channels, double sample_rate_hz);

/// True if the name ends like the name of an audio file (.wav, .flac, .ogg, .sph, ...), in upper
/// or lower case.
bool looks_like_audio(const std::filesystem::path& path);

}  // namespace io
