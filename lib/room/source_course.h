/// A source that turns about the array's center at constant speed.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <vector>

namespace room {

/// place(t) = exp(angular velocity t) start: at rest, or on a circle round the array's center.
struct SourceCourse {
  Eigen::Vector3d start_m;                               ///< from the array's center, world axes
  Eigen::Vector3d turn_rad_s = Eigen::Vector3d::Zero();  ///< angular velocity, world axes

  bool moves() const { return !turn_rad_s.isZero(0.0); }
  Eigen::Vector3d at(double time_s) const;
  /// Path length a second.
  double speed_m_s() const;
};

/// A place on the course for which a still source's field is rendered, and its share of every
/// sample. Fields of all stops, each times its weights, add up to the field of the moving source.
struct CourseStop {
  Eigen::Vector3d place_m;    ///< from the array's center
  std::size_t first_sample;   ///< of those it has a share in
  std::vector<float> weight;  ///< of first_sample, first_sample + 1, ...; empty: 1 for all samples

  /// Behind the last sample that it has a share in. @param samples  of the whole signal
  std::size_t end_sample(std::size_t samples) const {
    return weight.empty() ? samples : first_sample + weight.size();
  }
};

/// Stops of a course. What the array hears is a band-limited function of the source's place along
/// its path: an image's phase turns by at most k a meter. Stops 3/4 of a sample's way of sound
/// apart (1.6 cm at 16 kHz) sample it at 1.5 times Nyquist's rate for half the sample rate; twelve
/// of them, weighted by a Kaiser-windowed sinc, give it back to -55 dB at 0.469 of the sample rate.
/// One stop without weights if the source rests.
std::vector<CourseStop> course_stops(const SourceCourse& course, std::size_t samples,
                                     double sample_rate_hz, double speed_of_sound);

/// Places of a moving source from which it starts, relative to its start, at multiples of `step`
/// samples; empty if it rests. @param nodes  how many
std::vector<Eigen::Vector3d> course_shifts(const SourceCourse& course, std::size_t nodes,
                                           std::size_t step, double sample_rate_hz);

/// Largest power of 2, at most 128, of samples over which a straight path is the course to -60 dB
/// of the wave at half the sample rate: k r (turn dt)^2 / 8 <= 1e-3.
std::size_t course_step(const SourceCourse& course, double sample_rate_hz, double speed_of_sound);

}  // namespace room
