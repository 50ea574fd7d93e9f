#include "room/field_convolver.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/kernel.h"
#include "room/bands.h"
#include "room/radial.h"

namespace room {
namespace {

using dsp::Cell;
using dsp::kLanes;
using dsp::Lanes;
using Complex = std::complex<float>;

constexpr std::size_t kSize = Blocks::kSize;
// Spectra of successive blocks do not lie a power of two apart, because they would then share the
// same cache sets.
constexpr std::size_t kSourceStride = kSize + 40;

/// Gain 1 up to 0.9375 of half the sample rate (7.5 kHz at a rate of 16 kHz). From there it falls
/// to 0 at 1.0625 of half the sample rate.
double band_limit(double cycles_per_sample) {
  constexpr double kPass = 0.46875;
  constexpr double kStop = 0.53125;
  const double f = std::abs(cycles_per_sample);
  if (f <= kPass) return 1.0;
  if (f >= kStop) return 0.0;
  const double c = std::cos(std::numbers::pi / 2.0 * (f - kPass) / (kStop - kPass));
  return c * c;
}

/// sum[i stride] += lanes factor[i] (alpha[i] even[i] + beta[i] odd[i])
CSL_KERNEL void combine(const Cell* even, const Cell* odd, const float* alpha, const Complex* beta,
                        const Lanes& lanes, const Complex* factor, std::size_t stride, Cell* sum) {
  for (std::size_t i = 0; i < kSize; ++i) {
    const float beta_re = beta[i].real(), beta_im = beta[i].imag();
    const float factor_re = factor[i].real(), factor_im = factor[i].imag();
    const Lanes re = even[i].re * alpha[i] + odd[i].re * beta_re - odd[i].im * beta_im;
    const Lanes im = even[i].im * alpha[i] + odd[i].re * beta_im + odd[i].im * beta_re;
    sum[i * stride].re += lanes * (re * factor_re - im * factor_im);
    sum[i * stride].im += lanes * (re * factor_im + im * factor_re);
  }
}

/// out[i] = filter[i] sum_p source[i - p kSourceStride] response[i, p], over the partitions p of
/// the response.
CSL_KERNEL void filter_block(const Cell* response, std::size_t stride, std::size_t partitions,
                             const Complex* source, const Cell* filter, Cell* out) {
  for (std::size_t i = 0; i < kSize; ++i) {
    Lanes re{}, im{};
    const Complex* x = source + i;
    for (std::size_t p = 0; p < partitions; ++p, x -= kSourceStride) {
      const Cell& h = response[i * stride + p];
      re += h.re * x->real() - h.im * x->imag();
      im += h.re * x->imag() + h.im * x->real();
    }
    out[i].re = re * filter[i].re - im * filter[i].im;
    out[i].im = re * filter[i].im + im * filter[i].re;
  }
}

}  // namespace

double FieldConvolver::signed_bin(std::size_t place) const {
  const double bin = static_cast<double>(fft_.bin()[place]);
  return bin < kSize / 2 ? bin : bin - static_cast<double>(kSize);
}

FieldConvolver::FieldConvolver(const SpreadingKernel& kernel)
    : fft_(kSize), alpha_(kSize), beta_(kSize), even_(kSize), odd_(kSize) {
  const double size = static_cast<double>(kSize);
  const auto correction = [&](double bin) {
    const double limit = band_limit(bin / size);
    return limit > 0.0 ? limit / kernel.transform(bin / size / 2.0) : 0.0;
  };
  for (std::size_t i = 0; i < kSize; ++i) {
    // The grid has two rows per sample. Its bins k and k - kSize alias at one row per sample.
    const double bin = signed_bin(i);
    const double here = correction(bin);
    const double folded = correction(bin < 0.0 ? bin + size : bin - size);
    alpha_[i] = static_cast<float>(here + folded);
    beta_[i] = Complex(std::polar(1.0, -std::numbers::pi * bin / size) * (here - folded));
  }
}

std::complex<double> FieldConvolver::layer_factor(const FieldLayer& layer, double bin,
                                                  double hz_per_bin, bool banded) const {
  // The factor is (2 i k)^-term. A constant pressure (k = 0) has no near-field terms.
  const double wave_number = bin * wave_number_per_bin_;
  if (layer.term > 0 && wave_number == 0.0) return 0.0;
  std::complex<double> factor = banded ? band_share(layer.band, bin * hz_per_bin) : 1.0;
  for (std::size_t s = 0; s < layer.term; ++s)
    factor /= std::complex<double>(0.0, 2.0 * wave_number);
  return factor;
}

void FieldConvolver::begin_scene(const ImageField& field, const HarmonicBasis& basis,
                                 const Blocks& blocks, double sample_rate_hz,
                                 double speed_of_sound) {
  field_ = &field;
  basis_ = &basis;
  blocks_ = blocks;
  partitions_ = field.layer(0).rows / blocks.rows();
  const double hz_per_bin = sample_rate_hz / static_cast<double>(kSize);
  wave_number_per_bin_ = 2.0 * std::numbers::pi * hz_per_bin / speed_of_sound;
  layer_factor_.clear();
  for (std::size_t layer = 0; layer < field.layers(); ++layer) {
    for (std::size_t i = 0; i < kSize; ++i) {
      layer_factor_.emplace_back(
          layer_factor(field.layer(layer), signed_bin(i), hz_per_bin, field.bands() > 1));
    }
  }
}

void FieldConvolver::load_source(std::span<const float> source, std::size_t first_block,
                                 std::size_t blocks) {
  // Spectrum b belongs to block first_block + b - (partitions - 1). It is the transform of kSize
  // samples that start one block and one guard before that block.
  first_block_ = first_block;
  const std::size_t count = blocks + partitions_ - 1;
  const std::size_t before = partitions_ * blocks_.length() + blocks_.guard;
  source_.resize(count * kSourceStride);
  for (std::size_t b = 0; b < count; b += kLanes) {
    const std::size_t lanes = std::min(kLanes, count - b);
    std::fill(even_.begin(), even_.end(), Cell{});
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      const std::size_t first = (first_block + b + lane) * blocks_.length();
      for (std::size_t n = before > first ? before - first : 0;
           n < kSize && first + n - before < source.size(); ++n) {
        even_[n].re[lane] = source[first + n - before];
      }
    }
    fft_.forward(even_.data());
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      for (std::size_t i = 0; i < kSize; ++i) {
        source_[(b + lane) * kSourceStride + i] = {even_[i].re[lane], even_[i].im[lane]};
      }
    }
  }
}

