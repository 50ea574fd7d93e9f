/// Fourier transforms of eight complex signals at once.
#pragma once

#include <complex>
#include <cstddef>
#include <span>
#include <vector>

#include "dsp/lanes.h"

namespace dsp {

/// In-place transforms for fast convolution. Spectra stay in the transform's own order: nothing is
/// sorted. A cell may also hold sixteen real signals: filtering by the spectrum of a real filter
/// keeps its two halves apart.
class LaneFft {
 public:
  /// @param size  a power of 4, >= 4. @throws core::UsageError otherwise
  explicit LaneFft(std::size_t size);

  std::size_t size() const { return size_; }
  /// bin()[i] is the frequency, 0..size-1, that place i of a spectrum holds.
  std::span<const std::size_t> bin() const { return bin_; }

  /// X[k] = sum_n x[n] exp(-2 pi i k n / size), place i holds bin()[i]. @param data  [size]
  void forward(Cell* data) const;
  /// The inverse times `size`: inverse(forward(x)) = size * x. @param data  [size]
  void inverse(Cell* data) const;

 private:
  std::size_t size_;
  std::vector<std::size_t> bin_;              // [size]
  std::vector<std::complex<float>> twiddle_;  // for each level n = size, size/4, ...: [n/4, 3]
};

}  // namespace dsp
