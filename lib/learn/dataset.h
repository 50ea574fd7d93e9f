/// The learner's data: bins as the network takes them (smoothing.h) and rotations of all frames.
#pragma once

#include <Eigen/Core>
#include <complex>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "learn/bin_spool.h"

namespace learn {

/// A stretch of time in which one source does not move in the world. Each session is one interval.
/// Bins and frames of an interval are contiguous ranges of the Dataset's arrays.
struct Interval {
  std::size_t first_bin = 0;
  std::size_t end_bin = 0;
  std::uint32_t first_frame = 0;
  std::uint32_t end_frame = 0;
  /// True direction of the source in the world, unit length, where known. It is used only by
  /// reports, the supervised reference and `--reflect truth`.
  std::optional<Eigen::Vector3f> direction_world;
  /// Name of the recording that the interval was cut from; empty: it is a recording of its own.
  std::string recording = {};
  bool starts_recording = true;  ///< no earlier interval of the same recording has bins
};

/// Bins of one or many intervals; the STFT vectors in memory or in a spool file. Invariants
/// (checked by validate()): arrays agree in length, every frame number is below frames(), bins of
/// an interval are sorted by frame and lie within its frames.
struct Dataset {
  std::size_t microphones = 0;
  std::size_t max_frequency_index = 0;  ///< k_max: normalized frequency is k / k_max
  double hop_s = 0.01;                  ///< time between frames
  double bin_width_hz = 40.0;           ///< frequency index times this is the frequency
  /// [bins, microphones], norm of each bin 1, or less after smoothing (smoothing.h).
  std::vector<std::complex<float>> stft;
  std::shared_ptr<BinSpool> spool;  ///< if not null, it holds the STFT vectors, and `stft` is empty
  std::vector<std::uint16_t> frequency;         ///< [bins], frequency index k in [0, k_max]
  std::vector<std::uint32_t> frame;             ///< [bins], index into R_world_sensor
  std::vector<Eigen::Matrix3f> R_world_sensor;  ///< [frames]
  std::vector<Interval> intervals;  ///< those of one recording follow each other in time

  std::size_t bins() const { return frequency.size(); }
  /// STFT vectors of consecutive or of chosen bins. @param out  [bins, microphones], overwritten
  /// @throws core::IoError if the spool file cannot be read
  void read_stft(std::size_t first, std::span<std::complex<float>> out) const;
  void gather_stft(std::span<const std::uint32_t> chosen, std::span<std::complex<float>> out) const;
  std::size_t frames() const { return R_world_sensor.size(); }

  /// @throws core::InputError that names the first array, interval or bin that breaks an invariant,
  ///         is not finite, or is not a rotation (to 1e-3)
  void validate() const;
};

}  // namespace learn
