#include "room/field_reader.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numbers>

#include "core/kernel.h"
#include "room/radial.h"

namespace room {
namespace {

using dsp::Cell;
using dsp::kLanes;
using dsp::Lanes;
using Complex = std::complex<float>;

constexpr std::size_t kSize = Blocks::kSize;
constexpr std::size_t kLength = Blocks::kLength;
// Spectra of successive blocks must not be a power of two apart, or they share cache sets.
constexpr std::size_t kSourceStride = kSize + 40;
constexpr std::size_t kChunkBlocks = 25;  // 3 s at 16 kHz: bounds memory for long signals
constexpr double kSameRadius_m = 1e-6;

/// Frequency of a transform's bin in cycles per kSize samples, -kSize/2 .. kSize/2 - 1.
double signed_bin(std::size_t bin) {
  return bin < kSize / 2 ? static_cast<double>(bin)
                         : static_cast<double>(bin) - static_cast<double>(kSize);
}

/// 1 up to 0.9375 of half the sample rate (7.5 kHz at 16 kHz), falling to 0 as far above it.
double band_limit(double cycles_per_sample) {
  constexpr double kPass = 0.46875;
  constexpr double kStop = 0.53125;
  const double f = std::abs(cycles_per_sample);
  if (f <= kPass) return 1.0;
  if (f >= kStop) return 0.0;
  const double c = std::cos(std::numbers::pi / 2.0 * (f - kPass) / (kStop - kPass));
  return c * c;
}

/// part[i * stride] += factor (alpha even + beta odd), factor = lane_factor * (re + i im)
struct Factor {
  Lanes lanes;
  const float* re;  // [kSize]
  const float* im;
};

CSL_KERNEL void combine(const Cell* even, const Cell* odd, const float* alpha, const Complex* beta,
                        const Factor& factor, std::size_t stride, Cell* part) {
  for (std::size_t i = 0; i < kSize; ++i) {
    const Lanes re =
        even[i].re * alpha[i] + odd[i].re * beta[i].real() - odd[i].im * beta[i].imag();
    const Lanes im =
        even[i].im * alpha[i] + odd[i].re * beta[i].imag() + odd[i].im * beta[i].real();
    part[i * stride].re += factor.lanes * (re * factor.re[i] - im * factor.im[i]);
    part[i * stride].im += factor.lanes * (re * factor.im[i] + im * factor.re[i]);
  }
}

/// out[i] = radial[i] * sum over parts p of source[-p * kSourceStride + i] response[i, p]
CSL_KERNEL void filter_block(const Cell* response, std::size_t stride, std::size_t parts,
                             const Complex* source, const Cell* radial, Cell* out) {
  for (std::size_t i = 0; i < kSize; ++i) {
    Lanes re{}, im{};
    const Complex* x = source + i;
    for (std::size_t p = 0; p < parts; ++p, x -= kSourceStride) {
      const Cell& h = response[i * stride + p];
      re += h.re * x->real() - h.im * x->imag();
      im += h.re * x->imag() + h.im * x->real();
    }
    out[i].re = re * radial[i].re - im * radial[i].im;
    out[i].im = re * radial[i].im + im * radial[i].re;
  }
}

/// heard[t, 8 mics] += sum over eight channels of field[t] * (from + (to - from) t / step)
CSL_KERNEL void read_step(const Cell* field, const Cell* from, const Cell* to, std::size_t step,
                          std::size_t length, float* heard, std::size_t heard_stride) {
  Cell slope[kLanes];
  const float scale = 1.0F / static_cast<float>(step);
  for (std::size_t c = 0; c < kLanes; ++c) {
    slope[c].re = (to[c].re - from[c].re) * scale;
    slope[c].im = (to[c].im - from[c].im) * scale;
  }
  for (std::size_t t = 0; t < length; ++t) {
    const float* s = reinterpret_cast<const float*>(field + t);
    Lanes constant{}, linear{};
    for (std::size_t c = 0; c < kLanes; ++c) {
      constant += s[c] * from[c].re + s[kLanes + c] * from[c].im;
      linear += s[c] * slope[c].re + s[kLanes + c] * slope[c].im;
    }
    Lanes sum;
    std::memcpy(&sum, heard + t * heard_stride, sizeof(sum));
    sum += constant + linear * static_cast<float>(t);
    std::memcpy(heard + t * heard_stride, &sum, sizeof(sum));
  }
}

}  // namespace

/// Microphones at one distance from the centre: they share the radial filter and the inverse
/// transforms.
struct FieldReader::MicSet {
  double radius_m;
  std::vector<std::size_t> mics;
  std::vector<Cell> harmonics;  // [nodes of the chunk, vectors, groups * kLanes]
  std::vector<float> heard;     // [samples of the chunk, vectors, kLanes]
  std::vector<Cell> radial;     // [groups, kSize]

