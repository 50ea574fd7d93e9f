#include "evaluate/track_collector.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "evaluate/sounding.h"
#include "evaluate/truth.h"
#include "session/estimate.h"
#include "session/session.h"
#include "session/track.h"

namespace evaluate {
namespace {

constexpr double kUnknownT60 = -1.0;

/// The sources that are present. Where it is unknown when they sound, they do so all the time.
std::vector<doa::LabeledDirection> truth_at(const session::Info& info, const Activity& activity,
                                            double time_s) {
  std::vector<doa::LabeledDirection> truth;
  for (const session::SourceTruth& source : info.sources) {
    if (time_s < source.start_s || time_s > source.end_s) continue;
    const bool sounds = !activity.known() || activity.sounds(source.source, time_s, time_s);
    truth.push_back(
        {static_cast<std::uint32_t>(source.source), source.direction_at(time_s), sounds});
  }
  return truth;
}

/// The windows of every session, each with the truth and the tracks at its time.
std::vector<std::vector<doa::TrackStep>> steps_of(const formats::EstimatesReader& file) {
  std::vector<std::vector<doa::TrackStep>> steps(file.sessions().size());
  std::vector<Activity> activity;
  for (const session::Info& info : file.sessions()) activity.emplace_back(info);
  for (const session::Estimate& row : file.rows()) {
    steps[row.session].push_back(
        {row.time_s,
         truth_at(file.sessions()[row.session], activity[row.session], row.time_s),
         {}});
  }
  const auto before = [](const doa::TrackStep& step, double time_s) {
    return step.time_s < time_s;
  };
  for (const session::TrackPoint& track : file.tracks()) {
    std::vector<doa::TrackStep>& session = steps[track.session];
    const auto step = std::lower_bound(session.begin(), session.end(), track.time_s, before);
    if (step != session.end() && step->time_s == track.time_s) {
      step->tracks.push_back({track.id, track.direction_world});
    }
  }
  return steps;
}

}  // namespace

void TrackCollector::add(const formats::EstimatesReader& file) {
  if (!file.has_tracks()) return;
  const formats::EstimatesHeader& header = file.header();
  const std::vector<std::vector<doa::TrackStep>> sessions = steps_of(file);
  for (std::size_t s = 0; s < sessions.size(); ++s) {
    const std::vector<doa::TrackStep>& steps = sessions[s];
    if (steps.size() < 2 || file.sessions()[s].sources.empty()) continue;
    const double step_s =
        (steps.back().time_s - steps.front().time_s) / static_cast<double>(steps.size() - 1);
    const doa::WindowLength& window = header.windows.front();
    Cell& cell = cells_[{header.method, header.estimator, header.pooling,
                         window.full() ? HUGE_VAL : *window.seconds,
                         rounded_t60(file.sessions()[s].t60_s).value_or(kUnknownT60)}];
    cell.window = window;
    cell.sessions += 1;
    cell.scores += doa::score_tracks(steps, step_s, options_);
  }
}

std::vector<TracksRow> TrackCollector::rows() const {
  std::set<double> t60s;
  for (const auto& [key, cell] : cells_) t60s.insert(std::get<4>(key));
  const bool mixed = t60s.size() > kMaxReverberationTimes;
  std::vector<TracksRow> rows;
  for (const auto& [key, cell] : cells_) {
    const auto& [method, estimator, pooling, window_s, t60_s] = key;
    const bool same = mixed && !rows.empty() && rows.back().method == method &&
                      rows.back().estimator == estimator && rows.back().pooling == pooling &&
                      rows.back().window == cell.window;
    if (!same) {
      const bool known = !mixed && t60_s != kUnknownT60;
      rows.push_back({method,
                      estimator,
                      pooling,
                      cell.window,
                      known ? std::optional<double>(t60_s) : std::nullopt,
                      0,
                      {}});
    }
    rows.back().sessions += cell.sessions;
    rows.back().scores += cell.scores;
  }
  return rows;
}

}  // namespace evaluate
