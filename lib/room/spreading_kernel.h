/// Placing impulses at real-valued times on a grid (the gridding step of non-uniform Fourier
/// transforms).
#pragma once

#include <array>
#include <cstddef>

namespace room {

/// Smooth bump of width 4 grid rows, exp(beta (sqrt(1 - (x/2)^2) - 1)), as a piecewise polynomial.
/// An impulse at time t (in rows) becomes weight(r) at row floor(t) - 1 + r, r = 0..3; dividing the
/// grid's spectrum by transform() gives the impulse's spectrum back, with an aliasing error of at
/// most -64 dB up to 0.125 cycles a row and -50 dB up to 0.25.
class SpreadingKernel {
 public:
  static constexpr std::size_t kWidth = 4;
  static constexpr std::size_t kTerms = 5;  // of the even and of the odd part of each polynomial

  SpreadingKernel();

  /// Coefficients of one half of the kernel, in u = 2 fraction - 1: inner() belongs to rows 1 and
  /// 2, outer() to rows 0 and 3. weight = even(u^2) + u odd(u^2) for rows 2 and 3, even - u odd for
  /// rows 1 and 0.
  struct Piece {
    std::array<float, kTerms> even;
    std::array<float, kTerms> odd;
  };
  const Piece& inner() const { return inner_; }
  const Piece& outer() const { return outer_; }

  /// Weights of the four rows. @param fraction  of a row, [0, 1)
  std::array<float, kWidth> weights(float fraction) const;

  /// Fourier transform of the kernel; real, since the kernel is even.
  /// @param frequency  cycles a row
  double transform(double frequency) const;

 private:
  Piece inner_;
  Piece outer_;
};

}  // namespace room
