#include <catch2/catch.hpp>
#include <cstring>

#include "core/errors.h"
#include "io/pcm.h"

namespace {

/// All samples of a byte stream cut into pieces.
std::vector<float> decode(io::PcmDecoder& decoder, const std::vector<std::uint8_t>& bytes,
                          std::size_t piece) {
  std::vector<float> all;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    const auto some =
        decoder.decode(std::span(bytes).subspan(at, std::min(piece, bytes.size() - at)));
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

}  // namespace

TEST_CASE("PCM is decoded with the right full scale, sign and byte order in blocks of any size") {
  struct Case {
    const char* format;
    std::vector<std::uint8_t> bytes;  ///< two sample frames of two channels
    std::vector<float> values;
  };
  const std::vector<Case> cases = {
      {"s16",
       {0, 0x40, 0, 0x80, 0xff, 0xff, 0xff, 0x7f},
       {0.5F, -1.0F, -1.0F / 32768, 32767.0F / 32768}},
      {"s24",
       {0, 0, 0x40, 0, 0, 0x80, 0xff, 0xff, 0xff, 1, 0, 0},
       {0.5F, -1.0F, -1.0F / 8388608, 1.0F / 8388608}},
      {"s24_32",
       {0, 0, 0x40, 0x55, 0, 0, 0x80, 0xff, 0xff, 0xff, 0xff, 0, 1, 0, 0, 0xff},
       {0.5F, -1.0F, -1.0F / 8388608, 1.0F / 8388608}},
      {"S24_LE",
       {0, 0, 0x40, 0, 0, 0, 0x80, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 0, 0, 0},
       {0.5F, -1.0F, -1.0F / 8388608, 1.0F / 8388608}},
      {"s32",
       {0, 0, 0, 0x40, 0, 0, 0, 0x80, 0, 0, 0, 0, 0, 0, 0, 0xc0},
       {0.5F, -1.0F, 0.0F, -0.5F}},
      {"f32",
       {0, 0, 0, 0x3f, 0, 0, 0x80, 0xbf, 0, 0, 0, 0, 0, 0, 0x80, 0x3e},
       {0.5F, -1.0F, 0.0F, 0.25F}}};
  for (const Case& c : cases) {
    for (const std::size_t piece : {1U, 3U, 100U}) {
      io::PcmDecoder decoder(io::pcm_format(c.format), 2);
      INFO(c.format << " in pieces of " << piece);
      CHECK(decode(decoder, c.bytes, piece) == c.values);
      CHECK(decoder.samples() == 2);
      CHECK(decoder.incomplete_bytes() == 0);
    }
  }
}

TEST_CASE("the bytes of an incomplete PCM sample frame are counted and not decoded") {
  io::PcmDecoder decoder(io::PcmFormat::kS16, 4);
  CHECK(decode(decoder, std::vector<std::uint8_t>(21, 1), 5).size() == 8);
  CHECK(decoder.incomplete_bytes() == 5);
  CHECK_THROWS_AS(io::pcm_format("u8"), core::UsageError);
}
