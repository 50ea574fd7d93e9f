/// The array behind --array: a built-in name, a JSON file or a SOFA file.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "array/known_array.h"
#include "array/responses.h"

namespace formats {

/// Responses of a SOFA file or of a geometry with a rigid sphere; positions of open arrays.
/// @param edge_m  size of a built-in array, m; 0: its default
/// @throws core::UsageError  an unknown name, or a size where the array has its own;
///         core::InputError  a file that is missing or wrong
array::KnownArray load_array(const std::string& name_or_path, double edge_m = 0.0);

}  // namespace formats
