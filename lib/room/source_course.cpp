#include "room/source_course.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "dsp/fractional_delay.h"
#include "so3/rotation.h"

namespace room {
namespace {

constexpr double kStopsPerSample = 4.0 / 3.0;  // stops on the distance of sound in one sample
constexpr double kFilterReach = 6.0;           // stops on either side that interpolate a place
constexpr double kKaiserBeta = 5.1;            // side lobes at -55 dB

/// Interpolation kernel between stops, from a table.
class StopKernel {
 public:
  StopKernel() {
    for (std::size_t i = 0; i < value_.size(); ++i) {
      const double x = static_cast<double>(i) / kStepsAStop;
      value_[i] = static_cast<float>(dsp::sinc(x) * dsp::kaiser(x, kFilterReach, kKaiserBeta));
    }
  }
  /// @param x  distance in stops, at most kFilterReach
  float at(double x) const {
    const double place = std::abs(x) * kStepsAStop;
    const auto whole = static_cast<std::size_t>(place);
    const auto blend = static_cast<float>(place - static_cast<double>(whole));
    return value_[whole] + (value_[whole + 1] - value_[whole]) * blend;
  }

 private:
  static constexpr double kStepsAStop = 256.0;  // linear interpolation has an error of 2e-5
  std::array<float, static_cast<std::size_t>(kFilterReach* kStepsAStop) + 2> value_;
};

}  // namespace

Eigen::Vector3d SourceCourse::at(double time_s) const {
  return so3::exp(turn_rad_s * time_s) * start_m;
}

double SourceCourse::speed_m_s() const { return turn_rad_s.cross(start_m).norm(); }

std::vector<CourseStop> course_stops(const SourceCourse& course, std::size_t samples,
                                     double sample_rate_hz, double speed_of_sound) {
  if (!course.moves()) return {{course.start_m, 0, {}}};
  const double stops_per_s = course.speed_m_s() * kStopsPerSample * sample_rate_hz / speed_of_sound;
  const double stops_per_sample = stops_per_s / sample_rate_hz;
  const double end_stop = std::ceil(static_cast<double>(samples) * stops_per_sample);
  const StopKernel kernel;
  std::vector<CourseStop> stops;
  for (double stop = 1.0 - kFilterReach; stop < end_stop + kFilterReach; stop += 1.0) {
    const double begin = std::max(0.0, std::ceil((stop - kFilterReach) / stops_per_sample));
    const double end = std::min(static_cast<double>(samples),
                                std::floor((stop + kFilterReach) / stops_per_sample) + 1.0);
    if (begin >= end) continue;
    CourseStop made{course.at(stop / stops_per_s), static_cast<std::size_t>(begin), {}};
    for (double sample = begin; sample < end; sample += 1.0) {
      const double distance = sample * stops_per_sample - stop;
      made.weight.push_back(kernel.at(std::clamp(distance, -kFilterReach, kFilterReach)));
    }
    stops.push_back(std::move(made));
  }
  return stops;
}

std::vector<Eigen::Vector3d> course_shifts(const SourceCourse& course, std::size_t nodes,
                                           std::size_t step, double sample_rate_hz) {
  std::vector<Eigen::Vector3d> shifts;
  if (!course.moves()) return shifts;
  for (std::size_t node = 0; node < nodes; ++node) {
    const double time_s = static_cast<double>(node * step) / sample_rate_hz;
    shifts.push_back(course.at(time_s) - course.start_m);
  }
  return shifts;
}

std::size_t course_step(const SourceCourse& course, double sample_rate_hz, double speed_of_sound) {
  constexpr double kTolerance = 1e-3;
  const double kr = std::numbers::pi * sample_rate_hz / speed_of_sound * course.start_m.norm();
  const double turn = course.turn_rad_s.norm() / sample_rate_hz;
  std::size_t step = 128;
  while (step > 1 && kr * std::pow(turn * static_cast<double>(step), 2.0) / 8.0 > kTolerance)
    step /= 2;
  return step;
}

}  // namespace room
