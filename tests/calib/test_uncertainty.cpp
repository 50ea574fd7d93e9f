#include <catch2/catch.hpp>
#include <cmath>

#include "calib/calibrate.h"
#include "core/random.h"
#include "so3/rotation.h"
#include "synthetic_recordings.h"

namespace {

using calib_test::cube;
using calib_test::open_array;
using calib_test::record;
using calib_test::Response;
using calib_test::Scene;

/// Gains of a body that the harmonics can say exactly.
std::complex<double> with_gains(std::size_t m, double f, const Eigen::Vector3d& d) {
  return open_array(cube())(m, f, d) * (1.0 + 0.5 * cube()[m].normalized().dot(d));
}

/// Mean over directions and frequencies of the stated and of the actual mismatch with the truth.
struct Mismatches {
  double stated = 0.0, actual = 0.0;
};

Mismatches mean_mismatches(const calib::Calibration& calibration, const Response& truth) {
  const calib::Uncertainty& u = calibration.uncertainty;
  Mismatches mean;
  const auto count = static_cast<double>(u.deviation.size());
  for (std::size_t i = 0; i < u.direction.size(); ++i) {
    for (std::size_t q = 0; q < u.frequency_hz.size(); ++q) {
      std::vector<std::complex<double>> h(8);
      std::vector<std::complex<float>> t;
      calibration.signature(u.frequency_hz[q], u.direction[i], h);
      Eigen::VectorXcd of_truth(8);
      for (std::size_t m = 0; m < 8; ++m) {
        of_truth[static_cast<Eigen::Index>(m)] = truth(m, u.frequency_hz[q], u.direction[i]);
      }
      for (const std::complex<double>& value : of_truth.normalized()) t.emplace_back(value);
      mean.actual += calib::mismatch(h, t.data()) / count;
      mean.stated += std::pow(static_cast<double>(u.deviation_at(i, q)), 2) / count;
    }
  }
  return mean;
}

calib::Calibration calibrated(calib::Observations data, std::vector<std::size_t> orders) {
  core::ThreadPool pool(1);
  calib::CalibrateOptions options;
  options.correction.orders = std::move(orders);
  return calib::calibrate(data, options, pool).calibration;
}

}  // namespace

TEST_CASE(
    "the stated deviation of the signatures equals their actual error, with and without a body") {
  Scene scene;
  scene.bins = 300;
  scene.noise = 0.3;
  scene.label_error_deg = 1.0;
  const calib::Calibration open = calibrated(record(8, open_array(cube()), scene), {1});
  const calib::Calibration body = calibrated(record(8, with_gains, scene), {1});
  REQUIRE_FALSE(body.correction.empty());
  const Mismatches of_open = mean_mismatches(open, open_array(cube()));
  const Mismatches of_body = mean_mismatches(body, with_gains);
  // Positions are a draw of 24 numbers, corrections of some hundreds.
  CHECK(of_open.actual < 3.0 * of_open.stated);
  CHECK(of_open.actual > of_open.stated / 3.0);
  CHECK(of_body.actual < 2.0 * of_body.stated);
  CHECK(of_body.actual > of_body.stated / 2.0);
  CHECK(of_body.stated > of_open.stated);
}

TEST_CASE("the map counts for each direction the recordings that heard it") {
  Scene scene;
  scene.recordings = 10;
  scene.bins = 100;
  calib::Observations data = record(8, open_array(cube()), scene);
  // All sources on the sensor's equator, whatever was recorded.
  for (Eigen::Matrix3d& R : data.R_world_sensor) R.setIdentity();
  for (std::size_t i = 0; i < data.recordings.size(); ++i) {
    const double azimuth = 0.4 * static_cast<double>(i);
    data.recordings[i].direction_world = {std::cos(azimuth), std::sin(azimuth), 0.0};
  }
  calib::EffectiveArray array;
  array.position_m = cube();
  array.offset_m.assign(8, 0.0);
  core::ThreadPool pool(2);
  const calib::Uncertainty found = calib::measure_uncertainty(data, array, {}, pool);
  REQUIRE(found.direction.size() == calib::kMapDirections);
  for (std::size_t i = 0; i < found.direction.size(); ++i) {
    std::uint32_t expected = 0;
    for (const calib::Interval& recording : data.recordings) {
      const double angle_rad = so3::angle_between(recording.direction_world, found.direction[i]);
      expected += angle_rad < calib::kHeardWithin_rad ? 1 : 0;
    }
    CHECK(found.recordings[i] == expected);
  }
  CHECK(found.recordings[found.nearest({0.0, 0.0, 1.0})] == 0);
  CHECK(found.recordings[found.nearest({1.0, 0.0, 0.0})] == 1);
}

