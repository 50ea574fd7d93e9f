/// Sound of a source at the receivers of a turning array whose responses were measured.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "array/responses.h"
#include "room/plane_waves.h"
#include "room/renderer.h"
#include "room/shoebox.h"
#include "so3/track.h"

namespace room {

/// One source and one turning array in one room. The renderer has the array.
struct MeasuredScene {
  Shoebox room;
  Eigen::Vector3d source_m;        ///< room frame; the place at sample 0 if the source moves
  Eigen::Vector3d array_center_m;  ///< room frame; the array turns about this point
  so3::Track orientation;          ///< q_world_sensor; time 0 is sample 0
  /// Angular velocity of the source about the array's center, world axes; zero: it is at rest.
  Eigen::Vector3d source_turn_rad_s = Eigen::Vector3d::Zero();
  /// Point about which the array turns, from its center in the sensor frame. Away from the center it
  /// is this point that stands at array_center_m, and the room must be without reverberation.
  Eigen::Vector3d pivot_m = Eigen::Vector3d::Zero();
};

/// One turning array in a room that is given as plane waves. The renderer has the array.
struct MeasuredWaveScene {
  std::span<const PlaneWave> waves;  ///< from the source to the array's center
  so3::Track orientation;            ///< q_world_sensor; time 0 is sample 0
};

/// Renders an array by its measured responses while it turns: ears on a head, glasses on a face.
///
/// The direct sound and about ten nearest images go through responses that are interpolated at
/// their momentary directions, so that their interaural differences are those of the file. All
/// later images form a field of plane waves in spherical harmonics. The field is rotated into the
/// sensor frame and filtered by the expansion of the responses (docs/understand/simulation.md).
/// Distances count from the array's center, and the responses are taken as those of far sources.
/// Each thread needs its own object.
class MeasuredRenderer {
 public:
  /// @param sample_rate_hz  rate of the source signal and the result; the responses are resampled
  MeasuredRenderer(const array::Responses& responses, double sample_rate_hz,
                   const RenderOptions& options = {});
  ~MeasuredRenderer();
  MeasuredRenderer(MeasuredRenderer&&) noexcept;
  MeasuredRenderer& operator=(MeasuredRenderer&&) noexcept;

  std::size_t receivers() const;
  /// Order of the expansion of the later images.
  std::size_t order() const;

  /// @param source_signal  pressure at 1 m from the source in free field, [n]
  /// @return               [n + tail, receivers], row-major
  /// @throws core::InputError  as Renderer::render
  /// @throws core::UsageError  if the array turns about a point apart from its center in a room with
  ///                           reverberation
  std::vector<float> render(const MeasuredScene& scene, std::span<const float> source_signal);

  /// The same for a room given as plane waves. The waves of the direct sound go through
  /// interpolated responses.
  std::vector<float> render(const MeasuredWaveScene& scene, std::span<const float> source_signal);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace room
