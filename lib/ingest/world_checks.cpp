#include "ingest/world_checks.h"

#include <fmt/format.h>

#include <cmath>

#include "core/units.h"
#include "imu/consistency.h"
#include "imu/gravity_direction.h"
#include "ingest/inertial_checks.h"
#include "so3/rotation.h"

namespace ingest {
namespace {

/// Residual of the gyroscope (imu::Reading) above which the orientations are doubtful.
constexpr double kDoubtful = 0.1;
/// The orientations are wrong if another reading of them has less than this share of the residual.
constexpr double kMuchBetter = 0.2;
/// Cosine of the largest angle between an axis and the vertical that it stands for: 25 degrees.
constexpr double kAlongAxis = 0.9;
/// Least length of the mean acceleration in the world over the mean length.
constexpr double kSteadyForce = 0.7;

Eigen::Vector3d vector_of(const UpAxis& up) {
  const Eigen::Vector3d axis = Eigen::Vector3d::Unit(static_cast<Eigen::Index>(up.axis));
  return up.negative ? Eigen::Vector3d(-axis) : axis;
}

UpAxis nearest_axis(const Eigen::Vector3d& direction) {
  Eigen::Index axis = 0;
  direction.cwiseAbs().maxCoeff(&axis);
  return {static_cast<Axis>(axis), direction[axis] < 0.0};
}

/// What to state if `found` points up instead of the axis that was assumed.
std::string options_for(const LogOptions& options, const UpAxis& found) {
  const UpAxis opposite{found.axis, !found.negative};
  const UpAxis assumed = options.up.value_or(UpAxis{});
  const bool negated = options.accelerations_negated.value_or(false);
  const std::string up = "--up " + name_of(found);
  const std::string sign = fmt::format("--acc-sign {}", negated ? "+" : "-");
  if (opposite.axis == assumed.axis && opposite.negative == assumed.negative) {
    return fmt::format("{}, or {} if the accelerations have the other sign (iPhones: -)", up, sign);
  }
  return fmt::format("{}, or --up {} with {} if the accelerations have the other sign (iPhones: -)",
                     up, name_of(opposite), sign);
}

/// Compares the vertical of the orientations' world with the accelerometer's.
void check_up(const LogOptions& options, const so3::Track& track, const imu::Consistency& fit,
              OrientationLog& log) {
  if (!fit.mounting_known || fit.readings.front().residual >= kDoubtful) return;
  const imu::WorldDirection force = imu::direction_of_force(track, log.imu, fit.R_body_gyroscope);
  if (force.steadiness < kSteadyForce) return;
  const UpAxis assumed = options.up.value_or(UpAxis{});
  // In the world of the file, in which the user thinks.
  const Eigen::Vector3d up = upright_rotation_of(assumed).conjugate() * force.direction;
  const UpAxis nearest = nearest_axis(up);
  const double cosine = up.dot(vector_of(nearest));
  const std::string files =
      fmt::format("{} and the accelerometer of {}", options.pose.string(), options.imu.string());
  if (cosine < kAlongAxis) {
    log.warnings.push_back(fmt::format(
        "{}: the vertical of the orientations' world is {:.0f} degrees from the accelerometer's: "
        "directions are found in a tilted world",
        files, core::radians_to_degrees(std::acos(std::min(1.0, force.direction.z())))));
    return;
  }
  if (nearest.axis == assumed.axis && nearest.negative == assumed.negative) {
    log.facts.pose->up = name_of(assumed) + (options.up ? " (stated; the accelerometer agrees)"
                                                        : " (the accelerometer agrees)");
    return;
  }
  refuse(options, options.up.has_value() && options.accelerations_negated.has_value(),
         fmt::format("{}: the axis {} of the orientations' world points up, not {}: state {}",
                     files, name_of(nearest), name_of(assumed), options_for(options, nearest)),
         log.warnings);
}

/// Refuses orientations that contradict the gyroscope where another reading of them does not.
void check_readings(const LogOptions& options, const imu::Consistency& fit, OrientationLog& log) {
  const double given = fit.readings.front().residual;
  if (given < kDoubtful) return;
  std::string better;
  for (const imu::Reading& reading : fit.readings) {
    if (reading.residual < kMuchBetter * given)
      better += (better.empty() ? "" : ", or ") + reading.name;
  }
  if (!better.empty()) {
    refuse(options, false,
           fmt::format("{}: the orientations contradict the gyroscope of {}; they would fit {} "
                       "(residual {:.2f} as given)",
                       options.pose.string(), options.imu.string(), better, given),
           log.warnings);
    return;
  }
  log.warnings.push_back(
      fmt::format("the orientations explain the gyroscope poorly (residual {:.2f}, 0 is perfect; "
                  "ratio of the rates {:.2f}, 1 is perfect): clocks, units or files may not belong "
                  "together",
                  given, fit.rate_ratio));
}

}  // namespace

Eigen::Quaterniond upright_rotation_of(const UpAxis& up) {
  const double turn = core::degrees_to_radians(up.negative ? -90.0 : 90.0);
  switch (up.axis) {
    case Axis::kX:
      return so3::exp(-turn * Eigen::Vector3d::UnitY());
    case Axis::kY:
      return so3::exp(turn * Eigen::Vector3d::UnitX());
    case Axis::kZ:
      break;
  }
  return up.negative ? Eigen::Quaterniond(0.0, 1.0, 0.0, 0.0) : Eigen::Quaterniond::Identity();
}

void turn_upright(const LogOptions& options, OrientationLog& log) {
  if (!options.up) return;
  log.facts.pose->up = name_of(*options.up) + " (stated)";
  const Eigen::Quaterniond q_upright_world = upright_rotation_of(*options.up);
  for (so3::Track& track : log.tracks) {
    std::vector<Eigen::Quaterniond> q;
    for (const Eigen::Quaterniond& q_world : track.quaternion())
      q.push_back(q_upright_world * q_world);
    track = so3::Track({track.time_s().begin(), track.time_s().end()}, std::move(q));
  }
}

void compare(const LogOptions& options, OrientationLog& log) {
  imu::Consistency longest;
  const so3::Track* compared = nullptr;
  for (const so3::Track& track : log.tracks) {
    imu::Consistency result = imu::check_consistency(track, log.imu);
    if (result.samples <= longest.samples) continue;
    longest = std::move(result);
    compared = &track;
  }
  if (!longest.enough) {
    log.warnings.emplace_back(
        "orientations and gyroscope could not be compared: too little turning in common");
    return;
  }
  log.facts.comparison = ComparisonFacts{longest.readings.front().residual, longest.rate_ratio};
  check_readings(options, longest, log);
  check_up(options, *compared, longest, log);
}

}  // namespace ingest
