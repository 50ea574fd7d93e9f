#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <complex>

#include "calib/calibrate.h"
#include "calib/likelihood.h"
#include "core/random.h"

namespace {

/// 1 - x of random unit bins and one signature of unequal gains.
std::vector<double> random_mismatches(std::size_t microphones, std::size_t draws) {
  core::RandomStream random(21, core::Purpose::kTest);
  std::vector<std::complex<double>> h;
  for (std::size_t m = 0; m < microphones; ++m) {
    h.push_back(std::polar(1.0 + 0.3 * static_cast<double>(m), 1.1 * static_cast<double>(m * m)));
  }
  std::vector<double> mismatch;
  for (std::size_t i = 0; i < draws; ++i) {
    Eigen::VectorXcd y(static_cast<Eigen::Index>(microphones));
    for (auto& value : y) value = {random.normal(), random.normal()};
    y.normalize();
    const Eigen::VectorXcf bin = y.cast<std::complex<float>>();
    mismatch.push_back(calib::mismatch(h, bin.data()));
  }
  return mismatch;
}

/// Bins of a source with `ratio` times the energy of the diffuse rest, all microphones equal.
std::vector<double> mismatches_of_ratio(std::size_t microphones, double ratio, std::size_t draws) {
  core::RandomStream random(22, core::Purpose::kTest);
  const double noise = std::sqrt(static_cast<double>(microphones) / ratio);
  std::vector<double> mismatch;
  for (std::size_t i = 0; i < draws; ++i) {
    Eigen::VectorXcd y(static_cast<Eigen::Index>(microphones));
    const std::complex<double> source(random.normal(), random.normal());
    for (auto& value : y) {
      value = source + noise * std::complex<double>(random.normal(), random.normal());
    }
    mismatch.push_back(1.0 -
                       std::norm(y.sum()) / (static_cast<double>(microphones) * y.squaredNorm()));
  }
  return mismatch;
}

/// The integral over t in [0, 1] of (t + floor)^-q (M - 1) t^(M - 2) for M = 2 and M = 3.
double closed_integral(std::size_t microphones, double q, double floor) {
  const auto power = [&](double p) {  // integral of u^(p - 1) from floor to 1 + floor
    return std::abs(p) < 1e-9 ? std::log((1.0 + floor) / floor)
                              : (std::pow(1.0 + floor, p) - std::pow(floor, p)) / p;
  };
  if (microphones == 2) return power(1.0 - q);
  return 2.0 * (power(2.0 - q) - floor * power(1.0 - q));
}

double mean_log_likelihood(const std::vector<double>& mismatch, std::size_t microphones, double q,
                           double floor) {
  double sum = 0.0;
  for (const double t : mismatch) sum -= q * std::log(t + floor);
  return sum / static_cast<double>(mismatch.size()) -
         std::log(closed_integral(microphones, q, floor));
}

constexpr double kLogFloors[] = {-5.0, -4.0, -3.0, -2.0, -1.0};

}  // namespace

TEST_CASE("mismatches of random bins have the density that normalizes the likelihood") {
  constexpr std::size_t kDraws = 100000;
  for (const std::size_t microphones : {2U, 3U, 6U}) {
    std::vector<double> t = random_mismatches(microphones, kDraws);
    std::sort(t.begin(), t.end());
    // The distribution function of the density (M - 1) t^(M - 2) is t^(M - 1). Kolmogorov's bound:
    // the largest difference stays below 1.95 / sqrt(n) in 999 of 1000 cases.
    double largest = 0.0;
    for (std::size_t i = 0; i < kDraws; ++i) {
      const double expected = std::pow(t[i], static_cast<double>(microphones) - 1.0);
      largest = std::max(largest, std::abs((static_cast<double>(i) + 0.5) / kDraws - expected));
    }
    CHECK(largest < 1.95 / std::sqrt(static_cast<double>(kDraws)));
  }
  // The likelihood itself: its mean over random bins is 1, within four standard errors.
  for (const std::size_t microphones : {2U, 3U}) {
    const std::vector<double> t = random_mismatches(microphones, kDraws);
    for (const double q : {0.4, 1.0, 1.5}) {
      constexpr double kFloor = 0.05;
      double sum = 0.0, squares = 0.0;
      for (const double value : t) {
        const double p = std::pow(value + kFloor, -q) / closed_integral(microphones, q, kFloor);
        sum += p / kDraws;
        squares += p * p / kDraws;
      }
      CHECK(std::abs(sum - 1.0) < 4.0 * std::sqrt((squares - sum * sum) / kDraws));
    }
  }
}

TEST_CASE("the scale of a density ratio has its closed form") {
  const calib::MatchLikelihood likelihood = {{0.0, 100.0}, {0.4, 1.5}, {0.05, 1e-4}};
  for (const std::size_t microphones : {2U, 3U}) {
    for (std::size_t band = 0; band < 2; ++band) {
      const double expected = -std::log2(
          closed_integral(microphones, likelihood.exponent[band], likelihood.floor[band]));
      // The trapezoidal rule of 160 steps is within 0.4 %.
      CHECK(calib::log_ratio_scale(likelihood, band, microphones) == Approx(expected).margin(5e-3));
    }
  }
}

