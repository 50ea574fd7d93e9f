#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <numbers>
#include <set>
#include <string>

#include "core/random.h"
#include "formats/sessions_file.h"
#include "formats/sofa_reader.h"
#include "io/audio.h"
#include "run_tool.h"
#include "session/session.h"
#include "so3/rotation.h"

namespace {

/// A folder of simulated recordings as a device would leave them, and the sessions they came from.
struct Recordings {
  test::TemporaryFolder folder;
  Recordings() {
    std::vector<float> speech(6 * 16000);
    core::RandomStream random(1, core::Purpose::kTest, 0);
    for (float& x : speech) x = 0.1F * static_cast<float>(random.normal());
    io::write_wav(folder / "speech.wav", speech, 1, 16000.0);
    REQUIRE(
        run("csl-simulate --speech @/speech.wav --sessions 2 --t60 0 --motion free --imu consumer "
            "--seed 3 --wav @/wav --out @/simulated.h5")
            .exit_code == 0);
  }
  /// Runs a command with @ replaced by the folder.
  test::Outcome run(std::string command) const {
    for (std::size_t i = 0; (i = command.find('@', i)) != std::string::npos;) {
      command.replace(i, 1, folder.path().string());
    }
    return test::run(command);
  }
};

const Recordings& recordings() {
  static const Recordings instance;
  return instance;
}

}  // namespace

TEST_CASE("the simulator's folder of WAV and CSV imports back exactly") {
  const Recordings& r = recordings();
  const test::Outcome outcome =
      r.run("csl-import --audio @/wav --intervals whole --out @/back.h5 --report @/report");
  INFO(outcome.errors);
  REQUIRE(outcome.exit_code == 0);
  CHECK(outcome.output.find("coverage") != std::string::npos);
  std::set<std::string> written;
  for (const auto& entry : std::filesystem::directory_iterator(r.folder / "report")) {
    written.insert(entry.path().filename().string());
  }
  CHECK(written == std::set<std::string>{"report.html", "report.json"});
  const std::string page = test::file_bytes(r.folder / "report/report.html");
  for (const char* part :
       {"Can these recordings be learned from?", "Yes, but:", "s of sound are little", "000000.wav",
        "microphone 8", "Bright: a source was heard"}) {
    INFO(part);
    CHECK(page.find(part) != std::string::npos);
  }
  const auto report = nlohmann::json::parse(test::file_bytes(r.folder / "report/report.json"));
  CHECK(report["learnable"] == "yes, but");
  CHECK(outcome.output.find("learnable         yes, but\n") != std::string::npos);
  const formats::SessionsReader before(r.folder / "simulated.h5");
  const formats::SessionsReader after(r.folder / "back.h5");
  REQUIRE(after.size() == before.size());
  CHECK(after.sample_rate_hz() == before.sample_rate_hz());
  for (std::size_t i = 0; i < before.size(); ++i) {
    const session::Session a = before.read(i);
    const session::Session b = after.read(i);
    CHECK(a.info.id == b.info.id);
    CHECK(a.info.duration_s == b.info.duration_s);
    CHECK(a.time_data == b.time_data);
    REQUIRE(a.info.sources.size() == b.info.sources.size());
    CHECK(a.info.sources[0].direction_world == b.info.sources[0].direction_world);
    for (double t = 0.0; t <= a.info.duration_s; t += 0.005) {
      REQUIRE(a.orientation.at(t).coeffs() == b.orientation.at(t).coeffs());
    }
    CHECK(a.imu.gyroscope_rad_s == b.imu.gyroscope_rad_s);
    CHECK(a.imu.magnetometer_uT == b.imu.magnetometer_uT);
  }
  CHECK(r.run("csl-features --in @/back.h5 --out @/back.features.h5").exit_code == 0);
  CHECK(r.run("csl-check @/back.h5 @/back.features.h5").exit_code == 0);
}

