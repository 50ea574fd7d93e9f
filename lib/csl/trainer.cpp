#include "csl/trainer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/errors.h"
#include "csl/sampler.h"

namespace csl {
namespace {

/// Rows that go through the network at once: large enough for the matrix products, small enough
/// that memory stays bounded when a step takes all bins.
constexpr std::size_t kMaxBlockRows = 1024;
/// Parameters that one thread sums over shards and steps at a time.
constexpr std::size_t kParameterRange = 16384;
constexpr double kSmoothing = 0.05;

}  // namespace

struct Trainer::Impl {
  /// A fixed piece of each step's rows, with the memory to carry them through the network.
  struct Shard {
    Shard(const nn::MlpShape& shape, std::size_t block_rows)
        : workspace(shape, block_rows),
          x(block_rows * shape.input_size),
          gradient(nn::parameter_count(shape)) {}
    std::size_t first_row = 0;
    std::size_t end_row = 0;
    nn::MlpWorkspace<float> workspace;
    std::vector<float> x;         ///< [block rows, input_size]
    std::vector<float> gradient;  ///< [parameters]
  };
  /// What the loss pass finds out about one interval of the batch.
  struct Slot {
    double loss = 0.0;
    double norm_sum = 0.0;  ///< of outputs
    Eigen::Vector3d sum = Eigen::Vector3d::Zero();
  };

  Impl(const Dataset& data, const TrainOptions& train_options, core::ThreadPool& thread_pool);

  std::size_t block_rows() const { return shards.front().workspace.max_rows(); }
  void cut_into_shards();
  void forward_block(Shard& shard, std::size_t first, std::size_t rows);
  void forward(Shard& shard);
  void backward(Shard& shard);
  void slot_loss(std::size_t slot);
  double interval_loss(const Interval& interval, std::size_t slot, std::span<float> r_world,
                       std::span<float> dr);
  void update_parameters(double learning_rate);
  void update_range(std::size_t first, std::size_t count, double learning_rate);
  StepReport summarise();
  void centre(StepReport& report, const Eigen::Vector3d& mean);

  const Dataset& dataset;
  TrainOptions options;
  core::ThreadPool& pool;
  FeatureMaker features;
  nn::Mlp<float> mlp;
  Sampler sampler;
  double left_saddle_below;

  Batch batch;
  std::vector<Shard> shards;
  std::vector<Slot> slots;
  std::vector<float> r;  ///< [rows, 3]: outputs, first in the sensor frame, then in the world frame
  std::vector<float> dr;  ///< [rows, 3]: d loss / d output in the sensor frame
  Eigen::Vector3d output_mean = Eigen::Vector3d::Zero();

