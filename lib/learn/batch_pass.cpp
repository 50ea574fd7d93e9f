#include "learn/batch_pass.h"

#include <algorithm>

#include "learn/centroid.h"

namespace learn {
namespace {

/// Largest number of rows in one pass: large enough for fast matrix products, small enough to bound
/// the memory when a step uses all bins.
constexpr std::size_t kMaxBlockRows = 1024;

std::size_t block_rows_for(const TrainOptions& options) {
  const std::size_t rows = options.batch * options.bins_per_interval;
  const std::size_t per_shard = (rows + options.shards - 1) / options.shards;
  return rows == 0 ? kMaxBlockRows : std::min(kMaxBlockRows, per_shard);
}

using Row = Eigen::Map<Eigen::Vector3f>;
using ConstRow = Eigen::Map<const Eigen::Vector3f>;

double sum_of_norms(std::span<const float> r) {
  double sum = 0.0;
  for (std::size_t i = 0; i < r.size(); i += 3) {
    sum += static_cast<double>(ConstRow(r.data() + i).norm());
  }
  return sum;
}

}  // namespace

BatchPass::Shard::Shard(const nn::MlpShape& shape, std::size_t block_rows, nn::Precision precision,
                        bool with_gradient)
    : workspace(shape, block_rows, precision),
      x(block_rows * shape.input_size),
      gradient(with_gradient ? nn::parameter_count(shape) : 0) {}

BatchPass::BatchPass(const Dataset& dataset, const nn::MlpShape& shape, const TrainOptions& options,
                     core::ThreadPool& pool, bool with_gradient)
    : dataset_(dataset),
      loss_(options.loss),
      direction_weight_(options.linear_start.weight),
      pool_(pool),
      features_({options.input, dataset.microphones, dataset.max_frequency_index}) {
  for (std::size_t i = 0; i < options.shards; ++i) {
    shards_.emplace_back(shape, block_rows_for(options), options.precision, with_gradient);
  }
}

void BatchPass::cut_into_shards(const Batch& batch) {
  const std::size_t rows = batch.rows();
  for (std::size_t i = 0; i < shards_.size(); ++i) {
    shards_[i].first_row = rows * i / shards_.size();
    shards_[i].end_row = rows * (i + 1) / shards_.size();
  }
  slots_.resize(batch.interval.size());
  r_sensor_.resize(3 * rows);
  r_world_.resize(3 * rows);
  dr_.resize(3 * rows);
  scratch_.resize(3 * rows);
}

void BatchPass::forward_block(const nn::Mlp<float>& mlp, const Batch& batch, Shard& shard,
                              std::size_t first, std::size_t rows) {
  const std::size_t microphones = dataset_.microphones;
  features_.make(std::span(batch.stft).subspan(first * microphones, rows * microphones),
                 std::span(batch.frequency).subspan(first, rows), shard.x);
  mlp.forward(shard.x, rows, shard.workspace);
}

void BatchPass::forward_shard(const nn::Mlp<float>& mlp, const Batch& batch, Shard& shard) {
  for (std::size_t first = shard.first_row; first < shard.end_row; first += block_rows()) {
    const std::size_t rows = std::min(block_rows(), shard.end_row - first);
    forward_block(mlp, batch, shard, first, rows);
    std::copy_n(shard.workspace.output().begin(), 3 * rows, r_sensor_.begin() + 3 * first);
  }
}

void BatchPass::backward_shard(const nn::Mlp<float>& mlp, const Batch& batch, Shard& shard) {
  std::ranges::fill(shard.gradient, 0.0F);
  // The activations of the last block are still stored. A shard of several blocks computes the
  // activations of each block again.
  const bool kept = shard.end_row - shard.first_row <= block_rows();
  for (std::size_t first = shard.first_row; first < shard.end_row; first += block_rows()) {
    const std::size_t rows = std::min(block_rows(), shard.end_row - first);
    if (!kept) forward_block(mlp, batch, shard, first, rows);
    mlp.backward(shard.x, rows, std::span<const float>(dr_).subspan(3 * first, 3 * rows),
                 shard.workspace, shard.gradient);
  }
}

double BatchPass::interval_loss(const Batch& batch, std::size_t slot,
                                std::span<const float> r_world, std::span<float> dr) {
  const double weight = 1.0 / static_cast<double>(batch.interval.size());
  const Eigen::Vector3f truth =
      dataset_.intervals[batch.interval[slot]].direction_world.value_or(Eigen::Vector3f::Zero());
  const std::span<float> scratch =
      loss_.size() > 1 ? std::span(scratch_).subspan(3 * batch.first_row[slot], dr.size())
                       : std::span<float>();
  return mixed_loss<float>(loss_, r_world, batch.split[slot], truth, weight, dr, scratch);
}

// r_world = R r_sensor,  so  d loss / d r_sensor = R^T d loss / d r_world.
void BatchPass::slot_loss(const Batch& batch, std::size_t slot,
                          std::span<const Eigen::Vector3f> direction_world) {
  const std::size_t first = batch.first_row[slot];
  const std::size_t rows = batch.first_row[slot + 1] - first;
  const std::span<const float> r_sensor = std::span(r_sensor_).subspan(3 * first, 3 * rows);
  const std::span<float> r_world = std::span(r_world_).subspan(3 * first, 3 * rows);
  const std::span<float> dr = std::span(dr_).subspan(3 * first, 3 * rows);
  const auto R_world_sensor = [&](std::size_t i) -> const Eigen::Matrix3f& {
    return dataset_.R_world_sensor[dataset_.frame[batch.bins[first + i]]];
  };
  const std::size_t split = batch.split[slot];
  Slot& result = slots_[slot];
  result.sum = sum_rows<float>(r_sensor, 0, rows);
  result.norm_sum = sum_of_norms(r_sensor);
  const Eigen::Vector3f mean = (result.sum / static_cast<double>(rows)).cast<float>();
  for (std::size_t i = 0; i < rows; ++i) Row(r_world.data() + 3 * i) = R_world_sensor(i) * mean;
  result.constant_disagreement = sub_contrastive_loss<float>(r_world, split, 1.0, dr);
  for (std::size_t i = 0; i < rows; ++i) {
    Row(r_world.data() + 3 * i) = R_world_sensor(i) * ConstRow(r_sensor.data() + 3 * i);
  }
  result.world_sum = sum_rows<float>(r_world, 0, rows);
  const bool same = loss_.size() == 1 && loss_[0].kind == LossKind::kSubContrastive;
  if (!same) result.disagreement = sub_contrastive_loss<float>(r_world, split, 1.0, dr);
  result.loss = interval_loss(batch, slot, r_world, dr);
  if (same) result.disagreement = result.loss / loss_[0].weight;
  if (!direction_world.empty()) {
    add_direction_gradient(batch, slot, direction_world[batch.interval[slot]], r_world, dr);
  }
  for (std::size_t i = 0; i < rows; ++i) {
    Row gradient(dr.data() + 3 * i);
    gradient = (R_world_sensor(i).transpose() * gradient).eval();
  }
}

void BatchPass::add_direction_gradient(const Batch& batch, std::size_t slot,
                                       const Eigen::Vector3f& direction_world,
                                       std::span<const float> r_world, std::span<float> dr) {
  if (direction_world.isZero()) return;
  const std::span<float> extra = std::span(scratch_).subspan(3 * batch.first_row[slot], dr.size());
  supervised_loss<float>(r_world, direction_world,
                         direction_weight_ / static_cast<double>(batch.interval.size()), extra);
  for (std::size_t i = 0; i < dr.size(); ++i) dr[i] += extra[i];
}

BatchResult BatchPass::summarize(const Batch& batch) const {
  BatchResult result;
  const double intervals = static_cast<double>(slots_.size());
  const double rows = static_cast<double>(batch.rows());
  for (const Slot& slot : slots_) {
    result.loss += slot.loss / intervals;
    result.disagreement += slot.disagreement / intervals;
    result.constant_disagreement += slot.constant_disagreement / intervals;
    result.mean_output += slot.sum / rows;
    result.mean_norm += slot.norm_sum / rows;
  }
  return result;
}

BatchResult BatchPass::forward(const nn::Mlp<float>& mlp, const Batch& batch,
                               std::span<const Eigen::Vector3f> direction_world) {
  cut_into_shards(batch);
  pool_.for_each_shard(shards_.size(),
                       [&](std::size_t i) { forward_shard(mlp, batch, shards_[i]); });
  pool_.for_each_shard(slots_.size(), [&](std::size_t i) { slot_loss(batch, i, direction_world); });
  return summarize(batch);
}

void BatchPass::backward(const nn::Mlp<float>& mlp, const Batch& batch) {
  pool_.for_each_shard(shards_.size(),
                       [&](std::size_t i) { backward_shard(mlp, batch, shards_[i]); });
}

}  // namespace learn