TEST_CASE(
    "a recording with its inertial log becomes sessions, and their provenance names all "
    "assumptions") {
  const Recordings& r = recordings();
  const std::string command =
      "csl-import --audio @/wav/000000.wav --imu @/wav/000000.imu.csv --intervals segments "
      "--segment 1 ";
  const test::Outcome outcome = r.run(command + "--out @/imu.h5");
  INFO(outcome.errors);
  REQUIRE(outcome.exit_code == 0);
  const formats::SessionsReader reader(r.folder / "imu.h5");
  CHECK(reader.size() == 6);
  const auto found = reader.provenance().options["found"][0];
  CHECK(found["clock"]["method"] == "as the files say (assumed: one clock)");
  CHECK(found["orientation"]["filter"] == "VQF, offline");
  CHECK(found["orientation"]["gyroscope_unit"] == "rad/s");
  // Within two seconds the filter's orientation turns as the true one does.
  const session::Session truth = formats::SessionsReader(r.folder / "simulated.h5").read(0);
  const session::Session made = reader.read(1);
  const auto turn = [](const so3::Track& q, double from_s, double to_s) {
    return q.at(from_s).conjugate() * q.at(to_s);
  };
  CHECK(so3::angle_between(turn(truth.orientation, 1.0, 1.9), turn(made.orientation, 0.0, 0.9)) <
        0.02);
  REQUIRE(r.run(command + "--threads 1 --out @/imu2.h5").exit_code == 0);
  CHECK(test::file_bytes(r.folder / "imu.h5") == test::file_bytes(r.folder / "imu2.h5"));
}

TEST_CASE("another rate, format, clock and mounting give the same recording") {
  const Recordings& r = recordings();
  const session::Session truth = formats::SessionsReader(r.folder / "simulated.h5").read(0);
  const io::Audio audio = io::read_audio(r.folder / "wav/000000.wav");
  // Twice the rate by zeros between: its image above 8 kHz is what the resampler must take away.
  std::vector<float> twice(2 * audio.samples.size(), 0.0F);
  for (std::size_t n = 0; n < audio.frames(); ++n) {
    for (std::size_t c = 0; c < 8; ++c) twice[(2 * n) * 8 + c] = 2.0F * audio.samples[n * 8 + c];
  }
  io::write_wav(r.folder / "fast.wav", twice, 8, 32000.0);
  std::string pose = "timestamp_ms qx qy qz qw\n";
  const Eigen::Quaterniond mounting = so3::exp({0.0, 0.0, 0.5});
  for (std::size_t i = 0; i < truth.orientation.size(); ++i) {
    const Eigen::Quaterniond q = truth.orientation.quaternion()[i] * mounting.conjugate();
    const double t = (truth.orientation.time_s()[i] - 0.35) / (1.0 + 50e-6) + 1e6;
    pose += fmt::format("{} {} {} {} {}\n", 1e3 * t, q.x(), q.y(), q.z(), q.w());
  }
  test::write_bytes(r.folder / "late.txt", pose);
  const test::Outcome outcome =
      r.run(fmt::format("csl-import --audio @/fast.wav --pose @/late.txt --intervals whole "
                        "--time-offset={} --time-drift 50 "
                        "--mounting {},0,0,{} --out @/other.h5",
                        0.35 - 1e6 * (1.0 + 50e-6), mounting.w(), mounting.z()));
  INFO(outcome.errors);
  REQUIRE(outcome.exit_code == 0);
  const session::Session made = formats::SessionsReader(r.folder / "other.h5").read(0);
  for (double t = 0.1; t < 5.9; t += 0.01) {
    REQUIRE(so3::angle_between(truth.orientation.at(t), made.orientation.at(t)) < 1e-5);
  }
  REQUIRE(made.time_data.size() == truth.time_data.size());
  double error = 0.0;
  double power = 0.0;
  for (std::size_t i = 8 * 400; i + 8 * 400 < made.time_data.size(); ++i) {
    error += std::pow(made.time_data[i] - truth.time_data[i], 2.0);
    power += std::pow(truth.time_data[i], 2.0);
  }
  CHECK(error < 0.1 * power);  // white noise: the transition band holds 4 % of it
}

