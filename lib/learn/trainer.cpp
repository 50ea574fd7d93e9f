#include "learn/trainer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/errors.h"
#include "learn/batch_feed.h"
#include "learn/batch_pass.h"
#include "learn/linear_start.h"
#include "learn/optimizer_step.h"

namespace learn {
namespace {

constexpr double kSmoothing = 0.05;

void require_truth(const Dataset& dataset) {
  for (const Interval& interval : dataset.intervals) {
    if (!interval.direction_world) {
      throw core::InputError(
          "training data: the supervised loss needs the true direction of every interval; use "
          "--loss sub-contrastive");
    }
  }
}

FeatureRecipe feature_recipe(const Dataset& dataset, const TrainOptions& options) {
  return {options.input, dataset.microphones, dataset.max_frequency_index, options.smoothing};
}

}  // namespace

nn::MlpShape network_shape(const Dataset& dataset, const TrainOptions& options) {
  options.validate();
  dataset.validate();
  if (uses(options.loss, LossKind::kSupervised)) require_truth(dataset);
  const FeatureRecipe recipe = feature_recipe(dataset, options);
  return {recipe.input_size(), options.hidden, 3, options.normalization};
}

struct Trainer::Impl {
  Impl(const Dataset& data, const TrainOptions& train_options, core::ThreadPool& thread_pool)
      : dataset(data),
        options(train_options),
        pool(thread_pool),
        mlp(network_shape(data, train_options), train_options.backend, train_options.precision),
        feed(data, train_options, thread_pool.threads()),
        pass(data, mlp.shape(), train_options, thread_pool, true),
        optimizer(mlp.shape(), train_options) {
    mlp.initialize(options.seed);
  }

  /// Directions of the linear start, [intervals]; empty after its end (LinearStartOptions).
  std::span<const Eigen::Vector3f> targets();
  double smoothed_contrast() const;
  /// Takes a batch into the smoothed losses and decides whether training has left the initial
  /// plateau or is back there. @throws core::DivergedError if the loss is not finite
  void observe(const BatchResult& result);
  /// Figures of a step, after observe().
  StepReport report(const BatchResult& result, std::size_t rows) const;
  void center(const Eigen::Vector3d& mean);

  const Dataset& dataset;
  TrainOptions options;
  core::ThreadPool& pool;
  nn::Mlp<float> mlp;
  BatchFeed feed;
  std::size_t latest_rows = 0;  ///< number of bins in the latest batch
  BatchPass pass;
  OptimizerStep optimizer;

