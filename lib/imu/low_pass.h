/// Low-pass filtering of slowly changing vectors, without ringing at the start.
#pragma once

#include <Eigen/Core>
#include <cmath>
#include <cstddef>
#include <numbers>

namespace imu {

/// Second-order Butterworth low-pass as in VQF. For one time constant the output is the mean of all
/// inputs so far. After that the filter continues from this mean, as if it had been the input
/// forever. The cut-off frequency is sqrt(2) / (2 pi tau). The filter is made by the bilinear
/// transform, in transposed direct form II. Source: Laidig and Seel 2023, 3.1 and appendix A
template <int N>
class LowPass {
 public:
  using Value = Eigen::Matrix<double, N, 1>;

  /// @param tau_s   time constant, > 0
  /// @param step_s  time between inputs
  LowPass(double tau_s, double step_s) : warm_up_(tau_s / step_s) {
    const double c = std::tan(std::numbers::sqrt2 / 2.0 * step_s / tau_s);
    const double d = c * c + std::numbers::sqrt2 * c + 1.0;
    b0_ = c * c / d;
    a1_ = 2.0 * (c * c - 1.0) / d;
    a2_ = (1.0 - std::numbers::sqrt2 * c + c * c) / d;
  }

  const Value& update(const Value& x) {
    if (count_ < warm_up_) {
      sum_ += x;
      count_ += 1.0;
      output_ = sum_ / count_;
      if (count_ >= warm_up_) settle_at(output_);
      return output_;
    }
    output_ = b0_ * x + state0_;
    state0_ = 2.0 * b0_ * x - a1_ * output_ + state1_;
    state1_ = b0_ * x - a2_ * output_;
    return output_;
  }

  /// The last output; zero before the first input.
  const Value& output() const { return output_; }

  /// Sets the state as if `value` had been the input forever.
  void settle_at(const Value& value) {
    count_ = warm_up_;
    output_ = value;
    state0_ = (1.0 - b0_) * value;
    state1_ = (b0_ - a2_) * value;
  }

 private:
  double b0_, a1_, a2_;
  double warm_up_;  ///< number of inputs that are averaged at the start
  double count_ = 0.0;
  Value sum_ = Value::Zero();
  Value state0_ = Value::Zero();
  Value state1_ = Value::Zero();
  Value output_ = Value::Zero();
};

/// Gain k of y += k (x - y), with which y reaches 63 % of a step after the time tau.
inline double gain_from_time_constant(double tau_s, double step_s) {
  return 1.0 - std::exp(-step_s / tau_s);
}

}  // namespace imu