namespace {

/// Sessions one after the other as one recording with its orientations, as if the source were
/// moved. @param drift  relative, of a log whose clock is slow  @return  when, s
std::vector<double> join_sessions(const std::filesystem::path& sessions,
                                  const std::filesystem::path& wav,
                                  const std::filesystem::path& pose, double drift = 0.0) {
  const formats::SessionsReader reader(sessions);
  std::vector<float> sound;
  std::string csv = "time_s,qw,qx,qy,qz\n";
  std::vector<double> change_s;
  double start_s = 0.0;
  for (std::size_t i = 0; i < reader.size(); ++i) {
    const session::Session session = reader.read(i);
    if (i > 0) change_s.push_back(start_s);
    sound.insert(sound.end(), session.time_data.begin(), session.time_data.end());
    for (double t = 0.0; t < session.info.duration_s; t += 0.01) {
      const Eigen::Quaterniond q = session.orientation.at(t);
      csv += fmt::format("{},{},{},{},{}\n", (start_s + t) / (1.0 + drift), q.w(), q.x(), q.y(),
                         q.z());
    }
    start_s += session.info.duration_s;
  }
  io::write_wav(wav, sound, reader.microphones(), reader.sample_rate_hz());
  test::write_bytes(pose, csv);
  return change_s;
}

}  // namespace

TEST_CASE("a source that moves without a pause is reported, with and without a model") {
  const Recordings& r = recordings();
  // Syllables: steady noise would be taken for the microphones' own.
  std::vector<float> speech(6 * 16000);
  core::RandomStream random(2, core::Purpose::kTest, 0);
  for (std::size_t n = 0; n < speech.size(); ++n) {
    const double syllable =
        std::sin(2.0 * std::numbers::pi * 4.0 * static_cast<double>(n) / 16000.0);
    speech[n] = static_cast<float>(0.1 * std::max(0.02, syllable) * random.normal());
  }
  io::write_wav(r.folder / "syllables.wav", speech, 1, 16000.0);
  REQUIRE(r.run("csl-simulate --speech @/syllables.wav --sessions 6 --t60 0 --motion free --seed 8 "
                "--out @/moved.h5 && csl-features --in @/moved.h5 --out @/moved.features.h5 && "
                "csl-train --in @/moved.features.h5 --hidden 128,64 --steps 300 "
                "--loss supervised --reflect truth --out @/moved.model.h5")
              .exit_code == 0);
  const std::vector<double> change_s =
      join_sessions(r.folder / "moved.h5", r.folder / "moved.wav", r.folder / "moved.pose.csv");
  REQUIRE(change_s.size() == 5);
  // A linear map of 36 s of sound is a poor one.
  for (const auto& [model, allowed_s] : {std::pair{"", 1.5}, {" --model @/moved.model.h5", 0.3}}) {
    const test::Outcome outcome = r.run(
        std::string("csl-import --audio @/moved.wav --pose @/moved.pose.csv --intervals changes "
                    "--segment 60 --out @/moved.found.h5") +
        model);
    INFO(outcome.errors);
    REQUIRE(outcome.exit_code == 0);
    const formats::SessionsReader found(r.folder / "moved.found.h5");
    REQUIRE(found.size() == change_s.size() + 1);
    double end_s = 0.0;
    for (std::size_t i = 0; i < change_s.size(); ++i) {
      end_s += found.read(i).info.duration_s;
      CHECK(end_s == Approx(change_s[i]).margin(allowed_s));
    }
  }
}

