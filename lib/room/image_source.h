/// The image-source method for shoebox rooms (Allen and Berkley 1979).
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "core/units.h"
#include "room/shoebox.h"

namespace room {

/// One mirror image of the source. The pressure it makes at distance d after emission time t is
/// gain / d * x(t - d / c): unit amplitude at 1 m, no factor 1 / (4 pi).
struct Image {
  Eigen::Vector3d position_m;  ///< room frame
  double gain;                 ///< product of the walls' amplitude reflection coefficients
  int order;                   ///< number of reflections; 0 is the source itself
};

/// Images along one axis: coordinate, gain and number of reflections, sorted by coordinate.
struct AxisImage {
  double coordinate_m;
  double gain;
  int order;
};

/// All images along one axis whose coordinate is within reach of a point.
/// @param low, high  amplitude reflection of the walls at 0 and at size_m
std::vector<AxisImage> axis_images(double size_m, double source_m, double low, double high,
                                   double centre_m, double reach_m);

/// The images of a source that the room keeps (max_distance_m, max_order, gain above 0), nearest to
/// the centre first; the source itself is always first.
/// @throws core::InputError  if the source or the centre is outside the room
std::vector<Image> image_sources(const Shoebox& room, const Eigen::Vector3d& source_m,
                                 const Eigen::Vector3d& centre_m);

struct ImpulseResponseOptions {
  double sample_rate_hz = 16000.0;
  double duration_s = 0.0;         ///< after emission; 0: until the farthest image has passed
  std::size_t filter_length = 81;  ///< odd; taps of the Hann-windowed sinc of each image
  double speed_of_sound = core::kSpeedOfSound;
};

/// Responses [mics, samples] row-major. Emission is at sample lead_samples (the filter's half
/// length), so that nothing is cut off before it.
struct ImpulseResponses {
  std::size_t mics = 0;
  std::size_t samples = 0;
  std::size_t lead_samples = 0;
  std::vector<double> value;
};

/// Impulse responses of fixed microphones, every image at its exact distance from every microphone:
/// h[n] = sum_i gain_i / d_i * w[n - i0] sinc(n - t_i), t_i = d_i rate / c + lead, i0 = floor(t_i)
/// - lead, w = Hann window of filter_length over the integer grid. All images that reach any
/// microphone within the duration are there, whatever room.max_distance_m says, unless the room is
/// anechoic.
/// @param microphone_m  room frame, [mics]
/// @throws core::InputError  if the source or a microphone is outside the room, or both at one
/// place
ImpulseResponses static_impulse_responses(const Shoebox& room, const Eigen::Vector3d& source_m,
                                          std::span<const Eigen::Vector3d> microphone_m,
                                          const ImpulseResponseOptions& options = {});

}  // namespace room
