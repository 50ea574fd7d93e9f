#include "room/renderer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/errors.h"
#include "dsp/fractional_delay.h"
#include "room/field_reader.h"
#include "room/harmonics.h"
#include "room/image_field.h"
#include "room/image_sweep.h"
#include "room/near_images.h"
#include "room/radial.h"
#include "room/spreading_kernel.h"
#include "room/turning_array.h"

namespace room {
namespace {

// Error budget, as fractions of the sampling rate's band (16 kHz: 4 and 7.5 kHz); see
// docs/simulation.md.
constexpr double kMiddleBand = 0.25;
constexpr double kUpperBand = 0.46875;
constexpr double kMiddleTruncation = 1.2e-3;  // -58 dB
constexpr double kUpperTruncation = 5e-3;     // -46 dB
constexpr double kNearFieldError =
    4.5e-3;  // -47 dB at the upper edge: half of it in amplitude at 4 kHz
constexpr std::size_t kMaxTerms = 3;
constexpr std::size_t kMaxOrder = 60;
constexpr double kMinExactDistance_m = 0.5;

double wave_number(double band, const Scene& scene, const RenderOptions& options) {
  return 2.0 * std::numbers::pi * band * scene.sample_rate_hz / options.speed_of_sound;
}

void check(const Scene& scene, std::span<const float> source_signal) {
  const auto inside = [&](const Eigen::Vector3d& p, double margin) {
    return (p.array() > margin).all() && (p.array() < scene.room.size_m.array() - margin).all();
  };
  const Eigen::Vector3d& size = scene.room.size_m;
  const double radius = scene.geometry.radius_m();
  const auto refuse = [&](const char* what, const Eigen::Vector3d& p, double margin) {
    throw core::InputError(
        fmt::format("{}: expected inside the room of {} x {} x {} m, {} m or more from its walls, "
                    "found ({}, {}, {})",
                    what, size.x(), size.y(), size.z(), margin, p.x(), p.y(), p.z()));
  };
  if (scene.geometry.size() == 0) throw core::InputError("array: expected at least one microphone");
  if (!inside(scene.source_m, 0.0)) refuse("source", scene.source_m, 0.0);
  if (!inside(scene.array_centre_m, radius)) refuse("array centre", scene.array_centre_m, radius);
  const double distance = (scene.source_m - scene.array_centre_m).norm();
  if (!(distance > radius + 1e-3)) {
    throw core::InputError(fmt::format(
        "source: expected more than the array's radius of {} m from its centre, found {} m", radius,
        distance));
  }
  if (!(scene.sample_rate_hz > 0.0))
    throw core::UsageError("sample rate: expected a positive number");
  for (std::size_t i = 0; i < source_signal.size(); ++i) {
    if (!std::isfinite(source_signal[i])) {
      throw core::InputError(fmt::format("source signal: sample {} is not a finite number", i));
    }
  }
}

/// Smallest order whose truncation meets the budget in the middle and at the upper edge of the
/// band.
std::size_t field_order(const Scene& scene, const RenderOptions& options) {
  const double radius = scene.geometry.radius_m();
  const double middle = wave_number(kMiddleBand, scene, options) * radius;
  const double upper = wave_number(kUpperBand, scene, options) * radius;
  for (std::size_t order = 1; order <= kMaxOrder; ++order) {
    if (truncation_error(order, middle) <= kMiddleTruncation &&
        truncation_error(order, upper) <= kUpperTruncation) {
      return order;
    }
  }
  throw core::InputError(fmt::format(
      "array: its radius of {} m is too large to render at {} Hz; expected at most about {:.2f} m",
      radius, scene.sample_rate_hz, radius * 0.8 * static_cast<double>(kMaxOrder) / upper));
}

FieldPlan plan_field(const Scene& scene, const RenderOptions& options, double reach_m) {
  const double k = wave_number(kUpperBand, scene, options);
  const double radius = scene.geometry.radius_m();
  FieldPlan plan;
  plan.rows_per_m = 2.0 * scene.sample_rate_hz / options.speed_of_sound;
  plan.exact_distance_m = kMinExactDistance_m;
  while (near_field_error(kMaxTerms, k, radius, plan.exact_distance_m) > kNearFieldError) {
    plan.exact_distance_m *= 1.1;
  }
  plan.reach_m = reach_m;
  const double rows = std::ceil(reach_m * plan.rows_per_m) + SpreadingKernel::kWidth;
  const std::size_t parts = static_cast<std::size_t>(std::ceil(rows / Blocks::kRows));
  plan.rows.push_back(parts * Blocks::kRows);
  for (std::size_t term = 1; term < kMaxTerms; ++term) {
    // Term `term` is needed in the parts whose nearest image is too close for the terms before it.
    std::size_t needed = 0;
    while (needed < parts) {
      const double nearest = std::max(
          plan.exact_distance_m, static_cast<double>(needed * Blocks::kRows) / plan.rows_per_m);
      if (near_field_error(term, k, radius, nearest) <= kNearFieldError) break;
      ++needed;
    }
    if (needed == 0) break;
    plan.rows.push_back(needed * Blocks::kRows);
  }
  return plan;
}

}  // namespace

struct Renderer::State {
  explicit State(const RenderOptions& given) : options(given), reader(kernel) {}