void FieldConvolver::add_partition(std::size_t layer, std::size_t group, std::size_t partition) {
  const std::size_t groups = basis_->groups();
  const Cell* row = field_->grid(layer).data() + partition * blocks_.rows() * groups + group;
  const std::size_t length = blocks_.length();
  for (std::size_t n = 0; n < length; ++n, row += 2 * groups) {
    even_[n] = row[0];
    odd_[n] = row[groups];
  }
  std::fill(even_.begin() + static_cast<std::ptrdiff_t>(length), even_.end(), Cell{});
  std::fill(odd_.begin() + static_cast<std::ptrdiff_t>(length), odd_.end(), Cell{});
  fft_.forward(even_.data());
  fft_.forward(odd_.data());
  Lanes lanes{};
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const std::size_t channel = group * kLanes + lane;
    if (channel >= basis_->channels()) continue;
    const double factor = near_field_factor(basis_->degree(channel), field_->layer(layer).term);
    lanes[lane] = static_cast<float>(factor);
  }
  combine(even_.data(), odd_.data(), alpha_.data(), beta_.data(), lanes,
          layer_factor_.data() + layer * kSize, partitions_, response_.data() + partition);
}

void FieldConvolver::load_group(std::size_t group) {
  response_.assign(kSize * partitions_, Cell{});
  for (std::size_t layer = 0; layer < field_->layers(); ++layer) {
    const std::size_t partitions = field_->layer(layer).rows / blocks_.rows();
    for (std::size_t partition = 0; partition < partitions; ++partition) {
      add_partition(layer, group, partition);
    }
  }
}

std::span<const Cell> FieldConvolver::sound(std::size_t block, const Cell* filter) {
  // The source is silent before sample 0. The guard makes one partition more than the block's
  // number reach into the source.
  const std::size_t partitions = std::min(partitions_, first_block_ + block + 2);
  filter_block(response_.data(), partitions_, partitions,
               source_.data() + (block + partitions_ - 1) * kSourceStride, filter, even_.data());
  fft_.inverse(even_.data());
  return std::span<const Cell>(even_).subspan(blocks_.length() + blocks_.guard, blocks_.length());
}

std::vector<Cell> FieldConvolver::sphere_filter(double radius_m) const {
  std::vector<Cell> filter(basis_->groups() * kSize, Cell{});
  for (std::size_t i = 0; i < kSize; ++i) {
    const double wave_number = signed_bin(i) * wave_number_per_bin_;
    const std::vector<double> j =
        spherical_bessel(basis_->order(), std::abs(wave_number) * radius_m);
    for (std::size_t channel = 0; channel < basis_->channels(); ++channel) {
      // i^n is 1, i, -1, -i. The filters of odd degree are odd in k, since j_n(-x) = (-1)^n j_n(x).
      const std::size_t n = basis_->degree(channel);
      const double size = (2.0 * static_cast<double>(n) + 1.0) * j[n] / static_cast<double>(kSize);
      const float value = static_cast<float>(n % 4 < 2 ? size : -size);
      Cell& cell = filter[channel / kLanes * kSize + i];
      if (n % 2 == 0) {
        cell.re[channel % kLanes] = value;
      } else if (fft_.bin()[i] != kSize / 2) {
        cell.im[channel % kLanes] = wave_number < 0.0 ? -value : value;
      }
    }
  }
  return filter;
}

}  // namespace room
