/// The plots of a report.
#pragma once

#include <string>
#include <vector>

#include "report/layout.h"
#include "report/svg/plot.h"

namespace report {

/// An empty plot of the size of those that stand side by side on the page.
svg::SvgPlot panel(const std::string& title, const std::string& description);

/// Mean error against window length, one plot a reverberation time. All plots have the same series
/// and axes.
std::vector<svg::SvgPlot> window_plots(const ReportLayout& layout);

/// Share of one series' windows in each step of error, one plot a reverberation time.
/// Empty if no row of that series has a histogram.
std::vector<svg::SvgPlot> histogram_plots(const ReportLayout& layout, const ReportSeries& series,
                                          const doa::WindowLength& window);

/// Cumulative share of windows over the error, one line a window length, one plot a reverberation
/// time.
std::vector<svg::SvgPlot> cumulative_plots(const ReportLayout& layout, const ReportSeries& series);

/// The series in the head of the report: C-SL if it is there; of several, the one that csl-infer
/// makes by default.
const ReportSeries& main_series(const ReportLayout& layout);

}  // namespace report
