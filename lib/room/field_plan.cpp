#include "room/field_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/errors.h"
#include "room/field_convolver.h"
#include "room/radial.h"
#include "room/spreading_kernel.h"

namespace room {
namespace {

// Fractions of the sample rate: 4 and 7.5 kHz at 16 kHz.
constexpr double kMiddleBand = 0.25;
constexpr double kUpperBand = 0.46875;
constexpr double kMiddleTruncation = 1.2e-3;  // -58 dB
constexpr double kUpperTruncation = 5e-3;     // -46 dB
constexpr double kNearFieldError = 4.5e-3;    // -47 dB; the error is half of it at kMiddleBand
constexpr std::size_t kMaxTerms = 3;
constexpr std::size_t kMaxOrder = 60;
constexpr double kMinExactDistance_m = 0.5;
constexpr double kMinSourceGap_m = 1e-3;

double wave_number(double band, double sample_rate_hz, double speed_of_sound) {
  return 2.0 * std::numbers::pi * band * sample_rate_hz / speed_of_sound;
}

void check_inside(const Shoebox& room, const char* what, const Eigen::Vector3d& p,
                  double margin_m) {
  const Eigen::Vector3d& size = room.size_m;
  if ((p.array() > margin_m).all() && (p.array() < size.array() - margin_m).all()) return;
  throw core::InputError(
      fmt::format("{}: expected inside the room of {} x {} x {} m, more than {} m from its walls, "
                  "found ({}, {}, {})",
                  what, size.x(), size.y(), size.z(), margin_m, p.x(), p.y(), p.z()));
}

/// Checks that the source stays inside the room. A course is checked every 20 ms.
void check_course(const Shoebox& room, const SourceCourse& course, const Eigen::Vector3d& center_m,
                  double duration_s) {
  constexpr double kStep_s = 0.02;
  constexpr double kMaxSpeed_m_s = 10.0;
  check_inside(room, "source", center_m + course.start_m, 0.0);
  if (!course.moves()) return;
  if (!(course.speed_m_s() <= kMaxSpeed_m_s)) {
    throw core::UsageError(fmt::format("source: expected a speed of at most {} m/s, found {}",
                                       kMaxSpeed_m_s, course.speed_m_s()));
  }
  for (double time_s = kStep_s; time_s < duration_s + kStep_s; time_s += kStep_s) {
    check_inside(room, "moving source", center_m + course.at(std::min(time_s, duration_s)), 0.0);
  }
}

void check_signal(double sample_rate_hz, std::span<const float> source_signal) {
  if (!(sample_rate_hz > 0.0)) throw core::UsageError("sample rate: expected a positive number");
  for (std::size_t i = 0; i < source_signal.size(); ++i) {
    if (!std::isfinite(source_signal[i])) {
      throw core::InputError(fmt::format("source signal: sample {} is not a finite number", i));
    }
  }
}

}  // namespace

std::size_t field_order(double radius_m, double sample_rate_hz, double speed_of_sound) {
  const double middle = wave_number(kMiddleBand, sample_rate_hz, speed_of_sound) * radius_m;
  const double upper = wave_number(kUpperBand, sample_rate_hz, speed_of_sound) * radius_m;
  for (std::size_t order = 1; order <= kMaxOrder; ++order) {
    if (truncation_error(order, middle) <= kMiddleTruncation &&
        truncation_error(order, upper) <= kUpperTruncation) {
      return order;
    }
  }
  throw core::InputError(fmt::format(
      "array: its radius of {} m is too large to render at {} Hz; expected at most about {:.2f} m",
      radius_m, sample_rate_hz, radius_m * 0.8 * static_cast<double>(kMaxOrder) / upper));
}

std::size_t rows_within(double reach_m, double rows_per_m, const Blocks& blocks) {
  const double rows =
      std::ceil(reach_m * rows_per_m) + static_cast<double>(SpreadingKernel::kWidth);
  return static_cast<std::size_t>(std::ceil(rows / static_cast<double>(blocks.rows()))) *
         blocks.rows();
}

FieldPlan plan_field(double radius_m, double sample_rate_hz, double speed_of_sound, double reach_m,
                     const Blocks& blocks, std::size_t bands) {
  const double k = wave_number(kUpperBand, sample_rate_hz, speed_of_sound);
  FieldPlan plan;
  plan.rows_per_m = 2.0 * sample_rate_hz / speed_of_sound;
  plan.reach_m = reach_m;
  plan.exact_distance_m = kMinExactDistance_m;
  while (near_field_error(kMaxTerms, k, radius_m, plan.exact_distance_m) > kNearFieldError) {
    plan.exact_distance_m *= 1.1;
  }
  const std::size_t all_rows = rows_within(reach_m, plan.rows_per_m, blocks);
  for (std::size_t term = 0; term < kMaxTerms; ++term) {
    // A term is needed in the partitions whose nearest image is too close for the earlier terms.
    std::size_t rows = term == 0 ? all_rows : 0;
    for (; rows < all_rows; rows += blocks.rows()) {
      const double nearest_m =
          std::max(plan.exact_distance_m, static_cast<double>(rows) / plan.rows_per_m);
      if (near_field_error(term, k, radius_m, nearest_m) <= kNearFieldError) break;
    }
    for (std::size_t band = 0; band < bands && rows > 0; ++band) {
      plan.layers.push_back({term, rows, band});
    }
  }
  return plan;
}

FieldPlan plan_wave_field(double latest_s, double sample_rate_hz, double speed_of_sound,
                          const Blocks& blocks) {
  FieldPlan plan;
  plan.rows_per_m = 2.0 * sample_rate_hz / speed_of_sound;
  plan.reach_m = latest_s * speed_of_sound;
  plan.layers = {{0, rows_within(plan.reach_m, plan.rows_per_m, blocks), 0}};
  return plan;
}

double first_field_time_s(double sample_rate_hz) { return 1.0 / sample_rate_hz; }

void check_wave_scene(std::span<const PlaneWave> waves, double sample_rate_hz,
                      std::span<const float> source_signal) {
  check_signal(sample_rate_hz, source_signal);
  check_waves(waves);
}

void check_scene(const Shoebox& room, const SourceCourse& course, const Eigen::Vector3d& center_m,
                 double radius_m, double sample_rate_hz, std::size_t samples,
                 std::span<const float> source_signal) {
  check_signal(sample_rate_hz, source_signal);
  room.check();
  check_inside(room, "array center", center_m, radius_m);
  check_course(room, course, center_m, static_cast<double>(samples) / sample_rate_hz);
  const double distance = course.start_m.norm();
  if (!(distance > radius_m + kMinSourceGap_m)) {
    throw core::InputError(fmt::format(
        "source: expected more than the array's radius of {} m from its center, found {} m",
        radius_m, distance));
  }
}

}  // namespace room
