#include <catch2/catch.hpp>
#include <cmath>
#include <complex>

#include "calib/correction_fit.h"
#include "core/random.h"
#include "so3/rotation.h"
#include "synthetic_recordings.h"

namespace {

using calib_test::lopsided;
using calib_test::open_array;
using calib_test::record;
using calib_test::Response;
using calib_test::Scene;
using namespace std::complex_literals;

constexpr std::size_t kMics = 5;

/// The known positions.
calib::EffectiveArray true_array() {
  calib::EffectiveArray array;
  array.position_m = lopsided();
  array.offset_m.assign(kMics, 0.0);
  return array;
}

/// Unequal microphones in the free field.
std::complex<double> gain(std::size_t m) {
  return std::vector<std::complex<double>>{1.0, 1.5, 0.8i, -0.7, 1.0 - 0.5i}[m];
}

std::complex<double> unequal(std::size_t m, double f, const Eigen::Vector3d& d) {
  return gain(m) * open_array(lopsided())(m, f, d);
}

/// Factors that harmonics of order 1 represent exactly. They do not depend on frequency: a knot
/// averages over its surroundings.
std::complex<double> with_body(std::size_t m, double f, const Eigen::Vector3d& d) {
  const Eigen::Vector3d axis = lopsided()[m].normalized();
  return (1.0 + (0.8 + 0.3i) * axis.dot(d)) * open_array(lopsided())(m, f, d);
}

/// Options of an exact fit: nearly no ridge, and iterations until the two steps agree.
calib::CorrectionOptions exact(std::size_t order) {
  calib::CorrectionOptions options;
  options.orders = {order};
  options.ridges = {1e-9};
  options.scales.assign(15, 0.5);
  return options;
}

/// Mean mismatch of learned signatures and the truth, over random directions and frequencies.
double mean_mismatch(const calib::Correction& correction, const Response& truth) {
  calib::Calibration calibration;
  calibration.array = true_array();
  calibration.correction = correction;
  core::RandomStream random(31, core::Purpose::kTest);
  constexpr int kTrials = 300;
  double sum = 0.0;
  for (int i = 0; i < kTrials; ++i) {
    const Eigen::Vector3d d = so3::random_direction(random);
    const double f = random.uniform(400.0, 7800.0);
    std::vector<std::complex<double>> h(kMics), t(kMics);
    calibration.signature(f, d, h);
    for (std::size_t m = 0; m < kMics; ++m) t[m] = truth(m, f, d);
    sum += (1.0 - std::pow(calib::agreement(h, t), 2)) / kTrials;
  }
  return sum;
}

calib::CorrectionFit fit(const calib::Observations& data, const calib::CorrectionOptions& options) {
  core::ThreadPool pool(1);
  return calib::fit_correction(data, true_array(), options, pool);
}

Scene scene_of(int recordings, double noise = 0.0) {
  Scene scene;
  scene.recordings = recordings;
  scene.bins = 300;
  scene.noise = noise;
  return scene;
}

}  // namespace

TEST_CASE("exact bins of a free-field array with unequal microphones give its responses exactly") {
  const calib::CorrectionFit found = fit(record(kMics, unequal, scene_of(20)), exact(0));
  REQUIRE_FALSE(found.correction.empty());
  // Single precision of bins and coefficients: 1e-7 in amplitude.
  CHECK(mean_mismatch(found.correction, unequal) < 1e-10);
  std::vector<std::complex<double>> factor(kMics);
  found.correction.at(2000.0, Eigen::Vector3d::UnitX(), factor);
  for (std::size_t m = 0; m < kMics; ++m) {
    CHECK(std::abs(factor[m] / factor[0] - gain(m) / gain(0)) < 1e-5);
  }
}

TEST_CASE("exact bins of an array on a body give responses that depend on direction exactly") {
  // A change of all factors that alpha nearly takes up fades slowly from iteration to iteration.
  calib::CorrectionOptions options = exact(1);
  options.scales.assign(60, 0.5);
  const calib::CorrectionFit found = fit(record(kMics, with_body, scene_of(20)), options);
  REQUIRE(found.correction.order == 1);
  CHECK(mean_mismatch({}, with_body) > 0.01);  // of plane waves alone
  CHECK(mean_mismatch(found.correction, with_body) < 1e-8);
  CHECK(found.held_out_gain > 3.0 * found.held_out_gain_error);
  CHECK(found.ridge == 1e-9);
}

