/// The array that --array names: a built-in array, a JSON file or a SOFA file.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "array/known_array.h"
#include "array/responses.h"

namespace formats {

/// Reads an array. An open array has positions; a SOFA file and a geometry with a rigid sphere have
/// responses.
/// @param edge_m  size of a built-in array, m; 0: its default size
/// @throws core::UsageError  for an unknown name, and for a size if the array is not built in
/// @throws core::InputError  for a file that is missing or wrong
array::KnownArray load_array(const std::string& name_or_path, double edge_m = 0.0);

}  // namespace formats
