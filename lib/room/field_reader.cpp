#include "room/field_reader.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

#include "core/kernel.h"
#include "dsp/lanes.h"

namespace room {
namespace {

using dsp::Cell;
using dsp::kLanes;
using dsp::Lanes;

constexpr std::size_t kBatchBlocks = 25;  // 3 s at 16 kHz: bounds memory for long signals
constexpr double kSameRadius_m = 1e-6;

/// heard[t, d] += sum_c sound[t, c] (from[d, c] + (to[d, c] - from[d, c]) t / step) for eight
/// directions d, over eight harmonics c.
CSL_KERNEL void read_step(const Cell* sound, const Cell* from, const Cell* to, std::size_t step,
                          std::size_t length, float* heard, std::size_t heard_stride) {
  Cell slope[kLanes];
  const float scale = 1.0F / static_cast<float>(step);
  for (std::size_t c = 0; c < kLanes; ++c) {
    slope[c].re = (to[c].re - from[c].re) * scale;
    slope[c].im = (to[c].im - from[c].im) * scale;
  }
  for (std::size_t t = 0; t < length; ++t) {
    Lanes constant{}, linear{};
    for (std::size_t c = 0; c < kLanes; ++c) {
      const float re = sound[t].re[c];
      const float im = sound[t].im[c];
      constant += re * from[c].re + im * from[c].im;
      linear += re * slope[c].re + im * slope[c].im;
    }
    Lanes sum;
    std::memcpy(&sum, heard + t * heard_stride, sizeof(sum));
    sum += constant + linear * static_cast<float>(t);
    std::memcpy(heard + t * heard_stride, &sum, sizeof(sum));
  }
}

/// Reads a field at the microphones that have one distance from the center, through one filter.
class FieldReader {
 public:
  /// @param directions  numbers of the microphones in the turning array
  /// @param filter      FieldConvolver::sphere_filter() of their distance, [groups, Blocks::kSize]
  FieldReader(std::vector<std::size_t> directions, std::vector<dsp::Cell> filter);

  const std::vector<std::size_t>& directions() const { return directions_; }

  /// Starts a batch of samples: evaluates the harmonics of the directions at its nodes.
  /// @param first_sample  a multiple of turning.step
  void begin(const TurningArray& turning, const HarmonicBasis& basis, std::size_t first_sample,
             std::size_t samples);

  /// Adds the sound of one group of harmonics to blocks 0 .. blocks - 1 of the batch.
  void add_group(FieldConvolver& convolver, std::size_t group, std::size_t blocks);

  /// A sample of the batch at microphone directions()[i].
  float heard(std::size_t sample, std::size_t i) const {
    return heard_[sample * vectors() * dsp::kLanes + i];
  }

 private:
  std::size_t vectors() const { return (directions_.size() + dsp::kLanes - 1) / dsp::kLanes; }
  void add_block(std::span<const dsp::Cell> sound, std::size_t group, std::size_t first);

