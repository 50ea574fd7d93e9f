#include "io/audio.h"

#include <fmt/format.h>
#include <sndfile.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <memory>
#include <string_view>

#include "core/errors.h"
#include "core/files.h"
#include "io/audio_stream.h"

namespace io {
namespace {

using SoundFile = std::unique_ptr<SNDFILE, int (*)(SNDFILE*)>;

}  // namespace

Audio read_audio(const std::filesystem::path& path) {
  AudioStream stream(path);
  Audio audio;
  audio.channels = stream.channels();
  audio.sample_rate_hz = stream.sample_rate_hz();
  // The samples are read in blocks, because the length in the header may be wrong and huge.
  std::vector<float> block(std::size_t{65536} * audio.channels);
  while (const std::size_t got = stream.read(block)) {
    audio.samples.insert(audio.samples.end(), block.begin(),
                         block.begin() + static_cast<std::ptrdiff_t>(got * audio.channels));
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
  // The PEAK chunk would hold the time of writing, and equal content would not give equal bytes.
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
