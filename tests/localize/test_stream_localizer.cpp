#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "array/shape.h"
#include "commands/features.h"
#include "core/errors.h"
#include "core/random.h"
#include "doa/metrics.h"
#include "features/network_bins.h"
#include "features/session_features.h"
#include "formats/model_file.h"
#include "formats/stream_lines.h"
#include "localize/estimator_registry.h"
#include "localize/stream_localizer.h"
#include "random_model.h"
#include "session/estimate.h"
#include "session/features.h"
#include "session/pose.h"
#include "session/session.h"
#include "so3/rotation.h"

namespace {

using localize::StreamEstimate;

constexpr std::size_t kMicrophones = 4;

/// Bursts of noise, with delays between the microphones that change.
std::vector<float> sound(std::size_t samples) {
  core::RandomStream random(2, core::Purpose::kTest);
  std::vector<float> source(samples + 16);
  for (std::size_t i = 0; i < source.size(); ++i) {
    const double burst = std::sin(2.0 * M_PI * 3.0 * static_cast<double>(i) / 16000.0);
    source[i] = static_cast<float>(std::max(0.01, burst) * random.normal());
  }
  std::vector<float> audio(samples * kMicrophones);
  for (std::size_t i = 0; i < samples; ++i) {
    for (std::size_t m = 0; m < kMicrophones; ++m) {
      audio[i * kMicrophones + m] =
          source[i + (m * (1 + i / 4000)) % 16] + 0.1F * static_cast<float>(random.normal());
    }
  }
  return audio;
}

so3::Track turning() {
  std::vector<double> time_s;
  std::vector<Eigen::Quaterniond> q;
  for (int i = 0; i < 120; ++i) {
    time_s.push_back(0.013 * i);
    q.push_back(so3::exp(time_s.back() * Eigen::Vector3d(0.7, -0.4, 1.2)));
  }
  return {time_s, q};
}

localize::StreamLocalizer::PoseAt pose_of(const so3::Track& track) {
  return [&track](double time_s) -> session::Pose {
    return {session::PoseState::kInterpolated, track.at(time_s)};
  };
}

/// An array whose responses are plane waves at microphones somewhere.
std::shared_ptr<const calib::ResponseTable> responses() {
  calib::Calibration calibration;
  core::RandomStream random(4, core::Purpose::kTest);
  for (std::size_t m = 0; m < kMicrophones; ++m) {
    calibration.array.position_m.push_back(0.05 * so3::random_direction(random));
    calibration.array.offset_m.push_back(0.0);
  }
  calibration.likelihood = {{0.0}, {3.0}, {0.01}};
  const session::FeatureSettings settings = commands::make_settings({}, 16000.0);
  return std::make_shared<calib::ResponseTable>(calibration, settings.bin_hz(),
                                                settings.max_frequency_index());
}

localize::StreamSettings settings_for(const std::string& estimator, bool world,
                                      std::size_t stride) {
  localize::StreamSettings settings;
  settings.estimator = estimator;
  settings.setup.windows = {{0.2}};
  settings.setup.world = world;
  settings.setup.stride = stride;
  settings.setup.sources.max_sources = localize::estimator_kind(estimator).several_sources ? 2 : 1;
  if (localize::estimator_kind(estimator).needs_responses) settings.setup.responses = responses();
  return settings;
}

std::vector<StreamEstimate> run(const std::vector<float>& audio,
                                const localize::StreamSettings& settings,
                                localize::StreamLocalizer::PoseAt pose_at, std::size_t piece) {
  const formats::LoadedModel model = test::random_model(kMicrophones);
  localize::StreamLocalizer localizer(model.model, model.settings, settings, std::move(pose_at));
  std::vector<StreamEstimate> all;
  const auto keep = [&](const StreamEstimate& estimate) { all.push_back(estimate); };
  for (std::size_t at = 0; at < audio.size(); at += piece * kMicrophones) {
    localizer.push(std::span(audio).subspan(at, std::min(piece * kMicrophones, audio.size() - at)),
                   keep);
  }
  localizer.finish(keep);
  return all;
}

/// The same by csl-features and csl-infer.
std::vector<session::Estimate> offline(const std::vector<float>& audio, const so3::Track& track,
                                       const localize::StreamSettings& settings) {
  const formats::LoadedModel loaded = test::random_model(kMicrophones);
  session::FeatureSettings features = loaded.settings;
  features.floor_memory_s = settings.floor_memory_s;
  const session::Session recording{session::Info(), audio, track, imu::Samples()};
  const session::Features session = features::make_features(recording, kMicrophones, features);
  localize::EstimatorSetup setup = settings.setup;
  setup.place = doa::WindowPlace::kCausal;
  const session::Features bins = features::network_bins(session, loaded.model.recipe.smoothing);
  const learn::Directions r_sensor = learn::predict(loaded.model, bins.stft, bins.frequency);
  return make_window_estimator(settings.estimator, setup)
      ->estimate({session, bins, r_sensor})
      .windows;
}

}  // namespace

