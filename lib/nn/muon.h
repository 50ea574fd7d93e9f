/// Muon (Jordan et al. 2024): matrices of weights move along their gradients' means made
/// orthogonal.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "core/parallel.h"
#include "nn/bf16.h"
#include "nn/gemm.h"
#include "nn/mlp_shape.h"

namespace nn {

struct MuonOptions {
  double momentum = 0.95;  ///< decay of the mean of gradients
  /// Root mean square of a step's entries over the rate: what Adam's steps have on average, so that
  /// one rate serves both (Liu et al. 2025).
  double step_rms = 0.2;
};

/// Steps of a network's matrices. Adam gives each weight a step of about the same length, and the
/// few directions in which gradients agree get nearly all of the matrix's change. An orthogonal
/// step changes the layer's output alike along all of them.
///   m = mu m + (1 - mu) g,     W -= rate step_rms sqrt(max(rows, cols)) O(mu m + (1 - mu) g)
/// O(U S V^T) is nearly U V^T: singular values become 0.68 to 1.14 whatever they were, but stay 0
/// and smaller than that from 1e-3 of the matrix's norm down. Newton and Schulz's iteration, of
/// fifth order with Jordan's coefficients: X = (a I + b X X^T + c (X X^T)^2) X, five times.
/// All matrices take each part of it together, in blocks of fixed size: the same bytes for any
/// number of threads.
class Muon {
 public:
  /// @param matrices   where they lie among the parameters
  /// @param precision  kBf16 rounds the operands of the iteration's products
  /// @throws core::UsageError for a back end this build lacks, or kBf16 where it cannot be had
  Muon(const MuonOptions& options, std::span<const WeightBlock> matrices,
       GemmBackend backend = GemmBackend::kAuto, Precision precision = Precision::kFull);
  Muon(const Muon&) = delete;  // blocks point to matrices
  Muon& operator=(const Muon&) = delete;

  /// One step.
  /// @param gradient           [parameters]
  /// @param weights, momentum  [parameters], updated where the matrices lie
  void step(core::ThreadPool& pool, double rate, std::span<const float> gradient,
            std::span<float> weights, std::span<float> momentum);

  /// O(x) of each matrix, in place; all zeros stay so. @param x  [parameters]
  void orthogonalise(core::ThreadPool& pool, std::span<float> x);

 private:
  /// A matrix as the iteration's products read it: in kBf16 the rounded values.
  struct Operand {
    std::vector<float> full;
    std::vector<Bf16> rounded;  ///< empty in kFull
  };
  struct Matrix {
    Matrix(const WeightBlock& block, bool bf16);
    bool wide() const { return block.out <= block.in; }

    WeightBlock block;
    std::size_t side;    ///< of the Gram matrix, the shorter one
    Operand x;           ///< [rows, cols]
    Operand gram;        ///< X X^T or, where there are more rows than columns, X^T X
    Operand polynomial;  ///< a I + b Gram + c Gram^2
    Operand next;        ///< what x becomes
  };
  /// Rows of a matrix that one thread computes at a time.
  struct Block {
    // Its entries of the matrix itself.
    std::size_t begin() const { return first * matrix->block.in; }
    std::size_t size() const { return count * matrix->block.in; }
    std::size_t end() const { return begin() + size(); }

    Matrix* matrix;
    std::size_t first, count;
  };
  using Body = std::function<void(const Block&)>;

  static void for_each(core::ThreadPool& pool, std::span<const Block> blocks, const Body& body);
  /// orthogonalise() of what Matrix::x holds.
  void orthogonalise_x(core::ThreadPool& pool);
  void scale_to_norm_one(core::ThreadPool& pool);
  void gram_rows(const Block& block) const;
  void polynomial_rows(const Block& block) const;
  void product_rows(const Block& block) const;
  /// C = op(A) B: `count` rows of C from row `first` on.
  void product(Op op_a, std::size_t first, std::size_t count, std::size_t cols, std::size_t inner,
               const Operand& a, std::size_t lda, Op op_b, const Operand& b, std::size_t ldb,
               float* c) const;
  void round(std::size_t first, std::size_t count, Operand& operand) const;

  MuonOptions options_;
  GemmBackend backend_;
  bool bf16_;
  std::vector<Matrix> matrices_;
  std::vector<Block> side_blocks_;  ///< of Gram matrices and polynomials
  std::vector<Block> row_blocks_;   ///< of the matrices themselves
};

}  // namespace nn
