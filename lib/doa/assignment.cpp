#include "doa/assignment.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/errors.h"

namespace doa {
namespace {

/// The costs in a square matrix. A forbidden or padded entry costs more than any number of allowed
/// pairs.
Eigen::MatrixXd padded(const Eigen::MatrixXd& cost) {
  double largest = 0.0;
  for (const double c : cost.reshaped()) {
    if (std::isnan(c) || c == -kForbidden) {
      throw core::InputError(fmt::format("assignment: expected costs, found {}", c));
    }
    if (c != kForbidden) largest = std::max(largest, std::abs(c));
  }
  const Eigen::Index n = std::max(cost.rows(), cost.cols());
  const double dear = 4.0 * (largest + 1.0) * static_cast<double>(n + 1);
  Eigen::MatrixXd square = Eigen::MatrixXd::Constant(n, n, dear);
  for (Eigen::Index c = 0; c < cost.cols(); ++c) {
    for (Eigen::Index r = 0; r < cost.rows(); ++r) {
      if (cost(r, c) != kForbidden) square(r, c) = cost(r, c);
    }
  }
  return square;
}

/// Row of each column of a square, by shortest augmenting paths; row and column 0 are sentinels.
std::vector<Eigen::Index> solve(const Eigen::MatrixXd& cost) {
  const Eigen::Index n = cost.rows();
  const auto size = static_cast<std::size_t>(n + 1);
  std::vector<double> u(size, 0.0), v(size, 0.0);
  std::vector<Eigen::Index> row(size, 0), way(size, 0);
  for (Eigen::Index r = 1; r <= n; ++r) {
    row[0] = r;
    Eigen::Index j0 = 0;
    std::vector<double> slack(size, kForbidden);
    std::vector<bool> used(size, false);
    do {
      used[j0] = true;
      Eigen::Index j1 = 0;
      double delta = kForbidden;
      for (Eigen::Index j = 1; j <= n; ++j) {
        if (used[j]) continue;
        const double reduced = cost(row[j0] - 1, j - 1) - u[row[j0]] - v[j];
        if (reduced < slack[j]) slack[j] = reduced, way[j] = j0;
        if (slack[j] < delta) delta = slack[j], j1 = j;
      }
      for (Eigen::Index j = 0; j <= n; ++j) {
        if (used[j]) {
          u[row[j]] += delta, v[j] -= delta;
        } else {
          slack[j] -= delta;
        }
      }
      j0 = j1;
    } while (row[j0] != 0);
    for (; j0 != 0; j0 = way[j0]) row[j0] = row[way[j0]];
  }
  return row;
}

}  // namespace

std::vector<std::size_t> assign(const Eigen::MatrixXd& cost) {
  std::vector<std::size_t> column(static_cast<std::size_t>(cost.rows()), kUnassigned);
  if (cost.size() == 0) return column;
  const std::vector<Eigen::Index> row = solve(padded(cost));
  for (Eigen::Index c = 0; c < cost.cols(); ++c) {
    const Eigen::Index r = row[c + 1] - 1;
    if (r < cost.rows() && cost(r, c) != kForbidden) column[r] = static_cast<std::size_t>(c);
  }
  return column;
}

}  // namespace doa
