/// A device that is carried about: it turns, and a hand accelerates it by several m/s^2.
#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>
#include <vector>

#include "core/units.h"
#include "imu/sensor_model.h"
#include "room/motion.h"
#include "so3/rotation.h"

namespace test {

/// Adds accelerations of 1 to 3 Hz with a given root mean square on each axis of the world.
inline void carry(const so3::Track& track, double rms_m_s2, core::RandomStream& random,
                  imu::Samples& samples) {
  constexpr int kTones = 12;
  for (int axis = 0; axis < 3; ++axis) {
    std::vector<double> frequency;
    std::vector<double> phase;
    for (int i = 0; i < kTones; ++i) {
      frequency.push_back(random.uniform(1.0, 3.0));
      phase.push_back(random.uniform(0.0, 2.0 * std::numbers::pi));
    }
    for (std::size_t i = 0; i < samples.time_s.size(); ++i) {
      const double t = samples.time_s[i];
      double sum = 0.0;
      for (int k = 0; k < kTones; ++k) {
        const auto tone = static_cast<std::size_t>(k);
        sum += std::cos(2.0 * std::numbers::pi * frequency[tone] * t + phase[tone]);
      }
      const Eigen::Vector3d world =
          Eigen::Vector3d::Unit(axis) * rms_m_s2 * sum * std::sqrt(2.0 / kTones);
      samples.accelerometer_m_s2[i] += track.at(t).conjugate() * world;
    }
  }
}

/// A phone's unit for a time, turned freely at a mean speed and carried about.
inline imu::Samples carried(double seconds, double mean_deg_s, double rms_m_s2,
                            std::uint32_t seed) {
  core::RandomStream random(seed, core::Purpose::kTest, 0);
  const so3::Track track = room::free_motion({0.6, core::degrees_to_radians(mean_deg_s)},
                                             Eigen::Quaterniond::Identity(), seconds + 1.0, random);
  imu::Samples samples = imu::synthesize(track, seconds, imu::sensor_model("consumer"),
                                         core::RandomStream(seed, core::Purpose::kImu, 0));
  carry(track, rms_m_s2, random, samples);
  return samples;
}

/// A phone's unit that is swung at a distance from the point about which it turns.
inline imu::Samples swung(double seconds, double mean_deg_s, double arm_m, std::uint32_t seed) {
  core::RandomStream random(seed, core::Purpose::kTest, 0);
  const so3::Track track = room::free_motion({0.6, core::degrees_to_radians(mean_deg_s)},
                                             Eigen::Quaterniond::Identity(), seconds + 1.0, random);
  imu::SensorModel model = imu::sensor_model("consumer");
  model.lever_arm_m = arm_m * so3::random_direction(random);
  return imu::synthesize(track, seconds, model, core::RandomStream(seed, core::Purpose::kImu, 0));
}

}  // namespace test
