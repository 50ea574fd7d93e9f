#include "report/directions.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "core/units.h"
#include "report/layout.h"
#include "report/svg/sphere.h"
#include "report/values.h"
#include "so3/rotation.h"

namespace report {

double azimuth_deg(const Eigen::Vector3d& d) {
  return core::radians_to_degrees(so3::azimuth_rad(d));
}
double elevation_deg(const Eigen::Vector3d& d) {
  return core::radians_to_degrees(so3::elevation_rad(d));
}

const char* frame_of(const evaluate::DirectionsFigure& figure) {
  return figure.world ? "world" : "sensor";
}

namespace {

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

}  // namespace

std::string directions_sphere(const evaluate::DirectionsFigure& figure) {
  double highest = 0.0;
  for (const Eigen::Vector3d& d : figure.direction)
    highest = std::max(highest, mass_near(figure, d));
  svg::SvgSphere picture;
  picture.title = fmt::format("Directions in the {} frame", frame_of(figure));
  picture.description = "Summed confidence of the directions within 10 degrees of each point.";
  picture.name = "of the highest confidence";
  picture.high = 1.0;
  picture.value = [&figure, highest](const Eigen::Vector3d& d) {
    const double mass = mass_near(figure, d);
    return highest > 0.0 && mass > 0.0 ? mass / highest : std::numeric_limits<double>::quiet_NaN();
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

nlohmann::json directions_json(const std::vector<evaluate::SessionFigure>& sessions) {
  nlohmann::json list = nlohmann::json::array();
  for (const evaluate::SessionFigure& session : sessions) {
    for (const evaluate::DirectionsFigure& figure : session.methods) {
      nlohmann::json azimuth = nlohmann::json::array(), elevation = nlohmann::json::array();
      for (const Eigen::Vector3d& d : figure.direction) {
        azimuth.push_back(azimuth_deg(d));
        elevation.push_back(elevation_deg(d));
      }
      list.push_back({{"session", session.session},
                      {"truth", !session.truth.empty()},
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
  }
  return list;
}

namespace {

std::string direction_line(const evaluate::SessionFigure& session,
                           const evaluate::DirectionsFigure& figure) {
  const ReportSeries series{figure.method, figure.estimator, figure.pooling};
  const std::string name = fmt::format("{}, {}: ", session.session, series_title(series));
  if (figure.direction.empty()) {
    return name + fmt::format("no direction in {} windows\n", figure.windows);
  }
  const auto [direction, share] = main_direction(figure);
  return name +
         fmt::format(
             "azimuth {:.1f}, elevation {:.1f} degrees in the {} frame, with {:.0f} % of the "
             "confidence within {:.0f} degrees; {} windows{}\n",
             azimuth_deg(direction), elevation_deg(direction), frame_of(figure), 100.0 * share,
             kNear_deg, figure.windows,
             figure.ambiguous == 0
                 ? ""
                 : fmt::format(", {} of which do not tell it from others", figure.ambiguous));
}

}  // namespace

std::string format_directions(const std::vector<evaluate::SessionFigure>& sessions) {
  std::string text;
  for (const evaluate::SessionFigure& session : sessions) {
    if (!session.truth.empty()) continue;
    for (const evaluate::DirectionsFigure& figure : session.methods) {
      text += direction_line(session, figure);
    }
  }
  return text;
}

}  // namespace report
