// csl-train as its users meet it: validation, checkpoints, signals, and being killed.
#include <catch2/catch.hpp>
#include <cmath>
#include <nlohmann/json.hpp>
#include <sstream>

#include "core/random.h"
#include "io/audio.h"
#include "run_tool.h"

namespace {

namespace fs = std::filesystem;

/// Two small sets of features, made once.
struct Features {
  test::TemporaryFolder folder;
  Features() {
    core::RandomStream random(98, core::Purpose::kTest);
    std::vector<float> samples(16000);
    for (float& x : samples) x = static_cast<float>(0.1 * random.normal());
    io::write_wav(folder / "noise.wav", samples, 1, 16000.0);
    for (const char* name : {"train", "valid"}) {
      const std::string at = (folder / name).string();
      REQUIRE(test::run("csl-simulate --speech " + (folder / "noise.wav").string() +
                        " --sessions 12 --t60 0 --start facing:+x --seed " +
                        (name[0] == 't' ? "1" : "2") + " --out " + at + ".sessions.h5")
                  .exit_code == 0);
      REQUIRE(test::run("csl-features --in " + at + ".sessions.h5 --out " + at + ".h5").exit_code ==
              0);
    }
  }
};

const Features& features() {
  static const Features instance;
  return instance;
}

/// A training of a second or two. @param out  folder of model, history and checkpoints
std::string train_command(const fs::path& out, const std::string& more = "",
                          const std::string& batch = "8") {
  const fs::path& at = features().folder.path();
  return "csl-train -q --in " + (at / "train.h5").string() + " --valid " +
         (at / "valid.h5").string() + " --hidden 64,32 --batch " + batch +
         " --bins-per-interval 256 --steps 300 --lr 3e-3 --threads 1 "
         "--reflect initial:+x --accept-doubtful --seed 3 --patience 0 --out " +
         (out / "model.h5").string() + " --history " + (out / "history.jsonl").string() + " " +
         more;
}

std::string with_checkpoints(const fs::path& out, const std::string& every_s = "0.02",
                             const std::string& batch = "8") {
  return train_command(
      out, "--checkpoint " + (out / "checkpoints").string() + " --resume --every " + every_s,
      batch);
}

/// Lines of a history without what depends on the clock.
std::vector<nlohmann::json> timeless_history(const fs::path& file) {
  std::vector<nlohmann::json> lines;
  std::istringstream stream(test::file_bytes(file));
  for (std::string line; std::getline(stream, line);) {
    lines.push_back(nlohmann::json::parse(line));
    for (const char* key : {"time_s", "bins_per_s", "gflop_per_s"}) lines.back().erase(key);
  }
  return lines;
}

/// The training undisturbed; the others must end in its bytes.
const fs::path& undisturbed() {
  static const fs::path folder = [] {
    const fs::path out = features().folder / "undisturbed";
    fs::create_directories(out);
    const test::Outcome outcome = test::run(train_command(out));
    INFO(outcome.errors);
    REQUIRE(outcome.exit_code == 0);
    return out;
  }();
  return folder;
}

std::vector<fs::path> checkpoint_files(const fs::path& out) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(out / "checkpoints")) files.push_back(entry);
  std::sort(files.begin(), files.end());
  return files;
}

void check_same_bytes(const fs::path& a, const fs::path& b) {
  const bool same = test::file_bytes(a) == test::file_bytes(b);
  CHECK(same);
}

void check_same_end(const fs::path& out) {
  for (const char* name : {"model.h5", "model.loss.svg"}) {
    check_same_bytes(out / name, undisturbed() / name);
  }
  CHECK(timeless_history(out / "history.jsonl") ==
        timeless_history(undisturbed() / "history.jsonl"));
}

}  // namespace

TEST_CASE("training with validation writes its history and its loss curve") {
  const auto history = timeless_history(undisturbed() / "history.jsonl");
  REQUIRE(history.size() == 300);
  std::size_t validated = 0;
  for (const nlohmann::json& line : history) {
    for (const char* key : {"step", "loss", "contrast", "saddle", "learning_rate"}) {
      CHECK(line.at(key).is_number());
    }
    validated += line.contains("valid_loss") && line.contains("valid_error_deg");
  }
  CHECK(validated == 43);  // every 7th of 300 steps, and the last
  CHECK(history.back().at("valid_error_deg") < history.front().at("loss").get<double>() * 90.0);
  CHECK(test::file_bytes(undisturbed() / "model.loss.svg").find("validation") != std::string::npos);
}

TEST_CASE("training stops when the validation error no longer falls, and keeps the best weights") {
  const fs::path out = features().folder / "early";
  fs::create_directories(out);
  std::string command = train_command(out);
  command.replace(command.find("--patience 0"), 12, "--patience 1");
  const test::Outcome outcome = test::run(command);
  CHECK(outcome.exit_code == 0);
  const auto history = timeless_history(out / "history.jsonl");
  CHECK(history.size() < 300);
  CHECK(history.back().contains("valid_loss"));
}

