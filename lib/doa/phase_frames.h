/// Scores by the phases between microphones: SRP-PHAT through cross-correlations.
#pragma once

#include <Eigen/Core>
#include <complex>
#include <cstddef>
#include <span>
#include <vector>

#include "doa/score_frames.h"
#include "doa/steered_frames.h"

namespace doa {

/// Steered power of unit phasors u[microphone] of each frequency k:
///   sum over k of w_k |sum over m of conj(H_m) u_m|^2.
/// The inner square is
///   M + 2 Re sum over pairs a < b of u_a conj(u_b) exp(2 pi i f (delay_a - delay_b)),
/// so each pair adds a function of its delay difference. The function is tabulated once for each
/// frame. A direction then costs one look-up for each pair instead of a sum over frequencies and
/// microphones. The tables are sampled finely enough that cubic interpolation has an error below
/// 1e-3 of the largest value; a test compares it with the direct sum.
/// Source: C-SL paper, section 3.3 (SRP-PHAT)
class PhaseFrames : public ScoreFrames {
 public:
  PhaseFrames(SteeringSetup setup, std::size_t frames);

  /// Sets a frame from its microphones' spectra; only their phases are used. Frequencies with
  /// weight 0, or at which a microphone is exactly zero, are left out.
  /// @param spectrum  [frequencies, microphones], row-major
  /// @param weight    [frequencies]
  void set(std::size_t frame, std::span<const std::complex<float>> spectrum,
           std::span<const float> weight);

  bool active(std::size_t frame) const override { return power_[frame] > 0.0f; }
  void score(std::size_t frame, const Eigen::Matrix3d& R_pool_sensor,
             const DirectionColumns& directions, float* scores) const override;
  ScoreBounds bounds(std::size_t frame) const override {
    return {0.0,
            static_cast<double>(power_[frame]) * static_cast<double>(setup_.position_m.size())};
  }

 private:
  struct Pair {
    std::size_t a, b;
  };

  SteeringSetup setup_;
  std::vector<Pair> pairs_;
  std::size_t samples_ = 0;   ///< of one table
  double sample_s_ = 0.0;     ///< delay between samples of a table
  std::vector<float> waves_;  ///< [2 frequencies, samples]: cos and -sin of 2 pi f delay
  std::vector<float> cross_;  ///< [pairs, 2 frequencies], scratch memory of set()
  std::vector<float> table_;  ///< [frames, pairs, samples]
  std::vector<float> power_;  ///< [frames], sum of weights times microphones
};

}  // namespace doa
