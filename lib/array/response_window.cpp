#include "array/response_window.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/errors.h"

namespace array {
namespace {

constexpr float kFirstSound = 1e-3F;        // of a response's peak: -60 dB
constexpr double kFirstSoundLead_s = 1e-3;  // in front of the first sound
constexpr double kMostLostShare = 1e-3;     // of a response's energy: -30 dB

std::span<const float> response(const Responses& responses, std::size_t i) {
  return std::span(responses.ir).subspan(i * responses.samples, responses.samples);
}

double energy_of(std::span<const float> x) {
  double energy = 0.0;
  for (const float value : x) energy += static_cast<double>(value) * value;
  return energy;
}

/// First sample of the window.
std::size_t first_of_window(const Responses& responses) {
  const auto louder_than = [](float level) {
    return [level](float value) { return std::abs(value) > level; };
  };
  std::size_t first = responses.samples;
  const std::size_t count = responses.direction.size() * responses.receivers;
  for (std::size_t i = 0; i < count; ++i) {
    const auto one = response(responses, i);
    float peak = 0.0F;
    for (const float value : one) peak = std::max(peak, std::abs(value));
    const auto at = std::find_if(one.begin(), one.end(), louder_than(kFirstSound * peak));
    first = std::min(first, static_cast<std::size_t>(at - one.begin()));
  }
  const auto lead = static_cast<std::size_t>(kFirstSoundLead_s * responses.sample_rate_hz);
  return first > lead ? first - lead : 0;
}

}  // namespace

void cut_to_window(const std::string& source_name, Responses& responses) {
  const auto most = static_cast<std::size_t>(kMaxResponse_s * responses.sample_rate_hz);
  if (responses.samples <= most) return;
  const std::size_t first = first_of_window(responses);
  const std::size_t length = std::min(most, responses.samples - first);
  std::vector<float> kept;
  double worst = 0.0;
  for (std::size_t i = 0; i < responses.direction.size() * responses.receivers; ++i) {
    const auto one = response(responses, i);
    const auto window = one.subspan(first, length);
    worst = std::max(worst, 1.0 - energy_of(window) / energy_of(one));
    kept.insert(kept.end(), window.begin(), window.end());
  }
  const double whole_ms = 1e3 * static_cast<double>(responses.samples) / responses.sample_rate_hz;
  if (worst > kMostLostShare) {
    throw core::InputError(fmt::format(
        "{}: expected responses of at most {} ms, measured without a room; found {:.1f} ms, with "
        "{:.2g} % of a response's energy behind the first {} ms: cut them to the direct sound",
        source_name, 1e3 * kMaxResponse_s, whole_ms, 100.0 * worst, 1e3 * kMaxResponse_s));
  }
  responses.notes.push_back(
      fmt::format("responses of {:.1f} ms are cut to {:.1f} ms, which loses at most {:.1g} % of "
                  "the energy of a "
                  "response",
                  whole_ms, 1e3 * static_cast<double>(length) / responses.sample_rate_hz,
                  100.0 * std::max(0.0, worst)));
  responses.ir = std::move(kept);
  responses.samples = length;
}

}  // namespace array
