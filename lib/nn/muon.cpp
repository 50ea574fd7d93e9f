#include "nn/muon.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace nn {
namespace {

constexpr int kIterations = 5;
// Jordan's coefficients: small singular values rise as steeply as possible, and all stay below 1.2.
constexpr float kLinear = 3.4445F;
constexpr float kCubic = -4.7750F;
constexpr float kQuintic = 2.0315F;

/// Rows that one thread computes at a time.
constexpr std::size_t kBlockRows = 64;

double squares(std::span<const float> x) {
  double sum = 0.0;
  for (const float value : x) sum += static_cast<double>(value) * static_cast<double>(value);
  return sum;
}

}  // namespace

Muon::Matrix::Matrix(const WeightBlock& weights, bool bf16)
    : block(weights), side(std::min(weights.out, weights.in)) {
  const auto resize = [bf16](Values& values, std::size_t size) {
    values.full.resize(size);
    if (bf16) values.rounded.resize(size);
  };
  resize(x, weights.size());
  resize(next, weights.size());
  resize(gram, side * side);
  resize(polynomial, side * side);
}

Muon::Muon(const MuonOptions& options, std::span<const WeightBlock> matrices, GemmBackend backend,
           Precision precision)
    : options_(options), backend_(resolve_backend(backend)), precision_(precision) {
  if (precision == Precision::kBf16) require_bf16();
  for (const WeightBlock& block : matrices) {
    matrices_.emplace_back(block, precision == Precision::kBf16);
  }
  const auto cut = [](Matrix& matrix, std::size_t rows, std::vector<Block>& blocks) {
    for (std::size_t first = 0; first < rows; first += kBlockRows) {
      blocks.push_back({&matrix, first, std::min(kBlockRows, rows - first)});
    }
  };
  for (Matrix& matrix : matrices_) {
    cut(matrix, matrix.side, side_blocks_);
    cut(matrix, matrix.block.out, row_blocks_);
  }
}

void Muon::for_each(core::ThreadPool& pool, std::span<const Block> blocks, const Body& body) {
  pool.for_each_shard(blocks.size(), [&](std::size_t i) { body(blocks[i]); });
}

void Muon::product_into(const Block& block, const Operand<float>& a, const Operand<float>& b,
                        Values& out) const {
  const std::size_t begin = block.first * b.full.cols;
  multiply(backend_, precision_, a.rows_from(block.first, block.count), b, false,
           matrix_view(out.full.data() + begin, block.count, b.full.cols));
}

void Muon::round(std::size_t first, std::size_t count, Values& values) const {
  if (precision_ != Precision::kBf16) return;
  to_bf16(count, values.full.data() + first, values.rounded.data() + first);
}

void Muon::gram_rows(const Block& block) const {
  Matrix& m = *block.matrix;
  const Operand<float> x = m.x_view();
  if (m.wide()) {
    product_into(block, x, x.transpose(), m.gram);
  } else {
    product_into(block, x.transpose(), x, m.gram);
  }
  round(block.first * m.side, block.count * m.side, m.gram);
}

void Muon::polynomial_rows(const Block& block) const {
  Matrix& m = *block.matrix;
  const std::size_t begin = block.first * m.side;
  const float* __restrict gram = m.gram.full.data() + begin;
  float* __restrict out = m.polynomial.full.data() + begin;
  const Operand<float> gram_view = m.gram.view(m.side, m.side);
  product_into(block, gram_view, gram_view, m.polynomial);
  for (std::size_t i = 0; i < block.count * m.side; ++i) {
    out[i] = kQuintic * out[i] + kCubic * gram[i];
  }
  for (std::size_t i = 0; i < block.count; ++i) out[i * m.side + block.first + i] += kLinear;
  round(begin, block.count * m.side, m.polynomial);
}

void Muon::product_rows(const Block& block) const {
  Matrix& m = *block.matrix;
  const Operand<float> polynomial = m.polynomial.view(m.side, m.side);
  if (m.wide()) {
    product_into(block, polynomial, m.x_view(), m.next);
  } else {
    product_into(block, m.x_view(), polynomial, m.next);
  }
  round(block.begin(), block.size(), m.next);
}

/// Divides each matrix by its norm. The iteration needs singular values of at most 1, and no
/// singular value is larger than the norm.
void Muon::scale_to_norm_one(core::ThreadPool& pool) {
  std::vector<double> sums(row_blocks_.size());
  pool.for_each_shard(row_blocks_.size(), [&](std::size_t i) {
    const Block& block = row_blocks_[i];
    sums[i] = squares(std::span(block.matrix->x.full).subspan(block.begin(), block.size()));
  });
  for_each(pool, row_blocks_, [&](const Block& block) {
    double sum = 0.0;
    for (std::size_t i = 0; i < sums.size(); ++i) {
      if (row_blocks_[i].matrix == block.matrix) sum += sums[i];
    }
    const double scale = 1.0 / std::max(std::sqrt(sum), 1e-30);
    Matrix& m = *block.matrix;
    for (std::size_t i = block.begin(); i < block.end(); ++i) {
      m.x.full[i] = static_cast<float>(scale * static_cast<double>(m.x.full[i]));
    }
    round(block.begin(), block.size(), m.x);
  });
}

void Muon::orthogonalize_x(core::ThreadPool& pool) {
  scale_to_norm_one(pool);
  for (int i = 0; i < kIterations; ++i) {
    for_each(pool, side_blocks_, [&](const Block& block) { gram_rows(block); });
    for_each(pool, side_blocks_, [&](const Block& block) { polynomial_rows(block); });
    for_each(pool, row_blocks_, [&](const Block& block) { product_rows(block); });
    for (Matrix& m : matrices_) std::swap(m.x, m.next);
  }
}

void Muon::orthogonalize(core::ThreadPool& pool, std::span<float> x) {
  for (Matrix& m : matrices_) {
    std::ranges::copy(x.subspan(m.block.first, m.block.size()), m.x.full.begin());
  }
  orthogonalize_x(pool);
  for (const Matrix& m : matrices_)
    std::ranges::copy(m.x.full, x.begin() + static_cast<std::ptrdiff_t>(m.block.first));
}

void Muon::step(core::ThreadPool& pool, double rate, std::span<const float> gradient,
                std::span<float> weights, std::span<float> momentum) {
  const float mu = static_cast<float>(options_.momentum);
  for_each(pool, row_blocks_, [&](const Block& block) {
    Matrix& m = *block.matrix;
    const std::size_t end = block.end();
    const float* __restrict g = gradient.data() + m.block.first;
    float* __restrict mean = momentum.data() + m.block.first;
    float* __restrict x = m.x.full.data();
    for (std::size_t i = block.begin(); i < end; ++i) {
      mean[i] = mu * mean[i] + (1.0F - mu) * g[i];
      x[i] = mu * mean[i] + (1.0F - mu) * g[i];  // Nesterov
    }
  });
  orthogonalize_x(pool);
  for_each(pool, row_blocks_, [&](const Block& block) {
    const Matrix& m = *block.matrix;
    const double longer_side = static_cast<double>(std::max(m.block.out, m.block.in));
    const float length = static_cast<float>(rate * options_.step_rms * std::sqrt(longer_side));
    const std::size_t end = block.end();
    const float* __restrict x = m.x.full.data();
    float* __restrict w = weights.data() + m.block.first;
    for (std::size_t i = block.begin(); i < end; ++i) w[i] -= length * x[i];
  });
}

}  // namespace nn
