#include "doa/steered_frames.h"

#include <algorithm>
#include <cmath>
#include <complex>

#include "core/kernel.h"
#include "doa/fast_math.h"

namespace doa {
namespace {

constexpr std::size_t kLanes = DirectionColumns::kLanes;
constexpr float kSmallestMask = 0.01f;  // rad

/// One frame's share of a kernel call. Delays in cycles: position / c turned into the pool frame
/// times the first frequency and the frequency step.
struct Snapshot {
  std::size_t mics, frequencies;
  const float* first_cycles;  // [mics, 3]
  const float* step_cycles;   // [mics, 3]
  const float *real, *imag;   // [frequencies, mics]
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
  for (std::size_t m = 0; m < s.mics; ++m) {
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

/// |sum over mics of conj(H) v|^2 at frequency k for kLanes directions; moves the phases on to k
/// + 1.
[[gnu::always_inline]] inline void match_lanes(const Snapshot& s, std::size_t k, Phasors* phasors,
                                               float* match) {
  float zr[kLanes] = {}, zi[kLanes] = {};
  for (std::size_t m = 0; m < s.mics; ++m) {
    const float vr = s.real[k * s.mics + m];
    const float vi = s.imag[k * s.mics + m];
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
  const float scale = 1.0f / static_cast<float>(s.mics);
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

/// Largest match of each frequency over all directions, [frequencies, kLanes] (one a lane).
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

/// The first and step delays in cycles, seen from the frame the directions are in.
/// conj(H) = exp(+2 pi i f delay) with delay = -<p, d> / c.
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

DirectionColumns::DirectionColumns(std::span<const Eigen::Vector3d> directions)
    : count(directions.size()) {
  const std::size_t padded_count = (count + kLanes - 1) / kLanes * kLanes;
  for (std::size_t i = 0; i < padded_count; ++i) {
    const Eigen::Vector3f d = directions[std::min(i, count - 1)].cast<float>();
    x.push_back(d.x());
    y.push_back(d.y());
    z.push_back(d.z());
  }
}

SteeredFrames::SteeredFrames(SteeringSetup setup, MatchScore match, std::size_t frames)
    : setup_(std::move(setup)),
      match_(match),
      real_(frames * setup_.frequencies * setup_.position_m.size()),
      imag_(real_.size()),
      weight_(frames * setup_.frequencies) {}

void SteeredFrames::set(std::size_t frame, std::size_t k, std::span<const std::complex<float>> v,
                        float weight) {
  double power = 0.0;
  for (const std::complex<float>& value : v) power += std::norm(std::complex<double>(value));
  const std::size_t row = frame * setup_.frequencies + k;
  weight_[row] = power > 0.0 ? weight : 0.0f;
  const double scale = power > 0.0 ? 1.0 / std::sqrt(power) : 0.0;
  for (std::size_t m = 0; m < v.size(); ++m) {
    real_[row * v.size() + m] = static_cast<float>(scale * static_cast<double>(v[m].real()));
    imag_[row * v.size() + m] = static_cast<float>(scale * static_cast<double>(v[m].imag()));
  }
}

bool SteeredFrames::active(std::size_t frame) const {
  const auto first = weight_.begin() + static_cast<std::ptrdiff_t>(frame * setup_.frequencies);
  return std::any_of(first, first + static_cast<std::ptrdiff_t>(setup_.frequencies),
                     [](float weight) { return weight > 0.0f; });
}

void SteeredFrames::apply_soft_masks(double alpha, const DirectionColumns& directions) {
  const std::size_t frequencies = setup_.frequencies;
  const std::size_t mics = setup_.position_m.size();
  const Cycles cycles = cycles_of(setup_, Eigen::Matrix3d::Identity());
  std::vector<float> best(frequencies * kLanes);
  for (std::size_t row = 0; row < weight_.size(); row += frequencies) {
    if (!active(row / frequencies)) continue;
    std::fill(best.begin(), best.end(), 0.0f);
    const Snapshot snapshot{mics,
                            frequencies,
                            cycles.first.data(),
                            cycles.step.data(),
                            &real_[row * mics],
                            &imag_[row * mics],
                            &weight_[row]};
    best_matches(snapshot, directions.x.data(), directions.y.data(), directions.z.data(),
                 directions.padded() / kLanes, best.data());
    for (std::size_t k = 0; k < frequencies; ++k) {
      const float match = *std::max_element(&best[k * kLanes], &best[k * kLanes] + kLanes);
      const float smallest = std::max(std::acos(std::sqrt(match)), kSmallestMask);
      weight_[row + k] *= static_cast<float>(std::pow(static_cast<double>(smallest), -alpha));
    }
  }
}

void SteeredFrames::score(std::size_t frame, const Eigen::Matrix3d& R_pool_sensor,
                          const DirectionColumns& directions, float* scores) const {
  const std::size_t row = frame * setup_.frequencies;
  const std::size_t mics = setup_.position_m.size();
  const Cycles cycles = cycles_of(setup_, R_pool_sensor);
  const Snapshot snapshot{mics,
                          setup_.frequencies,
                          cycles.first.data(),
                          cycles.step.data(),
                          &real_[row * mics],
                          &imag_[row * mics],
                          &weight_[row]};
  const auto kernel = match_ == MatchScore::kAngle ? score_angles : score_inverses;
  kernel(snapshot, directions.x.data(), directions.y.data(), directions.z.data(),
         directions.padded() / kLanes, scores);
}

}  // namespace doa
