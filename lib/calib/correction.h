/// What a body and unequal microphones add to plane-wave delays.
#pragma once

#include <Eigen/Core>
#include <complex>
#include <cstddef>
#include <span>
#include <vector>

namespace calib {

/// Real spherical harmonics up to an order, (order + 1)^2 of them, scaled so that the squares sum
/// to (order + 1)^2 in every direction.
std::size_t harmonic_count(std::size_t order);
void harmonics(std::size_t order, const Eigen::Vector3d& direction, std::span<double> value);

/// Complex factors c_m(f, d) on the plane waves of an EffectiveArray: harmonics over direction,
/// piecewise linear over frequency. An empty one stands for 1.
struct Correction {
  std::size_t order = 0;
  std::size_t microphones = 0;
  std::vector<double> knot_hz;                   ///< rising, [knots]
  std::vector<std::complex<float>> coefficient;  ///< [knots, harmonics, microphones]

  bool empty() const { return knot_hz.empty(); }
  std::size_t harmonics() const { return harmonic_count(order); }
  const std::complex<float>* row(std::size_t knot, std::size_t harmonic) const {
    return &coefficient[(knot * harmonics() + harmonic) * microphones];
  }
  /// Factors at one frequency and direction; frequencies beyond the knots take the last knot's.
  void at(double frequency_hz, const Eigen::Vector3d& direction,
          std::span<std::complex<double>> factor) const;
};

/// Which two knots a frequency lies between: value = (1 - share) low + share (low + 1).
struct KnotPlace {
  std::size_t low = 0;
  double share = 0.0;
};
KnotPlace knot_place(std::span<const double> knot_hz, double frequency_hz);

}  // namespace calib
