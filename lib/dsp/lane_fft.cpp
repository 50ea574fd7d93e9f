#include "dsp/lane_fft.h"

#include <fmt/format.h>

#include <cmath>
#include <numbers>

#include "core/errors.h"
#include "core/kernel.h"

namespace dsp {
namespace {

using Twiddle = std::complex<float>;

/// target = (re, im) * w
__attribute__((always_inline)) inline void multiply(Cell& target, const Lanes& re, const Lanes& im,
                                                    const Twiddle& w) {
  target.re = re * w.real() - im * w.imag();
  target.im = re * w.imag() + im * w.real();
}

/// One level of decimation in frequency. Block r of the result is the input of the transform that
/// gives the bins 4 k + r.
CSL_KERNEL void forward_level(Cell* data, std::size_t n, const Twiddle* twiddle) {
  const std::size_t quarter = n / 4;
  for (std::size_t j = 0; j < quarter; ++j, twiddle += 3) {
    Cell& a = data[j];
    Cell& b = data[j + quarter];
    Cell& c = data[j + 2 * quarter];
    Cell& d = data[j + 3 * quarter];
    const Lanes sum_ac_re = a.re + c.re, sum_ac_im = a.im + c.im;
    const Lanes dif_ac_re = a.re - c.re, dif_ac_im = a.im - c.im;
    const Lanes sum_bd_re = b.re + d.re, sum_bd_im = b.im + d.im;
    const Lanes dif_bd_re = b.re - d.re, dif_bd_im = b.im - d.im;
    a.re = sum_ac_re + sum_bd_re;
    a.im = sum_ac_im + sum_bd_im;
    multiply(b, dif_ac_re + dif_bd_im, dif_ac_im - dif_bd_re, twiddle[0]);
    multiply(c, sum_ac_re - sum_bd_re, sum_ac_im - sum_bd_im, twiddle[1]);
    multiply(d, dif_ac_re - dif_bd_im, dif_ac_im + dif_bd_re, twiddle[2]);
  }
}

/// Inverse of forward_level, times 4.
CSL_KERNEL void inverse_level(Cell* data, std::size_t n, const Twiddle* twiddle) {
  const std::size_t quarter = n / 4;
  for (std::size_t j = 0; j < quarter; ++j, twiddle += 3) {
    Cell& a = data[j];
    Cell& b = data[j + quarter];
    Cell& c = data[j + 2 * quarter];
    Cell& d = data[j + 3 * quarter];
    Cell u1, u2, u3;
    multiply(u1, b.re, b.im, std::conj(twiddle[0]));
    multiply(u2, c.re, c.im, std::conj(twiddle[1]));
    multiply(u3, d.re, d.im, std::conj(twiddle[2]));
    const Lanes sum_02_re = a.re + u2.re, sum_02_im = a.im + u2.im;
    const Lanes dif_02_re = a.re - u2.re, dif_02_im = a.im - u2.im;
    const Lanes sum_13_re = u1.re + u3.re, sum_13_im = u1.im + u3.im;
    const Lanes dif_13_re = u1.re - u3.re, dif_13_im = u1.im - u3.im;
    a.re = sum_02_re + sum_13_re;
    a.im = sum_02_im + sum_13_im;
    b.re = dif_02_re - dif_13_im;
    b.im = dif_02_im + dif_13_re;
    c.re = sum_02_re - sum_13_re;
    c.im = sum_02_im - sum_13_im;
    d.re = dif_02_re + dif_13_im;
    d.im = dif_02_im - dif_13_re;
  }
}

// The recursion is depth first: after two levels of a 4096-point transform a quarter of a quarter
// fits the first-level cache.
void forward_parts(Cell* data, std::size_t n, const Twiddle* twiddle) {
  if (n < 4) return;
  forward_level(data, n, twiddle);
  for (std::size_t r = 0; r < 4; ++r)
    forward_parts(data + r * (n / 4), n / 4, twiddle + 3 * (n / 4));
}

void inverse_parts(Cell* data, std::size_t n, const Twiddle* twiddle) {
  if (n < 4) return;
  for (std::size_t r = 0; r < 4; ++r)
    inverse_parts(data + r * (n / 4), n / 4, twiddle + 3 * (n / 4));
  inverse_level(data, n, twiddle);
}

void fill_bins(std::size_t* bin, std::size_t n, std::size_t first, std::size_t stride) {
  if (n < 4) {
    *bin = first;
    return;
  }
  for (std::size_t r = 0; r < 4; ++r) {
    fill_bins(bin + r * (n / 4), n / 4, first + r * stride, 4 * stride);
  }
}

}  // namespace

LaneFft::LaneFft(std::size_t size) : size_(size), bin_(size) {
  for (std::size_t n = size; n != 1; n /= 4) {
    if (n < 4 || n % 4 != 0) {
      throw core::UsageError(fmt::format("transform size: expected a power of 4, found {}", size));
    }
    for (std::size_t j = 0; j < n / 4; ++j) {
      for (std::size_t r = 1; r < 4; ++r) {
        const double angle =
            -2.0 * std::numbers::pi * static_cast<double>(j * r) / static_cast<double>(n);
        twiddle_.emplace_back(static_cast<float>(std::cos(angle)),
                              static_cast<float>(std::sin(angle)));
      }
    }
  }
  fill_bins(bin_.data(), size, 0, 1);
}

void LaneFft::forward(Cell* data) const { forward_parts(data, size_, twiddle_.data()); }
void LaneFft::inverse(Cell* data) const { inverse_parts(data, size_, twiddle_.data()); }

}  // namespace dsp
