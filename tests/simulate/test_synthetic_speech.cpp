#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>
#include <set>

#include "core/errors.h"
#include "simulate/speech.h"
#include "simulate/synthetic_speech.h"
#include "temporary_folder.h"

namespace {

constexpr double kVoiceRateHz = 16000.0;

double power_of(const std::vector<float>& samples) {
  return std::inner_product(samples.begin(), samples.end(), samples.begin(), 0.0) /
         static_cast<double>(samples.size());
}

}  // namespace

TEST_CASE("the built-in voice is a corpus of utterances that differ and never change") {
  const auto names = simulate::find_speech({"synthetic"});
  CHECK(std::set<std::filesystem::path>(names.begin(), names.end()).size() == 400);
  std::set<std::size_t> lengths;
  for (std::size_t i = 0; i < 20; ++i) {
    const std::vector<float> samples = simulate::read_speech(names[i], kVoiceRateHz);
    CHECK(samples == simulate::read_speech(names[i], kVoiceRateHz));
    CHECK(samples.size() >= 32000);
    CHECK(samples.size() <= 64000);
    CHECK(std::sqrt(power_of(samples)) == Approx(0.03).epsilon(1e-3));
    const double sum = std::accumulate(samples.begin(), samples.end(), 0.0);
    CHECK(std::abs(sum / static_cast<double>(samples.size())) < 3e-4);
    lengths.insert(samples.size());
  }
  CHECK(lengths.size() == 20);
  const auto train = simulate::part_of_speech(names, "train");
  CHECK(train.size() > 300);
}

TEST_CASE("the built-in voice has the stated length and pauses that divide it into phrases") {
  const auto names = simulate::find_speech({"synthetic:30"});
  const std::vector<float> samples = simulate::read_speech(names[3], kVoiceRateHz);
  REQUIRE(samples.size() == 480000);
  std::size_t pauses = 0;
  std::size_t silent = 0;
  for (const float x : samples) {
    silent = x == 0.0F ? silent + 1 : 0;
    if (silent == static_cast<std::size_t>(0.35 * kVoiceRateHz)) ++pauses;
  }
  CHECK(pauses >= 5);
  CHECK(pauses <= 20);
}

TEST_CASE("the built-in voice has sound at all frequencies that the tools use") {
  // Sum and difference of neighboring samples split the band in halves.
  const auto names = simulate::find_speech({"synthetic"});
  for (std::size_t i = 0; i < 10; ++i) {
    const std::vector<float> x = simulate::read_speech(names[i], kVoiceRateHz);
    double low = 0.0;
    double high = 0.0;
    for (std::size_t n = 1; n < x.size(); ++n) {
      low += std::pow(x[n] + x[n - 1], 2);
      high += std::pow(x[n] - x[n - 1], 2);
    }
    CHECK(high / low > 0.003);  // above -25 dB
    CHECK(high / low < 1.0);    // most of it is low, as in speech
  }
}

TEST_CASE("the built-in voice refuses a wrong length and a name that a folder has") {
  for (const char* wrong :
       {"synthetic:", "synthetic:0", "synthetic:0.4", "synthetic:4000", "synthetic:x"}) {
    CHECK_THROWS_AS(simulate::find_speech({wrong}), core::UsageError);
  }
  const test::TemporaryFolder folder;
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(folder / ".");
  std::filesystem::create_directories("synthetic");
  CHECK_THROWS_AS(simulate::find_speech({"synthetic"}), core::UsageError);
  std::filesystem::current_path(before);
}