  std::vector<std::size_t> directions_;
  std::vector<dsp::Cell> filter_;
  std::size_t step_ = 1;
  std::size_t groups_ = 0;
  std::size_t samples_ = 0;
  std::vector<dsp::Cell> harmonics_;  // [nodes, vectors, groups * kLanes]: eight directions each
  std::vector<float> heard_;          // [samples, vectors, kLanes]
};

FieldReader::FieldReader(std::vector<std::size_t> directions, std::vector<Cell> filter)
    : directions_(std::move(directions)), filter_(std::move(filter)) {}

void FieldReader::begin(const TurningArray& turning, const HarmonicBasis& basis,
                        std::size_t first_sample, std::size_t samples) {
  step_ = turning.step;
  groups_ = basis.groups();
  samples_ = samples;
  const std::size_t nodes = (samples + step_ - 1) / step_ + 1;
  const std::size_t first_node = first_sample / step_;
  heard_.assign(samples * vectors() * kLanes, 0.0F);
  harmonics_.assign(nodes * vectors() * groups_ * kLanes, Cell{});
  Cell* value = harmonics_.data();
  for (std::size_t node = 0; node < nodes; ++node) {
    for (std::size_t v = 0; v < vectors(); ++v, value += groups_ * kLanes) {
      Lanes x{}, y{}, z{};
      for (std::size_t i = 0; i < std::min(kLanes, directions_.size() - v * kLanes); ++i) {
        const std::size_t entry = directions_[v * kLanes + i];
        // A microphone in the center has no direction. Its filter uses degree 0 only.
        const Eigen::Vector3d unit =
            turning.offset_m[(first_node + node) * turning.microphones + entry].normalized();
        x[i] = static_cast<float>(unit.x());
        y[i] = static_cast<float>(unit.y());
        z[i] = static_cast<float>(unit.z());
      }
      basis.evaluate(x, y, z, value);
    }
  }
}

void FieldReader::add_group(FieldConvolver& convolver, std::size_t group, std::size_t blocks) {
  for (std::size_t block = 0; block < blocks; ++block) {
    add_block(convolver.sound(block, filter_.data() + group * Blocks::kSize), group,
              block * convolver.blocks().length());
  }
}

void FieldReader::add_block(std::span<const Cell> sound, std::size_t group, std::size_t first) {
  const std::size_t row = vectors() * kLanes;
  const std::size_t length = std::min(sound.size(), samples_ - first);
  for (std::size_t t = 0; t < length; t += step_) {
    const Cell* node = harmonics_.data() + (first + t) / step_ * row * groups_ + group * kLanes;
    for (std::size_t v = 0; v < vectors(); ++v) {
      const Cell* from = node + v * groups_ * kLanes;
      read_step(sound.data() + t, from, from + row * groups_, step_, std::min(step_, length - t),
                heard_.data() + (first + t) * row + v * kLanes, row);
    }
  }
}

/// One reader for each distance from the center: microphones at the same distance share filters and
/// inverse transforms.
std::vector<FieldReader> readers_by_radius(const FieldConvolver& convolver,
                                           const TurningArray& turning) {
  std::vector<double> radius;
  std::vector<std::vector<std::size_t>> members;
  for (std::size_t microphone = 0; microphone < turning.microphones; ++microphone) {
    const double r = turning.offset_m[microphone].norm();
    const auto same = std::find_if(radius.begin(), radius.end(), [&](double known) {
      return std::abs(known - r) < kSameRadius_m;
    });
    const std::size_t set = static_cast<std::size_t>(same - radius.begin());
    if (same == radius.end()) {
      radius.push_back(r);
      members.emplace_back();
    }
    members[set].push_back(microphone);
  }
  std::vector<FieldReader> readers;
  for (std::size_t set = 0; set < radius.size(); ++set) {
    readers.emplace_back(std::move(members[set]), convolver.sphere_filter(radius[set]));
  }
  return readers;
}

/// Adds the samples of one batch from the readers, with the weights of the stop.
void add_heard(std::span<const FieldReader> readers, const CourseStop& stop,
               std::size_t microphones, std::size_t begin, std::size_t end,
               std::span<float> output) {
  const std::size_t first = std::max(begin, stop.first_sample);
  for (const FieldReader& reader : readers) {
    for (std::size_t i = 0; i < reader.directions().size(); ++i) {
      float* target = output.data() + reader.directions()[i];
      for (std::size_t t = first; t < end; ++t) {
        const float weight = stop.weight.empty() ? 1.0F : stop.weight[t - stop.first_sample];
        target[t * microphones] += weight * reader.heard(t - begin, i);
      }
    }
  }
}

}  // namespace

void add_field(FieldConvolver& convolver, const HarmonicBasis& basis, const TurningArray& turning,
               std::span<const float> source, const CourseStop& stop, std::span<float> output) {
  std::vector<FieldReader> readers = readers_by_radius(convolver, turning);
  const std::size_t samples = stop.end_sample(output.size() / turning.microphones);
  const std::size_t block = convolver.blocks().length();
  const std::size_t end_block = (samples + block - 1) / block;
  for (std::size_t first = stop.first_sample / block; first < end_block; first += kBatchBlocks) {
    const std::size_t count = std::min(kBatchBlocks, end_block - first);
    const std::size_t begin = first * block;
    const std::size_t length = std::min(count * block, samples - begin);
    convolver.load_source(source, first, count);
    for (FieldReader& reader : readers) reader.begin(turning, basis, begin, length);
    for (std::size_t group = 0; group < basis.groups(); ++group) {
      convolver.load_group(group);
      for (FieldReader& reader : readers) reader.add_group(convolver, group, count);
    }
    add_heard(readers, stop, turning.microphones, begin, begin + length, output);
  }
}

}  // namespace room
