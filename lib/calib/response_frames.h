/// Scores and densities of directions by an array's learned signatures, frame by frame.
#pragma once

#include <complex>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "calib/calibration.h"
#include "doa/bin_densities.h"
#include "doa/score_frames.h"

namespace calib {

/// A calibration, tabulated over the frequencies of the bins. All sessions share it.
class ResponseTable {
 public:
  /// @param bin_hz               spacing of the frequency indices, Hz
  /// @param max_frequency_index  highest frequency index of a bin
  ResponseTable(const Calibration& calibration, double bin_hz, std::size_t max_frequency_index);

  std::size_t microphones() const { return calibration_.array.size(); }
  double highest_hz() const { return bin_hz_ * static_cast<double>(exponent_.size() - 1); }
  const Calibration& calibration() const { return calibration_; }

 private:
  friend class ResponseFrames;
  Calibration calibration_;
  double bin_hz_;
  std::vector<float> exponent_, floor_;  ///< [frequencies]
  std::vector<float> log_scale_;         ///< log_ratio_scale(), [frequencies]
  std::vector<std::uint32_t> knot_;      ///< lower knot, [frequencies]
  std::vector<float> share_;             ///< of the upper knot, [frequencies]
  /// Conjugate phasors of the offsets, [frequencies, microphones].
  std::vector<std::complex<float>> offset_phasor_;
};

/// Bins of one session. A direction's score is the sum of -weight exponent log2(1 - x + floor)
/// (MatchLikelihood); the density of each bin is the same likelihood, normalized. Plane waves are
/// computed during the search as in doa::SteeredFrames. A correction is summed from its harmonics
/// once for sixteen directions and interpolated between its knots.
class ResponseFrames : public doa::ScoreFrames, public doa::BinDensities {
 public:
  /// @param table            must outlive this object
  /// @param stft, frequency  as in session::Features
  /// @param frame            frame of each bin, non-decreasing, < frames
  /// @param weight           onset_weight() of each bin
  ResponseFrames(const ResponseTable& table, std::span<const std::complex<float>> stft,
                 std::span<const std::uint16_t> frequency, std::span<const std::uint32_t> frame,
                 std::span<const float> weight, std::size_t frames);

  bool active(std::size_t frame) const override {
    return first_bin_[frame + 1] > first_bin_[frame];
  }
  void score(std::size_t frame, const Eigen::Matrix3d& R_pool_sensor,
             const doa::DirectionColumns& directions, float* scores) const override;

  doa::ScoreBounds bounds(std::size_t frame) const override;

  std::span<const std::size_t> first_bin() const override { return first_bin_; }
  std::span<const float> weight() const override { return weight_; }
  void log_ratios(std::size_t frame, const Eigen::Matrix3d& R_pool_sensor,
                  const doa::DirectionColumns& directions, const Visit& visit) const override;

 private:
  /// Calls visit(snapshot, j, scratch) for every block of sixteen directions, j, ..., j + 15.
  template <class VisitBlock>
  void visit_blocks(std::size_t frame, const Eigen::Matrix3d& R_pool_sensor,
                    const doa::DirectionColumns& directions, VisitBlock visit) const;

  const ResponseTable& table_;
  std::vector<float> real_, imag_;  ///< unit bins without the offsets' phases, [bins, microphones]
  std::vector<std::uint16_t> frequency_;  ///< [bins]
  std::vector<float> weight_;             ///< [bins]
  std::vector<std::size_t> first_bin_;    ///< [frames + 1]
};

}  // namespace calib
