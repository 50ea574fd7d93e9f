/// An array that is known: its positions, or its measured responses.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <optional>
#include <vector>

#include "array/responses.h"

namespace array {

/// Known facts about the array. The learner never reads them.
struct KnownArray {
  std::vector<Eigen::Vector3d> position_m;    ///< sensor frame, [microphones]; empty: not known
  std::optional<array::Responses> responses;  ///< of an array with a body, without their name

  std::size_t microphones() const { return responses ? responses->receivers : position_m.size(); }
};

}  // namespace array
