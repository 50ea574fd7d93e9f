/// Kernel that spreads impulses at real-valued times onto a grid (the gridding step of non-uniform
/// Fourier transforms).
#pragma once

#include <array>
#include <cstddef>

namespace room {

/// Smooth bump exp(beta (sqrt(1 - (x / 2)^2) - 1)) of width 4 grid rows, as a piecewise polynomial.
/// An impulse at time t (in rows) becomes weight(r) at row floor(t) - 1 + r, r = 0..3. The spectrum
/// of the grid divided by transform() is the spectrum of the impulse, with this aliasing error:
///
///   frequency                      error
///   up to 0.125 cycles per row     at most -64 dB
///   up to 0.25 cycles per row      at most -50 dB
class SpreadingKernel {
 public:
  static constexpr std::size_t kWidth = 4;
  static constexpr std::size_t kTerms = 5;  // of the even and of the odd part of each polynomial

  SpreadingKernel();

  /// Coefficients of one half of the kernel in u = 2 fraction - 1. The weights of the rows are:
  ///
  ///   row   piece     weight
  ///   0     outer()   even(u^2) - u odd(u^2)
  ///   1     inner()   even(u^2) - u odd(u^2)
  ///   2     inner()   even(u^2) + u odd(u^2)
  ///   3     outer()   even(u^2) + u odd(u^2)
  struct Piece {
    std::array<float, kTerms> even;
    std::array<float, kTerms> odd;
  };
  const Piece& inner() const { return inner_; }
  const Piece& outer() const { return outer_; }

  /// Weights of the four rows. @param fraction  of a row, [0, 1)
  std::array<float, kWidth> weights(float fraction) const;

  /// Fourier transform of the kernel. It is real, because the kernel is even.
  /// @param frequency  cycles per row
  double transform(double frequency) const;

 private:
  Piece inner_;
  Piece outer_;
};

}  // namespace room