TEST_CASE("a stream gives the same results as the offline tools for the same recording") {
  const std::vector<float> audio = sound(16000);
  const so3::Track track = turning();
  for (const char* estimator : {"robust", "centroid", "kde", "steered", "mixture"}) {
    for (const bool world : {true, false}) {
      const bool searches = localize::estimator_kind(estimator).needs_responses;
      const std::size_t stride = searches ? 10 : world ? 1 : 3;
      const localize::StreamSettings settings = settings_for(estimator, world, stride);
      const auto live = run(audio, settings, pose_of(track), 333);
      const auto whole = offline(audio, track, settings);
      INFO(estimator << (world ? " world" : " sensor"));
      REQUIRE(live.size() == whole.size());
      REQUIRE(live.size() > 5);
      for (std::size_t i = 0; i < live.size(); ++i) {
        CHECK(live[i].time_s == Approx(whole[i].time_s).epsilon(1e-12));
        CHECK(live[i].bins == whole[i].bins);
        REQUIRE(live[i].directions.size() == std::max<std::size_t>(1, whole[i].peaks.size()));
        const localize::StreamDirection& first = live[i].directions.front();
        CHECK(doa::angular_error_deg(*first.sensor, whole[i].direction_sensor) < 1e-4);
        CHECK(doa::angular_error_deg(*first.world, whole[i].direction_world) < 1e-4);
        CHECK(first.confidence == Approx(whole[i].confidence).epsilon(1e-5));
      }
    }
  }
}

namespace {

/// A known array: four microphones somewhere.
std::shared_ptr<const localize::KnownArraySetup> known_array() {
  auto array = std::make_shared<localize::KnownArraySetup>();
  array->position_m = responses()->calibration().array.position_m;
  array->shape = array::shape_of(array->position_m);
  const session::FeatureSettings settings = commands::make_settings({}, 16000.0);
  array->fft_bins = settings.max_frequency_index() + 1;
  array->bin_hz = settings.bin_hz();
  return array;
}

}  // namespace

TEST_CASE("a stream of a known array gives the same results as its recording") {
  const std::vector<float> audio = sound(12000);
  const so3::Track track = turning();
  const session::FeatureSettings bin_settings = commands::make_settings({}, 16000.0);
  for (const char* estimator :
       {"srp-phat", "srp-phat-first", "lsdd", "music", "steered", "mixture"}) {
    for (const bool world : {true, false}) {
      localize::StreamSettings settings = settings_for(estimator, world, 13);
      settings.setup.array = known_array();
      settings.setup.sources.max_sources = 1;
      INFO(estimator << (world ? " world" : " sensor"));
      localize::StreamLocalizer localizer(kMicrophones, bin_settings, settings, pose_of(track));
      std::vector<StreamEstimate> live;
      const auto keep = [&](const StreamEstimate& estimate) { live.push_back(estimate); };
      for (std::size_t at = 0; at < audio.size(); at += 333 * kMicrophones) {
        localizer.push(
            std::span(audio).subspan(at, std::min(333 * kMicrophones, audio.size() - at)), keep);
      }
      localizer.finish(keep);

      session::FeatureSettings causal = bin_settings;
      causal.floor_memory_s = settings.floor_memory_s;
      const session::Session recording{session::Info(), audio, track, imu::Samples()};
      const session::Features heard = features::make_features(recording, kMicrophones, causal);
      session::Features none;
      none.frame_time_s = heard.frame_time_s;
      none.frame_rotation = heard.frame_rotation;
      localize::EstimatorSetup setup = settings.setup;
      setup.place = doa::WindowPlace::kCausal;
      const auto whole = make_window_estimator(estimator, setup)
                             ->estimate({heard, none, learn::Directions(0, 3)})
                             .windows;
      REQUIRE(live.size() == whole.size());
      REQUIRE(live.size() > 3);
      for (std::size_t i = 0; i < live.size(); ++i) {
        CHECK(live[i].time_s == Approx(whole[i].time_s).epsilon(1e-12));
        CHECK(live[i].bins == whole[i].bins);
        CHECK(live[i].bins > 0);
        REQUIRE(live[i].directions.size() == 1);
        const localize::StreamDirection& first = live[i].directions.front();
        CHECK(doa::angular_error_deg(*first.sensor, whole[i].direction_sensor) < 1e-4);
        CHECK(doa::angular_error_deg(*first.world, whole[i].direction_world) < 1e-4);
        CHECK(first.confidence == Approx(whole[i].confidence).epsilon(1e-5));
        CHECK(first.confidence > 0.0);
      }
    }
  }
  CHECK_THROWS_AS(localize::StreamLocalizer(kMicrophones, bin_settings,
                                            settings_for("robust", false, 1), nullptr),
                  core::UsageError);
}

