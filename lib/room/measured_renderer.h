/// Sound of a source at the receivers of a turning array whose responses were measured.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "array/responses.h"
#include "room/renderer.h"
#include "room/shoebox.h"
#include "so3/track.h"

namespace room {

/// One source and one turning array; the array is what the renderer was made for.
struct MeasuredScene {
  Shoebox room;
  Eigen::Vector3d source_m;        ///< room frame; of a moving source at sample 0
  Eigen::Vector3d array_center_m;  ///< room frame; the array turns about this point
  so3::Track orientation;          ///< q_world_sensor; time 0 is sample 0
  /// Angular velocity of a source that turns about the array's center, world axes; zero: it rests.
  Eigen::Vector3d source_turn_rad_s = Eigen::Vector3d::Zero();
};

/// Every direction is heard through its measured response while the array turns (an ear on a head,
/// glasses on a face).
///
/// The direct sound and the nearest images (about ten) go through responses interpolated at their
/// momentary directions: interaural differences are those of the file. All later images make a
/// field of plane waves in spherical harmonics, which is turned into the sensor frame and heard
/// through the responses' own expansion (docs/understand/simulation.md). Distances count from the array's
/// center; the responses are those of far sources. One object a thread.
class MeasuredRenderer {
 public:
  /// @param sample_rate_hz  of source and result; the responses are converted to it
  MeasuredRenderer(const array::Responses& responses, double sample_rate_hz,
                   const RenderOptions& options = {});
  ~MeasuredRenderer();
  MeasuredRenderer(MeasuredRenderer&&) noexcept;
  MeasuredRenderer& operator=(MeasuredRenderer&&) noexcept;

  std::size_t receivers() const;
  /// Order of the expansion for later images.
  std::size_t order() const;

  /// @param source_signal  pressure at 1 m from the source in free field, [n]
  /// @return               [n + tail, receivers], row-major
  /// @throws core::InputError  as Renderer::render
  std::vector<float> render(const MeasuredScene& scene, std::span<const float> source_signal);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace room
