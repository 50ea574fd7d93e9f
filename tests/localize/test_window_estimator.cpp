#include <catch2/catch.hpp>
#include <cmath>
#include <complex>

#include "core/errors.h"
#include "core/random.h"
#include "doa/metrics.h"
#include "localize/estimator_registry.h"
#include "session/estimate.h"
#include "session/features.h"
#include "so3/rotation.h"

namespace {

constexpr std::size_t kFrames = 60;
constexpr std::size_t kBinsPerFrame = 40;

const std::vector<Eigen::Vector3d> kPositions = {
    {0.03, 0.03, 0.03}, {0.03, -0.03, -0.03}, {-0.03, 0.03, -0.03}, {-0.03, -0.03, 0.03}};
constexpr double kBinHz = 40.0;

/// Plane-wave model of the array of kPositions.
calib::Calibration calibration() {
  calib::Calibration result;
  result.array.position_m = kPositions;
  result.array.offset_m.assign(kPositions.size(), 0.0);
  result.likelihood = {{0.0}, {2.0}, {1e-3}};
  return result;
}

/// Bins of two still sources, heard by an array that turns: even bins are the first's.
struct Scene {
  Eigen::Vector3d first_world = Eigen::Vector3d(1, 2, 0.5).normalized();
  Eigen::Vector3d second_world = Eigen::Vector3d(-1, 0.5, 1).normalized();
  session::Features session;
  learn::Directions r_sensor;
};

Scene make_scene(bool second) {
  core::RandomStream random(4, core::Purpose::kTest);
  Scene scene;
  for (std::size_t f = 0; f < kFrames; ++f) {
    scene.session.frame_time_s.push_back(0.01 * static_cast<double>(f));
    scene.session.frame_rotation.push_back(
        so3::exp(Eigen::Vector3d(0.02, 0.03, -0.01) * static_cast<double>(f)));
  }
  scene.r_sensor.resize(static_cast<Eigen::Index>(kFrames * kBinsPerFrame), 3);
  for (std::size_t b = 0; b < kFrames * kBinsPerFrame; ++b) {
    const std::size_t frame = b / kBinsPerFrame;
    const bool of_second = second && b % 2 == 1;
    const Eigen::Vector3d world = so3::exp(0.03 * so3::random_direction(random)) *
                                  (of_second ? scene.second_world : scene.first_world);
    // The second source is heard with less confidence.
    const Eigen::Vector3d sensor =
        (of_second ? 0.7 : 1.0) * (scene.session.frame_rotation[frame].conjugate() * world);
    scene.r_sensor.row(static_cast<Eigen::Index>(b)) = sensor.cast<float>().transpose();
    scene.session.frame.push_back(static_cast<std::uint32_t>(frame));
    scene.session.frequency.push_back(static_cast<std::uint16_t>(10 + b % kBinsPerFrame));
    scene.session.energy.push_back(1.0F);
    scene.session.rise.push_back(1.0F);
    std::vector<std::complex<double>> wave(kPositions.size());
    calibration().array.plane_wave(kBinHz * scene.session.frequency.back(), sensor.normalized(),
                                   wave);
    for (const std::complex<double>& y : wave) {
      scene.session.stft.emplace_back(y / std::sqrt(static_cast<double>(wave.size())));
    }
  }
  return scene;
}

localize::EstimatorSetup make_setup(std::size_t max_sources) {
  localize::EstimatorSetup setup;
  setup.windows = {doa::WindowLength{0.2}, doa::WindowLength{}};
  setup.bins = true;
  setup.sources.max_sources = max_sources;
  setup.responses = std::make_shared<calib::ResponseTable>(calibration(), kBinHz, 200);
  return setup;
}

}  // namespace

