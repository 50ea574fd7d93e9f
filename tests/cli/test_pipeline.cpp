#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <nlohmann/json.hpp>

#include "core/random.h"
#include "formats/estimates_file.h"
#include "io/audio.h"
#include "io/hdf5_reader.h"
#include "run_tool.h"

namespace {

namespace fs = std::filesystem;

/// Bursts of noise: as wide-band and as intermittent as speech, made in no time.
void write_speech(const fs::path& folder, int files) {
  fs::create_directories(folder);
  for (int f = 0; f < files; ++f) {
    core::RandomStream random(99, core::Purpose::kTest, static_cast<std::uint32_t>(f));
    std::vector<float> samples(24000);
    for (std::size_t i = 0; i < samples.size(); ++i) {
      const double burst = std::sin(2.0 * M_PI * (3.0 + f) * static_cast<double>(i) / 16000.0);
      samples[i] = static_cast<float>(0.1 * std::max(0.0, burst) * random.normal());
    }
    io::write_wav(folder / ("noise" + std::to_string(f) + ".wav"), samples, 1, 16000.0);
  }
}

/// The whole pipeline into one folder. @return the error table that csl-eval printed
std::string run_pipeline(const fs::path& speech, const fs::path& out, int threads) {
  fs::create_directories(out);
  const std::string common = " --seed 3 --threads " + std::to_string(threads);
  const std::string at = out.string() + "/";
  const std::vector<std::string> commands = {
      "csl-simulate --speech " + speech.string() +
          " --sessions 40 --t60 0:0.2 --start facing:+x --out " + at + "sessions.h5" + common,
      "csl-features --in " + at + "sessions.h5 --out " + at + "features.h5" + common,
      "csl-train --in " + at +
          "features.h5 --hidden 64,32 --batch 8 --bins-per-interval 256 --steps 500 "
          "--lr 3e-3 --reflect initial:+x --accept-doubtful --out " +
          at + "model.h5" + common,
      "csl-infer --model " + at + "model.h5 --in " + at +
          "features.h5 --window 0.2,full --bins --out " + at + "estimates.h5" + common};
  for (const std::string& command : commands) {
    const test::Outcome outcome = test::run(command);
    INFO(command << "\n" << outcome.errors);
    REQUIRE(outcome.exit_code == 0);
    CHECK(outcome.output.empty());
    CHECK(std::count(outcome.errors.begin(), outcome.errors.end(), '\n') == 1);  // one summary line
  }
  const test::Outcome table =
      test::run("csl-eval --estimates " + at + "estimates.h5 --out " + at + "report");
  REQUIRE(table.exit_code == 0);
  return table.output;
}

/// The pipeline is run once; every test case looks at its files.
struct Pipeline {
  test::TemporaryFolder folder;
  fs::path out = folder / "one";
  std::string table;
  Pipeline() {
    write_speech(folder / "speech", 5);
    table = run_pipeline(folder / "speech", out, 1);
  }
};

const Pipeline& pipeline() {
  static const Pipeline instance;
  return instance;
}

const std::vector<std::string> kFiles = {"sessions.h5", "features.h5", "model.h5", "estimates.h5"};

}  // namespace

TEST_CASE("the pipeline learns directions without labels") {
  CHECK(pipeline().table.find("full") != std::string::npos);
  const nlohmann::json report =
      nlohmann::json::parse(test::file_bytes(pipeline().out / "report/report.json"));
  // 300 small steps on 40 sessions: 90 degrees is guessing, a mirrored map gives far more.
  for (const auto& row : report.at("table1")) {
    if (row.at("window_s") == "full") CHECK(row.at("median_deg").get<double>() < 20.0);
  }
  CHECK(fs::file_size(pipeline().out / "report/report.html") > 1000);
  CHECK(fs::exists(pipeline().out / "report/table1.csv"));
}

TEST_CASE("the same seed gives the same bytes for any number of threads") {
  run_pipeline(pipeline().folder / "speech", pipeline().folder / "two", 3);
  for (const std::string& name : kFiles) {
    INFO(name);
    const bool same = test::file_bytes(pipeline().out / name) ==
                      test::file_bytes(pipeline().folder / "two" / name);
    CHECK(same);
  }
}

