// Measured room responses: tables and SOFA files are read with the right places, orientations and
// levels, and wrong ones are refused with the place of the fault.
#include <catch2/catch.hpp>
#include <cmath>
#include <nlohmann/json.hpp>

#include "core/errors.h"
#include "core/files.h"
#include "formats/room_responses.h"
#include "formats/sofa_writer.h"
#include "io/audio.h"
#include "so3/rotation.h"
#include "temporary_folder.h"

namespace {

using Catch::Matchers::Contains;
constexpr double kSessionRate = 16000.0;

/// A folder with two measurements of three channels at 48 kHz: a click of channel c at sample
/// 480 + 3 c.
struct RoomFolder {
  test::TemporaryFolder folder;
  nlohmann::json table;

  RoomFolder() {
    for (const char* name : {"a.wav", "b.wav"}) {
      std::vector<float> samples(3 * 4800, 0.0F);
      for (std::size_t c = 0; c < 3; ++c) samples[3 * (480 + 3 * c) + c] = 0.5F;
      io::write_wav(folder / name, samples, 3, 48000.0);
    }
    table = {{"format", "csl-room-responses"},
             {"positions_m", {{0.1, 0.0, 0.0}, {-0.1, 0.0, 0.0}}},
             {"rooms", {{"hall", {{"t60_s", 1.5}}}}},
             {"channels", {1, 3}},
             {"symmetry",
              {{{"quaternion_wxyz", {1, 0, 0, 0}}, {"channels", {1, 3}}},
               {{"quaternion_wxyz", {0, 0, 0, 1}}, {"channels", {3, 1}}}}},
             {"measurements",
              {{{"file", "a.wav"},
                {"room", "hall"},
                {"source", "S1"},
                {"azimuth_deg", 90.0},
                {"elevation_deg", 30.0},
                {"distance_m", 2.0}},
               {{"file", "b.wav"}, {"room", "cell"}, {"source", "S2"}, {"azimuth_deg", -90.0}}}}};
  }
  array::RoomResponses read(const formats::RoomSelection& selection = {}) const {
    core::write_text_file(folder / "responses.json", table.dump());
    return formats::read_room_responses(folder.path(), selection, kSessionRate);
  }
};

/// A SOFA file of two listener views and two source places, one click a response.
formats::SofaFile room_sofa(const std::string& convention, const std::string& type,
                            const std::string& order) {
  formats::SofaFile file;
  file.attributes = {
      {"SOFAConventions", convention}, {"RoomType", "reverberant"}, {"DataType", type}};
  file.dimensions = {{'I', 1}, {'C', 3}, {'M', 2}, {'R', 2}, {'E', 2}, {'N', 64}};
  const auto meters = formats::cartesian_attributes();
  const bool emitters = order.size() == 4;
  std::vector<double> ir(2 * 2 * (emitters ? 2 : 1) * 64, 0.0);
  for (std::size_t m = 0; m < 2; ++m) {
    for (std::size_t r = 0; r < 2; ++r) {
      for (std::size_t e = 0; e < (emitters ? 2U : 1U); ++e) {
        const std::size_t n = 10 + 8 * m + 4 * r + 2 * e;
        const std::size_t base = m * 2 + r;
        if (!emitters)
          ir[base * 64 + n] = 1.0;
        else if (order == "MREN")
          ir[(base * 2 + e) * 64 + n] = 1.0;
        else
          ir[(base * 64 + n) * 2 + e] = 1.0;
      }
    }
  }
  file.variables = {{"Data.IR", order, ir, {}},
                    {"Data.SamplingRate", "I", {kSessionRate}, {{"Units", "hertz"}}},
                    {"ListenerPosition", "IC", {1.0, 1.0, 1.0}, meters},
                    {"ListenerView", "MC", {1.0, 0.0, 0.0, 0.0, 1.0, 0.0}, meters},
                    {"ListenerUp", "IC", {0.0, 0.0, 1.0}, meters}};
  if (emitters) {
    file.variables.push_back({"SourcePosition", "IC", {1.0, 1.0, 1.0}, meters});
    file.variables.push_back({"EmitterPosition", "EC", {3.0, 0.0, 0.0, 0.0, 2.0, 0.0}, meters});
  } else {
    file.variables.push_back({"SourcePosition", "MC", {4.0, 1.0, 1.0, 1.0, 3.0, 1.0}, meters});
  }
  return file;
}

std::size_t click(const array::RoomResponses& responses, std::size_t measurement, std::size_t r) {
  const array::RoomMeasurement& found = responses.measurement[measurement];
  const float* ir = found.ir.data() + r * found.samples;
  return static_cast<std::size_t>(std::max_element(ir, ir + found.samples) - ir);
}

}  // namespace

