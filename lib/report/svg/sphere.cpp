#include "report/svg/sphere.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "core/errors.h"
#include "core/units.h"
#include "report/svg/plot.h"
#include "so3/rotation.h"

namespace report::svg {
namespace {

constexpr double kPi = std::numbers::pi;
constexpr std::size_t kMapColumns = 128, kMapRows = 64;
constexpr double kScale = 104.0;  // user units of a length of 1
constexpr double kCenterX = 220.0, kCenterY = 166.0;
constexpr int kWidth = 440, kHeight = 310;
constexpr double kCharacter = 7.0;  // estimated width of a character

SvgHeatmap raster(const SvgSphere& sphere) {
  SvgHeatmap h;
  h.columns = kMapColumns;
  h.rows = kMapRows;
  h.low = sphere.low;
  h.high = sphere.high;
  h.ramp = sphere.ramp;
  for (std::size_t r = 0; r < kMapRows; ++r) {
    for (std::size_t c = 0; c < kMapColumns; ++c) {
      const Eigen::Vector2d p(4.0 * (static_cast<double>(c) + 0.5) / kMapColumns - 2.0,
                              2.0 * (static_cast<double>(r) + 0.5) / kMapRows - 1.0);
      const bool inside = 0.25 * p.x() * p.x() + p.y() * p.y() <= 1.0;
      h.value.push_back(inside ? static_cast<float>(sphere.value(mollweide_inverse(p)))
                               : std::numeric_limits<float>::quiet_NaN());
      const bool missing = inside && !std::isfinite(h.value.back());
      h.no_data.push_back(missing && !sphere.no_data_name.empty() ? 1 : 0);
    }
  }
  return h;
}

Eigen::Vector2d place(const Eigen::Vector3d& direction) {
  const Eigen::Vector2d p = mollweide(direction);
  return {kCenterX + kScale * p.x(), kCenterY - kScale * p.y()};
}

/// Meridians and parallels 30 and 60 degrees apart.
std::string graticule() {
  std::string path;
  const auto add = [&](double azimuth_deg, double elevation_deg, bool first) {
    const Eigen::Vector2d p = place(so3::direction_from_angles(
        core::degrees_to_radians(azimuth_deg), core::degrees_to_radians(elevation_deg)));
    path += fmt::format("{}{:.1f} {:.1f}", first ? "M" : "L", p.x(), p.y());
  };
  for (int azimuth = -120; azimuth <= 120; azimuth += 60) {
    for (int elevation = -90; elevation <= 90; elevation += 6)
      add(azimuth, elevation, elevation == -90);
  }
  for (int elevation = -60; elevation <= 60; elevation += 30) {
    add(179.999, elevation, true);
    add(-179.999, elevation, false);
  }
  return path;
}

std::string azimuth_labels() {
  std::string out;
  for (const int azimuth : {120, 60, 0, -60, -120}) {
    const Eigen::Vector2d p =
        place(so3::direction_from_angles(core::degrees_to_radians(azimuth), 0.0));
    out += fmt::format(
        "<text class=\"tick faint\" x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">{}</text>",
        p.x(), kCenterY + kScale + 13.0, azimuth);
  }
  return out + fmt::format(
                   "<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">azimuth, "
                   "degrees (+x in the middle, +z on top)</text>",
                   kCenterX, kCenterY + kScale + 31.0);
}

std::string ring(double x, double y) {
  return fmt::format(
      "<circle class=\"s1\" fill=\"none\" stroke-width=\"2.5\" cx=\"{:.1f}\" cy=\"{:.1f}\" "
      "r=\"7\"/>",
      x, y);
}

std::string cross(double x, double y) {
  return fmt::format(
      "<path class=\"s4\" fill=\"none\" stroke-width=\"2.5\" d=\"M{:.1f} {:.1f}l10 10m0 -10l-10 "
      "10\"/>",
      x - 5.0, y - 5.0);
}

/// The colors with their range, then the marks with their names, in one line.
std::string legend(const SvgSphere& sphere) {
  const std::string low = fmt::format("{:.3g}", sphere.low);
  const std::string scale = fmt::format("{:.3g} {}", sphere.high, sphere.name);
  const double left = 14.0 + kCharacter * static_cast<double>(low.size()) + 6.0;
  std::string out = fmt::format(
      "<text x=\"14\" y=\"44.5\">{}</text><g transform=\"translate({:.1f} 34)\">{}</g>"
      "<text x=\"{:.1f}\" y=\"44.5\">{}</text>",
      low, left, svg_color_strip(sphere.ramp), left + 102.0, escape_markup(scale));
  double x = left + 102.0 + kCharacter * static_cast<double>(scale.size()) + 22.0;
  if (!sphere.no_data_name.empty()) {
    out += fmt::format(
        "<g transform=\"translate({:.1f} 34)\">{}</g><text x=\"{:.1f}\" y=\"44.5\">{}</text>",
        x - 8.0, svg_no_data_swatch(), x + 24.0, escape_markup(sphere.no_data_name));
    x += 42.0 + kCharacter * static_cast<double>(sphere.no_data_name.size()) + 18.0;
  }
  const auto entry = [&](const std::string& name, const std::string& mark) {
    if (name.empty()) return;
    out += mark +
           fmt::format("<text x=\"{:.1f}\" y=\"44.5\">{}</text>", x + 14.0, escape_markup(name));
    x += 14.0 + kCharacter * static_cast<double>(name.size()) + 18.0;
  };
  entry(sphere.ring_name, ring(x, 40.0));
  entry(sphere.cross_name, cross(x, 40.0));
  return out;
}

}  // namespace

Eigen::Vector2d mollweide(const Eigen::Vector3d& direction) {
  const double sine = direction.z() / direction.norm();
  // Solves 2 t + sin 2t = pi sin(elevation) by Newton's method. The start is exact at the equator
  // and at the poles.
  double t = std::asin(std::clamp(sine, -1.0, 1.0));
  for (int i = 0; i < 30; ++i) {
    const double slope = 2.0 + 2.0 * std::cos(2.0 * t);
    if (slope < 1e-9) break;
    t -= (2.0 * t + std::sin(2.0 * t) - kPi * sine) / slope;
    t = std::clamp(t, -0.5 * kPi, 0.5 * kPi);
  }
  return {-2.0 / kPi * so3::azimuth_rad(direction) * std::cos(t), std::sin(t)};
}

Eigen::Vector3d mollweide_inverse(const Eigen::Vector2d& point) {
  const double t = std::asin(std::clamp(point.y(), -1.0, 1.0));
  const double sine = std::clamp((2.0 * t + std::sin(2.0 * t)) / kPi, -1.0, 1.0);
  const double width = std::max(std::cos(t), 1e-12);
  return so3::direction_from_angles(-point.x() * kPi / (2.0 * width), std::asin(sine));
}

std::string render_sphere(const SvgSphere& sphere, bool standalone) {
  if (!sphere.value || !(sphere.high > sphere.low)) {
    throw core::UsageError("sphere plot: expected values and rising bounds of its colors");
  }
  std::string out = svg_open(kWidth, kHeight, sphere.title, sphere.description, standalone);
  out +=
      fmt::format("<text class=\"title\" x=\"14\" y=\"20\">{}</text>", escape_markup(sphere.title));
  out += legend(sphere);
  out += fmt::format("<g transform=\"translate({:.2f} {:.2f}) scale({:.5f} {:.5f})\">{}</g>",
                     kCenterX - 2.0 * kScale, kCenterY - kScale, 4.0 * kScale / kMapColumns,
                     2.0 * kScale / kMapRows, svg_cells(raster(sphere)));
  out += fmt::format("<path class=\"grid\" d=\"{}\"/>", graticule());
  out += fmt::format(
      "<ellipse class=\"axis\" cx=\"{:.1f}\" cy=\"{:.1f}\" rx=\"{:.1f}\" ry=\"{:.1f}\"/>", kCenterX,
      kCenterY, 2.0 * kScale, kScale);
  out += azimuth_labels();
  for (const Eigen::Vector3d& d : sphere.rings) out += ring(place(d).x(), place(d).y());
  for (const Eigen::Vector3d& d : sphere.crosses) out += cross(place(d).x(), place(d).y());
  return out + "</svg>\n";
}

}  // namespace report::svg
