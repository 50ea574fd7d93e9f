#include "doa/phase_frames.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "core/kernel.h"

namespace doa {
namespace {

constexpr double kPi = 3.14159265358979323846;

/// Samples of one period of the highest frequency. At steps of 2 pi / 16 rad the error of
/// four-point interpolation is at most 3/128 (pi/8)^4 = 6e-4 of the amplitude.
constexpr double kSamplesPerPeriod = 16.0;
/// Samples beyond the largest delay on each side, for the interpolation's outer points and
/// rounding.
constexpr std::size_t kMargin = 3;

/// table[pair, sample] = sum over rows of cross[pair, row] waves[row, sample]
CSL_KERNEL void tabulate(const float* cross, const float* waves, std::size_t pairs,
                         std::size_t rows, std::size_t samples, float* table) {
  for (std::size_t p = 0; p < pairs; ++p) {
    float* out = table + p * samples;
    for (std::size_t t = 0; t < samples; ++t) out[t] = 0.0f;
    for (std::size_t r = 0; r < rows; ++r) {
      const float factor = cross[p * rows + r];
      const float* wave = waves + r * samples;
#pragma omp simd
      for (std::size_t t = 0; t < samples; ++t) out[t] += factor * wave[t];
    }
  }
}

/// Adds to each score 2 table(position) of one pair; position = a direction's delay difference in
/// samples.
CSL_KERNEL void add_pair(const float* table, const float* slope, float offset, const float* x,
                         const float* y, const float* z, std::size_t count, float* scores) {
  const float a = slope[0], b = slope[1], c = slope[2];
#pragma omp simd
  for (std::size_t j = 0; j < count; ++j) {
    const float position = a * x[j] + b * y[j] + c * z[j] + offset;
    const std::int32_t i = static_cast<std::int32_t>(position);
    const float t = position - static_cast<float>(i);
    // Lagrange's cubic through the samples i-1, i, i+1, i+2, nested in t.
    const float p0 = table[i - 1], p1 = table[i], p2 = table[i + 1], p3 = table[i + 2];
    const float c3 = (p3 - p0) * (1.0f / 6.0f) + (p1 - p2) * 0.5f;
    const float c2 = (p0 + p2) * 0.5f - p1;
    const float c1 = p2 - p0 * (1.0f / 3.0f) - p1 * 0.5f - p3 * (1.0f / 6.0f);
    scores[j] += 2.0f * (p1 + t * (c1 + t * (c2 + t * c3)));
  }
}

/// Spectrum values scaled to length one; false if one of them is exactly zero.
bool unit_phasors(std::span<const std::complex<float>> spectrum,
                  std::vector<std::complex<float>>& phasor) {
  for (std::size_t m = 0; m < spectrum.size(); ++m) {
    const float magnitude = std::abs(spectrum[m]);
    if (magnitude == 0.0f) return false;
    phasor[m] = spectrum[m] / magnitude;
  }
  return true;
}

}  // namespace

PhaseFrames::PhaseFrames(SteeringSetup setup, std::size_t frames) : setup_(std::move(setup)) {
  double longest_m = 0.0;
  for (std::size_t b = 0; b < setup_.position_m.size(); ++b) {
    for (std::size_t a = 0; a < b; ++a) {
      pairs_.push_back({a, b});
      longest_m = std::max(longest_m, (setup_.position_m[a] - setup_.position_m[b]).norm());
    }
  }
  const double frequencies = static_cast<double>(setup_.frequencies);
  const double highest_hz = setup_.first_hz + setup_.step_hz * std::max(0.0, frequencies - 1.0);
  sample_s_ = 1.0 / (kSamplesPerPeriod * std::max(highest_hz, 1.0));
  const double reach = longest_m / setup_.speed_of_sound / sample_s_;
  const std::size_t half = static_cast<std::size_t>(std::ceil(reach)) + kMargin;
  samples_ = 2 * half + 1;
  waves_.resize(2 * setup_.frequencies * samples_);
  cross_.resize(pairs_.size() * 2 * setup_.frequencies);
  for (std::size_t k = 0; k < setup_.frequencies; ++k) {
    const double frequency_hz = setup_.first_hz + setup_.step_hz * static_cast<double>(k);
    for (std::size_t t = 0; t < samples_; ++t) {
      const double delay_s = (static_cast<double>(t) - static_cast<double>(half)) * sample_s_;
      const double angle_rad = 2.0 * kPi * frequency_hz * delay_s;
      waves_[2 * k * samples_ + t] = static_cast<float>(std::cos(angle_rad));
      waves_[(2 * k + 1) * samples_ + t] = static_cast<float>(-std::sin(angle_rad));
    }
  }
  table_.resize(frames * pairs_.size() * samples_);
  power_.resize(frames);
}

void PhaseFrames::set(std::size_t frame, std::span<const std::complex<float>> spectrum,
                      std::span<const float> weight) {
  const std::size_t microphones = setup_.position_m.size();
  const std::size_t rows = 2 * setup_.frequencies;
  std::vector<std::complex<float>> phasor(microphones);
  power_[frame] = 0.0f;
  std::fill(cross_.begin(), cross_.end(), 0.0f);
  for (std::size_t k = 0; k < setup_.frequencies; ++k) {
    if (!unit_phasors(spectrum.subspan(k * microphones, microphones), phasor) ||
        !(weight[k] > 0.0f))
      continue;
    power_[frame] += weight[k] * static_cast<float>(microphones);
    for (std::size_t p = 0; p < pairs_.size(); ++p) {
      // u_a conj(u_b) in real numbers: the library's complex product also checks for infinities.
      const std::complex<float> a = phasor[pairs_[p].a], b = phasor[pairs_[p].b];
      float* cross = &cross_[p * rows + 2 * k];
      cross[0] = weight[k] * (a.real() * b.real() + a.imag() * b.imag());
      cross[1] = weight[k] * (a.imag() * b.real() - a.real() * b.imag());
    }
  }
  tabulate(cross_.data(), waves_.data(), pairs_.size(), rows, samples_,
           &table_[frame * pairs_.size() * samples_]);
}

void PhaseFrames::score(std::size_t frame, const Eigen::Matrix3d& R_pool_sensor,
                        const DirectionColumns& directions, float* scores) const {
  std::fill(scores, scores + directions.padded(), power_[frame]);
  const float* table = &table_[frame * pairs_.size() * samples_];
  for (std::size_t p = 0; p < pairs_.size(); ++p) {
    // delay_a - delay_b = -<p_a - p_b, d> / c
    const Eigen::Vector3d apart =
        R_pool_sensor * (setup_.position_m[pairs_[p].a] - setup_.position_m[pairs_[p].b]);
    const Eigen::Vector3f slope = (apart / (-setup_.speed_of_sound * sample_s_)).cast<float>();
    add_pair(table + p * samples_, slope.data(), static_cast<float>(samples_ / 2),
             directions.x.data(), directions.y.data(), directions.z.data(), directions.padded(),
             scores);
  }
}

}  // namespace doa
