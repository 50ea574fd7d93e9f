#include "report/array_picture.h"

#include <fmt/format.h>

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <complex>
#include <limits>
#include <numbers>

#include "core/quantile.h"
#include "core/units.h"
#include "report/svg/plot.h"
#include "so3/rotation.h"

namespace report {
namespace {

/// Standard deviations from the center of an ellipse to its border. One would be too small to see.
constexpr double kDeviations = 10.0;
constexpr double kMillimeters = 1e3;
constexpr int kPanelWidth = 520;

/// Number of microphone m, with the numbers of those that hide behind it in the plane of two axes;
/// empty if an earlier one has it.
std::string numbers_at(const calib::EffectiveArray& array, std::size_t m, int a, int b) {
  constexpr double kHidden_m = 2e-3;
  std::string numbers;
  for (std::size_t other = 0; other < array.size(); ++other) {
    const Eigen::Vector3d apart = array.position_m[other] - array.position_m[m];
    if (std::hypot(apart[a], apart[b]) > kHidden_m) continue;
    if (other < m) return "";
    numbers += fmt::format("{}{}", numbers.empty() ? "" : ", ", other + 1);
  }
  return numbers;
}

/// Ellipse of microphone m's uncertainty in the plane of two axes, mm.
svg::SvgSeries ellipse(const calib::EffectiveArray& array, std::size_t m, int a, int b) {
  const auto at = static_cast<Eigen::Index>(4 * m);
  Eigen::Matrix2d block;
  block << array.covariance(at + a, at + a), array.covariance(at + a, at + b),
      array.covariance(at + b, at + a), array.covariance(at + b, at + b);
  const Eigen::SelfAdjointEigenSolver<Eigen::Matrix2d> solver(block);
  const Eigen::Matrix2d root = solver.operatorSqrt();
  svg::SvgSeries series;
  series.markers = false;
  series.color = 1;
  for (int i = 0; i <= 48; ++i) {
    const double angle = 2.0 * std::numbers::pi * i / 48.0;
    const Eigen::Vector2d p = root * Eigen::Vector2d(std::cos(angle), std::sin(angle));
    series.x.push_back(kMillimeters * (array.position_m[m][a] + kDeviations * p.x()));
    series.y.push_back(kMillimeters * (array.position_m[m][b] + kDeviations * p.y()));
  }
  return series;
}

/// Axes of equal scale: a millimeter is as long to the right as it is upwards.
void equal_axes(double reach_mm, svg::SvgPlot& plot) {
  const auto [width, height] = svg::plot_area(plot);
  plot.y.min = -reach_mm;
  plot.y.max = reach_mm;
  plot.x.min = -reach_mm * width / height;
  plot.x.max = reach_mm * width / height;
}

svg::SvgPlot positions_plot(const calib::EffectiveArray& array, int a, int b) {
  constexpr const char* kAxes[] = {"x, mm", "y, mm", "z, mm"};
  svg::SvgPlot plot;
  plot.title = b == 1 ? "Microphones from above (+z)" : "Microphones from the side (-y)";
  plot.description =
      "Effective microphone positions with their numbers and with ellipses of ten standard "
      "deviations";
  plot.x.label = kAxes[a];
  plot.y.label = kAxes[b];
  plot.width = kPanelWidth;
  plot.height = 400;
  double reach = 1e-6;
  for (const Eigen::Vector3d& p : array.position_m)
    reach = std::max(reach, p.cwiseAbs().maxCoeff());
  equal_axes(1.3 * kMillimeters * reach, plot);
  svg::SvgSeries points;
  points.line = false;
  for (std::size_t m = 0; m < array.size(); ++m) {
    points.x.push_back(kMillimeters * array.position_m[m][a]);
    points.y.push_back(kMillimeters * array.position_m[m][b]);
    plot.texts.push_back({numbers_at(array, m, a, b), points.x.back(), points.y.back(), -8.0});
    if (array.covariance.size() > 0) plot.series.push_back(ellipse(array, m, a, b));
  }
  if (!plot.series.empty()) plot.series.front().name = "ten standard deviations";
  points.name = "microphone";
  plot.series.insert(plot.series.begin(), points);
  return plot;
}

/// Azimuth is positive to the left, as in the pictures of the sphere.
void direction_axes(svg::SvgPlot& plot) {
  plot.x = {"azimuth, degrees", svg::Scale::kLinear, -180.0, 180.0, {}, {}};
  plot.y = {"elevation, degrees", svg::Scale::kLinear, -90.0, 90.0, {}, {}};
  for (int angle = -180; angle <= 180; angle += 60) {
    plot.x.ticks.push_back(angle);
    plot.x.tick_labels.push_back(std::to_string(-angle));
  }
  for (int angle = -90; angle <= 90; angle += 30) {
    plot.y.ticks.push_back(angle);
    plot.y.tick_labels.push_back(std::to_string(angle));
  }
}

/// Value of the last microphone relative to the mean of all: level in dB, or phase in degrees.
double response(const calib::Calibration& calibration, double frequency_hz,
                const Eigen::Vector3d& direction, bool level) {
  std::vector<std::complex<double>> h(calibration.array.size());
  calibration.signature(frequency_hz, direction, h);
  if (!level) return core::radians_to_degrees(std::arg(h.back()));
  double power = 0.0;
  for (const std::complex<double>& value : h) power += std::norm(value);
  const double mean = std::sqrt(power / static_cast<double>(h.size()));
  return core::amplitude_to_decibels(std::max(1e-6, std::abs(h.back()) / mean));
}

/// The colors of levels are symmetric about 0 dB and cover all but a fiftieth of the cells.
void level_colors(svg::SvgHeatmap& map) {
  std::vector<double> size;
  for (const float value : map.value) {
    if (std::isfinite(value)) size.push_back(std::abs(static_cast<double>(value)));
  }
  map.name = "level, dB";
  map.ramp = svg::Ramp::kTwoSided;
  map.high = std::max(1.0, core::quantile(size, 0.98));
  map.low = -map.high;
}

void phase_colors(svg::SvgHeatmap& map) {
  map.name = "phase, degrees";
  map.ramp = svg::Ramp::kCyclic;
  map.low = -180.0;
  map.high = 180.0;
  map.bar_ticks = {-180.0, -90.0, 0.0, 90.0, 180.0};
}

/// Level or phase of the last microphone over the direction of the source.
svg::SvgPlot response_plot(const calib::Calibration& calibration, double frequency_hz, bool level) {
  svg::SvgPlot plot;
  plot.title = fmt::format("{} of microphone {} at {:.0f} Hz", level ? "Level" : "Phase",
                           calibration.array.size(), frequency_hz);
  plot.description =
      "Relative to the mean of all microphones, over the direction of the source. Hatched where "
      "the "
      "recording had no source.";
  plot.width = kPanelWidth;
  plot.height = 290;
  direction_axes(plot);
  svg::SvgHeatmap map;
  map.columns = 72;
  map.rows = 36;
  map.x_min = -180.0, map.x_max = 180.0, map.y_min = -90.0, map.y_max = 90.0;
  const calib::Uncertainty& uncertainty = calibration.uncertainty;  // empty in older models
  for (std::size_t row = 0; row < map.rows; ++row) {
    for (std::size_t column = 0; column < map.columns; ++column) {
      const double azimuth = 177.5 - 5.0 * static_cast<double>(column);
      const double elevation = -87.5 + 5.0 * static_cast<double>(row);
      const Eigen::Vector3d direction = so3::direction_from_angles(
          core::degrees_to_radians(azimuth), core::degrees_to_radians(elevation));
      const bool heard = uncertainty.empty() || uncertainty.heard(direction);
      map.no_data.push_back(heard ? 0 : 1);
      map.value.push_back(
          heard ? static_cast<float>(response(calibration, frequency_hz, direction, level))
                : std::numeric_limits<float>::quiet_NaN());
    }
  }
  if (std::ranges::count(map.no_data, 1) > 0) map.no_data_name = "no source was heard here";
  level ? level_colors(map) : phase_colors(map);
  plot.heatmaps.push_back(std::move(map));
  return plot;
}

}  // namespace

std::string calibration_svg(const calib::Calibration& calibration, double frequency_hz) {
  return svg::render_svg_grid(
      {positions_plot(calibration.array, 0, 1), positions_plot(calibration.array, 0, 2),
       response_plot(calibration, frequency_hz, true),
       response_plot(calibration, frequency_hz, false)},
      2, true);
}

}  // namespace report
