/// Assignment of rows to columns at the least total cost.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <limits>
#include <vector>

namespace doa {

inline constexpr double kForbidden = std::numeric_limits<double>::infinity();
inline constexpr std::size_t kUnassigned = static_cast<std::size_t>(-1);

/// Pairs rows with columns. Of all assignments with the largest number of pairs it takes the one
/// with the least total cost. O(n^3) with n the longer side. Source: Kuhn 1955, Munkres 1957, in
/// the form with potentials.
/// @param cost  [rows, columns], finite or kForbidden
/// @return      column of each row, or kUnassigned, [rows]
/// @throws core::InputError  if a cost is NaN or minus infinity
std::vector<std::size_t> assign(const Eigen::MatrixXd& cost);

}  // namespace doa
