/// A half-open range of indices.
#pragma once

#include <cstddef>

namespace core {

/// Indices from `first` up to, but not including, `end`: rows of a dataset, bins of an FFT, frames.
struct IndexRange {
  std::size_t first = 0;
  std::size_t end = 0;  ///< at least `first`

  std::size_t count() const { return end - first; }
  bool operator==(const IndexRange&) const = default;
};

}  // namespace core
