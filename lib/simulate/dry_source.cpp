#include "simulate/dry_source.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/errors.h"
#include "core/units.h"
#include "room/motion.h"
#include "session/session.h"
#include "simulate/speech.h"
#include "so3/rotation.h"

namespace simulate {
namespace {

/// Number of draws after which the search for places that keep the separation is given up.
constexpr int kMaxPlacings = 10000;
/// Number of draws after which the search for a course inside the room is given up.
constexpr int kMaxCourses = 100;

/// Draws directions that are uniform over all directions inside the room. If the plan asks for it,
/// the first source is in the half space that the array faces at the start. Any two sources are at
/// least the smallest separation apart.
void place_at_start(const Plan& plan, const Eigen::Quaterniond& start, core::RandomStream& random,
                    std::vector<DrySource>& sources) {
  const auto fits = [&](std::size_t s) {
    const Eigen::Vector3d& direction = sources[s].direction_world;
    if (!plan.inside_room(direction)) return false;
    if (s == 0) return (start.conjugate() * direction).dot(plan.start_axis) >= 0.0;
    return separated(plan, std::span(sources).first(s), direction);
  };
  int placings = 0;
  for (std::size_t s = 0; s < sources.size();) {
    sources[s].direction_world = so3::random_direction(random);
    if (fits(s)) {
      ++s;
    } else if (++placings % 100 == 0) {
      s = 0;  // the earlier sources leave no place for this one: begin again
    }
    if (placings > kMaxPlacings) {
      throw core::UsageError(
          "--min-separation, --source-distance: so many sources hardly fit in the room");
    }
  }
}

/// Whether a source stays inside the room on its way.
bool stays_inside(const Plan& plan, const DrySource& source) {
  constexpr double kStepS = 0.02;
  const double duration_s = static_cast<double>(source.signal.size()) / kSimulatedRateHz;
  for (double time_s = 0.0; time_s < duration_s + kStepS; time_s += kStepS) {
    if (!plan.inside_room(so3::exp(source.turn_rad_s * time_s) * source.direction_world))
      return false;
  }
  return true;
}

/// Draws great circles that stay inside the room. @return  false if none is found for a source
bool draw_courses(const Plan& plan, core::RandomStream& random, std::vector<DrySource>& sources) {
  if (plan.source_speed_deg_s.high == 0.0) return true;
  for (DrySource& source : sources) {
    const double speed_rad_s = core::degrees_to_radians(draw(random, plan.source_speed_deg_s));
    int courses = 0;
    do {
      if (++courses > kMaxCourses) return false;
      source.turn_rad_s = room::random_great_circle(source.direction_world, speed_rad_s, random);
    } while (!stays_inside(plan, source));
  }
  return true;
}

}  // namespace

bool separated(const Plan& plan, std::span<const DrySource> sources,
               const Eigen::Vector3d& direction_world) {
  return std::all_of(sources.begin(), sources.end(), [&](const DrySource& source) {
    return so3::angle_between(source.direction_world, direction_world) >= plan.min_separation_rad;
  });
}

double draw(core::RandomStream& random, const core::ValueRange& range) {
  return range.single() ? range.low : random.uniform(range.low, range.high);
}

std::uint32_t stream_number(std::size_t session) { return static_cast<std::uint32_t>(session); }

std::vector<DrySource> read_sources(const Plan& plan, std::size_t session) {
  core::RandomStream levels(plan.seed, core::Purpose::kSessionSpeech, stream_number(session));
  std::vector<DrySource> sources(plan.sources);
  for (std::size_t s = 0; s < plan.sources; ++s) {
    const std::size_t turn = session * plan.sources + s;
    const std::filesystem::path& file =
        plan.speech[speech_of_session(plan.seed, turn, plan.speech.size())];
    sources[s].speech_file = file.filename().string();
    sources[s].signal = read_speech(file, kSimulatedRateHz);
    if (s == 0) continue;
    const auto gain = static_cast<float>(core::decibels_to_amplitude(draw(levels, plan.level_db)));
    for (float& x : sources[s].signal) x *= gain;
  }
  return sources;
}

void place_sources(const Plan& plan, std::size_t session, const Eigen::Quaterniond& start,
                   std::vector<DrySource>& sources) {
  core::RandomStream random(plan.seed, core::Purpose::kSessionSource, stream_number(session));
  for (int attempt = 0; attempt < kMaxCourses; ++attempt) {
    place_at_start(plan, start, random, sources);
    if (draw_courses(plan, random, sources)) return;
  }
  throw core::UsageError(
      "--source-speed: hardly any way along a great circle stays inside the room for a whole "
      "session; try a lower speed, a smaller --source-distance or a larger --room");
}

bool place_in_room_waves(const Plan& plan, std::size_t session, const Eigen::Quaterniond& start,
                         std::vector<DrySource>& sources) {
  core::RandomStream random(plan.seed, core::Purpose::kSessionSource, stream_number(session));
  std::vector<std::size_t> order(plan.room_waves.size());
  const auto fits = [&] {
    for (std::size_t s = 0; s < sources.size(); ++s) {
      if (!separated(plan, std::span(sources).first(s), sources[s].direction_world)) return false;
    }
    return (start.conjugate() * sources[0].direction_world).dot(plan.start_axis) >= 0.0;
  };
  for (int attempt = 0; attempt < kMaxCourses; ++attempt) {
    std::iota(order.begin(), order.end(), std::size_t{0});
    for (std::size_t s = 0; s < sources.size(); ++s) {
      std::swap(order[s], order[s + random.index(order.size() - s)]);
      sources[s].waves = &plan.room_waves[order[s]];
      sources[s].direction_world = sources[s].waves->direction_world;
      sources[s].direct = {sources[s].waves->pressure, sources[s].waves->delay_s};
    }
    if (fits()) return true;
  }
  return false;
}

std::vector<float> activity_db(const std::vector<float>& signal, double distance_m,
                               std::size_t samples, double speed_of_sound) {
  return delayed_activity_db(signal, 1.0 / distance_m, distance_m / speed_of_sound, samples);
}

std::vector<float> delayed_activity_db(const std::vector<float>& signal, double pressure,
                                       double delay_s, std::size_t samples) {
  const auto step =
      static_cast<std::size_t>(std::llround(session::kActivityStepS * kSimulatedRateHz));
  const auto delay = static_cast<std::size_t>(std::llround(delay_s * kSimulatedRateHz));
  std::vector<double> energy((samples + step - 1) / step, 0.0);
  const std::size_t end = std::min(samples, signal.size() + delay);
  for (std::size_t i = delay; i < end; ++i) {
    const double heard = pressure * static_cast<double>(signal[i - delay]);
    energy[i / step] += heard * heard;
  }
  std::vector<float> level_db(energy.size());
  for (std::size_t k = 0; k < energy.size(); ++k) {
    const std::size_t length = std::min(step, samples - k * step);
    const double mean_square = energy[k] / static_cast<double>(length);
    level_db[k] =
        static_cast<float>(std::max(session::kLowestActivityDb, 10.0 * std::log10(mean_square)));
  }
  return level_db;
}

}  // namespace simulate
