#include <catch2/catch.hpp>
#include <limits>

#include "io/audio.h"
#include "run_tool.h"

namespace {

namespace fs = std::filesystem;

const std::vector<std::string> kTools = {"csl-simulate", "csl-features", "csl-train",
                                         "csl-infer",    "csl-eval",     "csl-check",
                                         "csl-import",   "csl-export"};

/// A folder with inputs that are right and inputs that are wrong in one way each.
struct Inputs {
  test::TemporaryFolder folder;
  Inputs() {
    std::vector<float> tone(8000);
    for (std::size_t i = 0; i < tone.size(); ++i) tone[i] = i % 7 == 0 ? 0.5F : -0.1F;
    io::write_wav(folder / "good.wav", tone, 1, 16000.0);
    io::write_wav(folder / "stereo.wav", tone, 2, 16000.0);
    io::write_wav(folder / "silent.wav", std::vector<float>(8000, 0.0F), 1, 16000.0);
    tone[5] = std::numeric_limits<float>::quiet_NaN();
    io::write_wav(folder / "nan.wav", tone, 1, 16000.0);
    test::write_bytes(folder / "text.h5", "this is not HDF5");
    test::write_bytes(folder / "two.json",
                      R"({"name": "x", "positions_m": [[0, 0, 0], [0, 0, 0]]})");
    test::write_bytes(folder / "list.txt", "good.wav\nmissing.wav\n");
    fs::create_directories(folder / "empty");
    REQUIRE(test::run(at("csl-simulate --speech @/good.wav --sessions 2 --t60 0 --out @/s.h5"))
                .exit_code == 0);
    REQUIRE(
        test::run(
            at("csl-simulate --speech @/good.wav --sessions 2 --t60 0 --array ring6 --out @/s6.h5"))
            .exit_code == 0);
    REQUIRE(test::run(at("csl-features --in @/s.h5 --out @/f.h5")).exit_code == 0);
    REQUIRE(test::run(at("csl-features --in @/s6.h5 --out @/f6.h5")).exit_code == 0);
    REQUIRE(test::run(at("csl-simulate --speech @/good.wav --sessions 1 --t60 0 --out @/s1.h5"))
                .exit_code == 0);  // a single axis
    REQUIRE(test::run(at("csl-features --in @/s1.h5 --out @/one.h5")).exit_code == 0);
    REQUIRE(test::run(at("csl-features --in @/s.h5 --fmin 500 --out @/f500.h5")).exit_code == 0);
  }
  /// The command with @ replaced by the folder.
  std::string at(std::string command) const {
    for (std::size_t i = 0; (i = command.find('@', i)) != std::string::npos;) {
      command.replace(i, 1, folder.path().string());
    }
    return command;
  }
};

const Inputs& inputs() {
  static const Inputs instance;
  return instance;
}

struct BadCase {
  std::string command;
  int exit_code;
  std::string says;  ///< part of the message
};

}  // namespace

TEST_CASE("every tool explains itself and refuses options it does not have") {
  for (const std::string& tool : kTools) {
    const test::Outcome help = test::run(tool + " --help");
    CHECK(help.exit_code == 0);
    CHECK(help.output.find("--seed") != std::string::npos);
    CHECK(test::run(tool + " --version").output.find(tool) == 0);
    const test::Outcome unknown = test::run(tool + " --no-such-option");
    CHECK(unknown.exit_code == 2);
    CHECK(unknown.output.empty());
    CHECK(test::run(tool).exit_code == 2);
  }
}

