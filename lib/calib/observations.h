/// Input of a calibration: STFT bins of recordings. Each recording's source stands still while the
/// array turns.
#pragma once

#include <Eigen/Core>
#include <complex>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace calib {

/// The bins of one recording and its source's assumed direction. The direction is first the
/// network's output, pooled over the recording, later that of the learned responses.
struct Interval {
  std::size_t first_bin = 0;
  std::size_t end_bin = 0;                                    ///< exclusive
  Eigen::Vector3d direction_world = Eigen::Vector3d::Zero();  ///< unit
};

/// Bins of many recordings. Invariant: the columns have one length; recordings do not overlap.
struct Observations {
  std::size_t microphones = 0;
  double bin_hz = 0.0;                          ///< frequency index k stands for k bin_hz
  std::vector<std::complex<float>> bin;         ///< [bins, microphones], norm 1 per bin
  std::vector<std::uint16_t> frequency;         ///< [bins], index
  std::vector<std::uint32_t> frame;             ///< [bins], index into R_world_sensor
  std::vector<float> weight;                    ///< [bins], >= 0: confidence of the network
  std::vector<float> onset;                     ///< [bins], onset_weight()
  std::vector<Eigen::Matrix3d> R_world_sensor;  ///< [frames]
  std::vector<Interval> recordings;

  std::size_t bins() const { return frequency.size(); }
  double frequency_hz(std::size_t b) const { return bin_hz * frequency[b]; }
  /// Direction of a recording's source in the sensor frame at bin b.
  Eigen::Vector3d direction_sensor(const Interval& recording, std::size_t b) const {
    return R_world_sensor[frame[b]].transpose() * recording.direction_world;
  }
};

/// Frequencies from the data's lowest to its highest in steps of spacing_hz; none without bins.
std::vector<double> frequency_knots(const Observations& data, double spacing_hz);

}  // namespace calib
