#include "io/audio.h"

#include <fmt/format.h>
#include <sndfile.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <cstring>
#include <memory>
#include <string_view>

#include "core/atomic_file.h"
#include "core/errors.h"
#include "core/sample.h"
#include "io/audio_stream.h"

namespace io {
namespace {

using SoundFile = std::unique_ptr<SNDFILE, int (*)(SNDFILE*)>;

/// Number of sample frames that are read at a time.
constexpr std::size_t kBlockFrames = 65536;
/// Largest size of the samples of a WAV file; the header needs some of the 4 GiB.
constexpr std::size_t kMostWavBytes = 0xffffffffU - 4096U;

}  // namespace

Audio read_audio(const std::filesystem::path& path) {
  AudioStream stream(path);
  Audio audio;
  audio.channels = stream.channels();
  audio.sample_rate_hz = stream.sample_rate_hz();
  // The samples are read in blocks, because the length in the header may be wrong and huge.
  std::vector<float> block(kBlockFrames * audio.channels);
  while (const std::size_t got = stream.read(block)) {
    audio.samples.insert(audio.samples.end(), block.begin(),
                         block.begin() + static_cast<std::ptrdiff_t>(got * audio.channels));
  }
  const auto bad = std::find_if(audio.samples.begin(), audio.samples.end(),
                                [](float x) { return !core::is_sample(x); });
  if (bad != audio.samples.end()) {
    throw core::InputError(fmt::format(
        "{}: sample {}: expected a finite number of at most {:g}, found {:g}; repair the "
        "file",
        path.string(), static_cast<std::size_t>(bad - audio.samples.begin()) / audio.channels,
        core::kLargestSample, *bad));
  }
  return audio;
}

void verify_wav(const std::filesystem::path& path, std::span<const float> samples,
                std::size_t channels, double sample_rate_hz) {
  const auto fail = [&](const std::string& found) {
    throw core::IoError(
        fmt::format("{}: cannot write: read back, {} (disk full?)", path.string(), found));
  };
  SF_INFO info{};
  const SoundFile file(sf_open(path.c_str(), SFM_READ, &info), sf_close);
  if (!file) fail(sf_strerror(nullptr));
  const auto frames = static_cast<sf_count_t>(samples.size() / channels);
  if (info.channels != static_cast<int>(channels) || info.frames != frames ||
      info.samplerate != static_cast<int>(std::lround(sample_rate_hz))) {
    fail(fmt::format("the header states {} samples of {} channels at {} Hz, expected {} of {}",
                     info.frames, info.channels, info.samplerate, frames, channels));
  }
  std::vector<float> block(kBlockFrames * channels);
  for (std::size_t at = 0; at < samples.size();) {
    const std::size_t wanted = std::min(block.size(), samples.size() - at);
    const sf_count_t got =
        sf_readf_float(file.get(), block.data(), static_cast<sf_count_t>(wanted / channels));
    // Bytes are compared, because a sample that is no number equals nothing.
    if (got != static_cast<sf_count_t>(wanted / channels) ||
        std::memcmp(block.data(), samples.data() + at, wanted * sizeof(float)) != 0) {
      fail("the samples differ");
    }
    at += wanted;
  }
}

void write_wav(const std::filesystem::path& out, std::span<const float> samples,
               std::size_t channels, double sample_rate_hz) {
  // A plain WAV states sizes in 32 bits.
  if (samples.size_bytes() > kMostWavBytes) {
    throw core::InputError(fmt::format("{}: expected at most 4 GiB of samples, found {} bytes",
                                       out.string(), samples.size_bytes()));
  }
  core::AtomicFile target(out);
  SF_INFO info{};
  info.channels = static_cast<int>(channels);
  info.samplerate = static_cast<int>(std::lround(sample_rate_hz));
  info.format = SF_FORMAT_WAV | SF_FORMAT_FLOAT;
  SoundFile file(sf_open(target.temporary().c_str(), SFM_WRITE, &info), sf_close);
  if (!file) throw core::IoError(out.string() + ": cannot write: " + sf_strerror(nullptr));
  // The PEAK chunk would hold the time of writing, and equal content would not give equal bytes.
  sf_command(file.get(), SFC_SET_ADD_PEAK_CHUNK, nullptr, SF_FALSE);
  const auto frames = static_cast<sf_count_t>(samples.size() / channels);
  const bool written = sf_writef_float(file.get(), samples.data(), frames) == frames;
  const bool closed = sf_close(file.release()) == 0;
  if (!written || !closed) throw core::IoError(out.string() + ": cannot write (disk full?)");
  // libsndfile writes the header again when it closes, and does not report when that fails.
  verify_wav(target.temporary(), samples, channels, sample_rate_hz);
  target.commit();
}

bool looks_like_audio(const std::filesystem::path& path) {
  std::string ending = path.extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  constexpr std::array<std::string_view, 19> kEndings = {
      ".wav", ".wave", ".bwf", ".rifx", ".rf64", ".bw64", ".w64", ".aif", ".aiff", ".aifc",
      ".au",  ".snd",  ".caf", ".sph",  ".nist", ".flac", ".ogg", ".oga", ".opus"};
  return std::find(kEndings.begin(), kEndings.end(), ending) != kEndings.end();
}

}  // namespace io
