/// Discrete Fourier transforms of real signals, and fast convolution.
#pragma once

#include <complex>
#include <cstddef>
#include <memory>
#include <span>
#include <vector>

namespace dsp {

/// Smallest even size >= n without a prime factor above 5. Fft is fast for these sizes.
std::size_t fast_size(std::size_t n);

/// Plan and scratch memory of one transform size. Transforms write to the scratch memory, so that
/// each thread needs its own object. X[k] = sum_n x[n] exp(-2 pi i k n / size); the inverse has the
/// factor 1 / size.
class Fft {
 public:
  /// @param size  any even number >= 2; fast_size() gives good ones
  /// @throws core::UsageError  if size is odd or zero
  explicit Fft(std::size_t size);
  ~Fft();
  Fft(Fft&&) noexcept;
  Fft& operator=(Fft&&) noexcept;

  std::size_t size() const { return size_; }
  /// Number of bins of the half spectrum, from 0 to half the sample rate: size / 2 + 1.
  std::size_t bins() const { return size_ / 2 + 1; }

  /// @param time      [size]
  /// @param spectrum  [bins], is overwritten
  void forward(std::span<const float> time, std::span<std::complex<float>> spectrum);
  /// @param spectrum  [bins]; the imaginary parts of the first and last bin are ignored
  /// @param time      [size], is overwritten
  void inverse(std::span<const std::complex<float>> spectrum, std::span<float> time);

 private:
  struct Plan;
  std::size_t size_;
  std::unique_ptr<Plan> plan_;
};

/// Linear convolution by overlap-add, float32.
/// @param signal  [n]
/// @param filter  [m]
/// @return        [n + m - 1]; empty if either is empty
std::vector<float> convolve(std::span<const float> signal, std::span<const float> filter);

}  // namespace dsp