TEST_CASE("a table gives places, rooms, orientations and channels") {
  const RoomFolder f;
  const array::RoomResponses responses = f.read();
  REQUIRE(responses.place.size() == 2);
  CHECK(responses.microphones == 2);
  CHECK(responses.position_m[1].x() == -0.1);
  const array::RoomPlace& hall = responses.place[0];
  CHECK(hall.t60_s == 1.5);
  CHECK(std::isnan(responses.place[1].t60_s));
  CHECK(hall.distance_m == 2.0);
  CHECK((hall.direction_world - Eigen::Vector3d(0.0, std::cos(M_PI / 6), 0.5)).norm() < 1e-12);
  REQUIRE(responses.orientation.size() == 2);
  CHECK(responses.orientation[1].z() == 1.0);
  REQUIRE(hall.views.size() == 2);
  CHECK(hall.views[1].channels == std::vector<std::size_t>{2, 0});
  // A click at 48 kHz is a third as many samples later at 16 kHz, and its sum is the same.
  const array::RoomMeasurement& measured = responses.measurement[0];
  CHECK(click(responses, 0, 0) == 160);
  CHECK(click(responses, 0, 2) == 162);
  CHECK(measured.peak_s == Approx(160.0 / kSessionRate).margin(2.1 / kSessionRate));
  double sum = 0.0;
  for (std::size_t n = 0; n < measured.samples; ++n) sum += measured.ir[n];
  CHECK(sum == Approx(0.5).epsilon(1e-3));
}

TEST_CASE("only the selected rooms and sources are read") {
  const RoomFolder f;
  const array::RoomResponses responses = f.read({{"h*"}, {}});
  CHECK(responses.place.size() == 1);
  CHECK(responses.measurement.size() == 1);
  CHECK(f.read({{}, {"S2", "S?9"}}).place[0].room == "cell");
  CHECK_THROWS_WITH(f.read({{"h*"}, {"S2"}}), Contains("--response-rooms"));
}

TEST_CASE("faults of a table are refused by name") {
  const auto refused = [](const std::function<void(nlohmann::json&)>& spoil,
                          const std::string& message) {
    RoomFolder f;
    spoil(f.table);
    INFO(message);
    CHECK_THROWS_AS(f.read(), core::InputError);
    CHECK_THROWS_WITH(f.read(), Contains(message) && Contains("responses.json"));
  };
  using Json = nlohmann::json;
  refused([](Json& t) { t["format"] = "other"; }, "csl-room-responses");
  refused([](Json& t) { t["symmetri"] = 1; }, "no key \"symmetri\"");
  refused([](Json& t) { t["measurements"] = 3; }, "measurements");
  refused([](Json& t) { t["measurements"][1].erase("azimuth_deg"); }, "measurement 2");
  refused([](Json& t) { t["measurements"][1]["azimuth_deg"] = 1000; }, "azimuth_deg");
  refused([](Json& t) { t["measurements"][0]["room"] = 3; }, "a text \"room\"");
  refused([](Json& t) { t["symmetry"][1]["channels"] = {1, 2}; }, "in another order");
  refused([](Json& t) { t["symmetry"][1]["channels"] = {1, 1}; }, "different channel numbers");
  refused([](Json& t) { t["symmetry"][1]["quaternion_wxyz"] = {1, 1, 1, 1}; }, "of length 1");
  refused([](Json& t) { t["symmetry"][1]["quaternion_wxyz"] = {1, 0, 0, 0}; }, "found two");
  refused([](Json& t) { t["rooms"]["hall"]["t60_s"] = -1; }, "t60_s");
  refused(
      [](Json& t) {
        t["positions_m"] = {{0.1, 0, 0}, {0.2, 0, 0}, {0.3, 0, 0}};
      },
      "2 positions");
}

