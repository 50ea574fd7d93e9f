#include "doa/steered_frames.h"

#include <algorithm>
#include <cmath>
#include <complex>

#include "core/kernel.h"
#include "doa/fast_math.h"

namespace doa {
namespace {

constexpr std::size_t kLanes = DirectionColumns::kLanes;

/// Inputs of a kernel call for one frame. Delays are in cycles: position / c, rotated into the pool
/// frame, times the first frequency and the frequency step.
struct Snapshot {
  std::size_t microphones, frequencies;
  const float* first_cycles;  // [microphones, 3]
  const float* step_cycles;   // [microphones, 3]
  const float *real, *imag;   // [frequencies, microphones]
  const float* weight;        // [frequencies]
};

/// Phases of one microphone toward kLanes directions, and the factor from one frequency to the
/// next.
struct Phasors {
  float real[kLanes], imag[kLanes], step_real[kLanes], step_imag[kLanes];
};
constexpr std::size_t kMaxMics = 64;

[[gnu::always_inline]] inline void start_phasors(const Snapshot& s, const float* x, const float* y,
                                                 const float* z, Phasors* phasors) {
  for (std::size_t m = 0; m < s.microphones; ++m) {
    const float* a = s.first_cycles + 3 * m;
    const float* b = s.step_cycles + 3 * m;
    Phasors& p = phasors[m];
#pragma omp simd
    for (std::size_t l = 0; l < kLanes; ++l) {
      sincos_turns(a[0] * x[l] + a[1] * y[l] + a[2] * z[l], p.imag[l], p.real[l]);
      sincos_turns(b[0] * x[l] + b[1] * y[l] + b[2] * z[l], p.step_imag[l], p.step_real[l]);
    }
  }
}

/// |sum over microphones of conj(H) v|^2 at frequency k for kLanes directions. Advances the phases
/// to frequency k + 1.
[[gnu::always_inline]] inline void match_lanes(const Snapshot& s, std::size_t k, Phasors* phasors,
                                               float* match) {
  float zr[kLanes] = {}, zi[kLanes] = {};
  for (std::size_t m = 0; m < s.microphones; ++m) {
    const float vr = s.real[k * s.microphones + m];
    const float vi = s.imag[k * s.microphones + m];
    Phasors& p = phasors[m];
#pragma omp simd
    for (std::size_t l = 0; l < kLanes; ++l) {
      const float pr = p.real[l], pi = p.imag[l];
      zr[l] += pr * vr - pi * vi;
      zi[l] += pr * vi + pi * vr;
      p.real[l] = pr * p.step_real[l] - pi * p.step_imag[l];
      p.imag[l] = pr * p.step_imag[l] + pi * p.step_real[l];
    }
  }
  const float scale = 1.0f / static_cast<float>(s.microphones);
#pragma omp simd
  for (std::size_t l = 0; l < kLanes; ++l) {
    const float x = (zr[l] * zr[l] + zi[l] * zi[l]) * scale;
    match[l] = x < 1.0f ? x : 1.0f;
  }
}

/// Weighted sums over frequency of the scores of `blocks` blocks of directions.
CSL_KERNEL void score_angles(const Snapshot& s, const float* x, const float* y, const float* z,
                             std::size_t blocks, float* scores) {
  Phasors phasors[kMaxMics];
  for (std::size_t block = 0; block < blocks; ++block) {
    const std::size_t j = block * kLanes;
    start_phasors(s, x + j, y + j, z + j, phasors);
    float sum[kLanes] = {}, match[kLanes];
    for (std::size_t k = 0; k < s.frequencies; ++k) {
      match_lanes(s, k, phasors, match);
      const float weight = s.weight[k];
#pragma omp simd
      for (std::size_t l = 0; l < kLanes; ++l) sum[l] -= weight * fast_acos(std::sqrt(match[l]));
    }
    for (std::size_t l = 0; l < kLanes; ++l) scores[j + l] = sum[l];
  }
}

CSL_KERNEL void score_inverses(const Snapshot& s, const float* x, const float* y, const float* z,
                               std::size_t blocks, float* scores) {
  Phasors phasors[kMaxMics];
  for (std::size_t block = 0; block < blocks; ++block) {
    const std::size_t j = block * kLanes;
    start_phasors(s, x + j, y + j, z + j, phasors);
    float sum[kLanes] = {}, match[kLanes];
    for (std::size_t k = 0; k < s.frequencies; ++k) {
      match_lanes(s, k, phasors, match);
      const float weight = s.weight[k];
#pragma omp simd
      for (std::size_t l = 0; l < kLanes; ++l) sum[l] += weight / (1.0f + kMusicFloor - match[l]);
    }
    for (std::size_t l = 0; l < kLanes; ++l) scores[j + l] = sum[l];
  }
}

/// Largest match of each frequency over the directions of each lane, [frequencies, kLanes].
CSL_KERNEL void best_matches(const Snapshot& s, const float* x, const float* y, const float* z,
                             std::size_t blocks, float* best) {
  Phasors phasors[kMaxMics];
  for (std::size_t block = 0; block < blocks; ++block) {
    const std::size_t j = block * kLanes;
    start_phasors(s, x + j, y + j, z + j, phasors);
    float match[kLanes];
    for (std::size_t k = 0; k < s.frequencies; ++k) {
      match_lanes(s, k, phasors, match);
      float* row = best + k * kLanes;
#pragma omp simd
      for (std::size_t l = 0; l < kLanes; ++l) row[l] = match[l] > row[l] ? match[l] : row[l];
    }
  }
}

/// Delays of the first frequency and of the frequency step in cycles, in the frame of the
/// directions. conj(H) = exp(+2 pi i f delay) with delay = -<p, d> / c.
struct Cycles {
  std::vector<float> first, step;
};

Cycles cycles_of(const SteeringSetup& setup, const Eigen::Matrix3d& R_pool_sensor) {
  Cycles cycles;
  for (const Eigen::Vector3d& position_m : setup.position_m) {
    const Eigen::Vector3d delay_s = R_pool_sensor * position_m / -setup.speed_of_sound;
    for (int axis = 0; axis < 3; ++axis) {
      cycles.first.push_back(static_cast<float>(setup.first_hz * delay_s[axis]));
      cycles.step.push_back(static_cast<float>(setup.step_hz * delay_s[axis]));
    }
  }
  return cycles;
}

}  // namespace

SteeredFrames::SteeredFrames(SteeringSetup setup, MatchScore match, std::size_t frames)
    : SnapshotFrames(frames, setup.frequencies, setup.position_m.size(), match),
      setup_(std::move(setup)) {}

void SteeredFrames::apply_soft_masks(double alpha, const DirectionColumns& directions) {
  const Cycles cycles = cycles_of(setup_, Eigen::Matrix3d::Identity());
  std::vector<float> best(frequencies_ * kLanes), best_match(frequencies_);
  for (std::size_t frame = 0; frame < frames(); ++frame) {
    if (!active(frame)) continue;
    const std::size_t row = frame * frequencies_;
    std::fill(best.begin(), best.end(), 0.0f);
    const Snapshot snapshot{microphones_,
                            frequencies_,
                            cycles.first.data(),
                            cycles.step.data(),
                            &real_[row * microphones_],
                            &imag_[row * microphones_],
                            &weight_[row]};
    best_matches(snapshot, directions.x.data(), directions.y.data(), directions.z.data(),
                 directions.padded() / kLanes, best.data());
    for (std::size_t k = 0; k < frequencies_; ++k) {
      best_match[k] = *std::max_element(&best[k * kLanes], &best[k * kLanes] + kLanes);
    }
    mask_softly(alpha, frame, best_match);
  }
}

void SteeredFrames::score(std::size_t frame, const Eigen::Matrix3d& R_pool_sensor,
                          const DirectionColumns& directions, float* scores) const {
  const std::size_t row = frame * frequencies_;
  const Cycles cycles = cycles_of(setup_, R_pool_sensor);
  const Snapshot snapshot{microphones_,
                          frequencies_,
                          cycles.first.data(),
                          cycles.step.data(),
                          &real_[row * microphones_],
                          &imag_[row * microphones_],
                          &weight_[row]};
  const auto kernel = match_ == MatchScore::kAngle ? score_angles : score_inverses;
  kernel(snapshot, directions.x.data(), directions.y.data(), directions.z.data(),
         directions.padded() / kLanes, scores);
}

}  // namespace doa
