#include "so3/identifiability.h"

#include <Eigen/Eigenvalues>
#include <algorithm>

#include "so3/rotation.h"

namespace so3 {
namespace {

constexpr std::size_t kPerInterval = 32;

}  // namespace

void Identifiability::add_interval(std::span<const Eigen::Quaterniond> q_world_sensor) {
  if (q_world_sensor.size() < 2) return;
  const Eigen::Quaterniond middle = q_world_sensor[q_world_sensor.size() / 2];
  const std::size_t stride = std::max<std::size_t>(1, q_world_sensor.size() / kPerInterval);
  for (std::size_t i = 0; i < q_world_sensor.size(); i += stride) {
    const Eigen::Quaterniond relative = middle.conjugate() * q_world_sensor[i];
    const Eigen::Matrix3d R = relative.toRotationMatrix();
    // vec(A R - R A) = (R^T (x) I - I (x) R) vec(A), columns of A one after another.
    Eigen::Matrix<double, 9, 9> K = Eigen::Matrix<double, 9, 9>::Zero();
    for (int column = 0; column < 3; ++column) {
      for (int row = 0; row < 3; ++row) {
        K.block<3, 3>(3 * column, 3 * row) += R(row, column) * Eigen::Matrix3d::Identity();
      }
      K.block<3, 3>(3 * column, 3 * column) -= R;
    }
    sum_ += K.transpose() * K;
    const Eigen::Vector3d turn = log(relative);
    turn_axes_ += turn * turn.transpose();
    count_ += 1.0;
  }
}

double Identifiability::margin() const {
  if (count_ == 0.0) return 0.0;
  const Eigen::SelfAdjointEigenSolver<Eigen::Matrix<double, 9, 9>> solver(sum_ / count_,
                                                                          Eigen::EigenvaluesOnly);
  return std::max(0.0, solver.eigenvalues()(1));
}

Eigen::Vector3d Identifiability::weakest_axis() const {
  const Eigen::SelfAdjointEigenSolver<Eigen::Matrix3d> solver(turn_axes_);
  return solver.eigenvectors().col(2);
}

}  // namespace so3
