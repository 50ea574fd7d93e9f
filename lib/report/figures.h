/// The plots of a report.
#pragma once

#include <vector>

#include "report/layout.h"
#include "report/svg/plot.h"

namespace report {

/// Mean error against window length, one plot a reverberation time; every plot has the same series
/// and axes.
std::vector<report::svg::SvgPlot> window_plots(const ReportLayout& layout);

/// Share of one method's windows in each step of error, one plot a reverberation time.
/// Empty where no row of that method has a histogram.
std::vector<report::svg::SvgPlot> histogram_plots(const ReportLayout& layout,
                                                  const ReportSeries& series,
                                                  const doa::WindowLength& window);

/// Share of windows with at most some error, one line a window length, one plot a reverberation
/// time.
std::vector<report::svg::SvgPlot> cumulative_plots(const ReportLayout& layout,
                                                   const ReportSeries& series);

/// The series a report talks about first: C-SL if it is there, pooled as csl-infer does by
/// default if there is a choice.
const ReportSeries& main_series(const ReportLayout& layout);

/// The window that stands for all where only one fits: the one nearest to 0.2 s.
const doa::WindowLength& reference_window(const ReportLayout& layout);

}  // namespace report
