#include "stage/eval.h"

#include <fmt/format.h>

#include <cmath>
#include <cstdio>
#include <map>
#include <optional>
#include <set>
#include <tuple>

#include "core/errors.h"
#include "core/files.h"
#include "doa/metrics.h"
#include "stage/report_writer.h"
#include "stage/schema_estimates.h"

namespace stage {
namespace {

/// With more reverberation times than this, the set is a mixed one and is reported as a whole.
constexpr std::size_t kMaxColumns = 10;

/// What one row of the report is about, in the order of the table.
struct Cell {
  std::string method, estimator, pooling;
  std::optional<double> t60_s;
  double window_s;  ///< infinite for full sessions: sorts last

  auto key() const {
    return std::make_tuple(method, estimator, pooling, t60_s.value_or(-1.0), window_s);
  }
  bool operator<(const Cell& other) const { return key() < other.key(); }
};

struct CellErrors {
  doa::WindowLength window;
  std::vector<doa::SessionErrors> sessions;
};

/// Direction of the only source that sounds at a time; none if several sound or none is known.
std::optional<Eigen::Vector3d> truth_at(const SessionInfo& info, double time_s) {
  std::optional<Eigen::Vector3d> found;
  for (const SourceTruth& source : info.sources) {
    if (time_s < source.start_s || time_s > source.end_s) continue;
    if (found) return std::nullopt;
    found = source.direction_world;
  }
  return found;
}

/// Reverberation times are told apart to a millisecond.
std::optional<double> rounded_t60(double t60_s) {
  if (std::isnan(t60_s)) return std::nullopt;
  return std::round(t60_s * 1000.0) / 1000.0;
}

bool is_mixed(const std::vector<EstimatesReader>& files) {
  std::set<double> columns;
  for (const EstimatesReader& file : files) {
    for (const SessionInfo& info : file.sessions())
      columns.insert(rounded_t60(info.t60_s).value_or(-1.0));
  }
  return columns.size() > kMaxColumns;
}

Cell cell_of(const EstimatesReader& file, const Estimate& row, bool mixed) {
  const doa::WindowLength& window = file.header().windows[row.window];
  return {file.header().method, file.header().estimator, file.header().pooling,
          mixed ? std::nullopt : rounded_t60(file.sessions()[row.session].t60_s),
          window.full() ? HUGE_VAL : *window.seconds};
}

/// Errors of every cell, one list a session.
std::map<Cell, CellErrors> collect_errors(const std::vector<EstimatesReader>& files) {
  const bool mixed = is_mixed(files);
  std::map<Cell, CellErrors> cells;
  for (const EstimatesReader& file : files) {
    std::map<Cell, std::map<std::uint32_t, doa::SessionErrors>> by_session;
    for (const Estimate& row : file.rows()) {
      const std::optional<Eigen::Vector3d> truth =
          truth_at(file.sessions()[row.session], row.time_s);
      if (!truth) continue;
      const Cell cell = cell_of(file, row, mixed);
      cells[cell].window = file.header().windows[row.window];
      doa::SessionErrors& errors = by_session[cell][row.session];
      if (row.bins == 0) {
        ++errors.empty;
      } else {
        const Eigen::Vector3d truth_sensor = row.q_world_sensor.conjugate() * *truth;
        errors.error_deg.push_back(doa::angular_error_deg(row.direction_sensor, truth_sensor));
      }
    }
    for (auto& [cell, sessions] : by_session) {
      for (auto& [session, errors] : sessions) cells[cell].sessions.push_back(std::move(errors));
    }
  }
  return cells;
}

Report make_report(const EvalOptions& options, const std::vector<EstimatesReader>& files) {
  Report report;
  report.options = options.to_json();
  for (const EstimatesReader& file : files) {
    core::Provenance chain;
    core::append_history(chain, file.provenance());
    report.provenance.push_back(chain.history);
  }
  for (const auto& [cell, errors] : collect_errors(files)) {
    ReportRow row;
    row.method = cell.method;
    row.estimator = cell.estimator;
    row.pooling = cell.pooling;
    row.window = errors.window;
    row.t60_s = cell.t60_s;
    row.stats = doa::summarize(errors.sessions, options.common.seed);
    row.histogram.add(errors.sessions);
    report.rows.push_back(std::move(row));
  }
  return report;
}

}  // namespace

nlohmann::json EvalOptions::to_json() const {
  return {{"estimates", file_names(core::expand_inputs(estimates))}, {"seed", common.seed}};
}

void evaluate(const EvalOptions& options) {
  if (options.estimates.empty())
    throw core::UsageError("--estimates: name at least one estimates file");
  if (options.out.empty()) throw core::UsageError("--out: name the folder for the report");
  std::vector<EstimatesReader> files;
  for (const std::filesystem::path& path : core::expand_inputs(options.estimates)) {
    files.emplace_back(path);
  }
  const Report report = make_report(options, files);
  if (report.rows.empty()) {
    throw core::InputError(
        "no estimate has a known true direction: recordings without truth cannot be "
        "evaluated");
  }
  write_report(report, options.out);
  fmt::print("{}", format_table(report.rows));
  core::log_info("{}: report.html, report.json, table1.csv, error_vs_window.svg",
                 options.out.string());
}

}  // namespace stage
