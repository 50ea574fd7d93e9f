#include <catch2/catch.hpp>
#include <cmath>
#include <complex>
#include <limits>
#include <optional>

#include "core/errors.h"
#include "core/random.h"
#include "doa/baseline.h"
#include "doa/baseline_registry.h"
#include "doa/metrics.h"
#include "doa/phase_frames.h"
#include "doa/steered_frames.h"
#include "doa/synthetic_array.h"
#include "so3/grid.h"
#include "so3/rotation.h"

using doa::baseline_method;
using doa::BaselineEstimate;
using doa::BaselineOptions;
using doa::FreeFieldBaseline;
using doa::MovingWindows;
using doa::PoolFrame;
using doa_test::Recording;
using doa_test::Scene;

namespace {

/// 5 degree grid: the local search must make up for it, and tests stay quick.
constexpr std::size_t kCoarse = 2000;

FreeFieldBaseline localizer(const std::string& name, std::size_t grid_points = kCoarse) {
  BaselineOptions options = baseline_method(name).options;
  options.grid_points = grid_points;
  return FreeFieldBaseline(baseline_method(name), doa_test::cube_positions(), options);
}

/// Largest error over a session's windows, of the grid's answers and of the refined ones.
struct Worst {
  double grid_deg = 0.0, refined_deg = 0.0;
};

Worst worst_error(const std::vector<BaselineEstimate>& estimates, const Recording& recording,
                  const Eigen::Vector3d& direction_world) {
  Worst worst;
  for (const BaselineEstimate& estimate : estimates) {
    REQUIRE_FALSE(estimate.empty());
    const Eigen::Vector3d truth =
        recording.q_world_sensor[estimate.center_frame].conjugate() * direction_world;
    worst.grid_deg =
        std::max(worst.grid_deg, doa::angular_error_deg(estimate.grid_direction_sensor, truth));
    worst.refined_deg =
        std::max(worst.refined_deg, doa::angular_error_deg(estimate.direction_sensor, truth));
  }
  return worst;
}

doa::SteeringSetup small_setup() { return {doa_test::cube_positions(), 500.0, 120.0, 30, 343.0}; }

}  // namespace

TEST_CASE("phase scores equal the steered power of unit phasors by a direct sum") {
  const doa::SteeringSetup setup = small_setup();
  core::RandomStream random(1, core::Purpose::kTest);
  std::vector<std::complex<float>> spectrum(30 * 8);
  std::vector<float> weight(30, 1.0f);
  for (std::complex<float>& value : spectrum) {
    value = {static_cast<float>(random.normal()), static_cast<float>(random.normal())};
  }
  weight[3] = 0.0f;
  weight[4] = 2.0f;
  spectrum[7 * 8 + 2] = 0.0f;  // a silent microphone: the frequency is left out
  doa::PhaseFrames frames(setup, 2);
  frames.set(1, spectrum, weight);
  CHECK(frames.active(1));
  CHECK_FALSE(frames.active(0));
  const std::vector<Eigen::Vector3d> directions = so3::fibonacci_grid(333);
  const doa::DirectionColumns columns(directions);
  const Eigen::Matrix3d R = so3::random_rotation(random).toRotationMatrix();
  std::vector<float> scores(columns.padded());
  frames.score(1, R, columns, scores.data());
  double worst = 0.0;
  for (std::size_t j = 0; j < directions.size(); ++j) {
    double direct = 0.0;
    for (std::size_t k = 0; k < 30; ++k) {
      if (k == 7) continue;
      std::complex<double> sum = 0.0;
      for (std::size_t m = 0; m < 8; ++m) {
        const std::complex<double> u(spectrum[k * 8 + m]);
        const std::complex<double> H =
            doa_test::steering(setup.position_m[m], 500.0 + 120.0 * static_cast<double>(k),
                               R.transpose() * directions[j]);
        sum += std::conj(H) * u / std::abs(u);
      }
      direct += static_cast<double>(weight[k]) * std::norm(sum);
    }
    worst = std::max(worst, std::abs(scores[j] - direct));
  }
  CHECK(worst < 1e-3 * 64.0 * 29.0);  // the largest possible value is 29 weights of 8^2
}

