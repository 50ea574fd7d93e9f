#include <catch2/catch.hpp>
#include <cmath>

#include "doa/direction_search.h"
#include "doa/metrics.h"
#include "so3/rotation.h"

namespace {

/// One frame whose score is kappa <peak, d>, of a peak that is fixed in the sensor frame.
class PeakFrames : public doa::ScoreFrames {
 public:
  PeakFrames(Eigen::Vector3d peak, double kappa) : peak_(std::move(peak)), kappa_(kappa) {}
  bool active(std::size_t) const override { return true; }
  void score(std::size_t, const Eigen::Matrix3d& R_pool_sensor,
             const doa::DirectionColumns& directions, float* scores) const override {
    const Eigen::Vector3d peak = R_pool_sensor * peak_;
    for (std::size_t j = 0; j < directions.padded(); ++j) {
      const Eigen::Vector3d d(directions.x[j], directions.y[j], directions.z[j]);
      scores[j] = static_cast<float>(kappa_ * std::exp(20.0 * (peak.dot(d) - 1.0)));
    }
  }

 private:
  Eigen::Vector3d peak_;
  double kappa_;
};

double found_error_deg(double start_deg, double radius_deg) {
  const Eigen::Vector3d peak = Eigen::Vector3d(0.3, -0.5, 0.8).normalized();
  const double degree = std::acos(-1.0) / 180.0;
  const Eigen::Vector3d start = so3::exp(start_deg * degree * peak.unitOrthogonal()) * peak;
  const std::vector<Eigen::Matrix3d> R = {Eigen::Matrix3d::Identity()};
  const Eigen::Vector3d found = doa::smooth_peak(PeakFrames(peak, 100.0), {0, 1}, R, start,
                                                 radius_deg * degree, 0.35 * degree);
  return doa::angular_error_deg(found, peak);
}

}  // namespace

TEST_CASE("a smooth peak in the first disk is found to a hundredth of a degree") {
  for (const double start_deg : {0.0, 0.5, 2.0, 4.0}) CHECK(found_error_deg(start_deg, 4.5) < 0.01);
}

TEST_CASE("a peak beyond the first disk pulls the search to its edge") {
  CHECK(found_error_deg(6.0, 4.5) < 1.0);
  CHECK(found_error_deg(12.0, 4.5) < 8.0);
}

TEST_CASE("scores of a window are summed over its frames, or over every n-th of them") {
  const std::vector<Eigen::Matrix3d> R = {
      Eigen::Matrix3d::Identity(), so3::exp(Eigen::Vector3d(0.0, 0.3, 0.0)).toRotationMatrix(),
      so3::exp(Eigen::Vector3d(0.4, 0.0, 0.0)).toRotationMatrix()};
  const Eigen::Vector3d peak = Eigen::Vector3d::UnitZ();
  const std::vector<Eigen::Vector3d> directions = {Eigen::Vector3d::UnitZ(),
                                                   Eigen::Vector3d(0.3, 0.1, 1.0).normalized()};
  const PeakFrames frames(peak, 1.0);
  const doa::DirectionColumns columns(directions);
  for (const std::size_t step : {1U, 2U}) {
    const std::vector<double> sums = doa::window_scores(frames, {0, 3}, R, columns, step);
    REQUIRE(sums.size() == 2);
    for (std::size_t j = 0; j < 2; ++j) {
      double expected = 0.0;
      for (std::size_t n = 0; n < 3; n += step) {
        expected += std::exp(20.0 * ((R[n] * peak).dot(directions[j]) - 1.0));
      }
      CHECK(sums[j] == Approx(expected).epsilon(1e-5));
    }
  }
}
