#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <nlohmann/json.hpp>
#include <sstream>

#include "doa/metrics.h"
#include "formats/estimates_file.h"
#include "formats/model_file.h"
#include "formats/sessions_file.h"
#include "io/audio.h"
#include "io/hdf5_reader.h"
#include "random_model.h"
#include "run_tool.h"
#include "session/estimate.h"

namespace {

namespace fs = std::filesystem;

/// One simulated recording as a sessions file, as raw PCM and as pose CSV, and a model.
struct Recording {
  test::TemporaryFolder folder;
  Recording() {
    core::RandomStream random(4, core::Purpose::kTest);
    std::vector<float> speech(16000);
    for (std::size_t i = 0; i < speech.size(); ++i) {
      const double burst = std::sin(2.0 * M_PI * 3.0 * static_cast<double>(i) / 16000.0);
      speech[i] = static_cast<float>(0.1 * std::max(0.0, burst) * random.normal());
    }
    io::write_wav(folder / "speech.wav", speech, 1, 16000.0);
    run("csl-simulate --speech @/speech.wav --sessions 1 --t60 0 --array tetra4 --out @/s.h5 "
        "--wav @/wav");
    run("csl-features --in @/s.h5 --floor-memory 10 --out @/f.h5");
    const formats::LoadedModel model = test::random_model(4);
    formats::write_model(folder / "model.h5", model.provenance, model.model, model.settings, {});
    const auto samples = io::Hdf5Reader(folder / "s.h5").read<float>("/time_data");
    test::write_bytes(folder / "s.f32", {reinterpret_cast<const char*>(samples.data()),
                                         samples.size() * sizeof(float)});
    for (const auto& entry : fs::directory_iterator(folder / "wav")) {
      if (entry.path().string().ends_with(".pose.csv")) {
        fs::copy_file(entry.path(), folder / "pose.csv");
      }
    }
  }
  std::string at(std::string command) const {
    for (std::size_t i = 0; (i = command.find('@', i)) != std::string::npos;) {
      command.replace(i, 1, folder.path().string());
    }
    return command;
  }
  test::Outcome run(const std::string& command, int exit_code = 0) const {
    const test::Outcome outcome = test::run(at(command));
    INFO(command << "\n" << outcome.errors);
    REQUIRE(outcome.exit_code == exit_code);
    return outcome;
  }
};

const Recording& recording() {
  static const Recording instance;
  return instance;
}

const std::string kStream = "csl-infer --stream --model @/model.h5 --format f32 --window 0.2 ";

std::vector<nlohmann::json> lines_of(const std::string& text) {
  std::vector<nlohmann::json> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(nlohmann::json::parse(line));
  return lines;
}

Eigen::Vector3d vector_of(const nlohmann::json& direction) {
  const auto xyz = direction.at("xyz").get<std::vector<double>>();
  return {xyz[0], xyz[1], xyz[2]};
}

}  // namespace

TEST_CASE("the lines of a stream equal the offline estimates of the same recording") {
  const Recording& r = recording();
  r.run("csl-infer --model @/model.h5 --in @/f.h5 --window 0.2 --causal --out @/e.h5");
  const test::Outcome live = r.run(kStream + "--pose @/pose.csv < @/s.f32");
  const formats::EstimatesReader offline(r.folder / "e.h5");
  const std::vector<nlohmann::json> lines = lines_of(live.output);
  REQUIRE(lines.size() == offline.rows().size());
  REQUIRE(lines.size() > 50);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const session::Estimate& row = offline.rows()[i];
    CHECK(lines[i].at("time_s").get<double>() == Approx(row.time_s).margin(1e-6));
    CHECK(lines[i].at("bins") == row.bins);
    CHECK(lines[i].at("orientation") == "interpolated");
    const auto& direction = lines[i].at("directions").at(0);
    CHECK(doa::angular_error_deg(vector_of(direction.at("sensor")), row.direction_sensor) < 1e-4);
    CHECK(doa::angular_error_deg(vector_of(direction.at("world")), row.direction_world) < 1e-4);
  }
  CHECK(live.errors.find("1.0 s of sound") != std::string::npos);
}