TEST_CASE("shards together hold the sessions of one run") {
  const std::string base = "csl-simulate --speech " + (pipeline().folder / "speech").string() +
                           " --sessions 40 --t60 0:0.2 --start facing:+x --seed 3 --out ";
  std::vector<float> joined;
  for (int i = 1; i <= 3; ++i) {
    const fs::path shard = pipeline().folder / ("shard" + std::to_string(i) + ".h5");
    REQUIRE(test::run(base + shard.string() + " --shard " + std::to_string(i) + "/3").exit_code ==
            0);
    const auto samples = io::Hdf5Reader(shard).read<float>("/time_data");
    joined.insert(joined.end(), samples.begin(), samples.end());
  }
  CHECK(joined == io::Hdf5Reader(pipeline().out / "sessions.h5").read<float>("/time_data"));
  const test::Outcome features =
      test::run("csl-features --in '" + (pipeline().folder / "shard*.h5").string() + "' --out " +
                (pipeline().folder / "shards.features.h5").string());
  CHECK(features.exit_code == 0);
  CHECK(features.errors.find("40 sessions") != std::string::npos);
}

TEST_CASE("csl-check accepts every whole file and refuses each file cut at any of 64 places") {
  for (const std::string& name : kFiles) {
    const test::Outcome whole = test::run("csl-check " + (pipeline().out / name).string());
    INFO(name << whole.output);
    CHECK(whole.exit_code == 0);
    CHECK(whole.output.find("sound " + name.substr(0, name.find('.'))) != std::string::npos);

    const fs::path cut = pipeline().folder / "cut";
    fs::create_directories(cut);
    const std::string bytes = test::file_bytes(pipeline().out / name);
    for (std::size_t i = 0; i < 64; ++i) {
      test::write_bytes(cut / (std::to_string(i) + ".h5"), bytes.substr(0, bytes.size() * i / 64));
    }
    const test::Outcome verdicts = test::run("csl-check '" + (cut / "*.h5").string() + "'");
    CHECK(verdicts.exit_code == 3);
    std::size_t refused = 0;
    for (std::size_t at = 0; (at = verdicts.output.find(": not sound: ", at)) != std::string::npos;
         ++at)
      ++refused;
    CHECK(refused == 64);
  }
}

TEST_CASE("several sources, known arrays and calibrated confidence go through the tools") {
  const std::string at = pipeline().out.string() + "/";
  const std::string more = (pipeline().folder / "more").string() + "/";
  fs::create_directories(more);
  const std::vector<std::string> commands = {
      "csl-simulate --speech " + (pipeline().folder / "speech").string() +
          " --sessions 4 --sources 2 --t60 0 --seed 5 --out " + more + "two.sessions.h5",
      "csl-features --in " + more + "two.sessions.h5 --out " + more + "two.features.h5",
      "csl-infer --model " + at + "model.h5 --in " + more + "two.features.h5 --out " + more +
          "two.h5 --estimator kde --max-sources 2 --window 0.2 --stride 10 --bins",
      "csl-check " + more + "two.h5",
      "csl-eval --estimates " + at + "estimates.h5 --write-confidence " + more +
          "confidence.json --out " + more + "first",
      "csl-infer --model " + at + "model.h5 --in " + at + "features.h5 --window 0.2,full --out " +
          more + "calibrated.h5 --confidence " + more + "confidence.json",
      "csl-simulate --speech " + (pipeline().folder / "speech").string() +
          " --sessions 3 --t60 0 --seed 6 --out " + more + "known.sessions.h5",
      "csl-eval --estimates " + more + "two.h5 " + more + "calibrated.h5 --sessions " + more +
          "known.sessions.h5 --baselines srp-phat,lsdd,music --window 0.2 --stride 40 --out " +
          more + "report"};
  for (const std::string& command : commands) {
    const test::Outcome outcome = test::run(command);
    INFO(command << "\n" << outcome.errors);
    REQUIRE(outcome.exit_code == 0);
  }
  const nlohmann::json report =
      nlohmann::json::parse(test::file_bytes(more + "report/report.json"));
  std::size_t known = 0;
  for (const auto& row : report.at("table1")) {
    if (row.at("method") == "csl") continue;
    ++known;
    // A still source without reverberation: within the grid. Where pooling does not follow the
    // array, which turns at 90 degrees a second, frames of the window differ from its center by up
    // to 9 degrees. MUSIC finds the direction of its clearest frames: 4.5 degrees on average, if
    // these are anywhere in the window.
    INFO(row.dump());
    const bool follows = row.at("pooling") == "world" || row.at("method") != "music";
    CHECK(row.at("mean_deg").get<double>() < (follows ? 3.0 : 4.5));
    if (row.at("estimator") == "refined" && row.at("pooling") == "world") {
      CHECK(row.at("mean_deg").get<double>() < 0.5);
    }
  }
  CHECK(known == 12);
  REQUIRE(report.at("table2").size() == 1);
  CHECK(report.at("table2")[0].at("sources") == 2);
  CHECK(report.at("reliability").size() == 10);
  CHECK(fs::exists(more + "report/srp-phat-world-refined.estimates.h5"));
  const test::Outcome other = test::run("csl-infer --model " + at + "model.h5 --in " + at +
                                        "features.h5 --window 0.3 --out " + more +
                                        "x.h5 --confidence " + more + "confidence.json");
  CHECK(other.exit_code == 3);
  CHECK(other.errors.find("0.3") != std::string::npos);
}

