/// How well the tracks of estimates files follow the sources that are known.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "evaluate/results.h"
#include "formats/estimates_file.h"

namespace evaluate {

/// Collects the scores of one file after the other.
class TrackCollector {
 public:
  explicit TrackCollector(const doa::TrackMetricOptions& options = {}) : options_(options) {}

  /// Scores every session with a known source; a file that was not tracked adds
  /// nothing.
  void add(const formats::EstimatesReader& file);
  /// One row a method, window length and reverberation time; more than ten of
  /// these times are one mixed set. Sorted.
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
