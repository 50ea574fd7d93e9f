#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "core/errors.h"
#include "io/audio.h"
#include "io/audio_stream.h"
#include "temporary_folder.h"

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
