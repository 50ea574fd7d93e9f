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

/// Which mirror image along each axis: an even number 2 n stands for 2 n L + s, an odd one 2 n - 1
/// for 2 n L - s. Its size is the number of reflections; 0, 0, 0 is the source.
using ImageIndex = std::array<std::int16_t, 3>;

/// Number of reflections of an image.
int image_order(const ImageIndex& index);

/// Where an image goes when its source goes by `shift`: mirrored along the axes of odd index.
Eigen::Vector3d image_shift_m(const ImageIndex& index, const Eigen::Vector3d& shift_m);

/// Product of the reflection coefficients of the walls that an image was mirrored in.
double image_gain(const Walls& reflection, const ImageIndex& index);

/// Gain of an image in a band, the air's included.
double band_gain(const Shoebox& room, std::size_t band, const ImageIndex& index, double distance_m);

/// Random displacement of an image, 0 for the source itself and where the room has no jitter.
Eigen::Vector3d image_jitter_m(const Shoebox& room, const ImageIndex& index);

/// One mirror image of the source. The pressure it makes at distance d after emission time t is
/// gain / d * x(t - d / c): unit amplitude at 1 m, no factor 1 / (4 pi). In a room with octave
/// bands the gain is image_gain(room.reflection_in(band), index) exp(-air d) in each band.
struct Image {
  Eigen::Vector3d position_m;  ///< room frame
  double gain;                 ///< product of the walls' amplitude reflection coefficients
  ImageIndex index;

  int order() const { return image_order(index); }
};

/// Images along one axis, sorted by coordinate.
struct AxisImage {
  double coordinate_m;
  double gain;  ///< of room.reflection
  std::int16_t index;
};

/// All images along one axis whose coordinate is within reach of a point.
/// @param low, high  amplitude reflection of the walls at 0 and at size_m
/// @throws core::InputError  if the room is so small for its reach that more than 30,000 mirrorings
/// are needed
std::vector<AxisImage> axis_images(double size_m, double source_m, double low, double high,
                                   double center_m, double reach_m);

/// The images of a source that the room keeps (max_distance_m, max_order, gain above 0), nearest to
/// the center first; the source itself is always first.
/// @throws core::InputError  if the source or the center is outside the room
std::vector<Image> image_sources(const Shoebox& room, const Eigen::Vector3d& source_m,
                                 const Eigen::Vector3d& center_m);

struct ImpulseResponseOptions {
  double sample_rate_hz = 16000.0;
  double duration_s = 0.0;         ///< after emission; 0: until the farthest image has passed
  std::size_t filter_length = 81;  ///< odd; taps of the Hann-windowed sinc of each image
  double speed_of_sound = core::kSpeedOfSound;
};

/// Responses [microphones, samples] row-major. Emission is at sample lead_samples (the filter's half
/// length), so that nothing is cut off before it.
struct ImpulseResponses {
  std::size_t microphones = 0;
  std::size_t samples = 0;
  std::size_t lead_samples = 0;
  std::vector<double> value;
};

/// Impulse responses of fixed microphones, every image at its exact distance from every microphone:
/// h[n] = sum_i gain_i / d_i * w[n - i0] sinc(n - t_i), t_i = d_i rate / c + lead, i0 = floor(t_i)
/// - lead, w = Hann window of filter_length over the integer grid. All images that reach any
/// microphone within the duration are there, whatever room.max_distance_m says, unless the room is
/// anechoic.
/// In a room with octave bands the part of each band is taken out of its own sum (zero phase).
/// @param microphone_m  room frame, [microphones]
/// @throws core::InputError  if the source or a microphone is outside the room, or both at one
/// place
ImpulseResponses static_impulse_responses(const Shoebox& room, const Eigen::Vector3d& source_m,
                                          std::span<const Eigen::Vector3d> microphone_m,
                                          const ImpulseResponseOptions& options = {});

}  // namespace room
