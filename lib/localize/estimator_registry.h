/// The list of window estimators. Options, help texts, messages and the factory all read it.
/// A new estimator is a header, a source file, and a line in the list.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "localize/window_estimator.h"

namespace localize {

/// All estimators, in the order in which help texts name them.
std::span<const EstimatorKind> estimator_kinds();

/// @throws core::UsageError  if there is no such estimator; the message lists all names
const EstimatorKind& estimator_kind(const std::string& name);

/// Names of the estimators for which `property` is true.
std::vector<std::string> estimators_with(bool EstimatorKind::*property);

/// A table for `csl-infer --help`: every estimator, what it finds and what it needs.
std::string estimator_table();

/// Checks name and options before any work. @throws core::UsageError
void check_window_estimator(const std::string& name, const EstimatorSetup& setup);

/// Checks that an estimator works with what is given: a known array without a model, or a model.
/// @throws core::UsageError
void check_knowledge(const std::string& name, bool known_array);

/// @throws core::UsageError  as check_window_estimator()
/// @throws core::InputError  if the estimator needs responses and the setup has none
std::unique_ptr<WindowEstimator> make_window_estimator(const std::string& name,
                                                       const EstimatorSetup& setup);

}  // namespace localize
