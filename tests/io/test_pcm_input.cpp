#include <catch2/catch.hpp>

#include "core/errors.h"
#include "io/audio_kinds.h"
#include "io/pcm_input.h"

namespace {

using test::little_endian;

/// A WAV of two channels and 16 bits.
std::string wav(const std::string& samples, std::uint64_t size, const std::string& kind = "RIFF",
                const std::string& before = "") {
  const std::string format = little_endian(1, 2) + little_endian(2, 2) + little_endian(48000, 4) +
                             little_endian(192000, 4) + little_endian(4, 2) + little_endian(16, 2);
  return kind + little_endian(0, 4) + "WAVE" + before + "fmt " + little_endian(16, 4) + format +
         "data" + little_endian(size, 4) + samples;
}

struct Decoded {
  std::vector<float> values;
  io::PcmLayout layout;
  std::uint64_t missing = 0;
};

/// Decodes bytes that arrive in pieces.
Decoded decode(const std::string& bytes, std::size_t piece, const io::PcmLayout& stated = {}) {
  io::PcmInput input(stated, {io::PcmFormat::kS16, 16000.0, 2});
  Decoded decoded;
  const auto take = [&](std::span<const float> values) {
    decoded.values.insert(decoded.values.end(), values.begin(), values.end());
  };
  const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data());
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    take(input.decode({data + at, std::min(piece, bytes.size() - at)}));
  }
  take(input.finish());
  decoded.layout = input.layout();
  decoded.missing = input.missing_bytes();
  return decoded;
}

const std::string kSamples = little_endian(0x4000, 2) + little_endian(0x8000, 2) +
                             little_endian(0, 2) + little_endian(0xc000, 2);
const std::vector<float> kValues = {0.5F, -1.0F, 0.0F, -0.5F};

}  // namespace

TEST_CASE("a stream is raw PCM, or what the header of its WAV says, in pieces of any size") {
  const std::string list = "LIST" + little_endian(5, 4) + std::string(6, 'x');
  for (const std::size_t piece : {1U, 3U, 13U, 1000U}) {
    INFO("pieces of " << piece);
    CHECK(decode(kSamples, piece).values == kValues);
    CHECK(decode(kSamples, piece).layout.sample_rate_hz == 16000.0);
    // Chunks after the samples are not sound; a size that is not known is the end of the input.
    for (const std::string& bytes :
         {wav(kSamples + list, 8), wav(kSamples, 0), wav(kSamples, 0x7ffffff0),
          wav(kSamples, 0x80000000), wav(kSamples, 0xffffffff), wav(kSamples, 8, "RIFF", list),
          wav(kSamples + list, 0xffffffff, "RF64",
              "ds64" + little_endian(28, 4) + little_endian(0, 8) + little_endian(8, 8) +
                  std::string(12, '\0'))}) {
      const Decoded decoded = decode(bytes, piece);
      CHECK(decoded.values == kValues);
      CHECK(decoded.layout.sample_rate_hz == 48000.0);
      CHECK(decoded.layout.channels == 2);
      CHECK(decoded.missing == 0);
    }
    CHECK(decode(wav(kSamples, 20), piece).missing == 12);
  }
}

TEST_CASE("a WAV on standard input that contradicts the options, or is no PCM, is refused") {
  const std::string good = wav(kSamples, 8);
  CHECK(decode(good, 100, {io::PcmFormat::kS16, 48000.0, 2}).values == kValues);
  CHECK_THROWS_WITH(decode(good, 100, {{}, 16000.0, 0}), Catch::Contains("--rate"));
  CHECK_THROWS_WITH(decode(good, 100, {{}, 0.0, 4}), Catch::Contains("--channels"));
  CHECK_THROWS_WITH(decode(good, 100, {io::PcmFormat::kF32, 0.0, 0}), Catch::Contains("--format"));
  CHECK_THROWS_WITH(decode(good.substr(0, 30), 100), Catch::Contains("inside the header"));
  std::string coded = good;
  coded.replace(20, 2, little_endian(7, 2));
  CHECK_THROWS_WITH(decode(coded, 100), Catch::Contains("coding 7"));
  coded.replace(20, 2, little_endian(1, 2)).replace(34, 2, little_endian(24, 2));
  CHECK_THROWS_WITH(decode(coded, 100), Catch::Contains("24 bits"));
  for (const char* start : {"RIFX", "riff", "FORM", ".snd", "caff", "fLaC", "OggS", "NIST_1A"}) {
    INFO(start);
    CHECK_THROWS_AS(decode(start + std::string(100, 'x'), 7), core::InputError);
  }
}
