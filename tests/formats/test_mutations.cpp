/// Damaged headers: every reader of other programs' files must refuse or read, never crash or hang.
/// CSL_MUTATIONS sets how many of each kind (`make study-mutations`: 20,000).
#include <catch2/catch.hpp>
#include <cstdlib>
#include <functional>

#include "array/geometry.h"
#include "core/errors.h"
#include "core/random.h"
#include "formats/recorded_motion.h"
#include "formats/sofa_reader.h"
#include "formats/sofa_writer.h"
#include "io/audio.h"
#include "temporary_folder.h"

namespace {

constexpr std::size_t kHeaderBytes = 4096;
constexpr const char* kKemar = "/usr/share/libmysofa/MIT_KEMAR_normal_pinna.sofa";

std::size_t mutations() {
  const char* text = std::getenv("CSL_MUTATIONS");
  return text == nullptr ? 40 : std::strtoul(text, nullptr, 10);
}

/// One to eight damages: a flipped bit, a byte of any value or of one that numbers end at, a byte
/// taken out or doubled, a run copied elsewhere.
std::string mutated(std::string bytes, core::RandomStream& random) {
  constexpr std::array<char, 8> kNotable = {'\0', '\x01', '\x7f', '\x80', '\xff', '-', '9', '\n'};
  const std::size_t damages = 1 + random.index(8);
  for (std::size_t i = 0; i < damages && !bytes.empty(); ++i) {
    const std::size_t range = std::min(bytes.size(), kHeaderBytes);
    const std::size_t at = random.index(range);
    switch (random.index(6)) {
      case 0:
        bytes[at] = static_cast<char>(bytes[at] ^ (1 << random.index(8)));
        break;
      case 1:
        bytes[at] = static_cast<char>(random.index(256));
        break;
      case 2:
        bytes[at] = kNotable[random.index(kNotable.size())];
        break;
      case 3:
        bytes.erase(at, 1);
        break;
      case 4:
        bytes.insert(at, 1, bytes[at]);
        break;
      default: {
        const std::string run = bytes.substr(random.index(range), 1 + random.index(16));
        bytes.replace(at, std::min(run.size(), bytes.size() - at), run);
      }
    }
  }
  return bytes;
}

/// Reads that many damaged versions of a file. @return  how many were refused
std::size_t read_mutated(std::size_t count, const std::string& sound, const std::string& name,
                         std::uint32_t kind,
                         const std::function<void(const std::filesystem::path&)>& read) {
  const test::TemporaryFolder folder;
  const std::filesystem::path path = folder / name;
  std::size_t refused = 0;
  for (std::size_t i = 0; i < count; ++i) {
    core::RandomStream random(23, core::Purpose::kTest, kind, static_cast<std::uint32_t>(i));
    test::write_bytes(path, mutated(sound, random));
    try {
      read(path);
    } catch (const core::Error& error) {
      ++refused;
      INFO(name << " " << i << ": " << error.what());
      CHECK(error.code() == core::ExitCode::kInput);
    }
  }
  return refused;
}

std::string sound_sofa() {
  const test::TemporaryFolder folder;
  formats::SofaFile file;
  file.attributes = {{"SOFAConventions", "GeneralFIR"}};
  file.dimensions = {{'I', 1}, {'C', 3}, {'M', 3}, {'R', 2}, {'N', 8}};
  file.variables = {
      {"SourcePosition", "MC", {1, 0, 0, 0, 1, 0, 0, 0, 1}, formats::cartesian_attributes()},
      {"Data.IR", "MRN", std::vector<double>(48, 0.5), {}},
      {"Data.SamplingRate", "I", {16000.0}, {{"Units", "hertz"}}}};
  formats::write_sofa(folder / "a.sofa", file);
  return test::file_bytes(folder / "a.sofa");
}

}  // namespace

TEST_CASE("files with damaged headers are refused or read, and never crash a reader",
          "[mutations]") {
  const test::TemporaryFolder folder;
  io::write_wav(folder / "a.wav", std::vector<float>(2000, 0.1F), 1, 16000.0);
  std::string csv = "time_s,qw,qx,qy,qz\n";
  for (int i = 0; i < 100; ++i) csv += std::to_string(0.01 * i) + ",0.5,-0.5,0.5,0.5\n";
  const std::string json =
      R"({"name": "glasses", "positions_m": [[0.07, 0.01, 0.0], [-0.07, 0.01, 0.0], [0, 0.05, 0.02]]})";
  const std::size_t wav = read_mutated(mutations(), test::file_bytes(folder / "a.wav"), "a.wav", 1,
                                       [](const auto& path) { io::read_audio(path); });
  const std::size_t poses = read_mutated(
      mutations(), csv, "a.csv", 2, [](const auto& path) { formats::read_recorded_motion(path); });
  const std::size_t arrays = read_mutated(mutations(), json, "a.json", 3, [](const auto& path) {
    array::load_geometry(path.string());
  });
  const std::size_t sofa = read_mutated(mutations(), sound_sofa(), "a.sofa", 4,
                                        [](const auto& path) { formats::read_sofa(path); });
  // Most damages are seen; some hit a digit of a number, or a byte that means nothing.
  for (const std::size_t refused : {wav, poses, arrays, sofa}) CHECK(refused > mutations() / 5);
  WARN("of " << mutations() << " each were refused: WAV " << wav << ", CSV " << poses << ", JSON "
             << arrays << ", SOFA " << sofa);
}

TEST_CASE("damaged SOFA files in an old HDF5 format, on which HDF5 may crash", "[mutations]") {
  if (!std::filesystem::exists(kKemar)) {
    WARN("skipped: " << kKemar << " is not installed (Debian: libmysofa1)");
    return;
  }
  const std::size_t count = mutations() / 8;  // reading takes long if the header is valid
  const std::size_t refused = read_mutated(count, test::file_bytes(kKemar), "k.sofa", 5,
                                           [](const auto& path) { formats::read_sofa(path); });
  CHECK(refused > count / 4);
  WARN("of " << count << " SOFA files in the old format " << refused << " were refused");
}
