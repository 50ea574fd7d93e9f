#include <Eigen/SVD>
#include <catch2/catch.hpp>
#include <cmath>
#include <utility>
#include <vector>

#include "core/parallel.h"
#include "core/random.h"
#include "nn/muon.h"

namespace {

using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// Normal entries, which make singular values from nearly 0 (if square) to about 2 sqrt(longer).
Matrix random_matrix(std::size_t rows, std::size_t cols, std::uint64_t seed) {
  core::RandomStream random(seed, core::Purpose::kTest);
  Matrix x(rows, cols);
  for (float& value : x.reshaped()) value = static_cast<float>(random.normal());
  return x;
}

std::span<float> values(Matrix& x) { return {x.data(), static_cast<std::size_t>(x.size())}; }
std::span<const float> values(const Matrix& x) {
  return {x.data(), static_cast<std::size_t>(x.size())};
}

/// What singular value s of a matrix of norm 1 becomes, by the iteration's scalar form.
double risen(double s) {
  for (int i = 0; i < 5; ++i) s = 3.4445 * s - 4.7750 * std::pow(s, 3) + 2.0315 * std::pow(s, 5);
  return s;
}

/// U risen(S) V^T in double, by the decomposition that the iteration avoids.
Eigen::MatrixXd by_decomposition(const Matrix& x) {
  const Eigen::MatrixXd scaled = x.cast<double>() / x.cast<double>().norm();
  const Eigen::JacobiSVD<Eigen::MatrixXd> svd(scaled, Eigen::ComputeThinU | Eigen::ComputeThinV);
  const Eigen::VectorXd s = svd.singularValues().unaryExpr(&risen);
  return svd.matrixU() * s.asDiagonal() * svd.matrixV().transpose();
}

nn::Muon of_one(std::size_t rows, std::size_t cols, const nn::MuonOptions& options = {},
                nn::Precision precision = nn::Precision::kFull) {
  const nn::WeightBlock block = {0, rows, cols};
  return {options, std::span(&block, 1), nn::GemmBackend::kAuto, precision};
}

const std::pair<std::size_t, std::size_t> kShapes[] = {{40, 97}, {97, 40}, {70, 70}, {1, 5}};

}  // namespace

TEST_CASE("an orthogonalized matrix equals the one by singular value decomposition", "[muon]") {
  core::ThreadPool pool(2);
  for (const auto& [rows, cols] : kShapes) {
    Matrix x = random_matrix(rows, cols, rows);
    const Eigen::MatrixXd expected = by_decomposition(x);
    nn::Muon muon = of_one(rows, cols);
    muon.orthogonalize(pool, values(x));
    CHECK((x.cast<double>() - expected).cwiseAbs().maxCoeff() < 1e-4);
  }
}

TEST_CASE("singular values end near 1 whatever the matrix's length", "[muon]") {
  core::ThreadPool pool(1);
  for (const float length : {1e-12F, 1.0F, 1e12F}) {
    Matrix x = length * random_matrix(32, 200, 3);
    nn::Muon muon = of_one(32, 200);
    muon.orthogonalize(pool, values(x));
    const Eigen::VectorXf s = x.jacobiSvd().singularValues();
    CHECK(s.minCoeff() > 0.65F);
    CHECK(s.maxCoeff() < 1.2F);
  }
}

TEST_CASE("a gradient of zero gives no step", "[muon]") {
  core::ThreadPool pool(1);
  nn::Muon muon = of_one(6, 4);
  const Matrix gradient = Matrix::Zero(6, 4);
  Matrix weights = random_matrix(6, 4, 1);
  Matrix momentum = Matrix::Zero(6, 4);
  const Matrix before = weights;
  muon.step(pool, 0.1, values(gradient), values(weights), values(momentum));
  CHECK(weights == before);
}

