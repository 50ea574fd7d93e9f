/// Directions of sessions whose truth is not known, for a report of where sound came from.
#pragma once

#include <cstddef>
#include <vector>

#include "evaluate/results.h"
#include "formats/estimates_file.h"

namespace evaluate {

/// Collects the directions over time of sessions without truth: the windows of the length nearest
/// to 0.2 s of each file.
class DirectionCollector {
 public:
  /// A report shows at most so many sessions.
  static constexpr std::size_t kMostSessions = 12;

  void add(const formats::EstimatesReader& file);

  const std::vector<DirectionsFigure>& figures() const { return figures_; }
  /// Number of sessions without truth that the report does not show.
  std::size_t left_out() const { return left_out_; }

 private:
  std::vector<DirectionsFigure> figures_;
  std::size_t left_out_ = 0;
};

}  // namespace evaluate
