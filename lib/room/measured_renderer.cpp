#include "room/measured_renderer.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>

#include "core/errors.h"
#include "core/kernel.h"
#include "dsp/fractional_delay.h"
#include "room/field_convolver.h"
#include "room/field_plan.h"
#include "room/harmonic_rotation.h"
#include "room/image_field.h"
#include "room/image_sweep.h"
#include "room/near_images.h"
#include "room/near_responses.h"
#include "room/radial.h"
#include "room/response_filters.h"
#include "room/source_course.h"
#include "room/spreading_kernel.h"
#include "room/turning_array.h"

namespace room {
namespace {

using dsp::Cell;
using dsp::kLanes;

constexpr double kExactImages = 10.0;  // about as many images go through interpolated responses
constexpr double kTruncation = 0.03;   // -30 dB relative to the later images' sound at 7.5 kHz
constexpr std::size_t kHighestOrder = 20;
constexpr std::size_t kBlocksAtOnce = 8;  // bounds memory

std::size_t response_order(double radius_m, double sample_rate_hz, double speed_of_sound) {
  const double kr = 2.0 * std::numbers::pi * 0.46875 * sample_rate_hz / speed_of_sound * radius_m;
  std::size_t order = 1;
  while (order < kHighestOrder && truncation_error(order, kr) > kTruncation) ++order;
  return order;
}

/// turned[c', t] += sum_c (from[c, c'] + (to[c, c'] - from[c, c']) t / step) field[c, t] for the
/// harmonics c of one degree.
CSL_KERNEL void turn_step(const float* field, std::size_t stride, const float* from,
                          const float* to, std::size_t size, std::size_t step, std::size_t length,
                          float* turned) {
  const float scale = 1.0F / static_cast<float>(step);
  for (std::size_t c = 0; c < size; ++c) {
    for (std::size_t other = 0; other < size; ++other) {
      const float constant = from[c * size + other];
      const float slope = (to[c * size + other] - constant) * scale;
      const float* x = field + c * stride;
      float* y = turned + other * stride;
      for (std::size_t t = 0; t < length; ++t)
        y[t] += (constant + slope * static_cast<float>(t)) * x[t];
    }
  }
}

/// Plane waves as images: responses take every image as far, so that only its direction, its delay
/// and its amplitude at the center count.
NearSound wave_sound(std::span<const PlaneWave> waves, std::span<const float> signal,
                     double speed_of_sound) {
  constexpr double kNearest_m = 1e-3;  // an image in the center itself has no direction
  NearSound sound{{}, {signal.begin(), signal.end()}, 0.0};
  for (const PlaneWave& wave : waves) {
    const double distance_m = std::max(kNearest_m, wave.time_s * speed_of_sound);
    const Eigen::Vector3d place = distance_m * wave.direction;
    sound.images.push_back({place.x(),
                            place.y(),
                            place.z(),
                            static_cast<float>(wave.pressure * distance_m),
                            {0, 0, 0}});
  }
  return sound;
}

}  // namespace

struct MeasuredRenderer::State {
  State(const array::Responses& given, double rate, const RenderOptions& render_options)
      : options(render_options),
        sample_rate_hz(rate),
        responses(given, rate),
        basis(response_order(responses.radius_m(options.speed_of_sound), rate,
                             options.speed_of_sound)),
        rotation(basis),
        convolver(kernel),
        plain_filter(Blocks::kSize) {
    for (Cell& cell : plain_filter) cell.re = cell.re + 1.0F / static_cast<float>(Blocks::kSize);
  }

  FieldPlan plan(const Shoebox& room, double reach_m, const Blocks& blocks) const;
  std::vector<RelativeImage> add_reverberation(const MeasuredScene& scene,
                                               const SourceCourse& course, std::size_t step,
                                               std::span<const float> source,
                                               std::span<float> output);
  void add_waves(const MeasuredWaveScene& scene, std::span<const PlaneWave> waves, std::size_t step,
                 std::span<const float> source, std::span<float> output);
  std::size_t samples(std::span<const float> source) const {
    return source.size() + static_cast<std::size_t>(std::llround(options.tail_s * sample_rate_hz));
  }
  void add_field(const so3::Track& orientation, std::size_t step, std::span<const float> source,
                 const CourseStop& stop, std::span<float> output);
  void load_batch(std::size_t blocks, std::size_t length);
  void weigh_batch(const CourseStop& stop, std::size_t begin, std::size_t length);
  void turn_batch(const so3::Track& orientation, std::size_t step, std::size_t begin,
                  std::size_t length);