TEST_CASE(
    "a clock that is off or drifts is named where one clock was assumed, a right one is not") {
  const Recordings& r = recordings();
  std::vector<float> speech(6 * 16000);
  core::RandomStream random(3, core::Purpose::kTest, 0);
  for (std::size_t n = 0; n < speech.size(); ++n) {
    const double syllable =
        std::sin(2.0 * std::numbers::pi * 4.0 * static_cast<double>(n) / 16000.0);
    speech[n] = static_cast<float>(0.1 * std::max(0.02, syllable) * random.normal());
  }
  io::write_wav(r.folder / "talk.wav", speech, 1, 16000.0);
  REQUIRE(r.run("csl-simulate --speech @/talk.wav --sessions 24 --t60 0 --motion free --seed 9 "
                "--out @/long.h5")
              .exit_code == 0);
  const auto warnings = [&](double drift, const std::string& offset) {
    const std::vector<double> moved_s =
        join_sessions(r.folder / "long.h5", r.folder / "long.wav", r.folder / "long.csv", drift);
    std::string rows = "start_s,end_s\n0.5,5.5\n";
    for (const double t : moved_s) rows += fmt::format("{},{}\n", t + 0.5, t + 5.5);
    test::write_bytes(r.folder / "rows.csv", rows);
    const test::Outcome outcome = r.run(
        "csl-import --audio @/long.wav --pose @/long.csv --intervals @/rows.csv "
        "--out @/imported.h5 --time-offset=" +
        offset);
    CHECK(outcome.exit_code == 0);
    UNSCOPED_INFO(outcome.errors);
    return outcome.errors;
  };
  CHECK(warnings(0.0, "0").find("the sound") == std::string::npos);
  const std::string off = warnings(0.0, "1");
  CHECK(off.find("the sound agrees better") != std::string::npos);
  CHECK(off.find("state --time-offset ") != std::string::npos);
  const bool a_second = off.find("shifted by -1.0") != std::string::npos ||
                        off.find("shifted by -0.9") != std::string::npos;
  CHECK(a_second);
  const std::string drifts = warnings(2e-3, "0");  // 0.14 s between the middles of the halves
  CHECK(drifts.find("best time offset changes by +0.1") != std::string::npos);
  CHECK(drifts.find("may be slow by") != std::string::npos);
}

TEST_CASE("a folder whose first recording has no inertial log is imported into a valid file") {
  const Recordings& r = recordings();
  std::filesystem::create_directories(r.folder / "mixed");
  for (const char* name :
       {"000000.wav", "000000.pose.csv", "000001.wav", "000001.pose.csv", "000001.imu.csv"}) {
    std::filesystem::copy_file(r.folder / "wav" / name, r.folder / "mixed" / name);
  }
  REQUIRE(r.run("csl-import --audio @/mixed --intervals whole --out @/mixed.h5").exit_code == 0);
  const test::Outcome outcome = r.run("csl-check @/mixed.h5");
  INFO(outcome.output << outcome.errors);
  CHECK(outcome.exit_code == 0);
  const formats::SessionsReader reader(r.folder / "mixed.h5");
  CHECK(reader.read(0).imu.time_s.empty());
  CHECK_FALSE(reader.read(1).imu.time_s.empty());
}

TEST_CASE("the report says of a device that did not turn that nothing can be learned from it") {
  const Recordings& r = recordings();
  std::string pose = "time_s,qw,qx,qy,qz\n";
  for (int i = 0; i <= 700; ++i) pose += fmt::format("{},1,0,0,0\n", 0.01 * i);
  test::write_bytes(r.folder / "still.csv", pose);
  const test::Outcome outcome = r.run(
      "csl-import --audio @/wav/000000.wav --pose @/still.csv --intervals segments "
      "--report @/still --out @/still.h5");
  INFO(outcome.errors);
  REQUIRE(outcome.exit_code == 0);
  CHECK(outcome.output.find("learnable         no\n") != std::string::npos);
  const std::string page = test::file_bytes(r.folder / "still/report.html");
  CHECK(page.find("Can this recording be learned from?") != std::string::npos);
  CHECK(page.find("No, because:") != std::string::npos);
}

