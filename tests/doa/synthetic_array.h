/// Free-field STFTs of a turning array, written down from the formula of a plane wave.
#pragma once

#include <Eigen/Core>
#include <Eigen/Geometry>
#include <cmath>
#include <complex>
#include <vector>

#include "core/random.h"
#include "doa/stft_view.h"
#include "so3/rotation.h"

namespace doa_test {

inline std::vector<Eigen::Vector3d> cube_positions(double edge_m = 0.05) {
  std::vector<Eigen::Vector3d> positions;
  for (int i = 0; i < 8; ++i) {
    positions.push_back(0.5 * edge_m *
                        Eigen::Vector3d(i & 1 ? 1 : -1, i & 2 ? 1 : -1, i & 4 ? 1 : -1));
  }
  return positions;
}

/// exp(-2 pi i f delay), delay = -<p, d> / c.
inline std::complex<double> steering(const Eigen::Vector3d& position_m, double frequency_hz,
                                     const Eigen::Vector3d& direction, double speed = 343.0) {
  const double delay_s = -position_m.dot(direction) / speed;
  return std::polar(1.0, -2.0 * std::acos(-1.0) * frequency_hz * delay_s);
}

struct Recording {
  std::size_t frames = 0, bins = 0, microphones = 0;
  double bin_hz = 0.0;
  std::vector<std::complex<float>> data;  // [frames, bins, microphones]
  std::vector<Eigen::Quaterniond> q_world_sensor;

  doa::StftView view() const { return {data.data(), frames, bins, microphones, bin_hz}; }
};

struct Scene {
  Eigen::Vector3d direction_world = Eigen::Vector3d::UnitX();
  double turn_deg_s = 90.0;
  double noise = 0.0;  // standard deviation beside a source of standard deviation 1
  std::size_t frames = 60;
  std::uint32_t stream = 0;
};

/// Random source spectra, 201 bins 40 Hz apart, 10 ms between frames, a random start and axis.
inline Recording record(const std::vector<Eigen::Vector3d>& positions, const Scene& scene) {
  core::RandomStream random(31, core::Purpose::kTest, scene.stream);
  Recording r{scene.frames, 201, positions.size(), 40.0, {}, {}};
  const Eigen::Quaterniond start = so3::random_rotation(random);
  const Eigen::Vector3d axis = so3::random_direction(random);
  for (std::size_t n = 0; n < r.frames; ++n) {
    const double angle_rad =
        scene.turn_deg_s * std::acos(-1.0) / 180.0 * 0.01 * static_cast<double>(n);
    r.q_world_sensor.push_back(so3::exp(angle_rad * axis) * start);
    const Eigen::Vector3d d = r.q_world_sensor.back().conjugate() * scene.direction_world;
    for (std::size_t b = 0; b < r.bins; ++b) {
      const std::complex<double> source(random.normal(), random.normal());
      for (const Eigen::Vector3d& p : positions) {
        const std::complex<double> noise(random.normal(), random.normal());
        r.data.emplace_back(steering(p, r.bin_hz * static_cast<double>(b), d) * source +
                            scene.noise * noise);
      }
    }
  }
  return r;
}

}  // namespace doa_test