  std::size_t vectors() const { return (mics.size() + kLanes - 1) / kLanes; }
};

FieldReader::FieldReader(const SpreadingKernel& kernel)
    : fft_(kSize), alpha_(kSize), beta_(kSize), even_(kSize), odd_(kSize) {
  const auto correction = [&](double bin) {
    const double cycles = bin / static_cast<double>(kSize);
    const double limit = band_limit(cycles);
    return limit > 0.0 ? limit / kernel.transform(cycles / 2.0) : 0.0;
  };
  for (std::size_t i = 0; i < kSize; ++i) {
    // The grid has two rows a sample; its bins k and k - kSize fall together at one row a sample.
    const double bin = signed_bin(fft_.bin()[i]);
    const double here = correction(bin);
    const double folded =
        correction(bin < 0.0 ? bin + static_cast<double>(kSize) : bin - static_cast<double>(kSize));
    const double angle = -std::numbers::pi * bin / static_cast<double>(kSize);
    alpha_[i] = static_cast<float>(here + folded);
    beta_[i] = Complex(std::polar(here - folded, angle));
  }
}

void FieldReader::transform_source(std::span<const float> source, std::size_t first_block,
                                   std::size_t blocks) {
  // Spectrum b is of the segment that starts at sample (first_block + b - (parts - 1)) kLength -
  // kLength - kGuard.
  const std::size_t count = blocks + parts_ - 1;
  source_.assign(count * kSourceStride, Complex{});
  for (std::size_t b = 0; b < count; b += kLanes) {
    const std::size_t lanes = std::min(kLanes, count - b);
    for (std::size_t n = 0; n < kSize; ++n) {
      even_[n] = Cell{};
      for (std::size_t lane = 0; lane < lanes; ++lane) {
        const std::size_t sample = (first_block + b + lane) * kLength + n;
        const std::size_t before = parts_ * kLength + Blocks::kGuard;
        if (sample >= before && sample - before < source.size())
          even_[n].re[lane] = source[sample - before];
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

void FieldReader::add_part(const ImageField& field, const HarmonicBasis& basis, std::size_t group,
                           std::size_t term, std::size_t part, double wave_number_per_bin) {
  const std::span<const Cell> grid = field.grid(term);
  const std::size_t groups = basis.groups();
  const Cell* first = grid.data() + part * Blocks::kRows * groups + group;
  for (std::size_t n = 0; n < kLength; ++n) {
    even_[n] = first[2 * n * groups];
    odd_[n] = first[(2 * n + 1) * groups];
  }
  std::fill(even_.begin() + kLength, even_.end(), Cell{});
  std::fill(odd_.begin() + kLength, odd_.end(), Cell{});
  fft_.forward(even_.data());
  fft_.forward(odd_.data());

  Factor factor{};
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const std::size_t channel = group * kLanes + lane;
    if (channel >= basis.channels()) continue;
    factor.lanes[lane] = static_cast<float>(near_field_factor(basis.degree(channel), term));
  }
  std::vector<float> re(kSize, 0.0F);
  std::vector<float> im(kSize, 0.0F);
  for (std::size_t i = 0; i < kSize; ++i) {
    // (2 i k)^-term; a constant pressure has no near-field terms of its own.
    const double wave_number = signed_bin(fft_.bin()[i]) * wave_number_per_bin;
    if (term > 0 && wave_number == 0.0) continue;
    const std::complex<double> value =
        std::pow(std::complex<double>(0.0, 2.0 * wave_number), -static_cast<int>(term));
    re[i] = static_cast<float>(term == 0 ? 1.0 : value.real());
    im[i] = static_cast<float>(term == 0 ? 0.0 : value.imag());
  }
  factor.re = re.data();
  factor.im = im.data();
  combine(even_.data(), odd_.data(), alpha_.data(), beta_.data(), factor, parts_,
          response_.data() + part);
}

void FieldReader::transform_response(const ImageField& field, const HarmonicBasis& basis,
                                     std::size_t group, double wave_number_per_bin) {
  response_.assign(kSize * parts_, Cell{});
  for (std::size_t term = 0; term < field.terms(); ++term) {
    for (std::size_t part = 0; (part + 1) * Blocks::kRows <= field.rows(term); ++part) {
      add_part(field, basis, group, term, part, wave_number_per_bin);
    }
  }
}

std::vector<Cell> FieldReader::radial_filter(const HarmonicBasis& basis, double radius_m,
                                             double wave_number_per_bin) const {
  std::vector<Cell> filter(basis.groups() * kSize, Cell{});
  for (std::size_t i = 0; i < kSize; ++i) {
    const double bin = signed_bin(fft_.bin()[i]);
    const std::vector<double> j =
        spherical_bessel(basis.order(), std::abs(bin) * wave_number_per_bin * radius_m);
    for (std::size_t channel = 0; channel < basis.channels(); ++channel) {
      // (2n + 1) i^n j_n(k r), and the 1 / size of the transform.
      const std::size_t n = basis.degree(channel);
      const double size = (2.0 * static_cast<double>(n) + 1.0) * j[n] / static_cast<double>(kSize);
      const double value = n % 4 < 2 ? size : -size;
      Cell& cell = filter[channel / kLanes * kSize + i];
      const bool nyquist = fft_.bin()[i] == kSize / 2;
      if (n % 2 == 0) {
        cell.re[channel % kLanes] = static_cast<float>(value);
      } else if (!nyquist) {
        cell.im[channel % kLanes] = static_cast<float>(bin < 0.0 ? -value : value);
      }
    }
  }
  return filter;
}

void FieldReader::add_field(const ImageField& field, const HarmonicBasis& basis,
                            const TurningArray& turning, std::span<const float> source,
                            double sample_rate_hz, double speed_of_sound, std::span<float> output) {
  const double wave_number_per_bin =
      2.0 * std::numbers::pi * sample_rate_hz / static_cast<double>(kSize) / speed_of_sound;
  std::vector<MicSet> sets;
  for (std::size_t mic = 0; mic < turning.mics; ++mic) {
    const double radius = turning.offset_m[mic].norm();
    const auto same = std::find_if(sets.begin(), sets.end(), [&](const MicSet& set) {
      return std::abs(set.radius_m - radius) < kSameRadius_m;
    });
    MicSet& set = same != sets.end() ? *same : sets.emplace_back(MicSet{radius, {}, {}, {}, {}});
    set.mics.push_back(mic);
  }
  for (MicSet& set : sets) set.radial = radial_filter(basis, set.radius_m, wave_number_per_bin);

  parts_ = field.rows(0) / Blocks::kRows;
  const std::size_t samples = output.size() / turning.mics;
  const std::size_t blocks = (samples + kLength - 1) / kLength;
  std::vector<Cell> sound(kSize);
  for (std::size_t first = 0; first < blocks; first += kChunkBlocks) {
    const std::size_t count = std::min(kChunkBlocks, blocks - first);
    const std::size_t begin = first * kLength;
    const std::size_t length = std::min(count * kLength, samples - begin);
    const std::size_t nodes = (length + turning.step - 1) / turning.step + 1;
    transform_source(source, first, count);
    for (MicSet& set : sets) {
      set.heard.assign(length * set.vectors() * kLanes, 0.0F);
      set.harmonics.assign(nodes * set.vectors() * basis.groups() * kLanes, Cell{});
      for (std::size_t node = 0; node < nodes; ++node) {
        for (std::size_t v = 0; v < set.vectors(); ++v) {
          Lanes x{}, y{}, z{};
          for (std::size_t i = 0; i < std::min(kLanes, set.mics.size() - v * kLanes); ++i) {
            const Eigen::Vector3d& offset =
                turning.offset_m[(begin / turning.step + node) * turning.mics +
                                 set.mics[v * kLanes + i]];
            const Eigen::Vector3d direction = set.radius_m > 0.0
                                                  ? Eigen::Vector3d(offset / set.radius_m)
                                                  : Eigen::Vector3d::UnitZ();
            x[i] = static_cast<float>(direction.x());
            y[i] = static_cast<float>(direction.y());
            z[i] = static_cast<float>(direction.z());
          }
          basis.evaluate(
              x, y, z, set.harmonics.data() + (node * set.vectors() + v) * basis.groups() * kLanes);
        }
      }
    }
    for (std::size_t group = 0; group < basis.groups(); ++group) {
      transform_response(field, basis, group, wave_number_per_bin);
      for (std::size_t block = 0; block < count; ++block) {
        for (MicSet& set : sets) {
          filter_block(response_.data(), parts_, std::min(parts_, first + block + 2),
                       source_.data() + (block + parts_ - 1) * kSourceStride,
                       set.radial.data() + group * kSize, sound.data());
          fft_.inverse(sound.data());
          const std::size_t at = block * kLength;
          for (std::size_t t = 0; t < kLength && at + t < length; t += turning.step) {
            const std::size_t node = (at + t) / turning.step;
            for (std::size_t v = 0; v < set.vectors(); ++v) {
              const Cell* from = set.harmonics.data() +
                                 ((node * set.vectors() + v) * basis.groups() + group) * kLanes;
              const Cell* to = from + set.vectors() * basis.groups() * kLanes;
              read_step(sound.data() + kLength + Blocks::kGuard + t, from, to, turning.step,
                        std::min(turning.step, length - at - t),
                        set.heard.data() + ((at + t) * set.vectors() + v) * kLanes,
                        set.vectors() * kLanes);
            }
          }
        }
      }
    }
    for (const MicSet& set : sets) {
      for (std::size_t t = 0; t < length; ++t) {
        for (std::size_t i = 0; i < set.mics.size(); ++i) {
          output[(begin + t) * turning.mics + set.mics[i]] +=
              set.heard[t * set.vectors() * kLanes + i];
        }
      }
    }
  }
}

}  // namespace room
