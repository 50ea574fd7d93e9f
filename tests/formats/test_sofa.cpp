#include <catch2/catch.hpp>
#include <cmath>
#include <functional>

#include "core/errors.h"
#include "formats/sofa_reader.h"
#include "formats/sofa_writer.h"
#include "so3/rotation.h"
#include "temporary_folder.h"

namespace {

constexpr std::size_t kDirections = 4;
constexpr std::size_t kReceivers = 3;
constexpr std::size_t kSamples = 16;

/// Three receivers, sources ahead, left, behind and above; every response a click of its own size.
formats::SofaFile sound_file() {
  formats::SofaFile file;
  file.attributes = {{"SOFAConventions", "GeneralFIR"}};
  file.dimensions = {{'I', 1}, {'C', 3}, {'M', kDirections}, {'R', kReceivers}, {'N', kSamples}};
  std::vector<double> ir(kDirections * kReceivers * kSamples, 0.0);
  for (std::size_t i = 0; i < kDirections * kReceivers; ++i)
    ir[i * kSamples + 3] = 1.0 + static_cast<double>(i);
  file.variables = {{"SourcePosition",
                     "MC",
                     {2, 0, 0, 0, 2, 0, -2, 0, 0, 0, 0, 2},
                     formats::cartesian_attributes()},
                    {"ListenerPosition", "IC", {0, 0, 0}, formats::cartesian_attributes()},
                    {"ListenerView", "IC", {1, 0, 0}, formats::cartesian_attributes()},
                    {"ListenerUp", "IC", {0, 0, 1}, formats::cartesian_attributes()},
                    {"Data.IR", "MRN", ir, {}},
                    {"Data.SamplingRate", "I", {16000.0}, {{"Units", "hertz"}}},
                    {"Data.Delay", "IR", {0.0, 0.0, 2.0}, {}}};
  return file;
}

formats::SofaVariable& variable(formats::SofaFile& file, const std::string& name) {
  return *std::find_if(file.variables.begin(), file.variables.end(),
                       [&](const formats::SofaVariable& v) { return v.name == name; });
}

array::Responses written_and_read(const formats::SofaFile& file) {
  const test::TemporaryFolder folder;
  formats::write_sofa(folder / "a.sofa", file);
  return formats::read_sofa(folder / "a.sofa");
}

}  // namespace

TEST_CASE("a SOFA file of any number of receivers comes back as it was written") {
  const array::Responses found = written_and_read(sound_file());
  CHECK(found.receivers == kReceivers);
  CHECK(found.sample_rate_hz == 16000.0);
  REQUIRE(found.direction.size() == kDirections);
  CHECK(found.direction[1] == Eigen::Vector3d::UnitY());
  CHECK(found.ir[3] == 1.0F);
  // Receiver 2 of direction 1, two samples later.
  CHECK(found.ir[(1 * kReceivers + 2) * found.samples + 5] == 6.0F);
}

TEST_CASE("equal content gives equal bytes") {
  const test::TemporaryFolder folder;
  formats::write_sofa(folder / "a.sofa", sound_file());
  formats::write_sofa(folder / "b.sofa", sound_file());
  CHECK(test::file_bytes(folder / "a.sofa") == test::file_bytes(folder / "b.sofa"));
}

TEST_CASE("directions are those of the source as the listener sees it") {
  formats::SofaFile file = sound_file();
  // The listener stands elsewhere and looks left: what was ahead (after the move) is on its right.
  variable(file, "ListenerPosition").values = {0.0, 0.0, 1.0};
  variable(file, "ListenerView").values = {0.0, 1.0, 0.0};
  CHECK((written_and_read(file).direction[0] - Eigen::Vector3d(0, -2, -1).normalized()).norm() <
        1e-12);
  // One source, a head that turns to four sides: degrees count from its view.
  file = sound_file();
  variable(file, "SourcePosition").dimensions = "IC";
  variable(file, "SourcePosition").values = {30.0, 0.0, 1.5};
  variable(file, "SourcePosition").attributes = {{"Type", "spherical"},
                                                 {"Units", "degree, degree, metre"}};
  variable(file, "ListenerView").dimensions = "MC";
  variable(file, "ListenerView").values = {1, 0, 0, 0, 1, 0, -1, 0, 0, 0, -1, 0};
  const array::Responses turned = written_and_read(file);
  for (std::size_t i = 0; i < kDirections; ++i) {
    const double azimuth_rad = (30.0 - 90.0 * static_cast<double>(i)) * M_PI / 180.0;
    CHECK((turned.direction[i] - so3::direction_from_angles(azimuth_rad, 0.0)).norm() < 1e-12);
  }
}

TEST_CASE("SOFA files that cannot be used are refused by name") {
  using Spoil = std::function<void(formats::SofaFile&)>;
  const std::vector<std::pair<std::string, Spoil>> cases = {
      {"DataType", [](formats::SofaFile& f) { f.attributes["DataType"] = "SOS"; }},
      {"SourcePosition", [](formats::SofaFile& f) { f.variables.erase(f.variables.begin()); }},
      {"Type", [](formats::SofaFile& f) { variable(f, "SourcePosition").attributes.clear(); }},
      {"cylindrical",
       [](formats::SofaFile& f) {
         variable(f, "ListenerView").attributes["Type"] = "cylindrical";
       }},
      {"ListenerView",
       [](formats::SofaFile& f) {
         variable(f, "ListenerView").values = {0, 0, 1};
       }},
      {"finite", [](formats::SofaFile& f) { variable(f, "ListenerPosition").values[0] = NAN; }},
      {"direction",
       [](formats::SofaFile& f) {
         variable(f, "ListenerPosition").values = {2, 0, 0};
       }},
      {"rate", [](formats::SofaFile& f) { variable(f, "Data.SamplingRate").values = {0.0}; }},
      {"delays", [](formats::SofaFile& f) { variable(f, "Data.Delay").values[0] = -1e6; }},
      {"silent", [](formats::SofaFile& f) { variable(f, "Data.IR").values[3] = 0.0; }},
      {"not finite", [](formats::SofaFile& f) { variable(f, "Data.IR").values[0] = INFINITY; }},
      {"three dimensions", [](formats::SofaFile& f) {
         variable(f, "Data.IR").dimensions = "MN";
         variable(f, "Data.IR").values.resize(kDirections * kSamples);
       }}};
  for (const auto& [expected, spoil] : cases) {
    formats::SofaFile file = sound_file();
    spoil(file);
    INFO(expected);
    CHECK_THROWS_WITH(written_and_read(file),
                      Catch::Matchers::Contains(expected) && Catch::Matchers::Contains("a.sofa"));
  }
}
