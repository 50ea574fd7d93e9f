#include <catch2/catch.hpp>
#include <cmath>

#include "session/session.h"
#include "simulate/dry_source.h"

TEST_CASE(
    "activity is low where the delayed speech pauses, and elsewhere has the level of the direct "
    "sound") {
  // Amplitude 0.5 from 0 to 0.4 s and from 0.6 to 1 s, silence between.
  std::vector<float> signal(16000);
  for (std::size_t i = 0; i < signal.size(); ++i) {
    const bool sounds = i < 6400 || i >= 9600;
    signal[i] = sounds ? (i % 2 == 0 ? 0.5F : -0.5F) : 0.0F;
  }
  const double distance_m = 6.86;  // 20 ms at 343 m/s
  const std::vector<float> level_db = simulate::activity_db(signal, distance_m, 24000);
  REQUIRE(level_db.size() == 150);
  const double sounding_db = 20.0 * std::log10(0.5 / distance_m);
  for (std::size_t k = 0; k < level_db.size(); ++k) {
    const double time_s = (static_cast<double>(k) + 0.5) * session::kActivityStepS;
    const bool sounds = (time_s > 0.02 && time_s < 0.42) || (time_s > 0.62 && time_s < 1.02);
    INFO(time_s);
    CHECK(level_db[k] == Approx(sounds ? sounding_db : session::kLowestActivityDb));
  }
}

TEST_CASE("a last step of activity that is not full uses only its own samples") {
  const std::vector<float> signal(1000, 0.1F);
  const std::vector<float> level_db = simulate::activity_db(signal, 1.0, 1000);
  REQUIRE(level_db.size() == 7);  // six of 160 samples and one of 40
  CHECK(level_db.back() == Approx(-20.0));
  CHECK(session::activity_steps(1000.0 / 16000.0) == 7);
  CHECK(simulate::activity_db(signal, 1.0, 960).size() == session::activity_steps(0.06));
}

TEST_CASE("every length of session has as many activity values as its duration says") {
  for (std::size_t samples = 0; samples < 50000; ++samples) {
    const double duration_s = static_cast<double>(samples) / simulate::kSimulatedRateHz;
    if (session::activity_steps(duration_s) != (samples + 159) / 160) FAIL(samples << " samples");
  }
  CHECK(session::activity_steps(NAN) == 0);
  CHECK(session::activity_steps(-1.0) == 0);
}