TEST_CASE(
    "a training that is killed at random moments and resumed gives the same bytes as an "
    "undisturbed one") {
  const fs::path out = features().folder / "killed";
  fs::create_directories(out);
  core::RandomStream random(11, core::Purpose::kTest);
  for (int kill = 0; kill < 5; ++kill) {
    const std::string after = std::to_string(random.uniform(0.05, 0.8));
    test::run("timeout -s KILL " + after + " " + with_checkpoints(out) + "; true");
  }
  const test::Outcome outcome = test::run(with_checkpoints(out));
  INFO(outcome.errors);
  CHECK(outcome.exit_code == 0);
  check_same_end(out);
  CHECK(checkpoint_files(out).size() == 3);
  for (const fs::path& file : checkpoint_files(out)) CHECK(file.extension() == ".h5");
  CHECK(test::run(with_checkpoints(out)).exit_code == 0);  // again, from its last checkpoint
  check_same_end(out);
}

TEST_CASE("TERM and USR1 end a training with a checkpoint and exit 75") {
  const fs::path out = features().folder / "stopped";
  fs::create_directories(out);
  for (const char* signal : {"TERM", "USR1"}) {
    const std::string history = (out / "history.jsonl").string();
    const test::Outcome outcome =
        test::run("rm -f " + history + "; " + with_checkpoints(out, "1000") + " & while [ ! -s " +
                  history + " ]; do sleep 0.01; done; kill -s " + signal + " $!; wait $!");
    INFO(outcome.errors);
    CHECK(outcome.exit_code == 75);
    CHECK(outcome.errors.find("--resume") != std::string::npos);
    CHECK_FALSE(fs::exists(out / "model.h5"));
  }
  CHECK(test::run(with_checkpoints(out)).exit_code == 0);
  check_same_end(out);
}

// oneDNN's products use the stack pointer as a register: a signal handler's frame then landed in
// the heap, and one run in a few crashed.
TEST_CASE("a signal in the middle of a large matrix product does no harm") {
  const fs::path out = features().folder / "signaled";
  fs::create_directories(out);
  std::string command = with_checkpoints(out, "1000", "16");
  command.replace(command.find("--hidden 64,32"), 14, "--hidden 512,256,128");
  core::RandomStream random(12, core::Purpose::kTest);
  for (int signal = 0; signal < 6; ++signal) {
    const std::string after = std::to_string(random.uniform(1.0, 1.5));
    const test::Outcome outcome =
        test::run(command + " & sleep " + after + "; kill -s TERM $!; wait $!");
    INFO(outcome.errors);
    CHECK((outcome.exit_code == 75 || outcome.exit_code == 0));
  }
}

TEST_CASE("a damaged checkpoint is skipped; checkpoints of another training are refused") {
  const fs::path out = features().folder / "damaged";
  fs::create_directories(out);
  REQUIRE(test::run(with_checkpoints(out)).exit_code == 0);
  std::vector<fs::path> files = checkpoint_files(out);
  REQUIRE(files.size() == 3);
  std::string bytes = test::file_bytes(files.back());
  bytes[bytes.size() / 2] ^= 1;
  test::write_bytes(files.back(), bytes);
  fs::remove(out / "model.h5");
  test::Outcome outcome = test::run(with_checkpoints(out));
  CHECK(outcome.exit_code == 0);
  CHECK(outcome.errors.find("skipped") != std::string::npos);
  check_same_end(out);
  outcome = test::run(with_checkpoints(out, "0.02", "6"));
  CHECK(outcome.exit_code == 2);
  CHECK(outcome.errors.find("other options or inputs") != std::string::npos);
  outcome = test::run(train_command(out, "--checkpoint " + (out / "checkpoints").string()));
  CHECK(outcome.exit_code == 2);
  CHECK(outcome.errors.find("add --resume") != std::string::npos);
  for (const fs::path& file : checkpoint_files(out)) test::write_bytes(file, "no checkpoint");
  CHECK(test::run(with_checkpoints(out)).exit_code == 3);
}

TEST_CASE("options that are used after training are checked before training") {
  const fs::path out = features().folder / "refused";
  fs::create_directories(out / "model.loss.svg");  // the picture cannot be written over a folder
  const auto refused = [&](const std::string& command, int exit_code, const char* word) {
    const test::Outcome outcome = test::run(command);
    INFO(command << "\n" << outcome.errors);
    CHECK(outcome.exit_code == exit_code);
    CHECK(outcome.errors.find(word) != std::string::npos);
    CHECK_FALSE(fs::exists(out / "history.jsonl"));  // made before the first step
    CHECK_FALSE(fs::exists(out / "model.h5"));
  };
  refused(train_command(out), 4, "model.loss.svg");
  fs::remove(out / "model.loss.svg");
  const auto with = [&](const std::string& old, const std::string& replacement) {
    std::string command = train_command(out);
    return command.replace(command.find(old), old.size(), replacement);
  };
  refused(with("initial:+x", "mics:9,1,x"), 3, "microphones 0 to 7");
  for (const char* name : {"model.h5", "model.loss.svg", "../train.h5"}) {
    refused(with("refused/history.jsonl", std::string("refused/") + name), 2, name);
  }
  refused(with("refused/history.jsonl", "refused/none/history.jsonl"), 4, "none");
}