  RenderOptions options;
  double sample_rate_hz;
  array::ResponseInterpolator responses;
  HarmonicBasis basis;
  HarmonicRotation rotation;
  std::optional<ResponseFilters> filters;  // made at the first reverberant scene
  SpreadingKernel kernel;
  FieldConvolver convolver;
  dsp::FractionalDelay interpolator{64, 64, 6.0};
  std::vector<Cell> plain_filter;  // [kSize], leaves the field unchanged
  std::vector<float> world;        // field of a batch in the world frame, [(N + 1)^2, samples]
  std::vector<float> sensor;       // field of a batch in the sensor frame, [(N + 1)^2, samples]
};

void MeasuredRenderer::State::load_batch(std::size_t blocks, std::size_t length) {
  const std::vector<RealChannel>& channels = rotation.channels();
  world.assign(channels.size() * length, 0.0F);
  for (std::size_t group = 0; group < basis.groups(); ++group) {
    convolver.load_group(group);
    for (std::size_t block = 0; block < blocks; ++block) {
      const std::span<const Cell> sound = convolver.sound(block, plain_filter.data());
      const std::size_t first = block * convolver.blocks().length();
      const std::size_t count = std::min(sound.size(), length - first);
      for (std::size_t c = 0; c < channels.size(); ++c) {
        if (channels[c].channel / kLanes != group) continue;
        const std::size_t lane = channels[c].channel % kLanes;
        float* target = world.data() + c * length + first;
        for (std::size_t t = 0; t < count; ++t) {
          target[t] = channels[c].imaginary ? sound[t].im[lane] : sound[t].re[lane];
        }
      }
    }
  }
}

void MeasuredRenderer::State::turn_batch(const so3::Track& orientation, std::size_t step,
                                         std::size_t begin, std::size_t length) {
  sensor.assign(world.size(), 0.0F);
  std::vector<float> from;
  std::vector<float> to;
  const auto matrices_at = [&](std::size_t sample, std::vector<float>& matrices) {
    const double time_s = static_cast<double>(sample) / sample_rate_hz;
    rotation.matrices(orientation.at(time_s).toRotationMatrix(), matrices);
  };
  matrices_at(begin, from);
  for (std::size_t t = 0; t < length; t += step) {
    matrices_at(begin + t + step, to);
    std::size_t at = 0;
    for (std::size_t n = 0; n <= basis.order(); ++n) {
      const std::size_t size = 2 * n + 1;
      turn_step(world.data() + n * n * length + t, length, from.data() + at, to.data() + at, size,
                step, std::min(step, length - t), sensor.data() + n * n * length + t);
      at += size * size;
    }
    std::swap(from, to);
  }
}

FieldPlan MeasuredRenderer::State::plan(const Shoebox& room, double reach_m,
                                        const Blocks& blocks) const {
  FieldPlan plan;
  plan.rows_per_m = 2.0 * sample_rate_hz / options.speed_of_sound;
  plan.reach_m = reach_m;
  plan.exact_distance_m =
      std::cbrt(kExactImages * room.volume_m3() * 3.0 / (4.0 * std::numbers::pi));
  for (std::size_t band = 0; band < (room.banded() ? kBands : 1); ++band) {
    plan.layers.push_back({0, rows_within(reach_m, plan.rows_per_m, blocks), band});
  }
  return plan;
}

void MeasuredRenderer::State::add_field(const so3::Track& orientation, std::size_t step,
                                        std::span<const float> source, const CourseStop& stop,
                                        std::span<float> output) {
  const std::size_t samples = stop.end_sample(output.size() / responses.receivers());
  const std::size_t block = convolver.blocks().length();
  const std::size_t end_block = (samples + block - 1) / block;
  for (std::size_t first = stop.first_sample / block; first < end_block; first += kBlocksAtOnce) {
    const std::size_t count = std::min(kBlocksAtOnce, end_block - first);
    const std::size_t begin = first * block;
    const std::size_t length = std::min(count * block, samples - begin);
    convolver.load_source(source, first, count);
    load_batch(count, length);
    weigh_batch(stop, begin, length);
    turn_batch(orientation, step, begin, length);
    filters->add(sensor, length, begin, output);
  }
}

/// Multiplies the field by the stop's weights. The array hears the sum of all stops' weighted
/// fields, which is the field of the moving source.
void MeasuredRenderer::State::weigh_batch(const CourseStop& stop, std::size_t begin,
                                          std::size_t length) {
  if (stop.weight.empty()) return;
  for (std::size_t t = 0; t < length; ++t) {
    const std::size_t sample = begin + t;
    const float weight =
        sample < stop.first_sample ? 0.0F : stop.weight[sample - stop.first_sample];
    for (std::size_t c = 0; c < rotation.channels().size(); ++c) world[c * length + t] *= weight;
  }
}

std::vector<RelativeImage> MeasuredRenderer::State::add_reverberation(const MeasuredScene& scene,
                                                                      const SourceCourse& course,
                                                                      std::size_t step,
                                                                      std::span<const float> source,
                                                                      std::span<float> output) {
  const double speed = options.speed_of_sound;
  const std::size_t samples = output.size() / responses.receivers();
  const double reach_m =
      std::min(scene.room.max_distance_m,
               static_cast<double>(samples) / sample_rate_hz * speed + responses.radius_m(speed));
  std::vector<RelativeImage> near;
  if (scene.room.anechoic() || !(reach_m > 0.0)) return near;
  if (!filters) filters.emplace(responses, rotation);
  const Blocks blocks{scene.room.banded() ? Blocks::kBandGuard : Blocks::kGuard};
  const double farthest_m = reach_m + (course.moves() ? 2.0 * course.start_m.norm() : 0.0);
  FieldPlan field_plan = plan(scene.room, farthest_m, blocks);
  field_plan.reach_m = reach_m;
  for (const CourseStop& stop : course_stops(course, samples, sample_rate_hz, speed)) {
    ImageField field(field_plan, basis, kernel);
    near = field.encode(scene.room, scene.array_center_m, course, stop.place_m);
    convolver.begin_scene(field, basis, blocks, sample_rate_hz, speed);
    add_field(scene.orientation, step, source, stop, output);
  }
  return near;
}

void MeasuredRenderer::State::add_waves(const MeasuredWaveScene& scene,
                                        std::span<const PlaneWave> waves, std::size_t step,
                                        std::span<const float> source, std::span<float> output) {
  if (waves.empty()) return;
  if (!filters) filters.emplace(responses, rotation);
  const double speed = options.speed_of_sound;
  const double end_s = static_cast<double>(output.size() / responses.receivers()) / sample_rate_hz +
                       responses.radius_m(speed) / speed;
  const Blocks blocks{Blocks::kGuard};
  const FieldPlan field_plan =
      plan_wave_field(std::min(waves.back().time_s, end_s), sample_rate_hz, speed, blocks);
  ImageField field(field_plan, basis, kernel);
  field.encode(waves, speed);
  convolver.begin_scene(field, basis, blocks, sample_rate_hz, speed);
  add_field(scene.orientation, step, source, {Eigen::Vector3d::Zero(), 0, {}}, output);
}

MeasuredRenderer::MeasuredRenderer(const array::Responses& responses, double sample_rate_hz,
                                   const RenderOptions& options)
    : state_(std::make_unique<State>(responses, sample_rate_hz, options)) {}
MeasuredRenderer::~MeasuredRenderer() = default;
MeasuredRenderer::MeasuredRenderer(MeasuredRenderer&&) noexcept = default;
MeasuredRenderer& MeasuredRenderer::operator=(MeasuredRenderer&&) noexcept = default;

std::size_t MeasuredRenderer::receivers() const { return state_->responses.receivers(); }
std::size_t MeasuredRenderer::order() const { return state_->basis.order(); }

std::vector<float> MeasuredRenderer::render(const MeasuredScene& scene,
                                            std::span<const float> source_signal) {
  State& s = *state_;
  const double rate = s.sample_rate_hz;
  const double speed = s.options.speed_of_sound;
  const SourceCourse course{scene.source_m - scene.array_center_m, scene.source_turn_rad_s};
  const std::size_t samples = s.samples(source_signal);
  check_scene(scene.room, course, scene.array_center_m,
              s.responses.radius_m(speed) + scene.pivot_m.norm(), rate, samples, source_signal);
  core::require(
      scene.pivot_m.isZero(0.0) || scene.room.anechoic(),
      "measured responses: an array turns about a point apart from its center only without "
      "reverberation");
  std::vector<float> output(samples * receivers(), 0.0F);
  if (samples == 0) return output;

  const std::size_t step =
      std::min(course_step(course, rate, speed),
               interpolation_step(max_angular_speed(scene.orientation), s.basis.order(), rate));
  std::vector<RelativeImage> near = s.add_reverberation(scene, course, step, source_signal, output);
  near.push_back({course.start_m.x(), course.start_m.y(), course.start_m.z(), 1.0F, {0, 0, 0}});
  const std::vector<Eigen::Vector3d> shift_m =
      course_shifts(course, (samples + step - 1) / step + 1, step, rate);
  for (const NearSound& sound : near_sounds(scene.room, near, source_signal, rate)) {
    add_near_responses(sound, {scene.orientation, scene.pivot_m}, shift_m, rate, step, s.responses,
                       rate / speed, s.interpolator, output);
  }
  return output;
}

std::vector<float> MeasuredRenderer::render(const MeasuredWaveScene& scene,
                                            std::span<const float> source_signal) {
  State& s = *state_;
  const double rate = s.sample_rate_hz;
  const double speed = s.options.speed_of_sound;
  check_wave_scene(scene.waves, rate, source_signal);
  std::vector<float> output(s.samples(source_signal) * receivers(), 0.0F);
  if (output.empty()) return output;
  const std::size_t step =
      interpolation_step(max_angular_speed(scene.orientation), s.basis.order(), rate);
  const SplitWaves split = split_waves(scene.waves, first_field_time_s(rate));
  s.add_waves(scene, split.field, step, source_signal, output);
  add_near_responses(wave_sound(split.exact, source_signal, speed),
                     {scene.orientation, Eigen::Vector3d::Zero()}, {}, rate, step, s.responses,
                     rate / speed, s.interpolator, output);
  return output;
}

}  // namespace room
