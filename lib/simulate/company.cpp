#include "simulate/company.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/errors.h"
#include "core/random.h"
#include "simulate/speech.h"
#include "so3/grid.h"
#include "so3/rotation.h"

namespace simulate {
namespace {

constexpr int kMaxInterfererPlacings = 10000;
constexpr double kRamp_s = 0.02;

double mean_power(const std::vector<float>& signal, std::size_t first, std::size_t end) {
  double sum = 0.0;
  for (std::size_t i = first; i < end; ++i) sum += static_cast<double>(signal[i]) * signal[i];
  return end > first ? sum / static_cast<double>(end - first) : 0.0;
}

/// Draws the place of the interferer in the shoebox, or another list of plane waves.
void place(const Plan& plan, const std::vector<DrySource>& sources, core::RandomStream& random,
           DrySource& interferer) {
  for (int placing = 0; placing < kMaxInterfererPlacings; ++placing) {
    if (plan.room_waves.empty()) {
      interferer.direction_world = so3::random_direction(random);
      if (!plan.inside_room(interferer.direction_world)) continue;
    } else {
      interferer.waves = &plan.room_waves[random.index(plan.room_waves.size())];
      interferer.direction_world = interferer.waves->direction_world;
      if (std::any_of(sources.begin(), sources.end(),
                      [&](const DrySource& source) { return source.waves == interferer.waves; }))
        continue;
    }
    if (separated(plan, sources, interferer.direction_world)) return;
  }
  throw core::UsageError("--interferer: no place is left that keeps --min-separation");
}

/// Repeats the speech to the length of the session.
std::vector<float> repeated(const std::vector<float>& speech, std::size_t samples) {
  std::vector<float> signal(samples);
  for (std::size_t i = 0; i < samples; ++i) signal[i] = speech[i % speech.size()];
  return signal;
}

/// Silences a signal outside of [first, end), with raised-cosine ramps inside.
void gate(std::vector<float>& signal, std::size_t first, std::size_t end) {
  const auto ramp = static_cast<double>(std::min<std::size_t>(
      (end - first) / 2, static_cast<std::size_t>(kRamp_s * kSimulatedRateHz)));
  for (std::size_t i = 0; i < signal.size(); ++i) {
    const double inside =
        i < first || i >= end ? 0.0 : static_cast<double>(std::min(i - first, end - 1 - i));
    const double open = ramp > 0.0 ? std::min(1.0, inside / ramp) : (inside > 0.0 ? 1.0 : 0.0);
    signal[i] *= static_cast<float>(0.5 - 0.5 * std::cos(std::numbers::pi * open));
  }
}

std::filesystem::path other_speech(const Plan& plan, const std::vector<DrySource>& sources,
                                   core::RandomStream& random) {
  constexpr int kAttempts = 100;
  std::filesystem::path file;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    file = plan.speech[random.index(plan.speech.size())];
    if (std::none_of(sources.begin(), sources.end(), [&](const DrySource& source) {
          return source.speech_file == file.filename();
        }))
      break;
  }
  return file;
}

}  // namespace

DrySource draw_interferer(const Plan& plan, std::size_t session,
                          const std::vector<DrySource>& sources, std::size_t samples) {
  core::RandomStream random(plan.seed, core::Purpose::kInterferer, stream_number(session));
  DrySource interferer;
  place(plan, sources, random, interferer);
  const std::filesystem::path file = other_speech(plan, sources, random);
  interferer.speech_file = file.filename().string();
  interferer.signal = repeated(read_speech(file, kSimulatedRateHz), samples);
  const auto length =
      static_cast<std::size_t>(std::llround(plan.interferer->share * static_cast<double>(samples)));
  const std::size_t first = random.index(samples - length + 1);
  const double wanted = mean_power(sources[0].signal, 0, sources[0].signal.size());
  const double own = mean_power(interferer.signal, first, first + length);
  if (own > 0.0) {
    const double gain =
        core::decibels_to_amplitude(plan.interferer->level_db) * std::sqrt(wanted / own);
    for (float& x : interferer.signal) x *= static_cast<float>(gain);
  }
  gate(interferer.signal, first, first + length);
  return interferer;
}

std::vector<Eigen::Vector3d> noise_directions(const Plan& plan, std::size_t session) {
  core::RandomStream random(plan.seed, core::Purpose::kDiffuseNoise, stream_number(session));
  const Eigen::Quaterniond turn = so3::random_rotation(random);
  std::vector<Eigen::Vector3d> directions = so3::fibonacci_grid(kNoiseWaves);
  for (Eigen::Vector3d& direction : directions) direction = turn * direction;
  return directions;
}

std::vector<float> wave_noise(const Plan& plan, std::size_t session, std::size_t wave,
                              std::size_t samples) {
  core::RandomStream random(plan.seed, core::Purpose::kDiffuseNoise, stream_number(session),
                            static_cast<std::uint32_t>(wave + 1));
  const double sd = 1.0 / std::sqrt(static_cast<double>(kNoiseWaves));
  std::vector<float> noise(samples);
  for (float& x : noise) x = static_cast<float>(sd * random.normal());
  return noise;
}

}  // namespace simulate