TEST_CASE("orientation from a FIFO gives the same bytes as orientation from a file") {
  const Recording& r = recording();
  const std::string file = r.run(kStream + "--pose @/pose.csv < @/s.f32").output;
  // The writer may be late on a busy machine: the wait is generous, the result is not affected.
  const test::Outcome fifo = r.run("mkfifo @/fifo; cat @/pose.csv > @/fifo & " + kStream +
                                   "--pose @/fifo --pose-wait 60 < @/s.f32; wait");
  CHECK(fifo.output == file);
}

TEST_CASE("the end of the input ends a stream with exit 0, also in the middle of a sample") {
  const Recording& r = recording();
  const test::Outcome whole = r.run(kStream + "--pose @/pose.csv < @/s.f32");
  const test::Outcome cut = r.run("head -c 100007 @/s.f32 | " + kStream + "--pose @/pose.csv");
  CHECK(cut.errors.find("7 bytes are left out") != std::string::npos);
  CHECK(cut.output.size() > 1000);
  CHECK(whole.output.rfind(cut.output, 0) == 0);
  const test::Outcome too_short = r.run("head -c 6400 @/s.f32 | " + kStream + "-q");
  CHECK(too_short.output.empty());
  CHECK(too_short.errors.empty());
}

TEST_CASE("a signal ends a stream in the same way as the end of its input") {
  const Recording& r = recording();
  const test::Outcome stopped =
      r.run("mkfifo @/in; " + kStream +
            "< @/in > @/stopped.jsonl & pid=$!; exec 3> @/in; cat @/s.f32 >&3; "
            "while [ ! -s @/stopped.jsonl ]; do sleep 0.02; done; kill -TERM $pid; wait $pid");
  CHECK(stopped.errors.find("s of sound") != std::string::npos);
  CHECK(test::file_bytes(r.folder / "stopped.jsonl").ends_with("}\n"));
}

TEST_CASE("a stream at another rate is converted, and may be without orientation") {
  const Recording& r = recording();
  const std::vector<nlohmann::json> lines =
      lines_of(r.run(kStream + "--rate 48000 --stride 2 < @/s.f32").output);
  REQUIRE(lines.size() > 2);
  CHECK(lines[1].at("time_s").get<double>() - lines[0].at("time_s").get<double>() ==
        Approx(0.02).margin(1e-6));
  CHECK(lines[0].at("orientation") == "none");
  CHECK(lines[0].at("directions").at(0).at("world").is_null());
}

TEST_CASE(
    "bad input of a stream ends in the right exit code and prints nothing on standard output") {
  const Recording& r = recording();
  test::write_bytes(r.folder / "bad.csv", "time,a,b,c,d\n0,1,0,0,0\n");
  struct BadCase {
    std::string command;
    int exit_code;
    std::string says;
  };
  const std::vector<BadCase> cases = {
      {kStream + "--channels 6 < @/s.f32", 2, "has 4 microphones"},
      {kStream + "--window full < @/s.f32", 2, "--window"},
      {kStream + "--window 0.2,0.2 < @/s.f32", 2, "named twice"},
      {kStream + "--window 0.5 --track < @/s.f32", 2, "--track"},
      {kStream + "--format u8 < @/s.f32", 2, "--format"},
      {kStream + "--rate 100 < @/s.f32", 2, "--rate"},
      {kStream + "--in @/f.h5 < @/s.f32", 2, "--in"},
      {kStream + "--out @/e2.h5 < @/s.f32", 2, "--out"},
      {kStream + "--on-nan perhaps < @/s.f32", 2, "--on-nan"},
      {kStream + "--floor-memory 0 < @/s.f32", 2, "--floor-memory"},
      {kStream + "--estimator best < @/s.f32", 2, "--estimator"},
      {kStream + "--pose-gap 0 < @/s.f32", 2, "--pose-gap"},
      {kStream + "--pose @/none.csv < @/s.f32", 3, "none.csv"},
      {kStream + "--pose @/bad.csv < @/s.f32", 3, "bad.csv: expected a header"},
      {kStream + "< /dev/null", 3, "no sample"},
      {"csl-infer --stream --model @/f.h5 < @/s.f32", 3, "expected a model file"},
      {"csl-infer --model @/model.h5 --in @/f.h5 --out @/e2.h5 --quat-order wxyz", 2, "--stream"},
      {"csl-infer --model @/model.h5 --in @/f.h5 --out @/e2.h5 --trust-log", 2, "--stream"},
      {"csl-infer --model @/model.h5", 2, "--in"}};
  for (const BadCase& bad : cases) {
    const test::Outcome outcome = test::run(r.at(bad.command));
    INFO(bad.command << "\n" << outcome.errors);
    CHECK(outcome.exit_code == bad.exit_code);
    CHECK(outcome.errors.find(bad.says) != std::string::npos);
    CHECK(outcome.output.empty());
  }
  CHECK_FALSE(fs::exists(r.folder / "e2.h5"));
}

