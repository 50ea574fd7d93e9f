// csl-calibrate as its users meet it, and the reflection of a trained model.
#include <fmt/format.h>

#include <Eigen/Geometry>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "core/csv.h"
#include "core/random.h"
#include "io/audio.h"
#include "run_tool.h"

namespace {

namespace fs = std::filesystem;

/// Two recordings of a turning array that faces its source at the start, and one that does not turn.
struct Recordings {
  test::TemporaryFolder folder;
  Recordings() {
    core::RandomStream random(41, core::Purpose::kTest);
    std::vector<float> samples(16000 * 24);
    for (std::size_t i = 0; i < samples.size(); ++i) {
      const bool pause = i % 32000 > 26000;  // bursts of 1.6 s
      samples[i] = pause ? 0.0F : static_cast<float>(0.1 * random.normal());
    }
    io::write_wav(folder / "noise.wav", samples, 1, 16000.0);
    make("turning", "2 --motion free --seed 5");
    make("resting", "1 --motion constant --angular-speed 0.001 --seed 6");
  }
  void make(const std::string& name, const std::string& options) const {
    const std::string at = (folder / name).string();
    const test::Outcome outcome =
        test::run("csl-simulate -q --speech " + (folder / "noise.wav").string() +
                  " --array tetra4 --t60 0 " + "--start facing:+x --snr 40 --sessions " + options +
                  " --wav " + at + " --out " + at + ".h5");
    INFO(outcome.errors);
    REQUIRE(outcome.exit_code == 0);
  }
  std::string operator()(const std::string& name) const { return (folder / name).string(); }
};

const Recordings& recordings() {
  static const Recordings instance;
  return instance;
}

nlohmann::json read_json(const std::string& path) {
  return nlohmann::json::parse(test::file_bytes(path));
}

/// Direction of a recording's source in the world, from its truth.csv.
Eigen::Vector3d source_of(const std::string& recording) {
  const auto lines =
      core::parse_csv(test::file_bytes(recordings()("turning/") + recording + ".truth.csv"));
  Eigen::Vector3d direction = Eigen::Vector3d::Zero();
  for (std::size_t c = 0; c < lines[0].size(); ++c) {
    const std::string& name = lines[0][c];
    if (name.size() == 1 && name[0] >= 'x') direction[name[0] - 'x'] = std::stod(lines[1][c]);
  }
  return direction;
}

}  // namespace

TEST_CASE("csl-calibrate leads from recordings to a model, and does no step twice", "[calibrate]") {
  const Recordings& r = recordings();
  const std::string command = "csl-calibrate " + r("turning") + " --time-offset 0 --steps 250 " +
                              "--reflect initial:+x --seed 2 --out " + r("device");
  const test::Outcome outcome = test::run(command);
  INFO(outcome.output << outcome.errors);
  REQUIRE(outcome.exit_code == 0);
  CHECK_THAT(outcome.output, Catch::Matchers::Contains("initial:+x: 2 of 2 recordings agree"));
  CHECK_THAT(outcome.output, Catch::Matchers::Contains("verdict    usable with these limits\n"));
  CHECK_THAT(outcome.output, Catch::Matchers::Contains("s of sound: record five minutes"));
  for (const char* name : {"model.h5", "array.sofa", "array.json", "array.svg", "report.html"}) {
    INFO(name);
    CHECK(fs::file_size(r("device/") + name) > 100);
  }
  CHECK(read_json(r("device/report.json"))["verdict"] == "limited");
  const nlohmann::json array = read_json(r("device/array.json"));
  CHECK(array["positions_m"].size() == 4);
  CHECK(test::run("csl-check " + r("device/model.h5") + " '" + r("device/steps") + "/*.h5'")
            .exit_code == 0);
  const std::string model = test::file_bytes(r("device/model.h5"));
  const test::Outcome again = test::run(command);
  CHECK(again.exit_code == 0);
  CHECK_THAT(again.errors, Catch::Matchers::Contains("model.h5: kept, made before"));
  for (const char* name : {"array.sofa", "agreement.json", "report.html"}) {
    CHECK_THAT(again.errors, Catch::Matchers::Contains(std::string(name) + ": kept, made before"));
  }
  CHECK(again.output == outcome.output);
  CHECK(test::file_bytes(r("device/model.h5")) == model);
}