TEST_CASE("csl-import and csl-calibrate take the same folders") {
  const Recordings& r = recordings();
  std::filesystem::create_directories(r.folder / "plain");
  const auto copy = [&](const char* from, const char* to) {
    std::filesystem::copy_file(r.folder / "wav" / from, r.folder / "plain" / to);
  };
  copy("000000.wav", "a.wav");
  copy("000000.pose.csv", "a.csv");
  copy("000001.wav", "b.wav");
  copy("000001.imu.csv", "b.csv");
  const std::string calibrate = "csl-calibrate --dry-run @/plain --out @/none";
  const test::Outcome imported =
      r.run("csl-import --audio @/plain --intervals whole --out @/plain.h5");
  INFO(imported.errors);
  REQUIRE(imported.exit_code == 0);
  const formats::SessionsReader reader(r.folder / "plain.h5");
  REQUIRE(reader.size() == 2);
  CHECK(reader.read(0).imu.time_s.empty());
  CHECK_FALSE(reader.read(1).imu.time_s.empty());
  const test::Outcome planned = r.run(calibrate);
  CHECK(planned.output.find("a.wav a.csv") != std::string::npos);
  CHECK(planned.output.find("b.wav b.csv") != std::string::npos);
  copy("000000.pose.csv", "a.pose.csv");
  for (const std::string& command :
       {std::string("csl-import --audio @/plain --out @/new.h5"), calibrate}) {
    const test::Outcome two = r.run(command);
    CHECK(two.exit_code == 3);
    CHECK(two.errors.find("one log of orientations") != std::string::npos);
  }
}

TEST_CASE(
    "an interval just after the last orientation is left out, however short intervals may be") {
  const Recordings& r = recordings();
  std::string pose = "time_s,qw,qx,qy,qz\n";
  for (int i = 0; i <= 400; ++i) pose += fmt::format("{},1,0,0,0\n", 0.01 * i);
  test::write_bytes(r.folder / "short.csv", pose);
  // The third is shorter than a sample.
  test::write_bytes(r.folder / "slack.csv", "start_s,end_s\n1,3\n4.001,4.009\n3.5,3.50001\n");
  const test::Outcome outcome = r.run(
      "csl-import --audio @/wav/000000.wav --pose @/short.csv --intervals @/slack.csv "
      "--min-interval 0.000001 --out @/slack.h5");
  INFO(outcome.errors);
  REQUIRE(outcome.exit_code == 0);
  const formats::SessionsReader reader(r.folder / "slack.h5");
  REQUIRE(reader.size() == 1);
  CHECK(reader.info(0).duration_s == 2.0);
}

