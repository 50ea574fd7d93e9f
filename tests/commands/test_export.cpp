// csl-export on a model of two microphones that was not trained.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "captured_stream.h"
#include "commands/export.h"
#include "commands/sound_speed.h"
#include "core/errors.h"
#include "core/units.h"
#include "formats/sofa_reader.h"
#include "io/hdf5_reader.h"
#include "random_model.h"
#include "temporary_folder.h"

namespace {

using Catch::Matchers::Contains;

/// A model file of two microphones, 0.2 m apart on the y axis.
class ModelFile {
 public:
  explicit ModelFile(const learn::Reflection& reflection = {"initial:+x", 1, "5 of 5", 1.0, 5, 5,
                                                            false}) {
    formats::LoadedModel loaded = test::random_model(2);
    loaded.model.reflection = reflection;
    calib::Calibration calibration;
    calibration.array.position_m = {{0.0, 0.1, 0.0}, {0.0, -0.1, 0.0}};
    calibration.array.offset_m = {0.0, 0.0};
    calibration.array.covariance = Eigen::MatrixXd::Identity(8, 8) * 1e-8;
    calibration.likelihood = {{0.0}, {1.0}, {0.1}};
    formats::write_model(folder_ / "m.h5", loaded.provenance, loaded.model, loaded.settings, {},
                         calibration);
  }

  /// Exports SOFA and JSON. @return  what was said on stderr
  std::string run(commands::ExportOptions options = {}) const {
    options.model = folder_ / "m.h5";
    options.sofa = sofa();
    options.json = folder_ / "a.json";
    options.directions = 100;
    options.samples = 128;
    const test::CapturedStream errors(STDERR_FILENO);
    commands::export_model(options);
    return errors.text();
  }
  std::filesystem::path sofa() const { return folder_ / "a.sofa"; }
  std::string comment() const { return io::Hdf5Reader(sofa()).text_attribute("/", "Comment"); }
  nlohmann::json json() const {
    return nlohmann::json::parse(test::file_bytes(folder_ / "a.json"));
  }

 private:
  test::TemporaryFolder folder_;
};

}  // namespace

TEST_CASE("a doubtful mirror image is named in the SOFA file, the positions and a warning") {
  const ModelFile sure;
  CHECK_THAT(sure.run(), !Contains("warning"));
  CHECK_THAT(sure.comment(), !Contains("mirror image"));
  CHECK(!sure.json().contains("comment"));

  const ModelFile doubtful({"initial:+x", 1, "3 of 5 intervals agree", 0.2, 3, 5, true});
  CHECK_THAT(doubtful.run(), Contains("doubtful") && Contains("3 of 5 intervals agree"));
  CHECK_THAT(doubtful.comment(), Contains("the reflection is doubtful"));
  CHECK_THAT(doubtful.json().at("comment").get<std::string>(), Contains("doubtful"));

  const ModelFile undecided({"none", 1, "", 0.0, 0, 0, false});
  undecided.run();
  CHECK_THAT(undecided.comment(), Contains("may be the mirror image"));
}

TEST_CASE("two microphones are a head, at the sample rate and with the texts of the user") {
  const ModelFile model;
  commands::ExportOptions options;
  options.sofa_rate_hz = 44100.0;
  options.title = "Two ears";
  model.run(options);
  const io::Hdf5Reader file(model.sofa());
  CHECK(file.text_attribute("/", "SOFAConventions") == "SimpleFreeFieldHRIR");
  CHECK(file.text_attribute("/", "Title") == "Two ears");
  CHECK(file.read<double>("/Data.SamplingRate") == std::vector<double>{44100.0});
  CHECK_THAT(model.comment(), Contains("resampled from 16000 Hz"));
}

TEST_CASE("positions are written for the speed of sound that the user says") {
  const ModelFile model;
  commands::ExportOptions options;
  options.sound_speed.temperature_c = 0.0;
  model.run(options);
  const double scale = 331.3 / core::kSpeedOfSound;
  CHECK(model.json().at("positions_m").at(0).at(1).get<double>() == Approx(0.1 * scale));
  CHECK_THAT(model.json().at("comment").get<std::string>(), Contains("331.30 m/s"));
  CHECK_THAT(model.comment(), Contains("331.30 m/s"));
  const std::vector<double> receiver =
      io::Hdf5Reader(model.sofa()).read<double>("/ReceiverPosition");
  CHECK(receiver[1] == Approx(0.1 * scale));
  // Delays are what was learned, so the responses do not change.
  const array::Responses colder = formats::read_sofa(model.sofa());
  model.run();
  CHECK(formats::read_sofa(model.sofa()).ir == colder.ir);
}

TEST_CASE("options of the SOFA file that are wrong are refused") {
  const ModelFile model;
  const auto refused = [&](auto&& change, const std::string& option) {
    commands::ExportOptions options;
    change(options);
    CHECK_THROWS_WITH(model.run(options), Contains(option));
    CHECK_THROWS_AS(model.run(options), core::UsageError);
  };
  refused([](auto& o) { o.convention = "HRIR"; }, "--convention");
  refused([](auto& o) { o.sofa_rate_hz = 1000.0; }, "--sofa-rate");
  refused([](auto& o) { o.title = std::string(301, 'x'); }, "--title");
  refused([](auto& o) { o.author = "J\xc3\xb6rg"; }, "--author");
  refused([](auto& o) { o.view = {1.0, 0.0}; }, "--view");
  refused([](auto& o) { o.up = {1.0, 0.0, 0.0}; }, "--up");
  refused([](auto& o) { o.sound_speed = {340.0, 20.0}; }, "not both");
  refused(
      [](auto& o) {
        o.convention = "SimpleFreeFieldHRIR", o.view = {0.0, 1.0, 0.0};
      },
      "--convention");
}

TEST_CASE("the speed of sound follows the temperature") {
  CHECK(commands::SoundSpeedOptions{}.speed_of_sound() == core::kSpeedOfSound);
  CHECK(commands::SoundSpeedOptions{std::nullopt, 0.0}.speed_of_sound() == Approx(331.3));
  CHECK(commands::SoundSpeedOptions{std::nullopt, 20.0}.speed_of_sound() ==
        Approx(343.2).margin(0.1));
  CHECK(commands::SoundSpeedOptions{1480.0, std::nullopt}.speed_of_sound() == 1480.0);
  nlohmann::json options = {{"x", 1}};
  commands::SoundSpeedOptions{}.add_to(options);
  CHECK(options.size() == 1);
  commands::SoundSpeedOptions{300.0, std::nullopt}.add_to(options);
  CHECK(options.at("speed_of_sound_m_s") == 300.0);
}
