#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "core/errors.h"
#include "ingest/audio_cutter.h"
#include "ingest/audio_scan.h"
#include "ingest/recording.h"
#include "io/audio.h"
#include "temporary_folder.h"

namespace {

using test::noise;
using test::scan_of;

std::vector<std::string> warnings_of(const ingest::AudioScan& scan) {
  std::vector<std::string> warnings;
  ingest::judge_audio(scan, warnings);
  return warnings;
}

bool says(const std::vector<std::string>& warnings, const std::string& part) {
  for (const std::string& warning : warnings) {
    if (warning.find(part) != std::string::npos) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("a scan finds what is wrong with a recording") {
  std::vector<float> samples = noise(32000, 4, 0.3F);
  CHECK(warnings_of(scan_of(samples, 4)).empty());
  std::vector<float> bad = samples;
  for (std::size_t i = 0; i < bad.size(); ++i) {
    if (i % 4 == 0) bad[i] = std::clamp(bad[i], -0.2F, 0.2F);
    if (i % 4 == 1) bad[i] += 0.5F;
    if (i % 4 == 3) bad[i] = bad[i - 1];
  }
  for (std::size_t i = 4 * 10000; i < 4 * 10400; ++i) bad[i] = 0.0F;
  const std::vector<std::string> warnings = warnings_of(scan_of(bad, 4));
  CHECK(says(warnings, "microphone 1 is clipped"));
  CHECK(says(warnings, "microphone 2 has an offset"));
  CHECK(says(warnings, "microphones 3 and 4 are copies"));
  CHECK(says(warnings, "digital silence 1 times"));
  CHECK(warnings.size() == 4);
  std::vector<float> shifted = samples;
  for (float& x : shifted) x += 0.5F;
  CHECK(says(warnings_of(scan_of(shifted, 4)), "microphones 1-4 have an offset"));
  CHECK(warnings_of(scan_of(shifted, 4)).size() == 1);
  for (std::size_t i = 2; i < bad.size(); i += 4) bad[i] = 0.0F;
  CHECK(says(warnings_of(scan_of(bad, 4)), "microphone 3 is silent"));
  CHECK_THROWS_AS(scan_of(std::vector<float>(8000, 0.0F), 4), core::InputError);
  CHECK_THROWS_AS(scan_of(noise(8000, 1, 0.3F), 1), core::InputError);
  // One sample, and numbers too small to be normal.
  CHECK(scan_of({0.1F, 0.2F}, 2).frames == 1);
  CHECK(scan_of(noise(8000, 2, 1e-39F), 2).frames == 8000);
}

TEST_CASE(
    "samples that are not finite are an error that names their place, or are masked on request") {
  const std::vector<float> good = noise(16000, 2, 0.3F);
  for (const float value :
       {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(),
        -std::numeric_limits<float>::infinity()}) {
    for (const std::size_t count : {1U, 2U, 100U, 5000U, 32000U}) {
      std::vector<float> bad = good;
      for (std::size_t i = 0; i < count; ++i) bad[i * (bad.size() / count)] = value;
      CHECK_THROWS_AS(scan_of(bad, 2), core::InputError);
      if (count == 32000U) {
        CHECK_THROWS_AS(scan_of(bad, 2, true), core::InputError);  // nothing is left
        continue;
      }
      const ingest::AudioScan scan = scan_of(bad, 2, true);
      CHECK(!scan.bad.empty());
      CHECK(scan.channel[0].not_finite + scan.channel[1].not_finite == count);
      CHECK(std::isfinite(scan.channel[0].rms));
    }
  }
}

TEST_CASE("samples are cut in one pass, at the file's rate and at another rate") {
  const test::TemporaryFolder folder;
  const std::vector<float> samples = noise(40000, 2, 0.3F);
  io::write_wav(folder / "a.wav", samples, 2, 16000.0);
  ingest::AudioCutter cutter({{folder / "a.wav"}, {}, {}}, 16000.0);
  for (const auto& [first, end] :
       {std::pair{5U, 15U}, {5U, 20005U}, {20000U, 20100U}, {39990U, 40010U}}) {
    const std::vector<float> cut = cutter.cut(first, end);
    REQUIRE(cut.size() == 2 * (end - first));
    for (std::size_t i = 0; i < cut.size(); ++i) {
      const std::size_t at = 2 * first + i;
      REQUIRE(cut[i] == (at < samples.size() ? samples[at] : 0.0F));
    }
  }
  io::write_wav(folder / "b.wav", samples, 2, 48000.0);
  const std::vector<float> whole = dsp::resample(samples, 2, 48000.0, 16000.0);
  ingest::AudioCutter other({{folder / "b.wav"}, {}, {}}, 16000.0);
  const std::vector<float> cut = other.cut(3000, 8000);
  float worst = 0.0F;
  for (std::size_t i = 0; i < cut.size(); ++i) {
    worst = std::max(worst, std::abs(cut[i] - whole[6000 + i]));
  }
  CHECK(worst < 1e-6F);
}
