#include "nn/muon.h"

#include <algorithm>
#include <cmath>
#include <functional>

namespace nn {
namespace {

constexpr int kIterations = 5;
// Chosen by Jordan for the steepest rise of small singular values that keeps all below 1.2.
constexpr float kLinear = 3.4445F;
constexpr float kCubic = -4.7750F;
constexpr float kQuintic = 2.0315F;

/// Rows that one thread computes at a time.
constexpr std::size_t kBlockRows = 64;

void for_each_block(core::ThreadPool& pool, std::size_t rows,
                    const std::function<void(std::size_t, std::size_t)>& body) {
  pool.for_each_shard((rows + kBlockRows - 1) / kBlockRows, [&](std::size_t block) {
    const std::size_t first = block * kBlockRows;
    body(first, std::min(kBlockRows, rows - first));
  });
}

double norm(std::span<const float> x) {
  double sum = 0.0;
  for (const float value : x) sum += static_cast<double>(value) * static_cast<double>(value);
  return std::sqrt(sum);
}

}  // namespace

Muon::Muon(const MuonOptions& options, std::size_t rows, std::size_t cols, GemmBackend backend)
    : options_(options),
      rows_(rows),
      cols_(cols),
      side_(std::min(rows, cols)),
      backend_(resolve_backend(backend)),
      direction_(rows * cols),
      x_(rows * cols),
      next_(rows * cols),
      gram_(side_ * side_),
      polynomial_(side_ * side_) {}

void Muon::gram_rows(std::size_t first, std::size_t count) {
  float* out = gram_.data() + first * side_;
  if (rows_ <= cols_) {
    gemm(backend_, Op::kNone, Op::kTranspose, count, side_, cols_, 1.0F, x_.data() + first * cols_,
         cols_, x_.data(), cols_, 0.0F, out, side_);
  } else {
    gemm(backend_, Op::kTranspose, Op::kNone, count, side_, rows_, 1.0F, x_.data() + first, cols_,
         x_.data(), cols_, 0.0F, out, side_);
  }
}

void Muon::polynomial_rows(std::size_t first, std::size_t count) {
  const std::size_t begin = first * side_;
  std::copy_n(gram_.begin() + static_cast<std::ptrdiff_t>(begin), count * side_,
              polynomial_.begin() + static_cast<std::ptrdiff_t>(begin));
  gemm(backend_, Op::kNone, Op::kNone, count, side_, side_, kQuintic, gram_.data() + begin, side_,
       gram_.data(), side_, kCubic, polynomial_.data() + begin, side_);
}

void Muon::product_rows(std::size_t first, std::size_t count) {
  const std::size_t begin = first * cols_;
  std::copy_n(x_.begin() + static_cast<std::ptrdiff_t>(begin), count * cols_,
              next_.begin() + static_cast<std::ptrdiff_t>(begin));
  const bool wide = rows_ <= cols_;
  const float* left = wide ? polynomial_.data() + first * side_ : x_.data() + begin;
  const float* right = wide ? x_.data() : polynomial_.data();
  gemm(backend_, Op::kNone, Op::kNone, count, cols_, side_, 1.0F, left, side_, right, cols_,
       kLinear, next_.data() + begin, cols_);
}

void Muon::iterate(core::ThreadPool& pool) {
  for_each_block(pool, side_, [&](std::size_t first, std::size_t n) { gram_rows(first, n); });
  for_each_block(pool, side_, [&](std::size_t first, std::size_t n) { polynomial_rows(first, n); });
  for_each_block(pool, rows_, [&](std::size_t first, std::size_t n) { product_rows(first, n); });
  x_.swap(next_);
}

void Muon::orthogonalise(core::ThreadPool& pool, std::span<float> x) {
  // The iteration needs singular values of at most 1, which the norm bounds.
  const double scale = 1.0 / std::max(norm(x), 1e-30);
  for (std::size_t i = 0; i < x_.size(); ++i) x_[i] = static_cast<float>(scale * x[i]);
  for (int i = 0; i < kIterations; ++i) iterate(pool);
  std::ranges::copy(x_, x.begin());
}

void Muon::step(core::ThreadPool& pool, double rate, std::span<const float> gradient,
                std::span<float> weights, std::span<float> momentum) {
  const float mu = static_cast<float>(options_.momentum);
  for (std::size_t i = 0; i < momentum.size(); ++i) {
    momentum[i] = mu * momentum[i] + (1.0F - mu) * gradient[i];
    direction_[i] = mu * momentum[i] + (1.0F - mu) * gradient[i];  // Nesterov
  }
  orthogonalise(pool, direction_);
  const double longer_side = static_cast<double>(std::max(rows_, cols_));
  const float length = static_cast<float>(rate * options_.step_rms * std::sqrt(longer_side));
  for (std::size_t i = 0; i < weights.size(); ++i) weights[i] -= length * direction_[i];
}

}  // namespace nn
