#include "report/array_picture.h"

#include <fmt/format.h>

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <complex>
#include <limits>
#include <numbers>

#include "core/units.h"
#include "report/svg/plot.h"
#include "so3/rotation.h"

namespace report {
namespace {

/// Standard deviations from the center of an ellipse to its border. One would be too small to see.
constexpr double kDeviations = 10.0;
constexpr double kMillimeters = 1e3;

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

svg::SvgPlot positions_plot(const calib::EffectiveArray& array, int a, int b) {
  constexpr const char* kAxes[] = {"x (mm)", "y (mm)", "z (mm)"};
  svg::SvgPlot plot;
  plot.title = b == 1 ? "Positions from above" : "Positions from the side";
  plot.description = "Effective microphone positions with ellipses of ten standard deviations";
  plot.x.label = kAxes[a];
  plot.y.label = kAxes[b];
  double reach = 0.0;
  for (const Eigen::Vector3d& p : array.position_m) reach = std::max(reach, p.norm());
  plot.x.min = plot.y.min = -1.2 * kMillimeters * reach;
  plot.x.max = plot.y.max = 1.2 * kMillimeters * reach;
  plot.width = 420;
  plot.height = 400;
  plot.legend = false;
  svg::SvgSeries points;
  points.line = false;
  for (std::size_t m = 0; m < array.size(); ++m) {
    points.x.push_back(kMillimeters * array.position_m[m][a]);
    points.y.push_back(kMillimeters * array.position_m[m][b]);
    if (array.covariance.size() > 0) plot.series.push_back(ellipse(array, m, a, b));
  }
  plot.series.push_back(points);
  return plot;
}

/// Level (dB) or phase (degrees) of the last microphone over azimuth and elevation.
svg::SvgPlot response_plot(const calib::Calibration& calibration, double frequency_hz, bool level) {
  svg::SvgPlot plot;
  const std::size_t last = calibration.array.size() - 1;
  plot.title = fmt::format("{} of microphone {} at {:.0f} Hz", level ? "Level" : "Phase", last + 1,
                           frequency_hz);
  plot.description =
      "Relative to the mean of all microphones, over the direction of the source. Empty where the "
      "recording had no source.";
  plot.x = {.label = "azimuth (degrees)", .min = -180.0, .max = 180.0};
  plot.y = {.label = "elevation (degrees)", .min = -90.0, .max = 90.0};
  plot.width = 420;
  plot.height = 400;
  svg::SvgHeatmap map;
  map.name = level ? "dB" : "degrees";
  map.columns = 72;
  map.rows = 36;
  map.x_min = -180.0, map.x_max = 180.0, map.y_min = -90.0, map.y_max = 90.0;
  const calib::Uncertainty& uncertainty = calibration.uncertainty;  // empty in older models
  std::vector<std::complex<double>> h(calibration.array.size());
  for (std::size_t row = 0; row < map.rows; ++row) {
    for (std::size_t column = 0; column < map.columns; ++column) {
      const double azimuth = -177.5 + 5.0 * static_cast<double>(column);
      const double elevation = -87.5 + 5.0 * static_cast<double>(row);
      const Eigen::Vector3d direction = so3::direction_from_angles(
          core::degrees_to_radians(azimuth), core::degrees_to_radians(elevation));
      if (!uncertainty.empty() && !uncertainty.heard(direction)) {
        map.value.push_back(std::numeric_limits<float>::quiet_NaN());
        continue;
      }
      calibration.signature(frequency_hz, direction, h);
      double power = 0.0;
      for (const std::complex<double>& value : h) power += std::norm(value);
      const double mean = std::sqrt(power / static_cast<double>(h.size()));
      map.value.push_back(static_cast<float>(
          level ? core::amplitude_to_decibels(std::max(1e-6, std::abs(h[last]) / mean))
                : core::radians_to_degrees(std::arg(h[last]))));
    }
  }
  map.low = level ? -1.0 : -180.0;
  map.high = level ? 1.0 : 180.0;
  for (const float value : map.value) {
    if (!std::isfinite(value)) continue;
    map.low = std::min(map.low, static_cast<double>(value));
    map.high = std::max(map.high, static_cast<double>(value));
  }
  plot.heatmaps.push_back(map);
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