TEST_CASE("from the WAV files of a static array, methods that know the array find the direction") {
  const std::string at = (pipeline().folder / "static").string() + "/";
  fs::create_directories(at);
  test::write_bytes(at + "four.json",
                    R"({"name": "four", "positions_m": [[0.03, 0.03, 0.03], [0.03, -0.03, -0.03],
                        [-0.03, 0.03, -0.03], [-0.03, -0.03, 0.03]]})");
  const std::vector<std::string> commands = {
      "csl-simulate --speech " + (pipeline().folder / "speech").string() + " --array " + at +
          "four.json --sessions 4 --t60 0.2 --angular-speed 0 --seed 8 --wav " + at + "wav --out " +
          at + "simulated.h5",
      "csl-import --audio " + at + "wav --array " + at + "four.json --intervals whole --out " + at +
          "sessions.h5",
      "csl-eval --sessions " + at + "sessions.h5 --baselines srp-phat,lsdd,music --window 1 " +
          "--stride 20 --out " + at + "report"};
  for (const std::string& command : commands) {
    const test::Outcome outcome = test::run(command);
    INFO(command << "\n" << outcome.errors);
    REQUIRE(outcome.exit_code == 0);
  }
  const nlohmann::json report = nlohmann::json::parse(test::file_bytes(at + "report/report.json"));
  CHECK(report.at("table1").size() == 12);
  for (const auto& row : report.at("table1")) {
    INFO(row.dump());
    CHECK(row.at("sessions") == 4);
    CHECK(row.at("mean_deg").get<double>() < 5.0);
  }
}

TEST_CASE("features and estimates carry the activity of the sources") {
  const std::string at = pipeline().out.string() + "/";
  const auto simulated = io::Hdf5Reader(at + "sessions.h5").read<float>("/source/activity_db");
  REQUIRE(simulated.size() == 40 * 150);  // 1.5 s each
  for (const char* name : {"features.h5", "estimates.h5"}) {
    CHECK(io::Hdf5Reader(at + name).read<float>("/source/activity_db") == simulated);
  }
}

TEST_CASE("h5dump and the h5py example of docs/use/formats.md read every file") {
  if (test::run("command -v h5dump && /usr/bin/python3 -c 'import h5py'").exit_code != 0) {
    WARN("skipped: hdf5-tools or python3-h5py is not installed");
    return;
  }
  const test::Outcome example = test::run("sed -n '/^```python/,/^```/p' " CSL_SOURCE
                                          "/docs/use/formats.md | grep -v '^```'");
  REQUIRE(example.output.size() > 100);
  for (const std::string& name : kFiles) {
    const std::string path = (pipeline().out / name).string();
    CHECK(test::run("h5dump -H " + path).exit_code == 0);
    test::write_bytes(pipeline().folder / "example.py", example.output);
    const test::Outcome read =
        test::run("/usr/bin/python3 " + (pipeline().folder / "example.py").string() + " " + path);
    INFO(read.errors);
    CHECK(read.exit_code == 0);
    CHECK(read.output.find("csl-") != std::string::npos);
  }
}

