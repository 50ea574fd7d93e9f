#include "learn/loss.h"

#include <algorithm>
#include <cmath>

#include "core/errors.h"
#include "learn/centroid.h"

namespace learn {
namespace {

template <typename T>
Eigen::Vector3d row(std::span<const T> r, std::size_t i) {
  return {static_cast<double>(r[3 * i]), static_cast<double>(r[3 * i + 1]),
          static_cast<double>(r[3 * i + 2])};
}

template <typename T>
void set_row(std::span<T> dr, std::size_t i, const Eigen::Vector3d& value) {
  for (std::size_t k = 0; k < 3; ++k) dr[3 * i + k] = static_cast<T>(value[static_cast<int>(k)]);
}

double checked_norm(const Eigen::Vector3d& vector) {
  const double norm = vector.norm();
  if (!(norm > 0.0) || !std::isfinite(norm)) {
    throw core::DivergedError(
        "training: the network's outputs vanished or are no longer finite; lower --lr, or try "
        "another --seed");
  }
  return norm;
}

}  // namespace

// L = |u1 - u2|^2 with u = c / |c|.
// dL/dc1 = -2 (I - u1 u1^T) u2 / |c1|, and every bin of sub-interval 1 enters c1 with weight one:
// they all share this gradient. Sub-interval 2 likewise.
template <typename T>
double sub_contrastive_loss(std::span<const T> r, std::size_t split, double weight,
                            std::span<T> dr) {
  const std::size_t bins = r.size() / 3;
  const Eigen::Vector3d c1 = sum_rows(r, 0, split);
  const Eigen::Vector3d c2 = sum_rows(r, split, bins);
  const double length1 = checked_norm(c1);
  const double length2 = checked_norm(c2);
  const Eigen::Vector3d u1 = c1 / length1;
  const Eigen::Vector3d u2 = c2 / length2;
  const double cosine = u1.dot(u2);
  const Eigen::Vector3d dc1 = (-2.0 * weight / length1) * (u2 - cosine * u1);
  const Eigen::Vector3d dc2 = (-2.0 * weight / length2) * (u1 - cosine * u2);
  for (std::size_t i = 0; i < bins; ++i) set_row(dr, i, i < split ? dc1 : dc2);
  return (u1 - u2).squaredNorm();
}

// L = 2 - 2 |m|^2, m = mean of u, u = r / |r|.
// dL/du = -4 m / N,  dL/dr = (I - u u^T) dL/du / |r|.
template <typename T>
double contrastive_loss(std::span<const T> r, double weight, std::span<T> dr) {
  const std::size_t bins = r.size() / 3;
  Eigen::Vector3d mean = Eigen::Vector3d::Zero();
  for (std::size_t i = 0; i < bins; ++i) mean += row(r, i) / checked_norm(row(r, i));
  mean /= static_cast<double>(bins);
  const Eigen::Vector3d du = (-4.0 * weight / static_cast<double>(bins)) * mean;
  for (std::size_t i = 0; i < bins; ++i) {
    const Eigen::Vector3d value = row(r, i);
    const double length = value.norm();
    const Eigen::Vector3d u = value / length;
    set_row<T>(dr, i, (du - u.dot(du) * u) / length);
  }
  return 2.0 - 2.0 * mean.squaredNorm();
}

// L = mean |r - d|^2,  dL/dr = 2 (r - d) / N.
template <typename T>
double supervised_loss(std::span<const T> r, const Eigen::Vector3f& direction_world, double weight,
                       std::span<T> dr) {
  const std::size_t bins = r.size() / 3;
  const Eigen::Vector3d target = direction_world.cast<double>();
  double sum = 0.0;
  for (std::size_t i = 0; i < bins; ++i) {
    const Eigen::Vector3d error = row(r, i) - target;
    sum += error.squaredNorm();
    set_row<T>(dr, i, (2.0 * weight / static_cast<double>(bins)) * error);
  }
  return sum / static_cast<double>(bins);
}

bool uses(const LossMixture& mixture, LossKind kind) {
  return std::ranges::any_of(mixture, [&](const LossTerm& term) { return term.kind == kind; });
}

namespace {

template <typename T>
double term_loss(LossKind kind, std::span<const T> r, std::size_t split,
                 const Eigen::Vector3f& direction_world, double weight, std::span<T> dr) {
  switch (kind) {
    case LossKind::kContrastive:
      return contrastive_loss<T>(r, weight, dr);
    case LossKind::kSupervised:
      return supervised_loss<T>(r, direction_world, weight, dr);
    case LossKind::kSubContrastive:
      break;
  }
  return sub_contrastive_loss<T>(r, split, weight, dr);
}

}  // namespace

template <typename T>
double mixed_loss(const LossMixture& mixture, std::span<const T> r, std::size_t split,
                  const Eigen::Vector3f& direction_world, double weight, std::span<T> dr,
                  std::span<T> scratch) {
  double loss = 0.0;
  for (std::size_t i = 0; i < mixture.size(); ++i) {
    const std::span<T> out = i == 0 ? dr : scratch;
    const LossTerm& term = mixture[i];
    loss +=
        term.weight * term_loss<T>(term.kind, r, split, direction_world, weight * term.weight, out);
    if (i == 0) continue;
    for (std::size_t k = 0; k < dr.size(); ++k) dr[k] += scratch[k];
  }
  return loss;
}

template double sub_contrastive_loss(std::span<const float>, std::size_t, double, std::span<float>);
template double sub_contrastive_loss(std::span<const double>, std::size_t, double,
                                     std::span<double>);
template double contrastive_loss(std::span<const float>, double, std::span<float>);
template double contrastive_loss(std::span<const double>, double, std::span<double>);
template double supervised_loss(std::span<const float>, const Eigen::Vector3f&, double,
                                std::span<float>);
template double supervised_loss(std::span<const double>, const Eigen::Vector3f&, double,
                                std::span<double>);

template double mixed_loss(const LossMixture&, std::span<const float>, std::size_t,
                           const Eigen::Vector3f&, double, std::span<float>, std::span<float>);
template double mixed_loss(const LossMixture&, std::span<const double>, std::size_t,
                           const Eigen::Vector3f&, double, std::span<double>, std::span<double>);

}  // namespace learn
