#include "core/random.h"

#include <Random123/philox.h>

#include <cmath>
#include <numbers>

namespace core {

RandomStream::RandomStream(std::uint64_t seed, Purpose purpose, std::uint32_t a, std::uint32_t b)
    : key_{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)},
      counter_{0, static_cast<std::uint32_t>(purpose), a, b} {}

std::uint32_t RandomStream::next() {
  if (used_ == block_.size()) {
    const r123::Philox4x32::ctr_type counter{{counter_[0], counter_[1], counter_[2], counter_[3]}};
    const r123::Philox4x32::key_type key{{key_[0], key_[1]}};
    const r123::Philox4x32::ctr_type random = r123::Philox4x32()(counter, key);
    for (std::size_t i = 0; i < block_.size(); ++i) block_[i] = random[i];
    ++counter_[0];
    used_ = 0;
  }
  return block_[used_++];
}

double RandomStream::uniform() {
  const std::uint64_t high = next();
  const std::uint64_t low = next();
  return static_cast<double>(((high << 32) | low) >> 11) * 0x1.0p-53;
}

std::uint64_t RandomStream::index(std::uint64_t count) {
  // Draws above the largest multiple of count are rejected, so that every index is equally likely.
  const std::uint64_t limit = UINT64_MAX - UINT64_MAX % count;
  std::uint64_t draw = 0;
  do {
    const std::uint64_t high = next();
    draw = (high << 32) | next();
  } while (draw >= limit);
  return draw % count;
}

double RandomStream::normal() {
  if (has_spare_) {
    has_spare_ = false;
    return spare_normal_;
  }
  const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform()));
  const double angle_rad = 2.0 * std::numbers::pi * uniform();
  spare_normal_ = radius * std::sin(angle_rad);
  has_spare_ = true;
  return radius * std::cos(angle_rad);
}

}  // namespace core