TEST_CASE("a trained model is calibrated, localizes with its responses, and is exported") {
  const std::string at = pipeline().out.string() + "/";
  const std::string to = (pipeline().folder / "calibrated").string();
  const test::Outcome calibrated =
      test::run("csl-train --model " + at + "model.h5 --calibrate --in " + at +
                "features.h5 --out " + to + ".h5 --threads 1");
  INFO(calibrated.errors);
  REQUIRE(calibrated.exit_code == 0);
  REQUIRE(test::run("csl-train --model " + at + "model.h5 --calibrate --in " + at +
                    "features.h5 --out " + to + "-3.h5 --threads 3")
              .exit_code == 0);
  const bool same = test::file_bytes(to + ".h5") == test::file_bytes(to + "-3.h5");
  CHECK(same);
  CHECK(test::run("csl-check " + to + ".h5").exit_code == 0);

  const std::string infer = "csl-infer --in " + at + "features.h5 --window full --model ";
  REQUIRE(test::run(infer + to + ".h5 --estimator steered --out " + to + "-est.h5").exit_code == 0);
  const test::Outcome none =
      test::run(infer + at + "model.h5 --estimator steered --out " + to + "-x.h5");
  CHECK(none.exit_code == 3);
  CHECK(none.errors.find("--calibrate") != std::string::npos);
  CHECK(test::run("csl-eval --estimates " + to + "-est.h5 --out " + to + "-report").exit_code == 0);
  const nlohmann::json report = nlohmann::json::parse(test::file_bytes(to + "-report/report.json"));
  for (const auto& row : report.at("table1")) {
    // The network alone is several degrees off after its 500 small steps.
    if (row.at("estimator") == "steered") CHECK(row.at("median_deg").get<double>() < 1.0);
  }

  // Causal windows end at the frame they are estimated for, whatever the estimator.
  const auto first_frame = [&](const std::string& options) {
    const std::string out = to + "-window.h5";
    REQUIRE(test::run("csl-infer --in " + at + "features.h5 --window 0.2 --stride 1000 --model " +
                      to + ".h5 " + options + " --out " + out)
                .exit_code == 0);
    return formats::EstimatesReader(out).rows().front().frame;
  };
  const std::uint32_t centered = first_frame("--estimator steered");
  const std::uint32_t causal = first_frame("--estimator steered --causal");
  CHECK(causal > centered);
  CHECK(causal == first_frame("--estimator robust --causal"));

  const test::Outcome exported = test::run(
      "csl-export --model " + to + ".h5 --sofa " + to + ".sofa --json " + to + ".json --svg " + to +
      ".svg --uncertainty " + to + ".csv --directions 200 --samples 128");
  INFO(exported.errors);
  REQUIRE(exported.exit_code == 0);
  const std::string table = test::file_bytes(to + ".csv");
  CHECK(table.rfind("azimuth_deg,elevation_deg,recordings,", 0) == 0);
  CHECK(std::ranges::count(table, '\n') == 1001);
  const nlohmann::json positions = nlohmann::json::parse(test::file_bytes(to + ".json"));
  for (int i = 0; i < 8; ++i) {
    // The cube's corners, in the simulator's order.
    const std::vector<double> p = positions.at("positions_m").at(static_cast<std::size_t>(i));
    for (const double x : p) CHECK(std::abs(x) == Approx(0.025).margin(0.002));
  }
  for (const std::string& array : {to + ".json", to + ".sofa"}) {
    const test::Outcome used =
        test::run("csl-simulate --speech " + (pipeline().folder / "speech").string() +
                  " --sessions 1 --t60 0 --array " + array + " --out " + to + "-again.h5");
    INFO(used.errors);
    CHECK(used.exit_code == 0);
  }
  // Against the true array, and against what was just exported of it.
  for (const std::string& array : {std::string("cube8"), to + ".sofa"}) {
    const test::Outcome compared = test::run("csl-export --model " + to + ".h5 --compare " + array);
    REQUIRE(compared.exit_code == 0);
    const double mean_of_all = std::stod(compared.output.substr(compared.output.rfind(',') + 1));
    CHECK(mean_of_all > 0.98);
    CHECK(mean_of_all <= 1.0);
  }
  // Delays determine positions over the speed of sound: at another speed positions are scaled.
  REQUIRE(
      test::run("csl-export --model " + to + ".h5 --speed-of-sound 686 --json " + to + "-686.json")
          .exit_code == 0);
  const nlohmann::json scaled = nlohmann::json::parse(test::file_bytes(to + "-686.json"));
  CHECK(scaled.at("positions_m").at(3).at(1).get<double>() ==
        Approx(2.0 * positions.at("positions_m").at(3).at(1).get<double>()));
  CHECK(scaled.at("comment").get<std::string>().find("686") != std::string::npos);
  CHECK(!positions.contains("comment"));
  CHECK(test::run("csl-export --model " + to + ".h5 --compare ring6").exit_code == 3);
  CHECK(test::run("csl-export --model " + to + ".h5 --compare " + to + ".json >/dev/full")
            .exit_code == 4);
  CHECK(test::run("csl-export --model " + at + "model.h5 --json " + to + "-y.json").exit_code == 3);
  CHECK(test::run("csl-export --model " + to + ".h5").exit_code == 2);
}

