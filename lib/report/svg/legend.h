/// The names of what a plot shows; used in this folder only.
#pragma once

#include <string>

#include "report/svg/plot.h"

namespace report::svg {

struct Legend {
  std::string markup;
  double height = 0.0;
};

/// Names side by side, wrapped at the width of the picture. The width of a text is estimated from
/// its number of characters.
Legend draw_legend(const SvgPlot& plot, double left, double top, double width);

/// Index of a color of the palette.
inline int palette(int color) {
  return ((color % kSvgPaletteSize) + kSvgPaletteSize) % kSvgPaletteSize;
}

}  // namespace report::svg
