/// Sums over bins in columns, shared by everything that pools them.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <span>

namespace doa {

/// A run of bins: unit directions and norms, [count] each.
struct BinColumns {
  const float* x = nullptr;
  const float* y = nullptr;
  const float* z = nullptr;
  const float* norm = nullptr;
  std::size_t count = 0;
};

/// Sum of weight times unit direction, and of the weights.
struct WeightedSum {
  Eigen::Vector3d vector = Eigen::Vector3d::Zero();
  double weight = 0.0;
};

/// Weights are the norms.
WeightedSum sum_bins(const BinColumns& bins);

/// Weights are norm exp(kappa (cos angle - 1)) around a unit direction.
WeightedSum sum_bins_near(const BinColumns& bins, const Eigen::Vector3d& direction, double kappa);

/// For each kappa in turn, moves the direction to that of sum_bins_near; stays where every weight
/// vanishes.
Eigen::Vector3d seek_mode(const BinColumns& bins, Eigen::Vector3d direction,
                          std::span<const double> kappas);

}  // namespace doa
