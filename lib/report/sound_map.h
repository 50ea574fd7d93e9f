/// Spectrograms as heat maps.
#pragma once

#include "evaluate/results.h"
#include "report/svg/plot.h"

namespace report {

/// Mean level of blocks of frames and bins in dB, over time (s) and frequency (kHz). A block is
/// marked if any of its bins is.
svg::SvgHeatmap sound_map(const evaluate::SpectrogramFigure& figure);

}  // namespace report
