#include "report/session_sections.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "report/agreement.h"
#include "report/directions.h"
#include "report/figures.h"
#include "report/html_parts.h"
#include "report/sound_map.h"
#include "report/svg/plot.h"

namespace report {
namespace {

constexpr double kNoAngle = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kMostPoints = 1500;  // of one method in one panel
constexpr std::size_t kMostMethods = 4;    // in one panel
constexpr int kTruthColor = 4;
using Angle = double (*)(const Eigen::Vector3d&);

/// The methods of a session in the given order. A method may have several ways to search and to pool:
/// the first way of each method comes before all other ways. A panel then shows methods that differ.
std::vector<const evaluate::DirectionsFigure*> in_order(const evaluate::SessionFigure& session,
                                                        const std::vector<ReportSeries>& order) {
  std::vector<const evaluate::DirectionsFigure*> methods, first, others;
  for (const evaluate::DirectionsFigure& method : session.methods) methods.push_back(&method);
  std::ranges::stable_sort(methods, {}, [&](const evaluate::DirectionsFigure* method) {
    return std::ranges::find(order, series_of(*method)) - order.begin();
  });
  for (const evaluate::DirectionsFigure* method : methods) {
    const bool seen = std::ranges::any_of(
        first, [&](const auto* other) { return other->method == method->method; });
    (seen ? others : first).push_back(method);
  }
  first.insert(first.end(), others.begin(), others.end());
  return first;
}

svg::SvgPlot time_panel(const evaluate::SessionFigure& session, const std::string& title,
                        const std::string& label, int height) {
  svg::SvgPlot plot = panel(title, title + " over time.");
  plot.width = 960;
  plot.height = height;
  plot.space_for_bar = session.sound.has_value();
  plot.x = {"time, s", svg::Scale::kLinear, 0.0, std::max(session.duration_s, 1e-3), {}, {}};
  plot.y.label = label;
  return plot;
}

svg::SvgSeries dots(const std::string& name, int color) {
  svg::SvgSeries series{name, {}, {}};
  series.line = false;
  series.small_markers = true;
  series.color = color;
  return series;
}

/// A line that a step of more than half a turn does not connect.
void add_point(svg::SvgSeries& line, double time_s, double angle_deg) {
  if (!line.y.empty() && std::abs(angle_deg - line.y.back()) > 180.0) {
    line.x.push_back(time_s);
    line.y.push_back(kNoAngle);
  }
  line.x.push_back(time_s);
  line.y.push_back(angle_deg);
}

/// The true angle: solid where the source sounds, faint where it is silent.
void add_truth(const evaluate::SessionFigure& session, Angle angle, svg::SvgPlot& plot) {
  bool silent_named = false;
  for (std::size_t s = 0; s < session.truth.size(); ++s) {
    const evaluate::TruthFigure& truth = session.truth[s];
    svg::SvgSeries sounding{s == 0 ? "truth" : "", {}, {}};
    sounding.color = kTruthColor;
    sounding.markers = false;
    svg::SvgSeries silent = sounding;
    silent.name.clear();
    silent.opacity = 0.35;
    for (std::size_t i = 0; i < truth.time_s.size(); ++i) {
      const bool there = !truth.direction[i].isZero(0.0);
      const double value = there ? angle(truth.direction[i]) : kNoAngle;
      add_point(sounding, truth.time_s[i], truth.sounds[i] != 0 ? value : kNoAngle);
      add_point(silent, truth.time_s[i], truth.sounds[i] != 0 ? kNoAngle : value);
      if (there && truth.sounds[i] == 0 && !silent_named) {
        silent.name = "truth, silent";
        silent_named = true;
      }
    }
    plot.series.push_back(sounding);
    plot.series.push_back(silent);
  }
}

constexpr double kUnsure = 0.4;  ///< opacity of the less confident half

/// Entries of the legend, without points: the main method stands before the others there, although
/// it is drawn over them.
void add_main_names(const evaluate::DirectionsFigure& method, svg::SvgPlot& plot) {
  const std::string title = series_title(series_of(method));
  plot.series.push_back(dots(title, 0));
  plot.series.push_back(dots(title + ", less confident half", 0));
  plot.series.back().opacity = kUnsure;
}

/// The main method's directions in two strengths: the more confident half is dark.
void add_main(const evaluate::DirectionsFigure& method, Angle angle, svg::SvgPlot& plot) {
  std::vector<double> sorted = method.confidence;
  std::ranges::sort(sorted);
  const double middle = sorted.empty() ? 0.0 : sorted[sorted.size() / 2];
  svg::SvgSeries sure = dots("", 0), unsure = dots("", 0);  // add_main_names() has the names
  unsure.opacity = kUnsure;
  const std::size_t step = method.direction.size() / kMostPoints + 1;
  for (std::size_t i = 0; i < method.direction.size(); i += step) {
    svg::SvgSeries& points = method.confidence[i] >= middle ? sure : unsure;
    points.x.push_back(method.time_s[i]);
    points.y.push_back(angle(method.direction[i]));
  }
  plot.series.push_back(std::move(unsure));
  plot.series.push_back(std::move(sure));
}

std::string angle_panel(const evaluate::SessionFigure& session,
                        const std::vector<const evaluate::DirectionsFigure*>& methods,
                        const std::string& title, Angle angle, double limit_deg) {
  svg::SvgPlot plot = time_panel(session, title, "degrees", limit_deg > 100.0 ? 270 : 220);
  plot.legend = limit_deg > 100.0;  // the panels below have the same names
  plot.y.min = -limit_deg;
  plot.y.max = limit_deg;
  for (int i = -2; i <= 2; ++i) {
    plot.y.ticks.push_back(0.5 * i * limit_deg);
    plot.y.tick_labels.push_back(fmt::format("{:g}", plot.y.ticks.back()));
  }
  if (methods.front()->world) add_truth(session, angle, plot);
  add_main_names(*methods.front(), plot);
  for (std::size_t m = std::min(methods.size(), kMostMethods); m-- > 1;) {
    svg::SvgSeries points = dots(series_title(series_of(*methods[m])), other_color(m));
    points.opacity = 0.7;
    const std::size_t step = methods[m]->direction.size() / kMostPoints + 1;
    for (std::size_t i = 0; i < methods[m]->direction.size(); i += step) {
      points.x.push_back(methods[m]->time_s[i]);
      points.y.push_back(angle(methods[m]->direction[i]));
    }
    if (methods[m]->world == methods.front()->world) plot.series.push_back(std::move(points));
  }
  add_main(*methods.front(), angle, plot);
  return svg::render_svg(plot, false);
}

/// Angle to the nearest true direction of the sources that are there, on a logarithmic axis.
std::string error_panel(const evaluate::SessionFigure& session,
                        const std::vector<const evaluate::DirectionsFigure*>& methods) {
  svg::SvgPlot plot =
      time_panel(session, "Error: angle to the nearest true direction", "degrees", 220);
  plot.legend = false;
  plot.y.scale = svg::Scale::kLog;
  plot.y.min = 0.03;
  plot.y.max = 180.0;
  plot.y.ticks = {0.1, 1.0, 10.0, 100.0};
  plot.y.tick_labels = {"0.1", "1", "10", "100"};
  for (std::size_t m = std::min(methods.size(), kMostMethods); m-- > 0;) {
    svg::SvgSeries points = dots(series_title(series_of(*methods[m])), m == 0 ? 0 : other_color(m));
    const std::size_t step = methods[m]->direction.size() / kMostPoints + 1;
    for (std::size_t i = 0; i < methods[m]->direction.size(); i += step) {
      const double error =
          nearest_truth_deg(session, methods[m]->time_s[i], methods[m]->direction[i]);
      points.x.push_back(methods[m]->time_s[i]);
      points.y.push_back(std::max(error, plot.y.min));  // NaN stays NaN
    }
    if (methods[m]->world) plot.series.push_back(std::move(points));
  }
  return svg::render_svg(plot, false);
}

std::string confidence_panel(const evaluate::SessionFigure& session,
                             const std::vector<const evaluate::DirectionsFigure*>& methods) {
  svg::SvgPlot plot =
      time_panel(session, "Confidence, divided by the highest of each method", "share", 190);
  plot.legend = false;
  plot.y.min = 0.0;
  plot.y.max = 1.0;
  for (std::size_t m = std::min(methods.size(), kMostMethods); m-- > 0;) {
    const std::vector<double>& confidence = methods[m]->confidence;
    if (confidence.empty()) continue;
    const double highest = *std::ranges::max_element(confidence);
    svg::SvgSeries points = dots(series_title(series_of(*methods[m])), m == 0 ? 0 : other_color(m));
    const std::size_t step = confidence.size() / kMostPoints + 1;
    for (std::size_t i = 0; i < confidence.size() && highest > 0.0; i += step) {
      points.x.push_back(methods[m]->time_s[i]);
      points.y.push_back(confidence[i] / highest);
    }
    plot.series.push_back(std::move(points));
  }
  return svg::render_svg(plot, false);
}

std::string sound_panel(const evaluate::SessionFigure& session) {
  svg::SvgPlot plot =
      time_panel(session, "Sound, mean over the microphones", "frequency, kHz", 240);
  plot.heatmaps.push_back(sound_map(*session.sound));
  plot.y.min = 0.0;
  plot.y.max = plot.heatmaps[0].y_max;
  return svg::render_svg(plot, false);
}

std::string intro(const evaluate::SessionFigure& session,
                  const std::vector<const evaluate::DirectionsFigure*>& methods) {
  std::string text = fmt::format("Windows of {}, angles in the {} frame.",
                                 window_title(methods.front()->window), frame_of(*methods.front()));
  text += session.truth.empty() ? " The true directions are not known."
                                : " The line is the true direction, the dots are estimates.";
  if (methods.size() > kMostMethods) {
    text += fmt::format(" The first {} of {} methods are drawn.", kMostMethods, methods.size());
  }
  return text + ambiguity_note(*methods.front());
}

std::string content(const evaluate::SessionFigure& session,
                    const std::vector<const evaluate::DirectionsFigure*>& methods) {
  std::string panels = angle_panel(session, methods, "Azimuth", azimuth_deg, 180.0) +
                       angle_panel(session, methods, "Elevation", elevation_deg, 90.0);
  if (!session.truth.empty() && methods.front()->world) panels += error_panel(session, methods);
  panels += confidence_panel(session, methods);
  if (session.sound) panels += sound_panel(session);
  std::string out = html_wide_figure(panels) + agreement_html(session, methods);
  if (session.truth.empty() && !methods.front()->direction.empty()) {
    out += html_figures({directions_sphere(*methods.front())});
  }
  return out;
}

}  // namespace

std::string session_sections(const std::vector<evaluate::SessionFigure>& sessions,
                             const std::vector<ReportSeries>& order) {
  std::string out;
  for (const evaluate::SessionFigure& session : sessions) {
    const auto methods = in_order(session, order);
    const std::string title =
        svg::escape_markup(session.caption) +
        fmt::format("<span class=\"rest\">{}</span>",  // not in the list of contents
                    session.truth.empty() ? ": where the sound came from"
                                          : ": estimates against the truth");
    out += out.empty() ? html_section(title, intro(session, methods), content(session, methods))
                       : html_folded_section(title, intro(session, methods),
                                             "Plots of this session", content(session, methods));
  }
  return out;
}

}  // namespace report
