#include "calib/adjustment.h"

#include <Eigen/Cholesky>
#include <Eigen/Dense>

#include "calib/normal_equations.h"
#include "calib/position_covariance.h"
#include "calib/reference_positions.h"
#include "so3/rotation.h"

namespace calib {

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
          apply_step(data, array, normals, solver.solve(reduced.r), options.longest_move_rad);
      report.mean_coherence = reduced.weight > 0.0 ? reduced.coherence / reduced.weight : 0.0;
    }
    last_scale = scale;
  }
  const SharedShift shift =
      move_to_reference(data, array, last_scale, options.longest_move_rad, pool);
  array.covariance = position_covariance(data, array, last_scale, shift, pool);
  for (std::size_t i = 0; i < before.size(); ++i) {
    report.mean_turn_rad += so3::angle_between(before[i], data.recordings[i].direction_world) /
                            static_cast<double>(before.size());
  }
  return report;
}

}  // namespace calib
