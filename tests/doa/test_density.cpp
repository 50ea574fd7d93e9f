#include <catch2/catch.hpp>
#include <cmath>
#include <set>

#include "core/errors.h"
#include "core/units.h"
#include "doa/density.h"
#include "doa/local_maxima.h"
#include "doa/metrics.h"
#include "doa/sphere_index.h"
#include "doa/synthetic_bins.h"
#include "so3/rotation.h"

using doa::DirectionDensity;
using doa::SessionBins;
using doa::SourceOptions;
using doa_test::Bins;

namespace {

/// Shared: building the grid takes longer than any test.
const DirectionDensity& paper_density() {
  static const DirectionDensity density;
  return density;
}

SessionBins one_frame(const Bins& bins) { return SessionBins(bins.r_world, bins.frame, 1); }

/// Bins around several directions, so many of each.
Bins mixture(const std::vector<Eigen::Vector3d>& directions, const std::vector<int>& counts,
             double spread_rad, std::uint32_t stream) {
  core::RandomStream random(21, core::Purpose::kTest, stream);
  Bins bins;
  for (std::size_t s = 0; s < directions.size(); ++s) {
    for (int i = 0; i < counts[s]; ++i) {
      bins.add(
          random.uniform(0.5, 1.5) * doa_test::near_direction(directions[s], spread_rad, random),
          0);
    }
  }
  return bins;
}

Eigen::Vector3d from_degrees(double azimuth_deg, double elevation_deg) {
  return so3::direction_from_angles(core::degrees_to_radians(azimuth_deg),
                                    core::degrees_to_radians(elevation_deg));
}

}  // namespace

TEST_CASE("the sphere index visits every point within its reach exactly once") {
  const double reach_rad = GENERATE(0.03, 0.2);
  const doa::SphereIndex index(so3::fibonacci_grid(3000), reach_rad);
  core::RandomStream random(1, core::Purpose::kTest);
  for (int trial = 0; trial < 200; ++trial) {
    Eigen::Vector3d direction = so3::random_direction(random);
    if (trial < 6) direction = (trial % 2 == 0 ? 1.0 : -1.0) * Eigen::Vector3d::Unit(trial / 2);
    std::set<std::size_t> visited;
    std::size_t visits = 0;
    const Eigen::Vector3f d = direction.cast<float>();
    for (const doa::SphereIndex::Run& run : index.runs_near(d.x(), d.y(), d.z())) {
      for (std::size_t j = run.first; j < run.end; ++j) visited.insert(j), ++visits;
    }
    CHECK(visited.size() == visits);
    std::size_t missed = 0, far = 0;
    for (std::size_t j = 0; j < index.size(); ++j) {
      const double angle_rad = so3::angle_between(index.points()[j], direction);
      if (angle_rad < reach_rad && !visited.count(j)) ++missed;
      // Neighborhoods are listed for cells of 2.2 degrees: twice their radius beyond is the most.
      if (angle_rad > reach_rad + 0.06 && visited.count(j)) ++far;
    }
    CHECK(missed == 0);
    CHECK(far == 0);
  }
}

TEST_CASE("the density equals the sum of the C-SL paper, within the stated truncation") {
  const Bins bins = doa_test::contaminated_bins({0.0, 0.6, -0.8}, 0.5, 0.1, 1, 400, 3);
  const SessionBins session = one_frame(bins);
  const std::vector<float> density = paper_density().evaluate(session, {0, 1});
  REQUIRE(density.size() == so3::kTwoDegreeGridPoints);
  double norms = 0.0;
  for (std::size_t i = 0; i < 400; ++i)
    norms += Eigen::Map<const Eigen::Vector3f>(&bins.r_world[3 * i]).norm();
  double worst = 0.0;
  for (std::size_t j = 0; j < density.size(); j += 7) {
    const double exact = paper_density().evaluate_at(session, {0, 1}, paper_density().points()[j]);
    worst = std::max(worst, std::abs(density[j] - exact) / (6.2e-6 * norms + 1e-5 * exact));
  }
  CHECK(worst < 1.0);
}