TEST_CASE("steered scores equal their definitions by a direct sum") {
  const doa::MatchScore match = GENERATE(doa::MatchScore::kAngle, doa::MatchScore::kInverse);
  const doa::SteeringSetup setup = small_setup();
  core::RandomStream random(2, core::Purpose::kTest);
  doa::SteeredFrames frames(setup, match, 1);
  std::vector<std::vector<std::complex<float>>> snapshots(30, std::vector<std::complex<float>>(8));
  for (std::size_t k = 0; k < 30; ++k) {
    for (std::complex<float>& value : snapshots[k]) {
      value = {static_cast<float>(random.normal()), static_cast<float>(random.normal())};
    }
    frames.set(0, k, snapshots[k], k == 5 ? 0.0f : 0.5f);
  }
  const std::vector<Eigen::Vector3d> directions = so3::fibonacci_grid(100);
  const doa::DirectionColumns columns(directions);
  const Eigen::Matrix3d R = so3::random_rotation(random).toRotationMatrix();
  std::vector<float> scores(columns.padded());
  frames.score(0, R, columns, scores.data());
  for (std::size_t j = 0; j < directions.size(); j += 3) {
    double direct = 0.0;
    for (std::size_t k = 0; k < 30; ++k) {
      if (k == 5) continue;
      std::complex<double> product = 0.0;
      double power = 0.0;
      for (std::size_t m = 0; m < 8; ++m) {
        const std::complex<double> y(snapshots[k][m]);
        product += std::conj(doa_test::steering(setup.position_m[m],
                                                500.0 + 120.0 * static_cast<double>(k),
                                                R.transpose() * directions[j])) *
                   y;
        power += std::norm(y);
      }
      const double x = std::norm(product) / (8.0 * power);
      direct +=
          0.5 * (match == doa::MatchScore::kAngle ? -std::acos(std::sqrt(x)) : 1.0 / (1.01 - x));
    }
    // 29 terms, phases advanced 29 times in float: a few 1e-6 a term.
    CHECK(scores[j] == Approx(direct).epsilon(2e-5));
  }
}

TEST_CASE("soft masks weight each bin by its smallest angle to the power of -alpha") {
  const doa::SteeringSetup setup = small_setup();
  core::RandomStream random(3, core::Purpose::kTest);
  const std::vector<Eigen::Vector3d> directions = so3::fibonacci_grid(200);
  doa::SteeredFrames frames(setup, doa::MatchScore::kAngle, 1);
  std::vector<std::complex<float>> y(8);
  double smallest = 10.0;
  for (std::complex<float>& value : y) {
    value = {static_cast<float>(random.normal()), static_cast<float>(random.normal())};
  }
  frames.set(0, 4, y, 1.0f);
  for (std::size_t m = 0; m < 8; ++m) {
    y[m] = std::complex<float>(
        doa_test::steering(setup.position_m[m], 500.0 + 120.0 * 9.0, directions[17]));
  }
  frames.set(0, 9, y, 1.0f);
  doa::SteeredFrames plain = frames;
  frames.apply_soft_masks(3.0, doa::DirectionColumns(directions));
  const doa::DirectionColumns columns(directions);
  std::vector<float> scores(columns.padded());
  // With only frequency 4 the plain score is minus the angle itself.
  doa::SteeredFrames one(setup, doa::MatchScore::kAngle, 1);
  for (std::complex<float>& value : y) value = 0.0f;
  one = plain;
  one.set(0, 9, y, 1.0f);
  one.score(0, Eigen::Matrix3d::Identity(), columns, scores.data());
  for (std::size_t j = 0; j < directions.size(); ++j)
    smallest = std::min(smallest, -static_cast<double>(scores[j]));
  CHECK(frames.weight(0, 4) == Approx(std::pow(smallest, -3.0)).epsilon(1e-3));
  CHECK(frames.weight(0, 9) == Approx(1e6).epsilon(1e-3));  // an exact match counts as 0.01 rad
  CHECK(frames.weight(0, 0) == 0.0f);
}