TEST_CASE("a stream of several window lengths gives each length's offline results") {
  const std::vector<float> audio = sound(16000);
  const so3::Track track = turning();
  for (const char* estimator : {"robust", "kde", "steered", "mixture"}) {
    localize::StreamSettings settings = settings_for(estimator, true, 1);
    settings.setup.windows = {{0.3}, {0.1}, {0.5}};
    if (localize::estimator_kind(estimator).needs_responses) settings.setup.stride = 4;
    const auto live = run(audio, settings, pose_of(track), 333);
    settings.setup.stride = 1;
    INFO(estimator);
    for (std::size_t w = 0; w < 3; ++w) {
      std::vector<StreamEstimate> of_length;
      for (const StreamEstimate& estimate : live) {
        if (estimate.length == settings.setup.windows[w]) of_length.push_back(estimate);
      }
      REQUIRE(of_length.size() > 10);
      std::size_t equal = 0;
      for (const session::Estimate& whole : offline(audio, track, settings)) {
        if (whole.window != w) continue;
        const StreamEstimate& line = of_length[std::min(equal, of_length.size() - 1)];
        if (std::abs(line.time_s - whole.time_s) > 1e-9) continue;
        ++equal;
        CHECK(line.bins == whole.bins);
        CHECK(doa::angular_error_deg(*line.directions.front().world, whole.direction_world) < 1e-4);
      }
      CHECK(equal == of_length.size());
    }
  }
}

TEST_CASE("a stream's results depend neither on the length of its blocks nor on later sound") {
  const std::vector<float> audio = sound(8000);
  const so3::Track track = turning();
  const localize::StreamSettings settings = settings_for("robust", true, 1);
  const auto all = run(audio, settings, pose_of(track), 8000);
  const auto cut = run(audio, settings, pose_of(track), 7);
  const auto early =
      run({audio.begin(), audio.begin() + 6000 * kMicrophones}, settings, pose_of(track), 100);
  REQUIRE(cut.size() == all.size());
  REQUIRE(early.size() < all.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    CHECK(formats::stream_line(cut[i], true) == formats::stream_line(all[i], true));
    if (i < early.size())
      CHECK(formats::stream_line(early[i], true) == formats::stream_line(all[i], true));
  }
}

TEST_CASE("without orientation, a stream has directions in the sensor frame only") {
  const std::vector<float> audio = sound(6000);
  const auto found = run(audio, settings_for("robust", false, 1), nullptr, 500);
  REQUIRE(found.size() > 5);
  CHECK(found[0].directions.front().sensor.has_value());
  CHECK_FALSE(found[0].directions.front().world.has_value());
  const std::string line = formats::stream_line(found[0], false);
  CHECK(line.find("\"orientation\":\"none\"") != std::string::npos);
  CHECK(line.find("\"world\":null") != std::string::npos);
  CHECK(nlohmann::json::parse(line).at("directions").size() == 1);
}

TEST_CASE("frames without orientation do not change the directions in the world") {
  const std::vector<float> audio = sound(9600);
  const so3::Track track = turning();
  const auto pose_at = [&](double time_s) -> session::Pose {
    if (time_s > 0.3) return {};
    return {session::PoseState::kInterpolated, track.at(time_s)};
  };
  const auto found = run(audio, settings_for("robust", true, 1), pose_at, 500);
  const StreamEstimate& last = found.back();
  CHECK(last.pose == session::PoseState::kMissing);
  CHECK(last.bins == 0);
  CHECK(last.directions.empty());
  // Just after orientation was lost, the world direction of the older frames is still known.
  const auto lost = std::find_if(found.begin(), found.end(), [](const StreamEstimate& e) {
    return e.pose == session::PoseState::kMissing;
  });
  REQUIRE(lost->directions.size() == 1);
  CHECK(lost->directions.front().world.has_value());
  CHECK_FALSE(lost->directions.front().sensor.has_value());
}

