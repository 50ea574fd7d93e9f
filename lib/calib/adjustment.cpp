#include "calib/adjustment.h"

#include <Eigen/Cholesky>
#include <Eigen/Dense>
#include <algorithm>

#include "calib/normal_equations.h"
#include "calib/position_covariance.h"
#include "so3/rotation.h"

namespace calib {
namespace {

double move(Observations& data, EffectiveArray& array, const std::vector<Normal>& normals,
            const Eigen::VectorXd& dP, double longest_move_rad) {
  double largest = 0.0;
  for (std::size_t i = 0; i < normals.size(); ++i) {
    const Normal& n = normals[i];
    Eigen::Vector2d dg = regular(n.H_gg).inverse() * (n.r_g - n.H_Pg.transpose() * dP);
    if (dg.norm() > longest_move_rad) dg *= longest_move_rad / dg.norm();
    Eigen::Vector3d& g = data.recordings[i].direction_world;
    g = (g + n.B * dg).normalized();
  }
  for (std::size_t m = 0; m < array.size(); ++m) {
    const auto at = static_cast<Eigen::Index>(4 * m);
    array.position_m[m] += dP.segment<3>(at);
    array.offset_m[m] += dP[at + 3];
    largest = std::max(largest, dP.segment<3>(at).norm());
  }
  array.center();
  return largest;
}

}  // namespace

AdjustmentReport adjust(Observations& data, EffectiveArray& array, const AdjustmentOptions& options,
                        core::ThreadPool& pool) {
  std::vector<Eigen::Vector3d> before;
  for (const Interval& recording : data.recordings) before.push_back(recording.direction_world);
  AdjustmentReport report;
  double last_scale = 0.05;
  for (const double scale : options.scales) {
    for (int step = 0; step < options.steps; ++step) {
      const std::vector<Normal> normals = normal_equations(data, array, {.scale = scale}, pool);
      const Reduced reduced = reduce(normals, array.size());
      const Eigen::LDLT<Eigen::MatrixXd> solver(reduced.H);
      report.last_step_m =
          move(data, array, normals, solver.solve(reduced.r), options.longest_move_rad);
      report.mean_coherence = reduced.weight > 0.0 ? reduced.coherence / reduced.weight : 0.0;
    }
    last_scale = scale;
  }
  array.covariance = position_covariance(data, array, last_scale, pool);
  for (std::size_t i = 0; i < before.size(); ++i) {
    report.mean_turn_rad += so3::angle_between(before[i], data.recordings[i].direction_world) /
                            static_cast<double>(before.size());
  }
  return report;
}

}  // namespace calib
