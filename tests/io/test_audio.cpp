#include <fmt/format.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cerrno>
#include <cmath>
#include <limits>

#include "core/errors.h"
#include "io/audio.h"
#include "io/audio_kinds.h"
#include "io/audio_stream.h"
#include "temporary_folder.h"

namespace {

/// Number of calls of write() that still succeed; negative: all.
int good_writes = -1;

}  // namespace

/// Stands before the C library's: one write after `good_writes` others finds the disk full.
extern "C" ssize_t write(int descriptor, const void* bytes, size_t count) {
  if (good_writes >= 0 && good_writes-- == 0) {
    errno = ENOSPC;
    return -1;
  }
  return syscall(SYS_write, descriptor, bytes, count);
}

namespace {

std::vector<float> two_channels(std::size_t frames) {
  std::vector<float> samples(2 * frames);
  for (std::size_t i = 0; i < samples.size(); ++i)
    samples[i] = std::sin(0.01F * static_cast<float>(i));
  return samples;
}

}  // namespace

TEST_CASE("float WAV is written and read without loss, and always gives the same bytes") {
  const test::TemporaryFolder folder;
  const std::vector<float> samples = two_channels(1000);
  io::write_wav(folder / "a.wav", samples, 2, 16000.0);
  io::write_wav(folder / "b.wav", samples, 2, 16000.0);
  const io::Audio audio = io::read_audio(folder / "a.wav");
  CHECK(audio.samples == samples);
  CHECK(audio.channels == 2);
  CHECK(audio.sample_rate_hz == 16000.0);
  CHECK(test::file_bytes(folder / "a.wav") == test::file_bytes(folder / "b.wav"));
}

TEST_CASE("a truncated WAV is refused, though libsndfile would read it") {
  const test::TemporaryFolder folder;
  io::write_wav(folder / "a.wav", two_channels(1000), 2, 16000.0);
  const std::string whole = test::file_bytes(folder / "a.wav");
  for (std::size_t i = 0; i < 64; ++i) {
    test::write_bytes(folder / "cut.wav", whole.substr(0, whole.size() * i / 64));
    CHECK_THROWS_AS(io::read_audio(folder / "cut.wav"), core::InputError);
  }
}

TEST_CASE("a write that fails, the header's too, is noticed before the WAV gets its name") {
  const test::TemporaryFolder folder;
  const std::vector<float> samples = two_channels(10000);
  std::size_t refused = 0;
  for (int writes = 0; writes < 20; ++writes) {
    const auto path = folder / fmt::format("{}.wav", writes);
    good_writes = writes;
    try {
      io::write_wav(path, samples, 2, 16000.0);
      good_writes = -1;
      CHECK(io::read_audio(path).samples == samples);
    } catch (const core::IoError&) {
      good_writes = -1;
      ++refused;
      CHECK_FALSE(std::filesystem::exists(path));
    }
  }
  CHECK(refused >= 3);
  CHECK(refused < 20);
}

TEST_CASE("every kind of file is read, and refused when it is cut short") {
  const test::TemporaryFolder folder;
  const std::vector<float> samples = test::tones(20000, 3);
  for (const test::AudioKind& kind : test::audio_kinds()) {
    test::write_audio(folder / kind.name, kind.format, samples, 3);
    const io::Audio audio = io::read_audio(folder / kind.name);
    INFO(kind.name);
    CHECK(audio.channels == 3);
    CHECK(audio.frames() == 20000);
    CHECK(io::looks_like_audio(kind.name));
    const std::string whole = test::file_bytes(folder / kind.name);
    const std::string cut = std::string("cut-") + kind.name;
    for (std::size_t i = 0; i < 30; ++i) {
      INFO("cut to " << i << "/30");
      test::write_bytes(folder / cut, whole.substr(0, whole.size() * i / 30));
      CHECK_THROWS_AS(io::read_audio(folder / cut), core::InputError);
    }
    test::write_bytes(folder / cut, whole.substr(0, whole.size() - 2 * 3 * 100));
    CHECK_THROWS_AS(io::read_audio(folder / cut), core::InputError);
  }
}

