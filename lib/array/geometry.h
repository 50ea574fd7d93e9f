/// Where the microphones of an array sit.
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

/// A body among the microphones (rigid_sphere.h).
struct RigidSphere {
  Eigen::Vector3d center_m = Eigen::Vector3d::Zero();  ///< sensor frame
  double radius_m = 0.0;
};

/// Invariant of what the functions below return: 2 to 64 microphones, finite, no two at one place,
/// none inside the sphere, and none farther than 0.5 m from the center where there is one.
struct Geometry {
  std::string name;
  std::vector<Eigen::Vector3d>
      position_m;  ///< sensor frame, relative to the array's center, [microphones]
  std::optional<RigidSphere> sphere = std::nullopt;  ///< none: an open array

  std::size_t size() const { return position_m.size(); }
  /// Largest distance of a microphone from the center.
  double radius_m() const;
};

/// Names that builtin() knows: cube8 ring6 tetra4 spherical32 head2.
std::vector<std::string> builtin_names();

/// One of the built-in arrays:
///   cube8        corners of a cube; edge_m is its edge (0.05)
///   ring6        regular hexagon in the x-y plane, first microphone on +x; edge_m is its side
///   (0.05) tetra4       corners of a regular tetrahedron; edge_m is its edge (0.05) spherical32
///   face centers and corners of a truncated icosahedron's sphere (open sphere);
///                edge_m is its diameter (0.084)
///   head2        two microphones on the y axis, left (+y) first; edge_m is their distance (0.175)
/// All are open arrays: no body does anything to the sound.
/// @param edge_m  size in m; 0 takes the default above
/// @throws core::UsageError  on an unknown name or a size outside 1 mm to 2 m
Geometry builtin(const std::string& name, double edge_m = 0.0);

/// {"name": "...", "positions_m": [[x, y, z], ...]}, and where there is a body
/// "rigid_sphere": {"radius_m": r, "centre_m": [x, y, z]} (or "center_m")
/// @param source_name  what error messages call the input, usually the file name
/// @throws core::InputError  on a missing or unknown key, a wrong type, fewer than 2 or more than
/// 64
///                           microphones, a value that is not finite or beyond 10 m, two at one
///                           place; one inside the sphere, or beyond 0.5 m where there is one
Geometry geometry_from_json(const nlohmann::json& json, const std::string& source_name);
nlohmann::json geometry_to_json(const Geometry& geometry);

/// A built-in name, or the path of a JSON file (anything that ends in .json).
/// @throws core::UsageError  if it is neither; core::InputError if the file is missing or wrong
Geometry load_geometry(const std::string& name_or_path, double edge_m = 0.0);

}  // namespace array
