/// Step rate of training against the bare matrix products of the same step, in the same run.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <vector>

#include "../csl/synthetic.h"
#include "core/parallel.h"
#include "csl/trainer.h"
#include "nn/gemm.h"

namespace {

constexpr int kRounds = 12;  ///< the best of these counts: the machine may be shared

double seconds(const std::function<void()>& body) {
  const auto start = std::chrono::steady_clock::now();
  body();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// The products of one shard's forward and backward pass, on random numbers.
class BareProducts {
 public:
  BareProducts(const nn::MlpShape& shape, std::size_t rows) : shape_(shape), rows_(rows) {
    std::size_t in = shape.input_size;
    std::size_t widest = in;
    for (const std::size_t out : sizes()) {
      weights_.emplace_back(in * out, 0.01F);
      gradients_.emplace_back(in * out, 0.0F);
      widest = std::max(widest, out);
      in = out;
    }
    for (std::size_t i = 0; i <= sizes().size(); ++i) rows_of_.emplace_back(rows * widest, 0.5F);
    scratch_.resize(rows * widest);
  }

  void run() {
    using nn::Op;
    const std::vector<std::size_t> out = sizes();
    std::size_t in = shape_.input_size;
    for (std::size_t l = 0; l < out.size(); ++l) {
      nn::gemm(nn::GemmBackend::kAuto, Op::kNone, Op::kTranspose, rows_, out[l], in, 1.0F,
               rows_of_[l].data(), in, weights_[l].data(), in, 0.0F, rows_of_[l + 1].data(),
               out[l]);
      in = out[l];
    }
    for (std::size_t l = out.size(); l-- > 0;) {
      in = l == 0 ? shape_.input_size : out[l - 1];
      nn::gemm(nn::GemmBackend::kAuto, Op::kTranspose, Op::kNone, out[l], in, rows_, 1e-9F,
               rows_of_[l + 1].data(), out[l], rows_of_[l].data(), in, 1.0F, gradients_[l].data(),
               in);
      if (l == 0) break;
      nn::gemm(nn::GemmBackend::kAuto, Op::kNone, Op::kNone, rows_, in, out[l], 1.0F,
               rows_of_[l + 1].data(), out[l], weights_[l].data(), in, 0.0F, scratch_.data(), in);
    }
  }

 private:
  std::vector<std::size_t> sizes() const {
    std::vector<std::size_t> all = shape_.hidden;
    all.push_back(shape_.output_size);
    return all;
  }

  nn::MlpShape shape_;
  std::size_t rows_;
  std::vector<std::vector<float>> weights_;
  std::vector<std::vector<float>> gradients_;
  std::vector<std::vector<float>> rows_of_;
  std::vector<float> scratch_;
};

void measure(const csl::Dataset& data, const std::vector<std::size_t>& hidden, int threads) {
  csl::TrainOptions options;
  options.hidden = hidden;
  core::ThreadPool pool(threads);
  csl::Trainer trainer(data, options, pool);
  const std::size_t rows = options.batch * options.bins_per_interval / options.shards;
  std::vector<BareProducts> products(options.shards, BareProducts(trainer.shape(), rows));
  const auto bare = [&] {
    pool.for_each_shard(options.shards, [&](std::size_t i) { products[i].run(); });
  };
  trainer.step();
  bare();
  double step_s = 1e9;
  double bare_s = 1e9;
  for (int round = 0; round < kRounds; ++round) {  // alternating, so that both meet the same noise
    step_s = std::min(step_s, seconds([&] { trainer.step(); }));
    bare_s = std::min(bare_s, seconds(bare));
  }
  const double gflop = trainer.flop_per_step() * 1e-9;
  fmt::print("{:<14} {:>7} {:>8.1f} {:>13.0f} {:>15.1f} {:>15.1f} {:>6.2f}\n",
             fmt::format("{}", fmt::join(hidden, "-")), threads, 1.0 / step_s,
             static_cast<double>(rows * options.shards) / step_s, gflop / step_s, gflop / bare_s,
             bare_s / step_s);
}

}  // namespace

int main() {
  synthetic::Options options;
  options.intervals = 32;
  const csl::Dataset data = synthetic::make_dataset(options);
  fmt::print("One training step of 8192 bins, 8 microphones, covariance input; back end {}.\n",
             nn::has_onednn() ? "oneDNN" : "Eigen");
  fmt::print("{:<14} {:>7} {:>8} {:>13} {:>15} {:>15} {:>6}\n", "network", "threads", "steps/s",
             "bins/s", "step GFLOP/s", "gemm GFLOP/s", "ratio");
  for (const std::vector<std::size_t>& hidden :
       {std::vector<std::size_t>{512, 256, 128}, std::vector<std::size_t>{1024, 512, 256}}) {
    for (const int threads : {1, 2}) measure(data, hidden, threads);
  }
  return 0;
}
