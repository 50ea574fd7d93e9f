#include <catch2/catch.hpp>
#include <cmath>

#include "brute_force.h"
#include "core/errors.h"
#include "core/random.h"
#include "dsp/fractional_delay.h"
#include "level_of_error.h"
#include "random_values.h"
#include "room/measured_renderer.h"
#include "room/motion.h"
#include "room/plane_waves.h"
#include "room/renderer.h"
#include "so3/grid.h"
#include "so3/rotation.h"

namespace room {
namespace {

constexpr double kWaveRate = 16000.0;

so3::Track turning(double speed_rad_s) {
  return constant_rotation({0.3, -0.5, 1.0}, speed_rad_s, so3::exp({0.5, -0.4, 0.8}), 0.4);
}

/// A direct sound at 5 ms, and waves from all directions that fall by 60 dB in t60_s.
std::vector<PlaneWave> decaying_waves(std::size_t count, double last_s, double t60_s) {
  core::RandomStream random(8, core::Purpose::kTest);
  std::vector<PlaneWave> waves{{0.005, so3::random_direction(random), 1.0}};
  for (std::size_t i = 1; i < count; ++i) {
    const double time_s =
        0.005 + (last_s - 0.005) * static_cast<double>(i) / static_cast<double>(count);
    const double level = std::pow(10.0, -3.0 * (time_s - 0.005) / t60_s);
    waves.push_back({time_s, so3::random_direction(random), 0.3 * level * random.normal()});
  }
  return waves;
}

std::vector<double> sum_of_waves(const WaveScene& scene, std::span<const float> source,
                                 std::size_t microphone, std::size_t first, std::size_t length) {
  const double rate = scene.sample_rate_hz;
  std::vector<double> heard(length, 0.0);
  for (std::size_t i = 0; i < length; ++i) {
    const double sample = static_cast<double>(first + i);
    const Eigen::Vector3d place =
        scene.orientation.at(sample / rate) * scene.geometry.position_m[microphone];
    for (const PlaneWave& wave : scene.waves) {
      const double early_s = wave.direction.dot(place) / core::kSpeedOfSound;
      heard[i] +=
          wave.pressure * interpolate_exactly(source, sample - (wave.time_s - early_s) * rate);
    }
  }
  return heard;
}

}  // namespace

TEST_CASE("a turning array among plane waves hears the exact sum of all waves", "[waves]") {
  const std::vector<PlaneWave> waves = decaying_waves(400, 0.05, 0.1);
  const ::array::Geometry uneven{"uneven",
                                 {{0.0, 0.0, 0.0}, {0.03, 0.01, 0.0}, {-0.05, 0.02, 0.04}}};
  for (const ::array::Geometry& geometry : {::array::builtin("cube8"), uneven}) {
    for (const double speed_rad_s : {1.57, 12.0}) {
      const WaveScene scene{waves, geometry, turning(speed_rad_s), kWaveRate};
      const std::vector<float> source = random_values(2000, 3);
      const std::vector<float> rendered = Renderer().render(scene, source);
      REQUIRE(rendered.size() == source.size() * geometry.size());
      for (std::size_t m = 0; m < geometry.size(); ++m) {
        const std::vector<double> exact = sum_of_waves(scene, source, m, 1000, 256);
        const Errors errors = compare(
            exact, std::span(rendered).subspan(1000 * geometry.size(), 256 * geometry.size()), m,
            geometry.size());
        CAPTURE(geometry.name, m, errors.to_4_khz_db, errors.to_7500_hz_db);
        CHECK(errors.to_4_khz_db < -50.0);
        CHECK(errors.to_7500_hz_db < -40.0);
      }
    }
  }
}

TEST_CASE("one plane wave is a far source in a room without reverberation", "[waves]") {
  const double distance_m = 400.0;
  const Eigen::Vector3d direction = Eigen::Vector3d(0.6, -0.5, 0.3).normalized();
  const Eigen::Vector3d center_m = Eigen::Vector3d::Constant(500.0);
  const std::vector<PlaneWave> waves{
      {distance_m / core::kSpeedOfSound, direction, 1.0 / distance_m}};
  const std::vector<float> source = random_values(2000, 3);
  const auto geometry = ::array::builtin("cube8");
  const std::vector<float> wave =
      Renderer({.tail_s = 1.2})
          .render(WaveScene{waves, geometry, turning(1.57), kWaveRate}, source);
  const std::vector<float> far = render_moving_array(
      {shoebox_from_t60(Eigen::Vector3d::Constant(1000.0), 0.0), center_m + distance_m * direction,
       center_m, geometry, turning(1.57), kWaveRate},
      source, {.tail_s = 1.2});
  REQUIRE(wave.size() == far.size());
  double wrong = 0.0;
  double power = 0.0;
  for (std::size_t i = 0; i < far.size(); ++i) {
    wrong += std::pow(wave[i] - far[i], 2.0);
    power += std::pow(far[i], 2.0);
  }
  REQUIRE(power > 0.0);
  // The wave front of a source 400 m away is bent by k r^2 / 2 d: 2e-4 at 7.5 kHz.
  CHECK(10.0 * std::log10(wrong / power) < -60.0);
}

TEST_CASE("the images of a shoebox as plane waves sound like the shoebox", "[waves]") {
  Shoebox room;
  room.size_m = {12.0, 11.0, 10.0};
  room.reflection = {0.95, 0.9, 0.92, 0.97, 0.85, 0.9};
  room.max_distance_m = 30.0;
  const Eigen::Vector3d center_m(6.0, 5.6, 5.5);
  const Eigen::Vector3d source_m(1.7, 9.9, 1.9);
  std::vector<PlaneWave> waves;
  for (const Image& image : image_sources(room, source_m, center_m)) {
    const Eigen::Vector3d away = image.position_m - center_m;
    waves.push_back(
        {away.norm() / core::kSpeedOfSound, away.normalized(), image.gain / away.norm()});
  }
  const auto geometry = ::array::builtin("cube8");
  const std::vector<float> source = random_values(3000, 3);
  const std::vector<float> heard =
      Renderer().render(WaveScene{waves, geometry, turning(1.57), kWaveRate}, source);
  const std::vector<float> shoebox =
      render_moving_array({room, source_m, center_m, geometry, turning(1.57), kWaveRate}, source);
  std::vector<double> exact(256);
  for (std::size_t i = 0; i < exact.size(); ++i)
    exact[i] = shoebox[(2000 + i) * geometry.size() + 3];
  const Errors errors =
      compare(exact, std::span(heard).subspan(2000 * geometry.size(), 256 * geometry.size()), 3,
              geometry.size());
  CAPTURE(errors.to_4_khz_db, errors.to_7500_hz_db);
  // Curvature and amplitude of wave fronts from 6.3 m and farther: r / d = 0.7 %, -43 dB, for the
  // amplitude, and k r^2 / 2 d = 2 % at 7.5 kHz for the phase.
  CHECK(errors.to_4_khz_db < -40.0);
  CHECK(errors.to_7500_hz_db < -34.0);
}

TEST_CASE("responses of open points among plane waves give the sum over the waves", "[waves]") {
  const std::vector<Eigen::Vector3d> points{{0.0, 0.06, 0.0}, {0.02, -0.06, 0.01}};
  std::vector<double> position;
  std::vector<double> ir;
  for (const Eigen::Vector3d& d : so3::fibonacci_grid(700)) {
    position.insert(position.end(), {d.x(), d.y(), d.z()});
    for (const Eigen::Vector3d& point : points) {
      const double arrival = 48.0 - point.dot(d) / core::kSpeedOfSound * kWaveRate;
      for (int n = 0; n < 96; ++n)
        ir.push_back(dsp::sinc(n - arrival) * dsp::kaiser(n - arrival, 40.0, 6.0));
    }
  }
  MeasuredRenderer renderer(
      array::make_responses("pair", kWaveRate, position, array::PositionType::kCartesian, ir, 2),
      kWaveRate);
  const std::vector<PlaneWave> waves = decaying_waves(400, 0.05, 0.1);
  const std::vector<float> source = random_values(2000, 10);
  const so3::Track track = turning(1.57);
  const std::vector<float> found = renderer.render(MeasuredWaveScene{waves, track}, source);
  // The renderer lets the mean onset pass when the wave passes the center. The onset of these
  // responses is earlier than their middle by a common delay, found by the best match.
  const WaveScene open{waves, {"pair", points}, track, kWaveRate};
  double best_db = 0.0;
  for (double shift = -2.0; shift <= 8.0; shift += 0.05) {
    std::vector<PlaneWave> late = waves;
    for (PlaneWave& wave : late) wave.time_s += shift / kWaveRate;
    const WaveScene shifted{late, open.geometry, track, kWaveRate};
    const std::vector<double> exact = sum_of_waves(shifted, source, 0, 1000, 256);
    best_db =
        std::min(best_db, compare(exact, std::span(found).subspan(2000, 512), 0, 2).to_4_khz_db);
  }
  // Interpolation over directions 6 degrees apart: percents.
  CHECK(best_db < -26.0);
}

TEST_CASE("the direct sound of a list is the strongest wave after its onset", "[waves]") {
  const Eigen::Vector3d x = Eigen::Vector3d::UnitX();
  const Eigen::Vector3d y = Eigen::Vector3d::UnitY();
  const std::vector<PlaneWave> waves{
      {0.001, y, 0.01}, {0.0102, y, -0.2}, {0.0103, x, -1.0}, {0.0104, y, 0.3}, {0.012, y, 1.2}};
  CHECK(direct_wave(waves) == 2);
  const SplitWaves split = split_waves(waves, 0.002);
  CHECK(split.exact.size() == 4);  // the first one is too early for the field
  REQUIRE(split.field.size() == 1);
  CHECK(split.field[0].time_s == 0.012);
}

TEST_CASE("the reverberation time of a list is that of its decay", "[waves]") {
  CHECK(reverberation_time_s(decaying_waves(8000, 0.5, 0.4)) == Approx(0.4).epsilon(0.05));
  CHECK(std::isnan(reverberation_time_s(decaying_waves(1, 0.5, 0.4))));
}

TEST_CASE("a damaged list is refused with the number of the wave", "[waves]") {
  const std::vector<PlaneWave> good = decaying_waves(20, 0.1, 0.1);
  CHECK_NOTHROW(check_waves(good));
  const auto refused = [&](const char* text, auto damage) {
    std::vector<PlaneWave> waves = good;
    damage(waves);
    CHECK_THROWS_WITH(check_waves(waves), Catch::Matchers::Contains(text));
  };
  refused("wave 3", [](auto& waves) { waves[3].time_s = NAN; });
  refused("wave 0", [](auto& waves) { waves[0].time_s = -0.001; });
  refused("wave 19", [](auto& waves) { waves[19].time_s = 31.0; });
  refused("wave 5", [](auto& waves) { std::swap(waves[4], waves[5]); });
  refused("wave 7", [](auto& waves) { waves[7].direction *= 1.1; });
  refused("wave 2", [](auto& waves) { waves[2].pressure = INFINITY; });
  refused("not 0", [](auto& waves) {
    for (PlaneWave& wave : waves) wave.pressure = 0.0;
  });
  CHECK_THROWS_AS(check_waves({}), core::InputError);
}

}  // namespace room
