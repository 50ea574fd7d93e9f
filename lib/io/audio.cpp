#include "io/audio.h"

#include <fmt/format.h>
#include <sndfile.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <memory>
#include <string_view>
#include <system_error>

#include "core/errors.h"
#include "core/files.h"

namespace io {
namespace {

using SoundFile = std::unique_ptr<SNDFILE, int (*)(SNDFILE*)>;

std::uint32_t little_endian_32(const char* bytes) {
  std::array<std::uint8_t, 4> b{};
  std::memcpy(b.data(), bytes, b.size());
  return b[0] | (b[1] << 8U) | (b[2] << 16U) | (static_cast<std::uint32_t>(b[3]) << 24U);
}

/// Finds a WAV's data chunk and compares its stated size with the file: libsndfile reads half a
/// file without complaint.
void refuse_truncated_wav(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  const std::uintmax_t file_bytes = std::filesystem::file_size(path);
  std::array<char, 12> riff{};
  stream.read(riff.data(), riff.size());
  if (!stream || std::string_view(riff.data(), 4) != "RIFF" ||
      std::string_view(riff.data() + 8, 4) != "WAVE") {
    return;
  }
  std::uintmax_t at = riff.size();
  std::array<char, 8> chunk{};
  while (stream.seekg(static_cast<std::streamoff>(at)) && stream.read(chunk.data(), chunk.size())) {
    const std::uintmax_t bytes = little_endian_32(chunk.data() + 4);
    at += chunk.size();
    if (std::string_view(chunk.data(), 4) == "data") {
      // A size of 0xffffffff is what streaming writers leave: the length is then the file's.
      if (bytes != 0xffffffffU && at + bytes > file_bytes) {
        throw core::InputError(fmt::format("{}: truncated: expected {} bytes of samples, found {}",
                                           path.string(), bytes, file_bytes - at));
      }
      return;
    }
    at += bytes + bytes % 2;
  }
}

void check_info(const std::filesystem::path& path, const SF_INFO& info) {
  if (info.frames <= 0) throw core::InputError(path.string() + ": has no samples");
  if (info.channels < 1 || static_cast<std::size_t>(info.channels) > kMaxChannels) {
    throw core::InputError(fmt::format("{}: expected 1 to {} channels, found {}", path.string(),
                                       kMaxChannels, info.channels));
  }
  if (info.samplerate < kMinSampleRateHz || info.samplerate > kMaxSampleRateHz) {
    throw core::InputError(fmt::format("{}: expected a sample rate of 8 to 192 kHz, found {} Hz",
                                       path.string(), info.samplerate));
  }
}

}  // namespace

Audio read_audio(const std::filesystem::path& path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) {
    throw core::InputError(path.string() + ": no such file");
  }
  refuse_truncated_wav(path);
  SF_INFO info{};
  const SoundFile file(sf_open(path.c_str(), SFM_READ, &info), sf_close);
  if (!file) {
    throw core::InputError(
        fmt::format("{}: cannot be read as audio: {}", path.string(), sf_strerror(nullptr)));
  }
  check_info(path, info);
  Audio audio;
  audio.channels = static_cast<std::size_t>(info.channels);
  audio.sample_rate_hz = info.samplerate;
  // The header's length is not trusted with an allocation: the samples are read in blocks.
  std::vector<float> block(std::size_t{65536} * audio.channels);
  sf_count_t got = 0;
  while ((got = sf_readf_float(file.get(), block.data(), 65536)) > 0) {
    audio.samples.insert(audio.samples.end(), block.begin(), block.begin() + got * info.channels);
  }
  if (sf_error(file.get()) != SF_ERR_NO_ERROR || audio.samples.empty()) {
    throw core::InputError(fmt::format("{}: damaged: {}", path.string(), sf_strerror(file.get())));
  }
  const auto bad = std::find_if(audio.samples.begin(), audio.samples.end(),
                                [](float x) { return !std::isfinite(x); });
  if (bad != audio.samples.end()) {
    throw core::InputError(
        fmt::format("{}: sample {} is not a finite number; repair the file", path.string(),
                    static_cast<std::size_t>(bad - audio.samples.begin()) / audio.channels));
  }
  return audio;
}

void write_wav(const std::filesystem::path& out, std::span<const float> samples,
               std::size_t channels, double sample_rate_hz) {
  core::AtomicFile target(out);
  SF_INFO info{};
  info.channels = static_cast<int>(channels);
  info.samplerate = static_cast<int>(std::lround(sample_rate_hz));
  info.format = SF_FORMAT_WAV | SF_FORMAT_FLOAT;
  SoundFile file(sf_open(target.temporary().c_str(), SFM_WRITE, &info), sf_close);
  if (!file) throw core::IoError(out.string() + ": cannot write: " + sf_strerror(nullptr));
  // The PEAK chunk holds the time of writing: equal content would not be equal bytes.
  sf_command(file.get(), SFC_SET_ADD_PEAK_CHUNK, nullptr, SF_FALSE);
  const auto frames = static_cast<sf_count_t>(samples.size() / channels);
  const bool written = sf_writef_float(file.get(), samples.data(), frames) == frames;
  const bool closed = sf_close(file.release()) == 0;
  if (!written || !closed) throw core::IoError(out.string() + ": cannot write (disk full?)");
  target.commit();
}

bool looks_like_audio(const std::filesystem::path& path) {
  std::string ending = path.extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  constexpr std::array<std::string_view, 10> kEndings = {".wav", ".flac", ".ogg",  ".oga", ".opus",
                                                         ".sph", ".aif",  ".aiff", ".w64", ".rf64"};
  return std::find(kEndings.begin(), kEndings.end(), ending) != kEndings.end();
}

}  // namespace io