TEST_CASE("another reflection or speed of sound needs no training", "[calibrate]") {
  const Recordings& r = recordings();
  const auto calibrate = [&](const std::string& options) {
    const test::Outcome outcome =
        test::run("csl-calibrate " + r("turning") + " --time-offset 0 --steps 250 --seed 2 --out " +
                  r("device") + " " + options);
    UNSCOPED_INFO(outcome.output << outcome.errors);
    return outcome;
  };
  const auto kept = [](const test::Outcome& outcome, const std::string& name) {
    return outcome.errors.find(name + ": kept, made before") != std::string::npos;
  };
  const auto positions = [&] {
    return read_json(r("device/array.json"))["positions_m"].get<std::vector<std::vector<double>>>();
  };
  const auto check_scaled = [&](const std::vector<std::vector<double>>& before, double factor) {
    const auto after = positions();
    for (std::size_t m = 0; m < before.size(); ++m) {
      for (std::size_t i = 0; i < 3; ++i) {
        CHECK(after[m][i] == Approx(factor * before[m][i]).margin(1e-9));
      }
    }
  };
  REQUIRE(calibrate("--reflect initial:+x").exit_code == 0);
  const auto before = positions();
  const std::string model = test::file_bytes(r("device/model.h5"));

  const test::Outcome turned = calibrate("--reflect initial:-x");
  REQUIRE(turned.exit_code == 0);
  CHECK(kept(turned, "trained.model.h5"));
  CHECK(kept(turned, "agreement.json"));
  CHECK_FALSE(kept(turned, "decided.model.h5"));
  CHECK_FALSE(kept(turned, "array.sofa"));
  CHECK_THAT(turned.output, Catch::Matchers::Contains("initial:-x: 2 of 2 recordings agree"));
  check_scaled(before, -1.0);

  REQUIRE(calibrate("--reflect initial:+x").exit_code == 0);
  CHECK(test::file_bytes(r("device/model.h5")) == model);
  const test::Outcome cold = calibrate("--reflect initial:+x --temperature 0");
  REQUIRE(cold.exit_code == 0);
  CHECK(kept(cold, "trained.model.h5"));
  CHECK(kept(cold, "decided.model.h5"));
  CHECK_FALSE(kept(cold, "array.sofa"));
  CHECK_THAT(cold.output, Catch::Matchers::Contains("at a speed of sound of 331.30 m/s"));
  check_scaled(before, 331.3 / 343.0);
  CHECK(calibrate("--speed-of-sound 5").exit_code == 2);
  CHECK(calibrate("--speed-of-sound 340 --temperature 20").exit_code == 2);

  // An axis at right angles to both sources: their sides of it cannot be told.
  const Eigen::Vector3d axis = source_of("000000").cross(source_of("000001")).normalized();
  const std::string doubtful =
      fmt::format("--reflect world:{},{},{}", axis.x(), axis.y(), axis.z());
  const test::Outcome refused = calibrate(doubtful);
  CHECK(refused.exit_code == 3);
  CHECK(kept(refused, "trained.model.h5"));
  CHECK_THAT(refused.errors, Catch::Matchers::Contains("--accept-doubtful"));
  const test::Outcome accepted = calibrate(doubtful + " --accept-doubtful");
  CHECK(accepted.exit_code == 0);
  for (const char* name : {"trained.model.h5", "decided.model.h5", "model.h5", "array.sofa"}) {
    CHECK(kept(accepted, name));
  }
  CHECK_FALSE(kept(accepted, "report.html"));
  const test::Outcome open = calibrate("--reflect none");
  CHECK(open.exit_code == 0);
  CHECK_THAT(open.output, Catch::Matchers::Contains("it is not known whether this is the device"));
  CHECK(calibrate("--reflect initial:+x").exit_code == 0);
}

TEST_CASE("every file and option that a step depends on repeats it", "[calibrate][steps]") {
  const Recordings& r = recordings();
  const auto calibrate = [&](const std::string& options) {
    const test::Outcome outcome =
        test::run("csl-calibrate " + r("resting") + " --time-offset 0 --steps 250 --intervals " +
                  r("spans.csv") + " --out " + r("spans") + options);
    INFO(outcome.errors);
    CHECK(outcome.exit_code == 3);  // the device does not turn
    return outcome.errors.find("000000.sessions.h5: kept, made before") != std::string::npos;
  };
  const auto seconds = [&] {
    return read_json(r("spans/steps/000000.report/report.json"))["seconds"].get<double>();
  };
  test::write_bytes(r("spans.csv"), "start_s,end_s\n1,5\n6,10\n");
  CHECK_FALSE(calibrate(""));
  CHECK(seconds() == Approx(8.0).margin(0.1));
  CHECK(calibrate(""));
  test::write_bytes(r("spans.csv"), "start_s,end_s\n1,5\n6,10\n11,14\n");
  CHECK_FALSE(calibrate(""));
  CHECK(seconds() == Approx(11.0).margin(0.1));
  CHECK_FALSE(calibrate(" --noise-margin 3"));  // decides a warning of the import
  CHECK(calibrate(" --noise-margin 3 --precision bf16 --accept-doubtful"));
  const nlohmann::json options = read_json(r("spans/report.json"))["options"];
  CHECK(options["noise_margin_db"] == 3.0);
  CHECK(options["precision"] == "bf16");
  CHECK(options["accept_doubtful"] == true);

  fs::create_directories(r("clash"));
  test::write_bytes(r("clash/report.json"), "start_s,end_s\n1,5\n");
  const test::Outcome clash =
      test::run("csl-calibrate " + r("resting") + " --time-offset 0 --intervals " +
                r("clash/report.json") + " --out " + r("clash"));
  CHECK(clash.exit_code == 2);
  CHECK_THAT(clash.errors, Catch::Matchers::Contains("--intervals"));
}

