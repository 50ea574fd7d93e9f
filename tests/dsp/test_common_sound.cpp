#include <catch2/catch.hpp>
#include <cmath>

#include "core/errors.h"
#include "core/random.h"
#include "dsp/common_sound.h"
#include "dsp/stft.h"

namespace {

constexpr std::size_t kWindow = 4096;

std::vector<float> noise(std::size_t samples, std::uint32_t stream) {
  core::RandomStream random(3, core::Purpose::kTest, stream);
  std::vector<float> x(samples);
  for (float& value : x) value = static_cast<float>(random.normal());
  return x;
}

/// Score of two signals, frame by frame.
double score_of(const std::vector<float>& a, const std::vector<float>& b) {
  dsp::Stft stft({kWindow, kWindow / 2});
  auto x = stft.analyze(a, 1);
  auto y = stft.analyze(b, 1);
  dsp::CommonSound::whiten_by_half(x);
  dsp::CommonSound::whiten_by_half(y);
  dsp::CommonSound common(kWindow, 16000.0, 0.004);
  dsp::CommonSound::Count count;
  for (std::size_t f = 0; f < stft.frames(a.size()); ++f) {
    common.add(std::span(x).subspan(f * stft.bins()), std::span(y).subspan(f * stft.bins()), count);
  }
  return common.score(count);
}

}  // namespace

TEST_CASE("common sound: one in delayed noise, zero in unrelated noise and at delays too long") {
  const std::vector<float> source = noise(40 * kWindow, 0);
  const auto delayed = [&](std::size_t samples, float own, std::uint32_t stream) {
    std::vector<float> x = noise(source.size(), stream);
    for (std::size_t n = 0; n < x.size(); ++n) {
      x[n] = own * x[n] + (n < samples ? 0.0F : source[n - samples]);
    }
    return x;
  };
  CHECK(score_of(source, delayed(60, 0.0F, 1)) == 1.0);
  CHECK(score_of(delayed(10, 1.0F, 1), delayed(60, 1.0F, 2)) > 0.9);
  CHECK(score_of(delayed(10, 3.0F, 1), delayed(60, 3.0F, 2)) > 0.25);
  CHECK(score_of(source, delayed(300, 0.0F, 1)) < 0.0);
  for (std::uint32_t stream = 10; stream < 20; ++stream) {
    CHECK(std::abs(score_of(source, noise(source.size(), stream))) < 0.2);
  }
  CHECK(score_of(source, std::vector<float>(source.size(), 0.0F)) == 0.0);
  CHECK_THROWS_AS(dsp::CommonSound(400, 16000.0, 0.004), core::UsageError);
}

TEST_CASE("groups by sound join through others; the largest one must be alone") {
  const auto near = [](std::size_t a, std::size_t b) {
    return a / 4 == b / 4 && a - b < 3 ? 1.0 : 0.0;
  };
  const dsp::SoundGroups groups = dsp::group_by_sound(std::vector<bool>(7, false), 0.5, near);
  CHECK(groups.group == std::vector<std::size_t>{0, 0, 0, 0, 4, 4, 4});
  CHECK(dsp::largest_group(groups) == std::size_t{0});
  std::vector<bool> ignored(7, false);
  ignored[1] = true;
  CHECK_FALSE(dsp::largest_group(dsp::group_by_sound(ignored, 0.5, near)));
}
