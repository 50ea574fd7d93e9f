/// The list of baselines. Options, help texts, messages and csl-eval's runs all read it.
/// A new baseline is a header, a source file, and a line in the list.
#pragma once

#include <span>
#include <string>

#include "doa/baseline_method.h"

namespace doa {

/// All baselines, in the order in which help texts name them.
std::span<const BaselineMethod> baseline_methods();

/// @throws core::UsageError  if there is no such baseline; the message lists all names
const BaselineMethod& baseline_method(const std::string& name);

/// Every name with its help and its band: "srp-phat (steered response power, 340:6000 Hz), ...".
std::string baseline_help();

}  // namespace doa
