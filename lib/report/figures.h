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
/// and axes. @param paper  whether the paper's figures are drawn, as series of the group "paper"
std::vector<svg::SvgPlot> window_plots(const ReportLayout& layout, bool paper);

/// Share of one series' windows in each step of error, one plot a reverberation time.
/// Empty if no row of that series has a histogram.
std::vector<svg::SvgPlot> histogram_plots(const ReportLayout& layout, const ReportSeries& series,
                                          const doa::WindowLength& window);

/// Cumulative share of windows over the error, one line a window length, one plot a reverberation
/// time.
std::vector<svg::SvgPlot> cumulative_plots(const ReportLayout& layout, const ReportSeries& series);

}  // namespace report
