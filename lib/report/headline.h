/// What the head of a report says: the best method of the run.
#pragma once

#include <string>
#include <vector>

#include "report/layout.h"

namespace report {

/// The window of the head: the longest one in which every series has an error, or else the longest.
const doa::WindowLength& headline_window(const ReportLayout& layout);

/// The series with the smallest mean error in headline_window(), averaged over the reverberation
/// times. A series that lacks one of them comes after all series that lack fewer. Of equal series,
/// the first one. The paper's figures do not compete: they are no results of this run.
const ReportSeries& best_series(const ReportLayout& layout);

/// All series, the best one first.
std::vector<ReportSeries> ranked_series(const ReportLayout& layout);

/// The best series in words with the rule by which it was chosen, and a card for each reverberation
/// time, as HTML. A card names the series that is better than the best one at this reverberation
/// time, if there is one.
std::string headline_html(const ReportLayout& layout);

/// The same for sessions of several sources, once for each number of sources.
std::string several_headlines_html(const std::vector<evaluate::SourcesRow>& rows);

}  // namespace report