TEST_CASE("bad input: the right exit code, a message that helps, nothing left behind") {
  const std::string simulate = "csl-simulate --speech @/good.wav --sessions 2 --out @/new.h5 ";
  const std::vector<BadCase> cases = {
      {"csl-simulate --speech @/none.wav --out @/new.h5", 3, "no such file"},
      {"csl-simulate --speech @/empty --out @/new.h5", 3, "no audio files"},
      {"csl-simulate --speech @/list.txt --out @/new.h5", 3, "missing.wav"},
      {"csl-simulate --speech @/stereo.wav --sessions 1 --out @/new.h5", 3, "2 channels"},
      {"csl-simulate --speech @/silent.wav --sessions 1 --out @/new.h5", 3, "silent"},
      {"csl-simulate --speech @/nan.wav --sessions 1 --out @/new.h5", 3, "finite"},
      {"csl-simulate --speech @/text.h5 --sessions 1 --out @/new.h5", 3, "audio"},
      {"csl-simulate --speech @/good.wav --out @/no/such/folder.h5", 4, "cannot write"},
      {"csl-simulate --speech @/good.wav --out @/good.wav", 2, "also an input"},
      {simulate + "--sessions 0", 2, "--sessions"},
      {simulate + "--t60 0.05", 2, "0.107"},
      {simulate + "--t60 1:0.5", 2, "--t60"},
      {simulate + "--t60 soon", 2, "--t60"},
      {simulate + "--room 4,4", 2, "--room"},
      {simulate + "--source-distance 4", 2, "inside the room"},
      {simulate + "--source-speed fast", 2, "--source-speed"},
      {simulate + "--source-speed 400", 2, "--source-speed"},
      {simulate + "--array-position 0.01,2,2", 2, "--array-position"},
      {simulate + "--split exam", 2, "--split"},
      {simulate + "--split valid", 3, "too few"},
      {simulate + "--source-distance 0.01", 2, "radius"},
      {simulate + "--array nonsense", 2, "cube8"},
      {simulate + "--array @/two.json", 3, "two.json"},
      {simulate + "--array @/none.json", 3, "none.json"},
      {simulate + "--start sideways", 2, "--start"},
      {simulate + "--shard 3/2", 2, "--shard"},
      {simulate + "--snr -90", 2, "--snr"},
      {simulate + "--threads -1", 2, "--threads"},
      {simulate + "--log xml", 2, "--log"},
      {simulate + "--config @/none.toml", 2, "none.toml"},
      {"csl-features --in @/text.h5 --out @/new.h5", 3, "HDF5"},
      {"csl-features --in @/f.h5 --out @/new.h5", 3,
       "expected a sessions file, found a features file"},
      {"csl-features --in @/s.h5 @/s6.h5 --out @/new.h5", 3, "found 6"},
      {"csl-features --in '@/none-*.h5' --out @/new.h5", 3, "none-*.h5"},
      {"csl-features --in @/s.h5 --out @/s.h5", 2, "also an input"},
      {"csl-features --in @/s.h5 --fmin 900 --fmax 500 --out @/new.h5", 2, "fmin"},
      {"csl-features --in @/s.h5 --fmin 405 --fmax 415 --out @/new.h5", 2, "no bin"},
      {"csl-features --in @/s.h5 --floor-db 3 --out @/new.h5", 2, "--floor-db"},
      {"csl-features --in @/s.h5 --noise-margin -1 --out @/new.h5", 2, "--noise-margin"},
      {"csl-train --in @/f.h5 --smooth-bins 17 --out @/new.h5", 2, "--smooth-bins"},
      {"csl-train --in @/f.h5 --smooth-bins -1 --out @/new.h5", 2, "--smooth-bins"},
      {"csl-train --in @/f.h5 --thin-bins 0 --out @/new.h5", 2, "--thin-bins"},
      {"csl-train --in @/f.h5 --thin-bins 65 --out @/new.h5", 2, "--thin-bins"},
      {"csl-train --in @/s.h5 --out @/new.h5", 3, "expected a features file"},
      {"csl-train --in @/f.h5 @/f6.h5 --out @/new.h5", 3, "expected 8 microphones"},
      {"csl-train --in @/f.h5 @/f500.h5 --out @/new.h5", 3, "STFT settings"},
      {"csl-train --in @/f.h5 --preset best --out @/new.h5", 2, "--preset"},
      {"csl-train --in @/f.h5 --steps 5 --minutes 1 --out @/new.h5", 2, "one of"},
      {"csl-train --in @/f.h5 --hidden 0 --out @/new.h5", 2, "hidden"},
      {"csl-train --in @/f.h5 --reflect up --out @/new.h5", 2, "reflect"},
      {"csl-train --in @/f.h5 --reflect mics:0,0,x --out @/new.h5", 2, "reflect"},
      {"csl-train --in @/f.h5 --valid @/f6.h5 --out @/new.h5", 3, "expected 8 microphones"},
      {"csl-train --in @/f.h5 --valid @/none.h5 --out @/new.h5", 3, "none.h5"},
      {"csl-train --in @/f.h5 --valid @/f6.h5 --out @/f6.h5", 2, "also an input"},
      {"csl-train --in @/f.h5 --patience 3 --out @/new.h5", 2, "--valid"},
      {"csl-train --in @/f.h5 --resume --out @/new.h5", 2, "--checkpoint"},
      {"csl-train --in @/f.h5 --checkpoint @/good.wav --out @/new.h5", 4, "--checkpoint"},
      {"csl-train --in @/f.h5 --loss 0.3*best --out @/new.h5", 2, "--loss"},
      {"csl-train --in @/f.h5 --loss contrastive+contrastive --out @/new.h5", 2, "--loss"},
      {"csl-train --in @/f.h5 --precision f16 --out @/new.h5", 2, "--precision"},
      {"csl-train --in @/f.h5 --optimizer sgd --out @/new.h5", 2, "--optimizer"},
      {"csl-train --in @/f.h5 --memory 256K --spool @/none --out @/new.h5", 4, "none"},
      {"csl-train --in @/one.h5 --out @/new.h5", 3, "nod, tilt or roll"},
      {"csl-train --in @/f.h5 --memory 1K --out @/new.h5", 3, "--memory"},
      {"csl-train --in @/f.h5 --memory lots --out @/new.h5", 2, "--memory"},
      {"csl-infer --model @/f.h5 --in @/f.h5 --out @/new.h5", 3, "expected a model file"},
      {"csl-infer --model @/none.h5 --in @/f.h5 --out @/new.h5", 3, "no such file"},
      {"csl-infer --model @/f.h5 --in @/f.h5 --window 0 --out @/new.h5", 2, "window"},
      {"csl-infer --model @/f.h5 --in @/f.h5 --precision f16 --out @/new.h5", 2, "--precision"},
      {"csl-infer --model @/f.h5 --in @/f.h5 --estimator best --out @/new.h5", 2, "--estimator"},
      {"csl-eval --estimates @/f.h5 --out @/new", 3, "expected a estimates file"},
      {"csl-eval --sessions @/s.h5 --baselines lsdd --selectivity 0 --out @/new", 2,
       "--selectivity"},
      {"csl-check @/text.h5 @/s.h5", 3, "1 of the files"},
  };
  for (const BadCase& bad : cases) {
    const std::string command = inputs().at(bad.command);
    const std::size_t before = inputs().folder.files();
    const test::Outcome outcome = test::run(command);
    INFO(command << "\n" << outcome.errors);
    CHECK(outcome.exit_code == bad.exit_code);
    CHECK((outcome.errors + outcome.output).find(bad.says) != std::string::npos);
    CHECK(inputs().folder.files() == before);
    if (bad.command.rfind("csl-check", 0) != 0) CHECK(outcome.output.empty());
  }
}

