#include "formats/array_file.h"

#include <fmt/format.h>

#include <cmath>
#include <filesystem>

#include "array/coverage.h"
#include "array/geometry.h"
#include "array/rigid_sphere.h"
#include "array/scale.h"
#include "core/errors.h"
#include "core/log.h"
#include "formats/sofa_reader.h"
#include "so3/rotation.h"

namespace formats {
namespace {

constexpr double kWarnedGap_deg = 30.0;

/// Refuses measured directions with too large a gap, warns of smaller ones.
void check_gap(const array::Responses& responses, double largest_deg) {
  const array::Gap gap = array::largest_gap(responses.direction);
  const double gap_deg = core::radians_to_degrees(gap.angle_rad);
  if (gap_deg <= std::min(kWarnedGap_deg, largest_deg)) return;
  const std::string what = fmt::format(
      "{}: the measured directions leave a gap of {:.0f} degrees around azimuth {:.0f}, elevation "
      "{:.0f} degrees, and {:.0f} % of all directions are more than 15 degrees from a measured one",
      responses.name, gap_deg, core::radians_to_degrees(so3::azimuth_rad(gap.center)),
      core::radians_to_degrees(so3::elevation_rad(gap.center)), 100.0 * gap.far_share);
  if (gap_deg > largest_deg) {
    throw core::InputError(fmt::format(
        "{}; sources there would be rendered from responses that far away. Expected a gap of at "
        "most {:.0f} degrees: measure more directions, or accept this with --largest-gap {:.0f}",
        what, largest_deg, std::ceil(gap_deg)));
  }
  core::log_warning("{}; sources there are rendered from responses that far away", what);
}

}  // namespace

array::KnownArray load_array(const std::string& name_or_path, const ArrayOptions& options) {
  if (std::filesystem::path(name_or_path).extension() == ".sofa") {
    core::require(options.edge_m == 0.0, "--edge: a measured array has its own size");
    array::Responses responses = read_sofa(name_or_path);
    for (const std::string& note : responses.notes) core::log_warning("{}: {}", name_or_path, note);
    check_gap(responses, options.largest_gap_deg);
    return {{}, std::move(responses)};
  }
  const array::Geometry geometry = array::load_geometry(name_or_path, options.edge_m);
  const std::string question = array::scale_question(geometry.position_m);
  if (!question.empty() && options.edge_m == 0.0)
    core::log_warning("{}: {}", name_or_path, question);
  if (geometry.sphere) {
    constexpr std::size_t kDirections = 2000;
    return {{}, array::rigid_sphere_responses(geometry, kDirections, options.speed_of_sound)};
  }
  return {geometry.position_m, std::nullopt};
}

}  // namespace formats
