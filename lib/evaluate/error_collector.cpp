#include "evaluate/error_collector.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "doa/density.h"
#include "doa/metrics.h"
#include "evaluate/truth.h"
#include "session/estimate.h"
#include "session/session.h"

namespace evaluate {
namespace {

void merge(const doa::SessionErrors& from, doa::SessionErrors& into) {
  into.error_deg.insert(into.error_deg.end(), from.error_deg.begin(), from.error_deg.end());
  into.empty += from.empty;
}

std::vector<doa::SessionErrors> values(const std::map<std::string, doa::SessionErrors>& sessions) {
  std::vector<doa::SessionErrors> list;
  for (const auto& [key, errors] : sessions) list.push_back(errors);
  return list;
}

std::vector<SeedMean> seed_means(
    const std::map<std::uint64_t, std::pair<double, double>>& by_seed) {
  std::vector<SeedMean> means;
  for (const auto& [seed, sum] : by_seed) {
    if (sum.second > 0.0) means.push_back({seed, sum.first / sum.second});
  }
  return means;
}

}  // namespace

std::optional<std::uint64_t> training_seed(const core::Provenance& provenance) {
  for (const nlohmann::json& step : provenance.history) {
    if (step.is_object() && step.value("tool", "") == "csl-train" && step.contains("seed") &&
        step["seed"].is_number_unsigned()) {
      return step["seed"].get<std::uint64_t>();
    }
  }
  return std::nullopt;
}

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
  const std::optional<std::uint64_t> seed = training_seed(file.provenance());
  std::vector<std::string> keys;
  for (const session::Info& info : file.sessions()) keys.push_back(session_key(info));
  for (const session::Estimate& row : file.rows()) {
    const session::Info& info = file.sessions()[row.session];
    const doa::WindowLength& window = file.header().windows[row.window];
    const std::vector<Eigen::Vector3d> truth = true_directions(info, row, window);
    if (truth.empty()) continue;
    const std::size_t sources = source_count(info);
    const Cell cell{sources,
                    file.header().method,
                    file.header().estimator,
                    file.header().pooling,
                    rounded_t60(info.t60_s),
                    window.full() ? HUGE_VAL : *window.seconds};
    Errors& errors = cells_[cell];
    errors.window = window;
    doa::SessionErrors& session = errors.sessions[keys[row.session]];
    if (row.bins == 0) {
      ++session.empty;
      continue;
    }
    const double error_deg = estimate_error_deg(row, sources, truth);
    session.error_deg.push_back(error_deg);
    if (!seed) continue;
    std::pair<double, double>& sum = errors.by_seed[*seed];
    sum.first += error_deg;
    sum.second += 1.0;
  }
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
    for (const auto& [key, session] : errors.sessions) merge(session, into.sessions[key]);
    for (const auto& [seed, sum] : errors.by_seed) {
      into.by_seed[seed].first += sum.first;
      into.by_seed[seed].second += sum.second;
    }
  }
  return whole;
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
                    seed_means(errors.by_seed)});
  }
  return rows;
}

}  // namespace evaluate
