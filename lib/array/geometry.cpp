#include "array/geometry.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "array/device_arrays.h"
#include "array/scale.h"
#include "core/errors.h"
#include "core/files.h"
#include "core/json_text.h"

namespace array {
namespace {

constexpr double kMaxCoordinate_m = 10.0;
constexpr double kMaxSpan_m = 10.0;
constexpr double kMinSpacing_m = 1e-6;
constexpr double kMinSphere_m = 1e-3;
constexpr double kMaxSphere_m = 0.5;
constexpr double kSurface_m = 1e-3;  // less deep inside a sphere counts as on its surface

std::vector<Eigen::Vector3d> cube_corners(double edge_m) {
  std::vector<Eigen::Vector3d> corners;
  for (const int x : {-1, 1}) {
    for (const int y : {-1, 1}) {
      for (const int z : {-1, 1}) corners.push_back(Eigen::Vector3d(x, y, z) * (edge_m / 2.0));
    }
  }
  return corners;
}

std::vector<Eigen::Vector3d> hexagon(double side_m) {
  std::vector<Eigen::Vector3d> corners;
  for (int i = 0; i < 6; ++i) {
    const double angle = i * std::numbers::pi / 3.0;
    corners.emplace_back(side_m * std::cos(angle), side_m * std::sin(angle), 0.0);
  }
  return corners;
}

std::vector<Eigen::Vector3d> tetrahedron(double edge_m) {
  // Alternate corners of a cube whose face diagonal is the edge.
  const double half = edge_m / std::sqrt(8.0);
  return {{half, half, half}, {half, -half, -half}, {-half, half, -half}, {-half, -half, half}};
}

std::vector<Eigen::Vector3d> pentakis_dodecahedron(double diameter_m) {
  // Corners of an icosahedron (12) and of the dodecahedron dual to it (20), on one sphere.
  const double golden = std::numbers::phi;
  std::vector<Eigen::Vector3d> corners;
  for (const int a : {-1, 1}) {
    for (const int b : {-1, 1}) {
      corners.emplace_back(0.0, a, b * golden);
      corners.emplace_back(a, b * golden, 0.0);
      corners.emplace_back(b * golden, 0.0, a);
      corners.emplace_back(0.0, a * golden, b / golden);
      corners.emplace_back(a * golden, b / golden, 0.0);
      corners.emplace_back(b / golden, 0.0, a * golden);
    }
  }
  for (const Eigen::Vector3d& corner : cube_corners(2.0)) corners.push_back(corner);
  for (Eigen::Vector3d& corner : corners) corner *= diameter_m / 2.0 / corner.norm();
  return corners;
}

std::vector<Eigen::Vector3d> ear_pair(double distance_m) {
  return {{0.0, distance_m / 2.0, 0.0}, {0.0, -distance_m / 2.0, 0.0}};
}

struct Builtin {
  const char* name;
  double default_edge_m;
  std::vector<Eigen::Vector3d> (*make)(double edge_m);
};
constexpr Builtin kBuiltins[] = {{"cube8", 0.05, cube_corners},
                                 {"ring6", 0.05, hexagon},
                                 {"tetra4", 0.05, tetrahedron},
                                 {"spherical32", 0.084, pentakis_dodecahedron},
                                 {"head2", 0.175, ear_pair}};

std::string joined_builtin_names() {
  std::string names;
  for (const std::string& name : builtin_names()) names += (names.empty() ? "" : " ") + name;
  return names;
}

/// A key of positions and the length of its unit.
struct PositionKey {
  const char* name;
  double unit_m;
};
constexpr PositionKey kPositionKeys[] = {
    {"positions_m", 1.0}, {"positions_cm", 1e-2}, {"positions_mm", 1e-3}};

/// @param unit_m  length of the unit of the numbers, m
Eigen::Vector3d position_from_json(const nlohmann::json& json, const std::string& place,
                                   double unit_m = 1.0) {
  const bool three_numbers =
      json.is_array() && json.size() == 3 &&
      std::all_of(json.begin(), json.end(), [](const auto& value) { return value.is_number(); });
  if (!three_numbers) {
    throw core::InputError(fmt::format("{}: expected three numbers [x, y, z], found {}", place,
                                       core::json_text(json).substr(0, 60)));
  }
  const Eigen::Vector3d position =
      unit_m * Eigen::Vector3d(json[0].get<double>(), json[1].get<double>(), json[2].get<double>());
  if (!(position.array().abs() <= kMaxCoordinate_m).all()) {
    throw core::InputError(
        fmt::format("{}: expected coordinates within {} m of the center, found {}; positions in "
                    "other units have the key positions_mm or positions_cm",
                    place, kMaxCoordinate_m, core::json_text(json)));
  }
  return position;
}

void check_spacing(const Geometry& geometry, const std::string& source_name) {
  for (std::size_t a = 0; a < geometry.size(); ++a) {
    for (std::size_t b = a + 1; b < geometry.size(); ++b) {
      if ((geometry.position_m[a] - geometry.position_m[b]).norm() < kMinSpacing_m) {
        throw core::InputError(
            fmt::format("{}: microphones {} and {} are at the same place", source_name, a, b));
      }
    }
  }
}

void check_sphere(const Geometry& geometry, const std::string& source_name) {
  for (std::size_t i = 0; i < geometry.size(); ++i) {
    const double depth_m =
        geometry.sphere->radius_m - (geometry.position_m[i] - geometry.sphere->center_m).norm();
    if (depth_m > kSurface_m) {
      throw core::InputError(fmt::format(
          "{}: microphone {} lies {:.1f} mm inside a rigid sphere of {:.1f} mm: expected it on the "
          "surface or outside",
          source_name, i, 1e3 * depth_m, 1e3 * geometry.sphere->radius_m));
    }
    if (!(geometry.position_m[i].norm() <= kMaxSphere_m)) {
      throw core::InputError(fmt::format(
          "{}: expected microphones within {} m of the center, as there is a rigid sphere; found "
          "microphone {} at {:.2f} m",
          source_name, kMaxSphere_m, i, geometry.position_m[i].norm()));
    }
  }
}

RigidSphere sphere_from_json(const nlohmann::json& json, const std::string& place) {
  const char* center = json.is_object() && json.contains("center_m") ? "center_m" : "centre_m";
  const bool two_keys = json.is_object() && json.size() == 2 && json.contains("radius_m") &&
                        json.contains(center) && json["radius_m"].is_number();
  if (!two_keys) {
    throw core::InputError(
        fmt::format("{}: expected {{\"radius_m\": r, \"centre_m\": [x, y, z]}}, found {}", place,
                    core::json_text(json).substr(0, 60)));
  }
  const RigidSphere sphere{position_from_json(json[center], fmt::format("{}: {}", place, center)),
                           json["radius_m"].get<double>()};
  if (!(sphere.radius_m >= kMinSphere_m && sphere.radius_m <= kMaxSphere_m)) {
    throw core::InputError(fmt::format("{}: expected a radius of {} to {} m, found {}", place,
                                       kMinSphere_m, kMaxSphere_m, sphere.radius_m));
  }
  return sphere;
}

void check_keys(const nlohmann::json& json, const std::string& source_name) {
  for (const auto& [key, value] : json.items()) {
    const bool positions =
        std::any_of(std::begin(kPositionKeys), std::end(kPositionKeys),
                    [&, &name = key](const PositionKey& known) { return name == known.name; });
    if (key != "name" && !positions && key != "comment" && key != "rigid_sphere") {
      throw core::InputError(fmt::format(
          "{}: unknown key '{}'; known are name, positions_m, positions_cm, positions_mm, "
          "rigid_sphere, comment",
          source_name, key));
    }
    if ((key == "name" || key == "comment") && !value.is_string()) {
      throw core::InputError(fmt::format("{}: {}: expected a text, found {}", source_name, key,
                                         core::json_text(value).substr(0, 60)));
    }
  }
}

/// The key of the positions. @throws core::InputError  unless there is exactly one
const PositionKey& position_key(const nlohmann::json& json, const std::string& source_name) {
  const PositionKey* found = nullptr;
  for (const PositionKey& key : kPositionKeys) {
    if (!json.is_object() || !json.contains(key.name) || !json[key.name].is_array()) continue;
    if (found != nullptr) {
      throw core::InputError(fmt::format("{}: expected one of {} and {}, found both", source_name,
                                         found->name, key.name));
    }
    found = &key;
  }
  if (found == nullptr) {
    throw core::InputError(fmt::format(
        "{}: expected {{\"name\": ..., \"positions_m\": [[x, y, z], ...]}}", source_name));
  }
  return *found;
}

void check_span(const Geometry& geometry, const std::string& source_name) {
  const double span = span_m(geometry.position_m);
  if (span <= kMaxSpan_m) return;
  throw core::InputError(fmt::format(
      "{}: expected an array of at most {} m, found {:.4g} m between two microphones; positions in "
      "other units have the key positions_mm or positions_cm",
      source_name, kMaxSpan_m, span));
}

}  // namespace

double Geometry::radius_m() const {
  double radius = 0.0;
  for (const Eigen::Vector3d& position : position_m) radius = std::max(radius, position.norm());
  return radius;
}

std::vector<std::string> builtin_names() {
  std::vector<std::string> names;
  for (const Builtin& known : kBuiltins) names.emplace_back(known.name);
  for (const DeviceArray& device : device_arrays()) names.emplace_back(device.name);
  return names;
}

Geometry builtin(const std::string& name, double edge_m) {
  if (edge_m != 0.0 && !(edge_m >= 1e-3 && edge_m <= 2.0)) {
    throw core::UsageError(fmt::format("array size: expected 0.001 to 2 m, found {} m", edge_m));
  }
  for (const Builtin& known : kBuiltins) {
    if (name == known.name)
      return {name, known.make(edge_m == 0.0 ? known.default_edge_m : edge_m)};
  }
  for (const DeviceArray& device : device_arrays()) {
    if (name != device.name) continue;
    core::require(edge_m == 0.0,
                  fmt::format("array {}: a device has its own size, found {} m", name, edge_m));
    return geometry_from_json(nlohmann::json::parse(device.json), name);
  }
  throw core::UsageError(fmt::format("array: expected one of {} or a JSON file, found '{}'",
                                     joined_builtin_names(), name));
}

Geometry geometry_from_json(const nlohmann::json& json, const std::string& source_name) {
  const PositionKey& key = position_key(json, source_name);
  check_keys(json, source_name);
  const nlohmann::json& positions = json[key.name];
  if (positions.size() < kMinMicrophones || positions.size() > kMaxMicrophones) {
    throw core::InputError(fmt::format("{}: {}: expected {} to {} microphones, found {}",
                                       source_name, key.name, kMinMicrophones, kMaxMicrophones,
                                       positions.size()));
  }
  Geometry geometry;
  geometry.name = json.value("name", "array");
  for (std::size_t i = 0; i < positions.size(); ++i) {
    geometry.position_m.push_back(position_from_json(
        positions[i], fmt::format("{}: {}[{}]", source_name, key.name, i), key.unit_m));
  }
  check_spacing(geometry, source_name);
  check_span(geometry, source_name);
  if (json.contains("rigid_sphere")) {
    geometry.sphere = sphere_from_json(json["rigid_sphere"], source_name + ": rigid_sphere");
    check_sphere(geometry, source_name);
  }
  return geometry;
}

nlohmann::json geometry_to_json(const Geometry& geometry) {
  nlohmann::json positions = nlohmann::json::array();
  for (const Eigen::Vector3d& p : geometry.position_m) positions.push_back({p.x(), p.y(), p.z()});
  nlohmann::json json = {{"name", geometry.name}, {"positions_m", positions}};
  if (geometry.sphere) {
    const Eigen::Vector3d& c = geometry.sphere->center_m;
    json["rigid_sphere"] = {{"radius_m", geometry.sphere->radius_m},
                            {"centre_m", {c.x(), c.y(), c.z()}}};
  }
  return json;
}

Geometry load_geometry(const std::string& name_or_path, double edge_m) {
  if (!name_or_path.ends_with(".json")) return builtin(name_or_path, edge_m);
  if (edge_m != 0.0) {
    throw core::UsageError(fmt::format(
        "{}: an array size applies to built-in arrays only, the file has its own", name_or_path));
  }
  return geometry_from_json(core::read_json_file(name_or_path), name_or_path);
}

}  // namespace array