TEST_CASE("every estimator finds a single source in both frames and assigns the bins to it") {
  const std::string name = GENERATE("robust", "centroid", "kde", "steered", "mixture");
  const Scene scene = make_scene(false);
  const localize::SessionEstimates found =
      localize::make_window_estimator(name, make_setup(1))
          ->estimate({scene.session, scene.session, scene.r_sensor});
  REQUIRE(found.windows.size() == (kFrames - 20) + 1);
  for (const session::Estimate& e : found.windows) {
    CHECK(doa::angular_error_deg(e.direction_world, scene.first_world) < 0.5);
    CHECK(doa::angular_error_deg(e.q_world_sensor * e.direction_sensor, scene.first_world) < 0.5);
    CHECK(e.time_s == scene.session.frame_time_s[e.frame]);
    CHECK(e.bins == (e.window == 0 ? 21 : kFrames) * kBinsPerFrame);
    CHECK((e.support > 0.5 && e.support <= 1.0));
    CHECK(e.peaks.size() == (localize::estimator_kind(name).several_sources ? 1 : 0));
  }
  REQUIRE(found.source.size() == 2 * scene.session.bins());
  for (std::size_t b = 0; b < scene.session.bins(); ++b) {
    const bool has_window = scene.session.frame[b] >= 10 && scene.session.frame[b] < kFrames - 10;
    CHECK(found.source[2 * b] == (has_window ? 0 : doa::kNoSource));
    CHECK(found.source[2 * b + 1] == 0);
  }
}

TEST_CASE("kernel density separates two sources and assigns the bins to them") {
  const Scene scene = make_scene(true);
  const localize::SessionEstimates found =
      localize::make_window_estimator("kde", make_setup(2))
          ->estimate({scene.session, scene.session, scene.r_sensor});
  for (const session::Estimate& e : found.windows) {
    REQUIRE(e.peaks.size() == 2);
    CHECK(doa::angular_error_deg(e.peaks[0].direction_world, scene.first_world) < 1.0);
    CHECK(doa::angular_error_deg(e.peaks[1].direction_world, scene.second_world) < 1.0);
    CHECK(e.peaks[0].density > e.peaks[1].density);
    CHECK(e.direction_world == e.peaks[0].direction_world);
    CHECK(e.peaks[0].norm_share == Approx(1.0 / 1.7).margin(0.01));
  }
  std::size_t right = 0;
  for (std::size_t b = 0; b < scene.session.bins(); ++b) right += found.source[2 * b + 1] == b % 2;
  CHECK(right == scene.session.bins());
}

TEST_CASE("a mixture separates two sources and assigns the bins to them") {
  const Scene scene = make_scene(true);
  const localize::SessionEstimates found =
      localize::make_window_estimator("mixture", make_setup(2))
          ->estimate({scene.session, scene.session, scene.r_sensor});
  for (const session::Estimate& e : found.windows) {
    REQUIRE(e.peaks.size() == 2);
    const bool swapped = e.peaks[0].direction_world.dot(scene.first_world) < 0.8;
    const session::Peak& first = e.peaks[swapped ? 1 : 0];
    const session::Peak& second = e.peaks[swapped ? 0 : 1];
    CHECK(doa::angular_error_deg(first.direction_world, scene.first_world) < 1.0);
    CHECK(doa::angular_error_deg(second.direction_world, scene.second_world) < 1.0);
    CHECK(first.density + second.density == Approx(1.0).margin(0.15));
    CHECK(first.density == Approx(0.5).margin(0.1));
    CHECK(e.direction_world == e.peaks[0].direction_world);
  }
  const bool swapped = found.windows.back().peaks[0].direction_world.dot(scene.first_world) < 0.8;
  std::size_t right = 0;
  for (std::size_t b = 0; b < scene.session.bins(); ++b) {
    right += found.source[2 * b + 1] == (b + (swapped ? 1 : 0)) % 2;
  }
  // Bins of low frequencies fit both directions.
  CHECK(static_cast<double>(right) > 0.9 * static_cast<double>(scene.session.bins()));
}

TEST_CASE("a mixture assigns the network's bins, of which some heard bins are left out") {
  const Scene scene = make_scene(true);
  session::Features chosen;
  chosen.frame_time_s = scene.session.frame_time_s;
  chosen.frame_rotation = scene.session.frame_rotation;
  learn::Directions r_chosen(static_cast<Eigen::Index>(scene.session.bins() / 3), 3);
  std::vector<std::size_t> heard;
  for (std::size_t b = 1; b < scene.session.bins(); b += 3) {
    r_chosen.row(static_cast<Eigen::Index>(heard.size())) =
        scene.r_sensor.row(static_cast<Eigen::Index>(b));
    heard.push_back(b);
    chosen.frame.push_back(scene.session.frame[b]);
    chosen.frequency.push_back(scene.session.frequency[b]);
    chosen.energy.push_back(1.0F);
    chosen.rise.push_back(1.0F);
  }
  const auto estimator = localize::make_window_estimator("mixture", make_setup(2));
  const auto all = estimator->estimate({scene.session, scene.session, scene.r_sensor});
  const auto some = estimator->estimate({scene.session, chosen, r_chosen});
  REQUIRE(some.source.size() == 2 * heard.size());
  for (std::size_t i = 0; i < heard.size(); ++i) {
    CHECK(some.source[2 * i] == all.source[2 * heard[i]]);
    CHECK(some.source[2 * i + 1] == all.source[2 * heard[i] + 1]);
  }
}

