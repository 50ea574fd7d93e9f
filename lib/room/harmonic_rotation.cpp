#include "room/harmonic_rotation.h"

#include <algorithm>

#include "so3/grid.h"

namespace room {

using dsp::Cell;
using dsp::kLanes;
using dsp::Lanes;

HarmonicRotation::HarmonicRotation(const HarmonicBasis& basis) : basis_(basis) {
  const std::size_t order = basis.order();
  channels_.resize((order + 1) * (order + 1));
  std::vector<std::size_t> used(order + 1, 0);
  // The basis sorts its channels by m, then n. Within a degree the order here becomes m = 0, then
  // cosine and sine of m = 1, 2, ...
  for (std::size_t m = 0, channel = 0; m <= order; ++m) {
    for (std::size_t n = m; n <= order; ++n, ++channel) {
      for (const bool imaginary : {false, true}) {
        if (imaginary && m == 0) continue;
        channels_[n * n + used[n]++] = {channel, imaginary};
      }
    }
  }
  const std::vector<Eigen::Vector3d> grid = so3::fibonacci_grid(2 * (2 * order + 1));
  direction_.resize(3, static_cast<Eigen::Index>(grid.size()));
  for (std::size_t i = 0; i < grid.size(); ++i)
    direction_.col(static_cast<Eigen::Index>(i)) = grid[i];
  const Eigen::MatrixXd value = values_of(direction_);
  for (std::size_t n = 0; n <= order; ++n) {
    const Eigen::Index rows = static_cast<Eigen::Index>(2 * n + 1);
    const Eigen::MatrixXd block = value.middleRows(static_cast<Eigen::Index>(n * n), rows);
    solve_.emplace_back(block.transpose() * (block * block.transpose()).inverse());
  }
}

Eigen::MatrixXd HarmonicRotation::values_of(const Eigen::Matrix3Xd& directions) const {
  const std::size_t count = static_cast<std::size_t>(directions.cols());
  Eigen::MatrixXd result(static_cast<Eigen::Index>(channels_.size()), directions.cols());
  std::vector<Cell> value(basis_.channels());
  for (std::size_t first = 0; first < count; first += kLanes) {
    const std::size_t lanes = std::min(kLanes, count - first);
    Lanes x{}, y{}, z{};
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      const Eigen::Index column = static_cast<Eigen::Index>(first + lane);
      x[lane] = static_cast<float>(directions(0, column));
      y[lane] = static_cast<float>(directions(1, column));
      z[lane] = static_cast<float>(directions(2, column));
    }
    basis_.evaluate(x, y, z, value.data());
    for (std::size_t i = 0; i < channels_.size(); ++i) {
      const Cell& cell = value[channels_[i].channel];
      for (std::size_t lane = 0; lane < lanes; ++lane) {
        result(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(first + lane)) =
            channels_[i].imaginary ? cell.im[lane] : cell.re[lane];
      }
    }
  }
  return result;
}

Eigen::VectorXd HarmonicRotation::values(const Eigen::Vector3d& direction) const {
  return values_of(direction).col(0);
}

void HarmonicRotation::matrices(const Eigen::Matrix3d& R, std::vector<float>& matrices) const {
  const Eigen::MatrixXd turned = values_of(R * direction_);
  matrices.clear();
  for (std::size_t n = 0; n <= order(); ++n) {
    const Eigen::Index rows = static_cast<Eigen::Index>(2 * n + 1);
    const Eigen::MatrixXd D = turned.middleRows(static_cast<Eigen::Index>(n * n), rows) * solve_[n];
    for (Eigen::Index row = 0; row < rows; ++row) {
      for (Eigen::Index column = 0; column < rows; ++column) {
        matrices.push_back(static_cast<float>(D(row, column)));
      }
    }
  }
}

}  // namespace room
