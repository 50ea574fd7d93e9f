/// Audio files, read and written with libsndfile.
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

/// Reads any file libsndfile knows (WAV, FLAC, Ogg, NIST SPHERE, ...).
/// @throws core::InputError  not audio, truncated (libsndfile itself accepts half a WAV), no
/// samples,
///                           NaN or infinite samples, more than 64 channels, a rate outside 8 to
///                           192 kHz
Audio read_audio(const std::filesystem::path& path);

/// Writes 32-bit float WAV, atomically. @throws core::IoError
void write_wav(const std::filesystem::path& out, std::span<const float> samples,
               std::size_t channels, double sample_rate_hz);

/// True for the endings of audio files (.wav .flac .ogg .sph ...), whatever their case.
bool looks_like_audio(const std::filesystem::path& path);

}  // namespace io
