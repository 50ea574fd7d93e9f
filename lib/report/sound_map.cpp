#include "report/sound_map.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/quantile.h"

namespace report {
namespace {

constexpr float kSilence_db = -300.0f;  // level of digital silence

/// Size of a picture of blocks of a [frames, bins] array. Blocks keep the file small.
struct Reduced {
  std::size_t columns, rows, per_column, per_row;
};

Reduced reduce(std::size_t frames, std::size_t bins) {
  const std::size_t per_column = (frames + 159) / 160;
  const std::size_t per_row = (bins + 99) / 100;
  return {(frames + per_column - 1) / per_column, (bins + per_row - 1) / per_row, per_column,
          per_row};
}

/// The colors cover all but the loudest half percent of the cells, and at most 80 dB: neither one
/// click nor digital silence sets them.
void color_range(svg::SvgHeatmap& map) {
  std::vector<double> levels;
  for (const float level : map.value) {
    if (level > kSilence_db) levels.push_back(static_cast<double>(level));
  }
  map.high = std::ceil(core::quantile(levels, 0.995));
  map.low = std::max(map.high - 80.0, std::floor(core::quantile(levels, 0.02)));
  map.low = std::min(map.low, map.high - 1.0);
}

}  // namespace

svg::SvgHeatmap sound_map(const evaluate::SpectrogramFigure& figure) {
  const Reduced size = reduce(figure.frames, figure.bins);
  svg::SvgHeatmap map;
  map.columns = size.columns;
  map.rows = size.rows;
  map.value.assign(size.columns * size.rows, 0.0f);
  map.mark.assign(map.value.size(), 0);
  std::vector<float> count(map.value.size(), 0.0f);
  for (std::size_t n = 0; n < figure.frames; ++n) {
    for (std::size_t b = 0; b < figure.bins; ++b) {
      const std::size_t cell = b / size.per_row * size.columns + n / size.per_column;
      const float level = std::max(figure.level_db[n * figure.bins + b], kSilence_db);
      map.value[cell] += level;
      count[cell] += 1.0f;
      if (figure.marked[n * figure.bins + b] != 0) map.mark[cell] = 1;
    }
  }
  for (std::size_t i = 0; i < count.size(); ++i) map.value[i] /= count[i];
  color_range(map);
  map.x_max = static_cast<double>(figure.frames) * figure.hop_s;
  map.y_max = static_cast<double>(figure.bins) * figure.bin_hz / 1000.0;
  map.name = "level, dB";
  return map;
}

}  // namespace report
