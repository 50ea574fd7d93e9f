#include "io/audio_stream.h"

#include <fmt/format.h>
#include <sndfile.h>

#include <array>
#include <cstring>
#include <fstream>
#include <string_view>
#include <system_error>

#include "core/errors.h"
#include "io/audio.h"

namespace io {
namespace {

std::uint64_t little_endian(const char* bytes, std::size_t count) {
  std::uint64_t value = 0;
  for (std::size_t i = count; i-- > 0;) value = value << 8U | static_cast<std::uint8_t>(bytes[i]);
  return value;
}

/// Compares the size of the data chunk of a WAV or RF64 file with the size of the file: libsndfile
/// reads half a file without an error.
void refuse_truncated_wav(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  const std::uintmax_t file_bytes = std::filesystem::file_size(path);
  std::array<char, 12> riff{};
  stream.read(riff.data(), riff.size());
  const std::string_view kind(riff.data(), 4);
  if (!stream || (kind != "RIFF" && kind != "RF64") ||
      std::string_view(riff.data() + 8, 4) != "WAVE") {
    return;
  }
  std::uintmax_t at = riff.size();
  // RF64 states the size in its "ds64" chunk; its data chunk states 2^32 - 1.
  std::uint64_t long_bytes = 0;
  std::array<char, 24> chunk{};
  while (stream.seekg(static_cast<std::streamoff>(at)) && stream.read(chunk.data(), 8)) {
    const std::string_view name(chunk.data(), 4);
    const std::uint64_t bytes = little_endian(chunk.data() + 4, 4);
    at += 8;
    if (name == "ds64" && stream.read(chunk.data() + 8, 16)) {
      long_bytes = little_endian(chunk.data() + 16, 8);
    }
    if (name == "data") {
      // Streaming writers leave a size of 0xffffffff in a plain WAV file: its samples go on to the
      // end of the file.
      const std::uint64_t stated = bytes == 0xffffffffU ? long_bytes : bytes;
      if (stated > file_bytes - at) {
        throw core::InputError(fmt::format("{}: truncated: expected {} bytes of samples, found {}",
                                           path.string(), stated, file_bytes - at));
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

struct AudioStream::File {
  std::filesystem::path path;
  SF_INFO info{};
  std::unique_ptr<SNDFILE, int (*)(SNDFILE*)> handle{nullptr, sf_close};
  std::uint64_t read = 0;
};

AudioStream::AudioStream(const std::filesystem::path& path) : file_(std::make_unique<File>()) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) {
    throw core::InputError(path.string() + ": no such file");
  }
  refuse_truncated_wav(path);
  file_->path = path;
  file_->handle.reset(sf_open(path.c_str(), SFM_READ, &file_->info));
  if (!file_->handle) {
    throw core::InputError(
        fmt::format("{}: cannot be read as audio: {}", path.string(), sf_strerror(nullptr)));
  }
  check_info(path, file_->info);
}

AudioStream::~AudioStream() = default;
AudioStream::AudioStream(AudioStream&&) noexcept = default;

std::size_t AudioStream::channels() const { return static_cast<std::size_t>(file_->info.channels); }
double AudioStream::sample_rate_hz() const { return file_->info.samplerate; }
std::uint64_t AudioStream::frames() const { return static_cast<std::uint64_t>(file_->info.frames); }
const std::filesystem::path& AudioStream::path() const { return file_->path; }

std::size_t AudioStream::read(std::span<float> block) {
  const auto wanted = static_cast<sf_count_t>(block.size() / channels());
  const sf_count_t got = sf_readf_float(file_->handle.get(), block.data(), wanted);
  file_->read += static_cast<std::uint64_t>(std::max<sf_count_t>(got, 0));
  if (sf_error(file_->handle.get()) != SF_ERR_NO_ERROR) {
    throw core::InputError(
        fmt::format("{}: damaged: {}", file_->path.string(), sf_strerror(file_->handle.get())));
  }
  // A compressed file that was truncated ends early without an error.
  if (got < wanted && file_->read < frames()) {
    throw core::InputError(fmt::format("{}: truncated: expected {} samples a channel, found {}",
                                       file_->path.string(), frames(), file_->read));
  }
  return static_cast<std::size_t>(got);
}

}  // namespace io
