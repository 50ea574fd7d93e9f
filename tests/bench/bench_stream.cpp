/// What a live stream costs, and how far behind the sound it is; beside the offline tools on the
/// same recording.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <ctime>
#include <functional>

#include "array/shape.h"
#include "calib/response_frames.h"
#include "commands/features.h"
#include "core/random.h"
#include "features/network_bins.h"
#include "features/session_features.h"
#include "formats/model_file.h"
#include "localize/estimator_registry.h"
#include "localize/known_array.h"
#include "localize/stream_localizer.h"
#include "random_model.h"
#include "session/features.h"
#include "session/pose.h"
#include "session/session.h"
#include "so3/rotation.h"

namespace {

constexpr std::size_t kMicrophones = 8;
constexpr double kSeconds = 10.0;

/// Processor time: the machine may be shared, and everything here is one thread.
double now_s() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

std::vector<float> make_sound(double rate_hz) {
  core::RandomStream random(1, core::Purpose::kTest);
  const auto samples = static_cast<std::size_t>(kSeconds * rate_hz);
  std::vector<float> source(samples + kMicrophones);
  for (std::size_t i = 0; i < source.size(); ++i) {
    const double burst = std::sin(2.0 * M_PI * 3.0 * static_cast<double>(i) / rate_hz);
    source[i] = static_cast<float>(std::max(0.02, burst) * random.normal());
  }
  std::vector<float> audio(samples * kMicrophones);
  for (std::size_t i = 0; i < audio.size(); ++i) {
    audio[i] = source[i / kMicrophones + i % kMicrophones];
  }
  return audio;
}

so3::Track make_track() {
  std::vector<double> time_s;
  std::vector<Eigen::Quaterniond> q;
  for (int i = 0; i <= 1000; ++i) {
    time_s.push_back(0.01 * i);
    q.push_back(so3::exp(time_s.back() * Eigen::Vector3d(0.5, 1.0, -0.8)));
  }
  return {time_s, q};
}

/// Corners of a cube of 5 cm.
std::vector<Eigen::Vector3d> cube() {
  std::vector<Eigen::Vector3d> position_m;
  for (std::size_t m = 0; m < kMicrophones; ++m) {
    const auto side = [&](std::size_t bit) { return (m >> bit) % 2 == 0 ? -0.025 : 0.025; };
    position_m.emplace_back(side(0), side(1), side(2));
  }
  return position_m;
}

/// Plane waves at the cube, as the demo's array learns them.
std::shared_ptr<const calib::ResponseTable> cube_responses(
    const session::FeatureSettings& settings) {
  calib::Calibration calibration;
  calibration.array.position_m = cube();
  calibration.array.offset_m.assign(kMicrophones, 0.0);
  calibration.likelihood = {{0.0}, {6.6}, {1e-5}};
  return std::make_shared<calib::ResponseTable>(calibration, settings.bin_hz(),
                                                settings.max_frequency_index());
}

std::shared_ptr<const localize::KnownArraySetup> known_cube(
    const session::FeatureSettings& settings) {
  auto array = std::make_shared<localize::KnownArraySetup>();
  array->position_m = cube();
  array->shape = array::shape_of(array->position_m);
  array->fft_bins = settings.max_frequency_index() + 1;
  array->bin_hz = settings.bin_hz();
  return array;
}

using Windows = std::vector<doa::WindowLength>;

localize::StreamSettings make_settings(const std::string& estimator, const Windows& windows,
                                       double rate_hz, const session::FeatureSettings& features) {
  localize::StreamSettings settings;
  settings.input_rate_hz = rate_hz;
  settings.estimator = estimator;
  settings.setup.windows = windows;
  const localize::EstimatorKind& kind = localize::estimator_kind(estimator);
  settings.setup.sources.max_sources = kind.several_sources ? 2 : 1;
  if (kind.needs_responses) {
    settings.setup.responses = cube_responses(features);
    settings.setup.stride = 2;
  }
  if (kind.needs_array) {
    settings.setup.array = known_cube(features);
    settings.setup.stride = 2;
  }
  return settings;
}

/// Features, prediction and causal windows of the whole recording. @return processor seconds
double offline_s(const formats::LoadedModel& loaded, const localize::StreamSettings& settings,
                 const std::vector<float>& audio, const so3::Track& track) {
  const double start_s = now_s();
  session::FeatureSettings features = loaded.settings;
  features.floor_memory_s = settings.floor_memory_s;
  const session::Session recording{session::Info(), audio, track, imu::Samples()};
  const session::Features session = features::make_features(recording, kMicrophones, features);
  localize::EstimatorSetup setup = settings.setup;
  setup.place = doa::WindowPlace::kCausal;
  session::Features bins;
  bins.frame_time_s = session.frame_time_s;
  bins.frame_rotation = session.frame_rotation;
  learn::Directions r_sensor(0, 3);
  if (localize::estimator_kind(settings.estimator).needs_network) {
    learn::Predictor predictor(loaded.model);
    bins = features::network_bins(session, loaded.model.recipe.smoothing);
    r_sensor = predictor.predict(bins.stft, bins.frequency);
  }
  make_window_estimator(settings.estimator, setup)->estimate({session, bins, r_sensor});
  return now_s() - start_s;
}

void measure(const formats::LoadedModel& loaded, const std::string& estimator,
             const Windows& windows, double rate_hz, const so3::Track& track) {
  const std::vector<float> audio = make_sound(rate_hz);
  const localize::StreamSettings settings =
      make_settings(estimator, windows, rate_hz, loaded.settings);
  const auto pose_at = [&](double time_s) -> session::Pose {
    return {session::PoseState::kInterpolated, track.at(time_s)};
  };
  const bool known = localize::estimator_kind(estimator).needs_array;
  localize::StreamLocalizer localizer =
      known ? localize::StreamLocalizer(kMicrophones, loaded.settings, settings, pose_at)
            : localize::StreamLocalizer(loaded.model, loaded.settings, settings, pose_at);
  const auto piece = static_cast<std::size_t>(0.01 * rate_hz) * kMicrophones;
  std::vector<double> hop_s;
  double converting_s = 0.0;
  for (std::size_t at = 0; at + piece <= audio.size(); at += piece) {
    const double start_s = now_s();
    localizer.push(std::span(audio).subspan(at, piece), [](const localize::StreamEstimate&) {});
    hop_s.push_back(now_s() - start_s);
    converting_s = std::max(converting_s, localizer.resampling_latency_s());
  }
  double total_s = 0.0;
  for (const double s : hop_s) total_s += s;
  std::sort(hop_s.begin(), hop_s.end());
  const double slow_s = hop_s[hop_s.size() * 99 / 100];
  const bool same_rate = rate_hz == loaded.settings.sample_rate_hz;
  fmt::print(
      "{:<10}{:>8}{:>9.0f} Hz{:>9} ms{:>12.3f}{:>12.2f} ms{:>12.2f} ms{:>12.1f} ms{:>14.1f} ms   "
      "{}\n",
      estimator, windows.size(), rate_hz, 10 * settings.setup.stride, total_s / kSeconds,
      1e3 * total_s / static_cast<double>(hop_s.size()), 1e3 * slow_s, 1e3 * converting_s,
      1e3 * (converting_s + slow_s),
      same_rate ? fmt::format("{:.3f}", offline_s(loaded, settings, audio, track) / kSeconds)
                : "-");
}

}  // namespace

