/// Real spherical harmonics. One recurrence serves the scalar version here and the vectorized one
/// of room/harmonics.h.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <span>

namespace so3 {

/// A harmonic of degree n and order m is Q_n^m(z) times the real or imaginary part of
/// c_m (x + i y)^m, where
///   Q_m^m = 1,   Q_n^m = (forward z Q_(n-1)^m - back Q_(n-2)^m) / root,
///   c_0 = 1,     c_m = c_(m-1) harmonic_start(m).
/// Its square K^2 = (2 - [m = 0]) (n - m)! / (n + m)! scales P_n^m such that the addition theorem
/// reads P_n(<u, v>) = sum over m and both parts of the products.
struct HarmonicStep {
  double forward;  ///< 2 n - 1
  double back;     ///< sqrt((n - 1)^2 - m^2), at least 0
  double root;     ///< sqrt(n^2 - m^2)
};

/// @param n, m  degree and order, 0 <= m < n
HarmonicStep harmonic_step(std::size_t n, std::size_t m);

/// c_m / c_(m-1); 1 for m = 0.
double harmonic_start(std::size_t m);

/// Number of harmonics up to an order, (order + 1)^2.
std::size_t harmonic_count(std::size_t order);

/// All harmonics up to an order, each scaled by sqrt(2 n + 1) such that their squares sum to
/// (order + 1)^2 in every direction.
/// @param direction  unit vector
/// @param value      [harmonic_count(order)], written: degree n and order m, real part at
///                   n^2 + n + m, imaginary part at n^2 + n - m
void real_harmonics(std::size_t order, const Eigen::Vector3d& direction, std::span<double> value);

}  // namespace so3