TEST_CASE("the first pass has its own folder, so that no recording's name can collide with it",
          "[calibrate][steps]") {
  const Recordings& r = recordings();
  CHECK(
      test::run("csl-calibrate " + r("resting") + " --steps 250 --out " + r("passes")).exit_code ==
      3);
  CHECK(fs::exists(r("passes/steps/first/000000.sessions.h5")));
  CHECK_FALSE(fs::exists(r("passes/steps/000000.first.sessions.h5")));
}

TEST_CASE("csl-calibrate refuses what cannot be learned from, and says why", "[calibrate]") {
  const Recordings& r = recordings();
  fs::create_directories(r("rest"));
  for (const char* name : {"model.h5", "array.sofa", "array.json", "array.svg"}) {
    test::write_bytes(r("rest/") + name, "of an earlier run");
  }
  const test::Outcome resting = test::run("csl-calibrate " + r("resting") +
                                          " --time-offset 0 --steps 250 --out " + r("rest"));
  CHECK(resting.exit_code == 3);
  CHECK_THAT(resting.output, Catch::Matchers::Contains("verdict    not usable"));
  CHECK_THAT(resting.errors, Catch::Matchers::Contains("not usable: "));
  CHECK_THAT(resting.errors, Catch::Matchers::Contains("rest/model.h5: removed, made before"));
  const nlohmann::json report = read_json(r("rest/report.json"));
  CHECK(report["verdict"] == "unusable");
  CHECK_THAT(report["reasons"][0].get<std::string>(), Catch::Matchers::Contains("turn"));
  for (const char* name : {"model.h5", "array.sofa", "array.json", "array.svg"}) {
    INFO(name);
    CHECK_FALSE(fs::exists(r("rest/") + name));
  }

  // Each recording with the log of the other one.
  const std::string turning = r("turning/");
  const test::Outcome swapped = test::run(
      "csl-calibrate " + turning + "000000.wav " + turning + "000001.pose.csv " + turning +
      "000001.wav " + turning + "000000.pose.csv --time-offset 0 --steps 300 --out " + r("swap"));
  CHECK(swapped.exit_code == 3);
  CHECK_THAT(swapped.errors, Catch::Matchers::Contains("the right log"));
  CHECK(read_json(r("swap/report.json"))["verdict"] == "unusable");

  // Four copies of one microphone.
  const io::Audio one = io::read_audio(r("noise.wav"));
  std::vector<float> copies;
  for (const float x : one.samples) copies.insert(copies.end(), 4, x);
  io::write_wav(r("copies.wav"), copies, 4, 16000.0);
  const test::Outcome copied = test::run("csl-calibrate " + r("copies.wav") + " " + turning +
                                         "000000.pose.csv --time-offset 0 --out " + r("copies"));
  CHECK(copied.exit_code == 3);
  CHECK_THAT(copied.errors, Catch::Matchers::Contains("a copy of channel 1"));
}