TEST_CASE(
    "wrong recordings end in the right exit code and a helpful message, and leave no output") {
  const Recordings& r = recordings();
  const std::string pose = test::file_bytes(r.folder / "wav/000000.pose.csv");
  const std::string rows = pose.substr(pose.find('\n') + 1);
  test::write_bytes(r.folder / "bare.csv", rows);
  test::write_bytes(r.folder / "mislabeled.csv", "time_s,qx,qy,qz,qw\n" + rows);
  test::write_bytes(r.folder / "early.csv", "time_s,qw,qx,qy,qz\n-9,1,0,0,0\n-8.9,1,0,0,0\n");
  test::write_bytes(r.folder / "intervals.csv", "start_s,end_s\n0.2,0.1\n");
  test::write_bytes(r.folder / "two.json", R"({"name": "x", "positions_m": [[0,0,0],[0,0,1]]})");
  std::vector<float> samples(16000);
  core::RandomStream random(3, core::Purpose::kTest, 0);
  for (float& x : samples) x = 0.1F * static_cast<float>(random.normal());
  samples[1234] = std::numeric_limits<float>::quiet_NaN();
  io::write_wav(r.folder / "nan.wav", samples, 2, 16000.0);
  io::write_wav(r.folder / "mono.wav", std::vector<float>(16000, 0.1F), 1, 16000.0);
  const std::string whole = test::file_bytes(r.folder / "wav/000000.wav");
  test::write_bytes(r.folder / "cut.wav", whole.substr(0, whole.size() / 2));
  const std::string good = "csl-import --out @/new.h5 --audio @/wav/000000.wav ";
  const std::string posed = good + "--pose @/wav/000000.pose.csv ";
  struct BadCase {
    std::string command;
    int exit_code;
    std::string says;
  };
  const std::vector<BadCase> cases = {
      {good, 2, "--pose"},
      {good + "--pose @/none.csv", 3, "none.csv"},
      {good + "--pose @/bare.csv", 2, "--quat-order"},
      {good + "--pose @/bare.csv --quat-order zxyw", 2, "--quat-order"},
      {good + "--pose @/mislabeled.csv --imu @/wav/000000.imu.csv", 3,
       "scalar first instead of last"},
      {good + "--pose @/wav/000000.pose.csv --inverse --imu @/wav/000000.imu.csv", 3,
       "world to sensor"},
      {posed + "--imu @/wav/000000.imu.csv --up +y", 3, "state --up +z"},
      {good + "--imu @/wav/000000.imu.csv --up +y", 2, "--pose"},
      {posed + "--up y", 2, "--up"},
      {posed + "--acc-sign plus", 2, "--acc-sign"},
      {good + "--pose @/early.csv", 3, "do not overlap"},
      {good + "--pose @/wav/000000.truth.csv", 3, "expected a header with columns time"},
      {good + "--imu @/wav/000000.pose.csv", 3, "expected columns gx"},
      {good + "--imu @/wav/000000.imu.csv --time-unit ns", 3, "--time-unit"},
      {posed + "--time-offset soon", 2, "--time-offset"},
      {posed + "--time-offset auto", 3, "less than 10 s of sound"},
      {posed + "--time-offset taps", 2, "--imu"},
      {posed + "--intervals @/intervals.csv", 3, "intervals.csv: line 2"},
      {posed + "--intervals @/none.csv", 3, "none.csv"},
      {posed + "--array @/two.json", 3, "expected 8 microphones"},
      {posed + "--mounting 1,1,0,0", 2, "--mounting"},
      {posed + "--min-interval 4 --intervals segments --segment 4", 3, "no interval"},
      {posed + "--filter kalman", 2, "--filter"},
      {posed + "--on-nan ignore", 2, "--on-nan"},
      {posed + "--segment 0", 2, "--segment"},
      {"csl-import --out @/new.h5 --audio @/cut.wav --pose @/wav/000000.pose.csv", 3, "truncated"},
      {"csl-import --out @/new.h5 --audio @/nan.wav --pose @/wav/000000.pose.csv", 3,
       "channel 1, sample 617"},
      {"csl-import --out @/new.h5 --audio @/mono.wav --pose @/wav/000000.pose.csv", 3,
       "one microphone"},
      {posed + "--model @/none.h5", 2, "--intervals changes"},
      {"csl-import --out @/new.h5 --audio @/report --pose @/wav/000000.pose.csv", 3,
       "no audio files"},
      {"csl-import --out @/wav/000000.wav --audio @/wav/000000.wav --pose @/wav/000000.pose.csv", 2,
       "also an input"},
  };
  std::filesystem::create_directories(r.folder / "report");
  for (const BadCase& bad : cases) {
    INFO(bad.command);
    const test::Outcome outcome = r.run(bad.command);
    INFO(outcome.errors);
    CHECK(outcome.exit_code == bad.exit_code);
    CHECK(outcome.errors.find(bad.says) != std::string::npos);
    CHECK(outcome.output.empty());
    CHECK_FALSE(std::filesystem::exists(r.folder / "new.h5"));
  }
  const test::Outcome masked = r.run(
      "csl-import --out @/masked.h5 --audio @/nan.wav --pose @/wav/000000.pose.csv --on-nan mask "
      "--intervals whole --min-interval 0.1 --segment 1");
  CHECK(masked.exit_code == 0);
  CHECK(masked.errors.find("0.06 s left out around samples that are no numbers") !=
        std::string::npos);
}