  std::uint64_t steps_done = 0;
  double smoothed_loss = 0.0;
  double smoothed_disagreement = 0.0;
  double smoothed_constant = 0.0;
  StartProgress start;
  /// Directions of the linear start, once computed.
  std::optional<std::vector<Eigen::Vector3f>> linear;
};

std::span<const Eigen::Vector3f> Trainer::Impl::targets() {
  if (start.left || steps_done - start.began >= options.linear_start.steps ||
      uses(options.loss, LossKind::kSupervised)) {
    return {};
  }
  if (!linear) linear = linear_directions(dataset, pool);
  return *linear;
}

/// Contrast of the smoothed losses; 1 before the first step.
double Trainer::Impl::smoothed_contrast() const {
  return smoothed_constant > 0.0 ? smoothed_disagreement / smoothed_constant : 1.0;
}

void Trainer::Impl::observe(const BatchResult& result) {
  if (!std::isfinite(result.loss)) {
    throw core::DivergedError(fmt::format(
        "training: the loss is no longer finite after step {}; lower --lr", steps_done));
  }
  const double keep = steps_done == 0 ? 0.0 : 1.0 - kSmoothing;
  const auto smooth = [keep](double& average, double value) {
    average = keep * average + (1.0 - keep) * value;
  };
  smooth(smoothed_loss, result.loss);
  smooth(smoothed_disagreement, result.disagreement);
  smooth(smoothed_constant, result.constant_disagreement);
  const double contrast = smoothed_contrast();
  const double until =
      targets().empty() ? options.centering.until_ratio : options.linear_start.until_ratio;
  if (!start.left && contrast < until) {
    start.left = steps_done;
  } else if (start.left && contrast > options.centering.relapse_ratio) {
    start = options.after_relapse(steps_done, start);
  }
}

StepReport Trainer::Impl::report(const BatchResult& result, std::size_t rows) const {
  StepReport step;
  step.step = steps_done + 1;
  step.loss = result.loss;
  step.smoothed_loss = smoothed_loss;
  step.contrast = smoothed_contrast();
  step.saddle = result.mean_output.norm() / std::max(result.mean_norm, 1e-30);
  step.learning_rate = options.learning_rate_at(steps_done, start);
  step.centering = options.centering.enabled && !start.left;
  step.bins = rows;
  return step;
}

void Trainer::Impl::center(const Eigen::Vector3d& mean) {
  const double share = steps_done == 0 ? 1.0 : options.centering.share;
  const std::span<float> bias = mlp.head_bias();
  for (std::size_t k = 0; k < 3; ++k) {
    bias[k] -= static_cast<float>(share * mean[static_cast<int>(k)]);
  }
}

Trainer::Trainer(const Dataset& dataset, const TrainOptions& options, core::ThreadPool& pool)
    : impl_(std::make_unique<Impl>(dataset, options, pool)) {}

Trainer::~Trainer() = default;

StepReport Trainer::step() {
  Impl& self = *impl_;
  const Batch& batch = self.feed.next(self.steps_done);
  const BatchResult result = self.pass.forward(self.mlp, batch, self.targets());
  self.observe(result);
  const StepReport report = self.report(result, batch.rows());
  self.pass.backward(self.mlp, batch);
  self.latest_rows = batch.rows();
  self.optimizer.update(self.mlp, self.pass, report.step, report.learning_rate, self.pool);
  if (report.centering) self.center(result.mean_output);
  ++self.steps_done;
  return report;
}

std::uint64_t Trainer::steps_done() const { return impl_->steps_done; }

void Trainer::set_total_steps(std::size_t steps) {
  if (steps < impl_->steps_done || steps == 0) {
    throw core::UsageError(fmt::format("--steps: expected at least the {} steps done, found {}",
                                       std::max<std::uint64_t>(1, impl_->steps_done), steps));
  }
  impl_->options.steps = steps;
}

bool Trainer::converged() const {
  const CenteringOptions& centering = impl_->options.centering;
  const double highest = impl_->start.left ? centering.lost_ratio : centering.until_ratio;
  return impl_->smoothed_contrast() < highest || uses(impl_->options.loss, LossKind::kSupervised);
}

void Trainer::require_converged() const {
  if (converged()) return;
  const std::string found = fmt::format(
      "training: after {} steps the loss between the sub-intervals is {:.3g}, and that of "
      "answering one direction for all sounds is {:.3g}: ",
      impl_->steps_done, impl_->smoothed_disagreement, impl_->smoothed_constant);
  if (impl_->start.left) {
    throw core::DivergedError(fmt::format(
        "{}training left the initial plateau at step {} and is back there: the map is lost. Use "
        "--loss sub-contrastive (with reverberation the pairwise loss can be lower on the "
        "plateau), "
        "a lower --lr, or --valid, which keeps the best weights",
        found, *impl_->start.left));
  }
  throw core::DivergedError(fmt::format(
      "{}nothing was learned, training is still on the initial plateau. Train longer (--minutes, "
      "--steps), leave out bins of microphone noise (csl-features --noise-margin 10), try --input "
      "covariance or another "
      "--seed, and make sure that the recording turns about more than one axis and that its "
      "orientation belongs to its audio",
      found));
}

double Trainer::disagreement_rad() const {
  // A chord of unit vectors: |c_1 - c_2| = 2 sin(angle / 2).
  return 2.0 * std::asin(std::min(1.0, 0.5 * std::sqrt(impl_->smoothed_disagreement)));
}

TrainerState Trainer::state() const {
  const std::span<const float> parameters = impl_->mlp.parameters();
  return {impl_->steps_done,
          impl_->options.steps,
          impl_->smoothed_loss,
          impl_->smoothed_disagreement,
          impl_->smoothed_constant,
          impl_->start,
          {parameters.begin(), parameters.end()},
          impl_->optimizer.moment1,
          impl_->optimizer.moment2};
}

void Trainer::restore(const TrainerState& state) {
  const std::size_t count = impl_->mlp.parameters().size();
  for (const std::vector<float>* values : {&state.parameters, &state.moment1, &state.moment2}) {
    if (values->size() != count || !all_finite(*values)) {
      throw core::InputError(fmt::format(
          "checkpoint: expected {} finite numbers, found {} or one that is not finite: it belongs "
          "to another network or is damaged",
          count, values->size()));
    }
  }
  if (state.steps_done > state.total_steps || state.total_steps == 0) {
    throw core::InputError(fmt::format("checkpoint: {} of {} steps done is not possible",
                                       state.steps_done, state.total_steps));
  }
  impl_->steps_done = state.steps_done;
  impl_->options.steps = state.total_steps;
  impl_->smoothed_loss = state.smoothed_loss;
  impl_->smoothed_disagreement = state.smoothed_disagreement;
  impl_->smoothed_constant = state.smoothed_constant;
  impl_->start = state.start;
  std::ranges::copy(state.parameters, impl_->mlp.parameters().begin());
  impl_->optimizer.moment1 = state.moment1;
  impl_->optimizer.moment2 = state.moment2;
}

const TrainOptions& Trainer::options() const { return impl_->options; }
std::size_t Trainer::usable_intervals() const { return impl_->feed.sampler().usable(); }
std::size_t Trainer::skipped_intervals() const { return impl_->feed.sampler().skipped(); }
const nn::MlpShape& Trainer::shape() const { return impl_->mlp.shape(); }

double Trainer::flop_per_step() const {
  // Three products a layer: forward, gradient of the weights, gradient of the inputs. The first
  // layer has no gradient of the inputs.
  const nn::MlpShape& network = shape();
  const std::size_t first_units = network.hidden.empty() ? 3 : network.hidden.front();
  const double first_layer =
      2.0 * static_cast<double>(network.input_size) * static_cast<double>(first_units);
  const std::size_t planned = impl_->options.batch * impl_->options.bins_per_interval;
  const std::size_t rows = planned == 0 ? impl_->latest_rows : planned;
  return static_cast<double>(rows) * (3.0 * nn::forward_flop_per_row(network) - first_layer);
}

Model Trainer::model() const {
  Model model;
  model.shape = shape();
  model.recipe = feature_recipe(impl_->dataset, options());
  const std::span<const float> parameters = impl_->mlp.parameters();
  model.parameters.assign(parameters.begin(), parameters.end());
  return model;
}

}  // namespace learn
