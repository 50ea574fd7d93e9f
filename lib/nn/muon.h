/// Muon (Jordan et al. 2024): a matrix of weights moves along its gradients' mean made orthogonal.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "core/parallel.h"
#include "nn/gemm.h"

namespace nn {

struct MuonOptions {
  double momentum = 0.95;  ///< decay of the mean of gradients
  /// Root mean square of a step's entries over the rate: what Adam's steps have on average, so that
  /// one rate serves both (Liu et al. 2025).
  double step_rms = 0.2;
};

/// Steps of one matrix [rows, cols]. Adam gives each weight a step of about the same length, and
/// the few directions in which gradients agree get nearly all of the matrix's change. An orthogonal
/// step changes the layer's output alike along all of them.
///   m = mu m + (1 - mu) g,     W -= rate step_rms sqrt(max(rows, cols)) O(mu m + (1 - mu) g)
/// O(U S V^T) is nearly U V^T: singular values become 0.68 to 1.14 whatever they were, but stay 0
/// and smaller than that from 1e-3 of the matrix's norm down. Newton and Schulz's iteration, of
/// fifth order with Jordan's coefficients: X = a X + b (X X^T) X + c (X X^T)^2 X, five times.
class Muon {
 public:
  /// @throws core::UsageError for a back end this build lacks
  Muon(const MuonOptions& options, std::size_t rows, std::size_t cols,
       GemmBackend backend = GemmBackend::kAuto);

  /// One step. Work is cut in blocks of fixed size: the same bytes for any number of threads.
  /// @param gradient  [rows, cols] row-major; weights, momentum: the same, updated
  void step(core::ThreadPool& pool, double rate, std::span<const float> gradient,
            std::span<float> weights, std::span<float> momentum);

  /// O(x), in place. @param x  [rows, cols] row-major; all zeros stay so
  void orthogonalise(core::ThreadPool& pool, std::span<float> x);

 private:
  void iterate(core::ThreadPool& pool);
  void gram_rows(std::size_t first, std::size_t count);
  void polynomial_rows(std::size_t first, std::size_t count);
  void product_rows(std::size_t first, std::size_t count);

  MuonOptions options_;
  std::size_t rows_, cols_;
  std::size_t side_;  ///< of the smaller Gram matrix
  GemmBackend backend_;
  std::vector<float> direction_;   ///< what is made orthogonal, [rows, cols]
  std::vector<float> x_, next_;    ///< [rows, cols]
  std::vector<float> gram_;        ///< X X^T or, where there are more rows than columns, X^T X
  std::vector<float> polynomial_;  ///< b Gram + c Gram^2
};

}  // namespace nn
