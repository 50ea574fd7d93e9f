#include "formats/array_file.h"

#include <filesystem>

#include "array/geometry.h"
#include "array/known_array.h"
#include "array/rigid_sphere.h"
#include "core/errors.h"
#include "formats/sofa_reader.h"

namespace formats {

array::KnownArray load_array(const std::string& name_or_path, double edge_m) {
  if (std::filesystem::path(name_or_path).extension() == ".sofa") {
    core::require(edge_m == 0.0, "--edge: a measured array has its own size");
    return {{}, read_sofa(name_or_path)};
  }
  const array::Geometry geometry = array::load_geometry(name_or_path, edge_m);
  if (geometry.sphere) return {{}, array::rigid_sphere_responses(geometry)};
  return {geometry.position_m, std::nullopt};
}

}  // namespace formats