TEST_CASE("the error of learned responses falls as one over the root of the number of bins") {
  // The mismatch is a squared error: it falls by 16 with 16 times the recordings.
  double few = 0.0, many = 0.0;
  for (std::uint32_t stream = 0; stream < 3; ++stream) {
    for (const bool all : {false, true}) {
      Scene scene = scene_of(all ? 128 : 8, 0.2);
      scene.stream = stream;
      calib::CorrectionOptions options = exact(0);
      options.scales.assign(6, 0.5);
      const calib::CorrectionFit found = fit(record(kMics, unequal, scene), options);
      (all ? many : few) += mean_mismatch(found.correction, unequal);
    }
  }
  // Each sum has the squares of 3 x 17 knots x 8 independent numbers: a spread of 7 %.
  CHECK(few / many == Approx(16.0).epsilon(0.25));
}

TEST_CASE("reflections of few directions are not learned as the array's own responses") {
  // 36 directions at least 26 degrees apart, as 24 orientations of an octahedron hear six sources.
  // Each has its own reflection, the same in all recordings: a measured room.
  Scene scene = scene_of(144, 0.1);
  for (int plane = 0; plane < 3; ++plane) {
    for (int i = 0; i < 12; ++i) {
      const double angle = (30.0 * i + 15.0) * std::acos(-1.0) / 180.0;
      Eigen::Vector3d d = Eigen::Vector3d::Zero();
      d[plane] = std::cos(angle);
      d[(plane + 1) % 3] = std::sin(angle);
      scene.directions.push_back(d);
    }
  }
  const Response reflected = [](std::size_t m, double f, const Eigen::Vector3d& d) {
    const Eigen::Vector3d mirrored =
        Eigen::Vector3d(std::sin(40.0 * d.x()), std::sin(50.0 * d.y()), std::cos(60.0 * d.z()))
            .normalized();
    const Response open = open_array(lopsided());
    return open(m, f, d) + 0.5 * std::polar(1.0, 9.0 * f / 1000.0) * open(m, f, mirrored);
  };
  const calib::CorrectionFit found = fit(record(kMics, reflected, scene), {});
  // At directions that were not heard, a plane wave is then the better guess.
  const Response open = open_array(lopsided());
  CHECK(mean_mismatch(found.correction, open) <= mean_mismatch({}, open) + 0.003);
}

TEST_CASE("an array without a body gets no correction") {
  const calib::CorrectionFit found =
      fit(record(kMics, open_array(lopsided()), scene_of(30, 0.1)), {});
  CHECK(found.correction.empty());
  CHECK(found.halves[0].empty());
  CHECK(found.halves[1].empty());
  CHECK(found.ridge == 0.0);
  CHECK(found.held_out_gain == 0.0);
}

TEST_CASE("a correction that is better by less than a standard error is not chosen") {
  int without = 0;
  for (std::uint32_t stream = 0; stream < 12; ++stream) {
    Scene scene = scene_of(12, 0.3);
    scene.bins = 100;
    scene.stream = stream;
    calib::CorrectionOptions options;
    options.orders = {0};
    options.scales = {0.5};
    const Response slightly_unequal = [](std::size_t m, double f, const Eigen::Vector3d& d) {
      return (m == 0 ? 1.1 : 1.0) * open_array(lopsided())(m, f, d);
    };
    without += fit(record(kMics, slightly_unequal, scene), options).correction.empty() ? 1 : 0;
  }
  CHECK(without >= 9);  // 10 of 12; the best score alone would decide for none in 7
}

