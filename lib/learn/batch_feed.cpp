#include "learn/batch_feed.h"

namespace learn {

BatchFeed::~BatchFeed() {
  if (making_.valid()) making_.wait();
}

const Batch& BatchFeed::next(std::uint64_t step) {
  Batch& batch = batches_[step % 2];
  const bool begun = making_.valid();
  if (begun) making_.get();
  if (!begun || ready_step_ != step) sampler_.draw(step, batch);
  ready_step_ = step + 1;
  Batch& following = batches_[(step + 1) % 2];
  making_ = std::async(std::launch::async,
                       [this, step, &following] { sampler_.draw(step + 1, following); });
  return batch;
}

}  // namespace learn
