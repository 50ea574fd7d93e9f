#include "room/renderer.h"

#include <algorithm>
#include <cmath>

#include "core/errors.h"
#include "dsp/fractional_delay.h"
#include "room/field_plan.h"
#include "room/field_reader.h"
#include "room/harmonics.h"
#include "room/image_field.h"
#include "room/image_sweep.h"
#include "room/near_images.h"
#include "room/spreading_kernel.h"
#include "room/turning_array.h"

namespace room {

struct Renderer::State {
  explicit State(const RenderOptions& given) : options(given), convolver(kernel) {}

  RenderOptions options;
  SpreadingKernel kernel;
  FieldConvolver convolver;
  dsp::FractionalDelay interpolator{64, 64, 6.0};
};

Renderer::Renderer(const RenderOptions& options) : state_(std::make_unique<State>(options)) {}
Renderer::~Renderer() = default;
Renderer::Renderer(Renderer&&) noexcept = default;
Renderer& Renderer::operator=(Renderer&&) noexcept = default;

std::vector<float> Renderer::render(const Scene& scene, std::span<const float> source_signal) {
  if (scene.geometry.size() == 0) throw core::InputError("array: expected at least one microphone");
  const double rate = scene.sample_rate_hz;
  const double speed = state_->options.speed_of_sound;
  const double radius_m = scene.geometry.radius_m();
  check_scene(scene.room, scene.source_m, scene.array_centre_m, radius_m, rate, source_signal);
  const std::size_t samples =
      source_signal.size() + static_cast<std::size_t>(std::llround(state_->options.tail_s * rate));
  std::vector<float> output(samples * scene.geometry.size(), 0.0F);
  if (samples == 0) return output;

  const bool anechoic = scene.room.anechoic();
  const HarmonicBasis basis(anechoic ? 1 : field_order(radius_m, rate, speed));
  const TurningArray turning =
      sample_turning_array(scene.geometry, scene.orientation, rate, samples, basis.order());
  std::vector<RelativeImage> near;
  // Images that arrive after the last sample are not needed.
  const double reach_m =
      std::min(scene.room.max_distance_m, static_cast<double>(samples) / rate * speed + radius_m);
  if (!anechoic && reach_m > 0.0) {
    const bool banded = scene.room.banded();
    const Blocks blocks{banded ? Blocks::kBandGuard : Blocks::kGuard};
    ImageField field(plan_field(radius_m, rate, speed, reach_m, blocks, banded ? kBands : 1), basis,
                     state_->kernel);
    near = field.encode(scene.room, scene.source_m, scene.array_centre_m);
    state_->convolver.begin_scene(field, basis, blocks, rate, speed);
    add_field(state_->convolver, basis, turning, source_signal, output);
  }
  const Eigen::Vector3d direct = scene.source_m - scene.array_centre_m;
  near.push_back({direct.x(), direct.y(), direct.z(), 1.0F, {0, 0, 0}});
  for_each_band(scene.room, near, source_signal, rate,
                [&](std::span<const RelativeImage> images, std::span<const float> signal) {
                  add_near_images(images, turning, signal, rate / speed, state_->interpolator,
                                  output);
                });
  return output;
}

std::vector<float> render_moving_array(const Scene& scene, std::span<const float> source_signal,
                                       const RenderOptions& options) {
  return Renderer(options).render(scene, source_signal);
}

}  // namespace room
