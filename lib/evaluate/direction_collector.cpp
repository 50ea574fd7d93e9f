#include "evaluate/direction_collector.h"

#include <algorithm>
#include <map>

#include "session/estimate.h"

namespace evaluate {
namespace {

void append(const session::Estimate& row, bool world, DirectionsFigure& figure) {
  const auto add = [&](const Eigen::Vector3d& direction, double confidence) {
    figure.time_s.push_back(row.time_s);
    figure.direction.push_back(direction);
    figure.confidence.push_back(confidence);
  };
  ++figure.windows;
  if (row.ambiguity != session::Ambiguity::kNone) ++figure.ambiguous;
  for (const session::Peak& peak : row.peaks) {
    add(world ? peak.direction_world : peak.direction_sensor, peak.confidence);
  }
  if (row.peaks.empty() && !row.direction_sensor.isZero(0.0)) {
    add(world ? row.direction_world : row.direction_sensor, row.confidence);
  }
}

}  // namespace

void DirectionCollector::add(const formats::EstimatesReader& file) {
  if (file.header().windows.empty()) return;
  const std::size_t reference = reference_window(file.header().windows);
  const bool world = file.header().oriented;
  std::map<std::size_t, DirectionsFigure> by_session;
  for (const session::Estimate& row : file.rows()) {
    const session::Info& info = file.sessions()[row.session];
    if (row.window != reference || !info.sources.empty()) continue;
    DirectionsFigure& figure = by_session[row.session];
    if (figure.windows == 0) {
      figure.session = info.id;
      figure.method = file.header().method;
      figure.estimator = file.header().estimator;
      figure.pooling = file.header().pooling;
      figure.window = file.header().windows[reference];
      figure.world = world;
    }
    append(row, world, figure);
  }
  for (auto& [number, figure] : by_session) {
    if (figures_.size() < kMostSessions) {
      figures_.push_back(std::move(figure));
    } else {
      ++left_out_;
    }
  }
}

}  // namespace evaluate
