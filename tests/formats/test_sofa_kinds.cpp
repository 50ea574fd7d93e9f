// Every kind of SOFA file in docs/use/sofa.md, written by our own writer: what is read has the
// right directions and times, what is not is refused by name.
#include <catch2/catch.hpp>
#include <cmath>
#include <complex>
#include <functional>
#include <numbers>
#include <regex>
#include <set>

#include "captured_stream.h"
#include "core/errors.h"
#include "core/files.h"
#include "core/log.h"
#include "core/units.h"
#include "formats/array_file.h"
#include "formats/sofa_conventions.h"
#include "formats/sofa_reader.h"
#include "formats/sofa_writer.h"
#include "io/hdf5_handle.h"
#include "so3/grid.h"
#include "so3/rotation.h"
#include "temporary_folder.h"

namespace {

constexpr double kEar_m = 0.09;
constexpr std::size_t kDirections = 300;
using Directions = std::vector<Eigen::Vector3d>;

/// Seconds by which a sound from `d` reaches receiver r after it passes the center.
double arrival_s(const Eigen::Vector3d& d, std::size_t r) {
  return (r == 0 ? -1.0 : 1.0) * kEar_m * d.y() / core::kSpeedOfSound;
}

/// A file to spoil, and what a right reader finds in it.
struct Kind {
  formats::SofaFile file;
  Directions direction = so3::fibonacci_grid(kDirections);  ///< listener's frame
  double rate_hz = 48000.0;
  std::size_t samples = 256;
  std::vector<double> frequency_hz;  ///< of transfer functions

  formats::SofaVariable& variable(const std::string& name) {
    for (formats::SofaVariable& v : file.variables)
      if (v.name == name) return v;
    file.variables.push_back({name, "", {}, {}});
    return file.variables.back();
  }
  void set(const std::string& name, const std::string& dimensions, std::vector<double> values,
           const std::string& type, const std::string& units) {
    formats::SofaVariable& v = variable(name);
    v.dimensions = dimensions;
    v.values = std::move(values);
    v.attributes = {{"Type", type}, {"Units", units}};
  }
  std::vector<double> spherical(double angle_unit, bool colatitude = false) const {
    std::vector<double> values;
    for (const Eigen::Vector3d& d : direction) {
      const double elevation = so3::elevation_rad(d);
      values.insert(
          values.end(),
          {so3::azimuth_rad(d) / angle_unit,
           (colatitude ? std::numbers::pi / 2.0 - elevation : elevation) / angle_unit, 1.5});
    }
    return values;
  }
  std::vector<double> cartesian(double unit_m, const Eigen::Vector3d& from_m = {0, 0, 0}) const {
    std::vector<double> values;
    for (const Eigen::Vector3d& d : direction) {
      const Eigen::Vector3d p = (from_m + 2.0 * d) / unit_m;
      values.insert(values.end(), {p.x(), p.y(), p.z()});
    }
    return values;
  }

  /// Responses of two ears as sums of cosines, exact to half the sample rate.
  void fill_fir(
      double lead_samples = 64.0, const std::function<double(std::size_t, std::size_t)>& delay =
                                      [](std::size_t, std::size_t) { return 0.0; }) {
    std::vector<double> ir;
    for (std::size_t m = 0; m < direction.size(); ++m) {
      for (std::size_t r = 0; r < 2; ++r) {
        const double at = lead_samples + rate_hz * arrival_s(direction[m], r) - delay(m, r);
        for (std::size_t n = 0; n < samples; ++n) {
          const double x = static_cast<double>(n) - at;
          const double window = std::abs(x) < 40.0 ? 0.5 + 0.5 * std::cos(x * 0.0785398) : 0.0;
          const double y = std::numbers::pi * x;
          ir.push_back(window * (std::abs(y) < 1e-9 ? 1.0 : std::sin(y) / y));
        }
      }
    }
    file.dimensions['N'] = samples;
    variable("Data.IR").dimensions = "MRN";
    variable("Data.IR").values = std::move(ir);
  }

