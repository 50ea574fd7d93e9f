#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "core/errors.h"
#include "core/random.h"
#include "nn/adam.h"
#include "nn/gradient_check.h"
#include "nn/mlp.h"
#include "random_values.h"

namespace {

using nn::GemmBackend;
using nn::MlpShape;
using nn::Normalization;

/// loss = sum of weights times outputs, so that d loss / d y = weights.
double weighted_output(nn::Mlp<double>& mlp, std::size_t rows, const std::vector<double>& x,
                       const std::vector<double>& dy, nn::MlpWorkspace<double>& workspace) {
  const std::span<const double> y = mlp.forward(x, rows, workspace);
  double loss = 0.0;
  for (std::size_t i = 0; i < y.size(); ++i) loss += dy[i] * y[i];
  return loss;
}

}  // namespace

TEST_CASE("every parameter and input has the derivative that differences show", "[mlp]") {
  const auto normalization = GENERATE(Normalization::kLayerNorm, Normalization::kWeightNorm);
  const auto hidden = GENERATE(std::vector<std::size_t>{}, std::vector<std::size_t>{6},
                               std::vector<std::size_t>{7, 5, 6});
  constexpr std::size_t kRows = 4;
  const MlpShape shape{5, hidden, 3, normalization};
  nn::Mlp<double> mlp(shape);
  mlp.initialize(11);
  core::RandomStream random(4, core::Purpose::kTest);
  for (double& p : mlp.parameters()) p += 0.1 * random.normal();  // biases too
  nn::MlpWorkspace<double> workspace(shape, kRows);
  std::vector<double> x = random_values<double>(kRows * 5, 3, 1);
  const std::vector<double> dy = random_values<double>(kRows * 3, 3, 2);
  std::vector<double> gradient(nn::parameter_count(shape));
  std::vector<double> dx(x.size());
  mlp.forward(x, kRows, workspace);
  mlp.backward(x, kRows, dy, workspace, gradient, dx);

  const auto loss = [&] { return weighted_output(mlp, kRows, x, dy, workspace); };
  CHECK(gradient_check::check(mlp.parameters(), gradient, loss).passed());
  CHECK(gradient_check::check(x, dx, loss).passed());

  SECTION("and the checker refuses one wrong entry") {
    const std::size_t victim = gradient.size() / 2;
    gradient[victim] += 1e-4;
    const gradient_check::Result result = gradient_check::check(mlp.parameters(), gradient, loss);
    CHECK_FALSE(result.passed());
    CHECK(result.worst_index == victim);
    gradient[victim] = NAN;
    CHECK_FALSE(gradient_check::check(mlp.parameters(), gradient, loss).passed());
  }
  SECTION("and a second backward pass adds to the first") {
    std::vector<double> twice = gradient;
    mlp.forward(x, kRows, workspace);
    mlp.backward(x, kRows, dy, workspace, twice);
    for (std::size_t i = 0; i < twice.size(); ++i) {
      CHECK(twice[i] == Approx(2.0 * gradient[i]).margin(1e-12));
    }
  }
}

TEST_CASE("networks in single precision agree with double precision on both back ends", "[mlp]") {
  const auto normalization = GENERATE(Normalization::kLayerNorm, Normalization::kWeightNorm);
  const auto backend = GENERATE(GemmBackend::kAuto, GemmBackend::kEigen);
  constexpr std::size_t kRows = 9;
  const MlpShape shape{17, {40, 24}, 3, normalization};
  nn::Mlp<float> mlp(shape, backend);
  nn::Mlp<double> reference(shape);
  mlp.initialize(5);
  std::ranges::copy(mlp.parameters(), reference.parameters().begin());
  const std::vector<float> x = random_values<float>(kRows * 17, 3, 3);
  const std::vector<float> dy = random_values<float>(kRows * 3, 3, 4);
  nn::MlpWorkspace<float> workspace(shape, kRows);
  nn::MlpWorkspace<double> reference_workspace(shape, kRows);
  std::vector<float> gradient(nn::parameter_count(shape));
  std::vector<double> expected(gradient.size());
  const std::vector<double> x64(x.begin(), x.end());
  const std::vector<double> dy64(dy.begin(), dy.end());
  const std::span<const float> y = mlp.forward(x, kRows, workspace);
  const std::span<const double> y64 = reference.forward(x64, kRows, reference_workspace);
  // Three layers of sums of at most 40 terms of order one: rounding stays near 40 * 6e-8.
  for (std::size_t i = 0; i < y.size(); ++i) CHECK(y[i] == Approx(y64[i]).margin(2e-5));
  mlp.backward(x, kRows, dy, workspace, gradient);
  reference.backward(x64, kRows, dy64, reference_workspace, expected);
  for (std::size_t i = 0; i < gradient.size(); ++i) {
    CHECK(gradient[i] == Approx(expected[i]).margin(1e-4));
  }
}

