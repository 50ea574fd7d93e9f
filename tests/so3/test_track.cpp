#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "core/errors.h"
#include "so3/rotation.h"
#include "so3/track.h"

namespace {

Eigen::Quaterniond turn(double angle) { return so3::exp(angle * Eigen::Vector3d::UnitZ()); }

/// Three orientations whose rotations do not commute with each other.
const std::vector<Eigen::Quaterniond> kTumbling = {
    so3::exp({0.3, -0.8, 1.1}), so3::exp({-1.2, 0.4, 0.9}), so3::exp({0.7, 1.9, -0.5})};

}  // namespace

TEST_CASE("between two samples a track turns at constant speed about one axis of the world") {
  const so3::Track track({0.0, 0.5, 2.0}, kTumbling);
  for (std::size_t i = 0; i < 2; ++i) {
    const double start_s = track.time_s()[i];
    const double step_s = track.time_s()[i + 1] - start_s;
    // The same path from the other side: the rotation from sample i to i + 1 in world axes, as a
    // matrix exponential by the half-angle formula of axis and angle.
    const Eigen::AngleAxisd whole((kTumbling[i + 1] * kTumbling[i].conjugate()).normalized());
    for (const double share : {0.1, 0.25, 0.5, 0.9}) {
      const Eigen::Quaterniond expected(Eigen::AngleAxisd(share * whole.angle(), whole.axis()) *
                                        kTumbling[i]);
      CHECK(so3::angle_between(track.at(start_s + share * step_s), expected) < 1e-14);
    }
  }
}

TEST_CASE("a track does not depend on the choice of world or sensor axes") {
  const Eigen::Quaterniond world = so3::exp({1.0, 0.2, -0.7});
  const Eigen::Quaterniond sensor = so3::exp({-0.4, 0.6, 1.3});
  const so3::Track track({0.0, 0.5, 2.0}, kTumbling);
  std::vector<Eigen::Quaterniond> changed;
  for (const Eigen::Quaterniond& q : kTumbling) changed.push_back(world * q * sensor);
  const so3::Track other({0.0, 0.5, 2.0}, changed);
  for (const double t : {-1.0, 0.0, 0.2, 0.5, 1.1, 1.9, 2.0, 3.0}) {
    CHECK(so3::angle_between(other.at(t), world * track.at(t) * sensor) < 1e-14);
  }
}

TEST_CASE("a track of constant rotation is exact between its samples and held outside") {
  const so3::Track track({0.0, 0.5, 2.0}, {turn(0.0), turn(0.5), turn(2.0)});
  for (const double t : {0.0, 0.1, 0.5, 1.7, 2.0}) {
    CHECK(so3::angle_between(track.at(t), turn(t)) < 1e-14);
  }
  CHECK(so3::angle_between(track.at(-1.0), turn(0.0)) < 1e-14);
  CHECK(so3::angle_between(track.at(9.0), turn(2.0)) < 1e-14);
}

TEST_CASE("the sign of a quaternion does not matter, and its length is normalized within a limit") {
  const so3::Track exact({0.0, 1.0}, {kTumbling[0], kTumbling[1]});
  const so3::Track track({0.0, 1.0},
                         {kTumbling[0], Eigen::Quaterniond(-1.005 * kTumbling[1].coeffs())});
  CHECK(so3::angle_between(track.at(0.5), exact.at(0.5)) < 1e-14);
}

TEST_CASE("invalid tracks are refused") {
  using Q = Eigen::Quaterniond;
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK_THROWS_AS(so3::Track({}, {}), core::InputError);
  CHECK_THROWS_AS(so3::Track({0.0, 1.0}, {turn(0.0)}), core::InputError);
  CHECK_THROWS_AS(so3::Track({0.0, 0.0}, {turn(0.0), turn(1.0)}), core::InputError);
  CHECK_THROWS_AS(so3::Track({0.0, nan}, {turn(0.0), turn(1.0)}), core::InputError);
  CHECK_THROWS_AS(so3::Track({0.0}, {Q(0.0, 0.0, 0.0, 0.0)}), core::InputError);
  CHECK_THROWS_AS(so3::Track({0.0}, {Q(nan, 0.0, 0.0, 0.0)}), core::InputError);
}

TEST_CASE("quaternions within one per cent of unit length are normalized, others are refused") {
  Eigen::Quaterniond q = kTumbling[0];
  q.coeffs() *= 1.009;
  CHECK(std::abs(so3::Track({0.0}, {q}).quaternion()[0].norm() - 1.0) < 1e-15);
  for (const double length : {1.011, 0.989, 0.0}) {
    q = kTumbling[0];
    q.coeffs() *= length;
    CHECK_THROWS_AS(so3::Track({0.0}, {q}), core::InputError);
  }
}
