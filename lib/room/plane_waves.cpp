#include "room/plane_waves.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/errors.h"

namespace room {
namespace {

constexpr double kOnset = 0.1;  // of the largest magnitude: -20 dB
constexpr std::size_t kExactWaves = 10;
constexpr double kUnitTolerance = 1e-6;
constexpr double kDecayFromDb = -5.0;
constexpr double kDecayToDb = -25.0;
constexpr std::size_t kDecayWaves = 10;

/// Indices of the waves from the onset to its end.
std::pair<std::size_t, std::size_t> direct_sound(std::span<const PlaneWave> waves) {
  double largest = 0.0;
  for (const PlaneWave& wave : waves) largest = std::max(largest, std::abs(wave.pressure));
  std::size_t first = 0;
  while (std::abs(waves[first].pressure) < kOnset * largest) ++first;
  std::size_t end = first;
  while (end < waves.size() && waves[end].time_s <= waves[first].time_s + kDirectSound_s) ++end;
  return {first, end};
}

}  // namespace

void check_waves(std::span<const PlaneWave> waves) {
  const auto fail = [](std::size_t i, const std::string& text) {
    throw core::InputError(fmt::format("plane wave {}: {}", i, text));
  };
  bool sounds = false;
  double before_s = 0.0;
  for (std::size_t i = 0; i < waves.size(); ++i) {
    const PlaneWave& wave = waves[i];
    if (!(wave.time_s >= 0.0 && wave.time_s <= kLatestWave_s))
      fail(i, fmt::format("expected a time of 0 to {} s, found {}", kLatestWave_s, wave.time_s));
    if (wave.time_s < before_s)
      fail(i, fmt::format("expected times that do not fall, found {} s after {} s", wave.time_s,
                          before_s));
    if (!(std::abs(wave.direction.norm() - 1.0) <= kUnitTolerance))
      fail(i, "expected a unit vector as its direction");
    if (!std::isfinite(wave.pressure)) fail(i, "expected a finite pressure");
    before_s = wave.time_s;
    sounds = sounds || wave.pressure != 0.0;
  }
  if (!sounds) throw core::InputError("plane waves: expected a pressure that is not 0");
}

std::size_t direct_wave(std::span<const PlaneWave> waves) {
  const auto [first, end] = direct_sound(waves);
  std::size_t strongest = first;
  for (std::size_t i = first; i < end; ++i) {
    if (std::abs(waves[i].pressure) > std::abs(waves[strongest].pressure)) strongest = i;
  }
  return strongest;
}

SplitWaves split_waves(std::span<const PlaneWave> waves, double first_field_s) {
  const auto [first, end] = direct_sound(waves);
  std::vector<std::size_t> direct(end - first);
  std::iota(direct.begin(), direct.end(), first);
  std::stable_sort(direct.begin(), direct.end(), [&](std::size_t a, std::size_t b) {
    return std::abs(waves[a].pressure) > std::abs(waves[b].pressure);
  });
  direct.resize(std::min(direct.size(), kExactWaves));
  SplitWaves split;
  for (std::size_t i = 0; i < waves.size(); ++i) {
    if (waves[i].pressure == 0.0) continue;
    const bool exact = waves[i].time_s < first_field_s ||
                       std::find(direct.begin(), direct.end(), i) != direct.end();
    (exact ? split.exact : split.field).push_back(waves[i]);
  }
  return split;
}

double reverberation_time_s(std::span<const PlaneWave> waves) {
  std::vector<double> energy(waves.size() + 1, 0.0);  // that arrives with a wave or after it
  for (std::size_t i = waves.size(); i-- > 0;)
    energy[i] = energy[i + 1] + waves[i].pressure * waves[i].pressure;
  double count = 0.0, t = 0.0, level = 0.0, tt = 0.0, tl = 0.0;
  for (std::size_t i = 0; i < waves.size(); ++i) {
    const double db = 10.0 * std::log10(energy[i] / energy[0]);
    if (!(db <= kDecayFromDb && db >= kDecayToDb)) continue;
    const double time_s = waves[i].time_s;
    count += 1.0;
    t += time_s;
    level += db;
    tt += time_s * time_s;
    tl += time_s * db;
  }
  const double slope = (count * tl - t * level) / (count * tt - t * t);
  if (count < static_cast<double>(kDecayWaves) || !(slope < 0.0))
    return std::numeric_limits<double>::quiet_NaN();
  return -60.0 / slope;
}

}  // namespace room
