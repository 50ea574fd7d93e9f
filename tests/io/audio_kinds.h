/// Audio files of many kinds for tests, written by libsndfile or by hand.
#pragma once

#include <sndfile.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace test {

/// Tones of different frequencies. @return  [frames, channels]
inline std::vector<float> tones(std::size_t frames, std::size_t channels) {
  std::vector<float> samples(frames * channels);
  for (std::size_t n = 0; n < frames; ++n) {
    for (std::size_t c = 0; c < channels; ++c) {
      samples[n * channels + c] =
          0.5F * std::sin(0.05F * static_cast<float>(n) * (1.0F + 0.3F * static_cast<float>(c)));
    }
  }
  return samples;
}

/// Writes samples in one of libsndfile's formats.
inline void write_audio(const std::filesystem::path& path, int format,
                        const std::vector<float>& samples, std::size_t channels,
                        int rate_hz = 16000) {
  SF_INFO info{};
  info.channels = static_cast<int>(channels);
  info.samplerate = rate_hz;
  info.format = format;
  SNDFILE* file = sf_open(path.c_str(), SFM_WRITE, &info);
  REQUIRE(file != nullptr);
  const auto frames = static_cast<sf_count_t>(samples.size() / channels);
  REQUIRE(sf_writef_float(file, samples.data(), frames) == frames);
  REQUIRE(sf_close(file) == 0);
}

/// The bytes of a number, lowest first.
inline std::string little_endian(std::uint64_t value, std::size_t bytes) {
  std::string text;
  for (std::size_t i = 0; i < bytes; ++i) text += static_cast<char>(value >> (8 * i) & 0xffU);
  return text;
}

/// The bytes of a number, highest first.
inline std::string big_endian(std::uint64_t value, std::size_t bytes) {
  const std::string text = little_endian(value, bytes);
  return {text.rbegin(), text.rend()};
}

/// A kind of audio file, and where its header states the number of bytes of samples.
struct AudioKind {
  const char* name;    ///< Of the file.
  int format;          ///< Of libsndfile.
  const char* marker;  ///< The size follows these bytes; empty: no such field.
  std::size_t offset;  ///< Bytes between the marker and the size.
  std::size_t bytes;   ///< Of the size.
  bool big_endian;
};

inline const std::vector<AudioKind>& audio_kinds() {
  static const std::vector<AudioKind> kinds = {
      {"a.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16, "data", 0, 4, false},
      {"float.wav", SF_FORMAT_WAV | SF_FORMAT_FLOAT, "data", 0, 4, false},
      {"wavex.wav", SF_FORMAT_WAVEX | SF_FORMAT_PCM_24, "data", 0, 4, false},
      {"rifx.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16 | SF_ENDIAN_BIG, "data", 0, 4, true},
      {"a.rf64", SF_FORMAT_RF64 | SF_FORMAT_PCM_16, "ds64", 12, 8, false},
      {"a.w64", SF_FORMAT_W64 | SF_FORMAT_PCM_16, "data", 12, 8, false},
      {"a.aiff", SF_FORMAT_AIFF | SF_FORMAT_PCM_16, "SSND", 0, 4, true},
      {"sowt.aifc", SF_FORMAT_AIFF | SF_FORMAT_PCM_16 | SF_ENDIAN_LITTLE, "SSND", 0, 4, true},
      {"float.aifc", SF_FORMAT_AIFF | SF_FORMAT_FLOAT, "SSND", 0, 4, true},
      {"a.au", SF_FORMAT_AU | SF_FORMAT_PCM_24, ".snd", 4, 4, true},
      {"little.au", SF_FORMAT_AU | SF_FORMAT_FLOAT | SF_ENDIAN_LITTLE, "dns.", 4, 4, false},
      {"a.caf", SF_FORMAT_CAF | SF_FORMAT_PCM_16, "data", 0, 8, true},
      {"float.caf", SF_FORMAT_CAF | SF_FORMAT_FLOAT | SF_ENDIAN_LITTLE, "data", 0, 8, true},
      {"a.sph", SF_FORMAT_NIST | SF_FORMAT_PCM_16, "", 0, 0, false},
      {"a.flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_16, "", 0, 0, false},
      {"a.ogg", SF_FORMAT_OGG | SF_FORMAT_VORBIS, "", 0, 0, false},
  };
  return kinds;
}

/// The same file with another size of its samples in the header.
inline std::string with_size(std::string bytes, const AudioKind& kind, std::uint64_t size) {
  const std::size_t at = bytes.find(kind.marker) + std::string(kind.marker).size() + kind.offset;
  return bytes.replace(
      at, kind.bytes,
      kind.big_endian ? big_endian(size, kind.bytes) : little_endian(size, kind.bytes));
}

}  // namespace test
