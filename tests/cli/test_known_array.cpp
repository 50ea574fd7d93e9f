/// "Where does the sound come from?": one command for a device whose positions are known.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <nlohmann/json.hpp>
#include <sstream>

#include "core/csv.h"
#include "core/random.h"
#include "core/units.h"
#include "doa/metrics.h"
#include "dsp/resample.h"
#include "formats/estimates_file.h"
#include "formats/sessions_file.h"
#include "io/audio.h"
#include "run_tool.h"
#include "session/estimate.h"
#include "so3/rotation.h"

namespace {

constexpr std::size_t kChannels = 6;
constexpr double kDeviceRate_hz = 48000.0;

/// A ReSpeaker that rests in a room without reverberation: a recording of six channels at 48 kHz, of
/// which 1 to 4 are microphones, the same as raw PCM, and the session that it was made of.
struct Device {
  test::TemporaryFolder folder;
  Eigen::Vector3d direction_sensor;
  std::vector<float> microphones;  ///< [samples, 4], at kDeviceRate_hz

  Device() {
    core::RandomStream random(24, core::Purpose::kTest);
    std::vector<float> speech(3 * 16000);
    for (std::size_t i = 0; i < speech.size(); ++i) {
      const double burst = std::sin(2.0 * M_PI * 2.0 * static_cast<double>(i) / 16000.0);
      speech[i] = static_cast<float>(0.1 * std::max(0.02, burst) * random.normal());
    }
    io::write_wav(folder / "speech.wav", speech, 1, 16000.0);
    // The first seed with a source 20 to 60 degrees above or below the array's plane.
    double height_deg = 0.0;
    for (int seed = 1; height_deg < 20.0 || height_deg > 60.0; ++seed) {
      run("csl-simulate --speech @/speech.wav --sessions 1 --t60 0 --array respeaker4 --seed " +
          std::to_string(seed) + " --angular-speed 0.001 --out @/s.h5");
      const formats::SessionsReader reader(folder / "s.h5");
      direction_sensor = reader.read(0).orientation.at(0.0).conjugate() *
                         reader.info(0).sources.front().direction_world;
      height_deg = std::abs(core::radians_to_degrees(so3::elevation_rad(direction_sensor)));
    }
    const session::Session session = formats::SessionsReader(folder / "s.h5").read(0);
    microphones = dsp::resample(session.time_data, 4, 16000.0, kDeviceRate_hz);
    write_recording("rec.wav", [](float, std::size_t) { return 0.0F; });
  }

  /// Writes a recording whose channels 5 and 6 are `extra` of the first microphone.
  template <typename Extra>
  void write_recording(const std::string& name, Extra extra) const {
    std::vector<float> samples;
    std::vector<std::int16_t> pcm;
    for (std::size_t i = 0; i < microphones.size(); i += 4) {
      for (std::size_t c = 0; c < kChannels; ++c) {
        samples.push_back(c < 4 ? microphones[i + c] : extra(microphones[i], c));
        pcm.push_back(static_cast<std::int16_t>(std::lround(20000.0F * samples.back())));
      }
    }
    io::write_wav(folder / name, samples, kChannels, kDeviceRate_hz);
    test::write_bytes(folder / (name + ".s16"),
                      {reinterpret_cast<const char*>(pcm.data()), 2 * pcm.size()});
  }

  double azimuth_deg() const {
    return core::radians_to_degrees(so3::azimuth_rad(direction_sensor));
  }

  test::Outcome run(std::string command, int exit_code = 0) const {
    for (std::size_t i = 0; (i = command.find('@', i)) != std::string::npos;) {
      command.replace(i, 1, folder.path().string());
    }
    const test::Outcome outcome = test::run(command);
    INFO(command << "\n" << outcome.errors);
    REQUIRE(outcome.exit_code == exit_code);
    return outcome;
  }
};

const Device& device() {
  static const Device instance;
  return instance;
}

double azimuth_error_deg(double found_deg) {
  return std::abs(std::remainder(found_deg - device().azimuth_deg(), 360.0));
}

/// The cells of a table's column, of lines of the kind "direction".
std::vector<std::string> column(const std::string& csv, const std::string& name) {
  const std::vector<std::vector<std::string>> rows = core::parse_csv(csv);
  const auto at = std::ranges::find(rows.front(), name) - rows.front().begin();
  std::vector<std::string> cells;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    if (rows[i][0] == "direction") cells.push_back(rows[i][static_cast<std::size_t>(at)]);
  }
  return cells;
}

