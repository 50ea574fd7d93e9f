/// Rows of one session inside a long dataset.
#pragma once

#include <cstddef>

namespace session {

/// Where row i of a table starts in a long dataset, and how many rows it has there.
struct RowRange {
  std::size_t first = 0;
  std::size_t count = 0;
};

}  // namespace session
