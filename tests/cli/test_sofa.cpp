// SOFA files and units of positions, as a user of the tools meets them.
#include <catch2/catch.hpp>
#include <cmath>
#include <numbers>

#include "formats/sofa_writer.h"
#include "io/audio.h"
#include "run_tool.h"
#include "so3/grid.h"

namespace {

using Catch::Matchers::Contains;

/// A measured array of two receivers and these directions; every response is a click.
void write_clicks(const std::filesystem::path& path,
                  const std::vector<Eigen::Vector3d>& directions) {
  formats::SofaFile file;
  file.attributes = {{"SOFAConventions", "GeneralFIR"}, {"APIName", "Some laboratory"}};
  const std::size_t m = directions.size();
  file.dimensions = {{'I', 1}, {'C', 3}, {'M', m}, {'R', 2}, {'E', 1}, {'N', 32}};
  std::vector<double> source;
  for (const Eigen::Vector3d& d : directions) source.insert(source.end(), {d.x(), d.y(), d.z()});
  std::vector<double> ir(m * 2 * 32, 0.0);
  for (std::size_t i = 0; i < 2 * m; ++i) ir[32 * i + 8] = 1.0;
  file.variables = {{"SourcePosition", "MC", source, formats::cartesian_attributes()},
                    {"Data.IR", "MRN", ir, {}},
                    {"Data.SamplingRate", "I", {16000.0}, {{"Units", "hertz"}}}};
  formats::write_sofa(path, file);
}

std::vector<Eigen::Vector3d> ring() {
  std::vector<Eigen::Vector3d> directions;
  for (int i = 0; i < 72; ++i) {
    const double azimuth = i * std::numbers::pi / 36.0;
    directions.emplace_back(std::cos(azimuth), std::sin(azimuth), 0.0);
  }
  return directions;
}

std::size_t loudest_frame(const std::filesystem::path& wav) {
  const io::Audio audio = io::read_audio(wav);
  std::size_t best = 0;
  for (std::size_t n = 0; n < audio.frames(); ++n) {
    if (std::abs(audio.samples[n * audio.channels]) >
        std::abs(audio.samples[best * audio.channels]))
      best = n;
  }
  return best;
}

}  // namespace

TEST_CASE("csl-check says what a SOFA file is") {
  const test::TemporaryFolder folder;
  const std::string at = folder.path().string() + "/";
  REQUIRE(test::run("csl-simulate --t60 0 --source-position 1,2,1 --rir " + at + "ours.sofa")
              .exit_code == 0);
  const test::Outcome ours = test::run("csl-check " + at + "ours.sofa");
  CHECK(ours.exit_code == 0);
  CHECK_THAT(ours.output, Contains("a SOFA file of ours, no signature"));
  CHECK_THAT(ours.output, Contains("convention GeneralFIR") && Contains("R 8"));
  CHECK_THAT(ours.output, Contains("does not take it") && Contains("at least 2 directions"));

  write_clicks(folder / "theirs.sofa", so3::fibonacci_grid(100));
  const test::Outcome theirs = test::run("csl-check " + at + "theirs.sofa");
  CHECK(theirs.exit_code == 0);
  CHECK_THAT(theirs.output, Contains("a SOFA file of another program") && Contains("M 100, R 2") &&
                                Contains("written by Some laboratory") &&
                                Contains("--array takes it"));

  const std::string whole = test::file_bytes(folder / "theirs.sofa");
  test::write_bytes(folder / "cut.sofa", whole.substr(0, whole.size() / 2));
  const test::Outcome cut = test::run("csl-check " + at + "cut.sofa");
  CHECK(cut.exit_code == 3);
  CHECK_THAT(cut.output, Contains("not sound"));
}