TEST_CASE("a missing file, a missing channel and silence are refused by the file's name") {
  RoomFolder f;
  f.table["measurements"][0]["file"] = "missing.wav";
  CHECK_THROWS_WITH(f.read(), Contains("missing.wav"));
  f.table["measurements"][0]["file"] = "a.wav";
  f.table["channels"] = {1, 4};
  f.table.erase("symmetry");
  CHECK_THROWS_WITH(f.read(), Contains("a.wav") && Contains("4 channels, found 3"));
  f.table["channels"] = {1, 3};
  io::write_wav(f.folder / "a.wav", std::vector<float>(300, 0.0F), 3, 48000.0);
  CHECK_THROWS_WITH(f.read(), Contains("a.wav") && Contains("silence"));
}

TEST_CASE("SOFA files of measured rooms have the right places, orientations and responses") {
  const test::TemporaryFolder folder;
  struct Case {
    const char *convention, *type, *order;
  };
  for (const Case& one :
       {Case{"SingleRoomSRIR", "FIR", "MRN"}, Case{"MultiSpeakerBRIR", "FIRE", "MREN"},
        Case{"SingleRoomMIMOSRIR", "FIR-E", "MRNE"}}) {
    INFO(one.convention);
    const bool emitters = std::string(one.order).size() == 4;
    formats::write_sofa(folder / "room.sofa", room_sofa(one.convention, one.type, one.order));
    const array::RoomResponses responses =
        formats::read_room_responses(folder / "room.sofa", {}, kSessionRate);
    REQUIRE(responses.place.size() == 2);
    CHECK(responses.place[0].direction_world.isApprox(Eigen::Vector3d::UnitX(), 1e-9));
    CHECK(responses.place[1].direction_world.isApprox(Eigen::Vector3d::UnitY(), 1e-9));
    CHECK(responses.place[0].distance_m == Approx(3.0));
    REQUIRE(responses.orientation.size() == 2);
    CHECK((responses.orientation[1] * Eigen::Vector3d::UnitX())
              .isApprox(Eigen::Vector3d::UnitY(), 1e-9));
    CHECK(responses.place[0].views.size() == (emitters ? 2U : 1U));
    for (const array::RoomPlace& place : responses.place) {
      for (const array::RoomView& view : place.views) {
        const std::size_t e = emitters && place.source == "S2" ? 1 : 0;
        for (std::size_t r = 0; r < 2; ++r)
          CHECK(click(responses, view.measurement, r) == 10 + 8 * view.orientation + 4 * r + 2 * e);
      }
    }
  }
}

TEST_CASE("SOFA files that are no room responses are refused") {
  const test::TemporaryFolder folder;
  formats::write_sofa(folder / "x.sofa", room_sofa("SimpleFreeFieldHRIR", "FIR", "MRN"));
  CHECK_THROWS_WITH(formats::read_room_responses(folder / "x.sofa", {}, kSessionRate),
                    Contains("SingleRoomSRIR") && Contains("--array"));
  formats::SofaFile file = room_sofa("SingleRoomSRIR", "FIR", "MRN");
  file.variables.push_back({"Data.Delay", "IR", {3.0, 0.0}, {}});
  formats::write_sofa(folder / "x.sofa", file);
  CHECK_THROWS_WITH(formats::read_room_responses(folder / "x.sofa", {}, kSessionRate),
                    Contains("Data.Delay"));
}
