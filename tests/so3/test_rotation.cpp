#include <catch2/catch.hpp>
#include <cmath>
#include <numbers>
#include <vector>

#include "so3/rotation.h"

namespace {

constexpr double kPi = std::numbers::pi;

const std::vector<double> kAngles = {0.0, 1e-12, 1e-8, 1e-5, 1e-4, 1.0, kPi - 1e-6, kPi};

std::vector<Eigen::Vector3d> axes() {
  std::vector<Eigen::Vector3d> list = {Eigen::Vector3d::UnitX(), Eigen::Vector3d::UnitY(),
                                       Eigen::Vector3d::UnitZ(), -Eigen::Vector3d::UnitZ()};
  core::RandomStream random(1, core::Purpose::kTest);
  for (int i = 0; i < 5; ++i) list.push_back(so3::random_direction(random));
  return list;
}

/// Rodrigues' formula in long double, the reference for exp.
Eigen::Matrix3d reference_matrix(const Eigen::Vector3d& axis, double angle) {
  using Matrix = Eigen::Matrix<long double, 3, 3>;
  Matrix K;
  K << 0.0L, -axis.z(), axis.y(), axis.z(), 0.0L, -axis.x(), -axis.y(), axis.x(), 0.0L;
  const long double t = angle;
  // 1 - cos t as 2 sin^2(t/2): no cancellation near 0.
  const long double versine = 2.0L * std::sin(t / 2.0L) * std::sin(t / 2.0L);
  const Matrix R = Matrix::Identity() + std::sin(t) * K + versine * K * K;
  return R.cast<double>();
}

}  // namespace

TEST_CASE("exp agrees with Rodrigues' formula in long double for every angle and axis") {
  for (const double angle : kAngles) {
    for (const Eigen::Vector3d& axis : axes()) {
      const Eigen::Matrix3d R = so3::exp(angle * axis).toRotationMatrix();
      // The axis itself is a unit vector to rounding only: a few ulp of 1.
      CHECK((R - reference_matrix(axis, angle)).cwiseAbs().maxCoeff() < 4e-15);
      CHECK((R * R.transpose() - Eigen::Matrix3d::Identity()).cwiseAbs().maxCoeff() < 4e-15);
    }
  }
}

TEST_CASE(
    "log gives the rotation vector of exp back for q and -q, with the relative precision of the "
    "angle") {
  for (const double angle : kAngles) {
    for (const Eigen::Vector3d& axis : axes()) {
      const Eigen::Quaterniond q = so3::exp(angle * axis);
      const Eigen::Quaterniond minus_q(-q.w(), -q.x(), -q.y(), -q.z());
      const Eigen::Vector3d back = so3::log(q);
      CHECK(std::abs(back.norm() - angle) <= 1e-14 * std::max(1e-2, angle));
      // At pi both directions of the axis are right.
      const double sign = angle > 3.0 && back.dot(axis) < 0.0 ? -1.0 : 1.0;
      CHECK((sign * back - angle * axis).norm() <= 1e-14 + 4e-10 * (angle > 3.1 ? 1.0 : 0.0));
      CHECK((so3::log(minus_q).norm() - back.norm()) == Approx(0.0).margin(1e-14));
    }
  }
}

TEST_CASE("rotations compose and invert, and the angle between them is the geodesic one") {
  core::RandomStream random(2, core::Purpose::kTest);
  for (int i = 0; i < 50; ++i) {
    const Eigen::Quaterniond a = so3::random_rotation(random);
    const Eigen::Quaterniond b = so3::random_rotation(random);
    const Eigen::Quaterniond c = so3::random_rotation(random);
    CHECK(so3::angle_between(a * so3::exp(so3::log(a.conjugate() * b)), b) < 1e-14);
    CHECK(so3::angle_between(so3::exp(c * so3::log(a)), c * a * c.conjugate()) < 1e-13);
    CHECK(so3::angle_between(a, a) < 1e-15);
    CHECK(so3::angle_between(a, b) == Approx(so3::angle_between(b, a)));
    CHECK(so3::angle_between(c * a, c * b) == Approx(so3::angle_between(a, b)));
    CHECK(so3::angle_between(a, c) <= so3::angle_between(a, b) + so3::angle_between(b, c) + 1e-12);
    CHECK(((a * b).toRotationMatrix() - a.toRotationMatrix() * b.toRotationMatrix()).norm() <
          1e-14);
  }
}