int main() {
  fmt::print(
      "A stream of 8 microphones, network 512-256-128, windows of 0.5 s, or of 0.1, 0.2, 0.5, 1 "
      "and 2 s; one thread, processor time. kde and mixture: two sources. srp-phat: known positions, "
      "all pairs, no network.\n");
  fmt::print("{:<10}{:>8}{:>12}{:>12}{:>12}{:>15}{:>15}{:>15}{:>17}   {}\n", "estimator", "windows",
             "input", "a line", "real time x", "a hop", "99 % of hops", "conversion", "behind by",
             "offline x");
  const formats::LoadedModel loaded = test::random_model(kMicrophones, {512, 256, 128});
  const so3::Track track = make_track();
  for (const char* estimator : {"robust", "kde", "steered", "mixture", "srp-phat"}) {
    for (const double rate_hz : {16000.0, 48000.0})
      measure(loaded, estimator, {{0.5}}, rate_hz, track);
  }
  measure(loaded, "mixture", {{0.15}}, 16000.0, track);  // as csl-infer --track has it
  for (const char* estimator : {"robust", "steered", "srp-phat"}) {
    measure(loaded, estimator, {{0.1}, {0.2}, {0.5}, {1.0}, {2.0}}, 16000.0, track);
  }
  return 0;
}