  /// Transfer functions instead of impulse responses.
  void fill_transfer(std::size_t first, std::size_t count, double spacing_hz, double lead_s) {
    std::erase_if(file.variables, [](const auto& v) { return v.name.starts_with("Data."); });
    file.attributes["DataType"] = "TF";
    std::vector<double> real, imaginary;
    frequency_hz.clear();
    for (std::size_t k = 0; k < count; ++k)
      frequency_hz.push_back(spacing_hz * static_cast<double>(first + k));
    for (const Eigen::Vector3d& d : direction) {
      for (std::size_t r = 0; r < 2; ++r) {
        for (const double f : frequency_hz) {
          const auto h = std::polar(1.0, -2.0 * std::numbers::pi * f * (lead_s + arrival_s(d, r)));
          real.push_back(h.real());
          imaginary.push_back(h.imag());
        }
      }
    }
    file.dimensions['N'] = count;
    file.variables.push_back({"Data.Real", "MRN", real, {}});
    file.variables.push_back({"Data.Imag", "MRN", imaginary, {}});
  }
};

/// Two ears, measured all around: SimpleFreeFieldHRIR as most laboratories write it.
Kind ears(const Directions& directions = so3::fibonacci_grid(kDirections)) {
  Kind kind;
  kind.direction = directions;
  kind.file.attributes = {{"SOFAConventions", "SimpleFreeFieldHRIR"}};
  kind.file.dimensions = {{'I', 1}, {'C', 3}, {'M', directions.size()}, {'R', 2}, {'E', 1}};
  kind.set("ListenerPosition", "IC", {0, 0, 0}, "cartesian", "metre");
  kind.set("ListenerView", "IC", {1, 0, 0}, "cartesian", "metre");
  kind.set("ListenerUp", "IC", {0, 0, 1}, "cartesian", "metre");
  kind.set("ReceiverPosition", "RCI", {0, kEar_m, 0, 0, -kEar_m, 0}, "cartesian", "metre");
  kind.set("EmitterPosition", "ECI", {0, 0, 0}, "cartesian", "metre");
  kind.set("SourcePosition", "MC", kind.spherical(std::numbers::pi / 180.0), "spherical",
           "degree, degree, metre");
  kind.file.variables.push_back({"Data.SamplingRate", "I", {kind.rate_hz}, {{"Units", "hertz"}}});
  kind.file.variables.push_back({"Data.Delay", "IR", {0.0, 0.0}, {}});
  kind.fill_fir();
  return kind;
}

Directions ring(double from_deg, double to_deg) {
  Directions directions;
  for (double azimuth = from_deg; azimuth < to_deg; azimuth += 5.0)
    directions.push_back(so3::direction_from_angles(core::degrees_to_radians(azimuth), 0.0));
  return directions;
}

Directions upper_half() {
  Directions directions;
  for (const Eigen::Vector3d& d : so3::fibonacci_grid(2 * kDirections))
    if (d.z() >= 0.0) directions.push_back(d);
  return directions;
}

Kind with_convention(const std::string& name) {
  Kind kind = ears();
  kind.file.attributes["SOFAConventions"] = name;
  return kind;
}

/// One row of docs/use/sofa.md.
struct Case {
  std::string name;
  std::function<Kind()> make;
  std::string expected;  ///< part of the warning or of the error; empty: read without a word
  bool refused = false;
  double largest_gap_deg = formats::kDefaultLargestGap_deg;
};

std::vector<Case> read_cases() {
  constexpr double kDegree = std::numbers::pi / 180.0;
  return {
      {"SimpleFreeFieldHRIR", [] { return ears(); }, ""},
      {"GeneralFIR", [] { return with_convention("GeneralFIR"); }, ""},
      {"another convention of DataType FIR", [] { return with_convention("MyLabFIR"); }, ""},
      {"Cartesian positions",
       [] {
         Kind k = ears();
         k.set("SourcePosition", "MC", k.cartesian(1.0), "cartesian", "metre");
         return k;
       },
       ""},
      {"centimeters and meters in one file",
       [] {
         Kind k = ears();
         k.set("ListenerPosition", "IC", {1.0, 0.5, -0.5}, "cartesian", "metre");
         k.set("SourcePosition", "MC", k.cartesian(1e-2, {1.0, 0.5, -0.5}), "cartesian",
               "centimetre");
         return k;
       },
       ""},
      {"millimeters",
       [] {
         Kind k = ears();
         k.set("ListenerPosition", "IC", {1000.0, 500.0, 0.0}, "cartesian", "millimetre");
         k.set("SourcePosition", "MC", k.cartesian(1.0, {1.0, 0.5, 0.0}), "cartesian",
               "metre, metre, metre");
         return k;
       },
       ""},
      {"angles in radians",
       [] {
         Kind k = ears();
         k.set("SourcePosition", "MC", k.spherical(1.0), "spherical", "radian, radian, metre");
         return k;
       },
       ""},
      {"colatitude that the file states",
       [kDegree] {
         Kind k = ears();
         k.set("SourcePosition", "MC", k.spherical(kDegree, true), "spherical, colatitude",
               "degree, degree, metre");
         return k;
       },
       ""},
      {"spherical listener",
       [kDegree] {
         Kind k = ears();
         k.set("ListenerPosition", "IC", {0, 0, 0}, "spherical", "degree, degree, metre");
         k.set("ListenerView", "IC", {90, 0, 1}, "spherical", "degree, degree, metre");
         k.set("ListenerUp", "IC", {0, 90, 1}, "spherical", "degree, degree, metre");
         // Who looks along +y has the source of listener's azimuth a at a + 90.
         std::vector<double> turned = k.spherical(kDegree);
         for (std::size_t i = 0; i < turned.size(); i += 3) turned[i] += 90.0;
         k.set("SourcePosition", "MC", turned, "spherical", "degree, degree, metre");
         return k;
       },
       ""},
      {"ListenerUp without a Type beside a spherical view",
       [] {
         Kind k = ears();
         k.set("ListenerView", "IC", {0, 0, 1}, "spherical", "degree, degree, metre");
         k.variable("ListenerUp").values = {0, 90, 1};
         k.variable("ListenerUp").attributes.clear();
         return k;
       },
       ""},
      {"ListenerUp that is Cartesian beside a spherical view",
       [] {
         Kind k = ears();
         k.set("ListenerView", "IC", {0, 0, 1}, "spherical", "degree, degree, metre");
         k.variable("ListenerUp").values = {0, 0, 1};
         k.variable("ListenerUp").attributes.clear();
         return k;
       },
       "read as Cartesian"},
      {"receivers in unknown units",
       [] {
         Kind k = ears();
         k.variable("ReceiverPosition").attributes["Units"] = "furlong";
         return k;
       },
       "furlong"},
      {"other sample rates",
       [] {
         Kind k = ears();
         k.rate_hz = 44100.0;
         k.variable("Data.SamplingRate").values = {44.1};
         k.variable("Data.SamplingRate").attributes = {{"Units", "kilohertz"}};
         k.fill_fir();
         return k;
       },
       ""},
      {"delays of each measurement",
       [] {
         Kind k = ears();
         const auto delay = [](std::size_t m, std::size_t r) {
           return static_cast<double>((7 * m + 3 * r) % 20);
         };
         std::vector<double> delays;
         for (std::size_t m = 0; m < kDirections; ++m)
           for (std::size_t r = 0; r < 2; ++r) delays.push_back(delay(m, r));
         k.variable("Data.Delay").dimensions = "MR";
         k.variable("Data.Delay").values = delays;
         k.fill_fir(100.0, delay);
         return k;
       },
       ""},
      {"negative delays",
       [] {
         Kind k = ears();
         const auto delay = [](std::size_t, std::size_t r) { return r == 0 ? -12.0 : 5.0; };
         k.variable("Data.Delay").values = {-12.0, 5.0};
         k.fill_fir(100.0, delay);
         return k;
       },
       ""},
      {"FIR-E of one emitter",
       [] {
         Kind k = with_convention("GeneralFIR-E");
         k.file.attributes["DataType"] = "FIR-E";
         k.variable("Data.IR").dimensions = "MRNE";
         return k;
       },
       ""},
      {"SimpleFreeFieldHRTF",
       [] {
         Kind k = with_convention("SimpleFreeFieldHRTF");
         k.fill_transfer(0, 129, 187.5, 1.5e-3);
         return k;
       },
       ""},
      {"GeneralTF that starts before time zero",
       [] {
         Kind k = with_convention("GeneralTF");
         k.fill_transfer(1, 128, 187.5, 0.0);
         return k;
       },
       ""},
      {"GeneralTF without low frequencies",
       [] {
         Kind k = with_convention("GeneralTF");
         k.fill_transfer(3, 126, 187.5, 1e-3);
         return k;
       },
       "continued"},
      {"long responses with a silent end",
       [] {
         Kind k = ears();
         k.samples = 4800;
         k.fill_fir(700.0);
         return k;
       },
       "cut to 50.0 ms"},
      {"gap of 30 to 60 degrees",
       [] {
         Directions d;
         for (const Eigen::Vector3d& one : so3::fibonacci_grid(kDirections))
           if (one.z() > -0.7) d.push_back(one);
         return ears(d);
       },
       "leave a gap of 4"},
      {"upper half with --largest-gap 95", [] { return ears(upper_half()); }, "leave a gap of 89",
       false, 95.0},
      {"receivers more than 1 m apart",
       [] {
         Kind k = ears();
         k.variable("ReceiverPosition").values = {0, 9.0, 0, 0, -9.0, 0};
         return k;
       },
       "centimeters"},
      {"RoomType other than free field",
       [] {
         Kind k = ears();
         k.file.attributes["RoomType"] = "reverberant";
         return k;
       },
       "RoomType"},
  };
}

std::vector<Case> refused_cases() {
  constexpr double kDegree = std::numbers::pi / 180.0;
  return {
      {"ring", [] { return ears(ring(0, 360)); }, "a gap of 89", true},
      {"frontal half-ring", [] { return ears(ring(-90, 90)); }, "--largest-gap", true},
      {"upper half", [] { return ears(upper_half()); }, "--largest-gap", true},
      {"all directions equal", [] { return ears(Directions(30, Eigen::Vector3d::UnitX())); },
       "a gap of 1", true},
      {"one direction", [] { return ears(Directions(1, Eigen::Vector3d::UnitX())); },
       "at least 2 directions", true},
      {"radians although Units say degree",
       [] {
         Kind k = ears();
         k.set("SourcePosition", "MC", k.spherical(1.0), "spherical", "degree, degree, metre");
         return k;
       },
       "gap", true},
      {"degrees although Units say radian",
       [kDegree] {
         Kind k = ears();
         k.set("SourcePosition", "MC", k.spherical(kDegree), "spherical", "radian, radian, metre");
         return k;
       },
       "degrees although Units say radian", true},
      {"colatitude that the file does not state",
       [kDegree] {
         Kind k = ears();
         k.set("SourcePosition", "MC", k.spherical(kDegree, true), "spherical",
               "degree, degree, metre");
         return k;
       },
       "zenith", true},
      {"other units",
       [] {
         Kind k = ears();
         k.variable("SourcePosition").attributes["Units"] = "gon, gon, metre";
         return k;
       },
       "gon", true},
      {"several sample rates",
       [] {
         Kind k = ears();
         k.variable("Data.SamplingRate").dimensions = "M";
         k.variable("Data.SamplingRate").values.assign(kDirections, 48000.0);
         k.variable("Data.SamplingRate").values.back() = 44100.0;
         return k;
       },
       "one sample rate", true},
      {"FIR-E of several emitters",
       [] {
         Kind k = with_convention("GeneralFIR-E");
         k.file.attributes["DataType"] = "FIR-E";
         k.file.dimensions['E'] = 2;
         k.variable("EmitterPosition").values.assign(6, 0.0);
         return k;
       },
       "one emitter, found 2", true},
      {"uneven frequencies",
       [] {
         Kind k = with_convention("GeneralTF");
         k.fill_transfer(0, 60, 200.0, 1e-3);
         for (double& f : k.frequency_hz) f = 100.0 * std::pow(2.0, f / 2000.0);
         return k;
       },
       "one spacing", true},
      {"responses of a room",
       [] {
         Kind k = ears();
         k.samples = 4800;
         k.fill_fir(64.0);
         std::vector<double>& ir = k.variable("Data.IR").values;
         for (std::size_t i = 3600; i < ir.size(); i += k.samples) ir[i] = 0.2;
         return k;
       },
       "direct sound", true},
      {"receivers that are spherical harmonics",
       [] {
         Kind k = ears();
         k.variable("ReceiverPosition").attributes["Type"] = "spherical harmonics";
         return k;
       },
       "spherical harmonics", true},
      {"DataType SOS",
       [] {
         Kind k = with_convention("MyFilters");
         k.file.attributes["DataType"] = "SOS";
         return k;
       },
       "DataType \"SOS\"", true},
  };
}

/// Puts the frequencies into the dimension N.
void write_frequencies(const std::filesystem::path& path, const std::vector<double>& hz) {
  const io::Handle file(H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT), H5Fclose);
  const io::Handle n(H5Dopen2(file.get(), "/N", H5P_DEFAULT), H5Dclose);
  REQUIRE(H5Dwrite(n.get(), H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, hz.data()) >= 0);
}

