/// Sums over bins in columns, shared by all ways of pooling.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <span>

namespace doa {

/// Contiguous bins: unit directions and norms, [count] each.
struct BinColumns {
  const float* x = nullptr;
  const float* y = nullptr;
  const float* z = nullptr;
  const float* norm = nullptr;
  std::size_t count = 0;
};

/// Sum of weight times unit direction, and sum of the weights.
struct WeightedSum {
  Eigen::Vector3d vector = Eigen::Vector3d::Zero();
  double weight = 0.0;
};

/// Sums with the norms as weights.
WeightedSum sum_bins(const BinColumns& bins);

/// Sums with the weights norm exp(kappa (cos angle - 1)) around a unit direction.
WeightedSum sum_bins_near(const BinColumns& bins, const Eigen::Vector3d& direction, double kappa);

/// Moves the direction to that of sum_bins_near(), for each kappa in turn. If all weights are 0,
/// the direction stays.
Eigen::Vector3d seek_mode(const BinColumns& bins, Eigen::Vector3d direction,
                          std::span<const double> kappas);

}  // namespace doa
