#include <catch2/catch.hpp>
#include <cmath>

#include "calib/calibrate.h"
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

TEST_CASE("the stated deviation is that of the error, with and without a body") {
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

TEST_CASE("directions that no recording heard are marked") {
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
