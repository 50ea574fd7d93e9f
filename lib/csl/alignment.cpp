#include "csl/alignment.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/errors.h"

namespace csl {
namespace {

constexpr double kCoarseStepS = 0.02;
constexpr double kFineStepS = 0.03;  ///< half width of the fine search
constexpr std::size_t kBlocks = 10;  ///< of the jack-knife
constexpr double kMinDriftSpanS = 30.0;
/// The best agreement must stand out of the ordinary by this share of what is missing to 1.
constexpr double kMinRise = 0.05;
constexpr double kMaxStandardErrorS = 0.01;

/// The objective, with offsets measured at the middle of the recording so that offset and drift do
/// not depend on each other.
class Objective {
 public:
  Objective(std::span<const AlignmentInterval> intervals, const OrientationAt& orientation)
      : intervals_(intervals), orientation_(orientation), use_(intervals.size(), true) {
    double first_s = 1e300;
    double last_s = -1e300;
    for (const AlignmentInterval& interval : intervals) {
      if (interval.time_s.empty()) continue;
      first_s = std::min(first_s, interval.time_s.front());
      last_s = std::max(last_s, interval.time_s.back());
    }
    middle_s_ = 0.5 * (first_s + last_s);
    span_s_ = last_s - first_s;
  }

  double middle_s() const { return middle_s_; }
  double span_s() const { return span_s_; }
  /// Leaves out intervals of one block; kBlocks: none.
  void leave_out(std::size_t block) {
    for (std::size_t i = 0; i < use_.size(); ++i) use_[i] = i % kBlocks != block;
  }

  /// @param middle_offset_s  recording minus log time at the recording's middle
  double operator()(double middle_offset_s, double drift) const {
    double length = 0.0;
    double norm = 0.0;
    for (std::size_t i = 0; i < intervals_.size(); ++i) {
      if (!use_[i]) continue;
      const AlignmentInterval& interval = intervals_[i];
      Eigen::Vector3d sum = Eigen::Vector3d::Zero();
      double covered = 0.0;
      Eigen::Matrix3d R;
      for (std::size_t f = 0; f < interval.time_s.size(); ++f) {
        const double t = interval.time_s[f];
        const double log_s = middle_s_ - middle_offset_s + (t - middle_s_) / (1.0 + drift);
        if (!orientation_(log_s, R)) continue;
        sum += R * interval.summed_sensor[f];
        covered += 1.0;
      }
      if (covered < 3.0) continue;
      length += sum.norm();
      norm += interval.summed_norm * covered / static_cast<double>(interval.time_s.size());
    }
    return norm > 0.0 ? length / norm : 0.0;
  }

 private:
  std::span<const AlignmentInterval> intervals_;
  const OrientationAt& orientation_;
  std::vector<bool> use_;
  double middle_s_ = 0.0;
  double span_s_ = 0.0;
};

/// Golden-section search for the maximum of a function with one peak in [low, high].
double golden_maximum(const std::function<double(double)>& f, double low, double high,
                      double tolerance) {
  const double ratio = 0.5 * (std::sqrt(5.0) - 1.0);
  double a = high - ratio * (high - low);
  double b = low + ratio * (high - low);
  double fa = f(a);
  double fb = f(b);
  while (high - low > tolerance) {
    if (fa > fb) {
      high = b;
      b = a;
      fb = fa;
      a = high - ratio * (high - low);
      fa = f(a);
    } else {
      low = a;
      a = b;
      fa = fb;
      b = low + ratio * (high - low);
      fb = f(b);
    }
  }
  return 0.5 * (low + high);
}

/// Offset and drift in turn, from a start; three rounds are enough where the two hardly depend on
/// each other.
void refine(const Objective& objective, double max_drift, double& offset_s, double& drift) {
  for (int round = 0; round < 3; ++round) {
    offset_s = golden_maximum([&](double o) { return objective(o, drift); }, offset_s - kFineStepS,
                              offset_s + kFineStepS, 1e-4);
    if (max_drift > 0.0) {
      drift = golden_maximum([&](double d) { return objective(offset_s, d); }, -max_drift,
                             max_drift, 1e-7);
    }
  }
}

double standard_error(Objective& objective, double offset_s, double drift) {
  std::vector<double> left_out;
  for (std::size_t block = 0; block < kBlocks; ++block) {
    objective.leave_out(block);
    left_out.push_back(golden_maximum([&](double o) { return objective(o, drift); },
                                      offset_s - kFineStepS, offset_s + kFineStepS, 2e-4));
  }
  objective.leave_out(kBlocks);
  const double mean = std::accumulate(left_out.begin(), left_out.end(), 0.0) / kBlocks;
  double squares = 0.0;
  for (const double o : left_out) squares += (o - mean) * (o - mean);
  return std::sqrt(squares * (kBlocks - 1.0) / kBlocks);
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace

Alignment align(std::span<const AlignmentInterval> intervals, const OrientationAt& orientation,
                const AlignmentOptions& options) {
  Alignment result;
  Objective objective(intervals, orientation);
  const double guess_s = options.guess_offset_s;
  const auto steps = static_cast<int>(std::ceil(options.max_offset_s / kCoarseStepS));
  for (int k = -steps; k <= steps; ++k) {
    result.curve_offset_s.push_back(guess_s + kCoarseStepS * k);
    result.curve_agreement.push_back(objective(result.curve_offset_s.back(), 0.0));
  }
  const auto top = std::max_element(result.curve_agreement.begin(), result.curve_agreement.end());
  if (*top <= 0.0) {
    throw core::InputError(
        "time alignment: no interval is covered by the orientation at any offset tried");
  }
  const std::size_t best = static_cast<std::size_t>(top - result.curve_agreement.begin());
  double offset_s = result.curve_offset_s[best];
  double drift = 0.0;
  result.drift_known = objective.span_s() >= kMinDriftSpanS;
  refine(objective, result.drift_known ? options.max_drift : 0.0, offset_s, drift);
  result.agreement = objective(offset_s, drift);
  result.ordinary_agreement = median(result.curve_agreement);
  result.standard_error_s = standard_error(objective, offset_s, drift);
  const bool at_edge = best == 0 || best + 1 == result.curve_offset_s.size();
  result.flat =
      at_edge || result.standard_error_s > kMaxStandardErrorS ||
      result.agreement - result.ordinary_agreement < kMinRise * (1.0 - result.ordinary_agreement);
  // recording = middle + (log - middle + offset) (1 + drift)
  const double middle_s = objective.middle_s();
  result.offset_s = middle_s - (middle_s - offset_s) * (1.0 + drift);
  result.drift = drift;
  return result;
}

}  // namespace csl
