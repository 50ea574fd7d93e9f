/// Array snapshots of frames and frequencies, the input of LSDD and MUSIC.
#pragma once

#include <complex>
#include <cstddef>
#include <span>
#include <vector>

#include "doa/score_frames.h"

namespace doa {

/// Score of the match x = |<H, v>|^2 / |H|^2 in [0, 1] of a unit snapshot v and a steering vector
/// H. Scores are summed over frequency with the snapshots' weights.
enum class MatchScore {
  kAngle,    ///< -arccos(sqrt(x)), the spatial spectrum of LSDD (negated: higher is better)
  kInverse,  ///< 1 / (1 - x + kMusicFloor), the MUSIC pseudo-spectrum for one source
  kPower,    ///< x: of unit phasors the steered power of SRP-PHAT
};
/// Keeps the pseudo-spectrum finite if a snapshot fits exactly, as if 1 % of its power were noise.
inline constexpr float kMusicFloor = 0.01f;

/// Unit snapshots [frames, frequencies, microphones] with a weight for each frequency.
class SnapshotFrames : public ScoreFrames {
 public:
  SnapshotFrames(std::size_t frames, std::size_t frequencies, std::size_t microphones,
                 MatchScore match);

  /// Sets a snapshot to v, scaled to unit length. A zero snapshot gets weight 0.
  /// @param v  [microphones]
  void set(std::size_t frame, std::size_t k, std::span<const std::complex<float>> v, float weight);

  /// Multiplies every weight by w^-alpha, where w is the smallest angle over the directions. w is
  /// at least 0.01 rad, which is finer than the resolution of a 2 degree grid.
  /// @param best_match  largest match of a frame's frequencies over all directions, [frequencies]
  /// Source: C-SL paper, section 3.3 (soft masks of LSDD)
  void mask_softly(double alpha, std::size_t frame, std::span<const float> best_match);

  bool active(std::size_t frame) const override;
  ScoreBounds bounds(std::size_t frame) const override;

  std::size_t frames() const { return weight_.size() / frequencies_; }
  float weight(std::size_t frame, std::size_t k) const { return weight_[frame * frequencies_ + k]; }

 protected:
  std::size_t frequencies_, microphones_;
  MatchScore match_;
  std::vector<float> real_, imag_;  ///< [frames, frequencies, microphones]
  std::vector<float> weight_;       ///< [frames, frequencies]
};

}  // namespace doa
