#include <catch2/catch.hpp>
#include <cmath>

#include "commands/features.h"
#include "core/errors.h"
#include "core/random.h"
#include "features/frame_bins.h"
#include "features/session_features.h"
#include "formats/estimates_file.h"
#include "formats/features_file.h"
#include "formats/model_file.h"
#include "formats/sessions_file.h"
#include "io/hdf5_writer.h"
#include "session/estimate.h"
#include "session/features.h"
#include "session/session.h"
#include "so3/rotation.h"
#include "temporary_folder.h"

namespace {

const core::Provenance kProvenance = core::make_provenance("csl-test", {{"x", 1}}, 3);

session::Session make_session(std::uint32_t number, std::size_t samples) {
  core::RandomStream random(1, core::Purpose::kTest, number);
  std::vector<float> audio(2 * samples);
  for (float& x : audio) x = static_cast<float>(random.normal());
  session::Info info;
  info.id = "s" + std::to_string(number);
  info.duration_s = static_cast<double>(samples) / 16000.0;
  info.t60_s = 0.25;
  info.sources = {{0, so3::random_direction(random), 0.0, info.duration_s, "speech.wav",
                   Eigen::Vector3d(0.0, 0.0, 0.4 * number)}};
  so3::Track track({0.0, 0.01 * number + 0.5},
                   {so3::random_rotation(random), so3::random_rotation(random)});
  imu::Samples imu;
  imu.time_s = {0.0, 0.1 * number};
  imu.gyroscope_rad_s.assign(2, Eigen::Vector3d(1, 2, number));
  imu.accelerometer_m_s2.assign(2, Eigen::Vector3d(0, 0, 9.8));
  imu.magnetometer_uT.assign(2, Eigen::Vector3d(20, 0, -40));
  return {info, std::move(audio), std::move(track), std::move(imu)};
}

}  // namespace

TEST_CASE("sessions come back as they were written") {
  const test::TemporaryFolder folder;
  const std::vector<session::Session> sessions = {make_session(1, 5000), make_session(2, 400),
                                                  make_session(3, 9000)};
  {
    formats::SessionsWriter writer(folder / "s.h5", kProvenance, 2, 16000.0,
                                   {{{0.1, 0, 0}, {-0.1, 0, 0}}, {}});
    for (const session::Session& session : sessions) writer.append(session);
    writer.commit();
  }
  const formats::SessionsReader reader(folder / "s.h5");
  REQUIRE(reader.size() == 3);
  CHECK(reader.microphones() == 2);
  CHECK(reader.array().position_m[1].x() == -0.1);
  CHECK_FALSE(reader.array().responses.has_value());
  for (std::size_t i : {2U, 0U, 1U}) {
    const session::Session back = reader.read(i);
    CHECK(back.time_data == sessions[i].time_data);
    CHECK(back.info.id == sessions[i].info.id);
    CHECK(std::isnan(back.info.snr_db));
    CHECK(back.info.sources[0].direction_world == sessions[i].info.sources[0].direction_world);
    CHECK(back.info.sources[0].angular_velocity_world.z() ==
          Approx(0.4 * (1.0 + static_cast<double>(i))));
    CHECK(so3::angle_between(back.orientation.at(0.3), sessions[i].orientation.at(0.3)) < 1e-14);
    CHECK(back.imu.gyroscope_rad_s[1] == sessions[i].imu.gyroscope_rad_s[1]);
  }
  CHECK_THROWS_AS(formats::FeaturesReader(folder / "s.h5"), core::InputError);
}

TEST_CASE("inertial samples that only some sessions have come back with their sessions") {
  const test::TemporaryFolder folder;
  for (const std::vector<bool>& has_imu :
       {std::vector<bool>{false, false, true, true}, {true, false, true, false}, {false, true}}) {
    formats::SessionsWriter writer(folder / "s.h5", kProvenance, 2, 16000.0, {});
    std::vector<session::Session> sessions;
    for (std::size_t i = 0; i < has_imu.size(); ++i) {
      sessions.push_back(make_session(static_cast<std::uint32_t>(i + 1), 400));
      if (!has_imu[i]) sessions.back().imu = {};
      writer.append(sessions.back());
    }
    writer.commit();
    const formats::SessionsReader reader(folder / "s.h5");
    for (std::size_t i = 0; i < has_imu.size(); ++i) {
      CHECK(reader.read(i).imu.time_s == sessions[i].imu.time_s);
      CHECK(reader.read(i).imu.gyroscope_rad_s == sessions[i].imu.gyroscope_rad_s);
    }
  }
}

