#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <functional>
#include <numbers>

#include "core/errors.h"
#include "core/random.h"
#include "ingest/channel_watch.h"
#include "ingest/microphones.h"
#include "io/audio.h"
#include "temporary_folder.h"

namespace {

constexpr std::size_t kFrames = 16000 * 16;

/// A source of bursts and its microphones on a turning array: their delays change all the time.
/// @param noise    level of the microphones' own noise relative to the sound
/// @param largest  largest delay, samples
/// @return         [frames, channels]
std::vector<float> turning_array(std::size_t channels, double noise, double largest = 6.0,
                                 std::uint32_t seed = 0) {
  core::RandomStream random(7, core::Purpose::kTest, seed);
  std::vector<float> source(kFrames + 200);
  for (std::size_t n = 0; n < source.size(); ++n) {
    const double t = static_cast<double>(n) / 16000.0;
    const bool on = std::sin(2.0 * std::numbers::pi * (2.0 + 0.1 * seed) * t) > 0.0;
    source[n] = static_cast<float>((on ? 0.1 : 0.001) * random.normal());
  }
  std::vector<float> samples(kFrames * channels);
  for (std::size_t n = 0; n < kFrames; ++n) {
    const double turn = 2.0 * std::numbers::pi * 0.25 * static_cast<double>(n) / 16000.0;
    for (std::size_t c = 0; c < channels; ++c) {
      const double delay = 50.0 + largest * std::sin(turn + 2.0 * static_cast<double>(c));
      const auto whole = static_cast<std::size_t>(delay);
      const auto part = static_cast<float>(delay - static_cast<double>(whole));
      const float sound = (1.0F - part) * source[n + 100 - whole] + part * source[n + 99 - whole];
      samples[n * channels + c] = sound + static_cast<float>(0.07 * noise * random.normal());
    }
  }
  return samples;
}

using Channel = std::function<float(std::size_t n, const std::vector<float>& samples)>;

/// The array with one more channel.
std::vector<float> with(const std::vector<float>& samples, std::size_t channels,
                        const Channel& channel) {
  std::vector<float> wider;
  for (std::size_t n = 0; n < kFrames; ++n) {
    wider.insert(wider.end(), samples.begin() + static_cast<std::ptrdiff_t>(n * channels),
                 samples.begin() + static_cast<std::ptrdiff_t>((n + 1) * channels));
    wider.push_back(channel(n, samples));
  }
  return wider;
}

ingest::Microphones microphones_of(const std::vector<float>& samples, std::size_t channels) {
  const test::TemporaryFolder folder;
  io::write_wav(folder / "a.wav", samples, channels, 16000.0);
  return ingest::find_microphones({ingest::scan_audio({{folder / "a.wav"}, {}, {}}, false)});
}

float white(std::size_t n) {
  std::uint64_t x = (n + 1) * 0x9e3779b97f4a7c15ULL;
  x = (x ^ x >> 31U) * 0xbf58476d1ce4e5b9ULL;
  x ^= x >> 29U;
  return static_cast<float>(x >> 40U) / 8388608.0F - 1.0F;
}

struct DeadChannel {
  const char* says;
  Channel channel;
};

std::vector<DeadChannel> dead_channels() {
  const auto copy_of = [](std::size_t c, float gain, std::size_t delay) {
    return [=](std::size_t n, const std::vector<float>& samples) {
      return n < delay ? 0.0F : gain * samples[(n - delay) * 4 + c];
    };
  };
  const auto noise = [](float gain) {
    return [=](std::size_t n, const std::vector<float>&) { return gain * white(n); };
  };
  return {
      {"silent", [](std::size_t, const auto&) { return 0.0F; }},
      {"constant", [](std::size_t, const auto&) { return 0.25F; }},
      {"clipped throughout",
       [](std::size_t n, const auto&) { return n / 40 % 2 == 0 ? 1.0F : -1.0F; }},
      {"only noise", noise(1e-4F)},
      {"only noise", noise(0.5F)},
      // One step of 16 bits up and down: the noise of a converter without a microphone.
      {"only noise", [](std::size_t n, const auto&) { return std::round(white(n)) / 32768.0F; }},
      {"only noise",
       [](std::size_t n, const auto&) {
         float hum = 1e-4F * white(n);
         for (int k = 1; k < 20; ++k) {
           hum += 0.01F / static_cast<float>(k) *
                  static_cast<float>(std::sin(2.0 * std::numbers::pi * 50.0 * k *
                                              static_cast<double>(n) / 16000.0));
         }
         return hum;
       }},
      {"a copy of channel 2", copy_of(1, 1.0F, 0)},
      {"a copy of channel 2", copy_of(1, 0.1F, 0)},
      {"a copy of channel 3", copy_of(2, -0.5F, 0)},
      {"a copy of channel 3", copy_of(2, 0.7F, 5)},
  };
}

}  // namespace