TEST_CASE("every baseline finds the true direction while the array turns") {
  const std::string baseline =
      GENERATE(as<std::string>{}, "srp-phat", "srp-phat-first", "lsdd", "music");
  const PoolFrame pool = GENERATE(PoolFrame::kSensor, PoolFrame::kWorld);
  Scene scene;
  scene.stream = 5;
  scene.direction_world = Eigen::Vector3d(0.3, -0.8, 0.52).normalized();
  scene.frames = 40;
  const Recording recording = doa_test::record(doa_test::cube_positions(), scene);
  const std::vector<MovingWindows> windows = {MovingWindows({0.05}, 40, 0.01, 7),
                                              MovingWindows({}, 40, 0.01)};
  INFO(baseline << (pool == PoolFrame::kWorld ? " world" : " sensor"));
  const auto estimates =
      localizer(baseline).localize(recording.view(), recording.q_world_sensor, windows, pool);
  REQUIRE(estimates.size() == 2);
  REQUIRE(estimates[0].size() == windows[0].size());
  REQUIRE(estimates[1].size() == 1);
  const Worst brief = worst_error(estimates[0], recording, scene.direction_world);
  const Worst full = worst_error(estimates[1], recording, scene.direction_world);
  // Nearest of 2,000 points: within 4 degrees (2.3 on average).
  CHECK(brief.grid_deg < 4.5);
  if (pool == PoolFrame::kWorld) {
    // A free field has no error but the search's last step, 0.03 degrees.
    const double bound_deg = 0.1;
    CHECK(brief.refined_deg < bound_deg);
    CHECK(full.refined_deg < bound_deg);
  } else {
    // 50 ms at 90 degrees a second smear 3.6 degrees, evenly to both sides of the center frame.
    CHECK(brief.refined_deg < 1.5);
    // Over the whole session the array turned by 36 degrees: the answer is within that.
    CHECK(full.refined_deg < 36.0);
  }
}

TEST_CASE("baselines find the same direction from an array's responses as from its positions") {
  const std::string baseline =
      GENERATE(as<std::string>{}, "srp-phat", "srp-phat-first", "lsdd", "music");
  // Four microphones: tables are made in a fraction of the time.
  const auto all = doa_test::cube_positions();
  const std::vector<Eigen::Vector3d> positions = {all[0], all[3], all[5], all[6]};
  BaselineOptions options = baseline_method(baseline).options;
  options.grid_points = kCoarse;
  options.bin_stride = 12;
  std::size_t asked = 0;
  const doa::MeasuredArray measured{
      4, 201, 40.0, [&](const Eigen::Vector3d& direction, std::span<std::complex<float>> H) {
        ++asked;
        // Any factor common to all microphones is no matter. Only what a baseline may use is made.
        for (std::size_t b = 0; b < 201; ++b) {
          const double f = 40.0 * static_cast<double>(b);
          if (f < options.min_hz || f > options.max_hz) continue;
          for (std::size_t m = 0; m < 4; ++m) {
            H[4 * b + m] = std::complex<float>(0.0F, 3.0F) *
                           std::complex<float>(doa_test::steering(positions[m], f, direction));
          }
        }
      }};
  const doa::MeasuredBaseline by_responses(baseline_method(baseline), measured, options);
  const FreeFieldBaseline by_positions(baseline_method(baseline), positions, options);
  CHECK(asked == doa::MeasuredGrid::kAzimuths * doa::MeasuredGrid::kElevations);
  const std::vector<MovingWindows> windows = {MovingWindows({0.1}, 20, 0.01, 5)};
  for (const PoolFrame pool : {PoolFrame::kSensor, PoolFrame::kWorld}) {
    INFO(baseline << (pool == PoolFrame::kWorld ? " world" : " sensor"));
    // LSDD's peak is a cusp, which a table rounds off; pooled in the sensor frame it is a ridge of
    // cusps along the 9 degrees that the array turns in a window.
    const double lsdd_deg = pool == PoolFrame::kWorld ? 0.6 : 4.5;
    // The pseudo-spectrum of a single frame is sharp: a table rounds its peak off too.
    const double allowed_deg = baseline == "lsdd" ? lsdd_deg : baseline == "music" ? 0.6 : 0.3;
    // Near a pole of the grid too.
    for (const Eigen::Vector3d& direction :
         {Eigen::Vector3d(0.01, 0.02, 1.0), Eigen::Vector3d(0.3, -0.8, 0.52)}) {
      Scene scene;
      scene.noise = 0.03;
      scene.frames = 20;
      scene.direction_world = direction.normalized();
      const Recording recording = doa_test::record(positions, scene);
      const auto found =
          by_responses.localize(recording.view(), recording.q_world_sensor, windows, pool);
      const auto expected =
          by_positions.localize(recording.view(), recording.q_world_sensor, windows, pool);
      for (std::size_t i = 0; i < expected[0].size(); ++i) {
        CHECK(doa::angular_error_deg(found[0][i].direction_sensor,
                                     expected[0][i].direction_sensor) < allowed_deg);
      }
    }
  }
  const Recording other = doa_test::record(all, Scene());
  CHECK_THROWS_AS(
      by_responses.localize(other.view(), other.q_world_sensor, windows, PoolFrame::kWorld),
      core::InputError);
}