TEST_CASE("inertial samples give the same orientation live as by csl-import") {
  const Recording& r = recording();
  r.run(
      "csl-simulate --speech @/speech.wav --sessions 1 --t60 0 --array tetra4 --imu consumer "
      "--out @/moved.h5 --wav @/moved");
  r.run(
      "csl-import --audio @/moved/000000.wav --imu @/moved/000000.imu.csv --filter vqf-live "
      "--out @/imported.h5 --pose-out @/poses");
  // The header of a WAV states the format.
  const std::string wav = "csl-infer --stream --model @/model.h5 --window 0.2 --stride 20 ";
  const auto lines = [&](const std::string& orientation) {
    std::istringstream text(r.run(wav + orientation + " < @/moved/000000.wav").output);
    std::vector<nlohmann::json> all;
    for (std::string line; std::getline(text, line);) all.push_back(nlohmann::json::parse(line));
    return all;
  };
  const auto live = lines("--imu @/moved/000000.imu.csv");
  const auto imported = lines("--pose @/poses/000000.pose.csv");
  const auto true_pose = lines("--pose @/moved/000000.pose.csv");
  const auto direction = [](const nlohmann::json& line) {
    const auto xyz = line["directions"][0]["world"]["xyz"].get<std::vector<double>>();
    return Eigen::Vector3d(xyz[0], xyz[1], xyz[2]);
  };
  REQUIRE(live.size() > 3);
  REQUIRE(live.size() == imported.size());
  for (std::size_t i = 0; i < live.size(); ++i) {
    CHECK(live[i]["orientation"] == "interpolated");
    CHECK(doa::angular_error_deg(direction(live[i]), direction(imported[i])) < 1e-3);
    CHECK(doa::angular_error_deg(direction(live[i]), direction(true_pose[i])) < 10.0);
  }
  const std::string both = wav + "--imu @/moved/000000.imu.csv --pose @/pose.csv";
  for (const std::string& bad : {both, wav + "--gyro-unit deg/s", wav + "--mounting 0,1,0,0",
                                 wav + "--imu @/moved/000000.imu.csv --inverse"}) {
    INFO(bad);
    CHECK(test::run(r.at(bad + " < @/moved/000000.wav")).exit_code == 2);
  }
}

