/// Normal equations of the adjustment, see adjust() for the model and its symbols.
#pragma once

#include <Eigen/Core>
#include <vector>

#include "calib/effective_array.h"
#include "calib/observations.h"
#include "core/parallel.h"

namespace calib {

using Tangent = Eigen::Matrix<double, 3, 2>;

/// Weight of a bin of coherence x with the model:
/// (confidence) exp(-(1 - x) / scale) onset^onset_power frequency^frequency_power.
struct BinWeighting {
  double scale = 0.05;      ///< of the kernel that suppresses outliers
  bool confidence = true;   ///< whether the network's confidence counts
  int onset_power = 0;      ///< of Observations::onset
  int frequency_power = 0;  ///< of the frequency
  bool exact = false;       ///< the matrix includes the derivative of the weights
};

/// Normal equations of one recording. P stands for positions with offsets, g for its direction.
struct Normal {
  Eigen::Matrix4d S = Eigen::Matrix4d::Zero();  ///< each microphone's block of H_PP
  Eigen::MatrixXd H_Pg;                         ///< [4 microphones, 2]
  Eigen::Matrix2d H_gg = Eigen::Matrix2d::Zero();
  Eigen::VectorXd r_P;  ///< [4 microphones]
  Eigen::Vector2d r_g = Eigen::Vector2d::Zero();
  double weight = 0.0, coherence = 0.0;
  /// Sum of weight v v^T / (M scale), where v is the bin's gradient of (P, g) and `scale` that of
  /// the kernel: how much the kernel's fall flattens the objective; empty unless asked for.
  Eigen::MatrixXd flattening;  ///< [4 microphones + 2, 4 microphones + 2]
  Tangent B;
};

/// All recordings' equations with their directions eliminated.
struct Reduced {
  Eigen::MatrixXd H;       ///< [4 microphones, 4 microphones]
  Eigen::VectorXd r;       ///< [4 microphones]
  Eigen::MatrixXd shares;  ///< each recording's share of r, [4 microphones, recordings]
  double weight = 0.0, coherence = 0.0;
};

/// H_gg with a small prior, so that the direction of a recording without a usable bin stays.
Eigen::Matrix2d regular(const Eigen::Matrix2d& H_gg);

/// Normal equations of every recording.
std::vector<Normal> normal_equations(const Observations& data, const EffectiveArray& array,
                                     const BinWeighting& weighting, core::ThreadPool& pool);

/// Eliminates the directions and adds the recordings.
Reduced reduce(const std::vector<Normal>& normals, std::size_t microphones);

/// Each recording's share of a step of the positions and offsets, with mean zero over the
/// microphones, [4 microphones, recordings].
/// @param H  matrix of the step, such as reduced.H
Eigen::MatrixXd recording_steps(const Eigen::MatrixXd& H, const Reduced& reduced);

/// Moves positions and offsets by a step, and every direction to where the equations have it then.
/// @param dP                of (p_1, o_1, p_2, ...), m
/// @param longest_move_rad  no source moves by more than this
/// @return                  largest move of a microphone, m
double apply_step(Observations& data, EffectiveArray& array, const std::vector<Normal>& normals,
                  const Eigen::VectorXd& dP, double longest_move_rad = 0.1);

}  // namespace calib
