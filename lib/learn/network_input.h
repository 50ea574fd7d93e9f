/// The network's input vector, computed from a unit-norm STFT bin and its frequency.
#pragma once

#include <complex>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "learn/smoothing.h"

namespace learn {

enum class InputKind {
  kStft,        ///< C-SL paper, 3.1: real parts, imaginary parts, k / k_max; 2 M + 1 numbers
  kCovariance,  ///< entries of M y y^H, which do not depend on the source's phase, and frequency
                ///< features
};

/// The computation of inputs: a property of the model, stored with it. Bins are first thinned and
/// smoothed frame by frame; then FeatureMaker computes the input vector of each bin.
///
/// kCovariance, M <= 16: M |y_m|^2 - 1 of every microphone, then real and imaginary part of
/// M y_a conj(y_b) for every pair a < b: M^2 numbers of order one. M > 16: only pairs with one of
/// four reference microphones (0, M/4, M/2, 3M/4): y y^H has rank one, so one row determines it,
/// and four rows do even if a reference microphone is silent. Then k / k_max and sin, cos of pi j
/// k / k_max, j = 1..kFrequencyHarmonics.
struct FeatureRecipe {
  static constexpr std::size_t kFrequencyHarmonics = 8;
  static constexpr std::size_t kFullPairsLimit =
      16;  ///< microphones up to which all pairs are used
  static constexpr std::size_t kReferences = 4;

  InputKind kind = InputKind::kCovariance;
  std::size_t microphones = 0;
  std::size_t max_frequency_index = 0;
  BinSmoothing smoothing = {};

  /// Length of the input vector. @throws core::UsageError for fewer than 2 or more than 64
  /// microphones
  std::size_t input_size() const;
  bool operator==(const FeatureRecipe&) const = default;
};

/// Pairs (a, b), a < b, whose products enter the covariance input, in order.
std::vector<std::pair<std::uint16_t, std::uint16_t>> covariance_pairs(std::size_t microphones);

/// Computes input vectors by one recipe. It is immutable, so threads may share it.
class FeatureMaker {
 public:
  /// @throws core::UsageError as FeatureRecipe::input_size
  explicit FeatureMaker(const FeatureRecipe& recipe);

  const FeatureRecipe& recipe() const { return recipe_; }
  std::size_t input_size() const { return input_size_; }

  /// Inputs of consecutive bins.
  /// @param stft       [rows, microphones]; @param frequency  [rows], each <= max_frequency_index
  /// @param x          [rows, input_size], overwritten
  void make(std::span<const std::complex<float>> stft, std::span<const std::uint16_t> frequency,
            std::span<float> x) const;
  void make(std::span<const std::complex<double>> stft, std::span<const std::uint16_t> frequency,
            std::span<double> x) const;

 private:
  template <typename T>
  void make_row(const std::complex<T>* y, std::uint16_t k, T* x) const;

  FeatureRecipe recipe_;
  std::size_t input_size_;
  std::vector<std::pair<std::uint16_t, std::uint16_t>> pairs_;
  std::vector<float> frequency_features_;  ///< [max_frequency_index + 1, frequency columns]
};

}  // namespace learn
