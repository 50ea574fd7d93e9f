/// What an array can tell apart by the places of its microphones.
#pragma once

#include <Eigen/Core>
#include <span>
#include <string>
#include <vector>

namespace array {

/// How many dimensions the microphones span.
enum class Extent {
  kLine,    ///< one: it hears the angle to its axis, a cone of directions
  kPlane,   ///< two: it does not hear on which side of its plane a source is
  kVolume,  ///< three: it hears every direction
};

struct Shape {
  Extent extent = Extent::kVolume;
  /// Of a plane its normal, of a line its direction: unit vector, sensor frame, its largest
  /// component positive. Zero for a volume.
  Eigen::Vector3d axis = Eigen::Vector3d::Zero();
  double aperture_m = 0.0;  ///< largest distance between two microphones
  double spacing_m = 0.0;   ///< smallest distance between two microphones

  /// Highest frequency at which the nearest microphones are half a wavelength apart, Hz. Above it,
  /// their phases alone fit several directions.
  double aliasing_hz(double speed_of_sound) const { return speed_of_sound / (2.0 * spacing_m); }
};

/// The shape of microphones; a deviation from a plane or a line of up to 5 % of the aperture counts
/// as none, because sound hardly shows it.
/// @param position_m  sensor frame, at least two different places
Shape shape_of(std::span<const Eigen::Vector3d> position_m);

/// The direction that stands for all directions which the array cannot tell from `direction`.
/// Plane: the one of the two on the side of `reference`. Line: the one of the cone that is nearest
/// to `reference`. Volume: `direction` itself.
/// @param direction, reference  unit vectors, sensor frame
Eigen::Vector3d representative(const Shape& shape, const Eigen::Vector3d& direction,
                               const Eigen::Vector3d& reference);

/// Directions that an array at rest cannot tell from `direction`: none of a volume, the mirror image
/// of a plane, points of the cone of a line that are not near `direction`.
std::vector<Eigen::Vector3d> rivals(const Shape& shape, const Eigen::Vector3d& direction);

/// The side that represents both where nothing else is said. Plane: its normal, upwards if it is
/// horizontal. Line: the perpendicular to it that is nearest to +x, or to +y for a line along x.
Eigen::Vector3d default_side(const Shape& shape);

/// A unit vector as a person writes it: "+z" or "(0.60, 0.00, 0.80)".
std::string axis_text(const Eigen::Vector3d& axis);

/// One sentence: "flat: it cannot tell +z from -z"; empty for a volume.
std::string ambiguity_text(const Shape& shape);

/// The microphones' numbers, from 1, in a small text picture, seen along the shape's axis, or from
/// above. The lines below it name the axes and the scale.
std::string text_picture(std::span<const Eigen::Vector3d> position_m);

}  // namespace array
