#include "report/layout.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/errors.h"
#include "report/paper_figures.h"

namespace report {
namespace {

/// Missing values sort behind all numbers.
double sort_key(const std::optional<double>& value) {
  return value.value_or(std::numeric_limits<double>::infinity());
}

}  // namespace

ReportLayout::ReportLayout(std::span<const evaluate::ReportRow> rows) : rows_(rows) {
  if (rows.empty()) {
    throw core::InputError("report: expected results of at least one window length, found none");
  }
  for (const evaluate::ReportRow& row : rows) {
    insert_once(series_, series_of(row));
    insert_once(windows_, row.window);
    insert_once(t60s_, row.t60_s);
    if (find(series_of(row), row.window, row.t60_s) != &row) {
      throw core::InputError(fmt::format("report: two results for {}, window {}, T60 {}",
                                         series_title(series_of(row)), row.window.label(),
                                         t60_title(row.t60_s)));
    }
  }
  std::sort(windows_.begin(), windows_.end(),
            [](const auto& a, const auto& b) { return sort_key(a.seconds) < sort_key(b.seconds); });
  std::sort(t60s_.begin(), t60s_.end(),
            [](const auto& a, const auto& b) { return sort_key(a) < sort_key(b); });
}

const evaluate::ReportRow* ReportLayout::find(const ReportSeries& series,
                                              const doa::WindowLength& window,
                                              const std::optional<double>& t60_s) const {
  for (const evaluate::ReportRow& row : rows_) {
    if (row.window == window && row.t60_s == t60_s && series_of(row) == series) return &row;
  }
  return nullptr;
}

bool ReportLayout::paper_has(const std::string& method) const {
  for (const doa::WindowLength& window : windows_) {
    for (const std::optional<double>& t60_s : t60s_) {
      if (paper_table1(method, window, t60_s)) return true;
    }
  }
  return false;
}

std::string method_title(const std::string& method) {
  if (method == "csl") return "C-SL";
  if (method == "srp-phat") return "SRP-PHAT";
  if (method == "srp-phat-first") return "SRP-PHAT, first microphone";
  if (method == "lsdd") return "LSDD";
  if (method == "music") return "MUSIC";
  return method;
}

std::string series_title(const ReportSeries& series) {
  std::string title = method_title(series.method);
  for (const std::string* part : {&series.estimator, &series.pooling}) {
    if (!part->empty()) title += ", " + *part;
  }
  return title;
}

std::string t60_title(const std::optional<double>& t60_s) {
  if (!t60_s) return "all T60";
  return *t60_s == 0.0 ? "anechoic" : fmt::format("{:g} s", *t60_s);
}

std::string column_title(const std::optional<double>& t60_s) {
  return (t60_s && *t60_s > 0.0 ? "T60 " : "") + t60_title(t60_s);
}

std::string window_title(const doa::WindowLength& window) {
  return window.full() ? "full" : window.label() + " s";
}

std::string degrees_text(double value_deg) {
  if (!std::isfinite(value_deg)) return "-";
  return fmt::format("{:.2f}", value_deg);
}

std::string share_text(double share) {
  return std::isfinite(share) ? fmt::format("{:.1f} %", 100.0 * share) : "-";
}

double window_axis_s(const ReportLayout& layout, const doa::WindowLength& window) {
  if (!window.full()) return *window.seconds;
  double longest_s = 0.0;
  for (const doa::WindowLength& other : layout.windows()) {
    longest_s = std::max(longest_s, other.seconds.value_or(0.0));
  }
  return longest_s > 0.0 ? 2.5 * longest_s : 1.0;
}

}  // namespace report
