/// Axes of the listener or the source of SOFA files (AES69).
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <string>
#include <vector>

#include "formats/sofa_positions.h"
#include "io/hdf5_reader.h"

namespace formats {

/// Axes of an object: x along its view, z up. Without views they are those of the world.
class SofaAxes {
 public:
  /// @param object  "Listener" or "Source"
  /// @param rows    number of measurements; one row of the file stands for all
  /// @param notes   gets what was assumed
  /// @throws core::InputError  on wrong sizes, Types or Units
  SofaAxes(const io::Hdf5Reader& file, const std::string& object, std::size_t rows,
           std::vector<std::string>& notes);

  /// R_world_object of a measurement.
  /// @throws core::InputError  if its view is along its up
  Eigen::Matrix3d at(const io::Hdf5Reader& file, std::size_t row) const;

 private:
  std::string name_;
  SofaPositions view_;
  SofaPositions up_;
};

}  // namespace formats