TEST_CASE("many rows at once give the same outputs as a few at a time", "[mlp]") {
  const auto normalization = GENERATE(Normalization::kLayerNorm, Normalization::kWeightNorm);
  constexpr std::size_t kRows = 700;  // more than two tiles
  constexpr std::size_t kAtOnce = 100;
  const MlpShape shape{5, {7, 6}, 3, normalization};
  nn::Mlp<double> mlp(shape);
  mlp.initialize(2);
  const std::vector<double> x = random_values<double>(kRows * 5, 3, 8);
  const std::vector<double> dy = random_values<double>(kRows * 3, 3, 9);
  nn::MlpWorkspace<double> workspace(shape, kRows);
  std::vector<double> gradient(nn::parameter_count(shape));
  std::vector<double> dx(x.size());
  const std::span<const double> y = mlp.forward(x, kRows, workspace);
  mlp.backward(x, kRows, dy, workspace, gradient, dx);

  nn::MlpWorkspace<double> small(shape, kAtOnce);
  std::vector<double> expected(gradient.size());
  std::vector<double> few_dx(kAtOnce * 5);
  for (std::size_t first = 0; first < kRows; first += kAtOnce) {
    const std::span<const double> few = std::span(x).subspan(first * 5, kAtOnce * 5);
    const std::span<const double> few_y = mlp.forward(few, kAtOnce, small);
    mlp.backward(few, kAtOnce, std::span(dy).subspan(first * 3, kAtOnce * 3), small, expected,
                 few_dx);
    for (std::size_t i = 0; i < few_y.size(); ++i) CHECK(y[first * 3 + i] == Approx(few_y[i]));
    for (std::size_t i = 0; i < few_dx.size(); ++i) CHECK(dx[first * 5 + i] == Approx(few_dx[i]));
  }
  for (std::size_t i = 0; i < gradient.size(); ++i) {
    CHECK(gradient[i] == Approx(expected[i]).margin(1e-9));
  }
}

TEST_CASE("bfloat16 networks agree with double precision within their rounding", "[mlp]") {
  if (!nn::has_bf16()) {
    CHECK_THROWS_AS(
        nn::Mlp<float>(MlpShape{5, {4}, 3, {}}, GemmBackend::kAuto, nn::Precision::kBf16),
        core::UsageError);
    return;
  }
  const auto normalization = GENERATE(Normalization::kLayerNorm, Normalization::kWeightNorm);
  constexpr std::size_t kRows = 600;  // more than two tiles
  const MlpShape shape{17, {40, 24}, 3, normalization};
  nn::Mlp<float> mlp(shape, GemmBackend::kAuto, nn::Precision::kBf16);
  nn::Mlp<double> reference(shape);
  mlp.initialize(5);
  std::ranges::copy(mlp.parameters(), reference.parameters().begin());
  const std::vector<float> x = random_values<float>(kRows * 17, 3, 3);
  const std::vector<float> dy = random_values<float>(kRows * 3, 3, 4);
  nn::MlpWorkspace<float> workspace(shape, kRows, nn::Precision::kBf16);
  nn::MlpWorkspace<double> reference_workspace(shape, kRows);
  std::vector<float> gradient(nn::parameter_count(shape));
  std::vector<double> expected(gradient.size());
  mlp.forward(x, kRows, workspace);
  reference.forward(std::vector<double>(x.begin(), x.end()), kRows, reference_workspace);
  mlp.backward(x, kRows, dy, workspace, gradient);
  reference.backward(std::vector<double>(x.begin(), x.end()), kRows,
                     std::vector<double>(dy.begin(), dy.end()), reference_workspace, expected);
  double difference = 0.0;
  double size = 0.0;
  for (std::size_t i = 0; i < gradient.size(); ++i) {
    difference += std::pow(gradient[i] - expected[i], 2);
    size += std::pow(expected[i], 2);
  }
  // Each operand is off by up to 2^-9 of itself, and a ReLU near zero may switch: a few per cent of
  // the whole, where a wrong term would be of its size.
  CHECK(std::sqrt(difference / size) < 0.05);
  CHECK(difference > 0.0);
}

