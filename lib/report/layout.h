/// Order and titles of methods, windows and reverberation times in a report.
#pragma once

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "evaluate/results.h"

namespace report {

/// Appends the value unless the list has it already.
template <typename T>
void insert_once(std::vector<T>& values, const T& value) {
  if (std::find(values.begin(), values.end(), value) == values.end()) values.push_back(value);
}

/// One method with its estimator and the frame in which it pools.
struct ReportSeries {
  std::string method, estimator, pooling;
  bool operator==(const ReportSeries&) const = default;
};

/// The series of a row of any table.
template <typename Row>
ReportSeries series_of(const Row& row) {
  return {row.method, row.estimator, row.pooling};
}

/// Rows arranged as a table; the rows must outlive it.
class ReportLayout {
 public:
  /// @throws core::InputError  if there are no rows, or two rows for one cell
  explicit ReportLayout(std::span<const evaluate::ReportRow> rows);

  const std::vector<ReportSeries>& series() const { return series_; }  ///< in order of appearance
  const std::vector<doa::WindowLength>& windows() const { return windows_; }  ///< rising, full last
  const std::vector<std::optional<double>>& t60s() const {
    return t60s_;
  }  ///< rising, unknown last

  /// The row of a cell, or null.
  const evaluate::ReportRow* find(const ReportSeries& series, const doa::WindowLength& window,
                                  const std::optional<double>& t60_s) const;
  /// Whether the paper has any figure for this method in this table's windows and columns.
  bool paper_has(const std::string& method) const;

 private:
  std::span<const evaluate::ReportRow> rows_;
  std::vector<ReportSeries> series_;
  std::vector<doa::WindowLength> windows_;
  std::vector<std::optional<double>> t60s_;
};

/// "C-SL", "SRP-PHAT"; unknown names are returned unchanged.
std::string method_title(const std::string& method);
/// "C-SL, robust, world".
std::string series_title(const ReportSeries& series);
/// "anechoic", "0.25 s"; "all T60" for a mixed set and for an unknown reverberation time.
std::string t60_title(const std::optional<double>& t60_s);
/// The title of a column or plot of one reverberation time: "anechoic", "T60 0.25 s".
std::string column_title(const std::optional<double>& t60_s);
/// "0.05 s", "full".
std::string window_title(const doa::WindowLength& window);
/// Two decimals as in the paper, "4.66"; "-" for NaN and infinity.
std::string degrees_text(double value_deg);
/// "85.3 %"; "-" for NaN and infinity.
std::string share_text(double share);
/// Position of a window on an axis of lengths, s: its length, or, for full sessions, 2.5 times the
/// longest window.
double window_axis_s(const ReportLayout& layout, const doa::WindowLength& window);

}  // namespace report
