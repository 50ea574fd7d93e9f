/// Positions of SOFA files (AES69) in meters and in one kind of axes, whatever the file uses.
#pragma once

#include <Eigen/Core>
#include <string>
#include <vector>

#include "io/hdf5_reader.h"

namespace formats {

/// The text of an attribute; `otherwise` if there is none or it is blank.
std::string text_or(const io::Hdf5Reader& file, const std::string& object, const std::string& name,
                    const std::string& otherwise);

/// Numbers of any precision, whole numbers too.
std::vector<double> read_numbers(const io::Hdf5Reader& file, const std::string& dataset);

/// A variable of positions or directions. Attribute Type is cartesian or spherical; attribute Units
/// names the units of its coordinates (degree or radian, meter, centimeter or millimeter). A
/// spherical variable whose attributes speak of a colatitude, inclination or zenith angle counts
/// from the zenith.
class SofaPositions {
 public:
  enum class Role {
    kPosition,   ///< a place
    kSource,     ///< a place whose distance may not be known: then it is 0 in the file and 1 m here
    kDirection,  ///< a direction; its length means nothing
  };

  /// Reads [rows, 3] or [rows, 3, 1]; one row stands for all.
  /// @param typed_by   variable whose Type and Units hold if this one has no Type: AES69 gives
  ///                   ListenerUp those of ListenerView; empty: none
  /// @param rows       number of rows that the file must have, if not 1
  /// @param otherwise  value of all rows if the file has no such variable
  /// @throws core::InputError  on other sizes, Types or Units, and on coordinates that cannot be in
  ///                           these units
  SofaPositions(const io::Hdf5Reader& file, const std::string& dataset, std::size_t rows,
                const Eigen::Vector3d& otherwise, Role role, const std::string& typed_by = "");

  Eigen::Vector3d at(std::size_t row) const;
  /// Largest magnitude of the angles in degrees; 0 for Cartesian coordinates.
  double largest_angle_deg() const { return largest_angle_deg_; }

 private:
  double radians(double angle) const;
  void read_rows(const io::Hdf5Reader& file, std::size_t rows);
  /// @param object  variable whose attributes hold
  void read_type(const io::Hdf5Reader& file, const std::string& object);
  bool read_units(const std::vector<std::string>& words);
  void check_angles(const io::Hdf5Reader& file);

  std::string dataset_;
  Eigen::Vector3d otherwise_;
  Role role_;
  std::vector<double> values_;
  bool spherical_ = false;
  bool colatitude_ = false;
  bool degrees_ = true;    ///< unit of angles, else radians
  double length_m_ = 1.0;  ///< unit of lengths
  double largest_angle_deg_ = 0.0;
};

}  // namespace formats
