/// Scores of the tracks in estimates files against the known sources.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "evaluate/results.h"
#include "formats/estimates_file.h"

namespace evaluate {

/// Collects the scores of all files, file by file.
class TrackCollector {
 public:
  explicit TrackCollector(const doa::TrackMetricOptions& options = {}) : options_(options) {}

  /// Scores every session with a known source. A file without tracks adds nothing.
  void add(const formats::EstimatesReader& file);
  /// One row for each method, window length and reverberation time, sorted. Sessions with more than
  /// kMaxReverberationTimes reverberation times become one row.
  std::vector<TracksRow> rows() const;

 private:
  using Key = std::tuple<std::string, std::string, std::string, double, double>;
  struct Cell {
    doa::WindowLength window;
    std::size_t sessions = 0;
    doa::TrackScores scores;
  };
  doa::TrackMetricOptions options_;
  std::map<Key, Cell> cells_;  ///< method, estimator, pooling, window, T60 (-1: unknown)
};

}  // namespace evaluate
