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
#include "room/near_waves.h"
#include "room/source_course.h"
#include "room/spreading_kernel.h"
#include "room/turning_array.h"

namespace room {
namespace {

constexpr std::size_t kLongestStep = 128;  // samples between nodes

}  // namespace

struct Renderer::State {
  explicit State(const RenderOptions& given) : options(given), convolver(kernel) {}

  std::vector<RelativeImage> add_reverberation(const Scene& scene, const SourceCourse& course,
                                               const HarmonicBasis& basis,
                                               const TurningArray& turning,
                                               std::span<const float> source,
                                               std::span<float> output);
  void add_waves(const WaveScene& scene, std::span<const PlaneWave> waves,
                 const HarmonicBasis& basis, const TurningArray& turning,
                 std::span<const float> source, std::span<float> output);
  std::size_t samples(std::span<const float> source, double rate) const {
    return source.size() + static_cast<std::size_t>(std::llround(options.tail_s * rate));
  }

  RenderOptions options;
  SpreadingKernel kernel;
  FieldConvolver convolver;
  dsp::FractionalDelay interpolator{64, 64, 6.0};
};

/// Adds all images but the source itself and the nearest images. @return  the nearest images
std::vector<RelativeImage> Renderer::State::add_reverberation(
    const Scene& scene, const SourceCourse& course, const HarmonicBasis& basis,
    const TurningArray& turning, std::span<const float> source, std::span<float> output) {
  const double rate = scene.sample_rate_hz;
  const double speed = options.speed_of_sound;
  const std::size_t samples = output.size() / turning.microphones;
  const double radius_m = scene.geometry.radius_m();
  // Images that arrive after the last sample are not needed.
  const double reach_m =
      std::min(scene.room.max_distance_m, static_cast<double>(samples) / rate * speed + radius_m);
  std::vector<RelativeImage> near;
  if (scene.room.anechoic() || !(reach_m > 0.0)) return near;
  const bool banded = scene.room.banded();
  const Blocks blocks{banded ? Blocks::kBandGuard : Blocks::kGuard};
  const double farthest_m = reach_m + (course.moves() ? 2.0 * course.start_m.norm() : 0.0);
  FieldPlan plan = plan_field(radius_m, rate, speed, farthest_m, blocks, banded ? kBands : 1);
  plan.reach_m = reach_m;
  for (const CourseStop& stop : course_stops(course, samples, rate, speed)) {
    ImageField field(plan, basis, kernel);
    near = field.encode(scene.room, scene.array_center_m, course, stop.place_m);
    convolver.begin_scene(field, basis, blocks, rate, speed);
    add_field(convolver, basis, turning, source, stop, output);
  }
  return near;
}

/// Adds the field of plane waves.
void Renderer::State::add_waves(const WaveScene& scene, std::span<const PlaneWave> waves,
                                const HarmonicBasis& basis, const TurningArray& turning,
                                std::span<const float> source, std::span<float> output) {
  if (waves.empty()) return;
  const double rate = scene.sample_rate_hz;
  const double speed = options.speed_of_sound;
  const double end_s = static_cast<double>(output.size() / turning.microphones) / rate +
                       scene.geometry.radius_m() / speed;
  const Blocks blocks{Blocks::kGuard};
  const FieldPlan plan = plan_wave_field(std::min(waves.back().time_s, end_s), rate, speed, blocks);
  ImageField field(plan, basis, kernel);
  field.encode(waves, speed);
  convolver.begin_scene(field, basis, blocks, rate, speed);
  add_field(convolver, basis, turning, source, {Eigen::Vector3d::Zero(), 0, {}}, output);
}

Renderer::Renderer(const RenderOptions& options) : state_(std::make_unique<State>(options)) {}
Renderer::~Renderer() = default;
Renderer::Renderer(Renderer&&) noexcept = default;
Renderer& Renderer::operator=(Renderer&&) noexcept = default;

std::vector<float> Renderer::render(const Scene& scene, std::span<const float> source_signal) {
  if (scene.geometry.size() == 0) throw core::InputError("array: expected at least one microphone");
  const double rate = scene.sample_rate_hz;
  const double speed = state_->options.speed_of_sound;
  const double radius_m = scene.geometry.radius_m();
  const SourceCourse course{scene.source_m - scene.array_center_m, scene.source_turn_rad_s};
  const std::size_t samples = state_->samples(source_signal, rate);
  check_scene(scene.room, course, scene.array_center_m, radius_m, rate, samples, source_signal);
  std::vector<float> output(samples * scene.geometry.size(), 0.0F);
  if (samples == 0) return output;

  const HarmonicBasis basis(scene.room.anechoic() ? 1 : field_order(radius_m, rate, speed));
  const TurningArray turning =
      sample_turning_array(scene.geometry, scene.orientation, rate, samples, basis.order(),
                           course_step(course, rate, speed));
  std::vector<RelativeImage> near =
      state_->add_reverberation(scene, course, basis, turning, source_signal, output);
  near.push_back({course.start_m.x(), course.start_m.y(), course.start_m.z(), 1.0F, {0, 0, 0}});
  const std::vector<Eigen::Vector3d> shift_m =
      course_shifts(course, turning.nodes(), turning.step, rate);
  for (const NearSound& sound : near_sounds(scene.room, near, source_signal, rate)) {
    add_near_images(sound, turning, shift_m, rate / speed, state_->interpolator, output);
  }
  return output;
}

std::vector<float> Renderer::render(const WaveScene& scene, std::span<const float> source_signal) {
  if (scene.geometry.size() == 0) throw core::InputError("array: expected at least one microphone");
  const double rate = scene.sample_rate_hz;
  const double speed = state_->options.speed_of_sound;
  check_wave_scene(scene.waves, rate, source_signal);
  const std::size_t samples = state_->samples(source_signal, rate);
  std::vector<float> output(samples * scene.geometry.size(), 0.0F);
  if (samples == 0) return output;

  const SplitWaves split = split_waves(scene.waves, first_field_time_s(rate));
  const HarmonicBasis basis(
      split.field.empty() ? 1 : field_order(scene.geometry.radius_m(), rate, speed));
  const TurningArray turning = sample_turning_array(scene.geometry, scene.orientation, rate,
                                                    samples, basis.order(), kLongestStep);
  state_->add_waves(scene, split.field, basis, turning, source_signal, output);
  add_near_waves(split.exact, source_signal, turning, rate, speed, state_->interpolator, output);
  return output;
}

std::vector<float> render_moving_array(const Scene& scene, std::span<const float> source_signal,
                                       const RenderOptions& options) {
  return Renderer(options).render(scene, source_signal);
}

}  // namespace room
