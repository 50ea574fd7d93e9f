/// Muon (Jordan et al. 2024): steps of weight matrices along their orthogonalized mean gradients.
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
  /// Root mean square of a step's entries divided by the rate. This is the average of Adam's steps,
  /// so that one rate serves both (Liu et al. 2025).
  double step_rms = 0.2;
};

/// Steps of a network's weight matrices:
///   m = mu m + (1 - mu) g,     W -= rate step_rms sqrt(max(rows, cols)) O(mu m + (1 - mu) g).
/// Adam gives each weight a step of about the same length; then nearly all change of the matrix
/// goes into the few directions in which gradients agree. An orthogonal step changes the layer's
/// output by the same amount in all directions.
///
/// O(U S V^T) is nearly U V^T: singular values become 0.68 to 1.14. Only singular values below 1e-3
/// of the matrix's norm stay smaller, and zeros stay zero. O is five times the Newton-Schulz
/// iteration of fifth order with Jordan's coefficients: X = (a I + b X X^T + c (X X^T)^2) X.
/// Every stage handles all matrices together, in blocks of fixed size: the same bytes for any
/// number of threads.
class Muon {
 public:
  /// @param matrices   positions of the matrices among the parameters
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
  void orthogonalize(core::ThreadPool& pool, std::span<float> x);

 private:
  /// Entries of a matrix, and in kBf16 also their rounded values, which products read.
  struct Values {
    std::vector<float> full;
    std::vector<Bf16> rounded;  ///< empty in kFull

    Operand<float> view(std::size_t rows, std::size_t cols) const {
      return {matrix_view(full.data(), rows, cols), rounded.empty() ? nullptr : rounded.data()};
    }
  };
  struct Matrix {
    Matrix(const WeightBlock& block, bool bf16);
    bool wide() const { return block.out <= block.in; }

    Operand<float> x_view() const { return x.view(block.out, block.in); }

    WeightBlock block;
    std::size_t side;   ///< size of the Gram matrix: the smaller of rows and columns
    Values x;           ///< X, [out, in]
    Values gram;        ///< X X^T or, where there are more rows than columns, X^T X; [side, side]
    Values polynomial;  ///< a I + b Gram + c Gram^2, [side, side]
    Values next;        ///< X of the next iteration, [out, in]
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
  /// orthogonalize() of what Matrix::x holds.
  void orthogonalize_x(core::ThreadPool& pool);
  void scale_to_norm_one(core::ThreadPool& pool);
  void gram_rows(const Block& block) const;
  void polynomial_rows(const Block& block) const;
  void product_rows(const Block& block) const;
  /// Rows of C = A B that belong to a block. @param out  C, without gaps between its rows
  void product_into(const Block& block, const Operand<float>& a, const Operand<float>& b,
                    Values& out) const;
  /// In kBf16: rounds `count` entries from `first` on.
  void round(std::size_t first, std::size_t count, Values& values) const;

  MuonOptions options_;
  GemmBackend backend_;
  Precision precision_;
  std::vector<Matrix> matrices_;
  std::vector<Block> side_blocks_;  ///< of Gram matrices and polynomials
  std::vector<Block> row_blocks_;   ///< of the matrices themselves
};

}  // namespace nn