std::filesystem::path write(const test::TemporaryFolder& folder, const Kind& kind) {
  const std::filesystem::path path = folder / "x.sofa";
  formats::write_sofa(path, kind.file);
  if (!kind.frequency_hz.empty()) write_frequencies(path, kind.frequency_hz);
  return path;
}

/// Interaural delay at 500 Hz, s.
double interaural_s(const array::Responses& responses, std::size_t m) {
  std::complex<double> ear[2];
  const double f = 500.0;
  for (std::size_t r = 0; r < 2; ++r) {
    const float* x = responses.ir.data() + (m * 2 + r) * responses.samples;
    for (std::size_t n = 0; n < responses.samples; ++n)
      ear[r] += static_cast<double>(x[n]) *
                std::polar(1.0, -2.0 * std::numbers::pi * f / responses.sample_rate_hz *
                                    static_cast<double>(n));
  }
  return std::arg(ear[0] * std::conj(ear[1])) / (2.0 * std::numbers::pi * f);
}

}  // namespace

TEST_CASE("SOFA files of every kind that is read have the right directions and times") {
  for (const Case& one : read_cases()) {
    INFO(one.name);
    const test::TemporaryFolder folder;
    const Kind kind = one.make();
    const std::filesystem::path path = write(folder, kind);
    array::KnownArray known;
    test::CapturedStream errors(STDERR_FILENO);
    REQUIRE_NOTHROW(known = formats::load_array(path, {.largest_gap_deg = one.largest_gap_deg}));
    const std::string warnings = errors.text();
    INFO(warnings);
    CHECK(one.expected.empty() == warnings.empty());
    CHECK(warnings.find(one.expected) != std::string::npos);
    REQUIRE(known.responses);
    REQUIRE(known.responses->direction.size() == kind.direction.size());
    for (std::size_t m = 0; m < kind.direction.size(); ++m) {
      const Eigen::Vector3d& d = kind.direction[m];
      CHECK((known.responses->direction[m] - d).norm() < 1e-6);
      CHECK(std::abs(interaural_s(*known.responses, m) - (arrival_s(d, 1) - arrival_s(d, 0))) <
            2e-6);
    }
  }
}

