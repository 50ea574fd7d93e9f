#include "imu/repair.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/errors.h"
#include "core/quantile.h"

namespace imu {
namespace {

constexpr double kMaxDuplicates = 0.1;

void append(const Samples& from, std::size_t i, Samples& to) {
  to.time_s.push_back(from.time_s[i]);
  to.gyroscope_rad_s.push_back(from.gyroscope_rad_s[i]);
  to.accelerometer_m_s2.push_back(from.accelerometer_m_s2[i]);
  const bool measured = from.magnetometer_uT[i].allFinite();
  to.magnetometer_uT.push_back(measured ? from.magnetometer_uT[i] : Eigen::Vector3d::Zero());
}

/// The rows with finite values, at increasing times.
Samples good_rows(const Samples& samples, RepairReport& report) {
  Samples good;
  for (std::size_t i = 0; i < samples.time_s.size(); ++i) {
    const double time_s = samples.time_s[i];
    if (!std::isfinite(time_s)) {
      throw core::InputError(fmt::format("sample {}: the time is not a number", i + 1));
    }
    if (i > 0 && time_s < samples.time_s[i - 1]) {
      throw core::InputError(fmt::format(
          "sample {}: time goes backward, from {} to {} s: expected rows in the order in "
          "which they were measured",
          i + 1, samples.time_s[i - 1], time_s));
    }
    if (i > 0 && time_s == samples.time_s[i - 1]) {
      ++report.duplicates;
    } else if (!samples.gyroscope_rad_s[i].allFinite() ||
               !samples.accelerometer_m_s2[i].allFinite()) {
      ++report.not_finite;
    } else {
      append(samples, i, good);
    }
  }
  return good;
}

void measure_steps(const Samples& good, RepairReport& report) {
  std::vector<double> steps;
  for (std::size_t i = 1; i < good.time_s.size(); ++i) {
    steps.push_back(good.time_s[i] - good.time_s[i - 1]);
  }
  report.step_s = core::median(steps);
  for (double& step : steps) step = std::abs(step - report.step_s);
  report.jitter_s = core::median(steps);
}

/// Adds samples on straight lines between the run's last sample and sample i.
void fill_gap(const Samples& good, std::size_t i, RepairReport& report, Samples& run) {
  const double gap_s = good.time_s[i] - good.time_s[i - 1];
  const auto steps = static_cast<std::size_t>(std::lround(gap_s / report.step_s));
  for (std::size_t k = 1; k < steps; ++k) {
    const double t = static_cast<double>(k) / static_cast<double>(steps);
    const auto mix = [&](const std::vector<Eigen::Vector3d>& values) -> Eigen::Vector3d {
      return (1.0 - t) * values[i - 1] + t * values[i];
    };
    run.time_s.push_back(good.time_s[i - 1] + t * gap_s);
    run.gyroscope_rad_s.push_back(mix(good.gyroscope_rad_s));
    run.accelerometer_m_s2.push_back(mix(good.accelerometer_m_s2));
    run.magnetometer_uT.push_back(Eigen::Vector3d::Zero());
    ++report.interpolated;
  }
}

}  // namespace

Repaired repair(const Samples& samples, double max_gap_s) {
  const std::size_t rows = samples.time_s.size();
  if (samples.gyroscope_rad_s.size() != rows || samples.accelerometer_m_s2.size() != rows ||
      samples.magnetometer_uT.size() != rows) {
    throw core::InputError("inertial samples: columns of different lengths");
  }
  Repaired result;
  RepairReport& report = result.report;
  report.samples = rows;
  const Samples good = good_rows(samples, report);
  if (static_cast<double>(report.duplicates) > kMaxDuplicates * static_cast<double>(rows)) {
    throw core::InputError(
        fmt::format("{} of {} rows repeat the time of the row before: these are times of packets, "
                    "not of samples; "
                    "log the sensor's own times",
                    report.duplicates, rows));
  }
  if (good.time_s.size() < 2) {
    throw core::InputError(fmt::format("expected at least 2 good samples, found {} in {} rows",
                                       good.time_s.size(), rows));
  }
  measure_steps(good, report);
  for (std::size_t i = 0; i < good.time_s.size(); ++i) {
    const double gap_s = i == 0 ? 0.0 : good.time_s[i] - good.time_s[i - 1];
    report.longest_gap_s = std::max(report.longest_gap_s, gap_s);
    if (i == 0 || gap_s > std::max(max_gap_s, 1.5 * report.step_s)) {
      report.gaps += i == 0 ? 0 : 1;
      result.runs.emplace_back();
    } else if (gap_s > 1.5 * report.step_s) {
      fill_gap(good, i, report, result.runs.back());
    }
    append(good, i, result.runs.back());
  }
  return result;
}

}  // namespace imu
