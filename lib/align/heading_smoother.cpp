#include "align/heading_smoother.h"

#include <cmath>
#include <numbers>

namespace align {
namespace {

/// Variance of a correction of which nothing is known, rad^2. Corrections are below a few turns.
constexpr double kUnknownVariance = 100.0;

Eigen::Matrix4d transition(const HeadingMoment& moment) {
  Eigen::Matrix4d T = Eigen::Matrix4d::Identity();
  T(0, 1) = moment.step_s;
  T(0, 2) = moment.leak_s_rad;
  T(0, 3) = moment.turn_rad;
  return T;
}

/// What a random walk of the angle and of the rate adds to the covariance in a step.
Eigen::Matrix4d added_covariance(const HeadingMoment& moment, const HeadingWalk& walk) {
  const double h = moment.step_s;
  const double rate = walk.rate_rad_s * walk.rate_rad_s;
  Eigen::Matrix4d Q = Eigen::Matrix4d::Zero();
  Q(0, 0) = walk.angle_rad * walk.angle_rad * h + rate * h * h * h / 3.0;
  Q(0, 1) = Q(1, 0) = rate * h * h / 2.0;
  Q(1, 1) = rate * h;
  if (moment.broken) Q(0, 0) += kUnknownVariance;
  return Q;
}

/// The filter's state before the observation of a moment.
struct Predicted {
  HeadingState a = HeadingState::Zero();
  Eigen::Matrix4d P;

  explicit Predicted(const HeadingWalk& walk) {
    P = Eigen::Vector4d(kUnknownVariance, walk.first_rate_rad_s * walk.first_rate_rad_s,
                        walk.leak_sd * walk.leak_sd, walk.scale_sd * walk.scale_sd)
            .asDiagonal();
  }

  /// Takes the observation of a moment.
  void update(const HeadingMoment& moment) {
    if (!moment.observed) return;
    const double F = P(0, 0) + moment.variance;
    const Eigen::Vector4d gain = P.col(0) / F;
    a += gain * (moment.correction_rad - a(0));
    P -= gain * P.row(0);
    P = 0.5 * (P + P.transpose().eval());
  }

  void predict(const HeadingMoment& moment, const HeadingWalk& walk) {
    const Eigen::Matrix4d T = transition(moment);
    a = T * a;
    P = T * P * T.transpose() + added_covariance(moment, walk);
  }
};

}  // namespace

SmoothedHeading smooth_heading(std::span<const HeadingMoment> moments, const HeadingWalk& walk) {
  const std::size_t count = moments.size();
  std::vector<Predicted> before;
  before.reserve(count);
  SmoothedHeading result;
  Predicted filter(walk);
  for (const HeadingMoment& moment : moments) {
    before.push_back(filter);
    if (moment.observed) {
      const double F = filter.P(0, 0) + moment.variance;
      const double v = moment.correction_rad - filter.a(0);
      // The first observation after a break says nothing about the walks.
      if (F < 0.5 * kUnknownVariance) result.log_likelihood -= 0.5 * (std::log(F) + v * v / F);
    }
    filter.update(moment);
    filter.predict(moment, walk);
  }
  result.state.resize(count);
  result.correction_variance.resize(count);
  result.step_ratio.assign(count, 0.0);
  Eigen::Vector4d r = Eigen::Vector4d::Zero();
  Eigen::Matrix4d N = Eigen::Matrix4d::Zero();
  for (std::size_t i = count; i-- > 0;) {
    const HeadingMoment& moment = moments[i];
    if (N(0, 0) > 0.0) result.step_ratio[i] = r(0) * r(0) / N(0, 0);
    const Eigen::Matrix4d T = transition(moment);
    r = T.transpose() * r;
    N = T.transpose() * N * T;
    const Eigen::Matrix4d& P = before[i].P;
    if (moment.observed) {
      const double F = P(0, 0) + moment.variance;
      const double v = moment.correction_rad - before[i].a(0);
      // L = I - P Z' Z / F with Z = (1, 0, 0, 0).
      Eigen::Matrix4d L = Eigen::Matrix4d::Identity();
      L.col(0) -= P.col(0) / F;
      r = L.transpose() * r;
      N = L.transpose() * N * L;
      r(0) += v / F;
      N(0, 0) += 1.0 / F;
    }
    result.state[i] = before[i].a + P * r;
    const Eigen::Matrix4d V = P - P * N * P;
    result.correction_variance[i] = V(0, 0);
    if (i + 1 == count) result.last_covariance = V;
  }
  return result;
}

void unwrap_observations(const HeadingWalk& walk, std::span<HeadingMoment> moments) {
  constexpr double kTurn = 2.0 * std::numbers::pi;
  Predicted filter(walk);
  for (HeadingMoment& moment : moments) {
    moment.correction_rad -= kTurn * std::round((moment.correction_rad - filter.a(0)) / kTurn);
    filter.update(moment);
    filter.predict(moment, walk);
  }
}

}  // namespace align
