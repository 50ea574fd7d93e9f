/// Errors of all estimates, file by file, summed up into the rows of the report's tables.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "evaluate/results.h"
#include "formats/estimates_file.h"
#include "session/estimate.h"

namespace evaluate {

/// Collects errors. Several models' estimates of one session count as that session's, so that the
/// bootstrap draws sessions, which are the independent units.
class ErrorCollector {
 public:
  void add(const formats::EstimatesReader& file);
  /// The same from the contents of a file. @param rows  their sessions are indices into `sessions`
  void add(const formats::EstimatesHeader& header, const core::Provenance& provenance,
           const std::vector<session::Info>& sessions, const std::vector<session::Estimate>& rows);

  /// Table 1: sessions of one source. With more than 10 reverberation times the set is a mixed one
  /// and becomes one column. @param seed  of the bootstrap
  std::vector<ReportRow> rows(std::uint64_t seed) const;
  /// Table 2: sessions of several sources, weighted Chamfer distances (C-SL paper, eq. (8)).
  std::vector<SourcesRow> sources(std::uint64_t seed) const;

 private:
  /// Key of a row, in the order in which the tables list rows.
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
  using BySession = std::map<std::string, doa::SessionErrors>;  ///< by session_key()
  /// Errors of the models of one training seed.
  struct SeedErrors {
    double sum_deg = 0.0;
    std::vector<double> error_deg;
  };
  struct Errors {
    doa::WindowLength window;
    BySession sessions;
    BySession sounding;          ///< windows in which a source sounds, against sounding sources
    bool activity_known = true;  ///< of all sessions; if false, `sounding` is incomplete
    std::map<std::uint64_t, SeedErrors> by_seed;
  };

  Errors& errors_of(const formats::EstimatesHeader& header, const session::Info& info,
                    const doa::WindowLength& window);
  std::map<Cell, Errors> merged() const;
  static std::optional<doa::ErrorStats> sounding_stats(const Errors& errors, std::uint64_t seed);

  std::map<Cell, Errors> cells_;
};

/// Error of one estimate with bins, degrees: the angle to the only source, or the weighted Chamfer
/// distance where a session has several.
/// @param sources      number of sources of the session
/// @param truth_world  at least one
double estimate_error_deg(const session::Estimate& estimate, std::size_t sources,
                          const std::vector<Eigen::Vector3d>& truth_world);

}  // namespace evaluate
