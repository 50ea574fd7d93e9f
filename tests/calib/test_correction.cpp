#include <catch2/catch.hpp>
#include <cmath>

#include "calib/calibrate.h"
#include "calib/response_frames.h"
#include "core/random.h"
#include "so3/rotation.h"
#include "synthetic_recordings.h"

namespace {

using calib_test::cube;
using calib_test::open_array;
using calib_test::record;
using calib_test::Scene;

/// An array on something: gains that depend on direction and frequency, in size and phase.
std::complex<double> on_a_body(std::size_t m, double f, const Eigen::Vector3d& d) {
  const Eigen::Vector3d axis = cube()[m].normalized();
  const double gain = 1.0 + 0.4 * axis.dot(d) * f / 8000.0;
  return open_array(cube())(m, f, d) * gain *
         std::polar(1.0, 0.5 * axis.x() * d.y() * d.x() * f / 8000.0);
}

/// Mean correlation |<h, t>| / |h| |t| with a true response, over directions and frequencies.
double correlation(const calib::Calibration& calibration, const calib_test::Response& truth) {
  core::RandomStream random(3, core::Purpose::kTest);
  double sum = 0.0;
  constexpr int kTrials = 400;
  for (int i = 0; i < kTrials; ++i) {
    const Eigen::Vector3d d = so3::random_direction(random);
    const double f = random.uniform(400.0, 7900.0);
    std::vector<std::complex<double>> h(8);
    std::vector<std::complex<float>> t;
    calibration.signature(f, d, h);
    Eigen::VectorXcd of_truth(8);
    for (std::size_t m = 0; m < 8; ++m) of_truth[static_cast<Eigen::Index>(m)] = truth(m, f, d);
    for (const std::complex<double>& value : of_truth.normalized()) t.emplace_back(value);
    sum += std::sqrt(1.0 - calib::mismatch(h, t.data())) / kTrials;
  }
  return sum;
}

}  // namespace

TEST_CASE("an exception between steps ends a calibration, also within a round") {
  core::ThreadPool pool(2);
  Scene scene;
  scene.bins = 300;
  struct Stop {};
  int steps = 0;
  calib::CalibrateOptions options;
  options.correction.orders = {0};
  options.between_steps = [&] { ++steps; };
  calib::Observations data = record(8, on_a_body, scene);
  calib::calibrate(data, options, pool);
  CHECK(steps > 5);
  for (int left : {1, 3, steps}) {
    options.between_steps = [&] {
      if (--left == 0) throw Stop();
    };
    data = record(8, on_a_body, scene);
    CHECK_THROWS_AS(calib::calibrate(data, options, pool), Stop);
  }
}

TEST_CASE("an open array gets no correction, an array on a body gets its own") {
  core::ThreadPool pool(1);
  Scene scene;
  scene.bins = 300;
  scene.noise = 0.1;
  scene.label_error_deg = 1.0;
  calib::CalibrateOptions options;
  options.correction.orders = {0, 2};
  calib::Observations open = record(8, open_array(cube()), scene);
  const calib::CalibrationResult plain = calib::calibrate(open, options, pool);
  CHECK(plain.calibration.correction.empty());
  CHECK(correlation(plain.calibration, open_array(cube())) > 0.99999);

  options.correction.orders = {0, 2, 4};
  calib::Observations body = record(8, on_a_body, scene);
  const calib::CalibrationResult fitted = calib::calibrate(body, options, pool);
  REQUIRE_FALSE(fitted.calibration.correction.empty());
  CHECK(fitted.calibration.correction.order >= 1);
  CHECK(fitted.rounds >= options.fewest_rounds);
  CHECK((fitted.rounds == options.most_rounds || fitted.last_turn_rad < options.enough_turn_rad));
  calib::Calibration delays_only = fitted.calibration;
  delays_only.correction = {};
  const double left = 1.0 - correlation(fitted.calibration, on_a_body);
  CHECK(left < 0.15 * (1.0 - correlation(delays_only, on_a_body)));
  CHECK(left < 1e-3);
}

TEST_CASE("a calibration succeeds although half of the recordings lack a frequency band") {
  core::ThreadPool pool(1);
  Scene scene;
  scene.recordings = 12;
  scene.noise = 0.1;
  calib::Observations data = record(8, open_array(cube()), scene);
  for (std::size_t i = 1; i < data.recordings.size(); i += 2) {
    for (std::size_t b = data.recordings[i].first_bin; b < data.recordings[i].end_bin; ++b) {
      if (data.frequency_hz(b) > 5000.0) data.weight[b] = 0.0F;
    }
  }
  calib::CalibrateOptions options;
  options.correction.orders = {8};  // of 81 harmonics: Eigen takes its blocked product
  const calib::CalibrationResult result = calib::calibrate(data, options, pool);
  CHECK(correlation(result.calibration, open_array(cube())) > 0.999);
}