TEST_CASE("a dead channel is left out by the import; kept by force, it is refused by csl-train") {
  const Recordings& r = recordings();
  std::vector<float> bursts(20 * 16000);
  core::RandomStream random(5, core::Purpose::kTest, 0);
  for (std::size_t n = 0; n < bursts.size(); ++n) {
    bursts[n] = static_cast<float>((n / 3200 % 2 == 0 ? 0.1 : 0.001) * random.normal());
  }
  io::write_wav(r.folder / "bursts.wav", bursts, 1, 16000.0);
  REQUIRE(r.run("csl-simulate --speech @/bursts.wav --sessions 4 --t60 0 --array tetra4 --motion "
                "free --seed 6 --wav @/five --out @/four.h5")
              .exit_code == 0);
  for (const auto& entry : std::filesystem::directory_iterator(r.folder / "five")) {
    if (entry.path().extension() != ".wav") continue;
    const io::Audio audio = io::read_audio(entry.path());
    std::vector<float> five;
    for (std::size_t n = 0; n < audio.frames(); ++n) {
      for (std::size_t c = 0; c < 4; ++c) five.push_back(audio.samples[4 * n + c]);
      five.push_back(1e-4F * static_cast<float>(random.normal()));
    }
    io::write_wav(entry.path(), five, 5, 16000.0);
  }
  const test::Outcome left_out =
      r.run("csl-import --audio @/five --intervals whole --segment 30 --out @/left_out.h5");
  INFO(left_out.output << left_out.errors);
  REQUIRE(left_out.exit_code == 0);
  CHECK(left_out.output.find("channel 5: only noise") != std::string::npos);
  const formats::SessionsReader made(r.folder / "left_out.h5");
  const formats::SessionsReader simulated(r.folder / "four.h5");
  CHECK(made.microphones() == 4);
  CHECK(made.read(1).time_data == simulated.read(1).time_data);
  CHECK(made.provenance().options["found"][0]["audio"]["left_out"][0]["number"] == 5);
  REQUIRE(r.run("csl-import --audio @/five --channels 1-5 --intervals whole --segment 30 --out "
                "@/kept.h5 && csl-features --in @/kept.h5 --out @/kept.features.h5")
              .exit_code == 0);
  const std::string train =
      "csl-train --in @/kept.features.h5 --hidden 8 --steps 2 --loss supervised --reflect truth "
      "--out @/kept.model.h5 ";
  const test::Outcome refused = r.run(train);
  CHECK(refused.exit_code == 3);
  CHECK(refused.errors.find("microphone 5 (shares no sound") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(r.folder / "kept.model.h5"));
  const test::Outcome kept = r.run(train + "--keep-dead");
  CHECK(kept.errors.find("microphone 5 (shares no sound") != std::string::npos);
  CHECK(kept.exit_code != 3);
}

TEST_CASE("the steps of the tutorial lead from WAV and CSV to directions and a SOFA file") {
  const Recordings& r = recordings();
  for (int f = 0; f < 4; ++f) {
    core::RandomStream random(99, core::Purpose::kTest, static_cast<std::uint32_t>(f));
    std::vector<float> samples(24000);
    for (std::size_t i = 0; i < samples.size(); ++i) {
      const double burst = std::sin(2.0 * M_PI * (3.0 + f) * static_cast<double>(i) / 16000.0);
      samples[i] = static_cast<float>(0.1 * std::max(0.0, burst) * random.normal());
    }
    std::filesystem::create_directories(r.folder / "bursts");
    io::write_wav(r.folder / ("bursts/" + std::to_string(f) + ".wav"), samples, 1, 16000.0);
  }
  REQUIRE(
      r.run("csl-simulate --speech @/bursts --sessions 40 --t60 0:0.2 --start facing:+x --seed 3 "
            "--wav @/recordings --out @/unused.h5")
          .exit_code == 0);
  const test::Outcome outcome = r.run(
      "STEPS=500 TRAIN='--hidden 64,32 --batch 8 --bins-per-interval 256 --lr 3e-3 --seed "
      "3' " CSL_SOURCE "/data/walkthrough.sh @/recordings @/walk");
  INFO(outcome.output << outcome.errors);
  REQUIRE(outcome.exit_code == 0);
  const auto report =
      nlohmann::json::parse(test::file_bytes(r.folder / "walk/evaluation/report.json"));
  std::set<std::string> estimators;
  for (const auto& row : report["table1"]) {
    if (row["window_s"] != "full") continue;
    estimators.insert(row["estimator"].get<std::string>());
    CHECK(row["mean_deg"].get<double>() < 15.0);  // a small network after 500 steps; chance is 90
  }
  CHECK(estimators.size() == 2);
  const array::Responses heard = formats::read_sofa(r.folder / "walk/array.sofa");
  CHECK(heard.receivers == 8);
}

