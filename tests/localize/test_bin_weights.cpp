#include <catch2/catch.hpp>
#include <complex>
#include <set>
#include <utility>
#include <vector>

#include "calib/likelihood.h"
#include "core/random.h"
#include "doa/baseline.h"
#include "doa/baseline_registry.h"
#include "doa/metrics.h"
#include "doa/synthetic_array.h"
#include "dsp/stft.h"
#include "features/session_features.h"
#include "localize/bin_weights.h"

namespace {

using doa_test::Recording;

constexpr double kHopS = 0.01;

/// A source in direction `d` whose spectrum is `gain` times a fixed one, added to one frame.
void add_source(Recording& recording, std::size_t frame, const Eigen::Vector3d& d, double gain) {
  core::RandomStream random(12, core::Purpose::kTest);
  const std::vector<Eigen::Vector3d> positions = doa_test::cube_positions();
  for (std::size_t b = 0; b < recording.bins; ++b) {
    const std::complex<double> source = std::polar(gain, random.uniform(0.0, 6.28));
    for (std::size_t m = 0; m < positions.size(); ++m) {
      const double f = recording.bin_hz * static_cast<double>(b);
      recording.data[(frame * recording.bins + b) * positions.size() + m] +=
          std::complex<float>(doa_test::steering(positions[m], f, d) * source);
    }
  }
}

/// Silence, heard by a cube that stands still.
Recording silence(std::size_t frames) {
  Recording recording{frames, 201, 8, 40.0, {}, {}};
  recording.data.resize(frames * recording.bins * recording.microphones);
  recording.q_world_sensor.assign(frames, Eigen::Quaterniond::Identity());
  return recording;
}

/// Direction of the whole session by a baseline.
Eigen::Vector3d localized(const std::string& name, const Recording& recording, doa::PoolFrame pool,
                          bool onset_weights) {
  doa::BaselineOptions options = doa::baseline_method(name).options;
  options.grid_points = 2000;
  const doa::FreeFieldBaseline baseline(doa::baseline_method(name), doa_test::cube_positions(),
                                        options);
  doa::StftView view = recording.view();
  const std::vector<float> weight =
      localize::bin_weights(view, kHopS, {.onset_weights = onset_weights});
  view.weight = weight.data();
  const std::vector<doa::MovingWindows> windows = {doa::MovingWindows({}, recording.frames, kHopS)};
  return baseline.localize(view, recording.q_world_sensor, windows, pool)[0][0].direction_sensor;
}

}  // namespace

TEST_CASE("without options every bin weighs 1") {
  const Recording recording = doa_test::record(doa_test::cube_positions(), {});
  for (const float weight : localize::bin_weights(recording.view(), kHopS, {})) {
    CHECK(weight == 1.0F);
  }
}

TEST_CASE("the noise margin leaves out the bins that csl-features leaves out") {
  core::RandomStream random(11, core::Purpose::kTest);
  session::Session session{.info = {},
                           .time_data = {},
                           .orientation = so3::Track({0.0}, {Eigen::Quaterniond::Identity()}),
                           .imu = {}};
  for (int i = 0; i < 16000; ++i) {
    const double loud = i > 6000 && i < 9000 ? 0.2 : 0.01;  // a burst in noise, two microphones
    for (int m = 0; m < 2; ++m) {
      session.time_data.push_back(static_cast<float>(loud * random.normal()));
    }
  }
  session::FeatureSettings settings = features::default_settings(16000.0);
  settings.floor_db = -200.0;
  settings.noise_margin_db = 10.0;
  const session::Features bins = features::make_features(session, 2, settings);
  std::set<std::pair<std::size_t, std::size_t>> kept;
  for (std::size_t b = 0; b < bins.bins(); ++b) kept.emplace(bins.frame[b], bins.frequency[b]);

  dsp::Stft stft({settings.window_samples, settings.hop_samples});
  const std::vector<std::complex<float>> spectrum = stft.analyze(session.time_data, 2);
  const doa::StftView view{spectrum.data(), bins.frames(), stft.bins(), 2, settings.bin_hz()};
  const std::vector<float> weight =
      localize::bin_weights(view, settings.hop_s(), {.noise_margin_db = 10.0});
  std::size_t used = 0;
  for (std::size_t n = 0; n < view.frames; ++n) {
    for (std::size_t k = 9; k < view.bins; ++k) {  // 360 Hz: csl-features' lowest frequency
      CHECK((weight[n * view.bins + k] > 0.0F) == kept.contains({n, k}));
      used += weight[n * view.bins + k] > 0.0F ? 1 : 0;
    }
  }
  CHECK(used == bins.bins());
  CHECK(used < view.frames * view.bins / 2);
}

