#include "report/directions.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/units.h"
#include "report/figures.h"
#include "report/html_parts.h"
#include "report/layout.h"
#include "report/svg/plot.h"
#include "report/svg/sphere.h"
#include "report/values.h"
#include "so3/rotation.h"

namespace report {
namespace {

double azimuth_deg(const Eigen::Vector3d& d) {
  return core::radians_to_degrees(so3::azimuth_rad(d));
}
double elevation_deg(const Eigen::Vector3d& d) {
  return core::radians_to_degrees(so3::elevation_rad(d));
}

const char* frame_of(const evaluate::DirectionsFigure& figure) {
  return figure.world ? "world" : "sensor";
}

/// Directions of one session within this angle of a point count as near it, degrees.
constexpr double kNear_deg = 10.0;

/// Summed confidence of the directions near a point.
double mass_near(const evaluate::DirectionsFigure& figure, const Eigen::Vector3d& point) {
  const double least = std::cos(core::degrees_to_radians(kNear_deg));
  double sum = 0.0;
  for (std::size_t i = 0; i < figure.direction.size(); ++i) {
    if (figure.direction[i].dot(point) >= least) sum += figure.confidence[i];
  }
  return sum;
}

/// The direction with the largest mass near it, of at most 500, and its share of the whole mass.
std::pair<Eigen::Vector3d, double> main_direction(const evaluate::DirectionsFigure& figure) {
  const std::size_t step = std::max<std::size_t>(1, figure.direction.size() / 500);
  std::pair<Eigen::Vector3d, double> best{Eigen::Vector3d::Zero(), 0.0};
  double all = 0.0;
  for (const double confidence : figure.confidence) all += confidence;
  for (std::size_t i = 0; i < figure.direction.size(); i += step) {
    const double mass = mass_near(figure, figure.direction[i]);
    if (mass > best.second) best = {figure.direction[i], mass};
  }
  if (all > 0.0) best.second /= all;
  return best;
}

/// The angle of every direction over time, in four steps of confidence.
svg::SvgPlot over_time(const evaluate::DirectionsFigure& figure, const std::string& title,
                       double (*angle_deg)(const Eigen::Vector3d&), double limit_deg) {
  svg::SvgPlot plot = panel(title, title + " of every window over time.");
  plot.width = 880;
  plot.height = 240;
  std::vector<double> sorted = figure.confidence;
  std::ranges::sort(sorted);
  constexpr std::size_t kSteps = 2;
  const char* names[kSteps] = {"the less confident half", "the more confident half"};
  for (std::size_t s = 0; s < kSteps; ++s) {
    svg::SvgSeries points{names[s], {}, {}};
    points.line = false;
    points.color = s == 0 ? 7 : 0;
    plot.series.push_back(points);
  }
  const double middle = sorted.empty() ? 0.0 : sorted[sorted.size() / 2];
  const std::size_t step = std::max<std::size_t>(1, figure.direction.size() / 1500);
  for (std::size_t i = 0; i < figure.direction.size(); i += step) {
    svg::SvgSeries& points = plot.series[figure.confidence[i] >= middle ? 1 : 0];
    points.x.push_back(figure.time_s[i]);
    points.y.push_back(angle_deg(figure.direction[i]));
  }
  plot.x.label = "time, s";
  plot.y.label = "degrees";
  plot.y.min = -limit_deg;
  plot.y.max = limit_deg;
  return plot;
}

std::string sphere(const evaluate::DirectionsFigure& figure) {
  double highest = 0.0;
  for (const Eigen::Vector3d& d : figure.direction)
    highest = std::max(highest, mass_near(figure, d));
  svg::SvgSphere picture;
  picture.title = fmt::format("Directions in the {} frame", frame_of(figure));
  picture.description = "Summed confidence of the directions within 10 degrees of each point.";
  picture.name = "share of the highest";
  picture.high = 1.0;
  picture.value = [&figure, highest](const Eigen::Vector3d& d) {
    return highest > 0.0 ? mass_near(figure, d) / highest : 0.0;
  };
  return svg::render_sphere(picture, false);
}

std::string ambiguity_note(const evaluate::DirectionsFigure& figure) {
  if (figure.ambiguous == 0) return "";
  return fmt::format(
      " In {} of {} windows the array cannot tell the direction from others: a flat array does not "
      "hear on which side of its plane a source is, a straight one hears only the angle to its "
      "axis. One direction stands for all of them.",
      figure.ambiguous, figure.windows);
}

}  // namespace

std::string directions_html(const std::vector<evaluate::DirectionsFigure>& figures) {
  std::string out;
  for (const evaluate::DirectionsFigure& figure : figures) {
    const ReportSeries series{figure.method, figure.estimator, figure.pooling};
    std::string pictures =
        svg::render_svg(over_time(figure, "Azimuth", azimuth_deg, 180.0), false) +
        svg::render_svg(over_time(figure, "Elevation", elevation_deg, 90.0), false);
    out += html_section(
        fmt::format("Where the sound of {} came from", svg::escape_markup(figure.session)),
        fmt::format("{}, windows of {}, angles in the {} frame; the true directions are not "
                    "known.{}",
                    svg::escape_markup(series_title(series)), figure.window.label(),
                    frame_of(figure), ambiguity_note(figure)),
        "<div class=\"scroll\" tabindex=\"0\"><div class=\"wide\">" + pictures + "</div></div>" +
            (figure.direction.empty() ? "" : html_figures({sphere(figure)})));
  }
  return out;
}

nlohmann::json directions_json(const std::vector<evaluate::DirectionsFigure>& figures) {
  nlohmann::json list = nlohmann::json::array();
  for (const evaluate::DirectionsFigure& figure : figures) {
    nlohmann::json azimuth = nlohmann::json::array(), elevation = nlohmann::json::array();
    for (const Eigen::Vector3d& d : figure.direction) {
      azimuth.push_back(azimuth_deg(d));
      elevation.push_back(elevation_deg(d));
    }
    list.push_back({{"session", figure.session},
                    {"method", figure.method},
                    {"estimator", figure.estimator},
                    {"pooling", figure.pooling},
                    {"window_s", json_window(figure.window)},
                    {"frame", frame_of(figure)},
                    {"windows", figure.windows},
                    {"ambiguous", figure.ambiguous},
                    {"time_s", figure.time_s},
                    {"azimuth_deg", azimuth},
                    {"elevation_deg", elevation},
                    {"confidence", figure.confidence}});
  }
  return list;
}

std::string format_directions(const std::vector<evaluate::DirectionsFigure>& figures) {
  std::string text;
  for (const evaluate::DirectionsFigure& figure : figures) {
    const ReportSeries series{figure.method, figure.estimator, figure.pooling};
    text += fmt::format("{}, {}: ", figure.session, series_title(series));
    if (figure.direction.empty()) {
      text += fmt::format("no direction in {} windows\n", figure.windows);
      continue;
    }
    const auto [direction, share] = main_direction(figure);
    text += fmt::format(
        "azimuth {:.1f}, elevation {:.1f} degrees in the {} frame, with {:.0f} % of the confidence "
        "within {:.0f} degrees; {} windows{}\n",
        azimuth_deg(direction), elevation_deg(direction), frame_of(figure), 100.0 * share,
        kNear_deg, figure.windows,
        figure.ambiguous == 0
            ? ""
            : fmt::format(", {} of which do not tell it from others", figure.ambiguous));
  }
  return text;
}

}  // namespace report