TEST_CASE(
    "a size that no recorder wrote or that wrapped is refused, and salvaged to the last sample") {
  const test::TemporaryFolder folder;
  const std::vector<float> samples = test::tones(20000, 3);
  for (const test::AudioKind& kind : test::audio_kinds()) {
    if (kind.bytes == 0) continue;
    test::write_audio(folder / kind.name, kind.format, samples, 3);
    const io::Audio whole = io::read_audio(folder / kind.name);
    const std::string bytes = test::file_bytes(folder / kind.name);
    std::vector<std::uint64_t> sizes = {0, 0x7ffffff0, 0x80000000, 0xffffffff, 24 + 3 * 4 * 2000};
    if (kind.bytes == 8) sizes.push_back(~std::uint64_t{0});
    for (const std::uint64_t size : sizes) {
      // An AIFF states the number of frames too: a recorder that was stopped left both at 0.
      std::string wrong = test::with_size(bytes, kind, size);
      const std::size_t frames = wrong.find("COMM");
      if (frames != std::string::npos) wrong.replace(frames + 10, 4, std::string(4, '\0'));
      test::write_bytes(folder / "wrong.audio", wrong);
      INFO(kind.name << " states " << size);
      CHECK_THROWS_WITH(io::read_audio(folder / "wrong.audio"), Catch::Contains("--salvage"));
      io::AudioStream stream(folder / "wrong.audio", io::WrongSize::kSalvage);
      CHECK_FALSE(stream.salvaged().empty());
      REQUIRE(stream.channels() == 3);
      CHECK(stream.sample_rate_hz() == 16000.0);
      std::vector<float> read(3 * 30000);
      const std::size_t got = stream.read(read);
      // Chunks after the samples, which a size of 0 hides, are read as samples.
      REQUIRE(got >= 20000);
      CHECK(got < 20200);
      read.resize(whole.samples.size());
      CHECK(read == whole.samples);
    }
  }
}

TEST_CASE("files that were cut short are salvaged up to the cut, FLAC and Ogg too") {
  const test::TemporaryFolder folder;
  // Noise, so that an Ogg file has many pages.
  std::vector<float> samples(2 * 100000);
  for (std::size_t i = 0; i < samples.size(); ++i) {
    samples[i] =
        0.5F * std::sin(0.37F * static_cast<float>(i % 9973) * static_cast<float>(i % 7919));
  }
  for (const test::AudioKind& kind : test::audio_kinds()) {
    test::write_audio(folder / kind.name, kind.format, samples, 2);
    const std::string whole = test::file_bytes(folder / kind.name);
    test::write_bytes(folder / "cut.audio", whole.substr(0, whole.size() / 2));
    io::AudioStream stream(folder / "cut.audio", io::WrongSize::kSalvage);
    std::vector<float> block(2 * 1000);
    std::size_t frames = 0;
    while (const std::size_t got = stream.read(block)) frames += got;
    INFO(kind.name << ": " << stream.salvaged());
    CHECK(frames > 25000);
    CHECK(frames < 75000);
    CHECK_FALSE(stream.salvaged().empty());
  }
}

