#include "ingest/inertial_checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/errors.h"
#include "core/quantile.h"
#include "core/units.h"
#include "imu/gravity_direction.h"
#include "imu/plausibility.h"

namespace ingest {
namespace {

/// m/s^2
constexpr double kExpectedGravity = 9.80665;
/// Drift of the heading that is worth a warning, degrees a second: 1 degree in an interval of 5 s.
constexpr double kDoubtfulDriftDegS = 0.2;
/// Range of the bias at rest above which some rest was no rest. A bias walks by 0.1 in 100 s.
constexpr double kDoubtfulBiasRangeDegS = 0.5;
/// The sine of the angle by which a field may point to the sky: 17 degrees.
constexpr double kFieldUp = 0.3;
constexpr double kSteadyField = 0.9;

/// Refuses accelerations that are not specific force in m/s^2. Where gravity itself is not known, a
/// hand may have made the accelerations longer.
void check_gravity(const LogOptions& options, const imu::PlausibilityReport& report,
                   std::vector<std::string>& warnings) {
  const double gravity = report.gravity_m_s2;
  const std::string found = fmt::format(
      "{}: {} {:.3g} m/s^2, expected 9.8", options.imu.string(),
      report.gravity_known ? "gravity is" : "accelerations have a median length of", gravity);
  const bool stated = options.accelerometer_unit.has_value();
  const double largest = kExpectedGravity + (report.gravity_known ? 3.0 : 20.0);
  if (gravity > 0.5 && gravity < 2.0) {
    refuse(options, stated,
           found +
               ": state --acc-unit g? (iPhones report g, of the opposite sign: then also "
               "--acc-sign -)",
           warnings);
  } else if (gravity < kExpectedGravity - 3.0 || gravity > largest) {
    refuse(options, stated,
           found + " (specific force, gravity not removed); --trust-log takes them as they are",
           warnings);
  }
}

/// The reading that would fit, and what to do. @param unit  as which the gyroscope was read
std::string advice(const imu::BetterReading& better, const std::string& unit) {
  const imu::GyroscopeReading& reading = better.reading;
  const std::string others =
      better.as_good == 0 ? "" : fmt::format("; {} other readings fit as well", better.as_good);
  if (better.needs_unit && !better.needs_axes) {
    return fmt::format("it would fit {} ({:.2f}{}): state --gyro-unit {} (or {}, if that is right)",
                       reading.name, better.agreement, others, unit == "deg/s" ? "rad/s" : "deg/s",
                       unit);
  }
  const std::string accelerometer =
      reading.accelerometer_name.empty()
          ? ""
          : fmt::format(", or if the accelerometer is read {}", reading.accelerometer_name);
  return fmt::format(
      "it would fit {}{} ({:.2f}{}): repair the file, or state --trust-log if it is right",
      reading.name, accelerometer, better.agreement, others);
}

void check_gyroscope(const LogOptions& options, const imu::PlausibilityReport& report,
                     const std::string& unit, std::vector<std::string>& warnings) {
  const std::string file = options.imu.string();
  if (report.better) {
    refuse(options, report.better->needs_unit && options.gyroscope_unit.has_value(),
           fmt::format("{}: the gyroscope contradicts the accelerometer (agreement {:.2f}, 1 is "
                       "perfect) as {}; {}",
                       file, report.agreement, unit, advice(*report.better, unit)),
           warnings);
  } else if (report.doubtful) {
    warnings.push_back(
        fmt::format("{}: gyroscope and accelerometer agree poorly ({:.2f}, 1 is perfect): axes, "
                    "units or times may be wrong",
                    file, report.agreement));
  }
}

/// Largest difference of the bias between two moments of rest, degrees a second, over the axes.
double bias_range_deg_s(const imu::Orientations& found) {
  Eigen::Vector3d low = Eigen::Vector3d::Constant(1e300);
  Eigen::Vector3d high = Eigen::Vector3d::Constant(-1e300);
  for (std::size_t i = 0; i < found.bias_rad_s.size(); ++i) {
    if (found.at_rest[i] == 0) continue;
    low = low.cwiseMin(found.bias_rad_s[i]);
    high = high.cwiseMax(found.bias_rad_s[i]);
  }
  return core::radians_to_degrees(std::max(0.0, (high - low).maxCoeff()));
}

/// Warns of a field that points up.
void check_field(const LogOptions& options, const imu::Samples& run, const imu::Orientations& found,
                 std::vector<std::string>& warnings) {
  if (options.accelerations_negated) return;
  const imu::WorldDirection field =
      imu::direction_of_field(found.q_world_sensor, run.magnetometer_uT);
  if (field.steadiness < kSteadyField || field.direction.z() < kFieldUp) return;
  warnings.push_back(fmt::format(
      "{}: the magnetic field points up by {:.0f} degrees, as it does south of the equator only. "
      "North of it, the accelerations have the opposite sign, and up is down: state --acc-sign - "
      "(or --acc-sign +, if they are right)",
      options.imu.string(), core::radians_to_degrees(std::asin(field.direction.z()))));
}

}  // namespace

void refuse(const LogOptions& options, bool stated, const std::string& message,
            std::vector<std::string>& warnings) {
  if (!stated && !options.trust_log) throw core::InputError(message);
  warnings.push_back("trusted because it is stated: " + message);
}

FilterFacts check_samples(const LogOptions& options, const imu::Samples& run,
                          const std::string& gyroscope_unit, std::vector<std::string>& warnings) {
  const imu::PlausibilityReport report = imu::check_plausibility(run, gyroscope_unit == "deg/s");
  check_gravity(options, report, warnings);
  check_gyroscope(options, report, gyroscope_unit, warnings);
  FilterFacts facts{options.filter, report.gravity_m_s2, std::nullopt};
  if (report.enough) facts.gyroscope_agreement = report.agreement;
  return facts;
}

void check_heading(const LogOptions& options, const imu::Samples& run, double step_s,
                   const imu::Orientations& found, FilterFacts& facts,
                   std::vector<std::string>& warnings) {
  double squares = 0.0;
  for (const double sd : found.heading_rate_sd_rad_s) squares += sd * sd;
  const auto count = static_cast<double>(found.heading_rate_sd_rad_s.size());
  facts.heading_drift_deg_s = core::radians_to_degrees(std::sqrt(squares / std::max(count, 1.0)));
  facts.rest_s =
      step_s * static_cast<double>(std::count(found.at_rest.begin(), found.at_rest.end(), 1));
  const std::string file = options.imu.string();
  if (facts.heading_drift_deg_s > kDoubtfulDriftDegS) {
    warnings.push_back(fmt::format(
        "{}: the heading may drift by {:.2f} degrees a second: the gyroscope's bias about the "
        "vertical is not known better from {:.1f} s of rest and little or slow turning; let the "
        "device lie still for five seconds at the start and at the end{}",
        file, facts.heading_drift_deg_s, facts.rest_s,
        options.filter == OrientationFilter::kLive ? ", or use --filter vqf" : ""));
  }
  const double range = bias_range_deg_s(found);
  if (range > kDoubtfulBiasRangeDegS) {
    warnings.push_back(fmt::format(
        "{}: the gyroscope's bias at rest differs by {:.2f} degrees a second within the log: an "
        "even slow turn may have been taken for rest, and the heading may drift as fast; turn "
        "faster, or use a magnetometer",
        file, range));
  }
  check_field(options, run, found, warnings);
}

}  // namespace ingest
