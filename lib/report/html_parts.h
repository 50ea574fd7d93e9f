/// Sections, tables and cells that all parts of the report page are made of.
#pragma once

#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "doa/metrics.h"
#include "doa/window.h"

namespace report {

/// Shown in cells that have no value.
inline constexpr const char* kNoValueHtml = "&ndash;";

/// The first two columns of tables with a block a method and a row a window.
inline constexpr const char* kMethodWindowHead =
    "<th scope=\"col\">Method</th><th scope=\"col\" class=\"window\">Window</th>";

/// When a source sounds, for the reader of the page (evaluate/sounding.h).
inline constexpr const char* kSoundingNote =
    "A source sounds in a window if the level of its dry signal, in steps of 10 ms, is somewhere "
    "in "
    "the window at most 30 dB below the 95th percentile of that level over the session.";

/// A titled part of the page with a line of explanation. All three are HTML.
std::string html_section(const std::string& title, const std::string& intro,
                         const std::string& content);

/// A section whose content is closed at first. @param summary  plain words of what is inside
std::string html_folded_section(const std::string& title, const std::string& intro,
                                const std::string& summary, const std::string& content);

/// A page's body: the list of contents, and <main> with the sections, which get the ids that the
/// list points to. @param sections  html_section() one after the other
std::string html_main(const std::string& sections);

/// Pictures as figures, side by side if there is room. One picture alone is not
/// wider than it is easy to read.
std::string html_figures(const std::vector<std::string>& pictures);

/// A picture as wide as the page; on narrow screens it scrolls.
std::string html_wide_figure(const std::string& picture);

/// A table that scrolls where it is wider than the page.
/// @param content  HTML of its head and bodies; @param kind  CSS class; empty: none
std::string html_table(const std::string& content, const char* kind = "");

/// A switch that shows the paper's figures, which have the CSS class "paper", on the whole page.
std::string html_paper_switch(bool on);

/// A table's head of one row. @param cells  HTML of its <th> elements
std::string html_head(const std::string& cells);

/// A body of one row a window under one method's name.
/// @param title  HTML; @param kind  CSS class: "ours" or "paper"
/// @param cells  HTML of a window's <td> elements
std::string html_block(const std::string& title, const char* kind,
                       std::span<const doa::WindowLength> windows,
                       const std::function<std::string(const doa::WindowLength&)>& cells);

/// column_title() whose number and unit stay on one line.
std::string column_title_html(const std::optional<double>& t60_s);

/// An error in degrees as a table shows it. NaN: does not exist.
struct ErrorCell {
  double mean_deg = std::numeric_limits<double>::quiet_NaN();
  double ci95_deg = std::numeric_limits<double>::quiet_NaN();
  double median_deg = std::numeric_limits<double>::quiet_NaN();
};

ErrorCell error_cell(const doa::ErrorStats& stats);

/// The mean and its interval, and the median below them. @param best  marks the mean
std::string error_cell_html(const ErrorCell& cell, bool best = false);

}  // namespace report
