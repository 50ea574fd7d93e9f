#include "learn/dataset.h"

#include <fmt/format.h>

#include <Eigen/LU>
#include <algorithm>
#include <cmath>
#include <limits>

#include "core/errors.h"

namespace learn {
namespace {

void check_lengths(const Dataset& data) {
  const std::size_t values = data.spool ? data.spool->bins() * data.microphones : data.stft.size();
  if (data.microphones == 0 || values != data.bins() * data.microphones) {
    throw core::InputError(fmt::format("data set: expected {} x {} STFT values, found {}",
                                       data.bins(), data.microphones, values));
  }
  if (data.bins() > std::numeric_limits<std::uint32_t>::max()) {
    throw core::InputError(fmt::format("data set: expected at most {} bins, found {}",
                                       std::numeric_limits<std::uint32_t>::max(), data.bins()));
  }
  if (data.frame.size() != data.bins()) {
    throw core::InputError(
        fmt::format("data set: expected a frame number for each of {} bins, found {}", data.bins(),
                    data.frame.size()));
  }
  if (data.max_frequency_index == 0 || !(data.hop_s > 0.0) || !(data.bin_width_hz > 0.0)) {
    throw core::InputError(fmt::format(
        "data set: expected a positive highest frequency index, hop and bin width, found {}, {} s "
        "and {} Hz",
        data.max_frequency_index, data.hop_s, data.bin_width_hz));
  }
}

constexpr std::size_t kCheckedAtOnce = 4096;  ///< bins

void check_power(const Dataset& data, std::size_t bin, const std::complex<float>* y) {
  double power = 0.0;
  for (std::size_t m = 0; m < data.microphones; ++m) power += std::norm(y[m]);
  if (power > 0.0 && power < 1.01) return;  // 1, or less of smoothed bins
  throw core::InputError(
      fmt::format("data set: bin {}: expected an STFT vector of length 0 to 1, found {}: make the "
                  "features again",
                  bin, std::sqrt(power)));
}

void check_bins(const Dataset& data) {
  std::vector<std::complex<float>> block(kCheckedAtOnce * data.microphones);
  for (std::size_t first = 0; first < data.bins(); first += kCheckedAtOnce) {
    const std::size_t count = std::min(kCheckedAtOnce, data.bins() - first);
    data.read_stft(first, std::span(block).first(count * data.microphones));
    for (std::size_t i = 0; i < count; ++i) {
      if (data.frequency[first + i] > data.max_frequency_index) {
        throw core::InputError(fmt::format("data set: bin {} has frequency index {}, above {}",
                                           first + i, data.frequency[first + i],
                                           data.max_frequency_index));
      }
      check_power(data, first + i, block.data() + i * data.microphones);
    }
  }
}

void check_rotations(const Dataset& data) {
  for (std::size_t n = 0; n < data.frames(); ++n) {
    const Eigen::Matrix3f& R = data.R_world_sensor[n];
    const float deviation = (R * R.transpose() - Eigen::Matrix3f::Identity()).cwiseAbs().maxCoeff();
    if (!(deviation < 1e-3F) || R.determinant() < 0.0F) {
      throw core::InputError(
          fmt::format("data set: frame {}: its orientation is not a rotation", n));
    }
  }
}

void check_interval(const Dataset& data, std::size_t i) {
  const Interval& interval = data.intervals[i];
  if (interval.first_bin > interval.end_bin || interval.end_bin > data.bins() ||
      interval.first_frame > interval.end_frame || interval.end_frame > data.frames()) {
    throw core::InputError(
        fmt::format("data set: interval {} reaches outside its {} bins and {} frames", i,
                    data.bins(), data.frames()));
  }
  for (std::size_t bin = interval.first_bin; bin < interval.end_bin; ++bin) {
    const bool inside =
        data.frame[bin] >= interval.first_frame && data.frame[bin] < interval.end_frame;
    const bool sorted = bin == interval.first_bin || data.frame[bin - 1] <= data.frame[bin];
    if (!inside || !sorted) {
      throw core::InputError(
          fmt::format("data set: interval {}: bin {} is {}", i, bin,
                      inside ? "earlier than the bin before it" : "outside the interval's frames"));
    }
  }
}

}  // namespace

void Dataset::read_stft(std::size_t first, std::span<std::complex<float>> out) const {
  if (spool) {
    spool->read(first, out);
  } else {
    std::copy_n(stft.begin() + static_cast<std::ptrdiff_t>(first * microphones), out.size(),
                out.begin());
  }
}

void Dataset::gather_stft(std::span<const std::uint32_t> chosen,
                          std::span<std::complex<float>> out) const {
  if (spool) {
    spool->gather(chosen, out);
    return;
  }
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    std::copy_n(stft.data() + chosen[i] * microphones, microphones, out.data() + i * microphones);
  }
}

void Dataset::validate() const {
  check_lengths(*this);
  check_bins(*this);
  check_rotations(*this);
  for (std::size_t i = 0; i < intervals.size(); ++i) check_interval(*this, i);
}

}  // namespace learn
