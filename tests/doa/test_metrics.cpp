#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>

#include "core/errors.h"
#include "core/random.h"
#include "doa/metrics.h"

using doa::ErrorHistogram;
using doa::ErrorStats;
using doa::SessionErrors;

TEST_CASE("angular error is exact for angles too small or too large for an arc cosine") {
  const double pi = std::acos(-1.0);
  for (const double angle_rad : {0.0, 1e-9, 1e-6, 0.5, pi / 2, pi - 1e-6}) {
    const Eigen::Vector3d a(2.0, 0.0, 0.0);
    const Eigen::Vector3d b(std::cos(angle_rad), 0.0, std::sin(angle_rad));
    CHECK(doa::angular_error_deg(a, b) ==
          Approx(angle_rad * 180.0 / pi).epsilon(1e-9).margin(1e-13));
  }
}

TEST_CASE("statistics of a small example equal those by hand") {
  const std::vector<SessionErrors> sessions = {
      {{1.0, 3.0}, 1}, {{5.0}, 0}, {{}, 4}, {{11.0, 10.0}, 0}};
  const ErrorStats stats = doa::summarize(sessions);
  CHECK(stats.n == 5);
  CHECK(stats.sessions == 3);
  CHECK(stats.empty == 5);
  CHECK(stats.mean_deg == 6.0);
  CHECK(stats.median_deg == 5.0);
  CHECK(stats.p90_deg == Approx(10.6));  // position 3.6 between 10 and 11
  CHECK(stats.within_5 == Approx(0.6));
  CHECK(stats.within_10 == Approx(0.8));
  CHECK(stats.ci_low_deg < 6.0);
  CHECK(stats.ci_high_deg > 6.0);
}

TEST_CASE("the bootstrap interval has the width that independent sessions give") {
  // 200 sessions with means of standard deviation 2; windows inside a session are all alike, so
  // their number must not narrow the interval: half width 1.96 * 2 / sqrt(200) = 0.277.
  core::RandomStream random(1, core::Purpose::kTest);
  std::vector<SessionErrors> sessions(200);
  for (SessionErrors& session : sessions) {
    session.error_deg.assign(50, std::abs(20.0 + 2.0 * random.normal()));
  }
  const ErrorStats stats = doa::summarize(sessions);
  double squares = 0.0;
  for (const SessionErrors& session : sessions) {
    squares += std::pow(session.error_deg.front() - stats.mean_deg, 2.0);
  }
  const double mean_sd = std::sqrt(squares / 200.0 / 200.0);
  CHECK(mean_sd == Approx(2.0 / std::sqrt(200.0)).epsilon(0.1));
  // Means of resamples are normal. A percentile scatters by sqrt(0.025 * 0.975 / resamples) divided
  // by the density 0.058, in standard deviations. The 5th percentile would be 0.32 away.
  const double scatter = std::sqrt(0.025 * 0.975 / doa::kBootstrapResamples) / 0.0584;
  CHECK(scatter < 0.1);
  CHECK((stats.mean_deg - stats.ci_low_deg) / mean_sd == Approx(1.96).margin(2.5 * scatter));
  CHECK((stats.ci_high_deg - stats.mean_deg) / mean_sd == Approx(1.96).margin(2.5 * scatter));
  CHECK(stats.ci95_deg == Approx(0.5 * (stats.ci_high_deg - stats.ci_low_deg)));
  CHECK(doa::summarize(sessions).ci95_deg == stats.ci95_deg);
  CHECK(doa::summarize(sessions, 1).ci95_deg != stats.ci95_deg);
}

TEST_CASE("statistics that do not exist are NaN") {
  const ErrorStats none = doa::summarize({});
  CHECK(none.n == 0);
  CHECK(std::isnan(none.mean_deg));
  CHECK(std::isnan(none.median_deg));
  CHECK(std::isnan(none.within_5));
  CHECK(std::isnan(none.ci95_deg));
  const std::vector<SessionErrors> one = {{{2.0, 4.0}, 0}};
  CHECK(doa::summarize(std::vector<SessionErrors>{{{2.0, 4.0}, 0}, {{}, 3}}).sessions == 1);
  CHECK(doa::summarize(one).mean_deg == 3.0);
  CHECK(std::isnan(doa::summarize(one).ci95_deg));
  for (const double bad : {-1.0, 361.0, std::nan("")}) {
    const std::vector<SessionErrors> sessions = {{{bad}, 0}};
    CHECK_THROWS_AS(doa::summarize(sessions), core::InputError);
  }
}

TEST_CASE("quantiles interpolate between order statistics") {
  const std::vector<double> sorted = {1.0, 2.0, 4.0};
  CHECK(doa::quantile_sorted(sorted, 0.0) == 1.0);
  CHECK(doa::quantile_sorted(sorted, 0.25) == 1.5);
  CHECK(doa::quantile_sorted(sorted, 1.0) == 4.0);
}

TEST_CASE("the histogram counts every error between its edges") {
  ErrorHistogram histogram;
  const std::vector<SessionErrors> sessions = {{{0.0, 0.001, 0.011, 1.0, 180.0}, 3}};
  histogram.add(sessions);
  CHECK(histogram.total() == 5);
  CHECK(histogram.counts()[0] == 3);
  CHECK(std::accumulate(histogram.counts().begin(), histogram.counts().end(), std::size_t{0}) == 5);
  CHECK(ErrorHistogram::edge_deg(ErrorHistogram::kBins) > 180.0);
  for (std::size_t i = 0; i < ErrorHistogram::kBins; ++i) {
    ErrorHistogram one;
    one.add(std::sqrt(ErrorHistogram::edge_deg(i) * ErrorHistogram::edge_deg(i + 1)));
    CHECK(one.counts()[i] == 1);
  }
}