namespace {

/// A few bins at 400 and 1400 Hz; their directions do not matter.
calib::Observations two_frequencies() {
  calib::Observations data;
  data.bin_hz = 40.0;
  data.frequency = {10, 35};
  return data;
}

calib::EffectiveArray pair_and_more(std::size_t microphones) {
  calib::EffectiveArray array;
  core::RandomStream random(41, core::Purpose::kTest);
  for (std::size_t m = 0; m < microphones; ++m) {
    array.position_m.push_back(0.1 * so3::random_direction(random));
  }
  array.offset_m.assign(microphones, 0.0);
  array.center();
  return array;
}

}  // namespace

TEST_CASE("independent position errors of deviation s give the deviation k s sqrt((M - 1) / M)") {
  core::ThreadPool pool(2);
  for (const std::size_t microphones : {2U, 6U}) {
    calib::EffectiveArray array = pair_and_more(microphones);
    array.speed_of_sound = 340.0;
    const double M = static_cast<double>(microphones);
    const double s_m = 0.0007, offset_s_m = 0.0003;
    array.covariance = s_m * s_m * Eigen::MatrixXd::Identity(4 * microphones, 4 * microphones);
    for (std::size_t m = 0; m < microphones; ++m) {
      const auto at = static_cast<Eigen::Index>(4 * m + 3);
      array.covariance(at, at) = offset_s_m * offset_s_m;
    }
    const calib::Uncertainty found = calib::measure_uncertainty(two_frequencies(), array, {}, pool);
    CHECK(found.frequency_hz == std::vector<double>{400.0, 900.0, 1400.0});
    for (std::size_t q = 0; q < 3; ++q) {
      const double k = 2.0 * std::acos(-1.0) * found.frequency_hz[q] / 340.0;
      const double expected = k * std::hypot(s_m, offset_s_m) * std::sqrt((M - 1.0) / M);
      CHECK(found.deviation_at(0, q) == Approx(expected).epsilon(1e-5));
      CHECK(found.deviation_at(777, q) == Approx(expected).epsilon(1e-5));
    }
    // An error that all microphones share moves the array, and no signature can show it.
    array.covariance.setZero();
    for (Eigen::Index m = 0; m < array.covariance.rows(); m += 4) {
      for (Eigen::Index n = 0; n < array.covariance.cols(); n += 4) {
        array.covariance.block<3, 3>(m, n) = 1e-6 * Eigen::Matrix3d::Identity();
      }
    }
    CHECK(calib::measure_uncertainty(two_frequencies(), array, {}, pool).deviation_at(5, 2) < 1e-9);
  }
}

TEST_CASE("the stated deviation is the mean mismatch of arrays drawn from the covariance") {
  core::ThreadPool pool(1);
  constexpr std::size_t kMics = 4;
  constexpr int kDraws = 20000;
  calib::EffectiveArray array = pair_and_more(kMics);
  core::RandomStream random(42, core::Purpose::kTest);
  // Correlated errors of all 16 unknowns, about 1 mm.
  Eigen::MatrixXd root(16, 16);
  for (double& value : root.reshaped()) value = 2.5e-4 * random.normal();
  array.covariance = root * root.transpose();
  const calib::Uncertainty found = calib::measure_uncertainty(two_frequencies(), array, {}, pool);
  for (const std::size_t i : {100U, 600U}) {
    std::vector<std::complex<double>> truth(kMics), h(kMics);
    array.plane_wave(1400.0, found.direction[i], truth);
    double mean = 0.0, squares = 0.0;
    for (int draw = 0; draw < kDraws; ++draw) {
      Eigen::VectorXd z(16);
      for (double& value : z) value = random.normal();
      const Eigen::VectorXd error = root * z;
      calib::EffectiveArray other = array;
      for (std::size_t m = 0; m < kMics; ++m) {
        const auto at = static_cast<Eigen::Index>(4 * m);
        other.position_m[m] += error.segment<3>(at);
        other.offset_m[m] += error[at + 3];
      }
      other.plane_wave(1400.0, found.direction[i], h);
      const double mismatch = 1.0 - std::pow(calib::agreement(truth, h), 2);
      mean += mismatch / kDraws;
      squares += mismatch * mismatch / kDraws;
    }
    const double stated = std::pow(static_cast<double>(found.deviation_at(i, 2)), 2);
    // Four standard errors, and the curvature of the sine: a phase error of 0.03 rad changes the
    // mismatch by a part of 0.001.
    const double error = std::sqrt((squares - mean * mean) / kDraws);
    CHECK(std::abs(stated - mean) < 4.0 * error + 2e-3 * mean);
  }
}

