#include "doa/baseline_registry.h"

#include <fmt/format.h>

#include <vector>

#include "core/errors.h"
#include "core/name_list.h"
#include "doa/lsdd.h"
#include "doa/music.h"
#include "doa/srp_phat.h"

namespace doa {

std::span<const BaselineMethod> baseline_methods() {
  static const std::vector<BaselineMethod> methods = {srp_phat_method(), srp_phat_first_method(),
                                                      lsdd_method(), music_method()};
  return methods;
}

const BaselineMethod& baseline_method(const std::string& name) {
  std::vector<std::string> names;
  for (const BaselineMethod& method : baseline_methods()) {
    if (name == method.name) return method;
    names.emplace_back(method.name);
  }
  throw core::UsageError(
      fmt::format("--baselines: expected {}, found \"{}\"", core::name_list(names), name));
}

std::string baseline_help() {
  std::string text;
  for (const BaselineMethod& method : baseline_methods()) {
    text += fmt::format("{}{} ({}, {}:{} Hz)", text.empty() ? "" : ", ", method.name, method.help,
                        method.options.min_hz, method.options.max_hz);
  }
  return text;
}

}  // namespace doa
