#include "learn/network_input.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <numbers>

#include "core/errors.h"

namespace learn {
namespace {

constexpr std::size_t kMaxMicrophones = 64;

std::size_t frequency_columns(const FeatureRecipe& recipe) {
  return recipe.kind == InputKind::kStft ? 1 : 1 + 2 * FeatureRecipe::kFrequencyHarmonics;
}

std::vector<float> make_frequency_features(const FeatureRecipe& recipe) {
  const std::size_t columns = frequency_columns(recipe);
  std::vector<float> table((recipe.max_frequency_index + 1) * columns);
  for (std::size_t k = 0; k <= recipe.max_frequency_index; ++k) {
    const double normalized =
        static_cast<double>(k) / static_cast<double>(recipe.max_frequency_index);
    float* row = table.data() + k * columns;
    row[0] = static_cast<float>(normalized);
    for (std::size_t j = 1; 2 * j < columns; ++j) {
      const double angle_rad = std::numbers::pi * static_cast<double>(j) * normalized;
      row[2 * j - 1] = static_cast<float>(std::sin(angle_rad));
      row[2 * j] = static_cast<float>(std::cos(angle_rad));
    }
  }
  return table;
}

/// x = (Re y, Im y): C-SL paper, 3.1.
template <typename T>
T* stft_columns(const std::complex<T>* y, std::size_t microphones, T* x) {
  for (std::size_t m = 0; m < microphones; ++m) {
    x[m] = y[m].real();
    x[microphones + m] = y[m].imag();
  }
  return x + 2 * microphones;
}

/// x = (M |y_m|^2 - 1, Re M y_a conj(y_b), Im M y_a conj(y_b)).
template <typename T>
T* covariance_columns(const std::complex<T>* y, std::size_t microphones,
                      std::span<const std::pair<std::uint16_t, std::uint16_t>> pairs, T* x) {
  std::array<T, kMaxMicrophones> re;
  std::array<T, kMaxMicrophones> im;
  const T scale = static_cast<T>(microphones);
  for (std::size_t m = 0; m < microphones; ++m) {
    re[m] = y[m].real();
    im[m] = y[m].imag();
    x[m] = scale * (re[m] * re[m] + im[m] * im[m]) - T(1);
  }
  T* real_part = x + microphones;
  T* imaginary_part = real_part + pairs.size();
  for (std::size_t p = 0; p < pairs.size(); ++p) {
    const auto [a, b] = pairs[p];
    real_part[p] = scale * (re[a] * re[b] + im[a] * im[b]);
    imaginary_part[p] = scale * (im[a] * re[b] - re[a] * im[b]);
  }
  return imaginary_part + pairs.size();
}

}  // namespace

std::size_t FeatureRecipe::input_size() const {
  if (microphones < 2 || microphones > kMaxMicrophones) {
    throw core::UsageError(
        fmt::format("expected 2 to {} microphones, found {}: one microphone hears no direction",
                    kMaxMicrophones, microphones));
  }
  const std::size_t acoustic = kind == InputKind::kStft
                                   ? 2 * microphones
                                   : microphones + 2 * covariance_pairs(microphones).size();
  return acoustic + frequency_columns(*this);
}

std::vector<std::pair<std::uint16_t, std::uint16_t>> covariance_pairs(std::size_t microphones) {
  const auto is_reference = [&](std::size_t m) {
    for (std::size_t r = 0; r < FeatureRecipe::kReferences; ++r) {
      if (m == r * microphones / FeatureRecipe::kReferences) return true;
    }
    return false;
  };
  const bool all = microphones <= FeatureRecipe::kFullPairsLimit;
  std::vector<std::pair<std::uint16_t, std::uint16_t>> pairs;
  for (std::size_t a = 0; a < microphones; ++a) {
    for (std::size_t b = a + 1; b < microphones; ++b) {
      if (all || is_reference(a) || is_reference(b)) pairs.emplace_back(a, b);
    }
  }
  return pairs;
}

FeatureMaker::FeatureMaker(const FeatureRecipe& recipe)
    : recipe_(recipe),
      input_size_(recipe.input_size()),
      pairs_(covariance_pairs(recipe.microphones)),
      frequency_features_(make_frequency_features(recipe)) {}

template <typename T>
void FeatureMaker::make_row(const std::complex<T>* y, std::uint16_t k, T* x) const {
  T* rest = recipe_.kind == InputKind::kStft
                ? stft_columns(y, recipe_.microphones, x)
                : covariance_columns(y, recipe_.microphones, std::span(pairs_), x);
  const std::size_t columns = frequency_columns(recipe_);
  const float* frequency = frequency_features_.data() + k * columns;
  for (std::size_t j = 0; j < columns; ++j) rest[j] = static_cast<T>(frequency[j]);
}

void FeatureMaker::make(std::span<const std::complex<float>> stft,
                        std::span<const std::uint16_t> frequency, std::span<float> x) const {
  for (std::size_t i = 0; i < frequency.size(); ++i) {
    make_row(stft.data() + i * recipe_.microphones, frequency[i], x.data() + i * input_size_);
  }
}

void FeatureMaker::make(std::span<const std::complex<double>> stft,
                        std::span<const std::uint16_t> frequency, std::span<double> x) const {
  for (std::size_t i = 0; i < frequency.size(); ++i) {
    make_row(stft.data() + i * recipe_.microphones, frequency[i], x.data() + i * input_size_);
  }
}

}  // namespace learn
