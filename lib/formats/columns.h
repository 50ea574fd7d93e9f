/// Columns of a stage file that are read and written row by row.
#pragma once

#include <fmt/format.h>

#include <Eigen/Core>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "io/hdf5_reader.h"
#include "io/hdf5_writer.h"

namespace formats {

inline void append_vector(io::Hdf5Writer& writer, const std::string& dataset,
                          const Eigen::Vector3d& v) {
  writer.append_rows<double>(dataset, std::span<const double>(v.data(), 3), 3);
}

/// Row `row` of a column of width 3.
inline Eigen::Vector3d vector_at(const std::vector<double>& values, std::size_t row) {
  return {values[3 * row], values[3 * row + 1], values[3 * row + 2]};
}

/// @throws core::InputError if a column does not have `rows` rows of `width` values
template <typename T>
std::vector<T> read_column(const io::Hdf5Reader& file, const std::string& dataset, std::size_t rows,
                           std::size_t width = 1) {
  const std::vector<std::size_t> shape = file.shape(dataset);
  const bool fits =
      shape[0] == rows && (width == 1 ? shape.size() == 1 : shape.size() == 2 && shape[1] == width);
  if (!fits) file.fail(dataset, fmt::format("expected {} rows of {} values", rows, width));
  return file.read<T>(dataset);
}

}  // namespace formats