TEST_CASE("too few bins for a calibration are refused before training") {
  const fs::path out = features().folder / "few";
  fs::create_directories(out);
  const std::string at = (out / "few").string();
  REQUIRE(test::run("csl-simulate --speech " + (features().folder / "noise.wav").string() +
                    " --sessions 2 --t60 0 --seed 1 --out " + at + ".sessions.h5")
              .exit_code == 0);
  REQUIRE(test::run("csl-features --in " + at + ".sessions.h5 --fmin 1000 --fmax 1039 --out " + at +
                    ".h5")
              .exit_code == 0);
  const std::string command =
      "csl-train --in " + at + ".h5 --hidden 8 --steps 5 --loss supervised " +
      "--reflect truth --out " + at + ".model.h5 --history " + at + ".jsonl --calibrate";
  const test::Outcome outcome = test::run(command);
  INFO(outcome.errors);
  CHECK(outcome.exit_code == 3);
  CHECK(outcome.errors.find("200 or more bins") != std::string::npos);
  CHECK_FALSE(fs::exists(at + ".jsonl"));
}

TEST_CASE("a refused --checkpoint folder leaves the history as it is") {
  const fs::path out = features().folder / "history";
  fs::create_directories(out);
  REQUIRE(test::run(with_checkpoints(out, "1000")).exit_code == 0);
  const std::string before = test::file_bytes(out / "history.jsonl");
  CHECK(test::run(train_command(out, "--checkpoint " + (out / "checkpoints").string())).exit_code ==
        2);
  CHECK(test::file_bytes(out / "history.jsonl") == before);
}

TEST_CASE("a calibration that fails keeps the trained model and reports this") {
  const fs::path out = features().folder / "uncalibrated";
  fs::create_directories(out);
  // The model is 60 kB, with responses 170 kB: only the first one fits.
  const test::Outcome outcome =
      test::run("trap '' XFSZ; ulimit -f 200; " + train_command(out, "--calibrate"));
  INFO(outcome.errors);
  CHECK(outcome.exit_code == 4);
  CHECK(outcome.errors.find("written without the array's responses") != std::string::npos);
  check_same_end(out);
  CHECK(test::run("csl-check " + (out / "model.h5").string()).exit_code == 0);
}

TEST_CASE(
    "TERM during a calibration ends it soon with exit 75, and --resume gives the same bytes") {
  const fs::path straight = features().folder / "calibrated";
  const fs::path out = features().folder / "calibration_stopped";
  for (const fs::path& folder : {straight, out}) fs::create_directories(folder);
  REQUIRE(test::run(train_command(straight, "--calibrate")).exit_code == 0);
  const std::string model = (out / "model.h5").string();
  const std::string command = with_checkpoints(out, "1000") + " --calibrate";
  // The model without responses is written before the calibration begins.
  const test::Outcome outcome =
      test::run("rm -f " + model + "; " + command + " & while [ ! -s " + model +
                " ]; do sleep 0.01; done; kill -s TERM $!; wait $!");
  INFO(outcome.errors);
  CHECK(outcome.exit_code == 75);
  CHECK(outcome.errors.find("--resume") != std::string::npos);
  check_same_bytes(model, undisturbed() / "model.h5");
  CHECK(test::run(command).exit_code == 0);
  check_same_bytes(model, straight / "model.h5");
}

TEST_CASE("stop signals during start-up, and more of them while the program ends, give exit 75") {
  const fs::path out = features().folder / "impatient";
  fs::create_directories(out);
  const std::string log = (out / "log.jsonl").string();
  for (const char* first_after : {"0", "0.01", "0.03", "0.1"}) {
    // The log file is made when the options are checked, before the features are read.
    const test::Outcome outcome = test::run(
        "rm -f " + log + "; " + with_checkpoints(out, "1000") + " --log-file " + log +
        " & p=$!; while [ ! -e " + log + " ]; do sleep 0.002; done; sleep " + first_after +
        "; for i in 1 2 3 4 5 6 7 8 9 10; do kill -s TERM $p 2>&-; sleep 0.005; done; wait $p");
    INFO(first_after << "\n" << outcome.errors);
    CHECK(outcome.exit_code == 75);
  }
  CHECK(test::run(with_checkpoints(out)).exit_code == 0);
  check_same_end(out);
}