TEST_CASE("a mixture reports only sources with enough gain") {
  const Scene scene = make_scene(true);
  localize::EstimatorSetup setup = make_setup(4);
  setup.source_gain = 0.2;
  for (const session::Estimate& e : localize::make_window_estimator("mixture", setup)
                                        ->estimate({scene.session, scene.session, scene.r_sensor})
                                        .windows) {
    CHECK(e.peaks.size() == 2);
  }
}

TEST_CASE("a source is reported only above its share of the highest density") {
  const Scene scene = make_scene(true);
  localize::EstimatorSetup setup = make_setup(4);
  setup.sources.density_share = 0.3;
  for (const session::Estimate& e : localize::make_window_estimator("kde", setup)
                                        ->estimate({scene.session, scene.session, scene.r_sensor})
                                        .windows) {
    CHECK(e.peaks.size() == 2);
  }
  setup.sources.density_share = 0.9;
  const localize::SessionEstimates one =
      localize::make_window_estimator("kde", setup)
          ->estimate({scene.session, scene.session, scene.r_sensor});
  CHECK(one.windows.back().peaks.size() == 1);
}

TEST_CASE("frames without bins give windows without estimates") {
  Scene scene = make_scene(false);
  scene.session.frame.clear();
  scene.session.frequency.clear();
  scene.session.energy.clear();
  scene.session.rise.clear();
  scene.session.stft.clear();
  scene.r_sensor.resize(0, 3);
  const std::string name = GENERATE("robust", "kde", "steered", "mixture");
  const localize::SessionEstimates found =
      localize::make_window_estimator(name, make_setup(1))
          ->estimate({scene.session, scene.session, scene.r_sensor});
  REQUIRE(found.windows.size() == (kFrames - 20) + 1);
  for (const session::Estimate& e : found.windows) {
    CHECK(e.bins == 0);
    CHECK(e.direction_sensor.isZero(0.0));
    CHECK(e.peaks.empty());
  }
}

TEST_CASE("the registry names every estimator once, in its table and in its message") {
  std::vector<std::string> names;
  for (const localize::EstimatorKind& kind : localize::estimator_kinds()) {
    CHECK(&localize::estimator_kind(kind.name) == &kind);
    CHECK(localize::estimator_table().find("\n  " + std::string(kind.name)) != std::string::npos);
    CHECK(localize::estimator_table().find(kind.help) != std::string::npos);
    names.emplace_back(kind.name);
  }
  CHECK(names == std::vector<std::string>{"robust", "centroid", "kde", "steered", "mixture",
                                          "srp-phat", "srp-phat-first", "lsdd", "music"});
  CHECK_THROWS_WITH(localize::estimator_kind("best"),
                    "--estimator: expected robust, centroid, kde, steered, mixture, srp-phat, "
                    "srp-phat-first, lsdd or music, found \"best\"");
}

TEST_CASE("estimators that do not exist, or find one source only, are refused") {
  CHECK_THROWS_AS(localize::make_window_estimator("best", make_setup(1)), core::UsageError);
  CHECK_THROWS_AS(localize::make_window_estimator("robust", make_setup(2)), core::UsageError);
  localize::EstimatorSetup without = make_setup(1);
  without.responses = nullptr;
  CHECK_THROWS_AS(localize::make_window_estimator("steered", without), core::InputError);
  CHECK_THROWS_AS(localize::make_window_estimator("mixture", without), core::InputError);
}

TEST_CASE("an option that an estimator does not have is refused") {
  localize::EstimatorSetup setup = make_setup(1);
  setup.source_gain = 0.2;
  CHECK_THROWS_WITH(
      localize::make_window_estimator("kde", setup),
      "--source-gain: only --estimator mixture has this option, found --estimator kde");
  setup = make_setup(1);
  setup.alpha_deg = 2.0;
  CHECK_THROWS_AS(localize::make_window_estimator("mixture", setup), core::UsageError);
  setup = make_setup(1);
  setup.sources.density_share = 0.5;
  CHECK_THROWS_AS(localize::make_window_estimator("steered", setup), core::UsageError);
}
