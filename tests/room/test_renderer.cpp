#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <numbers>

#include "brute_force.h"
#include "core/errors.h"
#include "core/random.h"
#include "level_of_error.h"
#include "random_values.h"
#include "room/renderer.h"
#include "so3/rotation.h"

namespace room {
namespace {

constexpr double kRate = 16000.0;

/// Constant speed about a random axis, sampled at 100 Hz.
so3::Track spin(double seconds, double speed_rad_s, std::uint32_t seed) {
  core::RandomStream random(4, core::Purpose::kTest, seed);
  const Eigen::Vector3d axis = so3::random_direction(random);
  const Eigen::Quaterniond start = so3::random_rotation(random);
  std::vector<double> time_s;
  std::vector<Eigen::Quaterniond> quaternion;
  for (int i = 0; i <= static_cast<int>(seconds * 100.0) + 1; ++i) {
    time_s.push_back(i * 0.01);
    quaternion.push_back(so3::exp(axis * (speed_rad_s * i * 0.01)) * start);
  }
  return so3::Track(time_s, quaternion);
}

/// A hard case: the reflections are as strong as the direct sound, and the walls are unequal.
Shoebox hard_room(double max_distance_m) {
  Shoebox room;
  room.size_m = {4.2, 3.7, 2.9};
  room.reflection = {0.95, 0.9, 0.92, 0.97, 0.85, 0.9};
  room.max_distance_m = max_distance_m;
  return room;
}

void check_against_brute_force(const Scene& scene, const std::vector<float>& source,
                               std::size_t first, std::size_t length) {
  const std::vector<float> rendered = render_moving_array(scene, source);
  const std::size_t microphones = scene.geometry.size();
  REQUIRE(rendered.size() == source.size() * microphones);
  const std::size_t microphone = microphones - 1;
  const std::vector<double> exact = brute_force(scene, source, microphone, first, length);
  const Errors errors =
      compare(exact, std::span(rendered).subspan(first * microphones, length * microphones),
              microphone, microphones);
  CAPTURE(scene.geometry.name, errors.to_4_khz_db, errors.to_7500_hz_db);
  CHECK(errors.to_4_khz_db < -50.0);
  CHECK(errors.to_7500_hz_db < -40.0);
}

}  // namespace

TEST_CASE("turning arrays without reflections equal the exact moving delay", "[renderer]") {
  for (const std::uint32_t seed : {1U, 2U, 3U, 4U, 5U}) {
    const Scene scene{shoebox_from_t60({4.0, 4.0, 4.0}, 0.0),
                      {2.6, 2.5, 1.4},
                      {2.0, 2.0, 2.0},
                      ::array::builtin("cube8"),
                      spin(0.2, 2.0 * seed, seed)};
    check_against_brute_force(scene, random_values(3000, 3), 500, 2048);
  }
}

TEST_CASE("turning arrays among strong reflections equal the exact sum over moving images",
          "[renderer]") {
  // 15 m hold 310 images; the window lies behind the arrival of the last of them.
  std::uint32_t seed = 10;
  for (const char* name : {"cube8", "tetra4", "head2", "spherical32"}) {
    const Scene scene{hard_room(15.0),
                      {0.7, 2.9, 1.9},
                      {2.0, 1.6, 1.5},
                      ::array::builtin(name),
                      spin(0.3, 1.57, ++seed)};
    check_against_brute_force(scene, random_values(1500, 3), 900, 256);
  }
}

TEST_CASE("fast turns and microphones at different radii are rendered exactly", "[renderer]") {
  ::array::Geometry geometry{"uneven", {{0.0, 0.0, 0.0}, {0.03, 0.01, 0.0}, {-0.05, 0.02, 0.04}}};
  const Scene scene{
      hard_room(15.0), {0.7, 2.9, 1.9}, {2.0, 1.6, 1.5}, geometry, spin(0.3, 12.0, 21)};
  check_against_brute_force(scene, random_values(1500, 3), 900, 256);
}

TEST_CASE(
    "late partitions of the response and later batches of the signal are rendered at their times",
    "[renderer]") {
  // Images beyond 41 m are in the second partition of the response, and samples behind 48,000 in
  // the second batch.
  const Scene late{hard_room(44.0),
                   {0.7, 2.9, 1.9},
                   {2.0, 1.6, 1.5},
                   ::array::builtin("tetra4"),
                   spin(0.4, 1.57, 31)};
  check_against_brute_force(late, random_values(2500, 3), 2150, 128);
  const Scene batched{hard_room(10.0),
                      {0.7, 2.9, 1.9},
                      {2.0, 1.6, 1.5},
                      ::array::builtin("tetra4"),
                      spin(4.0, 1.57, 32)};
  check_against_brute_force(batched, random_values(50000, 3), 47872, 256);
}

TEST_CASE("octave bands, absorbing air and jittered images change the sum over images as stated",
          "[renderer]") {
  Shoebox room = hard_room(10.0);
  for (std::size_t band = 0; band < kBands; ++band) {
    Walls walls = room.reflection;
    for (double& r : walls) r *= 1.0 - 0.07 * static_cast<double>(band);
    room.band_reflection.push_back(walls);
    room.air_per_m.push_back(0.002 * static_cast<double>(band));
  }
  room.jitter_m = 0.08;
  room.jitter_seed = 5;
  const Scene scene{
      room, {0.7, 2.9, 1.9}, {2.0, 1.6, 1.5}, ::array::builtin("tetra4"), spin(0.4, 1.57, 71)};
  // Silence at both ends, so that the bands' ringing is not cut off.
  std::vector<float> source = random_values(4800, 3);
  std::fill(source.begin(), source.begin() + 1600, 0.0F);
  std::fill(source.end() - 1600, source.end(), 0.0F);
  check_against_brute_force(scene, source, 2600, 256);
}

TEST_CASE("moving sources equal the exact sum over images that move with them", "[renderer]") {
  std::uint32_t seed = 80;
  // A source at walking speed and a source at running speed; the array turns as well.
  for (const Eigen::Vector3d& turn :
       {Eigen::Vector3d(0.1, 0.2, 0.35), Eigen::Vector3d(-2.0, 1.5, 2.0)}) {
    Scene scene{hard_room(15.0),
                {1.2, 2.3, 1.9},
                {2.0, 1.6, 1.5},
                ::array::builtin("tetra4"),
                spin(0.3, 1.57, ++seed)};
    scene.source_turn_rad_s = turn;
    check_against_brute_force(scene, random_values(1500, 3), 900, 256);
  }
}

TEST_CASE("a source that hardly moves sounds like one at rest", "[renderer]") {
  Scene scene{hard_room(30.0),
              {1.2, 2.3, 1.9},
              {2.0, 1.6, 1.5},
              ::array::builtin("tetra4"),
              spin(0.4, 1.57, 91)};
  const std::vector<float> source = random_values(3000, 3);
  const std::vector<float> still = render_moving_array(scene, source);
  scene.source_turn_rad_s = {0.0, 0.0, 1e-6};
  const std::vector<float> moving = render_moving_array(scene, source);
  double wrong = 0.0;
  double power = 0.0;
  for (std::size_t i = 0; i < still.size(); ++i) {
    wrong += std::pow(moving[i] - still[i], 2.0);
    power += std::pow(still[i], 2.0);
  }
  // The weights of the stops sum to 1 with an error of -55 dB. The set of near images differs from
  // the set with the source at rest.
  CHECK(10.0 * std::log10(wrong / power) < -40.0);
}

TEST_CASE("a renderer gives the same bytes after any other scene", "[renderer]") {
  const Scene scene{hard_room(60.0),
                    {0.7, 2.9, 1.9},
                    {2.0, 1.6, 1.5},
                    ::array::builtin("ring6"),
                    spin(0.4, 1.57, 41)};
  const Scene other{hard_room(30.0),
                    {1.7, 2.9, 0.9},
                    {2.0, 1.6, 1.5},
                    ::array::builtin("head2"),
                    spin(0.4, 3.0, 42)};
  const std::vector<float> source = random_values(4000, 3);
  Renderer renderer;
  const std::vector<float> first = renderer.render(scene, source);
  renderer.render(other, source);
  CHECK(renderer.render(scene, source) == first);
  CHECK(render_moving_array(scene, source) == first);
}

TEST_CASE("the tail continues the sound after the source has ended", "[renderer]") {
  const Scene scene{hard_room(40.0),
                    {0.7, 2.9, 1.9},
                    {2.0, 1.6, 1.5},
                    ::array::builtin("tetra4"),
                    spin(0.4, 1.57, 51)};
  std::vector<float> source = random_values(1000, 3);
  const std::vector<float> with_tail = render_moving_array(scene, source, {.tail_s = 0.1});
  source.resize(2600, 0.0F);
  const std::vector<float> padded = render_moving_array(scene, source);
  REQUIRE(with_tail.size() == padded.size());
  for (std::size_t i = 0; i < padded.size(); ++i)
    CHECK(with_tail[i] == Approx(padded[i]).margin(1e-5));
  CHECK(render_moving_array(scene, {}).empty());
}

TEST_CASE("invalid scenes are refused", "[renderer]") {
  const Scene good{hard_room(15.0),
                   {0.7, 2.9, 1.9},
                   {2.0, 1.6, 1.5},
                   ::array::builtin("cube8"),
                   spin(0.1, 1.0, 61)};
  const std::vector<float> source = random_values(100, 3);
  Scene scene = good;
  scene.source_m = {0.7, 2.9, 3.0};
  CHECK_THROWS_AS(render_moving_array(scene, source), core::InputError);
  scene = good;
  scene.source_m = good.array_center_m + Eigen::Vector3d(0.04, 0.0, 0.0);
  CHECK_THROWS_AS(render_moving_array(scene, source), core::InputError);
  scene = good;
  scene.array_center_m = {2.0, 1.6, 0.02};
  CHECK_THROWS_AS(render_moving_array(scene, source), core::InputError);
  scene = good;
  scene.geometry = ::array::builtin("head2", 2.0);
  scene.array_center_m = {2.0, 1.8, 1.5};
  scene.source_m = {0.2, 0.2, 0.2};
  CHECK_THROWS_AS(render_moving_array(scene, source), core::InputError);
  scene = good;
  scene.source_turn_rad_s = {0.0, 0.0, 600.0};
  CHECK_THROWS_AS(render_moving_array(scene, source), core::UsageError);
  scene = good;  // on a circle of 1.8 m in a room of 3.7 m, 1.6 m from a wall
  scene.source_turn_rad_s = {0.0, 0.0, 3.0};
  CHECK_THROWS_WITH(render_moving_array(scene, random_values(16000, 3)),
                    Catch::Matchers::Contains("moving source"));
  std::vector<float> broken = source;
  broken[7] = NAN;
  CHECK_THROWS_WITH(render_moving_array(good, broken), Catch::Matchers::Contains("sample 7"));
}

}  // namespace room