TEST_CASE("onset weights are those of csl-infer --estimator steered") {
  Recording recording = silence(12);
  add_source(recording, 5, Eigen::Vector3d::UnitX(), 1.0);
  add_source(recording, 6, Eigen::Vector3d::UnitX(), 0.1);
  const std::vector<float> weight =
      localize::bin_weights(recording.view(), kHopS, {.onset_weights = true});
  // Nothing sounded before frame 5; frame 6 is 20 dB below what faded by 60 dB in 0.7 s.
  CHECK(weight[5 * 201 + 30] == calib::onset_weight(250.0F));
  const double past = std::pow(10.0, -6.0 * kHopS / 0.7);
  CHECK(weight[6 * 201 + 30] == Approx(std::pow(0.01 / past, 0.35)).epsilon(1e-4));
}

TEST_CASE("onset weights change nothing for a signal of constant energy") {
  const std::string name = GENERATE(as<std::string>{}, "srp-phat", "lsdd", "music");
  const doa::PoolFrame pool = GENERATE(doa::PoolFrame::kSensor, doa::PoolFrame::kWorld);
  Recording recording = silence(12);
  const Eigen::Vector3d direction = Eigen::Vector3d(0.2, 0.5, -0.7).normalized();
  for (std::size_t n = 0; n < recording.frames; ++n) add_source(recording, n, direction, 1.0);
  const std::vector<float> weight =
      localize::bin_weights(recording.view(), kHopS, {.onset_weights = true});
  for (std::size_t i = 2 * 201; i < weight.size(); ++i) CHECK(weight[i] == weight[201]);
  // Every frame holds the same snapshot, so a factor of a frame moves no maximum.
  CHECK(doa::angular_error_deg(localized(name, recording, pool, true),
                               localized(name, recording, pool, false)) < 0.05);
}

TEST_CASE("onset weights find the direct sound before a late reflection") {
  const std::string name = GENERATE(as<std::string>{}, "srp-phat", "lsdd", "music");
  const Eigen::Vector3d direct = Eigen::Vector3d(0.2, 0.5, -0.7).normalized();
  const Eigen::Vector3d reflected = Eigen::Vector3d(-0.9, 0.1, 0.3).normalized();
  Recording recording = silence(30);
  add_source(recording, 5, direct, 1.0);
  // A reflection 10 dB below arrives 50 ms later and lasts for 60 ms.
  for (std::size_t n = 10; n < 16; ++n) add_source(recording, n, reflected, std::sqrt(0.1));
  const auto error_deg = [&](bool weighted) {
    return doa::angular_error_deg(localized(name, recording, doa::PoolFrame::kWorld, weighted),
                                  direct);
  };
  // Frame by frame, six frames outvote one; the onset weighs 250^0.35 = 6.9 and the reflection
  // less than 1 for each frame. LSDD's masks and MUSIC's blocks of frames add weights of their own.
  if (name == "srp-phat") CHECK(error_deg(false) > 60.0);
  CHECK(error_deg(true) < 6.0);
  CHECK(error_deg(true) <= error_deg(false) + 0.05);
}
