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
/// Deviation of the systematic part, in shifts towards the reference positions.
constexpr double kShiftsOfDeviation = 2.0;
/// Factor of the squared shift by chance that is subtracted from the squared shift.
constexpr double kChance = 2.0;

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

/// Takes the mean over the microphones away, as EffectiveArray::center() does.
void center_microphones(Eigen::MatrixXd& steps) {
  const Eigen::Index microphones = steps.rows() / 4;
  for (Eigen::Index column = 0; column < steps.cols(); ++column) {
    auto step = steps.col(column).reshaped(4, microphones);
    step.colwise() -= step.rowwise().mean().eval();
  }
}

/// Each recording's share of a step, [4 microphones, recordings].
Eigen::MatrixXd recording_steps(const Eigen::MatrixXd& H, const Reduced& reduced) {
  Eigen::MatrixXd steps = H.ldlt().solve(reduced.shares);
  center_microphones(steps);
  return steps;
}

/// Sum of squares of the positions' part of a step.
double squared_move(const Eigen::VectorXd& step) {
  return step.reshaped(4, step.size() / 4).topRows<3>().squaredNorm();
}

}  // namespace

Eigen::MatrixXd position_covariance(const Observations& data, const EffectiveArray& array,
                                    double scale, core::ThreadPool& pool) {
  const std::vector<Normal> normals =
      normal_equations(data, array, {.scale = scale, .exact = true}, pool);
  const Reduced own = reduce(normals, array.size());
  const Eigen::MatrixXd random =
      recording_steps(second_derivative(own.H, reduced_flattening(normals, own.H.rows())), own);
  const BinWeighting reference_weighting{
      .scale = scale, .confidence = false, .onset_power = 3, .frequency_power = 2};
  const Reduced reference =
      reduce(normal_equations(data, array, reference_weighting, pool), array.size());
  // Gauss-Newton steps: far from the reference positions, the second derivative overshoots.
  const Eigen::MatrixXd difference =
      recording_steps(reference.H, reference) - recording_steps(own.H, own);
  const Eigen::VectorXd shift = difference.rowwise().sum();
  double by_chance = 0.0;
  for (Eigen::Index i = 0; i < difference.cols(); ++i) by_chance += squared_move(difference.col(i));
  const double squared_shift = squared_move(shift);
  const double share =
      squared_shift > 0.0 ? std::max(0.0, 1.0 - kChance * by_chance / squared_shift) : 0.0;
  return random * random.transpose() +
         kShiftsOfDeviation * kShiftsOfDeviation * share * shift * shift.transpose();
}

}  // namespace calib