TEST_CASE("an array's responses come back as they were written") {
  const test::TemporaryFolder folder;
  array::Responses responses{"ears", 44100.0, {{0.6, 0.8, 0.0}, {0.0, 0.0, 1.0}, {0.0, -1.0, 0.0}},
                             2,      4,       {}};
  for (int i = 0; i < 3 * 2 * 4; ++i) responses.ir.push_back(0.25F * static_cast<float>(1 + i));
  {
    formats::SessionsWriter writer(folder / "s.h5", kProvenance, 2, 16000.0, {{}, responses});
    writer.append(make_session(1, 5000));
    writer.commit();
  }
  const formats::SessionsReader reader(folder / "s.h5");
  CHECK(reader.array().position_m.empty());
  REQUIRE(reader.array().responses.has_value());
  CHECK(reader.array().responses->ir == responses.ir);
  CHECK(reader.array().responses->direction == responses.direction);
  CHECK(reader.array().responses->sample_rate_hz == 44100.0);
}

TEST_CASE("a moving source is on its great circle at every time") {
  session::SourceTruth source;
  source.direction_world = Eigen::Vector3d::UnitX();
  source.start_s = 1.0;
  CHECK_FALSE(source.moves());
  CHECK(source.direction_at(7.0) == Eigen::Vector3d::UnitX());
  source.angular_velocity_world = {0.0, 0.0, 0.5};
  CHECK(source.moves());
  const Eigen::Vector3d expected(std::cos(1.5), std::sin(1.5), 0.0);
  CHECK((source.direction_at(4.0) - expected).norm() < 1e-14);
}

TEST_CASE("features are unit-norm bins above the floor, and come back as they were written") {
  const test::TemporaryFolder folder;
  const session::Session session = make_session(4, 8000);
  const session::FeatureSettings settings;
  const session::Features made = features::make_features(session, 2, settings);
  CHECK(made.frames() == (8000 - 400) / 160 + 1);
  CHECK(made.frame_time_s[0] == Approx(200.0 / 16000.0));
  REQUIRE(made.bins() > 1000);
  for (std::size_t b = 0; b < made.bins(); ++b) {
    CHECK(std::abs(std::hypot(std::abs(made.stft[2 * b]), std::abs(made.stft[2 * b + 1])) - 1.0) <
          1e-6);
    CHECK((made.frequency[b] >= 9 && made.frequency[b] <= 200));  // 340 Hz is bin 8.5 of 40 Hz
  }
  {
    formats::FeaturesWriter writer(folder / "f.h5", kProvenance, 2, settings);
    writer.append(made);
    writer.append(made);
    writer.commit();
  }
  const formats::FeaturesReader reader(folder / "f.h5");
  const session::Features back = reader.read(1);
  CHECK(back.stft == made.stft);
  CHECK(back.frame == made.frame);
  CHECK(back.frequency == made.frequency);
  CHECK(back.energy == made.energy);
  CHECK(back.rise == made.rise);
  CHECK(reader.read_places(1).frame == made.frame);
  CHECK(reader.read_places(1).frequency == made.frequency);
  CHECK(reader.settings() == settings);
}

TEST_CASE(
    "a floor of 0 dB leaves the largest bin of each frequency out, a low one keeps all but empty "
    "bins") {
  const session::Session session = make_session(5, 8000);
  session::FeatureSettings settings;
  settings.floor_db = -200.0;
  const std::size_t all = features::make_features(session, 2, settings).bins();
  CHECK(all == (200 - 9 + 1) * ((8000 - 400) / 160 + 1));
  settings.floor_db = -1e-4;  // only the largest of each frequency is above
  CHECK(features::make_features(session, 2, settings).bins() == 200 - 9 + 1);
}

TEST_CASE("with a noise margin, bins of steady noise are left out and louder ones stay") {
  session::Session session = make_session(6, 16000);
  for (std::size_t i = 16000; i < 24000; ++i) session.time_data[i] *= 30.0F;  // 29.5 dB, a quarter
  session::FeatureSettings settings;
  const session::Features all = features::make_features(session, 2, settings);
  settings.noise_margin_db = 15.0;
  const session::Features clear = features::make_features(session, 2, settings);
  const auto loud = [](const session::Features& f) {
    return std::ranges::count_if(
        f.frame, [](std::uint32_t n) { return n >= 47 && n <= 75; });  // frames that touch it
  };
  CHECK(static_cast<double>(loud(clear)) > 0.75 * static_cast<double>(loud(all)));
  CHECK(clear.bins() == static_cast<std::size_t>(loud(clear)));
  CHECK(all.bins() > 3 * clear.bins());
}

