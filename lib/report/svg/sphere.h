/// Pictures of the whole sphere.
#pragma once

#include <Eigen/Core>
#include <functional>
#include <string>
#include <vector>

#include "report/svg/plot.h"

namespace report::svg {

/// Values over all directions in Mollweide's equal-area projection. Azimuth 0 (+x) is in the
/// middle, azimuth +90 degrees (+y) is on the left, and +z is on top.
struct SvgSphere {
  std::string title;
  std::string description;
  std::string name;  ///< quantity that the colors show; legend entry
  /// Value of a unit direction; NaN: nothing is drawn there.
  std::function<double(const Eigen::Vector3d&)> value;
  double low = 0.0, high = 1.0;
  Ramp ramp = Ramp::kAmount;
  std::string no_data_name =
      {};  ///< where the value is NaN: hatched under this legend entry; empty: left blank
  std::vector<Eigen::Vector3d> rings;    ///< drawn as circles
  std::vector<Eigen::Vector3d> crosses;  ///< drawn as crosses
  std::string ring_name, cross_name;     ///< legend entries
};

/// @throws core::UsageError  if there is no value or high <= low
std::string render_sphere(const SvgSphere& sphere, bool standalone);

/// Mollweide's projection: x in [-2, 2] (to the right), y in [-1, 1] (up).
Eigen::Vector2d mollweide(const Eigen::Vector3d& direction);
/// The inverse of mollweide() for points inside the ellipse x^2 / 4 + y^2 <= 1.
Eigen::Vector3d mollweide_inverse(const Eigen::Vector2d& point);

}  // namespace report::svg
