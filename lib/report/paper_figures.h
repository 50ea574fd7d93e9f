/// The figures of the C-SL paper, shown beside ours. docs/results/paper.json has the same figures.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>

#include "doa/window.h"

namespace report {

/// Source of the figures, as reports cite it.
inline constexpr const char* kPaperCitation =
    "C-SL: Contrastive Sound Localization with Inertial-Acoustic Sensors, Tables 1 and 2";

/// A cell of the paper's Table 1: mean angular error and the figure after its +- sign.
struct PaperCell {
  double mean_deg;
  double ci_deg;
};

/// Methods of the paper's Table 1 in the paper's order: "srp-phat", "lsdd", "csl".
std::span<const char* const> paper_methods();

/// Cell of Table 1, or nothing where the paper has no such method, window or reverberation time.
/// @param t60_s  s; the paper has 0, 0.25, 0.5, 0.75
std::optional<PaperCell> paper_table1(const std::string& method, const doa::WindowLength& window,
                                      const std::optional<double>& t60_s);

/// Cell of Table 2, the weighted Chamfer distance of C-SL, or nothing. The paper has two sources
/// without reverberation only.
std::optional<PaperCell> paper_table2(std::size_t sources, const doa::WindowLength& window,
                                      const std::optional<double>& t60_s);

}  // namespace report