const std::string kKnown = "csl-infer --array respeaker4 --channels 1-4 ";

}  // namespace

TEST_CASE("one command tells from where a known device hears a sound") {
  const test::Outcome outcome = device().run(kKnown + "--in @/rec.wav --csv -");
  const std::vector<std::string> azimuth = column(outcome.output, "sensor_azimuth_deg");
  REQUIRE(azimuth.size() > 20);
  for (const std::string& cell : azimuth) CHECK(azimuth_error_deg(std::stod(cell)) < 1.0);
  const std::vector<std::string> confidence = column(outcome.output, "confidence");
  for (const std::string& cell : confidence) {
    CHECK(std::stod(cell) > 0.5);
    CHECK(std::stod(cell) <= 1.0);
  }
  // Without orientation nothing is known of the world.
  for (const std::string& cell : column(outcome.output, "world_azimuth_deg")) CHECK(cell.empty());
  // The array as it was understood.
  CHECK(outcome.errors.find("4 microphones, aperture 6.4 cm") != std::string::npos);
  CHECK(outcome.errors.find("it cannot tell +z from -z") != std::string::npos);
  // At rest, a flat array claims no side, and says so.
  CHECK(outcome.errors.find("--half-space names the side") != std::string::npos);
  for (const std::string& cell : column(outcome.output, "unknown")) CHECK(cell == "side");
  for (const std::string& cell : column(outcome.output, "sensor_elevation_deg")) {
    CHECK(std::stod(cell) >= 0.0);
  }
}

TEST_CASE("the half space of a flat array decides the side") {
  const double elevation_deg =
      core::radians_to_degrees(so3::elevation_rad(device().direction_sensor));
  for (const std::string estimator :
       {"srp-phat", "srp-phat-first", "lsdd", "music", "steered", "mixture"}) {
    for (const std::string side : {"+z", "-z"}) {
      INFO(estimator << ' ' << side);
      const test::Outcome outcome = device().run(kKnown + "--in @/rec.wav --csv - --estimator " +
                                                 estimator + " --half-space " + side);
      const std::vector<std::string> found = column(outcome.output, "sensor_elevation_deg");
      REQUIRE(found.size() > 20);
      for (const std::string& cell : found) {
        CHECK(std::abs(std::stod(cell)) == Approx(std::abs(elevation_deg)).margin(4.0));
        CHECK(std::stod(cell) * (side == "+z" ? 1.0 : -1.0) > 0.0);
      }
      for (const std::string& cell : column(outcome.output, "unknown")) CHECK(cell.empty());
      for (const std::string& cell : column(outcome.output, "sensor_azimuth_deg")) {
        CHECK(azimuth_error_deg(std::stod(cell)) < 1.5);
      }
      CHECK(outcome.errors.find("--half-space names the side") == std::string::npos);
    }
  }
}

TEST_CASE("microphones on a line hear only the angle to it") {
  const Device& d = device();
  // Microphones 1 and 3 of the square lie on the x axis.
  test::write_bytes(d.folder / "line.json", R"({"positions_mm": [[-32,0,0],[32,0,0]]})");
  const test::Outcome outcome =
      d.run("csl-infer --array @/line.json --channels 1,3 --in @/rec.wav --csv -");
  const std::vector<std::string> x = column(outcome.output, "sensor_x");
  REQUIRE(x.size() > 20);
  for (const std::string& cell : x)
    CHECK(std::stod(cell) == Approx(d.direction_sensor.x()).margin(0.02));
  for (const std::string& cell : column(outcome.output, "sensor_z"))
    CHECK(std::abs(std::stod(cell)) < 1e-6);
  for (const std::string& cell : column(outcome.output, "unknown")) CHECK(cell == "cone");
}

