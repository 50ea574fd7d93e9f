/// Sources that sound in a window, by the activity of their dry signals.
#pragma once

#include <cstddef>
#include <map>
#include <vector>

#include "session/session.h"

namespace evaluate {

/// A source sounds while its dry signal is at most so many dB below the 95th percentile of its own
/// activity over the session.
inline constexpr double kSoundingRangeDb = 30.0;

/// Activity of all sources of one session.
class Activity {
 public:
  explicit Activity(const session::Info& info);

  /// Whether the session has sources and says how each of them sounds. Recordings do not.
  bool known() const { return known_; }
  /// Whether any value of the source's activity that overlaps [from_s, to_s] is loud enough.
  /// Only if known().
  /// @param source  number of the source within the session
  bool sounds(std::size_t source, double from_s, double to_s) const;

 private:
  /// Level of one source, one value every kActivityStepS, and the level that counts as loud enough.
  struct Levels {
    std::vector<double> level_db;
    double least_db = 0.0;
  };

  std::map<std::size_t, Levels> levels_;  ///< by number of the source
  bool known_ = false;
};

}  // namespace evaluate