TEST_CASE("the density without bins is zero and has no peak") {
  Bins bins;
  bins.add({0.0, 0.0, 0.0}, 0);
  const doa::WindowSources window = estimate_sources(paper_density(), one_frame(bins), {0, 1}, {});
  CHECK(window.sources.empty());
  CHECK(window.assignment == std::vector<std::uint8_t>{doa::kNoSource});
  CHECK(estimate_sources(paper_density(), one_frame({}), {0, 1}, {}).assignment.empty());
}

TEST_CASE("two and three sources are found, ranked by density and refined below the grid") {
  const std::vector<Eigen::Vector3d> truth = {from_degrees(0.3, 10.7), from_degrees(60.1, -20.0),
                                              from_degrees(-100.0, 85.0)};
  const std::vector<int> counts = {900, 700, 500};
  for (std::size_t sources = 1; sources <= 3; ++sources) {
    const std::vector<Eigen::Vector3d> some(truth.begin(),
                                            truth.begin() + static_cast<long>(sources));
    const SessionBins session =
        one_frame(mixture(some, counts, 0.04, static_cast<std::uint32_t>(sources)));
    SourceOptions options;
    options.max_sources = sources;
    const doa::WindowSources window = estimate_sources(paper_density(), session, {0, 1}, options);
    REQUIRE(window.sources.size() == sources);
    for (std::size_t s = 0; s < sources; ++s) {
      const doa::SourceEstimate& source = window.sources[s];
      // 500 bins of 2.3 degrees spread: standard error 0.1 degrees each way.
      CHECK(doa::angular_error_deg(source.direction_world, truth[s]) < 0.4);
      CHECK(doa::angular_error_deg(source.grid_direction, truth[s]) < 3.0);
      CHECK(source.bins == Approx(counts[s]).epsilon(0.02));
      if (s > 0) CHECK(source.density <= window.sources[s - 1].density);
    }
  }
}

TEST_CASE("bins are assigned to the source they came from") {
  const std::vector<Eigen::Vector3d> truth = {from_degrees(0, 0), from_degrees(50, 0)};
  Bins bins = mixture(truth, {300, 200}, 0.05, 9);
  bins.add(from_degrees(180, 0), 0);
  SourceOptions options;
  options.max_sources = 2;
  const doa::WindowSources window =
      estimate_sources(paper_density(), one_frame(bins), {0, 1}, options);
  REQUIRE(window.assignment.size() == 501);
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < 500; ++i) wrong += window.assignment[i] != (i < 300 ? 0 : 1);
  CHECK(wrong == 0);  // 25 degrees to the border are 8 standard deviations
  CHECK(window.assignment[500] == doa::kNoSource);
  CHECK(window.sources[0].norm_share + window.sources[1].norm_share < 1.0);
}

TEST_CASE(
    "with an unknown number of sources, the rule of density shares decides how many there are") {
  const std::vector<Eigen::Vector3d> truth = {from_degrees(0, 0), from_degrees(90, 0)};
  SourceOptions options;
  options.max_sources = 5;
  options.density_share = 0.3;
  const SessionBins two = one_frame(mixture(truth, {600, 400}, 0.04, 1));
  const SessionBins one = one_frame(mixture(truth, {600, 60}, 0.04, 2));
  CHECK(estimate_sources(paper_density(), two, {0, 1}, options).sources.size() == 2);
  CHECK(estimate_sources(paper_density(), one, {0, 1}, options).sources.size() == 1);
  options.density_share = 0.0;
  CHECK(estimate_sources(paper_density(), one, {0, 1}, options).sources.size() >= 2);
}

TEST_CASE("impossible options of the search for sources are refused") {
  SourceOptions options;
  options.max_sources = 0;
  CHECK_THROWS_AS(estimate_sources(paper_density(), one_frame({}), {0, 1}, options),
                  core::UsageError);
  CHECK_THROWS_AS(DirectionDensity(0.01), core::UsageError);
  CHECK_THROWS_AS(DirectionDensity(1.0, 10), core::UsageError);
}

