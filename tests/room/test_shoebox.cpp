#include <catch2/catch.hpp>
#include <cmath>

#include "core/errors.h"
#include "room/image_source.h"
#include "room/shoebox.h"

namespace room {
namespace {

const Eigen::Vector3d kCube(4.0, 4.0, 4.0);

/// T60 from the backward-integrated energy of a response: the slope from -5 to -35 dB.
double schroeder_t60_s(std::span<const double> response, double sample_rate_hz) {
  std::vector<double> energy(response.size() + 1, 0.0);
  for (std::size_t n = response.size(); n-- > 0;)
    energy[n] = energy[n + 1] + response[n] * response[n];
  const auto time_at = [&](double level_db) {
    std::size_t n = 0;
    while (energy[n] > energy[0] * std::pow(10.0, level_db / 10.0)) ++n;
    return static_cast<double>(n) / sample_rate_hz;
  };
  return 2.0 * (time_at(-35.0) - time_at(-5.0));
}

}  // namespace

TEST_CASE("absorption and T60 are each other's inverse by both formulas", "[shoebox]") {
  for (const ReverberationFormula formula :
       {ReverberationFormula::kSabine, ReverberationFormula::kEyring}) {
    for (const double t60_s : {0.15, 0.25, 0.75, 3.0}) {
      const double absorption = absorption_from_t60(kCube, t60_s, formula);
      Walls walls;
      walls.fill(absorption);
      CHECK(t60_from_absorption(kCube, walls, formula) == Approx(t60_s));
    }
  }
  // 24 ln 10 V / (c S T60): the figure of the reference responses.
  CHECK(absorption_from_t60(kCube, 0.25) == Approx(0.429636868663612).epsilon(1e-12));
}

TEST_CASE("a T60 that no absorption gives is refused with the smallest feasible one", "[shoebox]") {
  const double smallest = smallest_feasible_t60_s(kCube);
  CHECK(absorption_from_t60(kCube, smallest * (1.0 + 1e-12)) == Approx(1.0));
  CHECK_THROWS_WITH(absorption_from_t60(kCube, 0.1), Catch::Matchers::Contains("0.1074"));
  CHECK_THROWS_AS(absorption_from_t60(kCube, 0.1), core::UsageError);
  CHECK(absorption_from_t60(kCube, 0.01, ReverberationFormula::kEyring) < 1.0);
  CHECK(smallest_feasible_t60_s(kCube, ReverberationFormula::kEyring) == 0.0);
  for (const double wrong : {-1.0, static_cast<double>(NAN), static_cast<double>(INFINITY)}) {
    CHECK_THROWS_AS(shoebox_from_t60(kCube, wrong), core::UsageError);
  }
  CHECK_THROWS_AS(shoebox_from_t60({4.0, 0.0, 4.0}, 0.5), core::UsageError);
  CHECK_THROWS_AS(shoebox_from_t60({4.0, NAN, 4.0}, 0.5), core::UsageError);
  CHECK_THROWS_AS(shoebox_from_absorption(kCube, {}), core::UsageError);
  CHECK_THROWS_AS(shoebox_from_absorption(kCube, {1.5, 0, 0, 0, 0, 0}), core::UsageError);
  CHECK_THROWS_AS(reverberation_formula("norris"), core::UsageError);
}

TEST_CASE("a T60 of 0 leaves only the direct sound", "[shoebox]") {
  const Shoebox room = shoebox_from_t60(kCube, 0.0);
  CHECK(room.anechoic());
  CHECK(image_sources(room, {1.0, 1.0, 1.0}, {2.0, 2.0, 2.0}).size() == 1);
}

TEST_CASE("the energy decay gives the T60 back where Sabine applies", "[shoebox]") {
  // Low absorption and unequal edges: the sound field is close to diffuse.
  const Eigen::Vector3d size(6.0, 5.0, 4.0);
  const double t60_s = 1.0;
  const Shoebox room = shoebox_from_t60(size, t60_s);
  const std::vector<Eigen::Vector3d> microphone{{2.2, 1.7, 1.4}};
  // Half the T60 holds the decay down to -30 dB; a short filter is enough for energies.
  const ImpulseResponses response =
      static_impulse_responses(room, {4.1, 3.3, 2.2}, microphone,
                               {.sample_rate_hz = 8000.0, .duration_s = 0.75, .filter_length = 9});
  CHECK(schroeder_t60_s(response.value, 8000.0) == Approx(t60_s).epsilon(0.10));
}

}  // namespace room
