#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>

#include "calib/relabel.h"
#include "core/units.h"
#include "so3/rotation.h"
#include "synthetic_recordings.h"

namespace {

using calib_test::lopsided;
using calib_test::open_array;
using calib_test::record;
using calib_test::Scene;

calib::Calibration known_array() {
  calib::Calibration calibration;
  calibration.array.position_m = lopsided();
  calibration.array.offset_m.assign(5, 0.0);
  calibration.likelihood = {{0.0}, {5.0}, {0.01}};
  return calibration;
}

std::vector<double> errors_deg(const calib::Observations& data,
                               const std::vector<Eigen::Vector3d>& truth) {
  std::vector<double> errors;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    errors.push_back(
        core::radians_to_degrees(so3::angle_between(data.recordings[i].direction_world, truth[i])));
  }
  return errors;
}

double mean_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

}  // namespace

TEST_CASE("labels move to the true directions, and the move is reported") {
  core::ThreadPool pool(2);
  std::vector<Eigen::Vector3d> truth;
  Scene scene;
  scene.recordings = 12;
  scene.bins = 200;
  scene.label_error_deg = 2.0;
  calib::Observations data = record(5, open_array(lopsided()), scene, &truth);
  const std::vector<double> before = errors_deg(data, truth);
  const double moved_rad = calib::relabel(data, known_array(), 0.05, pool);
  const std::vector<double> after = errors_deg(data, truth);
  // The search ends with steps of 0.05 degrees.
  CHECK(*std::max_element(after.begin(), after.end()) < 0.06);
  CHECK(core::radians_to_degrees(moved_rad) == Approx(mean_of(before)).margin(0.06));
}

TEST_CASE("relabeling weights bins by their onset and not by the network's confidence") {
  core::ThreadPool pool(1);
  std::vector<Eigen::Vector3d> truth;
  Scene scene;
  scene.recordings = 8;
  scene.bins = 200;
  scene.label_error_deg = 1.5;
  calib::Observations data = record(5, open_array(lopsided()), scene, &truth);
  // Every second bin is that of a source 3 degrees off, with full confidence but without an onset.
  for (const calib::Interval& recording : data.recordings) {
    const Eigen::Vector3d g = truth[static_cast<std::size_t>(&recording - data.recordings.data())];
    const Eigen::Vector3d off = so3::exp(core::degrees_to_radians(3.0) * g.unitOrthogonal()) * g;
    for (std::size_t b = recording.first_bin; b < recording.end_bin; ++b) {
      data.weight[b] = 0.0F;
      if (b % 2 == 0) continue;
      data.weight[b] = 1.0F;
      data.onset[b] = 0.0F;
      const Eigen::Vector3d d = data.R_world_sensor[data.frame[b]].transpose() * off;
      for (std::size_t m = 0; m < 5; ++m) {
        data.bin[5 * b + m] = std::complex<float>(
            open_array(lopsided())(m, data.frequency_hz(b), d) / std::sqrt(5.0));
      }
    }
  }
  calib::relabel(data, known_array(), 0.05, pool);
  const std::vector<double> after = errors_deg(data, truth);
  CHECK(*std::max_element(after.begin(), after.end()) < 0.06);
}

TEST_CASE("a recording without bins keeps its direction") {
  core::ThreadPool pool(1);
  Scene scene;
  scene.recordings = 2;
  scene.bins = 100;
  calib::Observations data = record(5, open_array(lopsided()), scene);
  data.recordings.push_back({data.bins(), data.bins(), Eigen::Vector3d::UnitY()});
  calib::relabel(data, known_array(), 0.05, pool);
  CHECK(data.recordings.back().direction_world == Eigen::Vector3d::UnitY());
  calib::Observations none;
  none.microphones = 5;
  none.bin_hz = 40.0;
  CHECK(calib::relabel(none, known_array(), 0.05, pool) == 0.0);
}