TEST_CASE("samples that are not finite are an error, or their frames are left out on request") {
  std::vector<float> audio = sound(9600);
  audio[5000 * kMicrophones + 1] = std::numeric_limits<float>::quiet_NaN();
  localize::StreamSettings settings = settings_for("robust", false, 1);
  CHECK_THROWS_WITH(run(audio, settings, nullptr, 500),
                    Catch::Contains("sample 5000") && Catch::Contains("microphone 1"));
  settings.mask_bad_samples = true;
  const auto masked = run(audio, settings, nullptr, 500);
  std::vector<float> silenced = sound(9600);
  const auto whole = run(silenced, settings, nullptr, 500);
  REQUIRE(masked.size() == whole.size());
  std::size_t fewer = 0;
  for (std::size_t i = 0; i < masked.size(); ++i) fewer += masked[i].bins < whole[i].bins ? 1 : 0;
  // Frames 29 to 31 hold the sample (29: 4640 to 5039): 23 windows of 21 frames have one of them.
  CHECK(fewer == 23);
}

TEST_CASE("a stream refuses options that it does not support") {
  const formats::LoadedModel loaded = test::random_model(kMicrophones);
  const auto make = [&](const localize::StreamSettings& settings) {
    localize::StreamLocalizer(loaded.model, loaded.settings, settings, nullptr);
  };
  localize::StreamSettings good = settings_for("robust", false, 1);
  CHECK_NOTHROW(make(good));
  localize::StreamSettings bad = good;
  bad.setup.windows = {{}};
  CHECK_THROWS_AS(make(bad), core::UsageError);
  bad.setup.windows = {{11.0}};
  CHECK_THROWS_AS(make(bad), core::UsageError);
  bad.setup.windows = {{0.2}, {}};
  CHECK_THROWS_AS(make(bad), core::UsageError);
  bad.setup.windows = {};
  CHECK_THROWS_AS(make(bad), core::UsageError);
  bad = good;
  bad.setup.world = true;  // without orientation
  CHECK_THROWS_AS(make(bad), core::UsageError);
  bad = good;
  bad.floor_memory_s = 0.0;
  CHECK_THROWS_AS(make(bad), core::UsageError);
  bad = good;
  bad.input_rate_hz = 0.0;
  CHECK_THROWS_AS(make(bad), core::UsageError);
}

TEST_CASE(
    "the noise of the causal floor is the 10 % quantile and follows a change within its memory") {
  session::FeatureSettings settings;
  settings.floor_memory_s = 5.0;  // 500 frames
  settings.floor_db = -100.0;
  settings.noise_margin_db = 10.0;
  features::CausalFloor floor(settings, 1);
  core::RandomStream random(1, core::Purpose::kTest, 0);
  // Exponentially distributed energy of mean 1 has its tenth at -ln 0.9 = 0.105.
  const auto after = [&](int frames, float scale) {
    double sum = 0.0;
    for (int i = 0; i < frames; ++i) {
      const std::vector<float> energy = {scale * -std::log(static_cast<float>(random.uniform()))};
      sum += std::log10(floor.update(energy)[0]) * (i >= frames / 2 ? 2.0 / frames : 0.0);
    }
    return std::pow(10.0, sum);
  };
  CHECK(after(2000, 1.0F) == Approx(1.05).epsilon(0.25));
  after(500, 10.0F);
  CHECK(after(2000, 10.0F) == Approx(10.5).epsilon(0.25));
  after(500, 0.1F);
  CHECK(after(2000, 0.1F) == Approx(0.105).epsilon(0.25));
}

TEST_CASE("the causal floor is the largest energy so far and fades 10 dB in its memory") {
  session::FeatureSettings settings;
  settings.floor_memory_s = 0.5;  // 50 frames
  features::CausalFloor floor(settings, 2);
  const std::vector<float> loud = {1.0F, 2.0F}, silent = {0.0F, 0.0F}, medium = {0.5F, 0.05F};
  CHECK(floor.update(loud)[1] == Approx(2e-4));
  for (int i = 0; i < 49; ++i) floor.update(silent);
  const auto faded = floor.update(silent);
  CHECK(faded[0] == Approx(1e-5).epsilon(1e-4));
  CHECK(faded[1] == Approx(2e-5).epsilon(1e-4));
  const auto again = floor.update(medium);
  CHECK(again[0] == Approx(5e-5));
  CHECK(again[1] < 2e-5F);
  CHECK(again[1] > 1.8e-5F);
}