  std::uint64_t steps_done = 0;
  std::vector<float> moment1;
  std::vector<float> moment2;
  double smoothed_loss = 0.0;
  bool left_saddle = false;
};

namespace {

FeatureRecipe recipe_of(const Dataset& dataset, const TrainOptions& options) {
  options.validate();
  dataset.validate();
  return {options.input, dataset.microphones, dataset.max_frequency_index};
}

}  // namespace

Trainer::Impl::Impl(const Dataset& data, const TrainOptions& train_options,
                    core::ThreadPool& thread_pool)
    : dataset(data),
      options(train_options),
      pool(thread_pool),
      features(recipe_of(data, train_options)),
      mlp({features.input_size(), options.hidden, 3, options.normalization}, options.backend),
      sampler(data, options),
      left_saddle_below(options.centring.until_loss > 0.0 ? options.centring.until_loss
                                                          : saddle_loss(options.loss)),
      slots(options.batch),
      moment1(mlp.parameters().size()),
      moment2(mlp.parameters().size()) {
  for (const Interval& interval : data.intervals) {
    if (options.loss == LossKind::kSupervised && !interval.direction_world) {
      throw core::InputError(
          "training data: the supervised loss needs the true direction of every interval; use "
          "--loss sub-contrastive");
    }
  }
  mlp.initialise(options.seed);
  const std::size_t rows = options.batch * options.bins_per_interval;
  const std::size_t per_shard = (rows + options.shards - 1) / options.shards;
  const std::size_t block = rows == 0 ? kMaxBlockRows : std::min(kMaxBlockRows, per_shard);
  for (std::size_t i = 0; i < options.shards; ++i) shards.emplace_back(mlp.shape(), block);
}

void Trainer::Impl::cut_into_shards() {
  const std::size_t rows = batch.rows();
  for (std::size_t i = 0; i < shards.size(); ++i) {
    shards[i].first_row = rows * i / shards.size();
    shards[i].end_row = rows * (i + 1) / shards.size();
  }
  r.resize(3 * rows);
  dr.resize(3 * rows);
}

void Trainer::Impl::forward_block(Shard& shard, std::size_t first, std::size_t rows) {
  features.gather(dataset.stft, dataset.frequency, std::span(batch.bins).subspan(first, rows),
                  shard.x);
  mlp.forward(shard.x, rows, shard.workspace);
}

void Trainer::Impl::forward(Shard& shard) {
  for (std::size_t first = shard.first_row; first < shard.end_row; first += block_rows()) {
    const std::size_t rows = std::min(block_rows(), shard.end_row - first);
    forward_block(shard, first, rows);
    std::copy_n(shard.workspace.output().begin(), 3 * rows, r.begin() + 3 * first);
  }
}

void Trainer::Impl::backward(Shard& shard) {
  std::ranges::fill(shard.gradient, 0.0F);
  // Activations of a shard of one block are still there; larger shards make them again, block by
  // block.
  const bool kept = shard.end_row - shard.first_row <= block_rows();
  for (std::size_t first = shard.first_row; first < shard.end_row; first += block_rows()) {
    const std::size_t rows = std::min(block_rows(), shard.end_row - first);
    if (!kept) forward_block(shard, first, rows);
    mlp.backward(shard.x, rows, std::span<const float>(dr).subspan(3 * first, 3 * rows),
                 shard.workspace, shard.gradient);
  }
}

double Trainer::Impl::interval_loss(const Interval& interval, std::size_t slot,
                                    std::span<float> r_world, std::span<float> dr_world) {
  const double weight = 1.0 / static_cast<double>(options.batch);
  switch (options.loss) {
    case LossKind::kContrastive:
      return contrastive_loss<float>(r_world, weight, dr_world);
    case LossKind::kSupervised:
      return supervised_loss<float>(r_world, *interval.direction_world, weight, dr_world);
    case LossKind::kSubContrastive:
      break;
  }
  return sub_contrastive_loss<float>(r_world, batch.split[slot], weight, dr_world);
}

// r_world = R r_sensor,  so  d loss / d r_sensor = R^T d loss / d r_world.
void Trainer::Impl::slot_loss(std::size_t slot) {
  const std::size_t first = batch.first_row[slot];
  const std::size_t end = batch.first_row[slot + 1];
  Slot& result = slots[slot];
  result.sum.setZero();
  result.norm_sum = 0.0;
  for (std::size_t i = first; i < end; ++i) {
    Eigen::Map<Eigen::Vector3f> direction(r.data() + 3 * i);
    result.sum += direction.cast<double>();
    result.norm_sum += static_cast<double>(direction.norm());
    direction = (dataset.R_world_sensor[dataset.frame[batch.bins[i]]] * direction).eval();
  }
  result.loss = interval_loss(dataset.intervals[batch.interval[slot]], slot,
                              std::span(r).subspan(3 * first, 3 * (end - first)),
                              std::span(dr).subspan(3 * first, 3 * (end - first)));
  for (std::size_t i = first; i < end; ++i) {
    Eigen::Map<Eigen::Vector3f> gradient(dr.data() + 3 * i);
    gradient = (dataset.R_world_sensor[dataset.frame[batch.bins[i]]].transpose() * gradient).eval();
  }
}

void Trainer::Impl::update_range(std::size_t first, std::size_t count, double learning_rate) {
  const std::span<float> total = std::span(shards.front().gradient).subspan(first, count);
  for (std::size_t s = 1; s < shards.size(); ++s) {
    const float* __restrict part = shards[s].gradient.data() + first;
    float* __restrict sum = total.data();
    for (std::size_t i = 0; i < count; ++i) sum[i] += part[i];
  }
  const std::span<float> parameters = mlp.parameters().subspan(first, count);
  nn::adam_step<float>(options.adam, steps_done + 1, learning_rate, total, parameters,
                       std::span(moment1).subspan(first, count),
                       std::span(moment2).subspan(first, count));
  if (!std::ranges::all_of(parameters, [](float p) { return std::isfinite(p); })) {
    throw core::DivergedError(fmt::format(
        "training: a weight is no longer finite after step {}; lower --lr", steps_done + 1));
  }
}

void Trainer::Impl::update_parameters(double learning_rate) {
  const std::size_t count = mlp.parameters().size();
  const std::size_t ranges = (count + kParameterRange - 1) / kParameterRange;
  pool.for_each_shard(ranges, [&](std::size_t i) {
    const std::size_t first = i * kParameterRange;
    update_range(first, std::min(kParameterRange, count - first), learning_rate);
  });
}

StepReport Trainer::Impl::summarise() {
  StepReport report;
  Slot total;
  for (const Slot& slot : slots) {
    total.loss += slot.loss;
    total.sum += slot.sum;
    total.norm_sum += slot.norm_sum;
  }
  const double rows = static_cast<double>(batch.rows());
  output_mean = total.sum / rows;
  report.loss = total.loss / static_cast<double>(slots.size());
  report.saddle = output_mean.norm() / std::max(total.norm_sum / rows, 1e-30);
  report.bins = batch.rows();
  if (!std::isfinite(report.loss)) {
    throw core::DivergedError(fmt::format(
        "training: the loss is no longer finite after step {}; lower --lr", steps_done));
  }
  smoothed_loss =
      steps_done == 0 ? report.loss : (1.0 - kSmoothing) * smoothed_loss + kSmoothing * report.loss;
  report.smoothed_loss = smoothed_loss;
  left_saddle = left_saddle || smoothed_loss < left_saddle_below;
  return report;
}

void Trainer::Impl::centre(StepReport& report, const Eigen::Vector3d& mean) {
  report.centring = options.centring.enabled && !left_saddle;
  if (!report.centring) return;
  const double share = steps_done == 0 ? 1.0 : options.centring.share;
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
  self.sampler.draw(self.steps_done, self.batch);
  self.cut_into_shards();
  self.pool.for_each_shard(self.shards.size(),
                           [&](std::size_t i) { self.forward(self.shards[i]); });
  self.pool.for_each_shard(self.slots.size(), [&](std::size_t i) { self.slot_loss(i); });
  StepReport report = self.summarise();
  self.pool.for_each_shard(self.shards.size(),
                           [&](std::size_t i) { self.backward(self.shards[i]); });
  report.learning_rate = self.options.learning_rate_at(self.steps_done);
  self.update_parameters(report.learning_rate);
  self.centre(report, self.output_mean);
  report.step = ++self.steps_done;
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

void Trainer::require_converged() const {
  if (impl_->left_saddle) return;
  throw core::DivergedError(fmt::format(
      "training: after {} steps the loss is {:.3f}, never below {:.2f}: the network still answers "
      "one "
      "direction for every sound. Train longer (--minutes, --steps), try --input covariance or "
      "another --seed, and make sure that the recording turns about more than one axis and that "
      "its "
      "orientation belongs to its audio",
      impl_->steps_done, impl_->smoothed_loss, impl_->left_saddle_below));
}

const TrainOptions& Trainer::options() const { return impl_->options; }
std::size_t Trainer::usable_intervals() const { return impl_->sampler.usable(); }
std::size_t Trainer::skipped_intervals() const { return impl_->sampler.skipped(); }
const nn::MlpShape& Trainer::shape() const { return impl_->mlp.shape(); }

double Trainer::flop_per_step() const {
  // Forward, gradient by weights and gradient by inputs, the last not for the first layer.
  const nn::MlpShape& network = shape();
  const std::size_t first_units = network.hidden.empty() ? 3 : network.hidden.front();
  const double first_layer =
      2.0 * static_cast<double>(network.input_size) * static_cast<double>(first_units);
  const double rows =
      impl_->options.bins_per_interval == 0
          ? static_cast<double>(impl_->batch.rows())
          : static_cast<double>(impl_->options.batch * impl_->options.bins_per_interval);
  return rows * (3.0 * nn::forward_flop_per_row(network) - first_layer);
}

Model Trainer::model() const {
  Model model;
  model.shape = impl_->mlp.shape();
  model.recipe = impl_->features.recipe();
  const std::span<const float> parameters = impl_->mlp.parameters();
  model.parameters.assign(parameters.begin(), parameters.end());
  return model;
}

}  // namespace csl
