#include "formats/names.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <optional>
#include <sstream>
#include <utility>
#include <vector>

#include "core/errors.h"
#include "core/parse.h"
#include "nn/bf16.h"

namespace formats {
namespace {

template <typename Choice, std::size_t N>
using Names = std::array<std::pair<Choice, const char*>, N>;

constexpr Names<learn::InputKind, 2> kInputs = {
    {{learn::InputKind::kStft, "stft"}, {learn::InputKind::kCovariance, "covariance"}}};
constexpr Names<nn::Normalization, 2> kNormalizations = {
    {{nn::Normalization::kLayerNorm, "layer"}, {nn::Normalization::kWeightNorm, "weight"}}};
constexpr Names<learn::Optimizer, 2> kOptimizers = {
    {{learn::Optimizer::kAdam, "adam"}, {learn::Optimizer::kMuon, "muon"}}};
constexpr Names<learn::LossKind, 3> kLosses = {
    {{learn::LossKind::kSubContrastive, "sub-contrastive"},
     {learn::LossKind::kContrastive, "contrastive"},
     {learn::LossKind::kSupervised, "supervised"}}};

constexpr Names<nn::Precision, 2> kPrecisions = {
    {{nn::Precision::kFull, "f32"}, {nn::Precision::kBf16, "bf16"}}};

template <typename Choice, std::size_t N>
std::string find_name(const Names<Choice, N>& names, Choice choice) {
  for (const auto& [value, name] : names) {
    if (value == choice) return name;
  }
  throw std::logic_error("a choice without a name");
}

template <typename Choice, std::size_t N>
Choice find_choice(const Names<Choice, N>& names, const std::string& what,
                   const std::string& text) {
  std::vector<std::string> known;
  for (const auto& [value, name] : names) {
    if (text == name) return value;
    known.emplace_back(name);
  }
  throw core::UsageError(
      fmt::format("{}: expected one of {}, found \"{}\"", what, fmt::join(known, ", "), text));
}

}  // namespace

std::string name_of(learn::InputKind kind) { return find_name(kInputs, kind); }
std::string name_of(nn::Normalization kind) { return find_name(kNormalizations, kind); }
std::string name_of(learn::Optimizer kind) { return find_name(kOptimizers, kind); }
std::string name_of(learn::LossKind kind) { return find_name(kLosses, kind); }

learn::InputKind input_kind(const std::string& name) {
  return find_choice(kInputs, "--input", name);
}
nn::Normalization normalization(const std::string& name) {
  return find_choice(kNormalizations, "--normalization", name);
}
learn::Optimizer optimizer(const std::string& name) {
  return find_choice(kOptimizers, "--optimizer", name);
}
learn::LossKind loss_kind(const std::string& name) { return find_choice(kLosses, "--loss", name); }

nn::Precision precision(const std::string& name) {
  const nn::Precision found = find_choice(kPrecisions, "--precision", name);
  if (found == nn::Precision::kBf16) nn::require_bf16();
  return found;
}
std::string name_of(nn::Precision precision) { return find_name(kPrecisions, precision); }

learn::LossMixture loss_mixture(const std::string& text) {
  learn::LossMixture mixture;
  std::istringstream terms(text + "+");
  for (std::string term; std::getline(terms, term, '+');) {
    const std::size_t star = term.find('*');
    const bool weighted = star != std::string::npos;
    const std::optional<double> weight =
        weighted ? core::parse_number(term.substr(0, star)) : std::optional<double>(1.0);
    if (!weight) {
      throw core::UsageError(
          fmt::format("--loss: expected a weight before '*', found \"{}\"", term));
    }
    mixture.push_back({loss_kind(weighted ? term.substr(star + 1) : term), *weight});
  }
  return mixture;
}

std::string name_of(const learn::LossMixture& mixture) {
  std::string text;
  for (const learn::LossTerm& term : mixture) {
    if (!text.empty()) text += "+";
    if (term.weight != 1.0) text += fmt::format("{}*", term.weight);
    text += name_of(term.kind);
  }
  return text;
}

}  // namespace formats
