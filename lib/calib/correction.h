/// Correction of the plane waves for a body and for unequal microphones.
#pragma once

#include <Eigen/Core>
#include <complex>
#include <cstddef>
#include <span>
#include <vector>

#include "so3/harmonics.h"

namespace calib {

/// Complex factors c_m(f, d) on the plane waves of an EffectiveArray: a sum of
/// so3::real_harmonics() over direction, piecewise linear over frequency. An empty correction
/// stands for the factor 1.
struct Correction {
  std::size_t order = 0;
  std::size_t microphones = 0;
  std::vector<double> knot_hz;                   ///< Hz, rising, [knots]
  std::vector<std::complex<float>> coefficient;  ///< [knots, harmonics, microphones]

  bool empty() const { return knot_hz.empty(); }
  std::size_t harmonics() const { return so3::harmonic_count(order); }
  const std::complex<float>* row(std::size_t knot, std::size_t harmonic) const {
    return &coefficient[(knot * harmonics() + harmonic) * microphones];
  }
  /// Factors at one frequency and direction. Outside the knots, the nearest knot's factors hold.
  /// @param factor  [microphones], written
  void at(double frequency_hz, const Eigen::Vector3d& direction,
          std::span<std::complex<double>> factor) const;
};

/// Place of a frequency between two knots: the value is (1 - share) times that of knot `low` plus
/// share times that of knot low + 1.
struct KnotPlace {
  std::size_t low = 0;
  double share = 0.0;
};
KnotPlace knot_place(std::span<const double> knot_hz, double frequency_hz);

}  // namespace calib
