#include "nn/mlp_shape.h"

#include <fmt/format.h>

#include "core/errors.h"

namespace nn {

void require_sizes(const MlpShape& shape) {
  for_each_layer(shape, [](std::size_t in, std::size_t out) {
    if (in == 0 || out == 0) {
      throw core::UsageError(fmt::format(
          "network: expected layers of at least 1 unit, found one of {} x {}", in, out));
    }
  });
}

std::size_t parameter_count(const MlpShape& shape) {
  std::size_t count = 0;
  for_each_layer(shape, [&](std::size_t in, std::size_t out) { count += in * out + out; });
  return count;
}

std::vector<WeightBlock> hidden_weights(const MlpShape& shape) {
  std::vector<WeightBlock> blocks;
  std::size_t first = 0;
  std::size_t in = shape.input_size;
  for (const std::size_t out : shape.hidden) {
    blocks.push_back({first, out, in});
    first += in * out + out;
    in = out;
  }
  return blocks;
}

double forward_flop_per_row(const MlpShape& shape) {
  double flop = 0.0;
  for_each_layer(shape, [&](std::size_t in, std::size_t out) {
    flop += 2.0 * static_cast<double>(in) * static_cast<double>(out);
  });
  return flop;
}

}  // namespace nn
