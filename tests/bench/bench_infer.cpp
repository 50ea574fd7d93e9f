/// What csl-infer costs on one core: choosing and smoothing the bins of 3 s, the network, then the
/// paper's windows.
#include <fmt/format.h>

#include <ctime>
#include <functional>

#include "core/random.h"
#include "features/network_bins.h"
#include "learn/model.h"
#include "localize/estimator_registry.h"
#include "session/features.h"
#include "so3/rotation.h"

namespace {

constexpr std::size_t kMics = 8;
constexpr std::size_t kFrames = 300;        // 3 s at 10 ms hop
constexpr std::size_t kBinsPerFrame = 150;  // what speech leaves above the floor of -40 dB
constexpr double kSeconds = 3.0;

/// Processor time: the machine may be shared, and everything here is one thread.
double seconds_of(const std::function<void()>& body) {
  double best = 1e30;
  for (int i = 0; i < 3; ++i) {
    const std::clock_t start = std::clock();
    body();
    best = std::min(best, static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC);
  }
  return best;
}

session::Features make_session() {
  core::RandomStream random(1, core::Purpose::kTest);
  session::Features session;
  for (std::size_t f = 0; f < kFrames; ++f) {
    session.frame_time_s.push_back(0.01 * static_cast<double>(f));
    session.frame_rotation.push_back(
        so3::exp(Eigen::Vector3d(0.0, 0.016 * static_cast<double>(f), 0.0)));
    for (std::size_t k = 0; k < kBinsPerFrame; ++k) {
      session.frame.push_back(static_cast<std::uint32_t>(f));
      session.frequency.push_back(static_cast<std::uint16_t>(10 + k));
      session.energy.push_back(static_cast<float>(random.uniform()));
      session.rise.push_back(1.0F);
      Eigen::VectorXcf y(kMics);
      for (std::complex<float>& value : y) {
        value = {static_cast<float>(random.normal()), static_cast<float>(random.normal())};
      }
      y.normalize();
      session.stft.insert(session.stft.end(), y.begin(), y.end());
    }
  }
  return session;
}

learn::Model make_model(const std::vector<std::size_t>& hidden, learn::InputKind input,
                        const learn::BinSmoothing& smoothing) {
  learn::Model model;
  model.recipe = {input, kMics, 200, smoothing};
  model.shape = {model.recipe.input_size(), hidden, 3, nn::Normalization::kLayerNorm};
  nn::Mlp<float> network(model.shape);
  network.initialize(1);
  model.parameters.assign(network.parameters().begin(), network.parameters().end());
  return model;
}

void bench(const std::string& what, const learn::Model& model, double target,
           const session::Features& session, nn::Precision precision) {
  learn::Predictor predictor(model, precision);
  session::Features bins;
  const double choice =
      seconds_of([&] { bins = features::network_bins(session, model.recipe.smoothing); });
  learn::Directions r_sensor;
  const double network =
      seconds_of([&] { r_sensor = predictor.predict(bins.stft, bins.frequency); });
  localize::EstimatorSetup setup;
  for (const double seconds : {0.05, 0.2, 0.5, 1.0}) setup.windows.push_back({seconds});
  setup.windows.push_back({});
  const auto robust = localize::make_window_estimator("robust", setup);
  const double pooling = seconds_of([&] { robust->estimate({session, bins, r_sensor}); });
  fmt::print("{:<50}{:>8}{:>9.0f} ms{:>9.0f} ms{:>9.0f} ms{:>12.1f} (target {:.0f})\n", what,
             bins.bins(), 1e3 * choice, 1e3 * network, 1e3 * pooling,
             kSeconds / (choice + network + pooling), target);
}

}  // namespace

int main() {
  const session::Features session = make_session();
  fmt::print(
      "csl-infer, 8 microphones, a session of 3 s and {} bins, robust pooling of five window "
      "lengths at every frame\n{:<50}{:>8}{:>12}{:>12}{:>12}{:>12}\n",
      session.bins(), "network", "bins", "choosing", "its output", "pooling", "x real time");
  for (const learn::BinSmoothing& smoothing :
       {learn::BinSmoothing{3, 3}, learn::BinSmoothing{0, 1}}) {
    const std::string bins = smoothing.group > 1 ? "" : ", all bins";
    for (const nn::Precision precision : {nn::Precision::kFull, nn::Precision::kBf16}) {
      if (precision == nn::Precision::kBf16 && !nn::has_bf16()) continue;
      const std::string suffix = bins + (precision == nn::Precision::kBf16 ? ", bf16" : "");
      bench("512-256-128, covariance input" + suffix,
            make_model({512, 256, 128}, learn::InputKind::kCovariance, smoothing), 20.0, session,
            precision);
      bench("1024-512-256, STFT input (the paper's)" + suffix,
            make_model({1024, 512, 256}, learn::InputKind::kStft, smoothing), 8.0, session,
            precision);
    }
  }
}