TEST_CASE(
    "the fit of the likelihood finds the ratio of direct and diffuse power that the bins were made "
    "with") {
  core::RandomStream random(5, core::Purpose::kTest);
  constexpr std::size_t kMics = 6;
  std::vector<double> mismatch;
  for (int i = 0; i < 4000; ++i) {
    // A source 100 times the power of what each microphone has of its own: floor 1 / (6 x 100).
    Eigen::VectorXcd y(kMics);
    const std::complex<double> source(random.normal(), random.normal());
    for (auto& value : y) {
      value = source + 0.1 * std::complex<double>(random.normal(), random.normal());
    }
    mismatch.push_back(1.0 - std::norm(y.sum()) / (kMics * y.squaredNorm()));
  }
  const calib::BandFit fit = calib::fit_band(mismatch, kMics);
  CHECK(fit.exponent == Approx(6.0).margin(0.35));  // the grid's step is 0.15
  CHECK(std::log10(fit.floor) == Approx(std::log10(1.0 / 600.0)).margin(0.2));
}

TEST_CASE("the scores of every frame equal the formula, with and without a correction") {
  core::ThreadPool pool(1);
  Scene scene;
  scene.recordings = 10;
  calib::Observations data = record(8, on_a_body, scene);
  calib::CalibrateOptions options;
  options.correction.orders = {2};
  calib::Calibration calibration = calib::calibrate(data, options, pool).calibration;
  calibration.array.offset_m[2] = 0.004;
  std::vector<Eigen::Vector3d> directions;
  core::RandomStream random(6, core::Purpose::kTest);
  for (int i = 0; i < 20; ++i) directions.push_back(so3::random_direction(random));
  for (const bool corrected : {true, false}) {
    if (!corrected) calibration.correction = {};
    const calib::ResponseTable table(calibration, data.bin_hz, 200);
    // The bins of one frame, rising in frequency as features are.
    const std::vector<std::uint16_t> frequency = {9, 30, 31, 120, 199};
    const std::vector<std::uint32_t> frame(5, 1);
    const std::span<const std::complex<float>> stft = std::span(data.bin).first(5 * 8);
    const std::vector<float> weight = {1.0F, 0.5F, 2.0F, 1.0F, 10.0F};
    const calib::ResponseFrames frames(table, stft, frequency, frame, weight, 3);
    CHECK_FALSE(frames.active(0));
    REQUIRE(frames.active(1));
    const Eigen::Matrix3d R = so3::random_rotation(random).toRotationMatrix();
    const doa::DirectionColumns columns(directions);
    std::vector<float> scores(columns.padded());
    frames.score(1, R, columns, scores.data());
    const doa::ScoreBounds bounds = frames.bounds(1);
    double lowest = 0.0, highest = 0.0;
    for (std::size_t b = 0; b < 5; ++b) {
      const std::size_t band = calibration.likelihood.band(data.bin_hz * frequency[b]);
      const double weighted =
          static_cast<double>(weight[b]) * calibration.likelihood.exponent[band];
      lowest -= weighted * std::log2(1.0 + calibration.likelihood.floor[band]);
      highest -= weighted * std::log2(calibration.likelihood.floor[band]);
    }
    CHECK(bounds.lowest == Approx(lowest).epsilon(1e-5));
    CHECK(bounds.highest == Approx(highest).epsilon(1e-5));
    for (std::size_t j = 0; j < directions.size(); ++j) {
      double expected = 0.0;
      for (std::size_t b = 0; b < 5; ++b) {
        const double f = data.bin_hz * frequency[b];
        std::vector<std::complex<double>> h(8);
        calibration.signature(f, R.transpose() * directions[j], h);
        const std::size_t band = calibration.likelihood.band(f);
        expected -=
            static_cast<double>(weight[b]) * calibration.likelihood.exponent[band] *
            std::log2(calib::mismatch(h, &stft[8 * b]) + calibration.likelihood.floor[band]);
      }
      // Single precision of 1 - x: 1e-6 of a mismatch of 0.01 or more, times exponents up to 8 and
      // weights up to 10.
      CHECK(scores[j] == Approx(expected).epsilon(2e-3).margin(2e-2));
    }
  }
}
