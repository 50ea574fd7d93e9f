#include <catch2/catch.hpp>
#include <limits>

#include "io/audio.h"
#include "run_tool.h"

namespace {

namespace fs = std::filesystem;

const std::vector<std::string> kTools = {"csl-simulate", "csl-features", "csl-train",
                                         "csl-infer",    "csl-eval",     "csl-check",
                                         "csl-import",   "csl-export",   "csl-calibrate"};

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

TEST_CASE("bad input ends in the right exit code and a helpful message, and leaves no output") {
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
      {"csl-eval --estimates @/f.h5 --out @/new", 3, "expected an estimates file"},
      {"csl-eval --sessions @/s.h5 --baselines lsdd --selectivity 0 --out @/new", 2,
       "--selectivity"},
      {"csl-check @/text.h5 @/s.h5", 3, "1 of the files"},
      // What is missing or of another kind comes with the next step.
      {"csl-features --in @/s7.h5 --out @/new.h5", 3, "did you mean s.h5?"},
      {"csl-features --in @/no/s.h5 --out @/new.h5", 3, "there is no folder"},
      {"csl-features --in @/no/s.h5 --out @/new.h5", 3, "csl-simulate or csl-import makes"},
      {"csl-train --in @/s.h5 --out @/new.h5", 3, "csl-features makes one of it"},
      {"csl-infer --model @/none.h5 --in @/f.h5 --out @/new.h5", 3, "csl-train makes a model file"},
      {"csl-eval --estimates @/f.h5 --out @/new", 3, "csl-infer makes one of it"},
      {"csl-features --in - --out @/new.h5", 2, "standard input is not possible"},
      {"csl-infer --model - --in @/f.h5 --out @/new.h5", 2, "standard input is not possible"},
      // The same sessions twice would count twice.
      {"csl-features --in @/s.h5 @/s.h5 --out @/new.h5", 2, "named twice"},
      {"csl-train --in @/f.h5 '@/f.*' --out @/new.h5", 2, "named twice"},
      {"csl-infer --model @/f.h5 --in @/f.h5 @/./f.h5 --out @/new.h5", 2, "is the same file"},
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

TEST_CASE("--quiet prints no messages, and --log jsonl prints messages as JSON lines") {
  CHECK(test::run(inputs().at("csl-features -q --in @/s.h5 --out @/q.h5")).errors.empty());
  const test::Outcome lines =
      test::run(inputs().at("csl-features --log jsonl --in @/s.h5 --out @/q.h5"));
  CHECK(lines.errors.rfind("{\"kind\":\"info\"", 0) == 0);
}

TEST_CASE("no output overwrites an input or another output") {
  struct Clash {
    std::string command;
    std::string first, second;  ///< both options must be named
  };
  const fs::path& folder = inputs().folder.path();
  for (const char* name : {"wavs", "checkpoints", "report"}) fs::create_directories(folder / name);
  fs::copy_file(folder / "good.wav", folder / "wavs/000000.wav");
  fs::copy_file(folder / "f.h5", folder / "checkpoints/step-0000000001.checkpoint.h5");
  fs::copy_file(folder / "f.h5", folder / "report/lsdd-sensor-grid.estimates.h5");
  test::write_bytes(folder / "report/report.json", "{}");
  test::write_bytes(folder / "pose.csv", "time_s,qw,qx,qy,qz\n0,1,0,0,0\n");
  test::write_bytes(folder / "empty.toml", "");
  test::write_bytes(folder / "sides.csv", "recording,side\na,initial:+x\n");
  test::write_bytes(folder / "ears.json", R"({"positions_m": [[0, 0.1, 0], [0, -0.1, 0]]})");
  fs::create_hard_link(folder / "f.h5", folder / "twin.h5");
  const std::string simulate = "csl-simulate --speech @/good.wav --sessions 1 --t60 0 ";
  const std::string train = "csl-train --in @/f.h5 --valid @/f6.h5 --steps 1 ";
  const std::string infer = "csl-infer --model @/f.h5 --in @/f6.h5 --confidence @/two.json ";
  const std::string stream = "csl-infer --stream --model @/f.h5 --pose @/pose.csv ";
  const std::string export_model = "csl-export --model @/f.h5 --compare @/two.json ";
  const std::string export_estimates = "csl-export --estimates @/f.h5 ";
  const std::string import = "csl-import --audio @/good.wav --pose @/pose.csv ";
  const std::vector<Clash> clashes = {
      {simulate + "--out @/good.wav", "--out", "--speech"},
      {simulate + "--out @/new.h5 --log-file @/good.wav", "--log-file", "--speech"},
      {simulate + "--out @/new.h5 --log-file @/new.h5", "--log-file", "--out"},
      {simulate + "--out @/new.h5 --config @/empty.toml --log-file @/empty.toml", "--log-file",
       "--config"},
      {"csl-simulate --speech @/wavs/000000.wav --sessions 1 --t60 0 --out @/new.h5 --wav @/wavs",
       "--wav", "--speech"},
      {"csl-simulate --array @/ears.json --rir @/ears.json --source-position 1,1,1 --t60 0.4",
       "--rir", "--array"},
      {"csl-features --in @/s.h5 --out @/new.h5 --log-file @/s.h5", "--log-file", "--in"},
      {"csl-features --in @/s.h5 --out @/s.h5", "--out", "--in"},
      {train + "--out @/f.h5", "--out", "--in"},
      {train + "--out @/f6.h5", "--out", "--valid"},
      {train + "--out @/twin.h5", "--out", "--in"},
      {train + "--out @/new.h5 --history @/f.h5", "--history", "--in"},
      {train + "--out @/new.h5 --history @/f6.h5", "--history", "--valid"},
      {train + "--out @/new.h5 --history @/new.h5", "--history", "--out"},
      {train + "--out @/new.h5 --history @/new.loss.svg", "--history", "--out"},
      {train + "--out @/new.h5 --log-file @/f.h5", "--log-file", "--in"},
      {train + "--reflect recordings:@/sides.csv --out @/sides.csv", "--out", "--reflect"},
      {train + "--reflect recordings:@/sides.csv --out @/new.h5 --history @/sides.csv", "--history",
       "--reflect"},
      {"csl-train --model @/f.h5 --reflect recordings:@/sides.csv --in @/f6.h5 --out @/sides.csv",
       "--out", "--reflect"},
      {train + "--out @/new.h5 --checkpoint @/f.h5", "--checkpoint", "--in"},
      {"csl-train --in @/checkpoints/step-0000000001.checkpoint.h5 --out @/new.h5 --checkpoint "
       "@/checkpoints",
       "--checkpoint", "--in"},
      {"csl-train --model @/f.h5 --calibrate --in @/f6.h5 --out @/f.h5", "--out", "--model"},
      {"csl-train --model @/f.h5 --calibrate --in @/f6.h5 --out @/new.h5 --log-file @/f.h5",
       "--log-file", "--model"},
      {infer + "--out @/f.h5", "--out", "--model"},
      {infer + "--out @/f6.h5", "--out", "--in"},
      {infer + "--out @/two.json", "--out", "--confidence"},
      {infer + "--out @/new.h5 --log-file @/two.json", "--log-file", "--confidence"},
      {stream + "--log-file @/pose.csv", "--log-file", "--pose"},
      {stream + "--log-file @/f.h5", "--log-file", "--model"},
      {"csl-eval --estimates @/f.h5 --out @/report --write-confidence @/f.h5", "--write-confidence",
       "--estimates"},
      {"csl-eval --estimates @/f.h5 --out @/report --write-confidence @/report/report.json",
       "--out", "--write-confidence"},
      {"csl-eval --estimates @/f.h5 --out @/report --log-file @/f.h5", "--log-file", "--estimates"},
      {"csl-eval --estimates '@/report/*.h5' --sessions @/s.h5 --baselines lsdd --out @/report",
       "--out", "--estimates"},
      {"csl-eval --estimates @/f.h5 --sessions @/s.h5 --out @/s.h5", "--out", "--sessions"},
      {export_model + "--sofa @/f.h5", "--sofa", "--model"},
      {export_model + "--json @/two.json", "--json", "--compare"},
      {export_model + "--svg @/f.h5", "--svg", "--model"},
      {export_model + "--uncertainty @/f.h5", "--uncertainty", "--model"},
      {export_model + "--sofa @/new --json @/new", "--json", "--sofa"},
      {export_model + "--svg @/new --uncertainty @/new", "--uncertainty", "--svg"},
      {export_model + "--svg @/new --log-file @/f.h5", "--log-file", "--model"},
      {export_estimates + "--csv @/f.h5", "--csv", "--estimates"},
      {export_estimates + "--jsonl @/f.h5", "--jsonl", "--estimates"},
      {export_estimates + "--labels @/f.h5", "--labels", "--estimates"},
      {export_estimates + "--csv @/new --jsonl @/new", "--jsonl", "--csv"},
      {export_estimates + "--csv @/new --labels @/new", "--labels", "--csv"},
      {export_estimates + "--csv - --log-file @/f.h5", "--log-file", "--estimates"},
      {import + "--out @/good.wav", "--out", "--audio"},
      {import + "--out @/pose.csv", "--out", "--pose"},
      {import + "--out @/report/report.json --report @/report", "--report", "--out"},
      {import + "--out @/new.h5 --report @/pose.csv", "--report", "--pose"},
      {import + "--out @/new.h5 --log-file @/pose.csv", "--log-file", "--pose"},
      {"csl-check @/f.h5 --log-file @/f.h5", "--log-file", "FILE"},
  };
  const auto digest = [&] {
    std::string all;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
      if (!entry.is_regular_file()) continue;
      all += entry.path().string() + '\0' + test::file_bytes(entry.path());
    }
    return std::hash<std::string>()(all);
  };
  const std::size_t before = digest();
  for (const Clash& clash : clashes) {
    const std::string command = inputs().at(clash.command);
    const test::Outcome outcome = test::run(command);
    INFO(command << "\n" << outcome.errors);
    CHECK(outcome.exit_code == 2);
    CHECK(outcome.errors.find(clash.first) != std::string::npos);
    CHECK(outcome.errors.find(clash.second) != std::string::npos);
    CHECK(outcome.output.empty());
    CHECK(digest() == before);
  }
}

TEST_CASE("results that cannot be written to standard output are an error") {
  REQUIRE(test::run(inputs().at("csl-simulate --speech @/good.wav --sessions 1 --t60 0 --out "
                                "@/walk.h5 --wav @/walk"))
              .exit_code == 0);
  const std::string eval =
      "csl-eval --sessions @/s.h5 --baselines lsdd --pooling world --search "
      "grid --window full --out @/full ";
  REQUIRE(test::run(inputs().at(eval)).exit_code == 0);
  for (const std::string& command :
       {std::string("csl-check @/s.h5"), eval,
        std::string("csl-export --csv - --estimates @/full/lsdd-world-grid.estimates.h5"),
        std::string("csl-import --audio @/walk --intervals whole --out @/walk2.h5"),
        std::string("csl-train --help"), std::string("csl-train --version")}) {
    const test::Outcome outcome = test::run(inputs().at(command + " >/dev/full"));
    INFO(command << "\n" << outcome.errors);
    CHECK(outcome.exit_code == 4);
    CHECK(outcome.errors.find("standard output") != std::string::npos);
  }
}
