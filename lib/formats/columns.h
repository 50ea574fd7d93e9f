/// Columns of vectors and quaternions in HDF5 files.
#pragma once

#include <fmt/format.h>

#include <Eigen/Core>
#include <Eigen/Geometry>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "io/hdf5_reader.h"
#include "io/hdf5_writer.h"

namespace formats {

/// Appends a vector as one row of three numbers.
inline void append_vector(io::Hdf5Writer& writer, const std::string& dataset,
                          const Eigen::Vector3d& v) {
  writer.append_rows<double>(dataset, std::span<const double>(v.data(), 3), 3);
}

/// The vector in row `row` of a column with three numbers in a row.
inline Eigen::Vector3d vector_at(const std::vector<double>& values, std::size_t row) {
  return {values[3 * row], values[3 * row + 1], values[3 * row + 2]};
}

/// Appends quaternions as rows w x y z.
inline void append_quaternions(io::Hdf5Writer& writer, const std::string& dataset,
                               std::span<const Eigen::Quaterniond> quaternions) {
  std::vector<double> rows;
  for (const Eigen::Quaterniond& q : quaternions) {
    rows.insert(rows.end(), {q.w(), q.x(), q.y(), q.z()});
  }
  writer.append_rows<double>(dataset, rows, 4);
}

/// The quaternion in row `row` of a column of rows w x y z.
inline Eigen::Quaterniond quaternion_at(const std::vector<double>& wxyz, std::size_t row) {
  return {wxyz[4 * row], wxyz[4 * row + 1], wxyz[4 * row + 2], wxyz[4 * row + 3]};
}

/// Reads a whole column.
/// @throws core::InputError if the column does not have `rows` rows of `width` values
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
