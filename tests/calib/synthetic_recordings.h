/// Recordings of a turning array, written down from the formula of a plane wave.
#pragma once

#include <Eigen/Geometry>
#include <cmath>
#include <complex>
#include <functional>
#include <vector>

#include "calib/observations.h"
#include "core/random.h"
#include "so3/rotation.h"

namespace calib_test {

inline std::vector<Eigen::Vector3d> cube(double edge_m = 0.05) {
  std::vector<Eigen::Vector3d> positions;
  for (int i = 0; i < 8; ++i) {
    positions.push_back(0.5 * edge_m *
                        Eigen::Vector3d(i & 1 ? 1 : -1, i & 2 ? 1 : -1, i & 4 ? 1 : -1));
  }
  return positions;
}

/// Five microphones without any symmetry, mean not zero.
inline std::vector<Eigen::Vector3d> lopsided() {
  return {{0.07, 0.01, -0.02},
          {-0.03, 0.06, 0.01},
          {0.02, -0.04, 0.09},
          {-0.05, -0.02, -0.03},
          {0.01, 0.08, 0.05}};
}

struct Scene {
  int recordings = 40;
  int bins = 400;              ///< a recording
  double noise = 0.0;          ///< standard deviation a microphone, beside a source of 1
  double outliers = 0.0;       ///< share of bins that come from anywhere else
  double label_error_deg = 0;  ///< turns every label by about this much
  std::uint32_t stream = 0;
  /// The only directions that are heard, sensor frame: the array rests during each recording.
  /// Empty: it turns, and all directions are heard.
  std::vector<Eigen::Vector3d> directions = {};
};

/// What microphone m hears of direction d at f: any response may be tried.
using Response =
    std::function<std::complex<double>(std::size_t m, double frequency_hz, const Eigen::Vector3d&)>;

/// Random spectra at random bins 40 Hz apart, 360 to 7960 Hz; turning at 90 degrees a second round
/// a random axis, 100 frames a recording. `truth` gets the true directions in the world.
inline calib::Observations record(std::size_t microphones, const Response& response,
                                  const Scene& scene,
                                  std::vector<Eigen::Vector3d>* truth = nullptr) {
  core::RandomStream random(17, core::Purpose::kTest, scene.stream);
  calib::Observations data;
  data.microphones = microphones;
  data.bin_hz = 40.0;
  constexpr std::uint32_t kFrames = 100;
  for (int i = 0; i < scene.recordings; ++i) {
    const Eigen::Vector3d g = so3::random_direction(random);
    Eigen::Quaterniond start = so3::random_rotation(random);
    Eigen::Vector3d axis = so3::random_direction(random);
    if (!scene.directions.empty()) {
      const auto number = static_cast<std::size_t>(i) % scene.directions.size();
      start = Eigen::Quaterniond::FromTwoVectors(scene.directions[number], g);
      axis.setZero();
    }
    const auto first_frame = static_cast<std::uint32_t>(data.R_world_sensor.size());
    for (std::uint32_t n = 0; n < kFrames; ++n) {
      data.R_world_sensor.push_back((so3::exp(0.0157 * n * axis) * start).toRotationMatrix());
    }
    calib::Interval recording;
    recording.first_bin = data.bins();
    for (int b = 0; b < scene.bins; ++b) {
      const auto frame = first_frame + static_cast<std::uint32_t>(b) * kFrames / scene.bins;
      const auto k = static_cast<std::uint16_t>(9 + random.index(191));
      Eigen::Vector3d d = data.R_world_sensor[frame].transpose() * g;
      if (random.uniform() < scene.outliers) d = so3::random_direction(random);
      Eigen::VectorXcd y(static_cast<Eigen::Index>(microphones));
      const std::complex<double> source(random.normal(), random.normal());
      for (std::size_t m = 0; m < microphones; ++m) {
        const std::complex<double> noise(random.normal(), random.normal());
        y[static_cast<Eigen::Index>(m)] = response(m, 40.0 * k, d) * source + scene.noise * noise;
      }
      y.normalize();
      for (const std::complex<double>& value : y) data.bin.emplace_back(value);
      data.frequency.push_back(k);
      data.frame.push_back(frame);
      data.weight.push_back(1.0F);
      data.onset.push_back(1.0F);
    }
    recording.end_bin = data.bins();
    const double turn = scene.label_error_deg * std::acos(-1.0) / 180.0;
    recording.direction_world = so3::exp(turn * so3::random_direction(random)) * g;
    data.recordings.push_back(recording);
    if (truth != nullptr) truth->push_back(g);
  }
  return data;
}

/// exp(i k <p, d>): an open array.
inline Response open_array(std::vector<Eigen::Vector3d> positions) {
  return [positions](std::size_t m, double f, const Eigen::Vector3d& d) {
    return std::polar(1.0, 2.0 * std::acos(-1.0) * f / 343.0 * positions[m].dot(d));
  };
}

}  // namespace calib_test
