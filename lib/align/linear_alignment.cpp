#include "align/linear_alignment.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "align/alignment_search.h"
#include "core/errors.h"

namespace align {
namespace {

constexpr double kLinearCoarseStepS = 0.05;
constexpr double kLinearFineStepS = 0.06;  ///< half width of the fine search
constexpr double kLinearParabolaStepS = 0.03;
constexpr double kLinearMinRise = 0.1;
constexpr double kLinearMaxStandardErrorS = 0.05;

/// Agreement of the best linear map, over the offset.
class LinearObjective {
 public:
  LinearObjective(std::span<const TimedSpectra> intervals, const OrientationAt& orientation)
      : intervals_(intervals), orientation_(orientation) {
    std::vector<IntervalSpectra> all;
    for (const TimedSpectra& interval : intervals) all.push_back(interval.spatial);
    const Whitening whitening = fit_whitening(all);
    for (const IntervalSpectra& one : all) white_.push_back(whitening.apply(one.feature));
  }

  /// In [0, 1]; 0 if the orientation covers nothing. @param left_out  this block of the jack-knife
  double agreement(double offset_s, std::size_t left_out = kJackKnifeBlocks) const {
    LinearAgreement linear(static_cast<std::size_t>(white_.front().cols()));
    for (std::size_t i = 0; i < white_.size(); ++i) {
      if (i % kJackKnifeBlocks == left_out) continue;
      linear.add(white_[i], [&](std::size_t block, Eigen::Matrix3d& R) {
        return orientation_(intervals_[i].time_s[block] - offset_s, R);
      });
    }
    return linear.best();
  }

 private:
  std::span<const TimedSpectra> intervals_;
  const OrientationAt& orientation_;
  std::vector<Eigen::MatrixXd> white_;
};

/// Where the parabola through three values, `step` apart, is highest, from the middle one.
double vertex(double before, double middle, double after, double step) {
  const double curvature = before - 2.0 * middle + after;
  return curvature < 0.0 ? 0.5 * step * (before - after) / curvature : step;
}

double standard_error(const LinearObjective& objective, double offset_s) {
  std::array<double, kJackKnifeBlocks> found{};
  for (std::size_t out = 0; out < kJackKnifeBlocks; ++out) {
    found[out] =
        vertex(objective.agreement(offset_s - kLinearParabolaStepS, out),
               objective.agreement(offset_s, out),
               objective.agreement(offset_s + kLinearParabolaStepS, out), kLinearParabolaStepS);
  }
  return jack_knife(found);
}

}  // namespace

Alignment align_linearly(std::span<const TimedSpectra> intervals, const OrientationAt& orientation,
                         const AlignmentOptions& options) {
  if (intervals.empty()) throw core::InputError("time alignment: there is no interval");
  const LinearObjective objective(intervals, orientation);
  Alignment result;
  const std::size_t best = scan_offsets(
      options, kLinearCoarseStepS, [&](double o) { return objective.agreement(o); }, result);
  const double coarse_s = result.curve_offset_s[best];
  result.offset_s = golden_maximum([&](double o) { return objective.agreement(o); },
                                   coarse_s - kLinearFineStepS, coarse_s + kLinearFineStepS, 1e-4);
  result.agreement = objective.agreement(result.offset_s);
  result.standard_error_s = standard_error(objective, result.offset_s);
  result.flat = is_flat(result, best, kLinearMinRise, kLinearMaxStandardErrorS);
  return result;
}

}  // namespace align
