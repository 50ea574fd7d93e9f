#include "calib/reference_positions.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "calib/normal_equations.h"

namespace calib {
namespace {

/// Factor of the squared step by chance that is subtracted from the squared step.
constexpr double kChance = 2.0;
constexpr int kSteps = 4;

/// Sum of squares of the positions' part of a step.
double squared_move(const Eigen::VectorXd& step) {
  return step.reshaped(4, step.size() / 4).topRows<3>().squaredNorm();
}

/// Part of the difference of two weightings' steps that is not by chance.
double certain_share(const Reduced& own, const Reduced& reference) {
  const Eigen::MatrixXd difference =
      recording_steps(reference.H, reference) - recording_steps(own.H, own);
  double by_chance = 0.0;
  for (Eigen::Index i = 0; i < difference.cols(); ++i) by_chance += squared_move(difference.col(i));
  const double squared = squared_move(difference.rowwise().sum());
  return squared > 0.0 ? std::max(0.0, 1.0 - kChance * by_chance / squared) : 0.0;
}

}  // namespace

SharedShift move_to_reference(Observations& data, EffectiveArray& array, double scale,
                              double longest_move_rad, core::ThreadPool& pool) {
  const auto count = static_cast<Eigen::Index>(4 * array.size());
  const BinWeighting weighting{
      .scale = scale, .confidence = false, .onset_power = 3, .frequency_power = 2};
  const Reduced own = reduce(normal_equations(data, array, {.scale = scale}, pool), array.size());
  SharedShift shift;
  shift.step = Eigen::VectorXd::Zero(count);
  EffectiveArray reference = array;
  std::vector<Interval> recordings = data.recordings;
  for (int i = 0; i < kSteps; ++i) {
    const std::vector<Normal> normals = normal_equations(data, reference, weighting, pool);
    const Reduced reduced = reduce(normals, array.size());
    if (i == 0) shift.share = certain_share(own, reduced);
    apply_step(data, reference, normals, recording_steps(reduced.H, reduced).rowwise().sum(),
               longest_move_rad);
  }
  for (std::size_t m = 0; m < array.size(); ++m) {
    const auto at = static_cast<Eigen::Index>(4 * m);
    shift.step.segment<3>(at) = reference.position_m[m] - array.position_m[m];
    shift.step[at + 3] = reference.offset_m[m] - array.offset_m[m];
    array.position_m[m] += shift.share * shift.step.segment<3>(at);
    array.offset_m[m] += shift.share * shift.step[at + 3];
  }
  data.recordings = std::move(recordings);
  for (int i = 0; i < kDirectionSteps; ++i) {
    const std::vector<Normal> normals = normal_equations(data, array, {.scale = scale}, pool);
    apply_step(data, array, normals, Eigen::VectorXd::Zero(count), longest_move_rad);
  }
  return shift;
}

}  // namespace calib
