#include "align/alignment.h"

#include <Eigen/LU>
#include <algorithm>
#include <array>
#include <cmath>

#include "align/alignment_search.h"
#include "core/errors.h"

namespace align {
namespace {

constexpr double kCoarseStepS = 0.02;
constexpr double kFineStepS = 0.05;  ///< half width of the fine search
constexpr double kParabolaStepS = 0.01;
/// Number of frames with an orientation without which an interval is not used.
constexpr std::size_t kMinFrames = 3;
constexpr double kMinDriftSpanS = 30.0;
/// Share of the ordinary agreement's distance to 1 by which the best agreement must exceed it.
constexpr double kMinRise = 0.05;
constexpr double kMaxStandardErrorS = 0.01;
/// Sharpness of the kernels for the mode, one iteration each; the last kernel is 11 degrees wide.
constexpr double kModeKappas[] = {3.0, 8.0, 20.0, 50.0};

/// Sum of |r| near the mode of directions r (not of unit length).
double norm_near_mode(std::span<const Eigen::Vector3d> r) {
  Eigen::Vector3d g = Eigen::Vector3d::Zero();
  for (const Eigen::Vector3d& one : r) g += one;
  double near = 0.0;
  for (const double kappa : kModeKappas) {
    g.normalize();
    Eigen::Vector3d sum = Eigen::Vector3d::Zero();
    near = 0.0;
    for (const Eigen::Vector3d& one : r) {
      const double norm = one.norm();
      const double weight = std::exp(kappa * (one.dot(g) / std::max(norm, 1e-30) - 1.0));
      near += norm * weight;
      sum += weight * one;
    }
    g = sum;
  }
  return near;
}

/// The objectives, with offsets measured at the middle of the recording so that offset and drift do
/// not depend on each other.
class Objective {
 public:
  Objective(std::span<const IntervalPredictions> intervals, const OrientationAt& orientation)
      : intervals_(intervals), orientation_(orientation) {
    double first_s = 1e300;
    double last_s = -1e300;
    for (const IntervalPredictions& interval : intervals) {
      if (interval.time_s.empty()) continue;
      first_s = std::min(first_s, interval.time_s.front());
      last_s = std::max(last_s, interval.time_s.back());
    }
    middle_s_ = 0.5 * (first_s + last_s);
    span_s_ = last_s - first_s;
  }

  double middle_s() const { return middle_s_; }
  double span_s() const { return span_s_; }
  /// Mean resultant length. @param middle_offset_s  recording minus log time at the middle
  double agreement(double middle_offset_s, double drift) const {
    double length = 0.0;
    double norm = 0.0;
    for (const IntervalPredictions& interval : intervals_) {
      const std::size_t covered = turn(interval, middle_offset_s, drift);
      if (covered < kMinFrames) continue;
      Eigen::Vector3d sum = Eigen::Vector3d::Zero();
      for (std::size_t f = 0; f < R_.size(); ++f) {
        if (covered_[f]) sum += R_[f] * interval.summed_sensor[f];
      }
      length += sum.norm();
      norm += interval.summed_norm * static_cast<double>(covered) /
              static_cast<double>(interval.time_s.size());
    }
    return norm > 0.0 ? length / norm : 0.0;
  }

  /// Share of the chosen bins' norm that lies near their intervals' modes.
  /// @param block_near  not null: the norms near the modes by block of the jack-knife, overwritten
  double mode_agreement(double middle_offset_s, double drift,
                        std::array<double, kJackKnifeBlocks>* block_near = nullptr) const {
    double near = 0.0;
    double norm = 0.0;
    if (block_near != nullptr) block_near->fill(0.0);
    for (std::size_t i = 0; i < intervals_.size(); ++i) {
      const IntervalPredictions& interval = intervals_[i];
      if (turn(interval, middle_offset_s, drift) < kMinFrames) continue;
      r_world_.clear();
      for (std::size_t b = 0; b < interval.r_sensor.size(); ++b) {
        const std::uint32_t f = interval.frame[b];
        if (!covered_[f]) continue;
        r_world_.emplace_back(R_[f] * interval.r_sensor[b]);
        norm += interval.r_sensor[b].norm();
      }
      const double interval_near = norm_near_mode(r_world_);
      near += interval_near;
      if (block_near != nullptr) (*block_near)[i % kJackKnifeBlocks] += interval_near;
    }
    return norm > 0.0 ? near / norm : 0.0;
  }

 private:
  /// Orientations of an interval's frames. @return  how many the log covers
  std::size_t turn(const IntervalPredictions& interval, double middle_offset_s,
                   double drift) const {
    R_.resize(interval.time_s.size());
    covered_.resize(interval.time_s.size());
    std::size_t covered = 0;
    for (std::size_t f = 0; f < interval.time_s.size(); ++f) {
      const double since_middle_s = (interval.time_s[f] - middle_s_) / (1.0 + drift);
      covered_[f] = orientation_(middle_s_ - middle_offset_s + since_middle_s, R_[f]);
      if (covered_[f]) ++covered;
    }
    return covered;
  }

