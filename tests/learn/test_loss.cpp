#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "core/errors.h"
#include "core/random.h"
#include "learn/centroid.h"
#include "learn/loss.h"
#include "nn/gradient_check.h"
#include "so3/rotation.h"

namespace {

std::vector<double> random_rows(std::size_t bins, std::uint32_t stream) {
  core::RandomStream random(6, core::Purpose::kTest, stream);
  std::vector<double> r(3 * bins);
  for (double& value : r) value = random.normal();
  return r;
}

Eigen::Vector3d row(const std::vector<double>& r, std::size_t i) {
  return {r[3 * i], r[3 * i + 1], r[3 * i + 2]};
}

}  // namespace

TEST_CASE("the sub-contrastive loss is the squared distance of two mean directions", "[loss]") {
  const std::vector<double> r = random_rows(9, 1);
  std::vector<double> dr(r.size());
  std::vector<Eigen::Vector3d> first;
  std::vector<Eigen::Vector3d> second;
  for (std::size_t i = 0; i < 9; ++i) (i < 4 ? first : second).push_back(row(r, i));
  const double expected = (so3::mean_direction(first) - so3::mean_direction(second)).squaredNorm();
  CHECK(learn::sub_contrastive_loss<double>(r, 4, 1.0, dr) == Approx(expected));
}

TEST_CASE("a centroid is the unit vector of the sum, or zero", "[loss]") {
  const std::vector<double> r = random_rows(5, 4);
  std::vector<Eigen::Vector3d> rows;
  for (std::size_t i = 0; i < 5; ++i) rows.push_back(row(r, i));
  CHECK((learn::centroid<double>(r) - so3::mean_direction(rows)).norm() < 1e-15);
  CHECK((learn::sum_rows<double>(r, 1, 3) - row(r, 1) - row(r, 2)).norm() < 1e-15);
  CHECK(learn::centroid<float>({}).isZero(0.0));
  const std::vector<float> cancels = {1.0F, 2.0F, -3.0F, -1.0F, -2.0F, 3.0F};
  CHECK(learn::centroid<float>(cancels).isZero(0.0));
  const std::vector<float> broken = {1.0F, NAN, 0.0F};
  CHECK(learn::centroid<float>(broken).isZero(0.0));
}

TEST_CASE("the linear-time contrastive loss is the sum over all pairs", "[loss]") {
  const std::vector<double> r = random_rows(7, 2);
  std::vector<double> dr(r.size());
  double pairs = 0.0;
  for (std::size_t m = 0; m < 7; ++m) {
    for (std::size_t n = 0; n < 7; ++n) {
      pairs += (row(r, m).normalized() - row(r, n).normalized()).squaredNorm();
    }
  }
  CHECK(learn::contrastive_loss<double>(r, 1.0, dr) == Approx(pairs / 49.0));
}

TEST_CASE("every loss has the gradient that differences show", "[loss]") {
  std::vector<double> r = random_rows(6, 3);
  std::vector<double> dr(r.size());
  std::vector<double> scratch(r.size());
  const Eigen::Vector3f truth = Eigen::Vector3f(1.0F, 2.0F, -2.0F) / 3.0F;
  constexpr double kWeight = 0.125;
  SECTION("sub-contrastive") {
    learn::sub_contrastive_loss<double>(r, 2, kWeight, dr);
    CHECK(gradient_check::check(r, dr, [&] {
            return kWeight * learn::sub_contrastive_loss<double>(r, 2, 1.0, scratch);
          }).passed());
  }
  SECTION("contrastive") {
    learn::contrastive_loss<double>(r, kWeight, dr);
    CHECK(gradient_check::check(r, dr, [&] {
            return kWeight * learn::contrastive_loss<double>(r, 1.0, scratch);
          }).passed());
  }
  SECTION("supervised") {
    learn::supervised_loss<double>(r, truth, kWeight, dr);
    CHECK(gradient_check::check(r, dr, [&] {
            return kWeight * learn::supervised_loss<double>(r, truth, 1.0, scratch);
          }).passed());
  }
}

TEST_CASE("the self-supervised losses cannot tell a map from its reflection", "[loss]") {
  std::vector<double> r = random_rows(6, 4);
  std::vector<double> dr(r.size());
  const double sub = learn::sub_contrastive_loss<double>(r, 3, 1.0, dr);
  const double pairwise = learn::contrastive_loss<double>(r, 1.0, dr);
  for (double& value : r) value = -value;
  CHECK(learn::sub_contrastive_loss<double>(r, 3, 1.0, dr) == Approx(sub));
  CHECK(learn::contrastive_loss<double>(r, 1.0, dr) == Approx(pairwise));
}

TEST_CASE("agreeing sub-intervals cost nothing, opposite ones four", "[loss]") {
  const std::vector<double> agree = {0, 0, 2, 0, 0, 0.5};
  const std::vector<double> oppose = {0, 0, 2, 0, 0, -0.5};
  std::vector<double> dr(6);
  CHECK(learn::sub_contrastive_loss<double>(agree, 1, 1.0, dr) == 0.0);
  CHECK(learn::sub_contrastive_loss<double>(oppose, 1, 1.0, dr) == Approx(4.0));
}

TEST_CASE("outputs without a direction are divergence, not a silent NaN", "[loss]") {
  std::vector<float> dr(6);
  const std::vector<float> vanished = {0, 0, 0, 1, 0, 0};
  const std::vector<float> broken = {NAN, 0, 0, 1, 0, 0};
  CHECK_THROWS_AS(learn::sub_contrastive_loss<float>(vanished, 1, 1.0, dr), core::DivergedError);
  CHECK_THROWS_AS(learn::sub_contrastive_loss<float>(broken, 1, 1.0, dr), core::DivergedError);
  CHECK_THROWS_AS(learn::contrastive_loss<float>(vanished, 1.0, dr), core::DivergedError);
}

TEST_CASE("a mixture is the weighted sum of its losses, gradient included", "[loss]") {
  std::vector<double> r = random_rows(6, 8);
  std::vector<double> dr(r.size());
  std::vector<double> scratch(r.size());
  std::vector<double> unused(r.size());
  const Eigen::Vector3f truth = Eigen::Vector3f(1.0F, 2.0F, -2.0F) / 3.0F;
  const learn::LossMixture mixture = {{learn::LossKind::kSubContrastive, 1.0},
                                      {learn::LossKind::kContrastive, 0.3},
                                      {learn::LossKind::kSupervised, 2.0}};
  const auto loss = [&](std::span<double> out) {
    return learn::mixed_loss<double>(mixture, r, 2, truth, 1.0, out, scratch);
  };
  const double expected = learn::sub_contrastive_loss<double>(r, 2, 1.0, unused) +
                          0.3 * learn::contrastive_loss<double>(r, 1.0, unused) +
                          2.0 * learn::supervised_loss<double>(r, truth, 1.0, unused);
  CHECK(loss(dr) == Approx(expected));
  CHECK(gradient_check::check(r, dr, [&] { return loss(unused); }).passed());
}
