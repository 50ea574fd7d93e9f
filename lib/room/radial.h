/// Radial part of a sound field: how an expansion about the array's center is read at a radius.
#pragma once

#include <cstddef>
#include <vector>

namespace room {

/// Spherical Bessel functions j_0(x) .. j_order(x), x >= 0; relative error about 1e-12 while j_n >
/// 1e-100.
std::vector<double> spherical_bessel(std::size_t order, double x);

/// Relative error (amplitude) of a plane wave expanded up to an order and read on a sphere with k r
/// = x, mean over directions: sqrt(1 - sum_{n <= order} (2n+1) j_n(x)^2), summed from the small
/// end.
double truncation_error(std::size_t order, double x);

/// Expansion of a point source at distance d, seen from the center, in 1 / d:
///   exp(-ik|r - d|) / |r - d| = exp(-ikd) / d sum_n (2n+1) i^n j_n(kr) P_n sum_s q_s(n) / (2 i k
///   d)^s, q_s(n) = (n+s)! / (s! (n-s)!), exact for s up to n. Term 0 alone is a plane wave.
double near_field_factor(std::size_t degree, std::size_t term);

/// Size of the relative error made by keeping terms 0..terms-1 of that expansion, terms >= 1, to a
/// factor of 1.5: (k r^2 / 2d)^terms / terms! for the wave front's curvature, (r / d)^terms for its
/// amplitude.
double near_field_error(std::size_t terms, double wave_number, double radius_m, double distance_m);

}  // namespace room
