#include "doa/presence.h"

#include <algorithm>
#include <cmath>

namespace doa {
namespace {

/// Smallest probability that a source is gone. Without it, a track would not end when its source
/// ends.
constexpr double kLeastGone = 1e-3;
constexpr double kShortestPause_s = 0.1;

}  // namespace

void Presence::predict(double dt_s, const PresenceTimes& times) {
  heard_s_ += sounding_ * dt_s;
  const double pauses = sounding_ * (1.0 - std::exp(-dt_s / times.sounding_s));
  const double resumes = pausing_ * (1.0 - std::exp(-dt_s / times.pausing_s));
  const double sounding = sounding_ - pauses + resumes;
  const double pausing = pausing_ + pauses - resumes;
  sounding_ = sounding * std::exp(-dt_s / times.life_s);
  const double pausing_life_s = std::clamp(heard_s_, kShortestPause_s, times.pausing_life_s);
  pausing_ = pausing * std::exp(-dt_s / pausing_life_s);
}

void Presence::update(double ratio) {
  const double gone = std::max(kLeastGone, 1.0 - existence());
  sounding_ *= ratio;
  const double sum = sounding_ + pausing_ + gone;
  const double scale = (1.0 - std::max(kLeastGone, gone / sum)) / (sounding_ + pausing_);
  sounding_ *= scale;
  pausing_ *= scale;
}

}  // namespace doa
