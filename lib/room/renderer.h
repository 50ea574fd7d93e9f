/// Sound of a source at the microphones of an array that turns in a reverberant room.
///
///   y_m(t) = sum over images i of gain_i / d_im(t) x(t - d_im(t) / c)
///   d_im(t) = |image_i - microphone_m(t)|
///   microphone_m(t) = center + R_world_sensor(t) position_m
///
/// The equations and the error budget are in docs/understand/simulation.md.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "array/geometry.h"
#include "core/units.h"
#include "room/plane_waves.h"
#include "room/shoebox.h"
#include "so3/track.h"

namespace room {

/// One source and one turning array in one room.
struct Scene {
  Shoebox room;
  Eigen::Vector3d source_m;        ///< room frame; the place at sample 0 if the source moves
  Eigen::Vector3d array_center_m;  ///< room frame; the array turns about this point
  array::Geometry geometry;
  so3::Track orientation;  ///< q_world_sensor; time 0 is sample 0
  double sample_rate_hz = 16000.0;
  /// Angular velocity of the source about the array's center, world axes; zero: it is at rest.
  Eigen::Vector3d source_turn_rad_s = Eigen::Vector3d::Zero();
};

/// One turning array in a room that is given as plane waves:
///
///   y_m(t) = sum over waves i of pressure_i x(t - time_i + direction_i . R_world_sensor(t) p_m / c)
struct WaveScene {
  std::span<const PlaneWave> waves;  ///< from the source to the array's center
  array::Geometry geometry;
  so3::Track orientation;  ///< q_world_sensor; time 0 is sample 0
  double sample_rate_hz = 16000.0;
};

struct RenderOptions {
  double tail_s = 0.0;  ///< duration that is rendered after the end of the source signal
  double speed_of_sound = core::kSpeedOfSound;
};

/// Renders scenes. It keeps transform plans and work memory between scenes, but the result depends
/// on the arguments only. Each thread needs its own object.
class Renderer {
 public:
  explicit Renderer(const RenderOptions& options = {});
  ~Renderer();
  Renderer(Renderer&&) noexcept;
  Renderer& operator=(Renderer&&) noexcept;

  /// The error relative to the exact sum, at a sample rate of 16 kHz:
  ///
  ///   frequency        error
  ///   up to 4 kHz      below -50 dB
  ///   4 to 7.5 kHz     below -40 dB
  ///
  /// @param source_signal  pressure at 1 m from the source in free field, [n]
  /// @return               [n + tail, microphones], row-major
  /// @throws core::InputError  if the source or the array is outside the room, if the source is
  ///                           nearer to the array's center than the array's radius, or if a sample
  ///                           is not finite
  std::vector<float> render(const Scene& scene, std::span<const float> source_signal);

  /// The same for a room given as plane waves, with the same bounds of the error. The direct sound
  /// is exact.
  /// @throws core::InputError  if the list is wrong (check_waves()) or a sample is not finite
  std::vector<float> render(const WaveScene& scene, std::span<const float> source_signal);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Renders a single scene, as Renderer::render does.
std::vector<float> render_moving_array(const Scene& scene, std::span<const float> source_signal,
                                       const RenderOptions& options = {});

}  // namespace room