  std::span<const IntervalPredictions> intervals_;
  const OrientationAt& orientation_;
  double middle_s_ = 0.0;
  double span_s_ = 0.0;
  // Buffers of the present interval.
  mutable std::vector<Eigen::Matrix3d> R_;
  mutable std::vector<bool> covered_;
  mutable std::vector<Eigen::Vector3d> r_world_;
};

struct Clock {
  double offset_s = 0.0;  ///< at the recording's middle
  double drift = 0.0;
};

double best_offset(const Objective& objective, const Clock& start) {
  return golden_maximum([&](double o) { return objective.mode_agreement(o, start.drift); },
                        start.offset_s - kFineStepS, start.offset_s + kFineStepS, 1e-4);
}

/// Offset and drift in turn, from a start; two rounds are enough where the two hardly depend on
/// each other. @param max_drift  0: the drift stays
Clock refine(const Objective& objective, double max_drift, Clock clock) {
  clock.offset_s = best_offset(objective, clock);
  for (int round = 0; round < 2 && max_drift > 0.0; ++round) {
    clock.drift =
        golden_maximum([&](double d) { return objective.mode_agreement(clock.offset_s, d); },
                       -max_drift, max_drift, 1e-6);
    clock.offset_s = best_offset(objective, clock);
  }
  return clock;
}

/// Near its maximum, the objective of each block is a parabola over offset and drift. Leaving out a
/// block moves the maximum by one Newton step.
void find_standard_errors(const Objective& objective, bool with_drift, const Clock& found,
                          Alignment& result) {
  // A drift that moves the ends as far as the offset's step moves all.
  const double step_s = kParabolaStepS;
  const double step = 2.0 * step_s / std::max(objective.span_s(), 1.0);
  std::array<double, kJackKnifeBlocks> value[3][3];
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < 3; ++j) {
      objective.mode_agreement(found.offset_s + (i - 1) * step_s, found.drift + (j - 1) * step,
                               &value[i][j]);
    }
  }
  std::array<double, kJackKnifeBlocks> offset_s{}, drift{};
  for (std::size_t out = 0; out < kJackKnifeBlocks; ++out) {
    double v[3][3] = {};
    for (std::size_t block = 0; block < kJackKnifeBlocks; ++block) {
      for (int k = 0; k < 9 && block != out; ++k) v[k / 3][k % 3] += value[k / 3][k % 3][block];
    }
    const Eigen::Vector2d gradient(0.5 * (v[2][1] - v[0][1]), 0.5 * (v[1][2] - v[1][0]));
    Eigen::Matrix2d hessian;
    hessian(0, 0) = v[2][1] - 2.0 * v[1][1] + v[0][1];
    hessian(1, 1) = v[1][2] - 2.0 * v[1][1] + v[1][0];
    hessian(0, 1) = 0.25 * (v[2][2] - v[2][0] - v[0][2] + v[0][0]);
    hessian(1, 0) = hessian(0, 1);
    if (!with_drift) hessian.row(1) = hessian.col(1).transpose() = Eigen::RowVector2d(0.0, -1.0);
    const Eigen::Vector2d moved = -hessian.inverse() * gradient;
    offset_s[out] = step_s * moved[0];
    drift[out] = with_drift ? step * moved[1] : 0.0;
  }
  result.standard_error_s = jack_knife(offset_s);
  result.drift_standard_error = jack_knife(drift);
}

void require_shape(std::span<const IntervalPredictions> intervals) {
  for (const IntervalPredictions& interval : intervals) {
    const bool frames_fit = std::ranges::all_of(
        interval.frame, [&](std::uint32_t f) { return f < interval.time_s.size(); });
    if (interval.summed_sensor.size() != interval.time_s.size() ||
        interval.frame.size() != interval.r_sensor.size() || !frames_fit) {
      throw core::InputError("time alignment: bins and frames of an interval do not fit");
    }
  }
}

}  // namespace

Alignment align(std::span<const IntervalPredictions> intervals, const OrientationAt& orientation,
                const AlignmentOptions& options) {
  require_shape(intervals);
  Alignment result;
  Objective objective(intervals, orientation);
  const std::size_t best = scan_offsets(
      options, kCoarseStepS, [&](double o) { return objective.agreement(o, 0.0); }, result);
  result.drift_known = objective.span_s() >= kMinDriftSpanS;
  const double max_drift = result.drift_known ? options.max_drift : 0.0;
  Clock clock = refine(objective, max_drift, {result.curve_offset_s[best], 0.0});
  find_standard_errors(objective, result.drift_known, clock, result);
  // The posterior mean of a normal drift of the usual size.
  const double usual = options.usual_drift * options.usual_drift;
  const double error = result.drift_standard_error * result.drift_standard_error;
  clock.drift *= usual / std::max(usual + error, 1e-30);
  clock.offset_s = best_offset(objective, clock);
  result.agreement = objective.agreement(clock.offset_s, clock.drift);
  result.flat = is_flat(result, best, kMinRise, kMaxStandardErrorS);
  // recording = middle + (log - middle + offset) (1 + drift)
  const double middle_s = objective.middle_s();
  result.offset_s = middle_s - (middle_s - clock.offset_s) * (1.0 + clock.drift);
  result.drift = clock.drift;
  return result;
}

}  // namespace align
