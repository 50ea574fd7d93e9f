#include "doa/measured_frames.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "core/kernel.h"
#include "doa/fast_math.h"

namespace doa {
namespace {

constexpr std::size_t kAzimuths = MeasuredGrid::kAzimuths;
constexpr std::size_t kElevations = MeasuredGrid::kElevations;
constexpr double kStepRad = std::numbers::pi / 90.0;

Eigen::Vector3d grid_direction(std::size_t elevation, std::size_t azimuth) {
  const double e = kStepRad * static_cast<double>(elevation) - 0.5 * std::numbers::pi;
  const double a = kStepRad * static_cast<double>(azimuth);
  return {std::cos(e) * std::cos(a), std::cos(e) * std::sin(a), std::sin(e)};
}

/// |<H, v>|^2 toward one elevation's directions, at most 1.
[[gnu::always_inline]] inline void match_row(const float* h_real, const float* h_imag,
                                             const float* v_real, const float* v_imag,
                                             std::size_t microphones, float* match) {
  float real[kAzimuths] = {}, imag[kAzimuths] = {};
  for (std::size_t m = 0; m < microphones; ++m) {
    const float* hr = h_real + m * kAzimuths;
    const float* hi = h_imag + m * kAzimuths;
    const float vr = v_real[m], vi = v_imag[m];
#pragma omp simd
    for (std::size_t a = 0; a < kAzimuths; ++a) {
      real[a] += hr[a] * vr + hi[a] * vi;
      imag[a] += hr[a] * vi - hi[a] * vr;
    }
  }
#pragma omp simd
  for (std::size_t a = 0; a < kAzimuths; ++a) {
    const float x = real[a] * real[a] + imag[a] * imag[a];
    match[a] = x < 1.0f ? x : 1.0f;
  }
}

/// Adds one frequency's scores of one elevation's directions.
CSL_KERNEL void add_scores(const float* h_real, const float* h_imag, const float* v_real,
                           const float* v_imag, std::size_t microphones, MatchScore score,
                           float weight, float* sum) {
  float match[kAzimuths];
  match_row(h_real, h_imag, v_real, v_imag, microphones, match);
  if (score == MatchScore::kAngle) {
#pragma omp simd
    for (std::size_t a = 0; a < kAzimuths; ++a) sum[a] -= weight * fast_acos(std::sqrt(match[a]));
  } else if (score == MatchScore::kInverse) {
#pragma omp simd
    for (std::size_t a = 0; a < kAzimuths; ++a) sum[a] += weight / (1.0f + kMusicFloor - match[a]);
  } else {
#pragma omp simd
    for (std::size_t a = 0; a < kAzimuths; ++a) sum[a] += weight * match[a];
  }
}

CSL_KERNEL float best_of_row(const float* h_real, const float* h_imag, const float* v_real,
                             const float* v_imag, std::size_t microphones) {
  float match[kAzimuths];
  match_row(h_real, h_imag, v_real, v_imag, microphones, match);
  float best = 0.0f;
  for (std::size_t a = 0; a < kAzimuths; ++a) best = match[a] > best ? match[a] : best;
  return best;
}

/// Weights of four neighbors at t in [0, 1) behind the second.
std::array<float, 4> cubic_weights(float t) {
  const float t2 = t * t, t3 = t2 * t;
  return {-0.5f * t3 + t2 - 0.5f * t, 1.5f * t3 - 2.5f * t2 + 1.0f,
          -1.5f * t3 + 2.0f * t2 + 0.5f * t, 0.5f * t3 - 0.5f * t2};
}

/// A map's value between its points; behind a pole it goes on at the other side.
float interpolate(const float* map, const Eigen::Vector3d& direction) {
  const double e =
      (std::asin(std::clamp(direction.z(), -1.0, 1.0)) + 0.5 * std::numbers::pi) / kStepRad;
  const double a = std::atan2(direction.y(), direction.x()) / kStepRad;
  const auto e0 = static_cast<long>(std::floor(e)), a0 = static_cast<long>(std::floor(a));
  const std::array<float, 4> we = cubic_weights(static_cast<float>(e - static_cast<double>(e0)));
  const std::array<float, 4> wa = cubic_weights(static_cast<float>(a - static_cast<double>(a0)));
  constexpr long kRows = kElevations, kColumns = kAzimuths;
  float sum = 0.0f;
  for (long i = 0; i < 4; ++i) {
    long row = e0 - 1 + i, turn = 0;
    if (row < 0 || row >= kRows) {
      row = row < 0 ? -row : 2 * (kRows - 1) - row;
      turn = kColumns / 2;
    }
    float along = 0.0f;
    for (long j = 0; j < 4; ++j) {
      const long column = (a0 - 1 + j + turn + 2 * kColumns) % kColumns;
      along += wa[static_cast<std::size_t>(j)] * map[row * kColumns + column];
    }
    sum += we[static_cast<std::size_t>(i)] * along;
  }
  return sum;
}

}  // namespace

MeasuredGrid::MeasuredGrid(std::size_t frequencies, std::size_t microphones, bool phases_only,
                           const ResponseOf& response)
    : frequencies_(frequencies),
      microphones_(microphones),
      real_(kElevations * frequencies * microphones * kAzimuths),
      imag_(real_.size()) {
  std::vector<std::complex<float>> H(frequencies * microphones);
  for (std::size_t e = 0; e < kElevations; ++e) {
    for (std::size_t a = 0; a < kAzimuths; ++a) {
      response(grid_direction(e, a), H);
      for (std::size_t k = 0; k < frequencies; ++k) {
        const std::span<std::complex<float>> h = std::span(H).subspan(k * microphones, microphones);
        float power = 0.0f;
        for (std::complex<float>& value : h) {
          if (phases_only && std::abs(value) > 0.0f) value /= std::abs(value);
          power += std::norm(value);
        }
        const float scale = power > 0.0f ? 1.0f / std::sqrt(power) : 0.0f;
        for (std::size_t m = 0; m < microphones; ++m) {
          const std::size_t at = ((e * frequencies + k) * microphones + m) * kAzimuths + a;
          real_[at] = scale * h[m].real();
          imag_[at] = scale * h[m].imag();
        }
      }
    }
  }
}

MeasuredFrames::MeasuredFrames(std::shared_ptr<const MeasuredGrid> grid, MatchScore match,
                               std::size_t frames)
    : SnapshotFrames(frames, grid->frequencies(), grid->microphones(), match),
      grid_(std::move(grid)),
      map_(frames * kElevations * kAzimuths) {}

void MeasuredFrames::apply_soft_masks(double alpha) {
  std::vector<float> best(frames() * frequencies_, 0.0f);
  for (std::size_t e = 0; e < kElevations; ++e) {
    for (std::size_t row = 0; row < best.size(); ++row) {
      const std::size_t k = row % frequencies_;
      if (weight_[row] == 0.0f) continue;
      best[row] = std::max(
          best[row], best_of_row(grid_->real(e, k), grid_->imag(e, k), &real_[row * microphones_],
                                 &imag_[row * microphones_], microphones_));
    }
  }
  for (std::size_t frame = 0; frame < frames(); ++frame) {
    mask_softly(alpha, frame, std::span(best).subspan(frame * frequencies_, frequencies_));
  }
}

void MeasuredFrames::tabulate() {
  std::fill(map_.begin(), map_.end(), 0.0f);
  for (std::size_t e = 0; e < kElevations; ++e) {  // one elevation's responses stay in the cache
    for (std::size_t row = 0; row < weight_.size(); ++row) {
      if (weight_[row] == 0.0f) continue;
      const std::size_t frame = row / frequencies_, k = row % frequencies_;
      add_scores(grid_->real(e, k), grid_->imag(e, k), &real_[row * microphones_],
                 &imag_[row * microphones_], microphones_, match_, weight_[row],
                 &map_[(frame * kElevations + e) * kAzimuths]);
    }
  }
}

void MeasuredFrames::score(std::size_t frame, const Eigen::Matrix3d& R_pool_sensor,
                           const DirectionColumns& directions, float* scores) const {
  const float* map = &map_[frame * kElevations * kAzimuths];
  for (std::size_t j = 0; j < directions.padded(); ++j) {
    const Eigen::Vector3d d(directions.x[j], directions.y[j], directions.z[j]);
    scores[j] = interpolate(map, R_pool_sensor.transpose() * d);
  }
}

}  // namespace doa
