#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "core/random.h"
#include "io/audio.h"
#include "run_tool.h"

namespace {

/// Two short sessions of a cube that turns without reverberation.
struct KnownSessions {
  test::TemporaryFolder folder;
  KnownSessions() {
    core::RandomStream random(1, core::Purpose::kTest);
    std::vector<float> noise(16000);
    for (float& x : noise) x = static_cast<float>(0.1 * random.normal());
    io::write_wav(folder / "noise.wav", noise, 1, 16000.0);
    const test::Outcome outcome = test::run("csl-simulate --speech " + at("noise.wav") + " --out " +
                                            at("s.h5") + " --sessions 2 --t60 0");
    INFO(outcome.errors);
    REQUIRE(outcome.exit_code == 0);
  }
  std::string at(const std::string& name) const { return (folder / name).string(); }
  test::Outcome evaluate(const std::string& options, const std::string& out) const {
    return test::run("csl-eval --sessions " + at("s.h5") +
                     " --pooling world --search refined --window full --out " + at(out) + " " +
                     options);
  }
  nlohmann::json report(const std::string& out) const {
    return nlohmann::json::parse(test::file_bytes(folder / (out + "/report.json")));
  }
};

}  // namespace

TEST_CASE("a baseline's band, noise margin and onset weights are options and provenance") {
  const KnownSessions recordings;
  const test::Outcome plain = recordings.evaluate("--baselines srp-phat,lsdd", "plain");
  INFO(plain.errors);
  REQUIRE(plain.exit_code == 0);
  const nlohmann::json by_default = recordings.report("plain").at("options");
  CHECK(by_default.at("band") == nlohmann::json{{"srp-phat", "340:6000"}, {"lsdd", "1800:3600"}});
  CHECK(by_default.at("noise_margin_db") == 0.0);
  CHECK(by_default.at("onset_weights") == false);

  // The default band, stated, gives the same estimates.
  REQUIRE(recordings.evaluate("--baselines lsdd --band 1800:3600", "same").exit_code == 0);
  const auto lsdd_error_deg = [&](const std::string& out) {
    const nlohmann::json report = recordings.report(out);
    for (const nlohmann::json& row : report.at("table1")) {
      if (row.at("method") == "lsdd") return row.at("mean_deg").get<double>();
    }
    return -1.0;
  };
  REQUIRE(lsdd_error_deg("plain") >= 0.0);
  CHECK(lsdd_error_deg("plain") == lsdd_error_deg("same"));

  const test::Outcome changed = recordings.evaluate(
      "--baselines lsdd --band 500:7000 --noise-margin 3 --onset-weights", "changed");
  INFO(changed.errors);
  REQUIRE(changed.exit_code == 0);
  const nlohmann::json options = recordings.report("changed").at("options");
  CHECK(options.at("band").at("lsdd") == "500:7000");
  CHECK(options.at("noise_margin_db") == 3.0);
  CHECK(options.at("onset_weights") == true);
  CHECK(lsdd_error_deg("changed") != lsdd_error_deg("plain"));
  CHECK(lsdd_error_deg("changed") < 2.0);
}

TEST_CASE("baseline options that make no sense are refused before any work") {
  const KnownSessions recordings;
  for (const auto& [options, code] : std::vector<std::pair<std::string, int>>{
           {"--baselines beam", 2},
           {"--baselines lsdd --band 3000:1000", 2},
           {"--baselines lsdd --band 1000", 2},
           {"--baselines lsdd --band low:high", 2},
           {"--baselines lsdd --band 0:1000", 2},
           {"--baselines lsdd --noise-margin -1", 2},
           {"--baselines lsdd --band 9000:9500", 3}}) {  // the recordings end at 8000 Hz
    const test::Outcome outcome = recordings.evaluate(options, "refused");
    INFO(options << "\n" << outcome.errors);
    CHECK(outcome.exit_code == code);
    CHECK(outcome.output.empty());
    CHECK_FALSE(std::filesystem::exists(recordings.folder / "refused/report.json"));
  }
}