TEST_CASE("two halves that differ by the mismatch e give the deviation sqrt(e / 4)") {
  core::ThreadPool pool(1);
  const double phase = 0.3;
  std::array<calib::Correction, 2> halves;
  for (calib::Correction& half : halves) {
    half.microphones = 2;
    half.knot_hz = {400.0};
    half.coefficient = {1.0F, 1.0F};
  }
  halves[1].coefficient[1] = std::polar(1.0F, static_cast<float>(phase));
  calib::EffectiveArray array = pair_and_more(2);
  const calib::Uncertainty found =
      calib::measure_uncertainty(two_frequencies(), array, halves, pool);
  // Signatures (1, 1) and (1, exp(i phase)) agree by cos(phase / 2).
  CHECK(found.deviation_at(3, 1) == Approx(0.5 * std::sin(0.5 * phase)).epsilon(1e-5));
  // The two contributions add as squares.
  array.covariance = 1e-6 * Eigen::MatrixXd::Identity(8, 8);
  const double k = 2.0 * std::acos(-1.0) * 900.0 / array.speed_of_sound;
  CHECK(calib::measure_uncertainty(two_frequencies(), array, halves, pool).deviation_at(3, 1) ==
        Approx(std::hypot(0.5 * std::sin(0.5 * phase), 1e-3 * k)).epsilon(1e-4));
}

TEST_CASE("a map tells its nearest direction, and the share of directions that were heard") {
  calib::Uncertainty map;
  CHECK(map.empty());
  map.direction = {Eigen::Vector3d::UnitX(), Eigen::Vector3d::UnitY(), -Eigen::Vector3d::UnitX(),
                   Eigen::Vector3d::UnitZ()};
  map.recordings = {2, 0, 0, 1};
  CHECK_FALSE(map.empty());
  CHECK(map.nearest({0.2, 0.9, 0.1}) == 1);
  CHECK(map.nearest({-5.0, 0.9, 0.1}) == 2);
  CHECK(map.heard({0.9, 0.2, 0.3}));
  CHECK_FALSE(map.heard({0.2, 0.9, 0.3}));
  CHECK(map.heard_share() == 0.5);
}

TEST_CASE("a recording of a turning array covers every direction from which it heard its source") {
  // The array turns by 90 degrees about z; the source at +x in the world moves from +x to -y.
  calib::Observations data = two_frequencies();
  data.frequency.clear();
  for (int i = 0; i <= 90; ++i) {
    const Eigen::Vector3d turn(0.0, 0.0, i * std::acos(-1.0) / 180.0);
    data.R_world_sensor.push_back(so3::exp(turn).toRotationMatrix());
    data.frequency.push_back(20);
    data.frame.push_back(static_cast<std::uint32_t>(i));
  }
  data.recordings = {{0, data.bins(), Eigen::Vector3d::UnitX()}};
  core::ThreadPool pool(1);
  const calib::Uncertainty found = calib::measure_uncertainty(data, pair_and_more(3), {}, pool);
  CHECK(found.heard({0.7, -0.7, 0.0}));
  CHECK(found.heard({0.0, -1.0, 0.05}));
  CHECK_FALSE(found.heard({0.7, 0.7, 0.0}));
  // The band within 10 degrees of a quarter of the equator, and a half disk at both ends.
  const double band = std::sin(0.17453) / 4.0, disk = 0.5 * (1.0 - std::cos(0.17453));
  CHECK(found.heard_share() == Approx(band + disk).margin(0.005));
}
