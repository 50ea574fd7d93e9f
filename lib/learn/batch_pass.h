/// Forward and backward pass of one batch, for training and validation.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <span>
#include <vector>

#include "core/parallel.h"
#include "learn/dataset.h"
#include "learn/network_input.h"
#include "learn/sampler.h"
#include "learn/train_options.h"
#include "nn/mlp.h"

namespace learn {

/// Losses and outputs of one batch.
struct BatchResult {
  double loss = 0.0;  ///< mean over intervals
  /// Sub-contrastive loss (C-SL paper, eq. (6)), whatever the loss of training.
  double disagreement = 0.0;
  /// Sub-contrastive loss of a network that answers each interval's mean output for all its bins.
  double constant_disagreement = 0.0;
  Eigen::Vector3d mean_output =
      Eigen::Vector3d::Zero();  ///< mean over all rows, in the sensor frame
  double mean_norm = 0.0;       ///< mean norm of the outputs
};

/// Passes batches through a network in a fixed number of shards. Sums are taken in a fixed order,
/// so that no result depends on the number of threads.
class BatchPass {
 public:
  /// @param dataset, pool   must outlive the pass
  /// @param with_gradient   false: no memory for gradients, and backward() must not be called
  BatchPass(const Dataset& dataset, const nn::MlpShape& shape, const TrainOptions& options,
            core::ThreadPool& pool, bool with_gradient);

  /// Outputs, losses and d loss / d outputs of a batch.
  /// @param direction_world  [intervals of the dataset], or empty. For an interval whose direction
  ///                         is not zero, the gradient of the supervised loss towards it, times
  ///                         LinearStartOptions::weight, is added
  /// @throws core::DivergedError if outputs vanish or are not finite
  BatchResult forward(const nn::Mlp<float>& mlp, const Batch& batch,
                      std::span<const Eigen::Vector3f> direction_world = {});

  /// Gradients of the batch's mean loss; to be called after forward() of the same batch. The
  /// gradient of the whole batch is the sum of gradient(shard) over shards.
  void backward(const nn::Mlp<float>& mlp, const Batch& batch);

  /// Sum of an interval's outputs in the world frame, of the latest forward(). Its direction is the
  /// centroid. @param slot  index into Batch::interval
  const Eigen::Vector3d& world_sum(std::size_t slot) const { return slots_[slot].world_sum; }

  std::size_t shards() const { return shards_.size(); }
  std::span<float> gradient(std::size_t shard) { return shards_[shard].gradient; }

 private:
  /// A fixed range of the rows, with the memory for their pass through the network.
  struct Shard {
    Shard(const nn::MlpShape& shape, std::size_t block_rows, nn::Precision precision,
          bool with_gradient);
    std::size_t first_row = 0;
    std::size_t end_row = 0;
    nn::MlpWorkspace<float> workspace;
    std::vector<float> x;         ///< [block rows, input_size]
    std::vector<float> gradient;  ///< [parameters]
  };
  /// Losses and sums of outputs of one interval of the batch.
  struct Slot {
    double loss = 0.0;
    double disagreement = 0.0;
    double constant_disagreement = 0.0;
    Eigen::Vector3d sum = Eigen::Vector3d::Zero();  ///< of outputs in the sensor frame
    Eigen::Vector3d world_sum = Eigen::Vector3d::Zero();
    double norm_sum = 0.0;
  };

  std::size_t block_rows() const { return shards_.front().workspace.max_rows(); }
  void cut_into_shards(const Batch& batch);
  void forward_block(const nn::Mlp<float>& mlp, const Batch& batch, Shard& shard, std::size_t first,
                     std::size_t rows);
  void forward_shard(const nn::Mlp<float>& mlp, const Batch& batch, Shard& shard);
  void backward_shard(const nn::Mlp<float>& mlp, const Batch& batch, Shard& shard);
  void slot_loss(const Batch& batch, std::size_t slot,
                 std::span<const Eigen::Vector3f> direction_world);
  double interval_loss(const Batch& batch, std::size_t slot, std::span<const float> r_world,
                       std::span<float> dr);
  /// Adds the gradient of the supervised loss towards a direction, unless the direction is zero.
  void add_direction_gradient(const Batch& batch, std::size_t slot,
                              const Eigen::Vector3f& direction_world,
                              std::span<const float> r_world, std::span<float> dr);
  BatchResult summarize(const Batch& batch) const;

  const Dataset& dataset_;
  LossMixture loss_;
  double direction_weight_;  ///< of the supervised loss towards given directions
  core::ThreadPool& pool_;
  FeatureMaker features_;
  std::vector<Shard> shards_;
  std::vector<Slot> slots_;
  std::vector<float> r_sensor_;  ///< [rows, 3]
  std::vector<float> r_world_;   ///< [rows, 3]
  std::vector<float> scratch_;   ///< [rows, 3], for mixtures of losses
  std::vector<float> dr_;        ///< [rows, 3], d loss / d r_world, then d loss / d r_sensor
};

}  // namespace learn
