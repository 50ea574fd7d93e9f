/// An array that is known: its positions, or its measured responses.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <optional>
#include <vector>

#include "array/responses.h"

namespace array {

/// What is known of the array; nothing of it is read by the learner.
struct KnownArray {
  std::vector<Eigen::Vector3d> position_m;    ///< microphones in the sensor frame; empty: not known
  std::optional<array::Responses> responses;  ///< of an array with a body; its name is not kept

  std::size_t microphones() const { return responses ? responses->receivers : position_m.size(); }
};

}  // namespace array
