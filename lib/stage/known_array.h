/// The array behind --array: a built-in name, a JSON file or a SOFA file.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "array/responses.h"

namespace stage {

/// What is known of the array; nothing of it is read by the learner.
struct KnownArray {
  std::vector<Eigen::Vector3d> position_m;    ///< microphones in the sensor frame; empty: not known
  std::optional<array::Responses> responses;  ///< of an array with a body; its name is not kept

  std::size_t microphones() const { return responses ? responses->receivers : position_m.size(); }
};

/// Responses of a SOFA file or of a geometry with a rigid sphere; positions of open arrays.
/// @param edge_m  size of a built-in array, m; 0: its default
/// @throws core::UsageError  an unknown name, or a size where the array has its own;
///         core::InputError  a file that is missing or wrong
KnownArray load_array(const std::string& name_or_path, double edge_m = 0.0);

}  // namespace stage
