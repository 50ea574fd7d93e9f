#include "evaluate/direction_collector.h"

#include <algorithm>
#include <cmath>

#include "evaluate/sounding.h"
#include "evaluate/spectrogram.h"
#include "evaluate/truth.h"
#include "session/estimate.h"

namespace evaluate {
namespace {

/// Number of points of a line of true directions.
constexpr std::size_t kTruthPoints = 400;

void append(const session::Estimate& row, DirectionsFigure& figure) {
  const auto add = [&](const Eigen::Vector3d& direction, double confidence) {
    figure.time_s.push_back(row.time_s);
    figure.direction.push_back(direction);
    figure.confidence.push_back(confidence);
  };
  ++figure.windows;
  if (row.ambiguity != session::Ambiguity::kNone) ++figure.ambiguous;
  for (const session::Peak& peak : row.peaks) {
    add(figure.world ? peak.direction_world : peak.direction_sensor, peak.confidence);
  }
  if (row.peaks.empty() && !row.direction_sensor.isZero(0.0)) {
    add(figure.world ? row.direction_world : row.direction_sensor, row.confidence);
  }
}

/// True directions at evenly spaced times, one line a source.
std::vector<TruthFigure> truth_over_time(const session::Info& info) {
  const Activity activity(info);
  const double step_s = info.duration_s / static_cast<double>(kTruthPoints);
  std::map<std::size_t, TruthFigure> lines;
  for (const session::SourceTruth& row : info.sources) lines[row.source];
  for (std::size_t i = 0; i <= kTruthPoints; ++i) {
    const double time_s = static_cast<double>(i) * step_s;
    for (auto& [source, line] : lines) {
      line.time_s.push_back(time_s);
      line.direction.push_back(Eigen::Vector3d::Zero());
      line.sounds.push_back(1);
    }
    for (const TrueSource& source : true_sources(info, time_s, time_s, time_s)) {
      TruthFigure& line = lines[source.source];
      line.direction.back() = source.direction_world;
      if (activity.known()) {
        line.sounds.back() = activity.sounds(source.source, time_s - step_s, time_s + step_s);
      }
    }
  }
  std::vector<TruthFigure> truth;
  for (auto& [source, line] : lines) truth.push_back(std::move(line));
  return truth;
}

}  // namespace

std::optional<std::size_t> DirectionCollector::figure_of(const session::Info& info) {
  const auto [entry, first] = seen_.try_emplace(session_key(info), std::nullopt);
  if (!first) return entry->second;
  if (info.sources.empty()) {
    if (unknown_ == kMostUnknown) {
      ++left_out_;
      return std::nullopt;
    }
    ++unknown_;
  } else {
    const std::pair<double, std::size_t> condition(rounded_t60(info.t60_s).value_or(-1.0),
                                                   source_count(info));
    if (conditions_.size() == kMostKnown ||
        std::ranges::find(conditions_, condition) != conditions_.end()) {
      return std::nullopt;
    }
    conditions_.push_back(condition);
  }
  entry->second = figures_.size();
  figures_.push_back(
      {info.id, session_caption(info), info.duration_s, truth_over_time(info), {}, {}});
  return entry->second;
}

void DirectionCollector::add(const formats::EstimatesReader& file) {
  if (file.header().windows.empty()) return;
  const std::size_t reference = reference_window(file.header().windows);
  std::vector<std::optional<std::size_t>> figure_of_session;
  for (const session::Info& info : file.sessions()) {
    figure_of_session.push_back(figure_of(info));
    if (hop_s_.size() == figures_.size()) continue;
    hop_s_.push_back(file.header().hop_s);
    bin_hz_.push_back(file.header().bin_hz);
  }
  std::map<std::size_t, DirectionsFigure> by_figure;
  for (const session::Estimate& row : file.rows()) {
    const std::optional<std::size_t> figure = figure_of_session[row.session];
    if (row.window != reference || !figure) continue;
    const auto [entry, first] = by_figure.try_emplace(*figure);
    if (first) {
      entry->second.method = file.header().method;
      entry->second.estimator = file.header().estimator;
      entry->second.pooling = file.header().pooling;
      entry->second.window = file.header().windows[reference];
      entry->second.world = file.header().oriented;
    }
    append(row, entry->second);
  }
  for (auto& [figure, method] : by_figure) figures_[figure].methods.push_back(std::move(method));
}

void DirectionCollector::add_sound(const std::vector<std::filesystem::path>& sessions) {
  for (const std::filesystem::path& path : sessions) {
    const formats::SessionsReader reader(path);
    for (std::size_t i = 0; i < reader.size(); ++i) {
      const auto entry = seen_.find(session_key(reader.info(i)));
      if (entry == seen_.end() || !entry->second) continue;
      const std::size_t figure = *entry->second;
      figures_[figure].sound = spectrogram(reader, i, hop_s_[figure], bin_hz_[figure]);
    }
  }
}

}  // namespace evaluate
