#include <fmt/format.h>

#include <cmath>

#include "core/errors.h"
#include "io/audio.h"
#include "room/image_source.h"
#include "stage/simulate.h"
#include "stage/simulate_plan.h"

namespace stage {
namespace {

void require(bool good, const std::string& message) {
  if (!good) throw core::UsageError(message);
}

Eigen::Quaterniond parse_orientation(const std::vector<double>& wxyz) {
  require(wxyz.size() == 4, "--orientation: expected w,x,y,z");
  const Eigen::Quaterniond q(wxyz[0], wxyz[1], wxyz[2], wxyz[3]);
  require(std::abs(q.norm() - 1.0) < 0.01, "--orientation: expected a unit quaternion w,x,y,z");
  return q.normalized();
}

/// [mics, samples] to [samples, mics], as audio files are.
std::vector<float> interleave(const room::ImpulseResponses& responses) {
  std::vector<float> samples(responses.value.size());
  for (std::size_t m = 0; m < responses.mics; ++m) {
    for (std::size_t n = 0; n < responses.samples; ++n) {
      samples[n * responses.mics + m] =
          static_cast<float>(responses.value[m * responses.samples + n]);
    }
  }
  return samples;
}

}  // namespace

void write_impulse_responses(const SimulateOptions& options, const ImpulseResponseOptions& rir) {
  const SimulatePlan plan = plan_scene(options);
  require(!plan.responses,
          "--rir: a measured array has no positions; use --speech for recordings with it");
  require(plan.t60_s.single() || plan.absorption_given(),
          "--rir: give one reverberation time, such as --t60 0.5, or the absorption");
  require(rir.source_position_m.size() == 3, "--source-position: expected x,y,z in the room, m");
  const Eigen::Vector3d source_m(rir.source_position_m[0], rir.source_position_m[1],
                                 rir.source_position_m[2]);
  const Eigen::Quaterniond q_world_sensor = parse_orientation(rir.orientation);
  check_output(rir.rir, {});
  std::vector<Eigen::Vector3d> microphone_m;
  for (const Eigen::Vector3d& position : plan.geometry.position_m) {
    microphone_m.emplace_back(plan.array_centre_m + q_world_sensor * position);
  }
  const room::ImpulseResponses responses =
      room::static_impulse_responses(plan.make_room(plan.t60_s.low), source_m, microphone_m);
  io::write_wav(rir.rir, interleave(responses), responses.mics, kSimulatedRateHz);
  report_output(rir.rir, fmt::format("{} microphones, {} samples, emission at sample {}",
                                     responses.mics, responses.samples, responses.lead_samples));
}

}  // namespace stage
