#include <catch2/catch.hpp>
#include <cmath>
#include <functional>
#include <numbers>

#include "core/random.h"
#include "features/microphone_check.h"
#include "features/session_features.h"
#include "session/session.h"

namespace {

constexpr std::size_t kFrames = 16000 * 16;

/// A source in bursts and four microphones of a turning array; the fifth is dead.
/// @param noise  level of all microphones' own noise relative to the sound
/// @param fifth  level of the fifth microphone's noise
/// @param number  of the recording; each is another one
session::Session recording(double noise, double fifth, std::uint32_t number) {
  core::RandomStream random(11, core::Purpose::kTest, number);
  std::vector<float> source(kFrames + 200);
  for (std::size_t n = 0; n < source.size(); ++n) {
    const bool on = std::sin(2.0 * std::numbers::pi * 2.0 * static_cast<double>(n) / 16000.0) > 0.0;
    source[n] = static_cast<float>((on ? 0.1 : 0.001) * random.normal());
  }
  std::vector<float> samples;
  for (std::size_t n = 0; n < kFrames; ++n) {
    const double turn = 2.0 * std::numbers::pi * 0.25 * static_cast<double>(n) / 16000.0;
    for (std::size_t c = 0; c < 4; ++c) {
      const auto delay =
          static_cast<std::size_t>(50.0 + 6.0 * std::sin(turn + 2.0 * static_cast<double>(c)));
      samples.push_back(source[n + 100 - delay] +
                        static_cast<float>(0.07 * noise * random.normal()));
    }
    samples.push_back(static_cast<float>(fifth * random.normal()));
  }
  session::Info info;
  info.duration_s = 16.0;
  return {std::move(info),
          std::move(samples),
          so3::Track({0.0, 16.0}, {Eigen::Quaterniond::Identity(), Eigen::Quaterniond::Identity()}),
          {}};
}

/// The same without the fifth microphone.
session::Session living(double noise, std::uint32_t number) {
  session::Session session = recording(noise, 0.0, number);
  std::vector<float> four;
  for (std::size_t i = 0; i < session.time_data.size(); ++i) {
    if (i % 5 < 4) four.push_back(session.time_data[i]);
  }
  session.time_data = std::move(four);
  return session;
}

using Recording = std::function<session::Session(std::uint32_t number)>;

std::vector<features::DeadMicrophone> dead_of(const Recording& make, std::size_t microphones) {
  const session::FeatureSettings settings = features::default_settings(16000.0);
  features::MicrophoneCheck check(microphones, settings);
  for (std::uint32_t number = 0; number < 4; ++number) {
    check.add(features::make_features(make(number), microphones, settings), 120);
  }
  return check.dead();
}

}  // namespace

TEST_CASE("features of a silent or noise-only microphone are noticed, of living ones never") {
  for (const double noise : {0.0, 0.1, 1.0}) {
    INFO("noise " << noise);
    CHECK(dead_of([&](std::uint32_t number) { return living(noise, number); }, 4).empty());
  }
  for (const double fifth : {0.0, 1e-7, 1e-3, 1.0}) {
    const auto dead =
        dead_of([&](std::uint32_t number) { return recording(0.01, fifth, number); }, 5);
    INFO("noise of the fifth " << fifth);
    REQUIRE(dead.size() == 1);
    CHECK(dead[0].number == 5);
  }
}
