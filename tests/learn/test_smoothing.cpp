#include <catch2/catch.hpp>
#include <numeric>

#include "core/random.h"
#include "learn/smoothing.h"
#include "synthetic.h"

namespace {

constexpr std::size_t kMics = 8;
using Vectors = Eigen::MatrixXcf;  // [microphones, bins]

std::vector<std::uint16_t> frequencies(std::uint16_t first, std::size_t bins) {
  std::vector<std::uint16_t> frequency;
  for (std::size_t b = 0; b < bins; ++b) {
    frequency.push_back(static_cast<std::uint16_t>(first + b));
  }
  return frequency;
}

/// A wave at each frequency, with noise of its own and any phase.
Vectors frame_of_a_wave(std::span<const std::uint16_t> frequency, double noise,
                        const Eigen::Vector3d& direction = {0.6, 0.0, 0.8}) {
  const Eigen::MatrixX3d positions = synthetic::microphone_positions({});
  core::RandomStream random(31, core::Purpose::kTest);
  Vectors y(kMics, frequency.size());
  for (std::size_t b = 0; b < frequency.size(); ++b) {
    Eigen::ArrayXcf wave = Eigen::ArrayXcf::Zero(kMics);
    const double phase = random.uniform(0.0, 6.28);
    synthetic::add_wave(positions, direction, frequency[b], std::polar(1.0, phase), wave);
    for (std::complex<float>& value : wave) {
      const std::complex<double> own(random.normal(), random.normal());
      value += std::complex<float>(noise * own);
    }
    y.col(static_cast<Eigen::Index>(b)) = wave.matrix().normalized();
  }
  return y;
}

Vectors smoothed(std::span<const std::uint16_t> frequency, const Vectors& y, std::size_t neighbors,
                 std::span<const std::size_t> wanted) {
  std::vector<std::complex<float>> stft;
  learn::append_smoothed(frequency, {y.data(), static_cast<std::size_t>(y.size())}, neighbors,
                         wanted, stft);
  return Eigen::Map<const Vectors>(stft.data(), kMics, static_cast<Eigen::Index>(wanted.size()));
}

Vectors smoothed(std::span<const std::uint16_t> frequency, const Vectors& y,
                 std::size_t neighbors) {
  std::vector<std::size_t> all(frequency.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  return smoothed(frequency, y, neighbors, all);
}

/// Mean of 1 - |<a, b>|^2 over the columns: 0 for equal vectors, whatever their phases.
double mismatch(const Vectors& a, const Vectors& b) {
  double sum = 0.0;
  for (Eigen::Index i = 0; i < a.cols(); ++i) {
    sum += 1.0 - std::norm(a.col(i).normalized().dot(b.col(i).normalized()));
  }
  return sum / static_cast<double>(a.cols());
}

}  // namespace

TEST_CASE("smoothing keeps the vectors of a plane wave and reduces their noise", "[smoothing]") {
  const auto frequency = frequencies(20, 150);
  const Vectors clean = frame_of_a_wave(frequency, 0.0);
  CHECK(smoothed(frequency, clean, 0) == clean);
  // Over +-160 Hz the phase between microphones of a 5 cm cube turns by a tenth of a radian.
  CHECK(mismatch(smoothed(frequency, clean, 2), clean) < 2e-4);
  const Vectors noisy = frame_of_a_wave(frequency, 0.3);
  const double before = mismatch(noisy, clean);
  CHECK(mismatch(smoothed(frequency, noisy, 1), clean) < 0.45 * before);
  CHECK(mismatch(smoothed(frequency, noisy, 2), clean) < 0.3 * before);
  // What neighbors agree upon: all, or what the noise leaves of each.
  const auto middle = [](const Vectors& y) {
    return y.middleCols(10, 130).colwise().squaredNorm();
  };
  CHECK(middle(smoothed(frequency, clean, 2)).minCoeff() > 0.99F);
  const double left =
      (noisy.conjugate().cwiseProduct(clean)).colwise().sum().array().abs().pow(4).mean();
  // A maximum agrees at least as well as the wave itself, and with five vectors a little better.
  const double found = middle(smoothed(frequency, noisy, 2)).mean();
  CHECK(found > left);
  CHECK(found < 1.1 * left);
}

TEST_CASE("a smoothed bin is a local maximum of the agreement with its neighbors", "[smoothing]") {
  // Every other frequency is missing but two: 41 has no neighbor at an even distance but itself.
  const std::vector<std::uint16_t> frequency = {30, 32, 34, 36, 38, 41, 50};
  const Vectors y = frame_of_a_wave(frequency, 0.2);
  const Vectors found = smoothed(frequency, y, 2);
  const Eigen::MatrixXcd of_34 = y.leftCols(5).cast<std::complex<double>>();
  const auto agreement = [&](const Eigen::VectorXcd& v) {
    return (of_34.adjoint() * v.normalized()).array().abs().pow(4).mean();
  };
  const Eigen::VectorXcd found_34 = found.col(2).cast<std::complex<double>>();
  CHECK(found_34.squaredNorm() == Approx(agreement(found_34)).epsilon(1e-4));
  core::RandomStream random(32, core::Purpose::kTest);
  for (int i = 0; i < 50; ++i) {
    Eigen::VectorXcd beside = found_34.normalized();
    for (std::complex<double>& x : beside) {
      x += 0.03 * std::complex<double>(random.normal(), random.normal());
    }
    CHECK(agreement(beside) < agreement(found_34));
  }
  // What has no neighbors stays, and is trusted for a fifth.
  for (const Eigen::Index alone : {5, 6}) {
    CHECK(std::norm(y.col(alone).dot(found.col(alone))) == Approx(0.2).epsilon(1e-4));
  }
}

TEST_CASE("a second voice at near frequencies hardly mixes with the first", "[smoothing]") {
  const auto frequency = frequencies(40, 60);
  const Vectors one = frame_of_a_wave(frequency, 0.05, Eigen::Vector3d(0.6, 0.0, 0.8));
  const Vectors other = frame_of_a_wave(frequency, 0.05, Eigen::Vector3d(-0.8, 0.6, 0.0));
  Vectors mixed = one;  // runs of six frequencies each
  for (Eigen::Index b = 0; b < mixed.cols(); ++b) {
    if ((b / 6) % 2 == 1) mixed.col(b) = other.col(b);
  }
  const Vectors found = smoothed(frequency, mixed, 3);
  CHECK(mismatch(found, mixed) < 0.02);
}

TEST_CASE("bins that are not asked for still count as neighbors", "[smoothing]") {
  const auto frequency = frequencies(20, 40);
  const Vectors y = frame_of_a_wave(frequency, 0.3);
  const Vectors all = smoothed(frequency, y, 2);
  const std::vector<std::size_t> wanted = {0, 5, 39};
  const Vectors some = smoothed(frequency, y, 2, wanted);
  const Vectors plain = smoothed(frequency, y, 0, wanted);
  REQUIRE(some.cols() == 3);
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const auto row = static_cast<Eigen::Index>(wanted[i]);
    CHECK(some.col(static_cast<Eigen::Index>(i)) == all.col(row));
    CHECK(plain.col(static_cast<Eigen::Index>(i)) == y.col(row));
  }
  CHECK(smoothed({}, Vectors(kMics, 0), 2, {}).cols() == 0);
}