TEST_CASE("estimates without truth make a report of directions over time") {
  const Device& d = device();
  d.run(kKnown + "--in @/rec.wav --out @/where.h5");
  const test::Outcome outcome = d.run("csl-eval --estimates @/where.h5 --out @/where");
  CHECK(outcome.output.find("rec, ") != std::string::npos);
  CHECK(outcome.output.find("in the sensor frame") != std::string::npos);
  const nlohmann::json report =
      nlohmann::json::parse(test::file_bytes(d.folder / "where/report.json"));
  const nlohmann::json& figure = report.at("directions").at(0);
  CHECK(figure.at("frame") == "sensor");
  CHECK(figure.at("ambiguous") == figure.at("windows"));
  REQUIRE(figure.at("azimuth_deg").size() > 20);
  for (const nlohmann::json& azimuth : figure.at("azimuth_deg")) {
    CHECK(azimuth_error_deg(azimuth.get<double>()) < 1.0);
  }
  CHECK(std::filesystem::exists(d.folder / "where/report.html"));
  CHECK_FALSE(std::filesystem::exists(d.folder / "where/table1.csv"));
  // The confidence cannot be calibrated without truth.
  d.run("csl-eval --estimates @/where.h5 --out @/where --write-confidence @/c.json", 3);
}

TEST_CASE("the same live, from raw PCM of the device") {
  const test::Outcome outcome = device().run(
      kKnown + "--input-channels 6 --stream --rate 48000 --estimator srp-phat < @/rec.wav.s16");
  std::istringstream lines(outcome.output);
  std::size_t count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    const nlohmann::json direction = nlohmann::json::parse(line).at("directions").at(0);
    CHECK(azimuth_error_deg(direction.at("sensor").at("azimuth_deg").get<double>()) < 1.0);
    CHECK(direction.at("world").is_null());
  }
  CHECK(count > 20);
}

TEST_CASE("every estimator of a known array gives the numbers of csl-eval --baselines") {
  device().run(
      "csl-eval --sessions @/s.h5 --baselines srp-phat,srp-phat-first,lsdd,music "
      "--search refined --window 0.2 --stride 20 --out @/report");
  for (const std::string method : {"srp-phat", "srp-phat-first", "lsdd", "music"}) {
    for (const std::string frame : {"sensor", "world"}) {
      INFO(method << ' ' << frame);
      device().run("csl-infer --array respeaker4 --in @/s.h5 --estimator " + method + " --frame " +
                   frame + " --window 0.2 --stride 20 --out @/e.h5");
      const formats::EstimatesReader found(device().folder / "e.h5");
      const formats::EstimatesReader expected(
          device().folder / ("report/" + method + "-" + frame + "-refined.estimates.h5"));
      REQUIRE(found.rows().size() == expected.rows().size());
      REQUIRE(found.rows().size() > 5);
      CHECK(found.header().method == expected.header().method);
      // Features are rounded to float, and the local search ends with steps of 0.03 degrees.
      for (std::size_t i = 0; i < found.rows().size(); ++i) {
        CHECK(found.rows()[i].time_s == expected.rows()[i].time_s);
        CHECK(doa::angular_error_deg(found.rows()[i].direction_sensor,
                                     expected.rows()[i].direction_sensor) < 0.03);
        CHECK(found.rows()[i].confidence == Approx(expected.rows()[i].confidence).margin(1e-4));
      }
    }
  }
}