TEST_CASE("netCDF reads an exported SOFA file and finds what AES69 demands") {
  const std::string sofa = (pipeline().folder / "calibrated.sofa").string();
  if (!fs::exists(sofa) || test::run("command -v ncdump").exit_code != 0) {
    WARN("skipped: netcdf-bin is not installed");
    return;
  }
  const test::Outcome header = test::run("ncdump -h " + sofa);
  INFO(header.errors);
  REQUIRE(header.exit_code == 0);
  for (const char* expected : {"I = 1",
                               "C = 3",
                               "R = 8",
                               "E = 1",
                               "N = 128",
                               "M = 200",
                               "double Data.IR(M, R, N)",
                               "double Data.SamplingRate(I)",
                               "double Data.Delay(I, R)",
                               "double SourcePosition(M, C)",
                               "double ListenerPosition(I, C)",
                               "double ReceiverPosition(R, C, I)",
                               "double EmitterPosition(E, C, I)",
                               ":SOFAConventions = \"GeneralFIR\"",
                               ":Conventions = \"SOFA\"",
                               ":DataType = \"FIR\"",
                               ":RoomType = \"free field\"",
                               "Data.SamplingRate:Units = \"hertz\"",
                               ":AuthorContact",
                               ":License",
                               ":Organization",
                               ":DateCreated",
                               ":DateModified",
                               ":Title",
                               ":APIName",
                               ":APIVersion"}) {
    INFO(expected);
    CHECK(header.output.find(expected) != std::string::npos);
  }
}

namespace {

/// Microphones spread over a sphere of 6 cm.
void write_array(const fs::path& path, std::size_t microphones) {
  nlohmann::json positions = nlohmann::json::array();
  for (std::size_t m = 0; m < microphones; ++m) {
    const double z = 1.0 - 2.0 * (static_cast<double>(m) + 0.5) / static_cast<double>(microphones);
    const double r = std::sqrt(1.0 - z * z);
    const double a = 2.4 * static_cast<double>(m);
    positions.push_back({0.06 * r * std::cos(a), 0.06 * r * std::sin(a), 0.06 * z});
  }
  test::write_bytes(path, nlohmann::json{{"name", "spiral"}, {"positions_m", positions}}.dump());
}

}  // namespace

TEST_CASE(
    "arrays of 2 to 64 microphones train and infer, up to 4 also calibrate, and a single one is "
    "refused") {
  const fs::path at = pipeline().folder / "many";
  fs::create_directories(at);
  const auto run = [&](const std::string& command) {
    const test::Outcome outcome = test::run("cd " + at.string() + " && " + command);
    INFO(command << "\n" << outcome.errors);
    return outcome.exit_code;
  };
  for (const std::size_t microphones : {1U, 2U, 3U, 4U, 16U, 32U, 64U}) {
    INFO(microphones << " microphones");
    write_array(at / "array.json", microphones);
    const int simulated =
        run("csl-simulate --speech ../speech --array array.json --sessions 6 "
            "--t60 0 --start facing:+x --out s.h5");
    if (microphones == 1) {
      CHECK(simulated == 3);
      continue;
    }
    REQUIRE(simulated == 0);
    CHECK(run("csl-features --in s.h5 --out f.h5") == 0);
    // A supervised loss: whether a start is left is not the question here.
    CHECK(run("csl-train --in f.h5 --hidden 32 --batch 4 --bins-per-interval 64 --steps 40 "
              "--loss supervised --reflect truth --accept-doubtful --out m.h5") == 0);
    CHECK(run("csl-infer --model m.h5 --in f.h5 --window 0.5 --stride 20 --out e.h5") == 0);
    CHECK(run("csl-check s.h5 f.h5 m.h5 e.h5") == 0);
    if (microphones > 4) continue;
    CHECK(run("csl-train --in f.h5 --model m.h5 --calibrate --out c.h5") == 0);
    CHECK(run("csl-infer --model c.h5 --in f.h5 --estimator steered --window 0.5 --stride 20 "
              "--out k.h5") == 0);
  }
}
