#include "evaluate/sounding.h"

#include <algorithm>
#include <cmath>

#include "core/quantile.h"

namespace evaluate {

Activity::Activity(const session::Info& info) {
  known_ = !info.sources.empty();
  for (const session::SourceTruth& row : info.sources) {
    // The rows of a moving source describe one signal. It may stand in the first row only.
    std::vector<double>& level_db = levels_[row.source].level_db;
    const std::size_t values = std::max(level_db.size(), row.activity_db.size());
    level_db.resize(values, session::kLowestActivityDb);
    for (std::size_t i = 0; i < row.activity_db.size(); ++i) {
      level_db[i] = std::max(level_db[i], static_cast<double>(row.activity_db[i]));
    }
  }
  for (const auto& [source, levels] : levels_) known_ = known_ && !levels.level_db.empty();
  if (!known_) return;
  for (auto& [source, levels] : levels_) {
    levels.least_db = core::quantile(levels.level_db, 0.95) - kSoundingRangeDb;
  }
}

bool Activity::sounds(std::size_t source, double from_s, double to_s) const {
  constexpr double kTolerance = 1e-6;  // of a step: ends that lie on a step are rounded numbers
  const Levels& levels = levels_.at(source);
  const auto values = static_cast<double>(levels.level_db.size());
  const double first = std::floor(from_s / session::kActivityStepS + kTolerance);
  const double end = std::ceil(to_s / session::kActivityStepS - kTolerance);
  const auto at = [&](double index) {
    return levels.level_db.begin() + static_cast<std::ptrdiff_t>(std::clamp(index, 0.0, values));
  };
  return std::any_of(at(first), at(std::max(end, first + 1.0)), [&](double level_db) {
    return level_db > session::kLowestActivityDb && level_db >= levels.least_db;
  });
}

}  // namespace evaluate
