#include "calib/uncertainty.h"

#include <Eigen/Geometry>
#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>

#include "calib/calibration.h"
#include "so3/grid.h"

namespace calib {
namespace {

constexpr double kSpacingHz = 500.0;

/// Tells for every direction of the map whether a recording heard it in some frame.
std::vector<bool> heard(const Observations& data, const Interval& recording,
                        const std::vector<Eigen::Vector3d>& map) {
  const double reach = std::cos(kHeardWithin_rad);
  std::vector<bool> result(map.size(), false);
  std::uint32_t last_frame = 0;
  for (std::size_t b = recording.first_bin; b < recording.end_bin; ++b) {
    if (b > recording.first_bin && data.frame[b] == last_frame) continue;
    last_frame = data.frame[b];
    const Eigen::Vector3d d = data.direction_sensor(recording, b);
    for (std::size_t i = 0; i < map.size(); ++i) {
      if (map[i].dot(d) > reach) result[i] = true;
    }
  }
  return result;
}

/// Mismatch expected from the positions' covariance: variance of the microphones' phases without
/// their common part.
double position_mismatch(const EffectiveArray& array, double frequency_hz,
                         const Eigen::Vector3d& direction) {
  if (array.covariance.size() == 0) return 0.0;
  const double k = 2.0 * std::numbers::pi * frequency_hz / array.speed_of_sound;
  const Eigen::Vector4d u = k * direction.homogeneous();
  const auto microphones = static_cast<Eigen::Index>(array.size());
  double own = 0.0, common = 0.0;
  for (Eigen::Index m = 0; m < microphones; ++m) {
    for (Eigen::Index n = 0; n < microphones; ++n) {
      const double together = u.dot(array.covariance.block<4, 4>(4 * m, 4 * n) * u);
      if (m == n) own += together;
      common += together;
    }
  }
  const auto count = static_cast<double>(microphones);
  return std::max(0.0, own - common / count) / count;
}

}  // namespace

std::size_t Uncertainty::nearest(const Eigen::Vector3d& direction_sensor) const {
  const auto cosine = [&](const Eigen::Vector3d& d) { return d.dot(direction_sensor); };
  return static_cast<std::size_t>(std::ranges::max_element(direction, {}, cosine) -
                                  direction.begin());
}

bool Uncertainty::heard(const Eigen::Vector3d& direction_sensor) const {
  return recordings[nearest(direction_sensor)] > 0;
}

double Uncertainty::heard_share() const {
  const auto heard = std::ranges::count_if(recordings, [](auto n) { return n > 0; });
  return static_cast<double>(heard) / static_cast<double>(recordings.size());
}

Uncertainty measure_uncertainty(const Observations& data, const EffectiveArray& array,
                                const std::array<Correction, 2>& halves, core::ThreadPool& pool) {
  Uncertainty result;
  result.direction = so3::fibonacci_grid(kMapDirections);
  result.frequency_hz = frequency_knots(data, kSpacingHz);
  std::vector<std::vector<bool>> heard_by(data.recordings.size());
  pool.for_each_shard(heard_by.size(), [&](std::size_t r) {
    heard_by[r] = heard(data, data.recordings[r], result.direction);
  });
  const std::size_t frequencies = result.frequency_hz.size();
  result.recordings.assign(kMapDirections, 0);
  result.deviation.assign(kMapDirections * frequencies, 0.0F);
  pool.for_each_shard(kMapDirections, [&](std::size_t i) {
    for (const std::vector<bool>& one : heard_by) result.recordings[i] += one[i] ? 1 : 0;
    std::vector<std::complex<double>> even(array.size()), odd(array.size());
    for (std::size_t q = 0; q < frequencies; ++q) {
      const double f = result.frequency_hz[q];
      // Both halves have the same plane waves, so only the corrections differ.
      halves[0].at(f, result.direction[i], even);
      halves[1].at(f, result.direction[i], odd);
      const double alike = agreement(even, odd);
      const double expected = 0.25 * std::max(0.0, 1.0 - alike * alike) +
                              position_mismatch(array, f, result.direction[i]);
      result.deviation[i * frequencies + q] = static_cast<float>(std::sqrt(expected));
    }
  });
  return result;
}

}  // namespace calib
