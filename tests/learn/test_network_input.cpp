#include <catch2/catch.hpp>
#include <cmath>
#include <complex>
#include <numbers>
#include <set>
#include <vector>

#include "core/errors.h"
#include "core/random.h"
#include "learn/network_input.h"

namespace {

using learn::FeatureRecipe;
using learn::InputKind;

std::vector<std::complex<float>> random_bin(std::size_t microphones) {
  core::RandomStream random(5, core::Purpose::kTest, static_cast<std::uint32_t>(microphones));
  std::vector<std::complex<float>> y;
  float power = 0.0F;
  for (std::size_t m = 0; m < microphones; ++m) {
    y.emplace_back(static_cast<float>(random.normal()), static_cast<float>(random.normal()));
    power += std::norm(y.back());
  }
  for (std::complex<float>& value : y) value /= std::sqrt(power);
  return y;
}

std::vector<float> input_of(const FeatureRecipe& recipe, const std::vector<std::complex<float>>& y,
                            std::uint16_t k) {
  const learn::FeatureMaker maker(recipe);
  std::vector<float> x(maker.input_size());
  maker.make(y, std::vector<std::uint16_t>{k}, x);
  return x;
}

}  // namespace

TEST_CASE("the paper's input is real parts, imaginary parts and normalized frequency",
          "[features]") {
  const FeatureRecipe recipe{InputKind::kStft, 8, 200};
  REQUIRE(recipe.input_size() == 17);
  const std::vector<std::complex<float>> y = random_bin(8);
  const std::vector<float> x = input_of(recipe, y, 50);
  float power = 0.0F;
  for (std::size_t m = 0; m < 8; ++m) {
    CHECK(x[m] == y[m].real());
    CHECK(x[8 + m] == y[m].imag());
    power += x[m] * x[m] + x[8 + m] * x[8 + m];
  }
  CHECK(power == Approx(1.0F));
  CHECK(x[16] == 0.25F);
}

TEST_CASE("the covariance input holds every product and does not depend on the source's phase",
          "[features]") {
  const auto microphones = GENERATE(2U, 6U, 8U, 16U, 17U, 32U, 64U);
  const FeatureRecipe recipe{InputKind::kCovariance, microphones, 200};
  std::vector<std::complex<float>> y = random_bin(microphones);
  const std::vector<float> x = input_of(recipe, y, 100);
  const auto pairs = learn::covariance_pairs(microphones);
  const std::size_t acoustic = microphones + 2 * pairs.size();
  REQUIRE(x.size() == acoustic + 17);
  if (microphones <= 16) CHECK(acoustic == microphones * microphones);
  const double scale = microphones;
  for (std::size_t p = 0; p < pairs.size(); ++p) {
    const std::complex<double> a(y[pairs[p].first]);
    const std::complex<double> b(y[pairs[p].second]);
    const std::complex<double> product = scale * a * std::conj(b);
    CHECK(x[microphones + p] == Approx(product.real()).margin(1e-5));
    CHECK(x[microphones + pairs.size() + p] == Approx(product.imag()).margin(1e-5));
  }
  for (std::complex<float>& value : y) value *= std::polar(1.0F, 2.1F);
  const std::vector<float> turned = input_of(recipe, y, 100);
  for (std::size_t i = 0; i < x.size(); ++i) CHECK(turned[i] == Approx(x[i]).margin(1e-5));
}

TEST_CASE(
    "with more than 16 microphones, the input still has a pair of every microphone with each "
    "reference",
    "[features]") {
  const auto pairs = learn::covariance_pairs(64);
  const std::set<std::pair<std::uint16_t, std::uint16_t>> unique(pairs.begin(), pairs.end());
  CHECK(unique.size() == pairs.size());
  for (const std::uint16_t reference : std::vector<std::uint16_t>{0, 16, 32, 48}) {
    for (std::uint16_t m = 0; m < 64; ++m) {
      if (m == reference) continue;
      CHECK(unique.count({std::min(m, reference), std::max(m, reference)}) == 1);
    }
  }
}

TEST_CASE("frequency features are k / k_max and its harmonics", "[features]") {
  const FeatureRecipe recipe{InputKind::kCovariance, 2, 200};
  const std::vector<float> x = input_of(recipe, random_bin(2), 150);
  CHECK(x[4] == 0.75F);
  for (int j = 1; j <= 8; ++j) {
    CHECK(x[3 + 2 * j] == Approx(std::sin(0.75 * std::numbers::pi * j)).margin(1e-6));
    CHECK(x[4 + 2 * j] == Approx(std::cos(0.75 * std::numbers::pi * j)).margin(1e-6));
  }
}

TEST_CASE("one microphone and more than 64 are refused", "[features]") {
  for (const std::size_t microphones : {0U, 1U, 65U}) {
    const FeatureRecipe recipe{InputKind::kStft, microphones, 200};
    CHECK_THROWS_AS(recipe.input_size(), core::UsageError);
  }
}