TEST_CASE("a file that outgrows the disk is an I/O error; the old file stays") {
  const fs::path out = inputs().folder / "kept.h5";
  test::write_bytes(out, "old");
  for (const int kilobytes : {1, 16, 64, 256}) {
    // The limit makes writes fail with "File too large", as a full disk does with "No space left".
    const test::Outcome outcome = test::run(
        inputs().at("trap '' XFSZ; ulimit -f " + std::to_string(kilobytes) +
                    "; csl-simulate --speech @/good.wav --sessions 8 --t60 0 --out @/kept.h5"));
    INFO(outcome.errors);
    CHECK(outcome.exit_code == 4);
    CHECK(test::file_bytes(out) == "old");
  }
  CHECK_FALSE(fs::exists(inputs().folder / "kept.h5.tmp"));
}

TEST_CASE("options may come from a TOML file; the command line wins") {
  test::write_bytes(inputs().folder / "options.toml", "sessions = 3\nt60 = \"0\"\nseed = 7\n");
  const test::Outcome outcome = test::run(inputs().at(
      "csl-simulate --config @/options.toml --speech @/good.wav --sessions 1 --out @/toml.h5"));
  INFO(outcome.errors);
  CHECK(outcome.exit_code == 0);
  CHECK(outcome.errors.find("1 sessions") != std::string::npos);
}

TEST_CASE("quiet says nothing; jsonl says it in JSON") {
  CHECK(test::run(inputs().at("csl-features -q --in @/s.h5 --out @/q.h5")).errors.empty());
  const test::Outcome lines =
      test::run(inputs().at("csl-features --log jsonl --in @/s.h5 --out @/q.h5"));
  CHECK(lines.errors.rfind("{\"kind\":\"info\"", 0) == 0);
}
