/// Whether positions can be those of an array, or are in another unit.
#pragma once

#include <Eigen/Core>
#include <span>
#include <string>

namespace array {

/// Largest distance between two microphones, m.
double span_m(std::span<const Eigen::Vector3d> position_m);

/// A question to the user if positions are hardly those of an array (a span above 1 m or below 5
/// mm); it names the unit that they may be in. Empty: nothing to ask.
std::string scale_question(std::span<const Eigen::Vector3d> position_m);

}  // namespace array