TEST_CASE("audio, sessions and features of one recording give the same directions") {
  const formats::SessionsReader reader(device().folder / "s.h5");
  io::write_wav(device().folder / "same.wav", reader.read(0).time_data, 4, 16000.0);
  device().run("csl-features --in @/s.h5 --out @/f.h5");
  const std::string options = " --frame sensor --csv -";
  const std::string of_audio =
      device().run("csl-infer --array respeaker4 --in @/same.wav" + options).output;
  const std::string of_sessions =
      device().run("csl-infer --array respeaker4 --in @/s.h5" + options).output;
  const std::string of_features =
      device().run("csl-infer --array respeaker4 --in @/f.h5" + options).output;
  CHECK(of_sessions == of_features);
  CHECK(column(of_audio, "sensor_x") == column(of_sessions, "sensor_x"));
  CHECK(column(of_audio, "sensor_y") == column(of_sessions, "sensor_y"));
}

TEST_CASE("channels that are silent or copies are named and left out") {
  // Five of the six channels named: the last is a copy of the first microphone.
  const Device& d = device();
  d.write_recording("copy.wav", [](float x, std::size_t c) { return c == 4 ? x : 0.0F; });
  test::write_bytes(d.folder / "five.json",
                    R"({"positions_mm": [[-32,0,0],[0,-32,0],[32,0,0],[0,32,0],[0,0,40]]})");
  const test::Outcome copy =
      d.run("csl-infer --array @/five.json --channels 1-5 --in @/copy.wav --csv -");
  CHECK(copy.errors.find("left out: channel 5 (a copy of channel 1)") != std::string::npos);
  for (const std::string& cell : column(copy.output, "sensor_azimuth_deg")) {
    CHECK(azimuth_error_deg(std::stod(cell)) < 1.0);
  }
  const test::Outcome silent =
      d.run("csl-infer --array @/five.json --channels 1-4,6 --in @/copy.wav --csv -");
  CHECK(silent.errors.find("left out: channel 6 (silent: all samples are zero)") !=
        std::string::npos);
  for (const std::string& cell : column(silent.output, "sensor_azimuth_deg")) {
    CHECK(azimuth_error_deg(std::stod(cell)) < 1.0);
  }
}

TEST_CASE("a known array is refused where it does not fit") {
  const Device& d = device();
  const auto refused = [&](const std::string& command, int code, const std::string& message) {
    const test::Outcome outcome = d.run(command, code);
    INFO(command << "\n" << outcome.errors);
    CHECK(outcome.errors.find(message) != std::string::npos);
    CHECK(outcome.output.empty());
  };
  refused("csl-infer --in @/rec.wav --csv -", 2, "--array");
  refused("csl-infer --array respeaker4 --model m.h5 --in @/rec.wav --csv -", 2,
          "give one of them");
  refused("csl-infer --array respeaker4 --in @/rec.wav --csv -", 3, "--channels 1-4");
  refused("csl-infer --array respeaker5 --in @/rec.wav --csv -", 2, "respeaker4");
  refused(kKnown + "--in @/rec.wav", 2, "--out");
  refused(kKnown + "--in @/rec.wav --csv - --estimator robust", 2, "needs a model");
  refused(kKnown + "--in @/rec.wav --csv - --frame world", 2, "no orientation");
  refused(kKnown + "--in @/rec.wav --csv - --bins", 2, "--bins");
  refused(kKnown + "--in @/s.h5 --csv -", 2, "--channels");
  refused(kKnown + "--in @/rec.wav --csv - --half-space up", 2, "--half-space");
  refused(kKnown + "--in @/rec.wav --csv - --band 100", 2, "--band");
  refused(kKnown + "--in @/rec.wav --csv - --band 300:9000", 2, "--band");
  refused("csl-infer --array cube8 --in @/s.h5 --csv -", 3, "expected 8 microphones");
  refused(kKnown + "--stream --csv - < @/rec.wav", 2, "--csv");
}

TEST_CASE("positions in another unit are asked about") {
  const Device& d = device();
  test::write_bytes(d.folder / "mm.json",
                    R"({"positions_m": [[-3.2,0,0],[0,-3.2,0],[3.2,0,0],[0,3.2,0]]})");
  const test::Outcome outcome =
      d.run("csl-infer --array @/mm.json --channels 1-4 --in @/rec.wav --csv -");
  CHECK(outcome.errors.find("centimeters or millimeters?") != std::string::npos);
}
