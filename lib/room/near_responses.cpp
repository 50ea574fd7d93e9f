#include "room/near_responses.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/kernel.h"

namespace room {
namespace {

using Response = array::ResponseInterpolator::Value;

constexpr std::ptrdiff_t kReach = 36;  // samples on either side that 64-tap interpolation may read

/// filtered[i] = sum_j ir[j] x[i + taps - 1 - j]
CSL_KERNEL void filter(const float* x, const float* ir, std::size_t taps, std::size_t length,
                       float* filtered) {
  for (std::size_t i = 0; i < length; ++i) filtered[i] = 0.0F;
  for (std::size_t j = 0; j < taps; ++j) {
    const float* from = x + taps - 1 - j;
    for (std::size_t i = 0; i < length; ++i) filtered[i] += ir[j] * from[i];
  }
}

/// Source signal around one step, filtered by a response and read at a moving delay.
class StepReader {
 public:
  StepReader(std::span<const float> source, std::size_t taps,
             const dsp::FractionalDelay& interpolator)
      : source_(source), taps_(taps), interpolator_(interpolator) {}

  /// Sets the range of positions to read, as sample numbers of the source.
  void set_range(double low, double high) {
    first_ = static_cast<std::ptrdiff_t>(std::floor(low)) - kReach;
    length_ =
        static_cast<std::size_t>(static_cast<std::ptrdiff_t>(std::ceil(high)) + kReach - first_);
    filtered_.resize(length_);
    input_.assign(length_ + taps_ - 1, 0.0F);
    for (std::size_t i = 0; i < input_.size(); ++i) {
      const std::ptrdiff_t n =
          first_ - static_cast<std::ptrdiff_t>(taps_ - 1) + static_cast<std::ptrdiff_t>(i);
      if (n >= 0 && n < static_cast<std::ptrdiff_t>(source_.size())) input_[i] = source_[n];
    }
  }
  void load(const float* ir) { filter(input_.data(), ir, taps_, length_, filtered_.data()); }
  float read(double position) const {
    return interpolator_.read(filtered_, position - static_cast<double>(first_));
  }

 private:
  std::span<const float> source_;
  std::size_t taps_;
  const dsp::FractionalDelay& interpolator_;
  std::ptrdiff_t first_ = 0;
  std::size_t length_ = 0;
  std::vector<float> input_;
  std::vector<float> filtered_;
};

/// Sound of one image at a node.
struct Arrival {
  Response response;           // responses in the image's direction
  double gain = 0.0;           // gain over distance
  double delay_samples = 0.0;  // time from the image to the center
};

/// Adds one step of one image, between its arrivals at the step's start and end.
void add_step(const Arrival& from, const Arrival& to, std::size_t first, std::size_t step,
              std::size_t length, std::size_t receivers, StepReader& reader, float* output) {
  const std::size_t taps = from.response.ir.size() / receivers;
  const double lead = static_cast<double>(array::ResponseInterpolator::kLead);
  for (std::size_t r = 0; r < receivers; ++r) {
    const double from_delay = from.delay_samples + from.response.onset[r];
    const double to_delay = to.delay_samples + to.response.onset[r];
    const auto position = [&](std::size_t i, double blend) {
      return static_cast<double>(first + i) - from_delay - (to_delay - from_delay) * blend + lead;
    };
    const double start = position(0, 0.0);
    const double end = position(step, 1.0);
    reader.set_range(std::min(start, end), std::max(start, end));
    for (const bool late : {false, true}) {
      const Arrival& arrival = late ? to : from;
      reader.load(arrival.response.ir.data() + r * taps);
      for (std::size_t i = 0; i < length; ++i) {
        const double blend = static_cast<double>(i) / static_cast<double>(step);
        const double share = late ? blend : 1.0 - blend;
        output[i * receivers + r] +=
            static_cast<float>(arrival.gain * share) * reader.read(position(i, blend));
      }
    }
  }
}

}  // namespace

void add_near_responses(const NearSound& sound, const Turning& turning,
                        std::span<const Eigen::Vector3d> shift_m, double sample_rate_hz,
                        std::size_t step, const array::ResponseInterpolator& responses,
                        double samples_per_m, const dsp::FractionalDelay& interpolator,
                        std::span<float> output) {
  const std::size_t receivers = responses.receivers();
  const std::size_t samples = output.size() / receivers;
  StepReader reader(sound.signal, responses.taps(), interpolator);
  for (const RelativeImage& image : sound.images) {
    const auto arrive = [&](std::size_t node, Arrival& arrival) {
      const double time_s = static_cast<double>(node * step) / sample_rate_hz;
      const Eigen::Quaterniond q_world_sensor = turning.orientation.at(time_s);
      const Eigen::Vector3d place =
          place_at_node(image, shift_m, node) + q_world_sensor * turning.pivot_m;
      const double distance = place.norm();
      responses.at(q_world_sensor.conjugate() * (place / distance), arrival.response);
      arrival.gain = image.gain * std::exp(-sound.air_per_m * distance) / distance;
      arrival.delay_samples = distance * samples_per_m;
    };
    Arrival from;
    Arrival to;
    arrive(0, from);
    for (std::size_t node = 0; node * step < samples; ++node) {
      const std::size_t first = node * step;
      arrive(node + 1, to);
      add_step(from, to, first, step, std::min(step, samples - first), receivers, reader,
               output.data() + first * receivers);
      std::swap(from, to);
    }
  }
}

}  // namespace room