TEST_CASE("digital silence does not count as noise for the margin") {
  session::Session session = make_session(7, 16000);
  std::fill(session.time_data.begin() + 8000, session.time_data.end(), 0.0F);
  session::FeatureSettings settings;
  settings.noise_margin_db = 10.0;
  const std::size_t bins = features::make_features(session, 2, settings).bins();
  settings.noise_margin_db = 1e-3;
  CHECK(bins < features::make_features(session, 2, settings).bins() / 2);
}

TEST_CASE("features of an older version, without the rise of their bins, are refused") {
  const test::TemporaryFolder folder;
  {
    io::Hdf5Writer writer(folder / "f.h5", formats::kFeaturesFormat, 1, kProvenance);
    writer.append_rows<std::complex<float>>("/bin/stft", {}, 2);
    writer.commit();
  }
  CHECK_THROWS_WITH(
      formats::FeaturesReader(folder / "f.h5"),
      Catch::Matchers::Contains("/bin/rise") && Catch::Matchers::Contains("make it again"));
}

TEST_CASE("a bin's rise is its energy over the faded earlier energy, within bounds") {
  constexpr double kHopS = 0.01;
  features::PastSound past(kHopS, 3);
  const std::vector<float> first = {1.0F, 0.0F, 1.0F};
  const std::vector<float> rise_of_first = {250.0F, 250.0F,
                                            250.0F};  // nothing before, as in pauses
  const auto rise = [&](const std::vector<float>& energy) {
    const std::span<const float> now = past.update(energy);
    return std::vector<float>(now.begin(), now.end());
  };
  CHECK(rise(first) == rise_of_first);
  const double fade = std::pow(10.0, -6.0 * kHopS / features::PastSound::kReverberation_s);
  const std::vector<float> second = rise({2.0F, 3.0F, 1e-4F});
  CHECK(second[0] == Approx(2.0 / fade));
  CHECK(second[1] == 250.0F);
  CHECK(second[2] == Approx(1.0 / 250.0));
  const std::vector<float> third = rise({0.5F, 3.0F, 1.0F});  // the third faded from the first
  CHECK(third[0] == Approx(0.5 / (2.0 * fade)));
  CHECK(third[1] == Approx(1.0 / fade));
  CHECK(third[2] == Approx(1.0 / (fade * fade)));
}

TEST_CASE("a features file whose counts are not whole numbers is refused") {
  const test::TemporaryFolder folder;
  for (const double window : {-1.0, 400.5, 1e300, std::numeric_limits<double>::quiet_NaN()}) {
    {
      io::Hdf5Writer writer(folder / "f.h5", "features", 2, core::make_provenance("x", {}, 1));
      writer.append<float>("/bin/rise", {});
      writer.append<float>("/bin/stft", {});
      formats::SessionTableWriter table(writer);
      writer.attribute("/bin/stft", "sample_freq", 16000.0);
      writer.attribute("/bin/stft", "window_samples", window);
      writer.commit();
    }
    CHECK_THROWS_WITH(formats::FeaturesReader(folder / "f.h5"),
                      Catch::Matchers::Contains("window_samples: expected a whole number"));
  }
}

TEST_CASE("settings that no program writes are invalid") {
  CHECK(session::FeatureSettings().valid());
  const auto damaged = [](std::size_t session::FeatureSettings::*member, std::size_t value) {
    session::FeatureSettings settings;
    settings.*member = value;
    CHECK_FALSE(settings.valid());
  };
  damaged(&session::FeatureSettings::window_samples, 1);
  damaged(&session::FeatureSettings::hop_samples, 0);
  damaged(&session::FeatureSettings::hop_samples, session::kMostWindowSamples + 1);
  damaged(&session::FeatureSettings::window_samples, std::size_t{1} << 24);
  damaged(&session::FeatureSettings::window_samples, std::size_t{1} << 40);
}

