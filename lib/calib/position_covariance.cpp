#include "calib/position_covariance.h"

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>
#include <algorithm>
#include <vector>

#include "calib/normal_equations.h"

namespace calib {
namespace {

/// Least share of the normal matrix that the second derivative keeps in any direction.
constexpr double kLeastCurvature = 0.2;

/// Flattening of all recordings with their directions eliminated, [4 microphones, 4 microphones].
Eigen::MatrixXd reduced_flattening(const std::vector<Normal>& normals, Eigen::Index rows) {
  Eigen::MatrixXd sum = Eigen::MatrixXd::Zero(rows, rows);
  for (const Normal& n : normals) {
    // To first order in the flattening F: (I, -G) F (I, -G)^T with G = H_Pg H_gg^-1.
    const Eigen::MatrixXd full = n.flattening.selfadjointView<Eigen::Lower>();
    Eigen::MatrixXd T(rows, rows + 2);
    T << Eigen::MatrixXd::Identity(rows, rows), -n.H_Pg * regular(n.H_gg).inverse();
    sum += T * full * T.transpose();
  }
  return sum;
}

/// H - F, with F scaled down where it would leave too little of H in some direction.
Eigen::MatrixXd second_derivative(const Eigen::MatrixXd& H, const Eigen::MatrixXd& F) {
  const Eigen::GeneralizedSelfAdjointEigenSolver<Eigen::MatrixXd> solver(F, H,
                                                                         Eigen::EigenvaluesOnly);
  const double largest = solver.eigenvalues().maxCoeff();
  const double most = 1.0 - kLeastCurvature;
  return H - (largest > most ? most / largest : 1.0) * F;
}

}  // namespace

Eigen::MatrixXd position_covariance(const Observations& data, const EffectiveArray& array,
                                    double scale, const SharedShift& shift,
                                    core::ThreadPool& pool) {
  const std::vector<Normal> normals =
      normal_equations(data, array, {.scale = scale, .exact = true}, pool);
  const Reduced own = reduce(normals, array.size());
  const Eigen::MatrixXd random =
      recording_steps(second_derivative(own.H, reduced_flattening(normals, own.H.rows())), own);
  // The whole step, although only a share of it was made: where it is hardly above chance and no
  // share is made, the error is still there.
  return random * random.transpose() + shift.step * shift.step.transpose();
}

}  // namespace calib