TEST_CASE("the angle between directions is precise near 0 and near 180 degrees") {
  const Eigen::Vector3d x = Eigen::Vector3d::UnitX();
  for (const double angle : {1e-12, 1e-8, 1e-3, 1.0, kPi / 2, kPi - 1e-8}) {
    const Eigen::Vector3d turned(std::cos(angle), std::sin(angle), 0.0);
    CHECK(so3::angle_between(x, 5.0 * turned) == Approx(angle).epsilon(1e-12));
  }
}

TEST_CASE("slerp turns at constant speed along the shortest rotation") {
  core::RandomStream random(3, core::Purpose::kTest);
  for (int i = 0; i < 20; ++i) {
    const Eigen::Quaterniond a = so3::random_rotation(random);
    const Eigen::Quaterniond b = so3::random_rotation(random);
    const double whole = so3::angle_between(a, b);
    for (const double t : {0.0, 0.25, 0.5, 1.0}) {
      const Eigen::Quaterniond between = so3::slerp(a, b, t);
      CHECK(so3::angle_between(a, between) == Approx(t * whole).margin(1e-14));
      // With the factors in the wrong order the distance from a is right, but not the one from b.
      CHECK(so3::angle_between(between, b) == Approx((1.0 - t) * whole).margin(1e-14));
    }
  }
}

TEST_CASE("random rotations turn a fixed vector to uniformly distributed directions") {
  core::RandomStream random(4, core::Purpose::kTest);
  constexpr int kDraws = 20000;
  Eigen::Vector3d mean = Eigen::Vector3d::Zero();
  Eigen::Matrix3d second = Eigen::Matrix3d::Zero();
  double angle_sum = 0.0;
  for (int i = 0; i < kDraws; ++i) {
    const Eigen::Quaterniond q = so3::random_rotation(random);
    const Eigen::Vector3d v = q * Eigen::Vector3d(0.6, 0.0, 0.8);
    mean += v / kDraws;
    second += v * v.transpose() / kDraws;
    angle_sum += so3::angle_between(Eigen::Quaterniond::Identity(), q) / kDraws;
  }
  // Five standard errors of one coordinate (variance 1/3) and of a squared coordinate (variance
  // 4/45).
  CHECK(mean.cwiseAbs().maxCoeff() < 5.0 * std::sqrt(1.0 / 3.0 / kDraws));
  CHECK((second - Eigen::Matrix3d::Identity() / 3.0).cwiseAbs().maxCoeff() <
        5.0 * std::sqrt(4.0 / 45.0 / kDraws));
  // The angle of a uniform rotation has density (1 - cos t) / pi and mean pi/2 + 2/pi; its
  // deviation is 0.65.
  CHECK(angle_sum == Approx(kPi / 2.0 + 2.0 / kPi).margin(5.0 * 0.65 / std::sqrt(kDraws)));
}

TEST_CASE("directions and angles convert both ways, and mean directions are weighted") {
  core::RandomStream random(5, core::Purpose::kTest);
  for (int i = 0; i < 20; ++i) {
    const Eigen::Vector3d d = so3::random_direction(random);
    CHECK((so3::direction_from_angles(so3::azimuth_rad(d), so3::elevation_rad(d)) - d).norm() <
          1e-14);
  }
  const std::vector<Eigen::Vector3d> two = {Eigen::Vector3d::UnitX(), Eigen::Vector3d::UnitY()};
  const std::vector<double> weights = {3.0, 4.0};
  CHECK((so3::mean_direction(two, weights) - Eigen::Vector3d(0.6, 0.8, 0.0)).norm() < 1e-15);
  const std::vector<Eigen::Vector3d> opposite = {Eigen::Vector3d::UnitX(),
                                                 -Eigen::Vector3d::UnitX()};
  CHECK(so3::mean_direction(opposite).isZero());
}

TEST_CASE("random directions are uniform: moments of each coordinate against closed forms") {
  core::RandomStream random(31, core::Purpose::kTest);
  constexpr int kCount = 20000;
  Eigen::Vector3d first = Eigen::Vector3d::Zero(), second = first, size = first;
  for (int i = 0; i < kCount; ++i) {
    const Eigen::Vector3d d = so3::random_direction(random);
    first += d / kCount;
    second += d.cwiseAbs2() / kCount;
    size += d.cwiseAbs() / kCount;
  }
  for (int axis = 0; axis < 3; ++axis) {
    // A coordinate is uniform in [-1, 1]; four standard deviations of each mean.
    CHECK(std::abs(first[axis]) < 4.0 * std::sqrt(1.0 / 3.0 / kCount));
    CHECK(std::abs(second[axis] - 1.0 / 3.0) < 4.0 * std::sqrt(4.0 / 45.0 / kCount));
    CHECK(std::abs(size[axis] - 0.5) < 4.0 * std::sqrt(1.0 / 12.0 / kCount));
  }
}
