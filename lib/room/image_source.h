/// The image-source method for shoebox rooms (Allen and Berkley 1979).
#pragma once

#include <Eigen/Core>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/units.h"
#include "room/shoebox.h"

namespace room {

/// Number of a mirror image along each axis of length L, where the source has the coordinate s:
///
///   index     coordinate
///   2 n       2 n L + s
///   2 n - 1   2 n L - s
///
/// The magnitude of the index is the number of reflections at the two walls of the axis. The source
/// itself has the index 0, 0, 0.
using ImageIndex = std::array<std::int16_t, 3>;

/// Number of reflections of an image.
int image_order(const ImageIndex& index);

/// Displacement of an image when its source is displaced by `shift_m`: the shift, mirrored along
/// the axes of odd index.
Eigen::Vector3d image_shift_m(const ImageIndex& index, const Eigen::Vector3d& shift_m);

/// Product of the reflection coefficients of the walls that an image was mirrored in.
double image_gain(const Walls& reflection, const ImageIndex& index);

/// Gain of an image in a band, with the absorption of the air.
double band_gain(const Shoebox& room, std::size_t band, const ImageIndex& index, double distance_m);

/// Random displacement of an image. It is 0 for the source itself, and in a room without jitter.
Eigen::Vector3d image_jitter_m(const Shoebox& room, const ImageIndex& index);

/// One mirror image of the source. Its pressure at distance d is gain / d x(t - d / c): the
/// amplitude at 1 m is 1, without a factor 1 / (4 pi). In a room with octave bands the gain in each
/// band is image_gain(room.reflection_in(band), index) exp(-air d).
struct Image {
  Eigen::Vector3d position_m;  ///< room frame
  double gain;                 ///< product of the walls' amplitude reflection coefficients
  ImageIndex index;

  int order() const { return image_order(index); }
};

/// Images along one axis, sorted by coordinate.
struct AxisImage {
  double coordinate_m;
  double gain;  ///< product of the amplitude reflection coefficients of the axis's walls
  std::int16_t index;
};

/// All images along one axis whose coordinate is within reach of a point.
/// @param low   amplitude reflection coefficient of the wall at 0
/// @param high  amplitude reflection coefficient of the wall at size_m
/// @throws core::InputError  if the room is so small for the reach that more than 30,000
///                           reflections are needed
std::vector<AxisImage> axis_images(double size_m, double source_m, double low, double high,
                                   double center_m, double reach_m);

/// The images of a source within the room's limits (max_distance_m, max_order, gain above 0),
/// sorted by their distance from the center. The source itself is always the first.
/// @throws core::InputError  if the source or the center is outside the room
std::vector<Image> image_sources(const Shoebox& room, const Eigen::Vector3d& source_m,
                                 const Eigen::Vector3d& center_m);

struct ImpulseResponseOptions {
  double sample_rate_hz = 16000.0;
  double duration_s = 0.0;         ///< after emission; 0: until the farthest image has arrived
  std::size_t filter_length = 81;  ///< taps of each image's Hann-windowed sinc; odd
  double speed_of_sound = core::kSpeedOfSound;
};

/// Impulse responses of fixed microphones. The source emits at sample lead_samples (half the
/// filter's length), so that no filter is cut off at the start.
struct ImpulseResponses {
  std::size_t microphones = 0;
  std::size_t samples = 0;
  std::size_t lead_samples = 0;
  std::vector<double> value;  ///< [microphones, samples], row-major
};

/// Impulse responses of fixed microphones, with every image at its exact distance d_i from every
/// microphone:
///
///   h[n] = sum_i gain_i / d_i w[n - i0] sinc(n - t_i),  t_i = d_i rate / c + lead,
///   i0 = floor(t_i) - lead,  w = Hann window of filter_length on the integer grid
///
/// The responses have all images that reach a microphone within the duration, also beyond
/// room.max_distance_m; in an anechoic room they have only the direct sound. In a room with octave
/// bands the sum is made for each band with its gains, and a zero-phase filter takes the band out
/// of it.
/// @param microphone_m  room frame, [microphones]
/// @throws core::InputError  if the source or a microphone is outside the room, or if both are at
///                           the same place
ImpulseResponses static_impulse_responses(const Shoebox& room, const Eigen::Vector3d& source_m,
                                          std::span<const Eigen::Vector3d> microphone_m,
                                          const ImpulseResponseOptions& options = {});

}  // namespace room