TEST_CASE("samples beyond 4 GiB, where the size of a WAV starts again, are noticed") {
  const test::TemporaryFolder folder;
  test::write_audio(folder / "a.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16, test::tones(1000, 8), 8);
  // The file gets 4 GiB more, which need no disk: its stated size is the true one less 2^32.
  std::filesystem::resize_file(folder / "a.wav",
                               std::filesystem::file_size(folder / "a.wav") + 0x100000000ULL);
  CHECK_THROWS_WITH(io::AudioStream(folder / "a.wav"), Catch::Contains("4 GiB"));
  const io::AudioStream stream(folder / "a.wav", io::WrongSize::kSalvage);
  CHECK(stream.frames() == 1000 + 0x100000000ULL / 16);
}

TEST_CASE("BW64 is read as RF64 is; chunks and small tags after the samples are no fault") {
  const test::TemporaryFolder folder;
  const std::vector<float> samples = test::tones(5000, 2);
  test::write_audio(folder / "a.rf64", SF_FORMAT_RF64 | SF_FORMAT_FLOAT, samples, 2);
  std::string bytes = test::file_bytes(folder / "a.rf64");
  bytes.replace(0, 4, "BW64");
  test::write_bytes(folder / "a.bw64", bytes);
  CHECK(io::read_audio(folder / "a.bw64").samples == samples);
  io::write_wav(folder / "a.wav", samples, 2, 16000.0);
  bytes = test::file_bytes(folder / "a.wav");
  const std::string list = "LIST" + test::little_endian(6000, 4) + std::string(6000, 'x');
  for (const std::string& tail :
       {list, list + "TAG" + std::string(125, ' '), std::string(512, '\0')}) {
    test::write_bytes(folder / "tail.wav", bytes + tail);
    CHECK(io::read_audio(folder / "tail.wav").samples == samples);
  }
}

TEST_CASE("codings that change the sound or cannot be checked are refused by name") {
  const test::TemporaryFolder folder;
  struct Refused {
    int format;
    const char* says;
    int rate_hz;
  };
  const std::vector<Refused> cases = {
      {SF_FORMAT_WAV | SF_FORMAT_ULAW, "U-Law", 16000},
      {SF_FORMAT_WAV | SF_FORMAT_ALAW, "A-Law", 16000},
      {SF_FORMAT_WAV | SF_FORMAT_MS_ADPCM, "Microsoft ADPCM", 16000},
      {SF_FORMAT_WAV | SF_FORMAT_IMA_ADPCM, "IMA ADPCM", 16000},
      {SF_FORMAT_WAV | SF_FORMAT_GSM610, "GSM 6.10", 8000},
      {SF_FORMAT_AU | SF_FORMAT_ULAW, "U-Law", 16000},
      {SF_FORMAT_AIFF | SF_FORMAT_ALAW, "A-Law", 16000},
      {SF_FORMAT_CAF | SF_FORMAT_ALAC_16, "ALAC", 16000},
      {SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III, "MPEG", 16000},
      {SF_FORMAT_VOC | SF_FORMAT_PCM_16, "VOC", 16000},
      {SF_FORMAT_IRCAM | SF_FORMAT_PCM_16, "IRCAM", 16000}};
  for (const Refused& refused : cases) {
    const std::size_t channels = (refused.format & SF_FORMAT_SUBMASK) == SF_FORMAT_GSM610 ? 1 : 2;
    test::write_audio(folder / "a", refused.format, test::tones(20000, channels), channels,
                      refused.rate_hz);
    INFO(refused.says);
    CHECK_THROWS_WITH(io::AudioStream(folder / "a"), Catch::Contains(refused.says));
  }
  // 24 bits in four bytes: libsndfile would read the samples as float.
  test::write_audio(folder / "a.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_32, test::tones(1000, 2), 2);
  std::string bytes = test::file_bytes(folder / "a.wav");
  bytes.replace(34, 2, test::little_endian(24, 2));
  test::write_bytes(folder / "a.wav", bytes);
  CHECK_THROWS_WITH(io::AudioStream(folder / "a.wav"), Catch::Contains("24 bits in 3 bytes"));
}

TEST_CASE("an audio stream gives the same samples block by block, also from RF64") {
  const test::TemporaryFolder folder;
  const std::vector<float> samples = two_channels(1000);
  io::write_wav(folder / "a.wav", samples, 2, 16000.0);
  // The same as RF64: "ds64" with RIFF size, data size and sample count, the 32-bit sizes all ones.
  std::string wav = test::file_bytes(folder / "a.wav");
  const auto number = [](std::uint64_t value, std::size_t bytes) {
    std::string text;
    for (std::size_t i = 0; i < bytes; ++i) text += static_cast<char>(value >> (8 * i) & 0xffU);
    return text;
  };
  const std::size_t data = wav.find("data");
  const std::string ds64 = "ds64" + number(28, 4) + number(wav.size() + 28, 8) + number(8000, 8) +
                           number(1000, 8) + number(0, 4);
  const std::string rf64 = "RF64" + number(0xffffffffU, 4) + "WAVE" + ds64 +
                           wav.substr(12, data - 12) + "data" + number(0xffffffffU, 4) +
                           wav.substr(data + 8);
  test::write_bytes(folder / "long.wav", rf64);
  for (const char* name : {"a.wav", "long.wav"}) {
    io::AudioStream stream(folder / name);
    CHECK(stream.frames() == 1000);
    CHECK(stream.channels() == 2);
    std::vector<float> all;
    std::vector<float> block(2 * 300);
    while (const std::size_t got = stream.read(block)) {
      all.insert(all.end(), block.begin(), block.begin() + static_cast<std::ptrdiff_t>(2 * got));
    }
    CHECK(all == samples);
  }
  for (std::size_t i = 0; i < 64; ++i) {
    test::write_bytes(folder / "cut.wav", rf64.substr(0, rf64.size() * i / 64));
    CHECK_THROWS_AS(io::AudioStream(folder / "cut.wav"), core::InputError);
  }
}

TEST_CASE("audio outside the stated limits is refused") {
  const test::TemporaryFolder folder;
  std::vector<float> bad = two_channels(10);
  bad[13] = std::numeric_limits<float>::quiet_NaN();
  io::write_wav(folder / "nan.wav", bad, 2, 16000.0);
  io::write_wav(folder / "slow.wav", two_channels(10), 2, 4000.0);
  io::write_wav(folder / "empty.wav", {}, 2, 16000.0);
  test::write_bytes(folder / "text.wav", "not audio at all");
  for (const char* name : {"nan.wav", "slow.wav", "empty.wav", "text.wav", "missing.wav"}) {
    CHECK_THROWS_AS(io::read_audio(folder / name), core::InputError);
  }
}

TEST_CASE("audio files are recognized by the endings of their names") {
  CHECK(io::looks_like_audio("SX1.WAV"));
  CHECK(io::looks_like_audio("a/b/si1.sph"));
  CHECK_FALSE(io::looks_like_audio("notes.txt"));
}
