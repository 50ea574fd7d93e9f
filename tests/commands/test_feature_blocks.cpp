#include <catch2/catch.hpp>

#include "commands/feature_blocks.h"
#include "commands/features.h"
#include "core/errors.h"
#include "core/random.h"
#include "features/session_features.h"
#include "formats/sessions_file.h"
#include "so3/rotation.h"
#include "temporary_folder.h"

namespace {

const core::Provenance kProvenance = core::make_provenance("csl-test", {}, 3);

/// Sound in bursts from an array that turns at random, with orientations at uneven times that begin
/// late and end early.
session::Session long_session(std::size_t samples) {
  core::RandomStream random(9, core::Purpose::kTest);
  session::Session session{{}, {}, so3::Track({0.0}, {Eigen::Quaterniond::Identity()}), {}};
  session.info.id = "long";
  session.info.duration_s = static_cast<double>(samples) / 8000.0;
  for (std::size_t i = 0; i < samples; ++i) {
    const double level = i / 2000 % 3 == 0 ? 1.0 : 1e-2;
    for (int m = 0; m < 2; ++m) {
      session.time_data.push_back(static_cast<float>(level * random.normal()));
    }
  }
  std::vector<double> time_s;
  std::vector<Eigen::Quaterniond> q;
  for (double t = 0.3; t < session.info.duration_s - 0.5; t += random.uniform(0.001, 0.008)) {
    time_s.push_back(t);
    q.push_back(so3::random_rotation(random));
  }
  session.orientation = so3::Track(std::move(time_s), std::move(q));
  return session;
}

}  // namespace

TEST_CASE("a long session in blocks has the features of the whole, with any number of threads") {
  const test::TemporaryFolder folder;
  const std::size_t samples = 8000 * 45;
  const session::Session session = long_session(samples);
  const session::Session brief = long_session(8000);
  {
    formats::SessionsWriter writer(folder / "s.h5", kProvenance, 2, 8000.0, {});
    writer.append(brief);
    writer.append(session);
    writer.append(brief);
    writer.commit();
  }
  REQUIRE(session.orientation.size() > 8192);  // more than one block of orientations
  commands::FeaturesOptions options;
  options.common.quiet = true;
  options.in = {(folder / "s.h5").string()};
  options.max_frequency_hz = 4000.0;
  for (const auto& [margin_db, memory_s] : {std::pair{0.0, 0.0}, {6.0, 0.0}, {6.0, 5.0}}) {
    options.noise_margin_db = margin_db;
    options.floor_memory_s = memory_s;
    std::string bytes;
    for (const int threads : {1, 3}) {
      options.common.threads = threads;
      options.out = folder / "f.h5";
      commands::make_features(options);
      if (threads == 1) bytes = test::file_bytes(options.out);
      CHECK((test::file_bytes(options.out) == bytes));
    }
    const session::FeatureSettings settings = commands::make_settings(options, 8000.0);
    REQUIRE(features::frame_count(samples, settings) > 2 * commands::kLongSessionFrames);
    const formats::FeaturesReader reader(options.out);
    REQUIRE(reader.size() == 3);
    for (const std::size_t i : {0UL, 1UL, 2UL}) CHECK_NOTHROW(reader.check(i));
    for (const std::size_t i : {0UL, 1UL, 2UL}) {
      const session::Features found = reader.read(i);
      const session::Features expected =
          features::make_features(i == 1 ? session : brief, 2, settings);
      REQUIRE(found.bins() > 1000);
      CHECK((found.stft == expected.stft));
      CHECK((found.frame == expected.frame));
      CHECK((found.frequency == expected.frequency));
      CHECK((found.energy == expected.energy));
      CHECK((found.rise == expected.rise));
      CHECK((found.frame_time_s == expected.frame_time_s));
      bool same = found.frames() == expected.frames();
      for (std::size_t n = 0; same && n < found.frames(); ++n) {
        same = found.frame_rotation[n].coeffs() == expected.frame_rotation[n].coeffs();
      }
      CHECK(same);
    }
  }
}

TEST_CASE("damage deep in a long session is found, and no features are written") {
  const test::TemporaryFolder folder;
  session::Session session = long_session(8000 * 45);
  formats::SessionsWriter writer(folder / "s.h5", kProvenance, 2, 8000.0, {});
  writer.begin(session.info);
  writer.append_samples(session.time_data);
  // More samples than orientations are no damage; a backward time is.
  writer.end(session.orientation, {});
  writer.commit();
  std::string bytes = test::file_bytes(folder / "s.h5");
  const double late = session.orientation.time_s()[9000];
  const std::string pattern(reinterpret_cast<const char*>(&late), sizeof(late));
  const std::size_t at = bytes.find(pattern);
  REQUIRE(at != std::string::npos);
  bytes[at + 6] = static_cast<char>(bytes[at + 6] ^ 0x10);
  std::ofstream(folder / "s.h5", std::ios::binary) << bytes;
  commands::FeaturesOptions options;
  options.common.quiet = true;
  options.in = {(folder / "s.h5").string()};
  options.out = folder / "f.h5";
  options.max_frequency_hz = 4000.0;
  CHECK_THROWS_AS(commands::make_features(options), core::InputError);
  CHECK_THROWS_AS(formats::SessionsReader(folder / "s.h5").check(0), core::InputError);
  CHECK(folder.files() == 1);
}