TEST_CASE("SOFA files of every kind that is refused say what to do") {
  std::vector<Case> cases = refused_cases();
  for (const formats::RefusedSofaConvention& refused : formats::refused_sofa_conventions()) {
    const std::string name = refused.name;
    cases.push_back({name, [name] { return with_convention(name); }, name, true});
  }
  for (const Case& one : cases) {
    INFO(one.name);
    const test::TemporaryFolder folder;
    const std::filesystem::path path = write(folder, one.make());
    test::CapturedStream errors(STDERR_FILENO);
    CHECK_THROWS_AS(formats::load_array(path), core::InputError);
    CHECK_THROWS_WITH(formats::load_array(path), Catch::Matchers::Contains(one.expected) &&
                                                     Catch::Matchers::Contains("x.sofa"));
  }
}

TEST_CASE("radians that pass as degrees are guessed in a warning") {
  const test::TemporaryFolder folder;
  Kind k = ears();
  k.set("SourcePosition", "MC", k.spherical(1.0), "spherical", "degree, degree, metre");
  const array::Responses read = formats::read_sofa(write(folder, k));
  REQUIRE(read.notes.size() == 1);
  CHECK(read.notes[0].find("radians") != std::string::npos);
}

TEST_CASE("the table of SOFA kinds has a test for each row, and a row for each test") {
  std::set<std::string> tested;
  for (const Case& one : read_cases()) tested.insert(one.name);
  for (const Case& one : refused_cases()) tested.insert(one.name);
  for (const formats::RefusedSofaConvention& refused : formats::refused_sofa_conventions())
    tested.insert(refused.name);
  const std::string page = core::read_text_file(std::string(CSL_SOURCE) + "/docs/use/sofa.md");
  const std::regex row(R"(^\| ([^|]+) \| (read|read, warning|refused) \|)");
  std::set<std::string> written;
  std::istringstream lines(page);
  for (std::string line; std::getline(lines, line);) {
    std::smatch match;
    if (std::regex_search(line, match, row)) written.insert(match[1]);
  }
  CHECK(written == tested);
}

TEST_CASE("what csl-check says about a SOFA file") {
  const test::TemporaryFolder folder;
  const std::optional<formats::SofaSummary> ours = formats::summarize_sofa(write(folder, ears()));
  REQUIRE(ours);
  CHECK(ours->ours);
  CHECK(
      ours->content ==
      "convention SimpleFreeFieldHRIR, DataType FIR, M 300, R 2, E 1, N 256, 48000 Hz, written by "
      "csl");
  Kind other = ears();
  other.file.attributes["APIName"] = "Another API";
  const std::optional<formats::SofaSummary> theirs = formats::summarize_sofa(write(folder, other));
  REQUIRE(theirs);
  CHECK(!theirs->ours);
  other.file.attributes["Conventions"] = "Something";
  CHECK(!formats::summarize_sofa(write(folder, other)));
}