TEST_CASE("baselines find a source in noise on the 2 degree grid") {
  const std::string baseline =
      GENERATE(as<std::string>{}, "srp-phat", "srp-phat-first", "lsdd", "music");
  Scene scene;
  scene.stream = 6;
  scene.noise = 0.5;
  scene.frames = 25;
  const Recording recording = doa_test::record(doa_test::cube_positions(), scene);
  const std::vector<MovingWindows> windows = {MovingWindows({0.2}, 25, 0.01)};
  const auto estimates =
      localizer(baseline, so3::kTwoDegreeGridPoints)
          .localize(recording.view(), recording.q_world_sensor, windows, PoolFrame::kWorld);
  const Worst worst = worst_error(estimates[0], recording, scene.direction_world);
  CHECK(worst.grid_deg < 3.0);
  // 21 frames of 45 to 142 bins at 6 dB: far below a degree; the bound leaves room for the worst
  // window.
  CHECK(worst.refined_deg < 1.0);
}

TEST_CASE("moving sums give the same result as each window alone") {
  Scene scene;
  scene.stream = 7;
  scene.noise = 1.0;
  scene.frames = 30;
  const Recording recording = doa_test::record(doa_test::cube_positions(), scene);
  const std::vector<MovingWindows> together = {
      MovingWindows({0.05}, 30, 0.01), MovingWindows({0.1}, 30, 0.01, 3),
      MovingWindows({0.02}, 30, 0.01, 8), MovingWindows({}, 30, 0.01)};
  const FreeFieldBaseline lsdd = localizer("lsdd");
  const auto all =
      lsdd.localize(recording.view(), recording.q_world_sensor, together, PoolFrame::kWorld);
  for (std::size_t w = 0; w < together.size(); ++w) {
    const auto alone = lsdd.localize(recording.view(), recording.q_world_sensor,
                                     std::span(together).subspan(w, 1), PoolFrame::kWorld);
    REQUIRE(alone[0].size() == together[w].size());
    for (std::size_t i = 0; i < alone[0].size(); ++i) {
      CHECK(alone[0][i].center_frame == together[w].center_frame(i));
      CHECK(alone[0][i].direction_sensor == all[w][i].direction_sensor);
    }
  }
}