TEST_CASE("three steps of Muon equal the equations", "[muon]") {
  core::ThreadPool pool(1);
  const nn::MuonOptions options{0.8, 0.3};
  nn::Muon muon = of_one(5, 12, options);
  Matrix weights = random_matrix(5, 12, 1);
  Matrix momentum = Matrix::Zero(5, 12);
  Eigen::MatrixXd expected = weights.cast<double>();
  Eigen::MatrixXd mean = Eigen::MatrixXd::Zero(5, 12);
  for (std::uint64_t t = 0; t < 3; ++t) {
    const Matrix gradient = random_matrix(5, 12, 10 + t);
    muon.step(pool, 0.01, values(gradient), values(weights), values(momentum));
    mean = 0.8 * mean + 0.2 * gradient.cast<double>();
    const Matrix direction = (0.8 * mean + 0.2 * gradient.cast<double>()).cast<float>();
    expected -= 0.01 * 0.3 * std::sqrt(12.0) * by_decomposition(direction);
  }
  CHECK((weights.cast<double>() - expected).cwiseAbs().maxCoeff() < 1e-5);
  CHECK((momentum.cast<double>() - mean).cwiseAbs().maxCoeff() < 1e-6);
}

TEST_CASE("steps are as long as Adam's: their root mean square is the rate times 0.2", "[muon]") {
  core::ThreadPool pool(1);
  for (const auto& [rows, cols] : {std::pair{30, 90}, std::pair{90, 30}}) {
    nn::Muon muon = of_one(rows, cols);
    const Matrix gradient = random_matrix(rows, cols, 4);
    Matrix weights = Matrix::Zero(rows, cols);
    Matrix momentum = Matrix::Zero(rows, cols);
    muon.step(pool, 1.0, values(gradient), values(weights), values(momentum));
    const double rms = weights.norm() / std::sqrt(static_cast<double>(weights.size()));
    CHECK(rms == Approx(0.2).epsilon(0.2));
  }
}

TEST_CASE("orthogonalized matrices have the same bytes for any number of threads", "[muon]") {
  const Matrix start = random_matrix(150, 200, 8);
  std::vector<Matrix> results;
  for (const int threads : {1, 2, 3, 8}) {
    core::ThreadPool pool(threads);
    Matrix x = start;
    of_one(150, 200).orthogonalize(pool, values(x));
    results.push_back(x);
  }
  for (const Matrix& x : results) CHECK(x == results.front());
}

TEST_CASE("several matrices among other parameters take the same steps as each alone", "[muon]") {
  core::ThreadPool pool(2);
  const std::vector<nn::WeightBlock> blocks = {{3, 70, 20}, {1410, 30, 70}};
  const std::size_t count = 3520;  // 3, 7 and 10 others before, between and after
  const Matrix gradient = random_matrix(1, count, 5);
  Matrix weights = random_matrix(1, count, 6);
  Matrix momentum = random_matrix(1, count, 7);
  const Matrix weights_before = weights;
  Matrix expected_weights = weights;
  Matrix expected_momentum = momentum;
  for (const nn::WeightBlock& block : blocks) {
    of_one(block.out, block.in)
        .step(pool, 0.1, values(gradient).subspan(block.first, block.size()),
              values(expected_weights).subspan(block.first, block.size()),
              values(expected_momentum).subspan(block.first, block.size()));
  }
  nn::Muon({}, blocks).step(pool, 0.1, values(gradient), values(weights), values(momentum));
  CHECK(weights == expected_weights);
  CHECK(momentum == expected_momentum);
  CHECK(weights != weights_before);
}

TEST_CASE("bfloat16 products give nearly the same step", "[muon]") {
  if (!nn::has_bf16()) return;
  core::ThreadPool pool(2);
  for (const auto& [rows, cols] : {std::pair{64, 200}, std::pair{200, 81}}) {
    Matrix x = random_matrix(rows, cols, 9);
    const Eigen::MatrixXd expected = by_decomposition(x);
    of_one(rows, cols, {}, nn::Precision::kBf16).orthogonalize(pool, values(x));
    CHECK((x.cast<double>() - expected).norm() < 0.05 * expected.norm());
  }
}