  RenderOptions options;
  SpreadingKernel kernel;
  FieldReader reader;
  dsp::FractionalDelay interpolator{64, 64, 6.0};
};

Renderer::Renderer(const RenderOptions& options) : state_(std::make_unique<State>(options)) {}
Renderer::~Renderer() = default;
Renderer::Renderer(Renderer&&) noexcept = default;
Renderer& Renderer::operator=(Renderer&&) noexcept = default;

std::vector<float> Renderer::render(const Scene& scene, std::span<const float> source_signal) {
  check(scene, source_signal);
  const RenderOptions& options = state_->options;
  const std::size_t mics = scene.geometry.size();
  const std::size_t samples =
      source_signal.size() +
      static_cast<std::size_t>(std::llround(options.tail_s * scene.sample_rate_hz));
  std::vector<float> output(samples * mics, 0.0F);
  if (samples == 0) return output;

  const bool anechoic = scene.room.anechoic();
  const HarmonicBasis basis(anechoic ? 1 : field_order(scene, options));
  const TurningArray turning = sample_turning_array(scene.geometry, scene.orientation,
                                                    scene.sample_rate_hz, samples, basis.order());
  const double samples_per_m = scene.sample_rate_hz / options.speed_of_sound;
  const Eigen::Vector3d direct = scene.source_m - scene.array_centre_m;
  std::vector<RelativeImage> near{{direct.x(), direct.y(), direct.z(), 1.0F, 0}};
  // Images that arrive after the last sample are not needed.
  const double reach_m =
      std::min(scene.room.max_distance_m,
               static_cast<double>(samples) / samples_per_m + scene.geometry.radius_m());
  if (!anechoic && reach_m > 0.0) {
    ImageSweep sweep(scene.room, scene.source_m, scene.array_centre_m, reach_m);
    ImageField field(plan_field(scene, options, reach_m), basis, state_->kernel);
    for (const RelativeImage& image : field.encode(sweep, 1.0 / scene.room.volume_m3())) {
      if (image.order > 0) near.push_back(image);
    }
    state_->reader.add_field(field, basis, turning, source_signal, scene.sample_rate_hz,
                             options.speed_of_sound, output);
  }
  add_near_images(near, turning, source_signal, samples_per_m, state_->interpolator, output);
  return output;
}

std::vector<float> render_moving_array(const Scene& scene, std::span<const float> source_signal,
                                       const RenderOptions& options) {
  return Renderer(options).render(scene, source_signal);
}

}  // namespace room
