#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "doa/fast_math.h"

TEST_CASE("fast_exp keeps its stated relative error over its whole range") {
  double worst = 0.0;
  for (int i = -435000; i <= 435000; ++i) {
    const float x = -2e-4f * static_cast<float>(i);
    const double exact = std::exp(static_cast<double>(x));
    worst = std::max(worst, std::abs(static_cast<double>(doa::fast_exp(x)) / exact - 1.0));
  }
  CHECK(worst < 3e-7);
  CHECK(worst > 1e-8);  // the loop compared something
}

TEST_CASE("fast_exp is exact at zero and harmless far below its range") {
  CHECK(doa::fast_exp(0.0f) == 1.0f);
  CHECK(doa::fast_exp(-1e-12f) == Approx(1.0).margin(1e-7));
  for (const float x : {-87.0f, -88.0f, -200.0f, -1e30f}) {
    CHECK(doa::fast_exp(x) > 0.0f);
    CHECK(doa::fast_exp(x) < 2e-38f);
  }
}

TEST_CASE("sincos_turns keeps its stated error over many turns") {
  double worst = 0.0;
  for (int i = -400000; i <= 400000; ++i) {
    const float turns = 1e-4f * static_cast<float>(i);
    const double angle = 2.0 * std::acos(-1.0) * static_cast<double>(turns);
    float sine = 0.0f, cosine = 0.0f;
    doa::sincos_turns(turns, sine, cosine);
    worst = std::max({worst, std::abs(sine - std::sin(angle)), std::abs(cosine - std::cos(angle))});
  }
  CHECK(worst < 1e-6);
  CHECK(worst > 1e-9);
}

TEST_CASE("fast_acos keeps its stated error") {
  double worst = 0.0;
  for (int i = 0; i <= 1 << 20; ++i) {
    const float x = static_cast<float>(i) * 0x1.0p-20f;
    worst = std::max(worst, std::abs(doa::fast_acos(x) - std::acos(static_cast<double>(x))));
  }
  CHECK(worst < 3e-7);
  CHECK(doa::fast_acos(1.0f) == 0.0f);
}

TEST_CASE("fast_log2 keeps its stated error from the smallest floors to one") {
  double worst = 0.0;
  for (int i = 1; i <= 1 << 20; ++i) {
    const float x = 1e-6f + static_cast<float>(i) * 0x1.0p-19f;  // to 2
    worst = std::max(worst, std::abs(doa::fast_log2(x) - std::log2(static_cast<double>(x))));
  }
  CHECK(worst < 4e-6);  // 2e-6, and half a unit in the last place of values up to 20
  CHECK(worst > 1e-9);
  CHECK(doa::fast_log2(1.0f) == 0.0f);
}
