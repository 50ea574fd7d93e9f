/// Geometry of an array: positions of its microphones, and a rigid sphere between them if there is
/// one.
#pragma once

#include <Eigen/Core>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace array {

inline constexpr std::size_t kMinMicrophones = 2;
inline constexpr std::size_t kMaxMicrophones = 64;

/// A rigid sphere that shadows and diffracts the sound (rigid_sphere.h).
struct RigidSphere {
  Eigen::Vector3d center_m = Eigen::Vector3d::Zero();  ///< sensor frame
  double radius_m = 0.0;
};

/// Invariant of the geometries that the functions below return: 2 to 64 microphones at finite and
/// different positions. With a sphere, no microphone is inside it, and all are within 0.5 m of the
/// center.
struct Geometry {
  std::string name;
  /// Sensor frame, relative to the array's center, [microphones].
  std::vector<Eigen::Vector3d> position_m;
  std::optional<RigidSphere> sphere = std::nullopt;  ///< none: an open array

  std::size_t size() const { return position_m.size(); }
  /// Largest distance of a microphone from the center.
  double radius_m() const;
};

/// Names of the built-in arrays: cube8 ring6 tetra4 spherical32 head2, then the devices.
std::vector<std::string> builtin_names();

/// One of the built-in arrays, with the default of edge_m in m:
///   cube8        0.05   corners of a cube; edge_m is its edge
///   ring6        0.05   regular hexagon in the x-y plane, first microphone on +x; edge_m is its
///   side tetra4       0.05   corners of a regular tetrahedron; edge_m is its edge
///   spherical32  0.084  face centers and corners of a truncated icosahedron, on one sphere; edge_m
///                       is its diameter
///   head2        0.175  two microphones on the y axis, left (+y) first; edge_m is their distance
/// These are open arrays: there is no body that changes the sound. Or one of device_arrays().
/// @param edge_m  size in m; 0: the default; devices have no other
/// @throws core::UsageError  on an unknown name or a size outside 1 mm to 2 m
Geometry builtin(const std::string& name, double edge_m = 0.0);

/// Reads {"name": "...", "positions_m": [[x, y, z], ...]}. The keys positions_cm and positions_mm
/// give positions in centimeters and millimeters. An array with a body also has
/// "rigid_sphere": {"radius_m": r, "centre_m": [x, y, z]}; the key
/// "center_m" is read, too.
/// @param source_name  name of the input in error messages, usually the file name
/// @throws core::InputError  on a missing or unknown key, a wrong type, a coordinate that is not
///                           finite or beyond 10 m, an array of more than 10 m, or a violated
///                           invariant of Geometry
Geometry geometry_from_json(const nlohmann::json& json, const std::string& source_name);
nlohmann::json geometry_to_json(const Geometry& geometry);

/// A built-in name, or the path of a JSON file (anything that ends in .json).
/// @throws core::UsageError  if it is neither
/// @throws core::InputError  if the file is missing or wrong
Geometry load_geometry(const std::string& name_or_path, double edge_m = 0.0);

}  // namespace array