TEST_CASE("the heading of a log follows a source that stands still") {
  const test::TemporaryFolder folder;
  const auto run = [&](std::string command) {
    for (std::size_t i = 0; (i = command.find('@', i)) != std::string::npos;) {
      command.replace(i, 1, folder.path().string());
    }
    return test::run(command);
  };
  std::vector<float> speech(30 * 16000);
  core::RandomStream random(5, core::Purpose::kTest, 0);
  for (float& x : speech) x = 0.1F * static_cast<float>(random.normal());
  io::write_wav(folder / "speech.wav", speech, 1, 16000.0);
  REQUIRE(run("csl-simulate --speech @/speech.wav --sessions 1 --t60 0 --motion free --seed 2 "
              "--wav @/wav --out @/s.h5")
              .exit_code == 0);
  // The log's heading drifts by 2 degrees a second.
  std::ifstream pose(folder / "wav/000000.pose.csv");
  std::ofstream drifted(folder / "drifted.csv");
  std::string line;
  std::getline(pose, line);
  drifted << line << "\n";
  std::vector<std::pair<double, Eigen::Quaterniond>> truth;
  while (std::getline(pose, line)) {
    double t = 0, w = 0, x = 0, y = 0, z = 0;
    REQUIRE(std::sscanf(line.c_str(), "%lf,%lf,%lf,%lf,%lf", &t, &w, &x, &y, &z) == 5);
    truth.emplace_back(t, Eigen::Quaterniond(w, x, y, z));
    const Eigen::Quaterniond q =
        so3::exp({0.0, 0.0, -2.0 * t * std::numbers::pi / 180.0}) * truth.back().second;
    drifted << fmt::format("{},{},{},{},{}\n", t, q.w(), q.x(), q.y(), q.z());
  }
  drifted.close();
  const std::string import =
      "csl-import --audio @/wav/000000.wav --pose @/drifted.csv --out @/i.h5 ";
  CHECK(run(import + "--heading sound").exit_code == 2);
  CHECK(run(import + "--heading best --array cube8").exit_code == 2);
  std::ofstream(folder / "cube.json")
      << R"({"positions_m": [[-0.025,-0.025,-0.025],[-0.025,-0.025,0.025],
    [-0.025,0.025,-0.025],[-0.025,0.025,0.025],[0.025,-0.025,-0.025],[0.025,-0.025,0.025],
    [0.025,0.025,-0.025],[0.025,0.025,0.025]]})";
  const test::Outcome reported = run(import + "--array @/cube.json");
  INFO(reported.errors << reported.output);
  REQUIRE(reported.exit_code == 0);
  CHECK(reported.output.find("heading           drifts by") != std::string::npos);
  const test::Outcome corrected =
      run(import + "--array @/cube.json --heading sound --pose-out @/out --report @/report");
  INFO(corrected.errors);
  REQUIRE(corrected.exit_code == 0);
  CHECK(corrected.output.find("heading           corrected by") != std::string::npos);
  const auto report = nlohmann::json::parse(test::file_bytes(folder / "report/report.json"));
  CHECK(report["recordings"][0]["heading"]["drift_deg"].get<double>() == Approx(60.0).margin(3.0));
  std::ifstream out(folder / "out/000000.pose.csv");
  std::getline(out, line);
  double largest = 0.0;
  for (const auto& [time_s, q_true] : truth) {
    REQUIRE(std::getline(out, line));
    double t = 0, w = 0, x = 0, y = 0, z = 0;
    REQUIRE(std::sscanf(line.c_str(), "%lf,%lf,%lf,%lf,%lf", &t, &w, &x, &y, &z) == 5);
    largest = std::max(largest, so3::angle_between(Eigen::Quaterniond(w, x, y, z), q_true));
  }
  CHECK(largest * 180.0 / std::numbers::pi < 2.0);
}
