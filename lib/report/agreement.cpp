#include "report/agreement.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "core/quantile.h"
#include "core/units.h"
#include "report/html_parts.h"
#include "report/layout.h"
#include "report/svg/plot.h"
#include "so3/rotation.h"

namespace report {
namespace {

/// Times of different files that are not further apart are the same time, s.
constexpr double kSameTime_s = 0.006;

double angle_deg(const Eigen::Vector3d& a, const Eigen::Vector3d& b) {
  return core::radians_to_degrees(so3::angle_between(a, b));
}

/// Index of the most confident direction of each time, by time.
std::map<double, std::size_t> strongest(const evaluate::DirectionsFigure& figure) {
  std::map<double, std::size_t> best;
  for (std::size_t i = 0; i < figure.time_s.size(); ++i) {
    const auto [entry, first] = best.try_emplace(figure.time_s[i], i);
    if (!first && figure.confidence[i] > figure.confidence[entry->second]) entry->second = i;
  }
  return best;
}

/// "1.52 (93.1 %)": the median, and the share of angles of at most 10 degrees.
std::string angles_cell(const std::vector<double>& angles) {
  if (angles.empty()) return fmt::format("<td>{}</td>", kNoValueHtml);
  const auto near = std::ranges::count_if(angles, [](double angle) { return angle <= 10.0; });
  return fmt::format("<td>{} <span class=\"ci\">{}</span></td>", degrees_text(core::median(angles)),
                     share_text(static_cast<double>(near) / static_cast<double>(angles.size())));
}

std::vector<double> errors_deg(const evaluate::SessionFigure& session,
                               const evaluate::DirectionsFigure& method) {
  std::vector<double> errors;
  if (!method.world) return errors;
  for (const auto& [time_s, i] : strongest(method)) {
    const double error = nearest_truth_deg(session, time_s, method.direction[i]);
    if (std::isfinite(error)) errors.push_back(error);
  }
  return errors;
}

}  // namespace

double nearest_truth_deg(const evaluate::SessionFigure& session, double time_s,
                         const Eigen::Vector3d& direction) {
  double best = std::numeric_limits<double>::quiet_NaN();
  for (const evaluate::TruthFigure& truth : session.truth) {
    const auto after = std::ranges::lower_bound(truth.time_s, time_s);
    auto i = static_cast<std::size_t>(after - truth.time_s.begin());
    if (i == truth.time_s.size() ||
        (i > 0 && time_s - truth.time_s[i - 1] < truth.time_s[i] - time_s))
      --i;
    if (truth.direction[i].isZero(0.0)) continue;
    best = std::fmin(best, angle_deg(direction, truth.direction[i]));
  }
  return best;
}

std::vector<double> angles_between_deg(const evaluate::DirectionsFigure& a,
                                       const evaluate::DirectionsFigure& b) {
  std::vector<double> angles;
  if (a.world != b.world) return angles;
  const std::map<double, std::size_t> of_b = strongest(b);
  for (const auto& [time_s, i] : strongest(a)) {
    const auto entry = of_b.lower_bound(time_s - kSameTime_s);
    if (entry == of_b.end() || entry->first > time_s + kSameTime_s) continue;
    angles.push_back(angle_deg(a.direction[i], b.direction[entry->second]));
  }
  return angles;
}

int other_color(std::size_t m) {
  constexpr int kColors[] = {1, 2, 3, 5, 6, 7};
  return kColors[(m - 1) % std::size(kColors)];
}

std::string agreement_html(const evaluate::SessionFigure& session,
                           const std::vector<const evaluate::DirectionsFigure*>& methods) {
  const bool truth = !session.truth.empty();
  if (methods.size() < 2 && !truth) return "";
  std::string head = "<th scope=\"col\">Method</th><th scope=\"col\">Windows</th>";
  if (truth) head += "<th scope=\"col\">Error, degrees</th>";
  if (methods.size() > 1) {
    head += fmt::format("<th scope=\"col\">Angle to {}, degrees</th>",
                        svg::escape_markup(series_title(series_of(*methods.front()))));
  }
  std::string rows = "<tbody class=\"plain\">";
  for (const evaluate::DirectionsFigure* method : methods) {
    rows += fmt::format("<tr><th scope=\"row\">{}</th><td>{}</td>",
                        svg::escape_markup(series_title(series_of(*method))), method->windows);
    if (truth) rows += angles_cell(errors_deg(session, *method));
    if (methods.size() > 1) {
      rows += method == methods.front()
                  ? fmt::format("<td>{}</td>", kNoValueHtml)
                  : angles_cell(angles_between_deg(*method, *methods.front()));
    }
    rows += "</tr>";
  }
  return "<p class=\"note\">Medians over the windows of this session, of the most confident "
         "direction of each "
         "window; beside them the share of windows within 10 degrees.</p>" +
         html_table(html_head(head) + rows + "</tbody>");
}

}  // namespace report
