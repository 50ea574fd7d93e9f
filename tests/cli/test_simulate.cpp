#include <Eigen/Core>
#include <catch2/catch.hpp>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "core/random.h"
#include "io/audio.h"
#include "io/hdf5_reader.h"
#include "run_tool.h"

namespace {

namespace fs = std::filesystem;

const std::string kKemar = "/usr/share/libmysofa/MIT_KEMAR_normal_pinna.sofa";

/// A folder with one second of noise to simulate with.
struct Folder {
  test::TemporaryFolder folder;
  Folder() {
    core::RandomStream random(1, core::Purpose::kTest);
    std::vector<float> noise(16000);
    for (float& x : noise) x = static_cast<float>(0.1 * random.normal());
    io::write_wav(folder / "noise.wav", noise, 1, 16000.0);
  }
  std::string at(const std::string& name) const { return (folder / name).string(); }
  /// Simulates into NAME and returns the tool's output.
  test::Outcome simulate(const std::string& name, const std::string& options) const {
    const test::Outcome outcome = test::run("csl-simulate --speech " + at("noise.wav") + " --out " +
                                            at(name) + " --sessions 2 --t60 0 " + options);
    INFO(outcome.errors);
    CHECK(outcome.exit_code == 0);
    return outcome;
  }
};

std::size_t lines_of(const fs::path& path) {
  const std::string text = test::file_bytes(path);
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

/// Mean error for a baseline that knows the array's responses.
double baseline_error_deg(const Folder& f, const std::string& sessions,
                          const std::string& window = "full") {
  const test::Outcome table =
      test::run("csl-eval --sessions " + f.at(sessions) +
                " --baselines lsdd --pooling world --search refined --window " + window +
                " --out " + f.at("report"));
  INFO(table.errors);
  REQUIRE(table.exit_code == 0);
  const auto report = nlohmann::json::parse(test::file_bytes(f.folder / "report/report.json"));
  return report.at("table1").at(0).at("mean_deg").get<double>();
}

}  // namespace

TEST_CASE("--wav writes the content of the sessions file, for other programs") {
  const Folder f;
  f.simulate("s.h5", "--wav " + f.at("wav") + " --imu ideal --sources 2 --min-separation 60");
  const io::Hdf5Reader file(f.at("s.h5"));
  const auto first = file.read<std::uint64_t>("/session/first_sample");
  const io::Audio second = io::read_audio(f.at("wav/000001.wav"));
  std::vector<float> stored(second.samples.size());
  file.read_rows<float>("/time_data", {first[1], first[1] + second.frames()}, stored);
  CHECK(stored == second.samples);
  CHECK(second.channels == 8);
  CHECK(lines_of(f.at("wav/000001.truth.csv")) == 3);
  CHECK(lines_of(f.at("wav/000001.pose.csv")) > 10);
  CHECK(lines_of(f.at("wav/000001.imu.csv")) ==
        1 + file.read<std::uint64_t>("/session/imu_samples")[1]);
  const auto direction = file.read<double>("/source/direction_world");
  const double cosine =
      direction[0] * direction[3] + direction[1] * direction[4] + direction[2] * direction[5];
  CHECK(std::acos(cosine) >= 60.0 * M_PI / 180.0);
}

TEST_CASE("a recorded motion is repeated") {
  const Folder f;
  f.simulate("s.h5", "--motion free");
  f.simulate("again.h5", "--motion " + f.at("s.h5"));
  std::string csv = "time_s,qw,qx,qy,qz\n";
  for (int i = 0; i < 30; ++i) {
    const double half = 0.02 * i;
    csv += std::to_string(0.1 * i) + "," + std::to_string(std::cos(half)) + ",0,0," +
           std::to_string(std::sin(half)) + "\n";
  }
  test::write_bytes(f.folder / "pose.csv", csv);
  f.simulate("csv.h5", "--motion " + f.at("pose.csv"));
  const auto q = io::Hdf5Reader(f.at("csv.h5")).read<double>("/orientation/quaternion");
  CHECK(std::abs(q[1]) < 1e-6);  // turns about z only
  CHECK(std::abs(q[2]) < 1e-6);
  const test::Outcome wrong = test::run("csl-simulate --speech " + f.at("noise.wav") + " --out " +
                                        f.at("x.h5") + " --motion " + f.at("noise.wav"));
  CHECK(wrong.exit_code == 3);
}

TEST_CASE("every motion, microphone error and inertial unit gives a valid file") {
  const Folder f;
  for (const char* options :
       {"--motion constant --axis 0,0,1 --angular-speed 45", "--motion head",
        "--motion free --imu consumer", "--imu tactical --imu-rate 250",
        "--snr 10:30 --gain-mismatch 1 --delay-mismatch 10 --clock-skew 50", "--clip 0.01",
        "--sources 8 --level-ratio -6:6", "--array spherical32", "--array head2 --edge 0.2",
        "--room 3,5,2.5 --array-position 1,2,1 --source-distance 0.5", "--formula eyring",
        "--source-speed 20", "--source-distance 2.5 --source-speed 0:10", "--diffuse-noise 5:20",
        "--interferer=-6:0.5 --min-separation 30", "--pivot 0,0.1,-0.1 --source-speed 10"}) {
    INFO(options);
    f.simulate("s.h5", options);
    CHECK(test::run("csl-check " + f.at("s.h5")).exit_code == 0);
  }
  for (const char* options :
       {"--absorption 0.4", "--absorption 0.9,0.8,0.7,0.6,0.5,0.4 --max-order 3",
        "--band-absorption 0.2,0.3,0.4,0.5,0.6,0.7,0.8 --air-absorption --image-jitter 0.05"}) {
    const test::Outcome outcome = test::run("csl-simulate --speech " + f.at("noise.wav") +
                                            " --sessions 1 --out " + f.at("s.h5") + " " + options);
    CHECK(outcome.exit_code == 0);
  }
}

TEST_CASE("options have the default that the help names, and their old values are still accepted") {
  const Folder f;
  const std::string common = "csl-simulate -q --speech " + f.at("noise.wav") +
                             " --t60 0 --split train --array ring6 --out ";
  REQUIRE(test::run(common + f.at("new.h5")).exit_code == 0);
  REQUIRE(test::run(common + f.at("old.h5") + " --sessions -1 --max-order -1 --edge 0 --clip 0")
              .exit_code == 0);
  CHECK(io::Hdf5Reader(f.at("new.h5")).read<float>("/time_data") ==
        io::Hdf5Reader(f.at("old.h5")).read<float>("/time_data"));
  const auto options =
      nlohmann::json::parse(io::Hdf5Reader(f.at("new.h5")).text_attribute("/", "options"));
  CHECK(options.at("sessions") == 1);
  CHECK(options.at("max_order").is_null());
  CHECK(options.at("edge_m").is_null());
  // The lines of the help fit 80 columns.
  std::string help;
  std::istringstream words(test::run("csl-simulate --help").output);
  for (std::string word; words >> word;) help += word + " ";
  for (const char* text : {"Default: 100; with --split, one for each speech file",
                           "Largest number of reflections of an image. Default: no limit"}) {
    CHECK(help.find(text) != std::string::npos);
  }
  for (const char* value : {"=-1", "-1:"}) CHECK(help.find(value) == std::string::npos);
  for (const char* options_refused : {"--sessions 0", "--sessions -2", "--max-order -2"}) {
    CHECK(test::run(common + f.at("x.h5") + " " + options_refused).exit_code == 2);
  }
}

TEST_CASE(
    "the activity of every source is stored with its pauses, delayed, and survives csl-features") {
  const Folder f;
  core::RandomStream random(2, core::Purpose::kTest);
  std::vector<float> speech(16000, 0.0F);
  for (std::size_t i = 0; i < speech.size(); ++i) {
    if (i < 4800 || i >= 9600) speech[i] = static_cast<float>(0.1 * random.normal());
  }
  io::write_wav(f.folder / "pause.wav", speech, 1, 16000.0);
  // 1.715 m are 5 ms.
  REQUIRE(test::run("csl-simulate -q --sessions 3 --t60 0.2 --source-distance 1.715 --speech " +
                    f.at("pause.wav") + " --out " + f.at("s.h5"))
              .exit_code == 0);
  REQUIRE(test::run("csl-features -q --in " + f.at("s.h5") + " --out " + f.at("f.h5")).exit_code ==
          0);
  for (const char* name : {"s.h5", "f.h5"}) {
    CHECK(test::run("csl-check " + f.at(name)).exit_code == 0);
    const io::Hdf5Reader file(f.at(name));
    CHECK(file.number_attribute("/source/activity_db", "step_s") == 0.01);
    CHECK(file.read<std::uint64_t>("/source/first_activity") ==
          std::vector<std::uint64_t>{0, 100, 200});
    CHECK(file.read<std::uint64_t>("/source/activities") == std::vector<std::uint64_t>(3, 100));
    const auto level_db = file.read<float>("/source/activity_db");
    for (std::size_t i = 0; i < level_db.size(); ++i) {
      const std::size_t step = i % 100;
      const bool pause = step > 30 && step < 60;  // 0.305 to 0.605 s
      INFO(name << " step " << step << ": " << level_db[i]);
      CHECK((pause ? level_db[i] == -200.0F : level_db[i] > -35.0F));
    }
  }
}

TEST_CASE("room responses of our own simulator give back direction and orientation") {
  // The array is turned, and the source stands at azimuth 0 of the room. A method that knows the
  // array finds the direction that the session states.
  const Folder f;
  REQUIRE(test::run("csl-simulate -q --array cube8 --t60 0.3 --source-position 3.2,2,2.5 "
                    "--orientation 0.8,0.36,0.48,0 --rir " +
                    f.at("room.sofa"))
              .exit_code == 0);
  REQUIRE(test::run("csl-simulate -q --sessions 3 --responses " + f.at("room.sofa") + " --speech " +
                    f.at("noise.wav") + " --out " + f.at("s.h5"))
              .exit_code == 0);
  const io::Hdf5Reader file(f.at("s.h5"));
  const auto truth = file.read<double>("/source/direction_world");
  const double length = std::sqrt(1.2 * 1.2 + 0.5 * 0.5);
  CHECK(truth[0] == Approx(1.2 / length));
  CHECK(truth[2] == Approx(0.5 / length));
  CHECK(file.read<double>("/orientation/quaternion")[1] == Approx(0.36));
  const test::Outcome found =
      test::run("csl-infer -q --array cube8 --estimator steered --window full --in " +
                f.at("s.h5") + " --out " + f.at("e.h5") + " && csl-eval -q --estimates " +
                f.at("e.h5") + " --out " + f.at("report"));
  INFO(found.errors);
  REQUIRE(found.exit_code == 0);
  const auto report = nlohmann::json::parse(test::file_bytes(f.folder / "report/report.json"));
  CHECK(report.at("table1").at(0).at("mean_deg").get<double>() < 1.0);
}

TEST_CASE("measured rooms refuse what they do not take, and name it") {
  const Folder f;
  const std::string common =
      "csl-simulate --speech " + f.at("noise.wav") + " --out " + f.at("x.h5") + " ";
  REQUIRE(test::run("csl-simulate -q --array tetra4 --t60 0.2 --source-position 3,2,2 --rir " +
                    f.at("room.sofa"))
              .exit_code == 0);
  const std::string rooms = "--responses " + f.at("room.sofa") + " ";
  const auto refused = [&](const std::string& options, int code, const std::string& words) {
    const test::Outcome outcome = test::run(common + options);
    INFO(options << ": " << outcome.errors);
    CHECK(outcome.exit_code == code);
    CHECK(outcome.errors.find(words) != std::string::npos);
    CHECK_FALSE(std::filesystem::exists(f.folder / "x.h5"));
  };
  for (const char* option : {"--array ring6", "--t60 0.3", "--room 5,5,5", "--motion free",
                             "--source-distance 2", "--max-order 3", "--air-absorption"}) {
    refused(rooms + option, 2, std::string(option).substr(0, std::string(option).find(' ')));
  }
  refused(rooms + "--dwell 0.001", 2, "--dwell");
  refused("--dwell 0.2", 2, "--responses");
  refused("--responses " + f.at("missing"), 3, "missing");
  refused("--responses " + f.folder.path().string(), 3, "responses.json");
  refused(rooms + "--response-rooms hall", 3, "--response-rooms");
  refused(rooms + "--sources 2", 2, "--sources");
}

TEST_CASE("the truth of a moving source moves with it") {
  const Folder f;
  f.simulate("s.h5", "--source-speed 40 --wav " + f.at("wav"));
  const io::Hdf5Reader file(f.at("s.h5"));
  const auto direction = file.read<double>("/source/direction_world");
  const auto turn = file.read<double>("/source/angular_velocity_world");
  for (std::size_t i = 0; i < 2; ++i) {
    const Eigen::Vector3d d(direction[3 * i], direction[3 * i + 1], direction[3 * i + 2]);
    const Eigen::Vector3d w(turn[3 * i], turn[3 * i + 1], turn[3 * i + 2]);
    CHECK(w.norm() == Approx(40.0 * M_PI / 180.0));
    CHECK(std::abs(w.dot(d)) < 1e-9);
  }
  CHECK(test::file_bytes(f.folder / "wav/000000.truth.csv").find("x,y,z,wx,wy,wz") !=
        std::string::npos);
}

TEST_CASE("the parts of --split share no speech, and have one session for each file") {
  const Folder f;
  const std::string one = test::file_bytes(f.folder / "noise.wav");
  for (int i = 0; i < 20; ++i)
    test::write_bytes(f.folder / ("speech" + std::to_string(i) + ".wav"), one);
  std::set<std::string> used;
  std::size_t sessions = 0;
  for (const char* part : {"train", "valid", "test"}) {
    const test::Outcome outcome = test::run("csl-simulate --speech " + f.folder.path().string() +
                                            " --t60 0 --out " + f.at("p.h5") + " --split " + part);
    INFO(outcome.errors);
    REQUIRE(outcome.exit_code == 0);
    const auto names = io::Hdf5Reader(f.at("p.h5")).read_strings("/source/speech_file");
    used.insert(names.begin(), names.end());
    sessions += names.size();
  }
  CHECK(sessions == 21);  // 17 + 2 + 2 of 21 files
  CHECK(used.size() == 21);
}

TEST_CASE("1, 2 and 4 threads give the same bytes, and 7 shards give the same sessions") {
  const Folder f;
  const std::string common = "csl-simulate -q --speech " + f.at("noise.wav") +
                             " --sessions 9 --t60 0.2 --imu consumer --snr 20 --out ";
  for (const std::string threads : {"1", "2", "4"}) {
    REQUIRE(test::run(common + f.at(threads + ".h5") + " --threads " + threads).exit_code == 0);
    CHECK(test::file_bytes(f.folder / (threads + ".h5")) == test::file_bytes(f.folder / "1.h5"));
  }
  std::vector<float> pieces;
  for (int i = 1; i <= 7; ++i) {
    const std::string out = f.at("shard.h5");
    REQUIRE(test::run(common + out + " --shard " + std::to_string(i) + "/7").exit_code == 0);
    const io::Hdf5Reader shard(out);
    if (shard.shape("/time_data")[0] == 0) continue;
    const auto samples = shard.read<float>("/time_data");
    pieces.insert(pieces.end(), samples.begin(), samples.end());
  }
  CHECK(pieces == io::Hdf5Reader(f.at("1.h5")).read<float>("/time_data"));
}

TEST_CASE("--rir writes SOFA with the same responses as WAV, for measured heads too") {
  const Folder f;
  const std::string rir = "csl-simulate -q --t60 0.15 --source-position 1,1.5,2 --rir ";
  REQUIRE(test::run(rir + f.at("r.wav")).exit_code == 0);
  REQUIRE(test::run(rir + f.at("r.sofa")).exit_code == 0);
  const io::Audio wav = io::read_audio(f.at("r.wav"));
  const io::Hdf5Reader sofa(f.at("r.sofa"));
  CHECK(sofa.text_attribute("/", "RoomType") == "shoebox");
  REQUIRE(sofa.shape("/Data.IR") == std::vector<std::size_t>{1, 8, wav.frames()});
  const auto ir = sofa.read<double>("/Data.IR");
  for (std::size_t n = 0; n < wav.frames(); ++n) {
    for (std::size_t m = 0; m < 8; ++m)
      CHECK(ir[m * wav.frames() + n] == static_cast<double>(wav.samples[n * 8 + m]));
  }
  if (!fs::exists(kKemar)) return;
  REQUIRE(test::run(rir + f.at("head.wav") + " --array " + kKemar).exit_code == 0);
  CHECK(io::read_audio(f.at("head.wav")).channels == 2);
}

TEST_CASE("wrong options are refused before any output") {
  const Folder f;
  for (const char* options :
       {"--sources 9", "--sources 2 --min-separation 170", "--motion walking", "--axis 0,0,0",
        "--motion head --axis 0,0,1", "--imu cheap", "--absorption 2", "--absorption 0.1,0.2",
        "--absorption 0.5 --t60 0.3", "--band-absorption 0.5", "--image-jitter -1",
        "--formula guess", "--gain-mismatch -1", "--array-position 9,9,9", "--rir x.wav",
        "--source-position 1,1,1"}) {
    INFO(options);
    CHECK(test::run("csl-simulate --speech " + f.at("noise.wav") + " --out " + f.at("x.h5") + " " +
                    options)
              .exit_code == 2);
  }
  CHECK(test::run("csl-simulate --rir " + f.at("r.wav")).exit_code == 2);
  CHECK(
      test::run("csl-simulate --t60 0 --source-position 9,1,1 --rir " + f.at("r.wav")).exit_code ==
      3);
  CHECK_FALSE(fs::exists(f.at("x.h5")));
}

TEST_CASE("an array that turns about a point apart from its center hears near sources shift") {
  const Folder f;
  for (const std::string array : {"cube8", CSL_SOURCE "/data/arrays/head2_sphere.json"}) {
    f.simulate("s.h5", "--motion free --pivot 0.1,0,-0.16 --array " + array);
    CHECK(test::run("csl-check " + f.at("s.h5")).exit_code == 0);
    CHECK(baseline_error_deg(f, "s.h5", "0.2") < 3.0);
    CHECK(io::Hdf5Reader(f.at("s.h5")).read<std::uint64_t>("/session/sources")[0] == 20);
  }
  REQUIRE(test::run("csl-simulate -q --sessions 1 --t60 0.2 --pivot 0.1,0,0.1 --speech " +
                    f.at("noise.wav") + " --out " + f.at("s.h5"))
              .exit_code == 0);
  for (const char* options :
       {"--pivot 1", "--pivot 2,0,0", "--pivot 0,0,1 --source-distance 0.9",
        "--pivot 0,0,0.1 --t60 0.2 --array " CSL_SOURCE "/data/arrays/head2_sphere.json",
        "--interferer loud", "--interferer=-6:0", "--interferer=-6:2", "--diffuse-noise quiet",
        "--diffuse-noise 3:inf"}) {
    INFO(options);
    CHECK(test::run("csl-simulate --speech " + f.at("noise.wav") + " --out " + f.at("x.h5") + " " +
                    options)
              .exit_code == 2);
  }
}

namespace {

/// A list of plane waves: the direct sound at 6 ms from azimuth 30, elevation 20 degrees, and 400
/// waves that fall by 60 dB in 0.2 s.
std::string list_of_waves() {
  std::string csv = "time_s,azimuth_deg,elevation_deg,pressure\n0.006,30,20,0.5\n";
  core::RandomStream random(4, core::Purpose::kTest);
  for (int i = 0; i < 400; ++i) {
    const double time_s = 0.008 + 0.0004 * i;
    csv += std::to_string(time_s) + "," + std::to_string(random.uniform(-180.0, 180.0)) + "," +
           std::to_string(random.uniform(-80.0, 80.0)) + "," +
           std::to_string(0.05 * std::pow(10.0, -15.0 * time_s) * random.normal()) + "\n";
  }
  return csv;
}

}  // namespace

TEST_CASE("--room-waves renders measured rooms with the direction of their direct sound") {
  const Folder f;
  fs::create_directories(f.folder / "rooms");
  test::write_bytes(f.folder / "rooms/a.csv", list_of_waves());
  test::write_bytes(f.folder / "rooms/b.csv",
                    "pressure,time_s,elevation_deg,azimuth_deg\n-0.2,0.01,-60,-120\n");
  const std::string simulate = "csl-simulate -q --speech " + f.at("noise.wav") + " --sessions 6 ";
  for (const char* options : {"", "--start facing:+x", "--sources 2 --min-separation 60",
                              "--snr 20 --motion free", "--interferer=-6:0.5 --diffuse-noise 10"}) {
    INFO(options);
    REQUIRE(test::run(simulate + "--room-waves " + f.at("rooms") + " --out " + f.at("s.h5") + " " +
                      options)
                .exit_code == 0);
    CHECK(test::run("csl-check " + f.at("s.h5")).exit_code == 0);
    const auto direction = io::Hdf5Reader(f.at("s.h5")).read<double>("/source/direction_world");
    std::set<int> elevations_deg;
    for (std::size_t i = 2; i < direction.size(); i += 3)
      elevations_deg.insert(static_cast<int>(std::lround(std::asin(direction[i]) * 180.0 / M_PI)));
    CHECK(elevations_deg == std::set<int>{-60, 20});
  }
  REQUIRE(test::run(simulate + "--room-waves " + f.at("rooms/a.csv") + " --motion free --out " +
                    f.at("a.h5"))
              .exit_code == 0);
  CHECK(baseline_error_deg(f, "a.h5") < 2.0);
  CHECK(io::Hdf5Reader(f.at("a.h5")).read<double>("/session/t60_s")[0] == Approx(0.2).epsilon(0.1));
  REQUIRE(test::run(simulate + "--room-waves " + f.at("rooms/a.csv") +
                    " --source-direction 90,0 --out " + f.at("stated.h5"))
              .exit_code == 0);
  CHECK(io::Hdf5Reader(f.at("stated.h5")).read<double>("/source/direction_world")[1] ==
        Approx(1.0));
  REQUIRE(
      test::run("csl-simulate -q --room-waves " + f.at("rooms/b.csv") + " --rir " + f.at("r.wav"))
          .exit_code == 0);
  CHECK(io::read_audio(f.at("r.wav")).channels == 8);
}

TEST_CASE("a list of plane waves that is wrong or an option that it excludes is refused") {
  const Folder f;
  const std::string list = list_of_waves();
  test::write_bytes(f.folder / "good.csv", list);
  std::string slow = "time_s,azimuth_deg,elevation_deg,pressure\n";
  for (int i = 0; i < 200; ++i) slow += std::to_string(i * 125e-6) + ",0,0,1\n";
  const std::pair<const char*, std::string> wrong[] = {
      {"column pressure", "time_s,azimuth_deg,elevation_deg\n0.1,0,0\n"},
      {"line 3", list.substr(0, 42) + "0.006,30,20,0.5\n0.01,0,95,1\n"},
      {"line 2", "time_s,azimuth_deg,elevation_deg,pressure\n-0.1,0,0,1\n"},
      {"line 2", "time_s,azimuth_deg,elevation_deg,pressure\n0.1,0,0,nan\n"},
      {"found none", "time_s,azimuth_deg,elevation_deg,pressure\n0.1,0,0,0\n"},
      {"8000 Hz", slow}};
  const std::string simulate = "csl-simulate -q --speech " + f.at("noise.wav") + " --sessions 2 " +
                               "--out " + f.at("x.h5") + " --room-waves ";
  for (const auto& [message, text] : wrong) {
    test::write_bytes(f.folder / "wrong.csv", text);
    const test::Outcome outcome = test::run(simulate + f.at("wrong.csv"));
    INFO(outcome.errors);
    CHECK(outcome.exit_code == 3);
    CHECK(outcome.errors.find(message) != std::string::npos);
    CHECK(outcome.errors.find("wrong.csv") != std::string::npos);
  }
  CHECK(test::run(simulate + f.at("none.csv")).exit_code == 3);
  for (const char* options :
       {"--t60 0.3", "--room 4,4,4", "--absorption 0.4", "--source-speed 10", "--source-distance 2",
        "--array-position 1,1,1", "--max-order 3", "--sources 2", "--source-direction 1",
        "--source-direction 1,95", "--rir r.wav"}) {
    INFO(options);
    CHECK(test::run(simulate + f.at("good.csv") + " " + options).exit_code == 2);
  }
  CHECK(test::run("csl-simulate --room-waves " + f.at("good.csv") +
                  " --source-position 1,1,1 --rir " + f.at("r.wav"))
            .exit_code == 2);
  CHECK_FALSE(fs::exists(f.at("x.h5")));
}

TEST_CASE("a measured head from a SOFA file is simulated; a damaged file is refused") {
  if (!fs::exists(kKemar)) {
    WARN("skipped: " << kKemar << " is not there (Debian package libmysofa1)");
    return;
  }
  const Folder f;
  CHECK(f.simulate("s.h5", "--array " + kKemar).errors.find("2 microphones") != std::string::npos);
  // With two ears on a head the responses and the rotation together determine every direction.
  REQUIRE(f.simulate("turned.h5", std::string("--motion free --array ") + kKemar).exit_code == 0);
  CHECK(baseline_error_deg(f, "turned.h5") < 2.0);
  const std::string whole = test::file_bytes(kKemar);
  test::write_bytes(f.folder / "cut.sofa", whole.substr(0, whole.size() / 2));
  CHECK(test::run("csl-simulate --speech " + f.at("noise.wav") + " --out " + f.at("x.h5") +
                  " --array " + f.at("cut.sofa"))
            .exit_code == 3);
}

TEST_CASE(
    "of two ears on a rigid sphere the shadowed one is weaker, and baselines use the responses") {
  const Folder f;
  REQUIRE(f.simulate("s.h5", "--motion free --array " CSL_SOURCE "/data/arrays/head2_sphere.json")
              .exit_code == 0);
  CHECK(baseline_error_deg(f, "s.h5") < 2.0);

  const std::string rir = "csl-simulate -q --t60 0 --source-position 2,3,2 --array " CSL_SOURCE
                          "/data/arrays/head2_sphere.json --rir ";
  REQUIRE(test::run(rir + f.at("left.wav")).exit_code == 0);
  const io::Audio left = io::read_audio(f.at("left.wav"));
  double energy[2] = {0.0, 0.0};
  for (std::size_t n = 0; n < left.frames(); ++n) {
    for (std::size_t m = 0; m < 2; ++m) energy[m] += std::pow(left.samples[2 * n + m], 2.0);
  }
  CHECK(energy[0] > 4.0 * energy[1]);
}

TEST_CASE("--rir agrees with reference responses to -60 dB") {
  const char* data = std::getenv("CSL_TEST_DATA");
  if (data == nullptr || test::run("/usr/bin/python3 -c 'import numpy'").exit_code != 0) {
    WARN("skipped: CSL_TEST_DATA is not set, or python3-numpy is missing");
    return;
  }
  const test::TemporaryFolder folder;
  const test::Outcome outcome =
      test::run(std::string("/usr/bin/python3 " CSL_SOURCE "/tests/cli/check_rir.py ") +
                CSL_TOOLS "/csl-simulate " + data + "/rir_reference " + folder.path().string());
  INFO(outcome.output << outcome.errors);
  CHECK(outcome.exit_code == 0);
}