TEST_CASE("each line is also sent as a datagram") {
  const Recording& r = recording();
  const int socket = ::socket(AF_UNIX, SOCK_DGRAM, 0);
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  const std::string path = r.at("@/lines.socket");
  path.copy(address.sun_path, sizeof(address.sun_path) - 1);
  REQUIRE(::bind(socket, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0);
  // A socket holds only a few datagrams, and nobody reads while the stream runs.
  const test::Outcome sent = r.run(kStream + "--stride 20 --send unix:@/lines.socket < @/s.f32");
  std::string received;
  char line[10000];
  for (ssize_t n; (n = ::recv(socket, line, sizeof(line), MSG_DONTWAIT)) > 0;) {
    received.append(line, static_cast<std::size_t>(n));
  }
  ::close(socket);
  CHECK(received == sent.output);
  CHECK(received.size() > 100);
  const test::Outcome alone = r.run(kStream + "--stride 20 --send unix:@/nobody < @/s.f32");
  CHECK(alone.output == sent.output);
  CHECK(alone.errors.find("lines had no receiver") != std::string::npos);
  CHECK(test::run(r.at(kStream + "--send tcp:x:1 < @/s.f32")).exit_code == 2);
}

TEST_CASE("tracks and exports of offline files equal the live lines") {
  const Recording& r = recording();
  r.run("csl-infer --model @/model.h5 --in @/f.h5 --window 0.2 --causal --track --out @/t.h5");
  CHECK(r.run("csl-check @/t.h5").output.find("sound estimates") != std::string::npos);
  r.run("csl-export --estimates @/t.h5 --csv @/t.csv --jsonl @/t.jsonl --labels @/t.txt");
  const std::vector<nlohmann::json> live =
      lines_of(r.run(kStream + "--track --pose @/pose.csv < @/s.f32").output);
  const std::vector<nlohmann::json> exported = lines_of(test::file_bytes(r.folder / "t.jsonl"));
  REQUIRE(exported.size() == live.size());
  std::size_t tracks = 0;
  for (std::size_t i = 0; i < live.size(); ++i) {
    CHECK(exported[i].at("window_s") == 0.2);
    const auto& here = live[i].at("tracks");
    const auto& there = exported[i].at("tracks");
    REQUIRE(here.size() == there.size());
    for (std::size_t t = 0; t < here.size(); ++t) {
      CHECK(here[t].at("id") == there[t].at("id"));
      CHECK(here[t].at("measured") == there[t].at("measured"));
      CHECK(doa::angular_error_deg(vector_of(here[t].at("world")),
                                   vector_of(there[t].at("world"))) < 1e-3);
    }
    tracks += here.size();
  }
  CHECK(tracks > 0);
  r.run("csl-eval --estimates @/t.h5 --out @/report");
  const auto report = nlohmann::json::parse(test::file_bytes(r.folder / "report/report.json"));
  REQUIRE(report.at("tracks").size() == 1);
  const auto& scores = report.at("tracks").at(0);
  CHECK(scores.at("steps") == live.size());
  CHECK(scores.at("detection").get<double>() + scores.at("missed").get<double>() == Approx(1.0));
  CHECK(scores.at("ospa_deg").get<double>() <= 30.0);
  CHECK(scores.at("ospa_median_deg").get<double>() <= 30.0);
  CHECK(test::file_bytes(r.folder / "report/tracks.csv").rfind("method,estimator,", 0) == 0);
  const std::string csv = test::file_bytes(r.folder / "t.csv");
  CHECK(csv.rfind("kind,session,window_s,time_s,number,world_azimuth_deg", 0) == 0);
  const auto commas = [](const std::string& line) {
    return std::count(line.begin(), line.end(), ',');
  };
  std::istringstream rows(csv);
  std::string header, row;
  std::getline(rows, header);
  std::size_t count = 0;
  for (; std::getline(rows, row); ++count) CHECK(commas(row) == commas(header));
  CHECK(count == live.size() + tracks);
  CHECK(test::file_bytes(r.folder / "t.txt").find("\ttrack 1 azimuth ") != std::string::npos);
}

TEST_CASE("csl-export refuses bad options and bad input") {
  const Recording& r = recording();
  r.run("csl-infer --model @/model.h5 --in @/f.h5 --window 0.2,0.5 --out @/two.h5");
  CHECK(r.run("csl-export --estimates @/two.h5 --window 0.5 --csv - -q").output.find(",0.5,") !=
        std::string::npos);
  const std::vector<std::pair<std::string, int>> cases = {
      {"csl-export --estimates @/two.h5", 2},
      {"csl-export --estimates @/two.h5 --labels @/l.txt", 2},
      {"csl-export --estimates @/two.h5 --window 0.7 --csv @/l.txt", 2},
      {"csl-export --estimates @/two.h5 --session nobody --csv @/l.txt", 2},
      {"csl-export --estimates @/two.h5 --window often --csv @/l.txt", 2},
      {"csl-export --estimates @/two.h5 --csv - --jsonl -", 2},
      {"csl-export --estimates @/two.h5 --csv @/two.h5", 2},
      {"csl-export --estimates @/two.h5 --csv @/no/l.txt", 4},
      {"csl-export --estimates @/f.h5 --csv @/l.txt", 3},
      {"csl-infer --model @/model.h5 --in @/f.h5 --window 0.2,0.5 --track --out @/l.txt", 2},
      {"csl-infer --model @/model.h5 --in @/f.h5 --window full --track --out @/l.txt", 2}};
  for (const auto& [command, exit_code] : cases) {
    const test::Outcome outcome = test::run(r.at(command));
    INFO(command << "\n" << outcome.errors);
    CHECK(outcome.exit_code == exit_code);
    CHECK(outcome.output.empty());
    CHECK_FALSE(fs::exists(r.folder / "l.txt"));
  }
}
