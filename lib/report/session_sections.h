/// Single sessions over time: sound, azimuth, elevation, error or confidence, agreement of methods.
#pragma once

#include <string>
#include <vector>

#include "evaluate/results.h"
#include "report/layout.h"

namespace report {

/// A section for each session; empty without sessions. The first session of a report is open, the
/// others are folded.
/// @param order  methods, the best one first; others follow
std::string session_sections(const std::vector<evaluate::SessionFigure>& sessions,
                             const std::vector<ReportSeries>& order);

}  // namespace report
