#include "nn/muon.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace nn {
namespace {

constexpr int kIterations = 5;
// Chosen by Jordan for the steepest rise of small singular values that keeps all below 1.2.
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
  const auto resize = [bf16](Operand& operand, std::size_t size) {
    operand.full.resize(size);
    if (bf16) operand.rounded.resize(size);
  };
  resize(x, weights.size());
  resize(next, weights.size());
  resize(gram, side * side);
  resize(polynomial, side * side);
}

Muon::Muon(const MuonOptions& options, std::span<const WeightBlock> matrices, GemmBackend backend,
           Precision precision)
    : options_(options), backend_(resolve_backend(backend)), bf16_(precision == Precision::kBf16) {
  if (bf16_) require_bf16();
  for (const WeightBlock& block : matrices) matrices_.emplace_back(block, bf16_);
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

void Muon::product(Op op_a, std::size_t first, std::size_t count, std::size_t cols,
                   std::size_t inner, const Operand& a, std::size_t lda, Op op_b, const Operand& b,
                   std::size_t ldb, float* c) const {
  const std::size_t begin = op_a == Op::kTranspose ? first : first * lda;
  if (bf16_) {
    gemm_bf16(op_a, op_b, count, cols, inner, a.rounded.data() + begin, lda, b.rounded.data(), ldb,
              false, c, cols);
    return;
  }
  gemm(backend_, op_a, op_b, count, cols, inner, 1.0F, a.full.data() + begin, lda, b.full.data(),
       ldb, 0.0F, c, cols);
}

void Muon::round(std::size_t first, std::size_t count, Operand& operand) const {
  if (bf16_) to_bf16(count, operand.full.data() + first, operand.rounded.data() + first);
}

void Muon::gram_rows(const Block& block) const {
  Matrix& m = *block.matrix;
  const auto [rows, cols] = std::pair(m.block.out, m.block.in);
  const std::size_t begin = block.first * m.side;
  float* out = m.gram.full.data() + begin;
  if (m.wide()) {
    product(Op::kNone, block.first, block.count, m.side, cols, m.x, cols, Op::kTranspose, m.x, cols,
            out);
  } else {
    product(Op::kTranspose, block.first, block.count, m.side, rows, m.x, cols, Op::kNone, m.x, cols,
            out);
  }
  round(begin, block.count * m.side, m.gram);
}

void Muon::polynomial_rows(const Block& block) const {
  Matrix& m = *block.matrix;
  const std::size_t begin = block.first * m.side;
  const float* __restrict gram = m.gram.full.data() + begin;
  float* __restrict out = m.polynomial.full.data() + begin;
  product(Op::kNone, block.first, block.count, m.side, m.side, m.gram, m.side, Op::kNone, m.gram,
          m.side, out);
  for (std::size_t i = 0; i < block.count * m.side; ++i)
    out[i] = kQuintic * out[i] + kCubic * gram[i];
  for (std::size_t i = 0; i < block.count; ++i) out[i * m.side + block.first + i] += kLinear;
  round(begin, block.count * m.side, m.polynomial);
}

void Muon::product_rows(const Block& block) const {
  Matrix& m = *block.matrix;
  const std::size_t cols = m.block.in;
  float* out = m.next.full.data() + block.begin();
  if (m.wide()) {
    product(Op::kNone, block.first, block.count, cols, m.side, m.polynomial, m.side, Op::kNone, m.x,
            cols, out);
  } else {
    product(Op::kNone, block.first, block.count, cols, m.side, m.x, cols, Op::kNone, m.polynomial,
            m.side, out);
  }
  round(block.begin(), block.size(), m.next);
}

/// The iteration needs singular values of at most 1, which the norm bounds.
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

void Muon::orthogonalise_x(core::ThreadPool& pool) {
  scale_to_norm_one(pool);
  for (int i = 0; i < kIterations; ++i) {
    for_each(pool, side_blocks_, [&](const Block& block) { gram_rows(block); });
    for_each(pool, side_blocks_, [&](const Block& block) { polynomial_rows(block); });
    for_each(pool, row_blocks_, [&](const Block& block) { product_rows(block); });
    for (Matrix& m : matrices_) std::swap(m.x, m.next);
  }
}

void Muon::orthogonalise(core::ThreadPool& pool, std::span<float> x) {
  for (Matrix& m : matrices_) {
    std::ranges::copy(x.subspan(m.block.first, m.block.size()), m.x.full.begin());
  }
  orthogonalise_x(pool);
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
  orthogonalise_x(pool);
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
