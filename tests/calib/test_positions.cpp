#include <catch2/catch.hpp>
#include <cmath>

#include "calib/adjustment.h"
#include "calib/first_positions.h"
#include "core/errors.h"
#include "so3/rotation.h"
#include "synthetic_recordings.h"

namespace {

using calib_test::cube;
using calib_test::open_array;
using calib_test::record;
using calib_test::Scene;

/// Largest distance of a microphone from where it is, means taken away.
double largest_error_m(const calib::EffectiveArray& array, std::vector<Eigen::Vector3d> truth) {
  Eigen::Vector3d mean = Eigen::Vector3d::Zero();
  for (const Eigen::Vector3d& p : truth) mean += p / static_cast<double>(truth.size());
  double largest = 0.0;
  for (std::size_t m = 0; m < truth.size(); ++m) {
    largest = std::max(largest, (array.position_m[m] - (truth[m] - mean)).norm());
  }
  return largest;
}

double mean_error_deg(const calib::Observations& data, const std::vector<Eigen::Vector3d>& truth) {
  double sum = 0.0;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    sum += so3::angle_between(data.recordings[i].direction_world, truth[i]) * 180.0 / std::acos(-1);
  }
  return sum / static_cast<double>(truth.size());
}

}  // namespace

TEST_CASE("labels 3 degrees off give positions and directions as good as the data") {
  core::ThreadPool pool(1);
  std::vector<Eigen::Vector3d> truth;
  Scene scene;
  scene.label_error_deg = 3.0;
  calib::Observations data = record(8, open_array(cube()), scene, &truth);
  calib::EffectiveArray array = calib::find_first_positions(data, {}, pool);
  CHECK(largest_error_m(array, cube()) < 3e-3);  // the labels' 3 degrees of 4 cm are 2 mm
  const calib::AdjustmentReport report = calib::adjust(data, array, {}, pool);
  // Without noise the model is exact: what is left is single precision of the bins.
  CHECK(largest_error_m(array, cube()) < 1e-6);
  CHECK(mean_error_deg(data, truth) < 1e-3);
  CHECK(report.mean_coherence == Approx(1.0).margin(1e-5));
  CHECK(report.mean_turn_rad == Approx(0.052 * 0.785).epsilon(0.15));  // mean sine of a random axis
}

TEST_CASE("a third of the bins from elsewhere are forgotten") {
  core::ThreadPool pool(1);
  Scene scene;
  scene.label_error_deg = 2.0;
  scene.outliers = 0.33;
  scene.noise = 0.1;
  calib::Observations data = record(8, open_array(cube()), scene);
  calib::EffectiveArray array = calib::find_first_positions(data, {}, pool);
  calib::adjust(data, array, {}, pool);
  CHECK(largest_error_m(array, cube()) < 2e-4);
}

TEST_CASE("an array wider than many wavelengths is not caught in a wrap") {
  core::ThreadPool pool(1);
  const std::vector<Eigen::Vector3d> wide = {
      {0.0, 0.0, 0.0}, {0.45, 0.0, 0.1}, {0.1, -0.4, 0.2}, {-0.3, 0.2, -0.35}};
  Scene scene;  // 0.8 m between two of them: 18 wavelengths at 8 kHz
  scene.recordings = 80;
  scene.label_error_deg = 1.0;
  scene.noise = 0.1;
  calib::Observations data = record(4, open_array(wide), scene);
  calib::EffectiveArray array = calib::find_first_positions(data, {}, pool);
  calib::adjust(data, array, {}, pool);
  CHECK(largest_error_m(array, wide) < 1e-3);
}

TEST_CASE("the mirrored labels give the mirrored array, and nothing tells them apart") {
  core::ThreadPool pool(1);
  Scene scene;
  scene.bins = 150;
  scene.noise = 0.1;
  calib::Observations data = record(8, open_array(cube()), scene);
  calib::Observations mirrored = data;
  for (calib::Interval& r : mirrored.recordings) r.direction_world *= -1.0;
  calib::EffectiveArray array = calib::find_first_positions(data, {}, pool);
  calib::EffectiveArray other = calib::find_first_positions(mirrored, {}, pool);
  const double fit = calib::adjust(data, array, {}, pool).mean_coherence;
  const double other_fit = calib::adjust(mirrored, other, {}, pool).mean_coherence;
  CHECK(other_fit == Approx(fit).epsilon(1e-9));
  for (std::size_t m = 0; m < 8; ++m) {
    CHECK((array.position_m[m] + other.position_m[m]).norm() < 1e-9);
  }
}

TEST_CASE("a channel that lags is told from a microphone elsewhere") {
  core::ThreadPool pool(1);
  const auto lagging = [](std::size_t m, double f, const Eigen::Vector3d& d) {
    const double lag_m = m == 3 ? 0.02 : 0.0;
    return open_array(cube())(m, f, d) * std::polar(1.0, 2.0 * std::acos(-1.0) * f / 343.0 * lag_m);
  };
  Scene scene;
  calib::Observations data = record(8, lagging, scene);
  calib::EffectiveArray array = calib::find_first_positions(data, {}, pool);
  calib::adjust(data, array, {}, pool);
  CHECK(largest_error_m(array, cube()) < 1e-6);
  CHECK(array.offset_m[3] - array.offset_m[0] == Approx(0.02).margin(1e-6));
}

TEST_CASE("the stated deviation is the error that is made") {
  core::ThreadPool pool(1);
  double squared_error = 0.0, squared_deviation = 0.0;
  for (std::uint32_t stream = 0; stream < 6; ++stream) {
    Scene scene;
    scene.recordings = 30;
    scene.bins = 120;
    scene.noise = 0.3;
    scene.label_error_deg = 1.0;
    scene.stream = stream;
    calib::Observations data = record(8, open_array(cube()), scene);
    calib::EffectiveArray array = calib::find_first_positions(data, {}, pool);
    calib::adjust(data, array, {}, pool);
    for (std::size_t m = 0; m < 8; ++m) {
      squared_error += (array.position_m[m] - cube()[m]).squaredNorm();
      const auto at = static_cast<Eigen::Index>(4 * m);
      squared_deviation += array.covariance.block<3, 3>(at, at).trace();
    }
  }
  // 6 runs of 8 microphones, 3 coordinates: the ratio of root mean squares scatters by about 6 %
  // if all were independent, and they share each run's directions.
  CHECK(std::sqrt(squared_error / squared_deviation) == Approx(1.0).margin(0.3));
}

TEST_CASE("too little to calibrate from is said") {
  core::ThreadPool pool(1);
  Scene scene;
  scene.recordings = 2;
  scene.bins = 50;
  CHECK_THROWS_AS(calib::find_first_positions(record(8, open_array(cube()), scene), {}, pool),
                  core::InputError);
}
