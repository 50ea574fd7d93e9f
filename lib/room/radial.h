/// Radial functions of a sound field that is expanded about the array's center.
#pragma once

#include <cstddef>
#include <vector>

namespace room {

/// Spherical Bessel functions j_0(x) .. j_order(x), x >= 0. The relative error is about 1e-12 where
/// j_n > 1e-100.
std::vector<double> spherical_bessel(std::size_t order, double x);

/// Relative amplitude error of a plane wave that is expanded up to an order and read on a sphere
/// with k r = x, as root mean square over directions:
///
///   sqrt(1 - sum_{n <= order} (2n + 1) j_n(x)^2)
///
/// The code sums the terms above the order, from the smallest one.
double truncation_error(std::size_t order, double x);

/// Factor q_s(n) in the expansion of a point source at distance d from the center in powers of 1 /
/// d:
///
///   exp(-ik|r - d|) / |r - d|
///       = exp(-ikd) / d sum_n (2n + 1) i^n j_n(kr) P_n sum_s q_s(n) / (2 i k d)^s
///   q_s(n) = (n + s)! / (s! (n - s)!)
///
/// The expansion is exact with all terms s <= n. Term 0 alone is a plane wave.
double near_field_factor(std::size_t degree, std::size_t term);

/// Relative error of this expansion with the terms 0 .. terms - 1, terms >= 1, to a factor of 1.5.
/// It is the sum of two errors:
///
///   (k r^2 / 2d)^terms / terms!   from the curvature of the wave front
///   (r / d)^terms                 from its amplitude
double near_field_error(std::size_t terms, double wave_number, double radius_m, double distance_m);

}  // namespace room