TEST_CASE("a model predicts the same after a round trip") {
  const test::TemporaryFolder folder;
  learn::Model model;
  model.recipe = {learn::InputKind::kCovariance, 2, 200, {3, 2}};
  model.shape = {model.recipe.input_size(), {8, 4}, 3, nn::Normalization::kLayerNorm};
  nn::Mlp<float> network(model.shape);
  network.initialize(1);
  model.parameters.assign(network.parameters().begin(), network.parameters().end());
  model.reflection.rule = "initial:+x";
  model.reflection.sign = -1;
  session::FeatureSettings settings;
  settings.noise_margin_db = 10.0;
  formats::write_model(folder / "m.h5", kProvenance, model, settings, {{1.0, 1.6, 0.9, 1e-3}});
  const formats::LoadedModel back = formats::read_model(folder / "m.h5");
  CHECK(back.model.parameters == model.parameters);
  CHECK(back.model.shape == model.shape);
  CHECK(back.model.recipe == model.recipe);
  CHECK(back.model.reflection.sign == -1);
  CHECK(back.settings == settings);
  CHECK(back.history[0].loss == 1.6);
  CHECK(back.provenance.seed == 3);
}

TEST_CASE("estimates come back as they were written, with their peaks and bins") {
  const test::TemporaryFolder folder;
  formats::EstimatesHeader header{
      "csl", "kde", "world", {doa::WindowLength{0.2}, doa::WindowLength{}}, 0.01, 40.0};
  session::BinOutputs bins;
  bins.sensor = {1, 0, 0, 0, 2, 0};
  bins.frame = {0, 1};
  bins.frequency = {9, 10};
  bins.source = {0, 1, 255, 0};
  bins.frame_time_s = {0.0125, 0.0225};
  bins.frame_rotation = {Eigen::Quaterniond(0, 1, 0, 0), Eigen::Quaterniond(0, 0, 1, 0)};
  {
    formats::EstimatesWriter writer(folder / "e.h5", kProvenance, header, true);
    session::Estimate estimate;
    estimate.window = 1;
    estimate.frame = 1;
    estimate.time_s = 1.5;
    estimate.direction_sensor = {0, 1, 0};
    estimate.bins = 17;
    estimate.ambiguity = session::Ambiguity::kSide;
    estimate.peaks.resize(2);
    estimate.peaks[1].density = 0.25;
    estimate.peaks[1].direction_world = {0, 0, 1};
    estimate.predicted_error_deg = 4.5;
    writer.append_session(make_session(1, 400).info, {session::Estimate{}, estimate});
    writer.append_bins({});
    writer.append_session(make_session(2, 400).info, {});
    writer.append_bins(bins);
    writer.commit();
  }
  const formats::EstimatesReader back(folder / "e.h5");
  REQUIRE(back.rows().size() == 2);
  CHECK(back.sessions().size() == 2);
  CHECK(back.header().windows[1].full());
  CHECK(back.header().bin_hz == 40.0);
  const session::Estimate& row = back.rows()[1];
  CHECK(row.direction_sensor.y() == 1.0);
  CHECK(row.bins == 17);
  CHECK(row.ambiguity == session::Ambiguity::kSide);
  CHECK(back.rows()[0].ambiguity == session::Ambiguity::kNone);
  CHECK(row.frame == 1);
  CHECK(row.predicted_error_deg == 4.5);
  CHECK(std::isnan(back.rows()[0].predicted_error_deg));
  CHECK(back.rows()[0].peaks.empty());
  REQUIRE(row.peaks.size() == 2);
  CHECK(row.peaks[1].density == 0.25);
  CHECK(row.peaks[1].direction_world.z() == 1.0);
  REQUIRE(back.has_bins());
  CHECK(back.read_bins(0).frequency.empty());
  const session::BinOutputs second = back.read_bins(1);
  CHECK(second.sensor == bins.sensor);
  CHECK(second.source == bins.source);
  CHECK(second.frame == bins.frame);
  CHECK(second.frame_rotation[1].y() == 1.0);
}

TEST_CASE("tables whose rows do not fit each other are refused") {
  const test::TemporaryFolder folder;
  io::Hdf5Writer writer(folder / "bad.h5", "sessions", 1, kProvenance);
  {
    formats::SessionTableWriter table(writer);
    table.append(make_session(1, 400).info);
    writer.append_value<std::uint64_t>("/session/first_sample", 5);  // must be 0
    writer.append_value<std::uint64_t>("/session/samples", 1);
    writer.append_value<std::uint64_t>("/session/first_orientation", 0);
    writer.append_value<std::uint64_t>("/session/orientations", 0);
    writer.append_rows<float>("/time_data", std::vector<float>{1.0F, 2.0F}, 2);
    writer.attribute("/time_data", "sample_freq", 16000.0);
    writer.append<double>("/orientation/time_s", {});
    writer.append_rows<double>("/orientation/quaternion", {}, 4);
    writer.commit();
  }
  CHECK_THROWS_AS(formats::SessionsReader(folder / "bad.h5"), core::InputError);
}