TEST_CASE("scaling a layer's weights changes nothing under weight normalization", "[mlp]") {
  const MlpShape shape{4, {6}, 3, Normalization::kWeightNorm};
  nn::Mlp<double> mlp(shape);
  mlp.initialize(1);
  nn::MlpWorkspace<double> workspace(shape, 1);
  const std::vector<double> x = random_values<double>(4, 3, 5);
  const std::span<const double> first = mlp.forward(x, 1, workspace);
  const std::vector<double> before(first.begin(), first.end());
  for (double& weight : mlp.parameters().first(4 * 6)) weight *= 17.0;
  const std::span<const double> after = mlp.forward(x, 1, workspace);
  for (std::size_t i = 0; i < 3; ++i) CHECK(after[i] == Approx(before[i]));
}

TEST_CASE("eight examples can be learned by heart", "[mlp]") {
  const auto normalization = GENERATE(Normalization::kLayerNorm, Normalization::kWeightNorm);
  constexpr std::size_t kRows = 8;
  const MlpShape shape{5, {32, 32}, 3, normalization};
  nn::Mlp<float> mlp(shape);
  mlp.initialize(7);
  nn::MlpWorkspace<float> workspace(shape, kRows);
  const std::vector<float> x = random_values<float>(kRows * 5, 3, 6);
  const std::vector<float> target = random_values<float>(kRows * 3, 3, 7);
  std::vector<float> m(nn::parameter_count(shape));
  std::vector<float> v(m.size());
  std::vector<float> gradient(m.size());
  std::vector<float> dy(target.size());
  double loss = 0.0;
  for (std::uint64_t step = 1; step <= 500; ++step) {
    const std::span<const float> y = mlp.forward(x, kRows, workspace);
    loss = 0.0;
    for (std::size_t i = 0; i < y.size(); ++i) {
      dy[i] = 2.0F * (y[i] - target[i]);
      loss += static_cast<double>((y[i] - target[i]) * (y[i] - target[i]));
    }
    std::ranges::fill(gradient, 0.0F);
    mlp.backward(x, kRows, dy, workspace, gradient);
    nn::adam_step<float>({}, step, 1e-2, gradient, mlp.parameters(), m, v);
  }
  CHECK(loss < 1e-3);  // from about 48: 24 targets of unit variance and as much output
}

TEST_CASE("the initial weights depend only on the seed", "[mlp]") {
  const MlpShape shape{5, {8}, 3, Normalization::kLayerNorm};
  nn::Mlp<float> a(shape);
  nn::Mlp<float> b(shape);
  a.initialize(1);
  b.initialize(1);
  CHECK(std::ranges::equal(a.parameters(), b.parameters()));
  b.initialize(2);
  CHECK_FALSE(std::ranges::equal(a.parameters(), b.parameters()));
}

TEST_CASE("layers of no units are refused", "[mlp]") {
  CHECK_THROWS_AS(nn::Mlp<float>(MlpShape{0, {4}, 3, {}}), core::UsageError);
  CHECK_THROWS_AS(nn::Mlp<float>(MlpShape{5, {4, 0}, 3, {}}), core::UsageError);
}
