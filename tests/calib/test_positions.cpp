#include <catch2/catch.hpp>
#include <cmath>
#include <complex>
#include <functional>

#include "calib/adjustment.h"
#include "calib/calibrate.h"
#include "calib/first_positions.h"
#include "calib/reference_positions.h"
#include "core/errors.h"
#include "so3/rotation.h"
#include "synthetic_recordings.h"

namespace {

using calib_test::cube;
using calib_test::lopsided;
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

TEST_CASE("positions are right although a third of the bins come from other directions") {
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

TEST_CASE(
    "the positions of an array of many wavelengths are found without an error of a whole period") {
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

TEST_CASE("mirrored labels give the mirrored array with the same fit") {
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

TEST_CASE("a delay of a channel is found as an offset and does not move its microphone") {
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

TEST_CASE("the stated deviation of the positions equals their actual error") {
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

TEST_CASE("exact bins and labels give the positions of an array without symmetry") {
  core::ThreadPool pool(1);
  Scene scene;
  std::vector<Eigen::Vector3d> truth;
  calib::Observations data = record(5, open_array(lopsided()), scene, &truth);
  calib::EffectiveArray array = calib::find_first_positions(data, {}, pool);
  // Bins have single precision, 1e-7 rad; 8 kHz is 147 rad/m; thousands of bins are averaged.
  CHECK(largest_error_m(array, lopsided()) < 1e-8);
  calib::adjust(data, array, {}, pool);
  // The adjustment computes phases in single precision.
  CHECK(largest_error_m(array, lopsided()) < 1e-7);
  CHECK(mean_error_deg(data, truth) < 1e-4);
  for (const double offset_m : array.offset_m) CHECK(std::abs(offset_m) < 1e-7);
}

TEST_CASE("a speed of sound of 300 m/s shrinks the positions by 300 / 343") {
  core::ThreadPool pool(1);
  calib::FirstPositionOptions options;
  options.speed_of_sound = 300.0;
  calib::Observations data = record(5, open_array(lopsided()), {});
  std::vector<Eigen::Vector3d> smaller = lopsided();
  for (Eigen::Vector3d& p : smaller) p *= 300.0 / 343.0;
  calib::EffectiveArray array = calib::find_first_positions(data, options, pool);
  CHECK(largest_error_m(array, smaller) < 1e-7);
  calib::adjust(data, array, {}, pool);
  CHECK(largest_error_m(array, smaller) < 1e-7);
}

TEST_CASE("turning the sensor frame turns the positions, and turning the world turns the labels") {
  core::ThreadPool pool(1);
  Scene scene;
  scene.bins = 200;
  scene.noise = 0.1;
  scene.label_error_deg = 1.0;
  const calib::Observations original = record(5, open_array(lopsided()), scene);
  const auto fitted = [&](calib::Observations& data) {
    calib::EffectiveArray array = calib::find_first_positions(data, {}, pool);
    calib::adjust(data, array, {}, pool);
    return array;
  };
  calib::Observations as_recorded = original;
  const calib::EffectiveArray array = fitted(as_recorded);
  // Two turns that do not commute: an inverse or a wrong order would show.
  const Eigen::Matrix3d Q_new_sensor =
      (so3::exp({1.57, 0.0, 0.0}) * so3::exp({0.0, 0.7, 0.3})).toRotationMatrix();
  const Eigen::Matrix3d W = so3::exp({-0.4, 0.9, 2.0}).toRotationMatrix();
  calib::Observations data = original;
  for (Eigen::Matrix3d& R : data.R_world_sensor) R = W * R * Q_new_sensor.transpose();
  for (calib::Interval& recording : data.recordings) {
    recording.direction_world = W * recording.direction_world;
  }
  const calib::EffectiveArray turned = fitted(data);
  for (std::size_t m = 0; m < 5; ++m) {
    CHECK((turned.position_m[m] - Q_new_sensor * array.position_m[m]).norm() < 2e-7);
    CHECK(turned.offset_m[m] == Approx(array.offset_m[m]).margin(2e-7));
    const auto at = static_cast<Eigen::Index>(4 * m);
    const Eigen::Matrix3d expected =
        Q_new_sensor * array.covariance.block<3, 3>(at, at) * Q_new_sensor.transpose();
    CHECK((turned.covariance.block<3, 3>(at, at) - expected).norm() < 1e-3 * expected.norm());
  }
  for (std::size_t i = 0; i < data.recordings.size(); ++i) {
    const Eigen::Vector3d expected = W * as_recorded.recordings[i].direction_world;
    CHECK((data.recordings[i].direction_world - expected).norm() < 1e-5);
  }
}

namespace {

/// Shares of coordinates inside the stated 50 % and 95 % intervals, over `runs` drawn recordings.
struct Coverage {
  double half = 0.0, most = 0.0;
  double squares = 0.0;  ///< mean square of error over stated deviation
};

/// @param change  applied to the drawn bins before the adjustment
Coverage coverage(Scene scene, std::uint32_t runs,
                  const std::function<void(calib::Observations&)>& change = {}) {
  core::ThreadPool pool(1);
  Coverage result;
  const double count = 15.0 * runs;
  for (std::uint32_t run = 0; run < runs; ++run) {
    scene.stream = 100 + run;
    calib::Observations data = record(5, open_array(lopsided()), scene);
    if (change) change(data);
    calib::EffectiveArray array;
    array.position_m = lopsided();
    array.offset_m.assign(5, 0.0);
    array.center();
    const std::vector<Eigen::Vector3d> truth = array.position_m;
    calib::adjust(data, array, {}, pool);
    for (std::size_t m = 0; m < 5; ++m) {
      const Eigen::Vector3d error = array.position_m[m] - truth[m];
      for (Eigen::Index axis = 0; axis < 3; ++axis) {
        const auto at = static_cast<Eigen::Index>(4 * m) + axis;
        const double z = std::abs(error[axis]) / std::sqrt(array.covariance(at, at));
        result.half += (z < 0.6745 ? 1.0 : 0.0) / count;
        result.most += (z < 1.96 ? 1.0 : 0.0) / count;
        result.squares += z * z / count;
      }
    }
  }
  return result;
}

}  // namespace

TEST_CASE("intervals of the stated deviations contain the true positions as often as they say") {
  // Noise that is little against the kernel's last scale, and noise that is not.
  for (const double noise : {0.05, 0.2}) {
    Scene scene;
    scene.recordings = 200;
    scene.bins = 12;
    scene.noise = noise;
    const Coverage found = coverage(scene, 60);
    INFO("noise " << noise << ": " << found.half << " " << found.most << " " << found.squares);
    // Normal errors: 50 % and 95 % of 900 coordinates, with spreads of 1.7 % and 0.7 % if all were
    // independent. The microphones of a run share its directions.
    CHECK(found.half == Approx(0.5).margin(0.06));
    CHECK(found.most == Approx(0.95).margin(0.03));
    CHECK(found.squares == Approx(1.0).margin(0.2));
  }
}

TEST_CASE("an error of scale that bins without an onset share is part of the stated deviation") {
  // Phases of bins without an onset are those of an array that is 3 % smaller.
  Scene scene;
  scene.recordings = 100;
  scene.bins = 24;
  scene.noise = 0.05;
  const Coverage found = coverage(scene, 20, [](calib::Observations& data) {
    for (std::size_t b = 0; b < data.bins(); ++b) {
      if (b % 3 == 0) continue;
      data.onset[b] = 0.3F;
      const std::size_t i = b * data.recordings.size() / data.bins();
      const Eigen::Vector3d d = data.direction_sensor(data.recordings[i], b);
      const double k = 2.0 * std::acos(-1.0) * data.frequency_hz(b) / 343.0;
      for (std::size_t m = 0; m < 5; ++m) {
        data.bin[5 * b + m] *=
            std::complex<float>(std::polar(1.0, -0.03 * k * lopsided()[m].dot(d)));
      }
    }
  });
  INFO(found.half << " " << found.most << " " << found.squares);
  CHECK(found.most > 0.9);
  // In this scene the bins with an onset are exact, so the share of the step that is made takes out
  // most of the error; the whole step is stated. It is at most four times the actual error.
  CHECK(found.squares > 0.0625);
}

TEST_CASE("no source moves further in one step than longest_move_rad") {
  core::ThreadPool pool(1);
  Scene scene;
  scene.label_error_deg = 5.0;
  calib::Observations data = record(5, open_array(lopsided()), scene);
  const calib::Observations before = data;
  calib::EffectiveArray array;
  array.position_m = lopsided();
  array.offset_m.assign(5, 0.0);
  array.center();
  calib::AdjustmentOptions options;
  options.scales = {0.4};
  options.steps = 1;
  options.longest_move_rad = 0.01;
  const calib::AdjustmentReport report = calib::adjust(data, array, options, pool);
  double largest_rad = 0.0;
  for (std::size_t i = 0; i < data.recordings.size(); ++i) {
    largest_rad = std::max(largest_rad, so3::angle_between(data.recordings[i].direction_world,
                                                           before.recordings[i].direction_world));
  }
  // One step of all unknowns, then those of the directions alone.
  const double most_rad = 0.01 * (1 + calib::kDirectionSteps);
  CHECK(largest_rad == Approx(most_rad).epsilon(1e-2));
  CHECK(report.mean_turn_rad <= most_rad);
  CHECK(report.last_step_m > 0.0);
}

TEST_CASE("silent microphones and bins without weight change nothing") {
  core::ThreadPool pool(1);
  calib::Observations data = record(5, open_array(lopsided()), {});
  for (std::size_t b = 0; b < data.bins(); b += 4) {
    for (std::size_t m = 0; m < 5; ++m) data.bin[5 * b + m] = m == 2 ? 0.0F : 0.5F;
  }
  for (std::size_t b = 1; b < data.bins(); b += 4) {
    for (std::size_t m = 0; m < 5; ++m) data.bin[5 * b + m] = m == 2 ? 1.0F : 0.1F;
    data.weight[b] = 0.0F;
  }
  for (std::size_t b = 0; b < data.bins(); b += 4) data.bin[5 * b] = 0.0F;
  calib::EffectiveArray array = calib::find_first_positions(data, {}, pool);
  calib::adjust(data, array, {}, pool);
  CHECK(largest_error_m(array, lopsided()) < 1e-6);
}

TEST_CASE("fewer than 200 usable bins are refused with their number") {
  core::ThreadPool pool(1);
  Scene scene;
  scene.recordings = 2;
  scene.bins = 102;
  calib::Observations data = record(5, open_array(lopsided()), scene);
  // 204 bins: two have no weight, and two are at 0 Hz, which has no phase. So few bins include high
  // frequencies, which need a fine lattice: a small ball saves time.
  calib::FirstPositionOptions options;
  options.reach_m = 0.2;
  data.weight[3] = data.weight[150] = 0.0F;
  data.frequency[10] = data.frequency[201] = 0;
  CHECK_NOTHROW(calib::find_first_positions(data, options, pool));
  data.frequency[11] = 0;
  const std::string message =
      "calibration: expected 200 or more bins with a direction, found 199; record longer, or train "
      "until the map is learned";
  CHECK_THROWS_MATCHES(calib::find_first_positions(data, options, pool), core::InputError,
                       Catch::Matchers::Message(message));
  CHECK_THROWS_AS(calib::calibrate(data, {}, pool), core::InputError);
}
