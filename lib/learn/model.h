/// The result of training: the weights and everything that is needed to use them on new bins.
#pragma once

#include <Eigen/Core>
#include <complex>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/parallel.h"
#include "learn/network_input.h"
#include "nn/mlp.h"

namespace learn {

/// Predictions, one row for each bin: direction in the sensor frame times confidence.
using Directions = Eigen::Matrix<float, Eigen::Dynamic, 3, Eigen::RowMajor>;

/// The reflection decision: whether f or its mirror image -f is the map, and why. Both have the
/// same loss.
struct Reflection {
  std::string rule = "none";  ///< text of the rule, such as "world:+z", see parse_reflection()
  int sign = 1;               ///< multiplies the network's output: 1 or -1
  std::string evidence;       ///< one sentence for the user
  double margin = 0.0;        ///< in [0, 1]; 0: a coin toss, 1: unanimous
  std::size_t votes_for = 0;  ///< intervals that agree with `sign`
  std::size_t votes = 0;      ///< intervals asked
  bool doubtful = false;      ///< whether chance could have given this decision

  /// What a user of the model must know: that the map may be the mirror image, and why. Empty for
  /// a decision that holds.
  std::string doubt() const;
};

/// Rotations of the training recording, and the directions from which it was heard.
struct TrainingMotion {
  Eigen::Vector3d rms_deg = Eigen::Vector3d::Zero();  ///< as so3::MotionSpread
  double heard_share = 0.0;  ///< share of all directions from which sound was heard
};

struct Model {
  nn::MlpShape shape;
  FeatureRecipe recipe;
  std::vector<float> parameters;  ///< [parameter_count(shape)], as in nn::Mlp
  Reflection reflection;
  std::optional<TrainingMotion> motion;  ///< unknown in models of older versions

  /// @throws core::InputError if sizes do not fit each other or a weight is not finite
  void validate() const;
};

/// A model that is ready to predict, with its network and the activations of each thread.
class Predictor {
 public:
  /// @throws core::InputError as Model::validate; core::UsageError for kBf16 without has_bf16()
  explicit Predictor(const Model& model, nn::Precision precision = nn::Precision::kFull);

  const FeatureRecipe& recipe() const { return features_.recipe(); }

  /// Directions of bins in the sensor frame, with the reflection's sign applied.
  /// Cut in fixed blocks: the same bytes for any pool (null: on the calling thread).
  /// @param stft       [bins, microphones], chosen and smoothed as recipe().smoothing says
  /// @param frequency  [bins], frequency index
  /// @throws core::InputError if lengths do not fit or a frequency index is above the model's
  Directions predict(std::span<const std::complex<float>> stft,
                     std::span<const std::uint16_t> frequency, core::ThreadPool* pool = nullptr);

 private:
  static constexpr std::size_t kBlockRows = 512;
  struct Scratch {
    nn::MlpWorkspace<float> workspace;
    std::vector<float> x;
  };
  void predict_block(std::span<const std::complex<float>> stft,
                     std::span<const std::uint16_t> frequency, Scratch& scratch,
                     float* r_sensor) const;

  FeatureMaker features_;
  nn::Precision precision_;
  nn::Mlp<float> mlp_;
  float sign_;
  std::vector<Scratch> scratch_;
};

/// Predicts once, with a Predictor of its own.
Directions predict(const Model& model, std::span<const std::complex<float>> stft,
                   std::span<const std::uint16_t> frequency, core::ThreadPool* pool = nullptr);

}  // namespace learn
