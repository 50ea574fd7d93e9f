#include <catch2/catch.hpp>
#include <cmath>

#include "doa/direction_search.h"
#include "doa/metrics.h"
#include "doa/smooth_peak.h"
#include "so3/grid.h"
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

TEST_CASE("a disk without its peak moves toward the peak, four times at most") {
  CHECK(found_error_deg(6.0, 4.5) < 0.01);
  CHECK(found_error_deg(20.0, 4.5) < 0.01);
  CHECK(found_error_deg(40.0, 4.5) > 10.0);
}

TEST_CASE("the peak of a map lies between the grid's points, near the true peak") {
  const std::vector<Eigen::Vector3d> grid = so3::fibonacci_grid(800);
  const double spacing_rad = std::sqrt(4.0 * M_PI / 800.0);  // 7.2 degrees
  const Eigen::Vector3d peak = Eigen::Vector3d(0.3, -0.5, 0.8).normalized();
  std::vector<double> map;
  for (const Eigen::Vector3d& d : grid) map.push_back(std::exp(20.0 * (peak.dot(d) - 1.0)));
  const Eigen::Vector3d found = doa::map_peak(grid, spacing_rad, map);
  CHECK(doa::angular_error_deg(found, peak) < 0.3);
  CHECK(doa::angular_error_deg(found, peak) > 1e-6);
}

TEST_CASE("a smooth search finds a peak between a coarse grid's points, or nothing in silence") {
  const Eigen::Vector3d peak = Eigen::Vector3d(-0.7, 0.1, 0.4).normalized();
  const std::vector<Eigen::Matrix3d> R = {Eigen::Matrix3d::Identity()};
  const PeakFrames frames(peak, 100.0);
  const doa::DirectionSearch search(so3::fibonacci_grid(400), 0.35);
  const std::vector<double> map = doa::window_scores(frames, {0, 1}, R, search.grid());
  CHECK(doa::angular_error_deg(search.smooth_search_map(map, frames, {0, 1}, R), peak) < 0.01);
  CHECK(search.smooth_search_map(map, frames, {0, 0}, R).isZero(0.0));
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