TEST_CASE("windows of silence give no direction, and the floor leaves out quiet bins") {
  Scene scene;
  scene.frames = 20;
  Recording recording = doa_test::record(doa_test::cube_positions(), scene);
  const std::size_t frame_size = recording.bins * recording.microphones;
  for (std::size_t i = 0; i < 10 * frame_size; ++i) recording.data[i] = 0.0f;
  const std::vector<MovingWindows> windows = {MovingWindows({0.05}, 20, 0.01)};
  for (const std::string baseline : {"srp-phat", "srp-phat-first", "lsdd", "music"}) {
    for (const PoolFrame pool : {PoolFrame::kSensor, PoolFrame::kWorld}) {
      BaselineOptions options = baseline_method(baseline).options;
      options.grid_points = 500;
      const FreeFieldBaseline localize(baseline_method(baseline), doa_test::cube_positions(),
                                       options);
      const auto estimates =
          localize.localize(recording.view(), recording.q_world_sensor, windows, pool);
      std::size_t empty = 0;
      for (const BaselineEstimate& estimate : estimates[0]) empty += estimate.empty();
      CHECK(empty == 6);  // centers 2 to 7
    }
  }
  for (std::size_t i = 0; i < 10 * frame_size; ++i) recording.data[i] = 1e-4f;
  BaselineOptions options;
  const doa::SelectedBins selected = doa::select_bins(recording.view(), options);
  CHECK(selected.range.first == 9);  // 360 Hz, the first bin at or above 340
  CHECK(selected.range.count == 142);
  CHECK(selected.weight[0] == 0.0f);
  options.floor_db = -std::numeric_limits<double>::infinity();
  CHECK(doa::select_bins(recording.view(), options).weight[0] == 1.0f);
}

TEST_CASE("bins outside the band do not change the result") {
  const std::string baseline =
      GENERATE(as<std::string>{}, "srp-phat", "srp-phat-first", "lsdd", "music");
  const PoolFrame pool = GENERATE(PoolFrame::kSensor, PoolFrame::kWorld);
  Scene scene;
  scene.stream = 8;
  scene.frames = 20;
  const Recording recording = doa_test::record(doa_test::cube_positions(), scene);
  BaselineOptions options = baseline_method(baseline).options;
  options.grid_points = 500;
  options.bin_stride = 1;
  options.min_hz = 1000.0;
  options.max_hz = 2000.0;
  const FreeFieldBaseline limited(baseline_method(baseline), doa_test::cube_positions(), options);
  const std::vector<MovingWindows> windows = {MovingWindows({0.1}, 20, 0.01, 5)};
  const auto localized = [&](const Recording& r) {
    return limited.localize(r.view(), r.q_world_sensor, windows, pool)[0];
  };
  Recording inside = recording, outside = recording;
  for (std::size_t i = 0; i < recording.data.size(); ++i) {
    const std::size_t bin = i / recording.microphones % recording.bins;
    (bin >= 25 && bin <= 50 ? outside : inside).data[i] = 0.0F;  // bins are 40 Hz apart
  }
  const std::vector<BaselineEstimate> all = localized(recording), filtered = localized(inside);
  REQUIRE(all.size() == 2);
  for (std::size_t i = 0; i < all.size(); ++i) {
    CHECK_FALSE(all[i].empty());
    CHECK(all[i].direction_sensor == filtered[i].direction_sensor);
  }
  for (const BaselineEstimate& estimate : localized(outside)) CHECK(estimate.empty());
}

TEST_CASE("the registry names every baseline once, in its help and in its message") {
  for (const doa::BaselineMethod& method : doa::baseline_methods()) {
    CHECK(&baseline_method(method.name) == &method);
    CHECK(doa::baseline_help().find(std::string(method.name) + " (" + method.help) !=
          std::string::npos);
  }
  CHECK(doa::baseline_help().find("1800:3600 Hz") != std::string::npos);
  CHECK_THROWS_WITH(
      baseline_method("beam"),
      "--baselines: expected srp-phat, srp-phat-first, lsdd or music, found \"beam\"");
}