TEST_CASE("dead channels are found and named, wherever they are, and the others stay") {
  const std::vector<float> array = turning_array(4, 0.01);
  CHECK(microphones_of(array, 4).left_out.empty());
  for (const DeadChannel& dead : dead_channels()) {
    const ingest::Microphones found = microphones_of(with(array, 4, dead.channel), 5);
    INFO(dead.says << ": " << ingest::list_faults(found.left_out));
    CHECK(found.channels == std::vector<std::size_t>{0, 1, 2, 3});
    REQUIRE(found.left_out.size() == 1);
    CHECK(found.left_out[0].channel == 4);
    CHECK(found.left_out[0].reason.find(dead.says) == 0);
  }
}

TEST_CASE("living microphones stay, in noise as loud as the sound, wide apart, and at any level") {
  for (const double noise : {0.0, 0.1, 1.0}) {
    for (const double largest : {1.0, 6.0, 28.0}) {
      const ingest::Microphones found = microphones_of(turning_array(6, noise, largest), 6);
      INFO("noise " << noise << ", delays up to " << largest << ": "
                    << ingest::list_faults(found.left_out));
      CHECK(found.channels.size() == 6);
    }
  }
  std::vector<float> uneven = turning_array(4, 0.01);
  for (std::size_t i = 3; i < uneven.size(); i += 4) uneven[i] *= 1e-4F;
  CHECK(microphones_of(uneven, 4).left_out.empty());
}

TEST_CASE("several dead channels, groups of channels, and what leaves too few") {
  const std::vector<float> array = turning_array(3, 0.01);
  const auto silent = [](std::size_t, const auto&) { return 0.0F; };
  const auto noise = [](std::size_t n, const auto&) { return 0.01F * white(n); };
  const auto other = [](std::size_t n, const auto&) { return 0.01F * white(n + 12345678); };
  const ingest::Microphones found = microphones_of(with(with(array, 3, silent), 4, noise), 5);
  CHECK(found.channels == std::vector<std::size_t>{0, 1, 2});
  CHECK(found.left_out.size() == 2);
  const std::vector<float> one = turning_array(1, 0.01);
  CHECK_THROWS_WITH(microphones_of(with(one, 1, silent), 2),
                    Catch::Contains("at least 2 microphones, found 1: channel 2 (silent"));
  CHECK_THROWS_WITH(microphones_of(with(one, 1, noise), 2), Catch::Contains("no two channels"));
  CHECK_THROWS_WITH(microphones_of(with(with(one, 1, noise), 2, other), 3),
                    Catch::Contains("no two channels"));
  // Two microphones, and two channels that play something else.
  const std::vector<float> pair = turning_array(2, 0.01);
  const std::vector<float> played = turning_array(2, 0.01, 6.0, 3);
  const auto play = [&](std::size_t c) {
    return [&, c](std::size_t n, const auto&) { return played[2 * n + c]; };
  };
  CHECK_THROWS_WITH(microphones_of(with(with(pair, 2, play(0)), 3, play(1)), 4),
                    Catch::Contains("--channels"));
}

TEST_CASE("a stream's dead microphones are named once") {
  const std::vector<float> array = turning_array(4, 0.01);
  const auto messages_of = [](const std::vector<float>& samples, std::size_t channels) {
    ingest::ChannelWatch watch(channels, 16000.0, 0x1p-15);
    std::vector<std::string> messages;
    const std::size_t piece = 1111 * channels;
    for (std::size_t at = 0; at < samples.size(); at += piece) {
      const auto more =
          watch.add(std::span(samples).subspan(at, std::min(piece, samples.size() - at)));
      messages.insert(messages.end(), more.begin(), more.end());
    }
    const auto last = watch.finish();
    messages.insert(messages.end(), last.begin(), last.end());
    return messages;
  };
  CHECK(messages_of(array, 4).empty());
  for (const DeadChannel& dead : dead_channels()) {
    const auto messages = messages_of(with(array, 4, dead.channel), 5);
    INFO(dead.says);
    REQUIRE(messages.size() == 1);
    CHECK(messages[0].find("microphone 5") == 0);
  }
}
