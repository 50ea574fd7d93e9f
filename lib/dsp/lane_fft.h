/// Fourier transforms of eight complex signals at once.
#pragma once

#include <complex>
#include <cstddef>
#include <span>
#include <vector>

#include "dsp/lanes.h"

namespace dsp {

/// In-place transforms for fast convolution. Spectra stay in the transform's own order and are not
/// sorted. A cell may also hold sixteen real signals, because filtering by the spectrum of a real
/// filter does not mix its two halves.
class LaneFft {
 public:
  /// @param size  a power of 4, >= 4. @throws core::UsageError otherwise
  explicit LaneFft(std::size_t size);

  std::size_t size() const { return size_; }
  /// Frequencies of a spectrum in the transform's order: place i holds frequency bin()[i], which is
  /// between 0 and size - 1.
  std::span<const std::size_t> bin() const { return bin_; }

  /// X[k] = sum_n x[n] exp(-2 pi i k n / size); place i of the result is X[bin()[i]].
  /// @param data  [size]
  void forward(Cell* data) const;
  /// The inverse times `size`: inverse(forward(x)) = size * x. @param data  [size]
  void inverse(Cell* data) const;

 private:
  std::size_t size_;
  std::vector<std::size_t> bin_;              // [size]
  std::vector<std::complex<float>> twiddle_;  // for each level n = size, size/4, ...: [n/4, 3]
};

}  // namespace dsp
