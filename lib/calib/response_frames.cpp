#include "calib/response_frames.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/kernel.h"
#include "doa/fast_math.h"
#include "so3/harmonics.h"

namespace calib {
namespace {

constexpr std::size_t kLanes = doa::DirectionColumns::kLanes;

/// A number for each of sixteen directions.
struct alignas(64) Lanes {
  float v[kLanes];
};

/// Inputs of a kernel call for one frame. `cycles` is the position times k / 2 pi of one frequency
/// step, rotated into the frame of the directions.
struct Snapshot {
  std::size_t microphones, bins, harmonics, knots;
  const float* cycles;             // [microphones, 3]
  const float *real, *imag;        // [bins, microphones]
  const std::uint16_t* frequency;  // [bins], rising
  const float* weight;             // [bins]
  const float *exponent, *floor;   // [frequencies]
  const std::uint32_t* knot;       // [frequencies]
  const float* share;              // [frequencies]
  const float* coefficient;        // [knots, harmonics, microphones, 2], null: no correction
};

/// Scratch of one block of directions.
struct Scratch {
  std::vector<Lanes> phase;   // [microphones, 4]: re, im and the factor to the next frequency
  std::vector<Lanes> basis;   // [harmonics]
  std::vector<Lanes> factor;  // [knots, microphones, 2]
};

[[gnu::always_inline]] inline void start_phases(const Snapshot& s, const float* x, const float* y,
                                                const float* z, Lanes* phase) {
  const float first = static_cast<float>(s.frequency[0]);
  for (std::size_t m = 0; m < s.microphones; ++m) {
    const float* a = s.cycles + 3 * m;
    Lanes* p = phase + 4 * m;
#pragma omp simd
    for (std::size_t l = 0; l < kLanes; ++l) {
      const float turns = a[0] * x[l] + a[1] * y[l] + a[2] * z[l];
      doa::sincos_turns(first * turns, p[1].v[l], p[0].v[l]);
      doa::sincos_turns(turns, p[3].v[l], p[2].v[l]);
    }
  }
}

[[gnu::always_inline]] inline void step_phases(std::size_t microphones, Lanes* phase) {
  for (std::size_t m = 0; m < microphones; ++m) {
    Lanes* p = phase + 4 * m;
#pragma omp simd
    for (std::size_t l = 0; l < kLanes; ++l) {
      const float re = p[0].v[l], im = p[1].v[l];
      p[0].v[l] = re * p[2].v[l] - im * p[3].v[l];
      p[1].v[l] = re * p[3].v[l] + im * p[2].v[l];
    }
  }
}

/// factor[knot, microphone] = sum over harmonics of coefficient times basis.
[[gnu::always_inline]] inline void sum_harmonics(const Snapshot& s, const Lanes* basis,
                                                 Lanes* factor) {
  const std::size_t columns = 2 * s.microphones;
  for (std::size_t q = 0; q < s.knots; ++q) {
    for (std::size_t column = 0; column < columns; ++column) {
      const float* c = s.coefficient + q * s.harmonics * columns + column;
      float sum[kLanes] = {};
      for (std::size_t i = 0; i < s.harmonics; ++i) {
        const float value = c[i * columns];
#pragma omp simd
        for (std::size_t l = 0; l < kLanes; ++l) sum[l] += value * basis[i].v[l];
      }
      for (std::size_t l = 0; l < kLanes; ++l) factor[q * columns + column].v[l] = sum[l];
    }
  }
}

/// |<h, y>|^2 / |h|^2 of plane waves.
[[gnu::always_inline]] inline void match_plane(const Snapshot& s, std::size_t b, const Lanes* phase,
                                               float* match) {
  float zr[kLanes] = {}, zi[kLanes] = {};
  for (std::size_t m = 0; m < s.microphones; ++m) {
    const float vr = s.real[b * s.microphones + m], vi = s.imag[b * s.microphones + m];
    const Lanes* p = phase + 4 * m;
#pragma omp simd
    for (std::size_t l = 0; l < kLanes; ++l) {
      zr[l] += p[0].v[l] * vr + p[1].v[l] * vi;
      zi[l] += p[0].v[l] * vi - p[1].v[l] * vr;
    }
  }
  const float scale = 1.0F / static_cast<float>(s.microphones);
#pragma omp simd
  for (std::size_t l = 0; l < kLanes; ++l) match[l] = scale * (zr[l] * zr[l] + zi[l] * zi[l]);
}

/// The same with the correction's factors between two knots.
[[gnu::always_inline]] inline void match_corrected(const Snapshot& s, std::size_t b, float share,
                                                   const Lanes* low, const Lanes* high,
                                                   const Lanes* phase, float* match) {
  float zr[kLanes] = {}, zi[kLanes] = {}, power[kLanes] = {};
  for (std::size_t m = 0; m < s.microphones; ++m) {
    const float vr = s.real[b * s.microphones + m], vi = s.imag[b * s.microphones + m];
    const Lanes* p = phase + 4 * m;
#pragma omp simd
    for (std::size_t l = 0; l < kLanes; ++l) {
      const float cr = low[2 * m].v[l] + share * (high[2 * m].v[l] - low[2 * m].v[l]);
      const float ci = low[2 * m + 1].v[l] + share * (high[2 * m + 1].v[l] - low[2 * m + 1].v[l]);
      const float hr = cr * p[0].v[l] - ci * p[1].v[l];
      const float hi = cr * p[1].v[l] + ci * p[0].v[l];
      zr[l] += hr * vr + hi * vi;
      zi[l] += hr * vi - hi * vr;
      power[l] += cr * cr + ci * ci;
    }
  }
#pragma omp simd
  for (std::size_t l = 0; l < kLanes; ++l) {
    match[l] = (zr[l] * zr[l] + zi[l] * zi[l]) / (power[l] + 1e-20F);
  }
}

/// Calls visit(bin, frequency, match) for the bins of one frame; match: [sixteen directions].
template <class Visit>
[[gnu::always_inline]] inline void visit_matches(const Snapshot& s, const float* x, const float* y,
                                                 const float* z, const Lanes* basis, Lanes* phase,
                                                 Lanes* factor, Visit visit) {
  start_phases(s, x, y, z, phase);
  if (s.coefficient != nullptr) sum_harmonics(s, basis, factor);
  float match[kLanes];
  std::size_t at = s.frequency[0];
  for (std::size_t b = 0; b < s.bins; ++b) {
    const std::size_t k = s.frequency[b];
    for (; at < k; ++at) step_phases(s.microphones, phase);
    if (s.coefficient == nullptr) {
      match_plane(s, b, phase, match);
    } else {
      const Lanes* low = factor + 2 * s.microphones * s.knot[k];
      const Lanes* high = s.knots > 1 ? low + 2 * s.microphones : low;
      match_corrected(s, b, s.share[k], low, high, phase, match);
    }
    visit(b, k, match);
  }
}

/// Scores of sixteen directions.
CSL_KERNEL void score_block(const Snapshot& s, const float* x, const float* y, const float* z,
                            const Lanes* basis, Lanes* phase, Lanes* factor, float* scores) {
  float sum[kLanes] = {};
  visit_matches(
      s, x, y, z, basis, phase,
      factor, [&](std::size_t b, std::size_t k, const float* match) __attribute__((always_inline)) {
        const float exponent = s.weight[b] * s.exponent[k], floor = s.floor[k];
#pragma omp simd
        for (std::size_t l = 0; l < kLanes; ++l) {
          const float rest = 1.0F - match[l];
          sum[l] -= exponent * doa::fast_log2((rest > 0.0F ? rest : 0.0F) + floor);
        }
      });
  for (std::size_t l = 0; l < kLanes; ++l) scores[l] = sum[l];
}

/// log2 of the density ratios of sixteen directions, [bins, sixteen].
CSL_KERNEL void ratio_block(const Snapshot& s, const float* log_scale, const float* x,
                            const float* y, const float* z, const Lanes* basis, Lanes* phase,
                            Lanes* factor, float* log_ratio) {
  visit_matches(
      s, x, y, z, basis, phase,
      factor, [&](std::size_t b, std::size_t k, const float* match) __attribute__((always_inline)) {
        float* out = log_ratio + b * kLanes;
        const float exponent = s.exponent[k], floor = s.floor[k];
        const float scale = log_scale[k];
#pragma omp simd
        for (std::size_t l = 0; l < kLanes; ++l) {
          const float rest = 1.0F - match[l];
          out[l] = scale - exponent * doa::fast_log2((rest > 0.0F ? rest : 0.0F) + floor);
        }
      });
}

/// Harmonics of sixteen directions, after rotation into the sensor frame.
void fill_basis(const Eigen::Matrix3d& R_pool_sensor, std::size_t order, const float* x,
                const float* y, const float* z, std::vector<double>& value, Lanes* basis) {
  for (std::size_t l = 0; l < kLanes; ++l) {
    so3::real_harmonics(order, R_pool_sensor.transpose() * Eigen::Vector3d(x[l], y[l], z[l]),
                        value);
    for (std::size_t i = 0; i < value.size(); ++i) basis[i].v[l] = static_cast<float>(value[i]);
  }
}

}  // namespace

ResponseTable::ResponseTable(const Calibration& calibration, double bin_hz,
                             std::size_t max_frequency_index)
    : calibration_(calibration), bin_hz_(bin_hz) {
  const double speed = calibration.array.speed_of_sound;
  for (std::size_t k = 0; k <= max_frequency_index; ++k) {
    const double f = bin_hz * static_cast<double>(k);
    const std::size_t band = calibration.likelihood.band(f);
    exponent_.push_back(static_cast<float>(calibration.likelihood.exponent[band]));
    floor_.push_back(static_cast<float>(calibration.likelihood.floor[band]));
    log_scale_.push_back(static_cast<float>(
        log_ratio_scale(calibration.likelihood, band, calibration.array.size())));
    const KnotPlace place = knot_place(calibration.correction.knot_hz, f);
    knot_.push_back(static_cast<std::uint32_t>(place.low));
    share_.push_back(static_cast<float>(place.share));
    for (const double offset_m : calibration.array.offset_m) {
      const double angle = -2.0 * std::numbers::pi * f / speed * offset_m;
      offset_phasor_.emplace_back(std::polar(1.0F, static_cast<float>(angle)));
    }
  }
}

ResponseFrames::ResponseFrames(const ResponseTable& table,
                               std::span<const std::complex<float>> stft,
                               std::span<const std::uint16_t> frequency,
                               std::span<const std::uint32_t> frame, std::span<const float> weight,
                               std::size_t frames)
    : table_(table),
      frequency_(frequency.begin(), frequency.end()),
      weight_(weight.begin(), weight.end()),
      first_bin_(frames + 1, 0) {
  const std::size_t microphones = table.microphones();
  for (const std::uint32_t n : frame) ++first_bin_[n + 1];
  for (std::size_t n = 0; n < frames; ++n) first_bin_[n + 1] += first_bin_[n];
  for (std::size_t b = 0; b < frequency.size(); ++b) {
    for (std::size_t m = 0; m < microphones; ++m) {
      const std::complex<float> value =
          stft[b * microphones + m] * table.offset_phasor_[frequency[b] * microphones + m];
      real_.push_back(value.real());
      imag_.push_back(value.imag());
    }
  }
}

template <class VisitBlock>
void ResponseFrames::visit_blocks(std::size_t frame, const Eigen::Matrix3d& R_pool_sensor,
                                  const doa::DirectionColumns& directions, VisitBlock visit) const {
  const Correction& correction = table_.calibration_.correction;
  const std::size_t microphones = table_.microphones();
  const std::size_t first = first_bin_[frame];
  std::vector<float> cycles;
  for (const Eigen::Vector3d& position_m : table_.calibration_.array.position_m) {
    const Eigen::Vector3d turned =
        R_pool_sensor * position_m * (table_.bin_hz_ / table_.calibration_.array.speed_of_sound);
    for (int axis = 0; axis < 3; ++axis) cycles.push_back(static_cast<float>(turned[axis]));
  }
  const bool corrected = !correction.empty();
  const Snapshot snapshot{
      microphones,
      first_bin_[frame + 1] - first,
      corrected ? correction.harmonics() : 0,
      correction.knot_hz.size(),
      cycles.data(),
      &real_[first * microphones],
      &imag_[first * microphones],
      &frequency_[first],
      &weight_[first],
      table_.exponent_.data(),
      table_.floor_.data(),
      table_.knot_.data(),
      table_.share_.data(),
      corrected ? reinterpret_cast<const float*>(correction.coefficient.data()) : nullptr};
  Scratch scratch{std::vector<Lanes>(4 * microphones), std::vector<Lanes>(snapshot.harmonics),
                  std::vector<Lanes>(2 * microphones * snapshot.knots)};
  std::vector<double> value(snapshot.harmonics);
  for (std::size_t j = 0; j < directions.padded(); j += kLanes) {
    const float *x = &directions.x[j], *y = &directions.y[j], *z = &directions.z[j];
    if (corrected)
      fill_basis(R_pool_sensor, correction.order, x, y, z, value, scratch.basis.data());
    visit(snapshot, j, scratch);
  }
}

void ResponseFrames::score(std::size_t frame, const Eigen::Matrix3d& R_pool_sensor,
                           const doa::DirectionColumns& directions, float* scores) const {
  visit_blocks(frame, R_pool_sensor, directions,
               [&](const Snapshot& snapshot, std::size_t j, Scratch& scratch) {
                 score_block(snapshot, &directions.x[j], &directions.y[j], &directions.z[j],
                             scratch.basis.data(), scratch.phase.data(), scratch.factor.data(),
                             scores + j);
               });
}

void ResponseFrames::log_ratios(std::size_t frame, const Eigen::Matrix3d& R_pool_sensor,
                                const doa::DirectionColumns& directions, const Visit& visit) const {
  std::vector<float> log_ratio((first_bin_[frame + 1] - first_bin_[frame]) * kLanes);
  visit_blocks(frame, R_pool_sensor, directions,
               [&](const Snapshot& snapshot, std::size_t j, Scratch& scratch) {
                 ratio_block(snapshot, table_.log_scale_.data(), &directions.x[j], &directions.y[j],
                             &directions.z[j], scratch.basis.data(), scratch.phase.data(),
                             scratch.factor.data(), log_ratio.data());
                 visit(j, log_ratio.data());
               });
}

doa::ScoreBounds ResponseFrames::bounds(std::size_t frame) const {
  doa::ScoreBounds sum;
  for (std::size_t b = first_bin_[frame]; b < first_bin_[frame + 1]; ++b) {
    const double exponent = static_cast<double>(weight_[b]) * table_.exponent_[frequency_[b]];
    const double floor = table_.floor_[frequency_[b]];
    sum.lowest -= exponent * std::log2(1.0 + floor);
    sum.highest -= exponent * std::log2(floor);
  }
  return sum;
}

}  // namespace calib
