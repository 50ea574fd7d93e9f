/// The whole chain in double: STFT bin -> features -> network -> rotation -> pooling -> loss.
#include <catch2/catch.hpp>
#include <complex>
#include <vector>

#include "core/random.h"
#include "learn/loss.h"
#include "learn/network_input.h"
#include "nn/gradient_check.h"
#include "nn/mlp.h"
#include "so3/rotation.h"

namespace {

constexpr std::size_t kBins = 6;
constexpr std::size_t kSplit = 2;
constexpr std::size_t kMicrophones = 3;

/// One interval with everything the gradient passes through.
struct Chain {
  Chain(learn::InputKind input, learn::LossKind loss_kind, nn::Normalization normalization)
      : kind(loss_kind),
        maker({input, kMicrophones, 10}),
        mlp({maker.input_size(), {9, 7}, 3, normalization}),
        workspace(mlp.shape(), kBins),
        x(kBins * maker.input_size()),
        dr(3 * kBins) {
    core::RandomStream random(7, core::Purpose::kTest);
    mlp.initialize(3);
    for (double& p : mlp.parameters()) p += 0.1 * random.normal();
    for (std::size_t i = 0; i < kBins; ++i) {
      R_world_sensor.push_back(so3::random_rotation(random).toRotationMatrix());
      frequency.push_back(static_cast<std::uint16_t>(random.index(11)));
      for (std::size_t m = 0; m < kMicrophones; ++m) {
        stft.emplace_back(random.normal() / 2.0, random.normal() / 2.0);
      }
    }
    maker.make(stft, frequency, x);
  }

  /// Loss of the present inputs and parameters; dr becomes d loss / d r_sensor.
  double loss() {
    const std::span<const double> y = mlp.forward(x, kBins, workspace);
    std::vector<double> r_world(y.begin(), y.end());
    for (std::size_t i = 0; i < kBins; ++i) {
      Eigen::Map<Eigen::Vector3d> r(r_world.data() + 3 * i);
      r = (R_world_sensor[i] * r).eval();
    }
    const double value = interval_loss(r_world);
    for (std::size_t i = 0; i < kBins; ++i) {
      Eigen::Map<Eigen::Vector3d> gradient(dr.data() + 3 * i);
      gradient = (R_world_sensor[i].transpose() * gradient).eval();
    }
    return value;
  }

  double interval_loss(const std::vector<double>& r_world) {
    if (kind == learn::LossKind::kContrastive)
      return learn::contrastive_loss<double>(r_world, 1.0, dr);
    if (kind == learn::LossKind::kSupervised) {
      return learn::supervised_loss<double>(r_world, Eigen::Vector3f::UnitY(), 1.0, dr);
    }
    return learn::sub_contrastive_loss<double>(r_world, kSplit, 1.0, dr);
  }

  learn::LossKind kind;
  learn::FeatureMaker maker;
  nn::Mlp<double> mlp;
  nn::MlpWorkspace<double> workspace;
  std::vector<std::complex<double>> stft;
  std::vector<std::uint16_t> frequency;
  std::vector<Eigen::Matrix3d> R_world_sensor;
  std::vector<double> x;
  std::vector<double> dr;
};

}  // namespace

TEST_CASE("the gradient from the loss to every parameter and input equals differences", "[chain]") {
  const auto input = GENERATE(learn::InputKind::kStft, learn::InputKind::kCovariance);
  const auto kind = GENERATE(learn::LossKind::kSubContrastive, learn::LossKind::kContrastive,
                             learn::LossKind::kSupervised);
  const auto normalization =
      GENERATE(nn::Normalization::kLayerNorm, nn::Normalization::kWeightNorm);
  Chain chain(input, kind, normalization);
  chain.loss();
  std::vector<double> gradient(chain.mlp.parameters().size());
  std::vector<double> dx(chain.x.size());
  chain.mlp.backward(chain.x, kBins, chain.dr, chain.workspace, gradient, dx);
  const auto loss = [&] { return chain.loss(); };
  CHECK(gradient_check::check(chain.mlp.parameters(), gradient, loss).passed());
  CHECK(gradient_check::check(chain.x, dx, loss).passed());
  gradient.front() += 1e-4;
  CHECK_FALSE(gradient_check::check(chain.mlp.parameters(), gradient, loss).passed());
}