TEST_CASE("each half of a correction is learned from its own recordings alone") {
  // Odd recordings are of an array with other gains: 2 at the last microphone.
  const Response other = [](std::size_t m, double f, const Eigen::Vector3d& d) {
    return (m == 4 ? 2.0 : 1.0) * unequal(m, f, d);
  };
  const calib::Observations even = record(kMics, unequal, scene_of(20));
  calib::Observations mixed = record(kMics, other, scene_of(20));
  for (std::size_t i = 0; i < mixed.recordings.size(); i += 2) {
    const auto first = static_cast<std::ptrdiff_t>(mixed.recordings[i].first_bin * kMics);
    const auto end = static_cast<std::ptrdiff_t>(mixed.recordings[i].end_bin * kMics);
    std::copy(even.bin.begin() + first, even.bin.begin() + end, mixed.bin.begin() + first);
  }
  calib::CorrectionOptions options = exact(0);
  options.scales.assign(15, 5.0);  // no bin is an outlier
  const calib::CorrectionFit found = fit(mixed, options);
  REQUIRE_FALSE(found.halves[0].empty());
  const auto last_to_first = [](const calib::Correction& correction) {
    std::vector<std::complex<double>> factor(kMics);
    correction.at(2000.0, Eigen::Vector3d::UnitX(), factor);
    return factor[4] / factor[0];
  };
  // The factors alpha come from the common fit, which shifts both halves a little.
  const std::complex<double> of_even = last_to_first(found.halves[0]) / gain(4) * gain(0);
  const std::complex<double> of_odd = last_to_first(found.halves[1]) / gain(4) * gain(0);
  const std::complex<double> of_all = last_to_first(found.correction) / gain(4) * gain(0);
  CHECK(std::abs(of_even - 1.0) < 0.02);
  CHECK(std::abs(of_odd - 2.0) < 0.02);
  CHECK((of_all.real() > 1.2 && of_all.real() < 1.8));
}

TEST_CASE("bins that do not match their signature lose weight") {
  Scene scene = scene_of(30, 0.05);
  scene.outliers = 0.3;  // from random directions
  const calib::Observations data = record(kMics, unequal, scene);
  calib::CorrectionOptions options = exact(0);
  options.scales = {0.5, 0.3, 0.2, 0.2};
  const double suppressed = mean_mismatch(fit(data, options).correction, unequal);
  options.scales.assign(4, 1e6);  // all bins have the same weight
  const double kept = mean_mismatch(fit(data, options).correction, unequal);
  CHECK(suppressed < 0.3 * kept);
}

TEST_CASE("a strong ridge keeps the correction near 1") {
  const calib::Observations data = record(kMics, unequal, scene_of(20));
  calib::CorrectionOptions options = exact(0);
  options.scales = {0.5};
  const auto distance_from_one = [&](double ridge) {
    options.ridges = {ridge};
    const calib::CorrectionFit found = fit(data, options);
    if (found.correction.empty()) return 0.0;
    std::vector<std::complex<double>> factor(kMics);
    found.correction.at(2000.0, Eigen::Vector3d::UnitX(), factor);
    double sum = 0.0;
    for (const std::complex<double>& c : factor) sum += std::norm(c - 1.0);
    return std::sqrt(sum);
  };
  // Harmonic 0 has the penalty 0.01 ridge: c = (t + 0.01 ridge) / (1 + 0.01 ridge).
  const double free = distance_from_one(1e-9);
  REQUIRE(free > 0.5);
  CHECK(distance_from_one(100.0) == Approx(free / 2.0).epsilon(1e-5));
  CHECK(distance_from_one(300.0) == Approx(free / 4.0).epsilon(1e-5));
}

TEST_CASE("a fit calls between_steps before each iteration and uses at most most_bins bins") {
  calib::CorrectionOptions options = exact(0);
  options.scales.assign(6, 0.5);
  int calls = 0;
  options.between_steps = [&] { ++calls; };
  calib::Observations data = record(kMics, unequal, scene_of(20));
  options.most_bins = 2000;  // every third of 6000 bins
  for (std::size_t b = 0; b < data.bins(); ++b) {
    if (b % 3 == 0) continue;
    // A bin that must not be used: another array's.
    for (std::size_t m = 0; m < kMics; ++m) data.bin[b * kMics + m] = m == 0 ? 1.0F : 0.0F;
  }
  const calib::CorrectionFit found = fit(data, options);
  CHECK(calls == 6);
  CHECK(mean_mismatch(found.correction, unequal) < 1e-10);
}