TEST_CASE("csl-calibrate checks its files before it works, and --dry-run writes nothing",
          "[calibrate]") {
  const Recordings& r = recordings();
  const std::string audio = r("turning/000000.wav"), log = r("turning/000000.pose.csv");
  const test::Outcome dry =
      test::run("csl-calibrate --dry-run " + audio + " " + log + " --out " + r("none"));
  CHECK(dry.exit_code == 0);
  CHECK_THAT(dry.output,
             Catch::Matchers::Contains("000000: 4 channels at 16000 Hz, 24 s; 000000.wav"));
  CHECK_THAT(dry.output, Catch::Matchers::Contains("minutes"));
  CHECK_THAT(dry.output, Catch::Matchers::Contains("1000 + 3000 training steps"));
  CHECK_FALSE(fs::exists(r("none")));
  const auto refused = [&](const std::string& files, int code, const char* message) {
    const test::Outcome outcome = test::run("csl-calibrate " + files + " --out " + r("none"));
    INFO(files << ": " << outcome.errors);
    CHECK(outcome.exit_code == code);
    CHECK_THAT(outcome.errors, Catch::Matchers::Contains(message));
    CHECK_FALSE(fs::exists(r("none")));
  };
  refused(r("turning") + " " + log, 2, "have their logs in folders");
  refused(audio, 2, "has no log");
  refused(log, 2, "at least one audio file");
  refused(audio + " " + log + " " + log, 2, "two logs of orientations");
  refused(r("absent.wav"), 3, "absent.wav");
  refused(audio + " " + log + " --reflect up", 2, "--reflect");
  refused(audio + " " + log + " --steps 3", 2, "--steps");
  refused(audio + " " + log + " --gyro-unit rpm", 2, "--gyro-unit");
  // A rule that the recordings cannot answer is refused before the training.
  const std::string sides = r("sides.csv");
  test::write_bytes(sides, "recording,side\nkitchen,world:+z\n");
  const test::Outcome unknown =
      test::run("csl-calibrate " + audio + " " + log +
                " --time-offset 0 --reflect recordings:" + sides + " --out " + r("unknown"));
  CHECK(unknown.exit_code == 3);
  CHECK_THAT(unknown.errors, Catch::Matchers::Contains("no recording is named 'kitchen'"));
  CHECK_FALSE(fs::exists(r("unknown/steps/trained.model.h5")));
}

TEST_CASE("the reflection of a trained model is decided again, and its array with it",
          "[calibrate]") {
  const Recordings& r = recordings();
  const std::string features = " --in '" + r("device/steps/*.features.h5") + "'";
  if (!fs::exists(r("device/model.h5"))) {
    REQUIRE(test::run("csl-calibrate " + r("turning") + " --time-offset 0 --steps 250 " +
                      "--reflect initial:+x --seed 2 --out " + r("device"))
                .exit_code == 0);
  }
  const auto decide = [&](const std::string& options, const std::string& name) {
    return test::run("csl-train --model " + r("device/model.h5") + features + " --out " + r(name) +
                     " " + options);
  };
  const auto array_of = [&](const std::string& model) {
    REQUIRE(test::run("csl-export -q --model " + r(model) + " --json " + r("a.json")).exit_code ==
            0);
    return read_json(r("a.json"))["positions_m"].get<std::vector<std::vector<double>>>();
  };
  const test::Outcome turned = decide("--reflect initial:-x", "turned.h5");
  INFO(turned.errors);
  REQUIRE(turned.exit_code == 0);
  CHECK_THAT(turned.errors, Catch::Matchers::Contains("the sign is turned"));
  const auto before = array_of("device/model.h5"), after = array_of("turned.h5");
  for (std::size_t m = 0; m < before.size(); ++m) {
    for (std::size_t i = 0; i < 3; ++i) CHECK(after[m][i] == Approx(-before[m][i]).margin(1e-9));
  }
  // An axis at right angles to both sources: their sides of it cannot be told.
  const Eigen::Vector3d axis = source_of("000000").cross(source_of("000001")).normalized();
  const test::Outcome doubtful = decide(
      "--reflect world:" + fmt::format("{},{},{}", axis.x(), axis.y(), axis.z()), "doubtful.h5");
  CHECK(doubtful.exit_code == 3);
  CHECK_THAT(doubtful.errors, Catch::Matchers::Contains("the reflection is doubtful"));
  CHECK_THAT(test::run("csl-check " + r("doubtful.h5")).output,
             Catch::Matchers::Contains("may be the mirror image"));
  CHECK_THAT(test::run("csl-export --model " + r("doubtful.h5") + " --json " + r("d.json")).errors,
             Catch::Matchers::Contains("doubtful"));
  const test::Outcome inferred = test::run("csl-infer --model " + r("doubtful.h5") + features +
                                           " --window 1 --stride 50 --out " + r("e.h5"));
  CHECK(inferred.exit_code == 0);
  CHECK_THAT(inferred.errors, Catch::Matchers::Contains("doubtful"));
  const test::Outcome scaled = decide("--speed-of-sound 686", "scaled.h5");
  CHECK(scaled.exit_code == 0);
  const auto twice = array_of("scaled.h5");
  for (std::size_t m = 0; m < before.size(); ++m) {
    for (std::size_t i = 0; i < 3; ++i) {
      CHECK(twice[m][i] == Approx(2.0 * before[m][i]).margin(1e-9));
    }
  }
  CHECK(decide("", "same.h5").exit_code == 2);
  CHECK(decide("--reflect none --steps 300", "same.h5").exit_code == 2);
}
