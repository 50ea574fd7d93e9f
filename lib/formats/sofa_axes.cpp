#include "formats/sofa_axes.h"

#include <Eigen/Geometry>

namespace formats {
namespace {

using Role = SofaPositions::Role;

/// The object's up. Without a Type it has that of its view; some programs nevertheless write the
/// Cartesian 0, 0, 1 beside a spherical view, which would then be along the view.
SofaPositions read_up(const io::Hdf5Reader& file, const std::string& object, std::size_t rows,
                      const SofaPositions& view, std::vector<std::string>& notes) {
  const std::string name = "/" + object + "Up";
  const Eigen::Vector3d otherwise = Eigen::Vector3d::UnitZ();
  SofaPositions up(file, name, rows, otherwise, Role::kDirection, "/" + object + "View");
  if (up.at(0).cross(view.at(0)).norm() > 1e-6) return up;
  SofaPositions plain(file, name, rows, otherwise, Role::kDirection);
  if (plain.at(0).cross(view.at(0)).norm() > 1e-6) {
    notes.push_back(object + "Up has no Type and is along " + object + "View: read as Cartesian");
    return plain;
  }
  return up;
}

}  // namespace

SofaAxes::SofaAxes(const io::Hdf5Reader& file, const std::string& object, std::size_t rows,
                   std::vector<std::string>& notes)
    : name_(object),
      view_(file, "/" + object + "View", rows, Eigen::Vector3d::UnitX(), Role::kDirection),
      up_(read_up(file, object, rows, view_, notes)) {}

Eigen::Matrix3d SofaAxes::at(const io::Hdf5Reader& file, std::size_t row) const {
  const Eigen::Vector3d view = view_.at(row);
  const Eigen::Vector3d up = up_.at(row);
  const Eigen::Vector3d left = up.cross(view);
  if (!(left.norm() > 1e-6 * up.norm() * view.norm()))
    file.fail("/" + name_ + "View", "expected a direction that is not along " + name_ + "Up");
  Eigen::Matrix3d R_world_object;
  R_world_object.col(0) = view.normalized();
  R_world_object.col(1) = left.normalized();
  R_world_object.col(2) = R_world_object.col(0).cross(R_world_object.col(1));
  return R_world_object;
}

}  // namespace formats
