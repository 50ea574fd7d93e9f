/// Scores by steering vectors of a free-field array: LSDD and MUSIC.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <span>
#include <vector>

#include "doa/score_frames.h"

namespace doa {

/// What becomes of the match x = |<H, v>|^2 / |H|^2 in [0, 1] of a unit snapshot v and a steering
/// vector H, before it is summed over frequency with the snapshot's weight.
enum class MatchScore {
  kAngle,    ///< -arccos(sqrt(x)), the spatial spectrum of LSDD (negated: higher is better)
  kInverse,  ///< 1 / (1 - x + kMusicFloor), the MUSIC pseudo-spectrum for one source
};
/// Keeps the pseudo-spectrum finite where a snapshot fits exactly; as if 1 % of its power were
/// noise.
inline constexpr float kMusicFloor = 0.01f;

/// Array positions and the frequencies that are summed: first_hz + k step_hz.
struct SteeringSetup {
  std::vector<Eigen::Vector3d> position_m;  ///< sensor frame, [mics]
  double first_hz = 0.0;
  double step_hz = 0.0;
  std::size_t frequencies = 0;
  double speed_of_sound = 343.0;
};

/// Unit snapshots [frames, frequencies, mics] with a weight for each frequency.
/// Steering vectors H[mic] = exp(-2 pi i f delay), delay = -<p, d> / c, are made on the fly: from
/// one frequency to the next each phase advances by a fixed factor, so nothing is read from memory.
class SteeredFrames : public ScoreFrames {
 public:
  SteeredFrames(SteeringSetup setup, MatchScore match, std::size_t frames);

  /// Sets a snapshot; it is normalised here. A zero snapshot gets weight 0.
  /// @param v  [mics]
  void set(std::size_t frame, std::size_t k, std::span<const std::complex<float>> v, float weight);

  /// Multiplies every weight by w^-alpha, w = the smallest angle over the directions, at least 0.01
  /// rad (finer than a 2 degree grid can tell). Source: paper.txt, section 3.3 (soft masks of LSDD)
  void apply_soft_masks(double alpha, const DirectionColumns& directions);

  bool active(std::size_t frame) const override;
  void score(std::size_t frame, const Eigen::Matrix3d& R_pool_sensor,
             const DirectionColumns& directions, float* scores) const override;

  float weight(std::size_t frame, std::size_t k) const {
    return weight_[frame * setup_.frequencies + k];
  }

 private:
  SteeringSetup setup_;
  MatchScore match_;
  std::vector<float> real_, imag_;  ///< [frames, frequencies, mics]
  std::vector<float> weight_;       ///< [frames, frequencies]
};

}  // namespace doa
