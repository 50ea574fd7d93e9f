#include "learn/train_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/errors.h"

namespace learn {
namespace {

void require_value(bool good, const char* option, const char* expected, double found) {
  if (!good) {
    throw core::UsageError(fmt::format("{}: expected {}, found {}", option, expected, found));
  }
}

void require_count(std::size_t value, std::size_t low, const char* option) {
  if (value < low) {
    throw core::UsageError(fmt::format("{}: expected at least {}, found {}", option, low, value));
  }
}

void validate_loss(const LossMixture& mixture) {
  require_count(mixture.size(), 1, "--loss: number of terms");
  for (std::size_t i = 0; i < mixture.size(); ++i) {
    const double weight = mixture[i].weight;
    require_value(weight > 0.0 && std::isfinite(weight), "--loss", "positive weights", weight);
    for (std::size_t j = 0; j < i; ++j) {
      if (mixture[j].kind == mixture[i].kind) {
        throw core::UsageError("--loss: expected each loss at most once");
      }
    }
  }
}

}  // namespace

void TrainOptions::validate() const {
  for (const std::size_t units : hidden) require_count(units, 1, "--hidden");
  require_value(smoothing.neighbors <= BinSmoothing::kMostNeighbors, "--smooth-bins",
                "0 (off) to 16", static_cast<double>(smoothing.neighbors));
  require_value(smoothing.group >= 1 && smoothing.group <= BinSmoothing::kLargestGroup,
                "--thin-bins", "1 (every bin) to 64", static_cast<double>(smoothing.group));
  require_count(steps, 1, "--steps");
  require_count(batch, 1, "--batch");
  require_count(shards, 1, "shards");
  if (bins_per_interval != 0) require_count(bins_per_interval, 2, "--bins-per-interval");
  require_count(min_bins, 2, "smallest number of bins");
  require_count(min_frames, 2, "smallest number of frames");
  validate_loss(loss);
  require_value(learning_rate > 0.0 && learning_rate <= 1.0, "--lr", "a rate in (0, 1]",
                learning_rate);
  require_value(floor_rate_ratio >= 0.0 && floor_rate_ratio <= 1.0, "last rate over --lr",
                "a ratio in [0, 1]", floor_rate_ratio);
  require_value(adam.beta1 >= 0.0 && adam.beta1 < 1.0, "Adam's beta1", "a number in [0, 1)",
                adam.beta1);
  require_value(adam.beta2 >= 0.0 && adam.beta2 < 1.0, "Adam's beta2", "a number in [0, 1)",
                adam.beta2);
  require_value(adam.epsilon > 0.0, "Adam's epsilon", "a positive number", adam.epsilon);
  require_value(muon.momentum >= 0.0 && muon.momentum < 1.0, "Muon's momentum",
                "a number in [0, 1)", muon.momentum);
  require_value(muon.step_rms > 0.0, "Muon's step", "a positive number", muon.step_rms);
  require_value(centering.share >= 0.0 && centering.share <= 1.0, "centering share",
                "a share in [0, 1]", centering.share);
  require_value(centering.until_ratio > 0.0 && centering.until_ratio < 1.0, "centering ratio",
                "a ratio in (0, 1)", centering.until_ratio);
  require_value(centering.relapse_ratio > centering.until_ratio, "relapse ratio",
                "more than the centering ratio", centering.relapse_ratio);
  require_value(linear_start.weight > 0.0, "weight of the linear start", "a positive weight",
                linear_start.weight);
  require_value(linear_start.until_ratio > 0.0 && linear_start.until_ratio <= centering.until_ratio,
                "ratio of the linear start", "a ratio in (0, centering ratio]",
                linear_start.until_ratio);
  for (const double rate : {centering.highest_rate_muon, centering.highest_rate_adam}) {
    require_value(rate > 0.0, "rate on the initial plateau", "a positive rate", rate);
  }
  require_value(min_split_ratio > 0.0 && min_split_ratio <= max_split_ratio, "split ratio",
                "0 < smallest <= largest", min_split_ratio);
  require_value(std::isfinite(max_split_ratio), "split ratio", "a finite largest ratio",
                max_split_ratio);
}

double TrainOptions::highest_rate(const StartProgress& start) const {
  return std::ldexp(learning_rate, -static_cast<int>(start.halvings));
}

double TrainOptions::scheduled_rate(std::uint64_t step, double highest) const {
  const double done = static_cast<double>(step);
  if (step < warmup_steps) return highest * (done + 1.0) / static_cast<double>(warmup_steps);
  if (schedule == RateSchedule::kConstant || steps <= warmup_steps) return highest;
  const double progress = std::min(
      1.0, (done - static_cast<double>(warmup_steps)) / static_cast<double>(steps - warmup_steps));
  const double share = 0.5 * (1.0 + std::cos(std::numbers::pi * progress));
  return highest * (floor_rate_ratio + (1.0 - floor_rate_ratio) * share);
}

double TrainOptions::slow_rate(std::uint64_t step, const StartProgress& start) const {
  const double highest_slow =
      optimizer == Optimizer::kMuon ? centering.highest_rate_muon : centering.highest_rate_adam;
  return scheduled_rate(step, std::min(highest_rate(start), highest_slow));
}

double TrainOptions::learning_rate_at(std::uint64_t step, const StartProgress& start) const {
  const double highest = highest_rate(start);
  const double full = scheduled_rate(step, highest);
  if (!centering.enabled) return full;
  const double slow = slow_rate(step, start);
  if (!start.left) return slow;
  const double since = static_cast<double>(step - std::min(step, *start.left));
  const double risen = rise_steps == 0 ? 1.0 : since / static_cast<double>(rise_steps);
  return slow + std::min(1.0, risen) * (full - slow);
}

StartProgress TrainOptions::after_relapse(std::uint64_t step, const StartProgress& start) const {
  const double full = scheduled_rate(step, highest_rate(start));
  const bool risen = learning_rate_at(step, start) >= 0.5 * (slow_rate(step, start) + full);
  const bool to_blame = risen || start.began > 0;
  return {std::nullopt, start.halvings + (to_blame ? 1 : 0), step};
}

TrainOptions paper_preset() {
  TrainOptions options;
  options.hidden = {1024, 512, 256};
  options.input = InputKind::kStft;
  options.smoothing = {0, 1};
  options.normalization = nn::Normalization::kWeightNorm;
  options.optimizer = Optimizer::kAdam;
  options.learning_rate = 1e-5;
  options.schedule = RateSchedule::kConstant;
  options.warmup_steps = 0;
  options.batch = 8;
  options.bins_per_interval = 0;
  options.linear_start.steps = 0;
  return options;
}

TrainOptions fast_preset() { return TrainOptions{}; }

}  // namespace learn
