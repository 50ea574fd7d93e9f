#include "evaluate/error_collector.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "doa/density.h"
#include "doa/metrics.h"
#include "evaluate/provenance.h"
#include "evaluate/sounding.h"
#include "evaluate/truth.h"
#include "session/estimate.h"
#include "session/session.h"

namespace evaluate {
namespace {

void merge(const doa::SessionErrors& from, doa::SessionErrors& into) {
  into.error_deg.insert(into.error_deg.end(), from.error_deg.begin(), from.error_deg.end());
  into.empty += from.empty;
}

void merge(const std::map<std::string, doa::SessionErrors>& from,
           std::map<std::string, doa::SessionErrors>& into) {
  for (const auto& [key, session] : from) merge(session, into[key]);
}

std::vector<doa::SessionErrors> values(const std::map<std::string, doa::SessionErrors>& sessions) {
  std::vector<doa::SessionErrors> list;
  for (const auto& [key, errors] : sessions) list.push_back(errors);
  return list;
}

/// Counts the estimate, and returns its error unless it has none.
std::optional<double> add_error(const session::Estimate& row, std::size_t sources,
                                const std::vector<Eigen::Vector3d>& truth,
                                doa::SessionErrors& session) {
  if (row.bins == 0) {
    ++session.empty;
    return std::nullopt;
  }
  session.error_deg.push_back(estimate_error_deg(row, sources, truth));
  return session.error_deg.back();
}

/// Means and medians of the models of each seed. @param by_seed  map to structs of sum and errors
template <typename BySeed>
std::vector<SeedMean> seed_means(const BySeed& by_seed) {
  std::vector<SeedMean> means;
  for (const auto& [seed, errors] : by_seed) {
    std::vector<double> sorted = errors.error_deg;
    std::sort(sorted.begin(), sorted.end());
    means.push_back({seed, errors.sum_deg / static_cast<double>(sorted.size()),
                     doa::quantile_sorted(sorted, 0.5)});
  }
  return means;
}

}  // namespace

double estimate_error_deg(const session::Estimate& estimate, std::size_t sources,
                          const std::vector<Eigen::Vector3d>& truth_world) {
  std::vector<Eigen::Vector3d> truth;
  for (const Eigen::Vector3d& direction : truth_world) {
    truth.push_back(estimate.q_world_sensor.conjugate() * direction);
  }
  if (sources <= 1) return doa::angular_error_deg(estimate.direction_sensor, truth.front());
  std::vector<Eigen::Vector3d> directions;
  std::vector<double> density;
  for (const session::Peak& peak : estimate.peaks) {
    directions.push_back(peak.direction_sensor);
    density.push_back(peak.density);
  }
  if (directions.empty()) {
    directions = {estimate.direction_sensor};
    density = {1.0};
  }
  return doa::weighted_chamfer_deg(directions, density, truth);
}

void ErrorCollector::add(const formats::EstimatesReader& file) {
  add(file.header(), file.provenance(), file.sessions(), file.rows());
}

void ErrorCollector::add(const formats::EstimatesHeader& header, const core::Provenance& provenance,
                         const std::vector<session::Info>& sessions,
                         const std::vector<session::Estimate>& rows) {
  const std::optional<std::uint64_t> seed = training_seed(provenance);
  const doa::WindowPlace place = window_place(provenance);
  std::vector<std::string> keys;
  std::vector<Activity> activities;
  for (const session::Info& info : sessions) {
    keys.push_back(session_key(info));
    activities.emplace_back(info);
  }
  for (const session::Estimate& row : rows) {
    const session::Info& info = sessions[row.session];
    const doa::WindowLength& window = header.windows[row.window];
    const std::vector<TrueSource> truth = true_sources(info, row, window);
    if (truth.empty()) continue;
    const std::size_t sources = source_count(info);
    Errors& errors = errors_of(header, info, window);
    const std::string& key = keys[row.session];
    const std::optional<double> error_deg =
        add_error(row, sources, directions_of(truth), errors.sessions[key]);
    if (error_deg && seed) {
      SeedErrors& of_seed = errors.by_seed[*seed];
      of_seed.sum_deg += *error_deg;
      of_seed.error_deg.push_back(*error_deg);
    }
    const Activity& activity = activities[row.session];
    errors.activity_known = errors.activity_known && activity.known();
    if (!activity.known()) continue;
    const std::vector<Eigen::Vector3d> sounding =
        sounding_directions(truth, activity, row, window, place);
    if (!sounding.empty()) add_error(row, sources, sounding, errors.sounding[key]);
  }
}

ErrorCollector::Errors& ErrorCollector::errors_of(const formats::EstimatesHeader& header,
                                                  const session::Info& info,
                                                  const doa::WindowLength& window) {
  Errors& errors = cells_[{source_count(info), header.method, header.estimator, header.pooling,
                           rounded_t60(info.t60_s), window.full() ? HUGE_VAL : *window.seconds}];
  errors.window = window;
  return errors;
}

std::map<ErrorCollector::Cell, ErrorCollector::Errors> ErrorCollector::merged() const {
  std::set<double> columns;
  for (const auto& [cell, errors] : cells_) columns.insert(cell.t60_s.value_or(-1.0));
  if (columns.size() <= kMaxReverberationTimes) return cells_;
  std::map<Cell, Errors> whole;
  for (const auto& [cell, errors] : cells_) {
    Cell target = cell;
    target.t60_s = std::nullopt;
    Errors& into = whole[target];
    into.window = errors.window;
    into.activity_known = into.activity_known && errors.activity_known;
    merge(errors.sessions, into.sessions);
    merge(errors.sounding, into.sounding);
    for (const auto& [seed, from] : errors.by_seed) {
      SeedErrors& of_seed = into.by_seed[seed];
      of_seed.sum_deg += from.sum_deg;
      of_seed.error_deg.insert(of_seed.error_deg.end(), from.error_deg.begin(),
                               from.error_deg.end());
    }
  }
  return whole;
}

std::optional<doa::ErrorStats> ErrorCollector::sounding_stats(const Errors& errors,
                                                              std::uint64_t seed) {
  if (!errors.activity_known) return std::nullopt;
  return doa::summarize(values(errors.sounding), seed);
}

std::vector<ReportRow> ErrorCollector::rows(std::uint64_t seed) const {
  std::vector<ReportRow> rows;
  for (const auto& [cell, errors] : merged()) {
    if (cell.sources > 1) continue;
    const std::vector<doa::SessionErrors> sessions = values(errors.sessions);
    ReportRow row;
    row.method = cell.method;
    row.estimator = cell.estimator;
    row.pooling = cell.pooling;
    row.window = errors.window;
    row.t60_s = cell.t60_s;
    row.stats = doa::summarize(sessions, seed);
    row.histogram.add(sessions);
    row.seeds = seed_means(errors.by_seed);
    row.sounding = sounding_stats(errors, seed);
    rows.push_back(std::move(row));
  }
  return rows;
}

std::vector<SourcesRow> ErrorCollector::sources(std::uint64_t seed) const {
  std::vector<SourcesRow> rows;
  for (const auto& [cell, errors] : merged()) {
    if (cell.sources <= 1) continue;
    rows.push_back({cell.method, cell.estimator, cell.pooling, cell.sources, errors.window,
                    cell.t60_s, doa::summarize(values(errors.sessions), seed),
                    seed_means(errors.by_seed), sounding_stats(errors, seed)});
  }
  return rows;
}

}  // namespace evaluate
