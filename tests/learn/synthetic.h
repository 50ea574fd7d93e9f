/// Bins of a turning array, drawn straight from plane waves: quick data whose truth is known.
#pragma once

#include <Eigen/Core>
#include <cmath>
#include <complex>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <vector>

#include "core/random.h"
#include "core/units.h"
#include "learn/dataset.h"
#include "so3/rotation.h"

namespace synthetic {

/// How the array turns within an interval.
enum class Motion {
  kFreeAxis,    ///< the paper's: any start, constant speed about a random axis
  kHead,        ///< yaw over +-60 degrees and pitch over +-30, level start, source anywhere
  kSingleAxis,  ///< only about the world's vertical
};

struct Options {
  std::uint64_t seed = 0;
  std::size_t microphones = 8;  ///< the first eight are a cube's corners, more lie on a sphere
  double edge_m = 0.05;
  std::size_t intervals = 16;
  std::size_t frames = 300;
  std::size_t bins_per_interval = 2048;
  double angular_speed_rad_s = std::numbers::pi / 2.0;
  Motion motion = Motion::kFreeAxis;
  double source_cone_rad = std::numbers::pi;  ///< sources lie within this angle of the world's +x
  double max_interference =
      0.0;  ///< root mean square of other waves against the source's, per interval uniform
  double noise = 0.01;  ///< of each microphone against the source
};

inline constexpr std::size_t kMaxFrequencyIndex = 200;  ///< 400-sample window at 16 kHz
inline constexpr double kBinWidthHz = 40.0;

inline Eigen::MatrixX3d microphone_positions(const Options& options) {
  Eigen::MatrixX3d positions(options.microphones, 3);
  core::RandomStream random(99, core::Purpose::kTest, 0);
  for (std::size_t m = 0; m < options.microphones; ++m) {
    const Eigen::Vector3d corner((m & 1) != 0 ? 1 : -1, (m & 2) != 0 ? 1 : -1,
                                 (m & 4) != 0 ? 1 : -1);
    const Eigen::Vector3d scattered = std::sqrt(3.0) * so3::random_direction(random);
    positions.row(static_cast<Eigen::Index>(m)) =
        0.5 * options.edge_m * (m < 8 ? corner : scattered);
  }
  return positions;
}

inline Eigen::Quaterniond orientation(const Options& options, const Eigen::Quaterniond& start,
                                      const Eigen::Vector3d& axis, double time_s) {
  using Eigen::AngleAxisd;
  if (options.motion == Motion::kHead) {
    const double yaw = core::degrees_to_radians(60.0) * std::sin(2.1 * time_s + 6.0 * axis.x());
    const double pitch = core::degrees_to_radians(30.0) * std::sin(3.3 * time_s + 6.0 * axis.y());
    return Eigen::Quaterniond(AngleAxisd(yaw, Eigen::Vector3d::UnitZ()) *
                              AngleAxisd(pitch, Eigen::Vector3d::UnitY()));
  }
  const double angle_rad = options.angular_speed_rad_s * time_s;
  if (options.motion == Motion::kSingleAxis) {
    return Eigen::Quaterniond(AngleAxisd(angle_rad + 3.0 * axis.x(), Eigen::Vector3d::UnitZ()));
  }
  return so3::exp(angle_rad * axis) * start;
}

/// Adds gain * exp(i w <p, d> / c) for each microphone p: a wave from direction d in the sensor
/// frame. In single precision, as bins are, because there Eigen has vectors of sines.
inline void add_wave(const Eigen::MatrixX3d& positions, const Eigen::Vector3d& direction,
                     std::size_t k, std::complex<double> gain, Eigen::ArrayXcf& y) {
  const double wave_number =
      2.0 * std::numbers::pi * kBinWidthHz * static_cast<double>(k) / core::kSpeedOfSound;
  const Eigen::ArrayXf angle =
      (wave_number * (positions * direction).array() + std::arg(gain)).cast<float>();
  const Eigen::ArrayXf real = angle.cos(), imag = angle.sin();
  const auto size = static_cast<float>(std::abs(gain));
  y.real() += size * real;
  y.imag() += size * imag;
}

inline void add_bin(const Options& options, const Eigen::MatrixX3d& positions,
                    const Eigen::Vector3d& direction_sensor, double interference,
                    core::RandomStream& random, learn::Dataset& data) {
  const std::size_t k = 9 + random.index(kMaxFrequencyIndex - 9);
  const auto gain = [&](double size) {
    return size / std::sqrt(2.0) * std::complex<double>(random.normal(), random.normal());
  };
  Eigen::ArrayXcf y = Eigen::ArrayXcf::Zero(positions.rows());
  const double phase = random.uniform(0.0, 2.0 * std::numbers::pi);
  add_wave(positions, direction_sensor, k, std::polar(1.0, phase), y);
  constexpr std::size_t kWaves = 4;
  // Reverberation comes and goes between bins.
  const double level = interference * std::exp(0.8 * random.normal()) / std::sqrt(1.0 * kWaves);
  for (std::size_t w = 0; w < kWaves && interference > 0.0; ++w) {
    add_wave(positions, so3::random_direction(random), k, gain(level), y);
  }
  for (std::complex<float>& value : y) value += std::complex<float>(gain(options.noise));
  y /= y.matrix().norm();
  data.stft.insert(data.stft.end(), y.begin(), y.end());
  data.frequency.push_back(static_cast<std::uint16_t>(k));
}

inline Eigen::Vector3d source_direction(const Options& options, core::RandomStream& random) {
  Eigen::Vector3d direction;
  do {
    direction = so3::random_direction(random);
  } while (so3::angle_between(direction, Eigen::Vector3d::UnitX().eval()) >
           options.source_cone_rad);
  return direction;
}

inline void add_interval(const Options& options, std::size_t number, learn::Dataset& data) {
  const Eigen::MatrixX3d positions = microphone_positions(options);
  core::RandomStream random(options.seed, core::Purpose::kTest, 1,
                            static_cast<std::uint32_t>(number));
  learn::Interval interval;
  interval.first_bin = data.bins();
  interval.first_frame = static_cast<std::uint32_t>(data.frames());
  const Eigen::Vector3d direction_world = source_direction(options, random);
  const Eigen::Quaterniond start = so3::random_rotation(random);
  const Eigen::Vector3d axis = so3::random_direction(random);
  const double interference = random.uniform(0.0, options.max_interference);
  interval.direction_world = direction_world.cast<float>();
  for (std::size_t n = 0; n < options.frames; ++n) {
    const Eigen::Quaterniond q_world_sensor =
        orientation(options, start, axis, static_cast<double>(n) * data.hop_s);
    const Eigen::Vector3d direction_sensor = q_world_sensor.conjugate() * direction_world;
    data.R_world_sensor.push_back(q_world_sensor.toRotationMatrix().cast<float>());
    const std::size_t end =
        interval.first_bin + (n + 1) * options.bins_per_interval / options.frames;
    while (data.bins() < end) {
      add_bin(options, positions, direction_sensor, interference, random, data);
      data.frame.push_back(interval.first_frame + static_cast<std::uint32_t>(n));
    }
  }
  interval.end_bin = data.bins();
  interval.end_frame = static_cast<std::uint32_t>(data.frames());
  data.intervals.push_back(interval);
}

inline learn::Dataset make_dataset(const Options& options) {
  learn::Dataset data;
  data.microphones = options.microphones;
  data.max_frequency_index = kMaxFrequencyIndex;
  for (std::size_t i = 0; i < options.intervals; ++i) add_interval(options, i, data);
  return data;
}

}  // namespace synthetic