TEST_CASE("the weighted Chamfer distance of small sets equals the value by hand") {
  const std::vector<Eigen::Vector3d> truth = {from_degrees(0, 0), from_degrees(90, 0)};
  const auto chamfer = [&](const std::vector<Eigen::Vector3d>& estimated,
                           const std::vector<double>& density) {
    return doa::weighted_chamfer_deg(estimated, density, truth);
  };
  CHECK(chamfer(truth, {1.0, 5.0}) == Approx(0.0).margin(1e-12));
  // One estimate on the first: the second is missed by 90, averaged over two; nothing is wrong.
  CHECK(chamfer({truth[0]}, {2.0}) == Approx(45.0));
  // Errors of 2 and 4 degrees, weighted 1 : 3 in the second term.
  CHECK(chamfer({from_degrees(2, 0), from_degrees(94, 0)}, {1.0, 3.0}) == Approx(3.0 + 3.5));
  // A spurious peak without density costs nothing.
  CHECK(chamfer({truth[0], truth[1], from_degrees(0, -90)}, {1.0, 1.0, 0.0}) ==
        Approx(0.0).margin(1e-12));
  CHECK_THROWS_AS(chamfer({}, {}), core::InputError);
  CHECK_THROWS_AS(chamfer({truth[0]}, {0.0}), core::InputError);
  CHECK_THROWS_AS(chamfer({truth[0]}, {1.0, 1.0}), core::InputError);
}

TEST_CASE("the share of density refers to the highest peak, and a bin goes to the nearest peak") {
  const std::vector<Eigen::Vector3d> truth = {from_degrees(0.0, 0.0), from_degrees(20.0, 0.0),
                                              from_degrees(120.0, 30.0)};
  const SessionBins session = one_frame(mixture(truth, {900, 750, 560}, 0.04, 9));
  SourceOptions options;
  options.max_sources = 3;
  const doa::WindowSources all = estimate_sources(paper_density(), session, {0, 1}, options);
  REQUIRE(all.sources.size() == 3);
  const double first = all.sources[0].density, second = all.sources[1].density,
               third = all.sources[2].density;
  // Between the third's share of the first and its share of the second.
  options.density_share = 0.5 * (third / first + third / second);
  REQUIRE(options.density_share < second / first);
  CHECK(estimate_sources(paper_density(), session, {0, 1}, options).sources.size() == 2);
  // Both near sources are within assign_deg of each other's bins.
  const auto nearest = [&](std::size_t from, std::size_t end, std::size_t truth_index) {
    std::size_t right = 0;
    for (std::size_t i = from; i < end; ++i) {
      const Eigen::Vector3d found = all.sources[all.assignment[i]].direction_world;
      right += doa::angular_error_deg(found, truth[truth_index]) < 5.0 ? 1 : 0;
    }
    return static_cast<double>(right) / static_cast<double>(end - from);
  };
  CHECK(nearest(0, 900, 0) > 0.98);
  CHECK(nearest(900, 1650, 1) > 0.98);
}

TEST_CASE("of neighbors with equal values one is the maximum") {
  const std::vector<Eigen::Vector3d> points =
      doa::SphereIndex(so3::fibonacci_grid(500), 0.1).points();
  const doa::LocalMaxima maxima(points);
  CHECK(maxima.find(std::vector<float>(500, 1.0F)).size() < 200);
  CHECK(!maxima.find(std::vector<float>(500, 1.0F)).empty());
  std::vector<float> ridge(500, 0.0F);
  ridge[250] = 2.0F;
  ridge[10] = 3.0F;
  const std::vector<std::size_t> found = maxima.find(ridge);
  REQUIRE(found.size() >= 2);
  CHECK(found[0] == 10);
  CHECK(found[1] == 250);
}
