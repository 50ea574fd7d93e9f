/// Errors of all estimates, file by file, summed up into the rows of the report's tables.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "evaluate/results.h"
#include "formats/estimates_file.h"
#include "session/estimate.h"

namespace evaluate {

/// Seed of the training that an estimates file's model came from; nothing for other methods.
std::optional<std::uint64_t> training_seed(const core::Provenance& provenance);

/// Collects errors. Several models' estimates of one session count as that session's, so that the
/// bootstrap draws sessions, which are the independent units.
class ErrorCollector {
 public:
  void add(const formats::EstimatesReader& file);

  bool empty() const { return cells_.empty(); }
  /// Table 1: sessions of one source. With more than 10 reverberation times the set is a mixed one
  /// and becomes one column. @param seed  of the bootstrap
  std::vector<ReportRow> rows(std::uint64_t seed) const;
  /// Table 2: sessions of several sources, weighted Chamfer distances (paper, eq. 8).
  std::vector<SourcesRow> sources(std::uint64_t seed) const;

 private:
  /// What one row is about; ordered as the tables list them.
  struct Cell {
    std::size_t sources;
    std::string method, estimator, pooling;
    std::optional<double> t60_s;
    double window_s;  ///< infinite for full sessions: sorts last

    auto key() const {
      return std::make_tuple(sources, method, estimator, pooling, t60_s.value_or(-1.0), window_s);
    }
    bool operator<(const Cell& other) const { return key() < other.key(); }
  };
  struct Errors {
    doa::WindowLength window;
    std::map<std::string, doa::SessionErrors> sessions;          ///< by session_key()
    std::map<std::uint64_t, std::pair<double, double>> by_seed;  ///< sum and number of errors
  };

  std::map<Cell, Errors> merged() const;

  std::map<Cell, Errors> cells_;
};

/// Error of one estimate with bins, degrees: the angle to the only source, or the weighted Chamfer
/// distance where a session has several.
/// @param truth_world  at least one
double estimate_error_deg(const session::Estimate& estimate, std::size_t sources,
                          const std::vector<Eigen::Vector3d>& truth_world);

}  // namespace evaluate
