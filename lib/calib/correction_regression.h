/// The regression inside fit_correction(): sums over bins for each knot, and their solution.
#pragma once

#include <Eigen/Core>
#include <array>
#include <complex>
#include <cstddef>
#include <span>
#include <vector>

#include "calib/calibration.h"
#include "calib/observations.h"
#include "core/parallel.h"

namespace calib {

/// The bins that a fit uses, and their values that do not change between iterations.
struct CorrectionSample {
  std::vector<std::size_t> bin;                   ///< index into Observations
  std::vector<std::size_t> recording;             ///< recording of each bin
  std::vector<Eigen::Vector3d> direction;         ///< sensor frame
  std::vector<std::size_t> cell;                  ///< cell of the sphere that holds the direction
  std::vector<std::vector<std::size_t>> by_knot;  ///< indices of the bins that a knot acts on
};

/// Cells of the sphere, about 18 degrees wide. One in six is held out. With this number of cells on
/// the Fibonacci grid, no two neighbors are held out.
inline constexpr std::size_t kCells = 120;
inline bool held_out(std::size_t cell) { return cell % 6 == 0; }

/// Bins of positive weight, at most about `most` of them, spread evenly.
/// @param knot_hz  spacing_hz apart; a knot acts on the bins that are nearer than spacing_hz
CorrectionSample make_sample(const Observations& data, std::size_t most,
                             std::span<const double> knot_hz, double spacing_hz);

/// alpha = <h, y> / |h|^2 and the weight of every sampled bin under the current signature h.
struct BinState {
  std::vector<std::complex<double>> alpha;
  std::vector<double> weight;  ///< Observations::weight times exp(-(1 - x) / scale)
};
BinState update_bins(const Observations& data, const CorrectionSample& sample,
                     const Calibration& calibration, double scale, core::ThreadPool& pool);

/// Number of parts into which bins are divided: even and odd recordings, and each of them in cells
/// that are held out or not.
inline constexpr std::size_t kParts = 4;
inline std::size_t part_of(std::size_t recording, std::size_t cell) {
  return recording % 2 + (held_out(cell) ? 2 : 0);
}
/// The parts that a regression uses.
struct Parts {
  bool even = true;
  bool odd = true;
  bool held_out_cells = true;

  bool has(std::size_t part) const {
    return (part % 2 == 0 ? even : odd) && (part < 2 || held_out_cells);
  }
};

/// Regression sums of one knot, each part apart.
struct KnotSums {
  std::array<Eigen::MatrixXd, kParts> gram;    ///< [harmonics, harmonics], lower half
  std::array<Eigen::MatrixXd, kParts> target;  ///< [harmonics, 2 microphones]: re, im of each
  std::array<double, kParts> weight{};
};
/// @param order    highest degree of the harmonics; solve_correction() may use a lower one
/// @param members  by_knot of this knot
KnotSums sum_knot(const Observations& data, const EffectiveArray& array,
                  const CorrectionSample& sample, const BinState& state, std::size_t order,
                  double knot_hz, double spacing_hz, const std::vector<std::size_t>& members);

/// Ridge regression of every knot on the sums of some parts.
/// @param sums   [knots]
/// @param ridge  as a share of the bins' weight; it pulls the factors towards 1, and harmonics of a
///               higher degree more strongly
Correction solve_correction(const std::vector<KnotSums>& sums, std::span<const double> knot_hz,
                            std::size_t order, double ridge, const Parts& parts);

}  // namespace calib
