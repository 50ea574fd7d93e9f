/// Chooses between f and -f, which every loss rates the same (paper.txt, 2.2).
#pragma once

#include <Eigen/Core>
#include <string>

#include "core/parallel.h"
#include "csl/dataset.h"
#include "csl/model.h"

namespace csl {

enum class ReflectionRule {
  kNone,     ///< leave the sign as training left it
  kTruth,    ///< majority over intervals against the true direction
  kInitial,  ///< each recording starts with the array facing the source within a half space
};

struct ReflectionOptions {
  ReflectionRule rule = ReflectionRule::kNone;
  /// kInitial: sensor axis whose half space holds the source when an interval starts.
  Eigen::Vector3f axis = Eigen::Vector3f::UnitX();
  double initial_s = 0.2;  ///< kInitial: how much of each interval's start is averaged
};

/// Reads "none", "truth", "initial:+x" (any of +x -x +y -y +z -z). @throws core::UsageError
/// otherwise
ReflectionOptions parse_reflection(const std::string& text);
/// The text that parse_reflection reads.
std::string to_string(const ReflectionOptions& options);

/// Decides the sign of `model` (whose present sign is ignored) on a recording. Each interval votes
/// once, with the sign of <predicted, expected> of its pooled direction; the margin is |for -
/// against| / votes.
/// @throws core::InputError  if the rule needs what the data lack (kTruth without true directions;
///                           no interval with bins in its first initial_s)
Reflection decide_reflection(const Model& model, const Dataset& dataset,
                             const ReflectionOptions& options, core::ThreadPool& pool);

}  // namespace csl
