/// report.json, and the CSV tables made from its rows.
#include "report/conditions.h"
#include "report/directions.h"
#include "report/tracks.h"
#include "report/values.h"
#include "report/writer.h"

namespace report {
namespace {

constexpr const char* kTable1Columns[] = {"method",
                                          "estimator",
                                          "pooling",
                                          "window_s",
                                          "t60_s",
                                          "mean_deg",
                                          "ci95_deg",
                                          "median_deg",
                                          "p90_deg",
                                          "within_5",
                                          "within_10",
                                          "n",
                                          "sessions",
                                          "empty",
                                          "sounding_mean_deg",
                                          "sounding_median_deg",
                                          "sounding_ci95_deg",
                                          "sounding_n"};

constexpr const char* kTable2Columns[] = {"method",
                                          "estimator",
                                          "pooling",
                                          "sources",
                                          "window_s",
                                          "t60_s",
                                          "mean_deg",
                                          "ci95_deg",
                                          "median_deg",
                                          "n",
                                          "sessions",
                                          "empty",
                                          "sounding_mean_deg",
                                          "sounding_median_deg",
                                          "sounding_ci95_deg",
                                          "sounding_n"};

/// What rows of both tables have.
template <typename Row>
nlohmann::json common_json(const Row& row) {
  const doa::ErrorStats& s = row.stats;
  nlohmann::json json = {{"method", row.method},
                         {"estimator", row.estimator},
                         {"pooling", row.pooling},
                         {"window_s", json_window(row.window)},
                         {"t60_s", json_number(row.t60_s)},
                         {"mean_deg", json_number(s.mean_deg)},
                         {"ci95_deg", json_number(s.ci95_deg)},
                         {"median_deg", json_number(s.median_deg)},
                         {"p90_deg", json_number(s.p90_deg)},
                         {"n", s.n},
                         {"sessions", s.sessions},
                         {"empty", s.empty},
                         {"seeds", seeds_json(row.seeds)}};
  if (row.sounding) {
    json["sounding"] = {{"mean_deg", json_number(row.sounding->mean_deg)},
                        {"median_deg", json_number(row.sounding->median_deg)},
                        {"ci95_deg", json_number(row.sounding->ci95_deg)},
                        {"n", row.sounding->n}};
  }
  return json;
}

nlohmann::json table1_json(const evaluate::Report& report) {
  nlohmann::json list = nlohmann::json::array();
  for (const evaluate::ReportRow& row : report.rows) {
    nlohmann::json json = common_json(row);
    json["within_5"] = json_number(row.stats.within_5);
    json["within_10"] = json_number(row.stats.within_10);
    list.push_back(std::move(json));
  }
  return list;
}

nlohmann::json table2_json(const evaluate::Report& report) {
  nlohmann::json list = nlohmann::json::array();
  for (const evaluate::SourcesRow& row : report.sources) {
    nlohmann::json json = common_json(row);
    json["sources"] = row.sources;
    list.push_back(std::move(json));
  }
  return list;
}

nlohmann::json confidence_json(const evaluate::Report& report) {
  nlohmann::json list = nlohmann::json::array();
  for (const doa::ConfidenceGroup& group : report.confidence_curve) {
    list.push_back({{"lowest_confidence", group.lowest_confidence},
                    {"highest_confidence", group.highest_confidence},
                    {"mean_confidence", group.mean_confidence},
                    {"mean_deg", group.mean_error_deg},
                    {"median_deg", group.median_error_deg},
                    {"n", group.n}});
  }
  return list;
}

nlohmann::json reliability_json(const evaluate::Report& report) {
  nlohmann::json list = nlohmann::json::array();
  for (const doa::ReliabilityPoint& point : report.reliability) {
    list.push_back(
        {{"predicted_deg", point.predicted_deg}, {"actual_deg", point.actual_deg}, {"n", point.n}});
  }
  return list;
}

nlohmann::json drift_json(const evaluate::Report& report) {
  nlohmann::json list = nlohmann::json::array();
  for (const evaluate::DriftRow& row : report.drift) {
    list.push_back({{"drift_deg", row.drift_deg},
                    {"window_s", json_window(row.window)},
                    {"mean_deg", json_number(row.stats.mean_deg)},
                    {"ci95_deg", json_number(row.stats.ci95_deg)},
                    {"n", row.stats.n}});
  }
  return list;
}

}  // namespace

nlohmann::json report_json(const evaluate::Report& report) {
  return {{"table1", table1_json(report)},
          {"table2", table2_json(report)},
          {"confidence_curve", confidence_json(report)},
          {"reliability", reliability_json(report)},
          {"orientation_drift", drift_json(report)},
          {"tracks", tracks_json(report.tracks)},
          {"directions", directions_json(report.sessions)},
          {"conditions", conditions_json(report)},
          {"warnings", report.warnings},
          {"options", report.options},
          {"provenance", report.provenance}};
}

std::string table1_csv(const evaluate::Report& report) {
  return csv_text(kTable1Columns, table1_json(report));
}

std::string table2_csv(const evaluate::Report& report) {
  return csv_text(kTable2Columns, table2_json(report));
}

}  // namespace report
