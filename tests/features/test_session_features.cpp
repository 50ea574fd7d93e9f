#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "core/random.h"
#include "features/frame_bins.h"
#include "features/session_features.h"
#include "random_values.h"

namespace {

constexpr std::size_t kBins = 7;

/// Energies of many sizes, some of them 0, [frames, kBins].
std::vector<float> energies(std::size_t frames) {
  core::RandomStream random(4, core::Purpose::kTest);
  std::vector<float> energy(frames * kBins);
  for (float& x : energy) {
    x = random.index(5) == 0 ? 0.0F : static_cast<float>(std::exp(8.0 * random.normal()));
  }
  // One frequency is silent, one has a single sound, and one has one value many times.
  for (std::size_t i = 0; i < energy.size(); i += kBins) energy[i] = energy[i + 1] = 0.0F;
  energy[3 * kBins + 1] = 2.5F;
  for (std::size_t i = 2; i < energy.size(); i += kBins) energy[i] = 0.75F;
  return energy;
}

/// The floor as its formula says it, by sorting.
float sorted_floor(const std::vector<float>& energy, std::size_t k,
                   const session::FeatureSettings& settings) {
  std::vector<float> sounding;
  float largest = 0.0F;
  for (std::size_t i = k; i < energy.size(); i += kBins) {
    if (energy[i] > 0.0F) sounding.push_back(energy[i]);
    largest = std::max(largest, energy[i]);
  }
  std::ranges::sort(sounding);
  const auto below = static_cast<std::size_t>(0.1 * static_cast<double>(sounding.size()));
  const float noise = sounding.empty() ? 0.0F : sounding[below];
  const auto power = [](double db) { return static_cast<float>(std::pow(10.0, 0.1 * db)); };
  return std::max(largest * power(settings.floor_db), noise * power(settings.noise_margin_db));
}

}  // namespace

TEST_CASE("the floor of a session is its formula's, in one block and in blocks of any size") {
  for (const std::size_t frames : {1UL, 9UL, 10UL, 11UL, 500UL}) {
    const std::vector<float> energy = energies(std::max<std::size_t>(4, frames));
    session::FeatureSettings settings;
    settings.floor_db = -60.0;
    settings.noise_margin_db = 6.0;
    const std::vector<float> whole = features::session_floor(energy, kBins, settings);
    for (std::size_t k = 0; k < kBins; ++k) {
      CHECK(whole[k] == Approx(sorted_floor(energy, k, settings)).epsilon(1e-6));
    }
    features::SessionFloor floor(settings, kBins);
    std::size_t passes = 0;
    do {
      const std::size_t block = (3 + passes++) * kBins;
      for (std::size_t at = 0; at < energy.size(); at += block) {
        floor.add(std::span(energy).subspan(at, std::min(block, energy.size() - at)));
      }
    } while (floor.end_pass());
    CHECK(passes == 3);
    CHECK(floor.floor() == whole);
  }
}

TEST_CASE("without a noise margin the floor needs one pass") {
  session::FeatureSettings settings;
  features::SessionFloor floor(settings, kBins);
  floor.add(energies(20));
  CHECK_FALSE(floor.end_pass());
}

TEST_CASE("energy that still sounds fades by 60 dB in 0.7 s, from the last sound on") {
  features::PastSound past(0.07, 1);
  const std::vector<float> loud = {1.0F}, quiet = {1e-5F};
  CHECK(past.update(loud)[0] == features::PastSound::kHighestRise);
  // After one frame the sound has faded by 6 dB, to 10^-0.6.
  CHECK(past.update(std::vector<float>{0.5F})[0] == Approx(0.5 * std::pow(10.0, 0.6)));
  // The frame of 0.5 was louder than what was left of the first one; it has faded four times since.
  for (int n = 0; n < 3; ++n) past.update(quiet);
  CHECK(past.update(std::vector<float>{1e-2F})[0] == Approx(1e-2 / 0.5 * std::pow(10.0, 2.4)));
}