TEST_CASE("the fitted band is the most likely of its grid under the closed form") {
  for (const std::size_t microphones : {2U, 3U}) {
    for (const double ratio : {1.0, 20.0, 3000.0}) {
      std::vector<double> t = mismatches_of_ratio(microphones, ratio, 3000);
      for (std::size_t i = 0; i < 1000; ++i) t[i] = std::sqrt(t[i]);  // a mixture: q is not M
      const calib::BandFit fit = calib::fit_band(t, microphones);
      const double fitted = mean_log_likelihood(t, microphones, fit.exponent, fit.floor);
      for (int share = 1; share <= 40; ++share) {
        for (const double log_floor : kLogFloors) {
          const double q = static_cast<double>(microphones) * share / 40.0;
          const double other = mean_log_likelihood(t, microphones, q, std::pow(10.0, log_floor));
          CHECK(fitted > other - 1e-3);  // the trapezoidal rule's error
        }
      }
    }
  }
}

TEST_CASE("a higher ratio of source and diffuse sound gives a lower floor, hence a sharper score") {
  for (const std::size_t microphones : {3U, 8U}) {
    for (const double log_ratio : {1.6, 2.6, 3.4}) {
      const double ratio = std::pow(10.0, log_ratio);
      const calib::BandFit fit =
          calib::fit_band(mismatches_of_ratio(microphones, ratio, 40000), microphones);
      // Complex angular central Gaussian: exponent M, floor 1 / ratio, both on the grid.
      CHECK(fit.exponent == Approx(static_cast<double>(microphones)));
      CHECK(std::log10(fit.floor) == Approx(-log_ratio).margin(1e-9));
    }
  }
}

TEST_CASE("bins from random directions give a score that hardly depends on the direction") {
  const calib::BandFit fit = calib::fit_band(random_mismatches(4, 20000), 4);
  // The ratio of the likelihoods of a 90 % match and of no match.
  CHECK(fit.exponent * std::log((1.0 + fit.floor) / (0.1 + fit.floor)) < 0.5);
  CHECK(fit.exponent * std::log((1.0 + fit.floor) / (0.1 + fit.floor)) > -0.5);
}

TEST_CASE("bins that match exactly end at the bounds of the search") {
  const calib::BandFit fit = calib::fit_band(std::vector<double>(100, 0.0), 4);
  CHECK(fit.exponent == Approx(4.0));
  CHECK(fit.floor == Approx(1e-5));
}

TEST_CASE("a frequency belongs to the band whose lower edge it has reached") {
  calib::MatchLikelihood likelihood;
  likelihood.band_hz = {400.0, 800.0, 1600.0};
  CHECK(likelihood.band(0.0) == 0);
  CHECK(likelihood.band(400.0) == 0);
  CHECK(likelihood.band(799.9) == 0);
  CHECK(likelihood.band(800.0) == 1);
  CHECK(likelihood.band(1599.0) == 1);
  CHECK(likelihood.band(1600.0) == 2);
  CHECK(likelihood.band(20000.0) == 2);
}

TEST_CASE("the onset weight is the rise to the power 0.35") {
  CHECK(calib::onset_weight(1.0F) == 1.0F);
  CHECK(calib::onset_weight(251.1886F) == Approx(std::pow(10.0, 0.84)).epsilon(1e-5));  // 24 dB
  CHECK(calib::onset_weight(0.01F) == Approx(std::pow(10.0, -0.7)).epsilon(1e-5));
}

TEST_CASE("each band has its own fit, and a band of fewer than 200 bins that of all bins") {
  constexpr std::size_t kMics = 4;
  calib::Calibration calibration;
  calibration.array.position_m.assign(kMics, Eigen::Vector3d::Zero());
  calibration.array.offset_m.assign(kMics, 0.0);
  calib::Observations data;
  data.microphones = kMics;
  data.bin_hz = 40.0;
  data.R_world_sensor = {Eigen::Matrix3d::Identity()};
  core::RandomStream random(23, core::Purpose::kTest);
  const auto add = [&](std::size_t bins, std::uint16_t frequency, double noise) {
    std::vector<double> mismatch;
    for (std::size_t i = 0; i < bins; ++i) {
      Eigen::VectorXcd y(kMics);
      for (auto& v : y) v = 1.0 + noise * std::complex<double>(random.normal(), random.normal());
      y.normalize();
      const Eigen::VectorXcf bin = y.cast<std::complex<float>>();
      data.bin.insert(data.bin.end(), bin.begin(), bin.end());
      data.frequency.push_back(frequency);
      data.frame.push_back(0);
      data.weight.push_back(0.0F);  // not used
      mismatch.push_back(
          calib::mismatch(std::vector<std::complex<double>>(kMics, 1.0), bin.data()));
    }
    return mismatch;
  };
  // Bands of 400 Hz: 400 Hz is the first frequency of band 1, 1960 Hz the last of band 4.
  const std::vector<double> first = add(200, 10, 0.1), fourth = add(600, 49, 0.5);
  const std::vector<double> rare = add(199, 50, 3.0);
  data.recordings = {{0, 300, Eigen::Vector3d::UnitX()}, {300, 999, Eigen::Vector3d::UnitY()}};
  add(500, 50, 3.0);  // outside of recordings
  std::vector<double> all = first;
  for (const auto* part : {&fourth, &rare}) all.insert(all.end(), part->begin(), part->end());
  core::ThreadPool pool(2);
  const calib::MatchLikelihood found = calib::fit_likelihood(data, calibration, 400.0, pool);
  CHECK(found.band_hz == std::vector<double>{0.0, 400.0, 800.0, 1200.0, 1600.0, 2000.0});
  const calib::BandFit shared = calib::fit_band(all, kMics);
  for (std::size_t band = 0; band < 6; ++band) {
    const calib::BandFit expected = band == 1   ? calib::fit_band(first, kMics)
                                    : band == 4 ? calib::fit_band(fourth, kMics)
                                                : shared;
    CHECK(found.exponent[band] == expected.exponent);
    CHECK(found.floor[band] == expected.floor);
  }
  CHECK(found.floor[1] < found.floor[4]);
}