TEST_CASE("baselines refuse sessions and options that do not fit") {
  const Recording recording = doa_test::record(doa_test::cube_positions(), {});
  const std::vector<MovingWindows> windows = {MovingWindows({}, recording.frames, 0.01)};
  const FreeFieldBaseline srp = localizer("srp-phat", 500);
  CHECK_THROWS_AS(srp.localize(recording.view(), std::span(recording.q_world_sensor).first(3),
                               windows, PoolFrame::kWorld),
                  core::InputError);
  const std::vector<Eigen::Vector3d> cube = doa_test::cube_positions();
  const FreeFieldBaseline four(baseline_method("srp-phat"), std::span(cube).first(4), {});
  CHECK_THROWS_AS(
      four.localize(recording.view(), recording.q_world_sensor, windows, PoolFrame::kWorld),
      core::InputError);
  BaselineOptions high;
  high.min_hz = 9000.0;
  high.max_hz = 9500.0;
  const FreeFieldBaseline none(baseline_method("srp-phat"), doa_test::cube_positions(), high);
  CHECK_THROWS_AS(
      none.localize(recording.view(), recording.q_world_sensor, windows, PoolFrame::kWorld),
      core::InputError);
  BaselineOptions wrong;
  wrong.max_hz = 100.0;
  CHECK_THROWS_AS(FreeFieldBaseline(baseline_method("lsdd"), doa_test::cube_positions(), wrong),
                  core::UsageError);
  CHECK_THROWS_AS(FreeFieldBaseline(baseline_method("lsdd"), std::vector<Eigen::Vector3d>(), {}),
                  core::UsageError);
}

namespace {

/// A square of 6.4 cm in the x-y plane.
std::vector<Eigen::Vector3d> square() {
  return {{-0.032, 0.0, 0.0}, {0.0, -0.032, 0.0}, {0.032, 0.0, 0.0}, {0.0, 0.032, 0.0}};
}

std::vector<BaselineEstimate> of_square(const std::string& name, const Recording& recording,
                                        PoolFrame pool,
                                        std::optional<Eigen::Vector3d> half_space = {}) {
  BaselineOptions options = baseline_method(name).options;
  options.grid_points = kCoarse;
  options.half_space = half_space;
  const std::vector<MovingWindows> windows = {MovingWindows({0.2}, recording.frames, 0.01, 9)};
  return FreeFieldBaseline(baseline_method(name), square(), options)
      .localize(recording.view(), recording.q_world_sensor, windows, pool)[0];
}

}  // namespace

TEST_CASE("a flat array at rest claims no side, and a half space decides it") {
  const std::string baseline =
      GENERATE(as<std::string>{}, "srp-phat", "srp-phat-first", "lsdd", "music");
  const PoolFrame pool = GENERATE(PoolFrame::kSensor, PoolFrame::kWorld);
  INFO(baseline << (pool == PoolFrame::kWorld ? " world" : " sensor"));
  Scene scene;
  scene.turn_deg_s = 0.0;
  scene.noise = 0.1;
  scene.stream = 9;
  scene.direction_world = Eigen::Vector3d(0.5, -0.6, 0.62).normalized();
  const Recording recording = doa_test::record(square(), scene);
  const Eigen::Vector3d truth =
      recording.q_world_sensor.front().conjugate() * scene.direction_world;
  const Eigen::Vector3d mirror(truth.x(), truth.y(), -truth.z());
  const Eigen::Vector3d above = truth.z() > 0.0 ? truth : mirror;
  const Eigen::Vector3d below = truth.z() > 0.0 ? mirror : truth;
  const auto estimates = of_square(baseline, recording, pool);
  REQUIRE(estimates.size() > 3);
  for (const BaselineEstimate& estimate : estimates) {
    CHECK(estimate.ambiguous);
    CHECK(doa::angular_error_deg(estimate.direction_sensor, above) < 2.0);
  }
  for (const double sign : {1.0, -1.0}) {
    const Eigen::Vector3d side(0.0, 0.0, sign);
    for (const BaselineEstimate& estimate : of_square(baseline, recording, pool, side)) {
      CHECK_FALSE(estimate.ambiguous);
      CHECK(doa::angular_error_deg(estimate.direction_sensor,
                                   sign * above.z() > 0.0 ? above : below) < 2.0);
    }
  }
}

