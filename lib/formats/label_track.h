/// Audacity's label track: stretches of time in which a source keeps its direction.
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <string>
#include <vector>

namespace formats {

/// A source at one time.
struct LabelPoint {
  Eigen::Vector3d direction = Eigen::Vector3d::UnitX();
  std::uint32_t track = 0;  ///< 0: not tracked
};

/// Joins points of successive steps to stretches.
class LabelTrack {
 public:
  /// @param offset_s  added to all times; @param step_deg  a stretch ends beyond this angle from
  /// its
  ///                  first direction
  LabelTrack(double offset_s, double step_deg) : offset_s_(offset_s), step_deg_(step_deg) {}

  /// The next step: what is there from begin to end. Steps follow each other in time.
  void add(double begin_s, double end_s, const std::vector<LabelPoint>& points);
  /// "start<tab>end<tab>text" lines by start; ends all stretches.
  std::string text();

 private:
  struct Stretch {
    double begin_s = 0.0, end_s = 0.0;
    LabelPoint first;
  };
  bool extend(double end_s, const LabelPoint& point, std::vector<Stretch>& kept);

  double offset_s_, step_deg_;
  std::vector<Stretch> open_, done_;
};

}  // namespace formats
