/// A source that turns about the array's center at constant speed.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <vector>

namespace room {

/// place(t) = exp(turn_rad_s t) start_m: the source is at rest, or on a circle about the array's
/// center.
struct SourceCourse {
  Eigen::Vector3d start_m;                               ///< from the array's center, world axes
  Eigen::Vector3d turn_rad_s = Eigen::Vector3d::Zero();  ///< angular velocity, world axes

  bool moves() const { return !turn_rad_s.isZero(0.0); }
  /// Place at a time, from the array's center.
  Eigen::Vector3d at(double time_s) const;
  /// Speed along the path.
  double speed_m_s() const;
};

/// A place on the course. The field of a source at rest is rendered for this place. The fields of
/// all stops, multiplied by their weights, add up to the field of the moving source.
struct CourseStop {
  Eigen::Vector3d place_m;    ///< from the array's center
  std::size_t first_sample;   ///< first sample to which the stop contributes
  std::vector<float> weight;  ///< of samples first_sample, ...; empty: 1 for all samples

  /// End (exclusive) of the samples to which the stop contributes.
  /// @param samples  length of the whole signal
  std::size_t end_sample(std::size_t samples) const {
    return weight.empty() ? samples : first_sample + weight.size();
  }
};

/// Stops of a course; one stop without weights if the source is at rest.
///
/// The sound at the array is a band-limited function of the source's place along its path, because
/// the phase of an image changes by at most k per meter. The stops are 3/4 of the distance that
/// sound travels in one sample apart (1.6 cm at 16 kHz). They sample this function at 1.5 times the
/// Nyquist rate of half the sample rate. A Kaiser-windowed sinc over twelve stops interpolates it
/// with an error of -55 dB at 0.469 of the sample rate.
std::vector<CourseStop> course_stops(const SourceCourse& course, std::size_t samples,
                                     double sample_rate_hz, double speed_of_sound);

/// Displacements of a source from its start at multiples of `step` samples, [nodes]; empty if the
/// source is at rest.
std::vector<Eigen::Vector3d> course_shifts(const SourceCourse& course, std::size_t nodes,
                                           std::size_t step, double sample_rate_hz);

/// Largest number of samples, a power of 2 up to 128, over which a straight path replaces the
/// course. The error is at most -60 dB of the wave at half the sample rate: k r (turn dt)^2 / 8 <=
/// 1e-3.
std::size_t course_step(const SourceCourse& course, double sample_rate_hz, double speed_of_sound);

}  // namespace room
