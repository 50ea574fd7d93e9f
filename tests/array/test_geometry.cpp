#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <map>

#include "array/geometry.h"
#include "array/scale.h"
#include "core/errors.h"

namespace array {
namespace {

double smallest_spacing(const Geometry& geometry) {
  double spacing = 1e9;
  for (std::size_t a = 0; a < geometry.size(); ++a) {
    for (std::size_t b = a + 1; b < geometry.size(); ++b) {
      spacing = std::min(spacing, (geometry.position_m[a] - geometry.position_m[b]).norm());
    }
  }
  return spacing;
}

Geometry parse(const std::string& text) {
  return geometry_from_json(nlohmann::json::parse(text), "test.json");
}

}  // namespace

TEST_CASE("built-in arrays have their count, size and center", "[geometry]") {
  // Distance between neighbors over the size given: edge, side, edge, edge of an icosahedron's
  // neighbor, distance.
  const std::map<std::string, std::pair<std::size_t, double>> expected{
      {"cube8", {8, 1.0}},
      {"ring6", {6, 1.0}},
      {"tetra4", {4, 1.0}},
      {"spherical32", {32, 0.3204}},
      {"head2", {2, 1.0}}};
  const std::vector<std::string> names = builtin_names();
  for (const auto& [name, size] : expected) {
    CHECK(std::ranges::find(names, name) != names.end());
    const Geometry geometry = builtin(name, 0.1);
    CHECK(geometry.name == name);
    CHECK(geometry.size() == expected.at(name).first);
    CHECK(smallest_spacing(geometry) == Approx(0.1 * expected.at(name).second).epsilon(1e-3));
    Eigen::Vector3d sum = Eigen::Vector3d::Zero();
    for (const Eigen::Vector3d& p : geometry.position_m) {
      sum += p;
      CHECK(p.norm() == Approx(geometry.radius_m()));
    }
    CHECK(sum.norm() < 1e-15);
  }
  CHECK(builtin("cube8").radius_m() == Approx(0.05 * std::sqrt(3.0) / 2.0));
  CHECK_THROWS_AS(builtin("cube9"), core::UsageError);
  CHECK_THROWS_AS(builtin("cube8", -1.0), core::UsageError);
  CHECK_THROWS_AS(builtin("cube8", NAN), core::UsageError);
}

TEST_CASE("arrays come back from JSON as they were written", "[geometry]") {
  const Geometry geometry = builtin("tetra4");
  const Geometry back = geometry_from_json(geometry_to_json(geometry), "round trip");
  CHECK(back.name == geometry.name);
  for (std::size_t i = 0; i < geometry.size(); ++i)
    CHECK(back.position_m[i] == geometry.position_m[i]);
}

TEST_CASE(
    "a rigid sphere comes back from JSON as it was written, and a microphone inside it is refused",
    "[geometry]") {
  using Catch::Matchers::Contains;
  const std::string start = R"({"positions_m": [[0.1, 0, 0], [0, 0.1, 0]], "rigid_sphere": )";
  const Geometry geometry = parse(start + R"({"radius_m": 0.09, "centre_m": [0, 0.01, 0]}})");
  const Geometry back = geometry_from_json(geometry_to_json(geometry), "round trip");
  CHECK(back.sphere->radius_m == 0.09);
  CHECK(back.sphere->center_m == Eigen::Vector3d(0.0, 0.01, 0.0));
  CHECK_THROWS_WITH(parse(start + R"({"radius_m": 0.2, "centre_m": [0, 0, 0]}})"),
                    Contains("microphone 0 lies 100.0 mm inside") && Contains("200.0 mm"));
  CHECK_THROWS_WITH(
      parse(
          R"({"positions_m": [[0.1, 0, 0], [0, 0.6, 0]], "rigid_sphere": {"radius_m": 0.09, "centre_m": [0, 0, 0]}})"),
      Contains("microphone 1 at 0.60 m"));
  CHECK_THROWS_WITH(parse(start + R"({"radius_m": -1, "centre_m": [0, 0, 0]}})"),
                    Contains("0.001 to 0.5"));
  CHECK_THROWS_WITH(parse(start + R"({"radius_m": 0.09}})"), Contains("centre_m"));
  const Geometry american = parse(start + R"({"radius_m": 0.09, "center_m": [0, 0.01, 0]}})");
  CHECK(american.sphere->center_m == geometry.sphere->center_m);
  CHECK(geometry_to_json(american) == geometry_to_json(geometry));
  CHECK_THROWS_WITH(
      parse(start + R"({"radius_m": 0.09, "center_m": [0, 0, 0], "centre_m": [0, 0, 0]}})"),
      Contains("rigid_sphere"));
  CHECK_THROWS_WITH(parse(start + "0.09}"), Contains("rigid_sphere"));
}

TEST_CASE("faulty JSON arrays are refused, and the message says where", "[geometry]") {
  using Catch::Matchers::Contains;
  CHECK_THROWS_AS(parse("[]"), core::InputError);
  CHECK_THROWS_WITH(parse(R"({"name": "a"})"), Contains("positions_m"));
  CHECK_THROWS_WITH(parse(R"({"positions_m": [[0, 0, 0]]})"),
                    Contains("2 to 64") && Contains("found 1"));
  CHECK_THROWS_WITH(parse(R"({"positions_m": [[0, 0, 0], [1, 2]]})"),
                    Contains("test.json: positions_m[1]"));
  CHECK_THROWS_WITH(parse(R"({"positions_m": [[0, 0, 0], [1, 2, "3"]]})"),
                    Contains("three numbers"));
  CHECK_THROWS_WITH(parse(R"({"positions_m": [[0, 0, 0], [1, 2, 1e300]]})"),
                    Contains("coordinates"));
  CHECK_THROWS_WITH(parse(R"({"positions_m": [[0, 0, 0], [0, 0, 0]]})"), Contains("same place"));
  CHECK_THROWS_WITH(parse(R"({"positions": [], "positions_m": [[0, 0, 0], [0, 0, 1]]})"),
                    Contains("unknown key"));
  CHECK_THROWS_WITH(parse(R"({"name": 3, "positions_m": [[0, 0, 0], [0, 0, 1]]})"),
                    Contains("expected a text"));
}

TEST_CASE("an array is loaded by name or from a file", "[geometry]") {
  CHECK(load_geometry("ring6", 0.04).radius_m() == Approx(0.04));
  CHECK_THROWS_AS(load_geometry("missing.json"), core::InputError);
  CHECK_THROWS_AS(load_geometry("nothing"), core::UsageError);
  CHECK_THROWS_AS(load_geometry("any.json", 0.05), core::UsageError);
}

TEST_CASE("positions in centimeters and millimeters have keys of their own") {
  const Geometry m = parse(R"({"positions_m": [[0.03, 0, 0], [0, 0.04, 0]]})");
  const Geometry cm = parse(R"({"positions_cm": [[3, 0, 0], [0, 4, 0]]})");
  const Geometry mm = parse(R"({"positions_mm": [[30, 0, 0], [0, 40, 0]]})");
  for (std::size_t i = 0; i < 2; ++i) {
    CHECK((cm.position_m[i] - m.position_m[i]).norm() < 1e-12);
    CHECK((mm.position_m[i] - m.position_m[i]).norm() < 1e-12);
  }
  CHECK(span_m(m.position_m) == Approx(0.05));
  CHECK_THROWS_AS(parse(R"({"positions_m": [[0, 0, 0]], "positions_mm": [[0, 0, 0]]})"),
                  core::InputError);
}

TEST_CASE("an array of a size that no array has is questioned or refused") {
  const auto question = [](double length_m) {
    return scale_question(
        std::vector<Eigen::Vector3d>{{0.5 * length_m, 0, 0}, {-0.5 * length_m, 0, 0}});
  };
  CHECK(question(0.17).empty());
  CHECK(question(0.99).empty());
  CHECK(question(0.006).empty());
  CHECK(question(2.3).find("centimeters") != std::string::npos);
  CHECK(question(0.0001).find("too small") != std::string::npos);
  CHECK_THROWS_WITH(parse(R"({"positions_m": [[6, 0, 0], [-6, 0, 0]]})"),
                    Catch::Matchers::Contains("12 m"));
}

}  // namespace array
