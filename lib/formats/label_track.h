/// Label tracks for Audacity: intervals in which a source keeps its direction.
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <string>
#include <vector>

namespace formats {

/// Direction of a source at one time.
struct LabelPoint {
  Eigen::Vector3d direction = Eigen::Vector3d::UnitX();
  std::uint32_t track = 0;  ///< number of the track; 0: not tracked
};

/// Joins the directions of successive time steps into labels.
class LabelTrack {
 public:
  /// @param offset_s  added to all times
  /// @param step_deg  a label ends when the direction differs by more than this angle from its
  ///                  first direction
  LabelTrack(double offset_s, double step_deg) : offset_s_(offset_s), step_deg_(step_deg) {}

  /// Adds the directions of the next time step. Steps follow each other in time.
  void add(double start_s, double end_s, const std::vector<LabelPoint>& points);
  /// Ends all labels. @return  lines "start<tab>end<tab>text", sorted by start
  std::string text();

 private:
  struct Label {
    double start_s = 0.0;
    double end_s = 0.0;
    LabelPoint first;
  };
  bool extend(double end_s, const LabelPoint& point, std::vector<Label>& kept);

  double offset_s_;
  double step_deg_;
  std::vector<Label> open_;
  std::vector<Label> done_;
};

}  // namespace formats