TEST_CASE("sparse directions are refused before sound is rendered, unless the user accepts them") {
  const test::TemporaryFolder folder;
  const std::string at = folder.path().string() + "/";
  write_clicks(folder / "ring.sofa", ring());
  const std::string command = "csl-simulate --t60 0 --source-position 2,2,3 --array " + at +
                              "ring.sofa --rir " + at + "r.wav";
  const test::Outcome refused = test::run(command);
  CHECK(refused.exit_code == 3);
  CHECK_THAT(refused.errors, Contains("a gap of 89"));
  CHECK_THAT(refused.errors, Contains("--largest-gap"));
  CHECK_FALSE(std::filesystem::exists(folder / "r.wav"));
  const test::Outcome accepted = test::run(command + " --largest-gap 91");
  INFO(accepted.errors);
  CHECK(accepted.exit_code == 0);
  CHECK_THAT(accepted.errors, Contains("leave a gap"));
  CHECK(test::run(command + " --largest-gap 200").exit_code == 2);
}

TEST_CASE("positions in another unit are questioned, and the unit can be stated") {
  const test::TemporaryFolder folder;
  const std::string at = folder.path().string() + "/";
  const auto simulate = [&](const std::string& json) {
    test::write_bytes(folder / "a.json", json);
    return test::run("csl-simulate --t60 0 --room 9,9,9 --source-position 1,1,1 --array " + at +
                     "a.json --rir " + at + "r.wav");
  };
  const test::Outcome large = simulate(R"({"positions_m": [[1.15, 0, 0], [-1.15, 0, 0]]})");
  CHECK(large.exit_code == 0);
  CHECK_THAT(large.errors, Contains("2.3 m apart") && Contains("centimeters"));
  const test::Outcome small = simulate(R"({"positions_m": [[0.0001, 0, 0], [0, 0, 0]]})");
  CHECK(small.exit_code == 0);
  CHECK_THAT(small.errors, Contains("0.1 mm apart"));
  const test::Outcome absurd = simulate(R"({"positions_m": [[7, 0, 0], [-7, 0, 0]]})");
  CHECK(absurd.exit_code == 3);
  CHECK_THAT(absurd.errors, Contains("14 m") && Contains("positions_mm"));
  const test::Outcome stated = simulate(R"({"positions_mm": [[35, 0, 0], [-35, 0, 0]]})");
  CHECK(stated.exit_code == 0);
  CHECK_THAT(stated.errors, !Contains("warning"));
  CHECK(simulate(R"({"positions_mm": [[1, 0, 0], [2, 0, 0]], "positions_m": []})").exit_code == 3);
}

TEST_CASE("sound travels at the speed that the user says") {
  const test::TemporaryFolder folder;
  const std::string at = folder.path().string() + "/";
  const auto arrival = [&](const std::string& options) {
    const test::Outcome outcome = test::run(
        "csl-simulate --t60 0 --room 40,40,40 --array head2 --source-position 20,35,20 "
        "--rir " +
        at + "r.wav " + options);
    INFO(outcome.errors);
    REQUIRE(outcome.exit_code == 0);
    return static_cast<double>(loudest_frame(folder / "r.wav")) - 40.0;
  };
  const double path_m = 15.0 - 0.0875;
  CHECK(arrival("") == Approx(path_m / 343.0 * 16000.0).margin(1.0));
  CHECK(arrival("--speed-of-sound 400") == Approx(path_m / 400.0 * 16000.0).margin(1.0));
  CHECK(arrival("--temperature 0") == Approx(path_m / 331.3 * 16000.0).margin(1.0));
  for (const char* wrong :
       {"--speed-of-sound 5", "--temperature 293", "--speed-of-sound 340 --temperature 20"}) {
    CHECK(test::run("csl-simulate --t60 0 --source-position 1,1,1 --rir " + at + "x.wav " + wrong)
              .exit_code == 2);
  }
  // Other tools refuse wrong values before they read a file.
  CHECK(test::run("csl-train --in x --out y --speed-of-sound 340").exit_code == 2);
  CHECK(test::run("csl-train --in x --out y --calibrate --temperature 200").exit_code == 2);
  CHECK(
      test::run("csl-eval --sessions x --out y --baselines srp-phat --temperature 200").exit_code ==
      2);
}
