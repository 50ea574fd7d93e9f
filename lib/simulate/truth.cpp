#include "simulate/truth.h"

#include <algorithm>
#include <cmath>

#include "so3/rotation.h"

namespace simulate {
namespace {

/// Direction of a source from the array's momentary center.
Eigen::Vector3d direction_at(const Plan& plan, const so3::Track& orientation,
                             const DrySource& source, double time_s) {
  const Eigen::Vector3d place_m =
      plan.source_distance_m * (so3::exp(source.turn_rad_s * time_s) * source.direction_world);
  return (place_m + orientation.at(time_s) * plan.pivot_m).normalized();
}

/// Angular velocity on the great circle from one direction to another.
Eigen::Vector3d velocity_between(const Eigen::Vector3d& from, const Eigen::Vector3d& to,
                                 double duration_s) {
  const Eigen::Vector3d axis = from.cross(to);
  if (axis.isZero(0.0) || duration_s <= 0.0) return Eigen::Vector3d::Zero();
  return axis.normalized() * (so3::angle_between(from, to) / duration_s);
}

/// Rows of a source that is seen from a moving center, after the row of the whole session.
std::vector<session::SourceTruth> seen_from_center(const Plan& plan, const so3::Track& orientation,
                                                   const DrySource& source,
                                                   const session::SourceTruth& whole) {
  std::vector<session::SourceTruth> rows;
  const auto steps = static_cast<std::size_t>(std::ceil(whole.end_s / kTruthStep_s));
  for (std::size_t i = 0; i < std::max<std::size_t>(1, steps); ++i) {
    session::SourceTruth row = whole;
    if (i > 0) row.activity_db.clear();
    row.start_s = static_cast<double>(i) * kTruthStep_s;
    row.end_s = std::min(whole.end_s, static_cast<double>(i + 1) * kTruthStep_s);
    row.direction_world = direction_at(plan, orientation, source, row.start_s);
    row.angular_velocity_world =
        velocity_between(row.direction_world, direction_at(plan, orientation, source, row.end_s),
                         row.end_s - row.start_s);
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace

std::vector<session::SourceTruth> truth_of(const Plan& plan, const so3::Track& orientation,
                                           const std::vector<DrySource>& sources,
                                           std::size_t samples) {
  std::vector<session::SourceTruth> truth;
  for (std::size_t s = 0; s < sources.size(); ++s) {
    const DrySource& source = sources[s];
    const double end_s = static_cast<double>(source.signal.size()) / kSimulatedRateHz;
    std::vector<float> level_db =
        source.direct
            ? delayed_activity_db(source.signal, source.direct->pressure, source.direct->delay_s,
                                  samples)
            : activity_db(source.signal, plan.source_distance_m, samples, plan.speed_of_sound);
    session::SourceTruth whole{s,
                               source.direction_world,
                               0.0,
                               end_s,
                               source.speech_file,
                               source.turn_rad_s,
                               std::move(level_db)};
    if (plan.pivot_m.isZero(0.0) || source.waves != nullptr) {
      truth.push_back(std::move(whole));
      continue;
    }
    for (session::SourceTruth& row : seen_from_center(plan, orientation, source, whole))
      truth.push_back(std::move(row));
  }
  return truth;
}

}  // namespace simulate
