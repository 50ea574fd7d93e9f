#include "room/response_filters.h"

#include <algorithm>
#include <cmath>

#include "core/kernel.h"
#include "dsp/fractional_delay.h"
#include "so3/grid.h"

namespace room {
namespace {

using dsp::Cell;
using dsp::kLanes;
using dsp::Lanes;

constexpr std::size_t kLead = 128;         // filter samples before lag 0, for early onsets
constexpr std::size_t kRing = 40;          // filter samples behind a response, for interpolation
constexpr std::size_t kCell = 2 * kLanes;  // real channels in a cell

std::size_t filter_length(const array::ResponseInterpolator& responses) {
  return 2 * kLead + responses.taps() + kRing;
}

/// A transform of at least four times the filter's length, so that three quarters of its samples
/// are new ones.
std::size_t transform_size(std::size_t length) {
  std::size_t size = 256;
  while (size < 4 * length) size *= 4;
  return size;
}

/// sum[i] += direct[i] z[i] + mirrored[i] conj(z[mirror[i]])
CSL_KERNEL void add_filtered(const Cell* z, const std::size_t* mirror, const Cell* direct,
                             const Cell* mirrored, std::size_t size, Cell* sum) {
  for (std::size_t i = 0; i < size; ++i) {
    const Cell& a = z[i];
    const Cell& b = z[mirror[i]];
    sum[i].re +=
        direct[i].re * a.re - direct[i].im * a.im + mirrored[i].re * b.re + mirrored[i].im * b.im;
    sum[i].im +=
        direct[i].re * a.im + direct[i].im * a.re + mirrored[i].im * b.re - mirrored[i].re * b.im;
  }
}

float sum_of(const Lanes& lanes) {
  float sum = 0.0F;
  for (std::size_t i = 0; i < kLanes; ++i) sum += lanes[i];
  return sum;
}

/// Filters of all channels for one receiver, [channels, length], row-major.
std::vector<double> harmonic_filters(const array::ResponseInterpolator& responses,
                                     const HarmonicRotation& harmonics, std::size_t receiver,
                                     std::size_t length) {
  const std::size_t channels = harmonics.channels().size();
  const std::vector<Eigen::Vector3d> grid = so3::fibonacci_grid(4 * channels);
  const dsp::FractionalDelay interpolator(64, 512);
  constexpr double kAlignedLead = static_cast<double>(array::ResponseInterpolator::kLead);
  std::vector<double> filters(channels * length, 0.0);
  std::vector<double> heard(length);
  array::ResponseInterpolator::Value value;
  for (const Eigen::Vector3d& u : grid) {
    responses.at(u, value);
    const std::span<const float> ir(value.ir.data() + receiver * responses.taps(),
                                    responses.taps());
    const Eigen::VectorXd harmonic = harmonics.values(u) / static_cast<double>(grid.size());
    for (std::size_t n = 0; n < length; ++n) {
      const double lag = static_cast<double>(n) - static_cast<double>(kLead);
      heard[n] = interpolator.read(ir, lag - value.onset[receiver] + kAlignedLead);
    }
    for (std::size_t c = 0; c < channels; ++c) {
      const double weight = harmonic[static_cast<Eigen::Index>(c)];
      for (std::size_t n = 0; n < length; ++n) filters[c * length + n] += weight * heard[n];
    }
  }
  for (std::size_t n = 0; n <= harmonics.order(); ++n) {
    const auto first = filters.begin() + static_cast<std::ptrdiff_t>(n * n * length);
    std::for_each(first, first + static_cast<std::ptrdiff_t>((2 * n + 1) * length),
                  [&](double& h) { h *= static_cast<double>(2 * n + 1); });
  }
  return filters;
}

}  // namespace

ResponseFilters::ResponseFilters(const array::ResponseInterpolator& responses,
                                 const HarmonicRotation& harmonics)
    : receivers_(responses.receivers()),
      channels_(harmonics.channels().size()),
      groups_((channels_ + kCell - 1) / kCell),
      lead_(kLead),
      length_(filter_length(responses)),
      fft_(transform_size(length_)),
      mirror_(fft_.size()),
      direct_(receivers_ * groups_ * fft_.size()),
      mirrored_(direct_.size()),
      work_(fft_.size()),
      sum_(receivers_ * fft_.size()) {
  const std::size_t size = fft_.size();
  std::vector<std::size_t> place(size);
  for (std::size_t i = 0; i < size; ++i) place[fft_.bin()[i]] = i;
  for (std::size_t i = 0; i < size; ++i) mirror_[i] = place[(size - fft_.bin()[i]) % size];
  const Lanes half = Lanes{} + 0.5F / static_cast<float>(size);
  for (std::size_t r = 0; r < receivers_; ++r) {
    const std::vector<double> filters = harmonic_filters(responses, harmonics, r, length_);
    for (std::size_t group = 0; group < groups_; ++group) {
      // One transform F holds the spectra A and B of two groups of filters as A + iB. Symmetry
      // gives the two combinations that the sum needs: (A - iB) / 2 = conj(F(-k)) / 2 and (A + iB)
      // / 2 = F(k) / 2.
      std::fill(work_.begin(), work_.end(), Cell{});
      for (std::size_t c = group * kCell; c < std::min(channels_, (group + 1) * kCell); ++c) {
        const std::size_t lane = c % kCell;
        for (std::size_t n = 0; n < length_; ++n) {
          const float h = static_cast<float>(filters[c * length_ + n]);
          (lane < kLanes ? work_[n].re : work_[n].im)[lane % kLanes] = h;
        }
      }
      fft_.forward(work_.data());
      const std::size_t at = (r * groups_ + group) * size;
      for (std::size_t i = 0; i < size; ++i) {
        direct_[at + i].re = work_[mirror_[i]].re * half;
        direct_[at + i].im = -work_[mirror_[i]].im * half;
        mirrored_[at + i].re = work_[i].re * half;
        mirrored_[at + i].im = work_[i].im * half;
      }
    }
  }
}

void ResponseFilters::load(std::span<const float> field, std::size_t samples, std::size_t group,
                           std::size_t begin, std::size_t length) {
  std::fill(work_.begin(), work_.end(), Cell{});
  for (std::size_t c = group * kCell; c < std::min(channels_, (group + 1) * kCell); ++c) {
    const std::size_t lane = c % kCell;
    const float* row = field.data() + c * samples + begin;
    for (std::size_t n = 0; n < length; ++n) {
      (lane < kLanes ? work_[n].re : work_[n].im)[lane % kLanes] = row[n];
    }
  }
  fft_.forward(work_.data());
}

void ResponseFilters::add(std::span<const float> field, std::size_t samples, std::size_t first,
                          std::span<float> output) {
  const std::size_t size = fft_.size();
  const std::size_t block = size - length_ + 1;
  const std::size_t end = output.size() / receivers_;
  for (std::size_t begin = 0; begin < samples; begin += block) {
    const std::size_t length = std::min(block, samples - begin);
    std::fill(sum_.begin(), sum_.end(), Cell{});
    for (std::size_t group = 0; group < groups_; ++group) {
      load(field, samples, group, begin, length);
      for (std::size_t r = 0; r < receivers_; ++r) {
        const std::size_t at = (r * groups_ + group) * size;
        add_filtered(work_.data(), mirror_.data(), direct_.data() + at, mirrored_.data() + at, size,
                     sum_.data() + r * size);
      }
    }
    for (std::size_t r = 0; r < receivers_; ++r) {
      for (std::size_t i = 0; i < size; ++i) {
        const Cell& cell = sum_[r * size + i];
        const float re = sum_of(cell.re);
        const float im = sum_of(cell.im);
        work_[i] = Cell{};
        work_[i].re[0] = re;
        work_[i].im[0] = im;
      }
      fft_.inverse(work_.data());
      for (std::size_t n = 0; n < length + length_ - 1; ++n) {
        const std::size_t sample = first + begin + n;
        if (sample < lead_ || sample - lead_ >= end) continue;
        output[(sample - lead_) * receivers_ + r] += work_[n].re[0];
      }
    }
  }
}

}  // namespace room
