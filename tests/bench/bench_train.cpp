/// Step rate of training against the bare matrix products of the same step, in the same run.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <vector>

#include "core/parallel.h"
#include "learn/synthetic.h"
#include "learn/trainer.h"
#include "nn/bf16.h"
#include "nn/gemm.h"

namespace {

constexpr int kRounds = 12;  ///< the best of these counts: the machine may be shared

double seconds(const std::function<void()>& body) {
  const auto start = std::chrono::steady_clock::now();
  body();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// The products of one shard's forward and backward pass, on constants.
class BareProducts {
 public:
  BareProducts(const nn::MlpShape& shape, std::size_t rows, nn::Precision precision)
      : shape_(shape), rows_(rows), bf16_(precision == nn::Precision::kBf16) {
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
    operand_.assign(std::max(rows, widest) * widest, 0x3c00);  // about 0.008
  }

  void run() {
    const std::vector<std::size_t> out = sizes();
    std::size_t in = shape_.input_size;
    for (std::size_t l = 0; l < out.size(); ++l) {
      product(view(rows_of_[l], rows_, in), view(weights_[l], out[l], in).transpose(), 0.0F,
              nn::matrix_view(rows_of_[l + 1].data(), rows_, out[l]));
      in = out[l];
    }
    for (std::size_t l = out.size(); l-- > 0;) {
      in = l == 0 ? shape_.input_size : out[l - 1];
      product(view(rows_of_[l + 1], rows_, out[l]).transpose(), view(rows_of_[l], rows_, in), 1.0F,
              nn::matrix_view(gradients_[l].data(), out[l], in));
      if (l == 0) break;
      product(view(rows_of_[l + 1], rows_, out[l]), view(weights_[l], out[l], in), 0.0F,
              nn::matrix_view(scratch_.data(), rows_, in));
    }
  }

 private:
  std::vector<std::size_t> sizes() const {
    std::vector<std::size_t> all = shape_.hidden;
    all.push_back(shape_.output_size);
    return all;
  }

  nn::Operand<float> view(const std::vector<float>& values, std::size_t rows,
                          std::size_t cols) const {
    return {nn::matrix_view(values.data(), rows, cols), operand_.data()};
  }

  void product(const nn::Operand<float>& a, const nn::Operand<float>& b, float beta,
               nn::MatrixView<float> c) {
    if (bf16_) {
      nn::gemm_bf16(a.rounded_view(), b.rounded_view(), beta != 0.0F, c);
      return;
    }
    // A tiny factor keeps the sums of repeated products from growing.
    nn::gemm(nn::GemmBackend::kAuto, a.full, b.full, c, beta == 0.0F ? 1.0F : 1e-9F, beta);
  }

  nn::MlpShape shape_;
  std::size_t rows_;
  bool bf16_;
  std::vector<std::vector<float>> weights_;
  std::vector<std::vector<float>> gradients_;
  std::vector<std::vector<float>> rows_of_;
  std::vector<float> scratch_;
  std::vector<nn::Bf16> operand_;  ///< stands for every operand in bfloat16
};

/// Steps and the bare products of their passes, in turns, so that all meet the same noise.
struct Contest {
  Contest(const learn::Dataset& data, const learn::TrainOptions& options, core::ThreadPool& threads)
      : pool(threads), trainer(data, options, threads) {
    const std::size_t rows = options.batch * options.bins_per_interval / options.shards;
    products.assign(options.shards, BareProducts(trainer.shape(), rows, options.precision));
  }
  void run() {
    step_s = std::min(step_s, seconds([&] { trainer.step(); }));
    bare_s =
        std::min(bare_s, seconds([&] {
                   pool.for_each_shard(products.size(), [&](std::size_t i) { products[i].run(); });
                 }));
  }
  /// @param f32_s  a step of the same optimizer in f32
  void print(double f32_s) const {
    const learn::TrainOptions& options = trainer.options();
    const double gflop = trainer.flop_per_step() * 1e-9;
    const double bins = static_cast<double>(options.batch * options.bins_per_interval);
    fmt::print(
        "{:<14} {:<9} {:<9} {:>7} {:>8.1f} {:>9.0f} {:>13.1f} {:>13.1f} {:>10.2f} {:>7.2f}\n",
        fmt::format("{}", fmt::join(options.hidden, "-")),
        options.optimizer == learn::Optimizer::kMuon ? "muon" : "adam",
        options.precision == nn::Precision::kBf16 ? "bf16" : "f32", pool.threads(), 1.0 / step_s,
        bins / step_s, gflop / step_s, gflop / bare_s, bare_s / step_s, f32_s / step_s);
  }

  core::ThreadPool& pool;
  learn::Trainer trainer;
  std::vector<BareProducts> products;
  double step_s = 1e9;
  double bare_s = 1e9;
};

void measure(const learn::Dataset& data, const std::vector<std::size_t>& hidden, int threads) {
  learn::TrainOptions options;
  options.hidden = hidden;
  core::ThreadPool pool(threads);
  std::vector<std::unique_ptr<Contest>> contests;  // f32, then bf16 where it can be had
  for (const learn::Optimizer optimizer : {learn::Optimizer::kAdam, learn::Optimizer::kMuon}) {
    options.optimizer = optimizer;
    for (const nn::Precision precision : {nn::Precision::kFull, nn::Precision::kBf16}) {
      if (precision == nn::Precision::kBf16 && !nn::has_bf16()) continue;
      options.precision = precision;
      contests.push_back(std::make_unique<Contest>(data, options, pool));
    }
  }
  for (int round = 0; round < kRounds; ++round) {
    for (const auto& contest : contests) contest->run();
  }
  double f32_s = 0.0;
  for (const auto& contest : contests) {
    if (contest->trainer.options().precision == nn::Precision::kFull) f32_s = contest->step_s;
    contest->print(f32_s);
  }
}

}  // namespace

int main() {
  synthetic::Options options;
  options.intervals = 32;
  const learn::Dataset data = synthetic::make_dataset(options);
  fmt::print("One training step of 8192 bins, 8 microphones, covariance input; back end {}.\n",
             nn::has_onednn() ? "oneDNN" : "Eigen");
  if (!nn::has_bf16()) fmt::print("This processor has no bfloat16 products.\n");
  fmt::print("{:<14} {:<9} {:<9} {:>7} {:>8} {:>9} {:>13} {:>13} {:>10} {:>7}\n", "network",
             "optimizer", "precision", "threads", "steps/s", "bins/s", "step GFLOP/s",
             "gemm GFLOP/s", "step/gemm", "x f32");
  for (const std::vector<std::size_t>& hidden :
       {std::vector<std::size_t>{512, 256, 128}, std::vector<std::size_t>{1024, 512, 256}}) {
    for (const int threads : {1, 2}) measure(data, hidden, threads);
  }
  return 0;
}