TEST_CASE("a flat array that turns hears the side") {
  const std::string baseline =
      GENERATE(as<std::string>{}, "srp-phat", "srp-phat-first", "lsdd", "music");
  INFO(baseline);
  std::size_t decided = 0, all = 0;
  for (std::uint32_t stream = 0; stream < 8; ++stream) {
    Scene scene;
    scene.turn_deg_s = 180.0;
    scene.noise = 0.1;
    scene.stream = stream;
    scene.direction_world = Eigen::Vector3d(0.5, -0.6, 0.62).normalized();
    const Recording recording = doa_test::record(square(), scene);
    for (const BaselineEstimate& estimate : of_square(baseline, recording, PoolFrame::kWorld)) {
      ++all;
      if (estimate.ambiguous) continue;
      ++decided;
      const Eigen::Vector3d truth =
          recording.q_world_sensor[estimate.center_frame].conjugate() * scene.direction_world;
      CHECK(doa::angular_error_deg(estimate.direction_sensor, truth) < 4.0);
    }
  }
  CHECK(8 * decided > all);  // axes of rotation near the normal decide nothing
}

TEST_CASE("the share of the highest score is 1 for a wave that fits, and falls with noise") {
  const std::string baseline = GENERATE(as<std::string>{}, "srp-phat", "lsdd", "music");
  INFO(baseline);
  double before = 1.1;
  for (const double noise : {0.0, 0.5, 2.0}) {
    Scene scene;
    scene.turn_deg_s = 0.0;
    scene.noise = noise;
    const Recording recording = doa_test::record(doa_test::cube_positions(), scene);
    const std::vector<MovingWindows> windows = {MovingWindows({0.2}, recording.frames, 0.01, 20)};
    const auto estimates = localizer(baseline).localize(recording.view(), recording.q_world_sensor,
                                                        windows, PoolFrame::kWorld);
    const double share = estimates[0][0].share;
    CHECK(share < before);
    CHECK(share >= 0.0);
    if (noise == 0.0) CHECK(share > 0.95);
    before = share;
  }
}

TEST_CASE(
    "pairs with the first microphone: each frame has one vote, unless frames are not whitened") {
  const std::vector<Eigen::Vector3d> position_m = doa_test::cube_positions();
  const Eigen::Vector3d quiet = Eigen::Vector3d(1.0, 0.2, -0.3).normalized();
  const Eigen::Vector3d loud = Eigen::Vector3d(-0.4, 1.0, 0.5).normalized();
  constexpr std::size_t kBins = 101;
  constexpr double kBinHz = 40.0;
  std::vector<std::complex<float>> data;
  for (const bool is_loud : {false, true, false}) {
    for (std::size_t k = 0; k < kBins; ++k) {
      for (const Eigen::Vector3d& p : position_m) {
        const double delay_s = -p.dot(is_loud ? loud : quiet) / 343.0;
        const double turn = -2.0 * M_PI * kBinHz * static_cast<double>(k) * delay_s;
        data.push_back(std::polar(is_loud ? 10.0F : 1.0F, static_cast<float>(turn)));
      }
    }
  }
  const doa::StftView view{data.data(), 3, kBins, position_m.size(), kBinHz};
  const std::vector<Eigen::Quaterniond> still(3, Eigen::Quaterniond::Identity());
  const std::vector<MovingWindows> whole = {MovingWindows(doa::WindowLength{}, 3, 0.01)};
  for (const bool whiten : {true, false}) {
    BaselineOptions options = baseline_method("srp-phat-first").options;
    options.grid_points = kCoarse;
    options.whiten_frames = whiten;
    const FreeFieldBaseline baseline(baseline_method("srp-phat-first"), position_m, options);
    const auto found = baseline.localize(view, still, whole, PoolFrame::kSensor);
    REQUIRE(found[0].size() == 1);
    CHECK(doa::angular_error_deg(found[0][0].direction_sensor, whiten ? quiet : loud) < 10.0);
  }
}

TEST_CASE("LSDD uses the band of its paper, 1.8 to 3.6 kHz") {
  CHECK(baseline_method("lsdd").options.min_hz == 1800.0);
  CHECK(baseline_method("lsdd").options.max_hz == 3600.0);
}
