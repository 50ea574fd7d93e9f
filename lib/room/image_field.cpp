#include "room/image_field.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "core/kernel.h"

namespace room {
namespace {

using dsp::Cell;
using dsp::kLanes;
using dsp::Lanes;

constexpr std::size_t kBatch = 32;        // images whose harmonics fit the first-level cache
constexpr double kShellImages = 16384.0;  // images whose arrivals fit the second-level cache
constexpr std::size_t kWidth = SpreadingKernel::kWidth;

/// to[i to_stride][j] = from[j from_stride][i]: the transpose of an 8x8 matrix.
__attribute__((always_inline)) inline void transpose(const Lanes* from, std::size_t from_stride,
                                                     Lanes* to, std::size_t to_stride) {
  Lanes a[kLanes], b[kLanes];
  for (std::size_t i = 0; i < kLanes; i += 2) {
    const Lanes& even = from[i * from_stride];
    const Lanes& odd = from[(i + 1) * from_stride];
    a[i] = __builtin_shufflevector(even, odd, 0, 8, 2, 10, 4, 12, 6, 14);
    a[i + 1] = __builtin_shufflevector(even, odd, 1, 9, 3, 11, 5, 13, 7, 15);
  }
  for (const std::size_t i : {0, 1, 4, 5}) {
    b[i] = __builtin_shufflevector(a[i], a[i + 2], 0, 1, 8, 9, 4, 5, 12, 13);
    b[i + 2] = __builtin_shufflevector(a[i], a[i + 2], 2, 3, 10, 11, 6, 7, 14, 15);
  }
  for (std::size_t i = 0; i < kLanes / 2; ++i) {
    to[i * to_stride] = __builtin_shufflevector(b[i], b[i + 4], 0, 1, 2, 3, 8, 9, 10, 11);
    to[(i + 4) * to_stride] = __builtin_shufflevector(b[i], b[i + 4], 4, 5, 6, 7, 12, 13, 14, 15);
  }
}

/// Turns harmonics[channel] of eight images into encoded[image, group].
CSL_KERNEL void transpose_groups(const Cell* harmonics, std::size_t groups, Cell* encoded) {
  for (std::size_t g = 0; g < groups; ++g) {
    // A cell is two Lanes, so that the real parts of neighboring cells are two Lanes apart.
    transpose(&harmonics[g * kLanes].re, 2, &encoded[g].re, 2 * groups);
    transpose(&harmonics[g * kLanes].im, 2, &encoded[g].im, 2 * groups);
  }
}

/// rows[r, group] += sum_i weight[i, r] encoded[i, group] for rows r = 0..3, over the images i.
CSL_KERNEL void add_rows(const Cell* encoded, const float* weight, std::size_t images,
                         std::size_t groups, Cell* rows) {
  for (std::size_t g = 0; g < groups; ++g) {
    Cell sum0 = rows[g];
    Cell sum1 = rows[groups + g];
    Cell sum2 = rows[2 * groups + g];
    Cell sum3 = rows[3 * groups + g];
    const Cell* y = encoded + g;
    for (std::size_t i = 0; i < images; ++i, y += groups) {
      const float* w = weight + i * kWidth;
      sum0.re += y->re * w[0];
      sum0.im += y->im * w[0];
      sum1.re += y->re * w[1];
      sum1.im += y->im * w[1];
      sum2.re += y->re * w[2];
      sum2.im += y->im * w[2];
      sum3.re += y->re * w[3];
      sum3.im += y->im * w[3];
    }
    rows[g] = sum0;
    rows[groups + g] = sum1;
    rows[2 * groups + g] = sum2;
    rows[3 * groups + g] = sum3;
  }
}

}  // namespace

ImageField::ImageField(const FieldPlan& plan, const HarmonicBasis& basis,
                       const SpreadingKernel& kernel)
    : plan_(plan),
      basis_(basis),
      kernel_(kernel),
      grid_(plan.layers.size()),
      harmonics_(basis.groups() * kLanes, Cell{}),
      encoded_(kBatch * basis.groups()) {
  for (std::size_t s = 0; s < grid_.size(); ++s)
    grid_[s].assign(plan.layers[s].rows * basis.groups(), Cell{});
}

std::vector<RelativeImage> ImageField::encode(const Shoebox& room, const Eigen::Vector3d& center_m,
                                              const SourceCourse& course,
                                              const Eigen::Vector3d& place_m) {
  bands_ = room.banded() ? kBands : 1;
  moves_ = course.moves();
  place_m_ = place_m;
  moved_m_ = place_m - course.start_m;
  // An image has moved as far from its start as its source.
  const double reach_m = plan_.reach_m + moved_m_.norm();
  ImageSweep sweep(room, center_m + place_m, center_m, reach_m);
  band_gains_ = BandGains(room, sweep);
  std::vector<RelativeImage> near;
  std::vector<RelativeImage> shell;
  const double step_m3 = kShellImages * room.volume_m3() * 3.0 / (4.0 * std::numbers::pi);
  double radius_m = 0.0;
  while (radius_m < reach_m) {
    radius_m = std::min(reach_m, std::cbrt(std::pow(radius_m, 3.0) + step_m3));
    shell.clear();
    sweep.advance(radius_m, shell);
    prepare(room, shell, near);
    add_arrivals();
  }
  return near;
}

void ImageField::encode(std::span<const PlaneWave> waves, double speed_of_sound) {
  const std::size_t last_row = plan_.layers[0].rows - kWidth;
  for (const PlaneWave& wave : waves) {
    const double time = wave.time_s * speed_of_sound * plan_.rows_per_m;
    const double whole = std::floor(time);
    const std::size_t row = static_cast<std::size_t>(whole) - 1;
    if (row > last_row) continue;
    const Eigen::Vector3f direction = wave.direction.cast<float>();
    arrivals_.push_back({direction.x(), direction.y(), direction.z(), 0.0F,
                         static_cast<float>(time - whole), static_cast<int>(row),
                         static_cast<std::uint32_t>(amplitude_.size())});
    amplitude_.push_back(static_cast<float>(wave.pressure));
  }
  add_arrivals();
}

/// Adds the prepared arrivals to the grids.
void ImageField::add_arrivals() {
  sort_by_row();
  for (std::size_t first = 0; first < sorted_.size(); first += kBatch) {
    add_batch(std::span(sorted_).subspan(first, std::min(kBatch, sorted_.size() - first)));
  }
}

void ImageField::add_amplitudes(const Shoebox& room, const RelativeImage& image,
                                double distance_m) {
  if (!room.banded()) {
    amplitude_.push_back(image.gain / static_cast<float>(distance_m));
    return;
  }
  for (std::size_t band = 0; band < kBands; ++band) {
    const double air = room.air_per_m.empty() ? 0.0 : room.air_per_m[band] * distance_m;
    amplitude_.push_back(
        static_cast<float>(band_gains_.gain(band, image.index) * std::exp(-air) / distance_m));
  }
}

RelativeImage ImageField::at_start(RelativeImage image) const {
  const Eigen::Vector3d back = image_shift_m(image.index, moved_m_);
  image.x_m -= back.x();
  image.y_m -= back.y();
  image.z_m -= back.z();
  return image;
}

bool ImageField::comes_near(const RelativeImage& image, double distance_m) const {
  if (!moves_) return distance_m < plan_.exact_distance_m;
  // The images of a source on a circle are on a circle of the same radius about the image of the
  // circle's center.
  const double radius_m = place_m_.norm();
  if (distance_m > plan_.exact_distance_m + 2.0 * radius_m) return false;
  const Eigen::Vector3d middle =
      Eigen::Vector3d(image.x_m, image.y_m, image.z_m) - image_shift_m(image.index, place_m_);
  return middle.norm() - radius_m < plan_.exact_distance_m;
}

void ImageField::prepare(const Shoebox& room, std::span<const RelativeImage> images,
                         std::vector<RelativeImage>& near) {
  arrivals_.clear();
  amplitude_.clear();
  const std::size_t last_row = plan_.layers[0].rows - kWidth;
  for (const RelativeImage& image : images) {
    const double distance =
        std::sqrt(image.x_m * image.x_m + image.y_m * image.y_m + image.z_m * image.z_m);
    if (image.order() == 0) continue;
    const RelativeImage start = moves_ ? at_start(image) : image;
    if (moves_ && Eigen::Vector3d(start.x_m, start.y_m, start.z_m).norm() > plan_.reach_m) continue;
    if (comes_near(image, distance)) {
      near.push_back(start);
      continue;
    }
    const double time = distance * plan_.rows_per_m;
    const double inverse = 1.0 / distance;
    const double whole = std::floor(time);
    const std::size_t row = static_cast<std::size_t>(whole) - 1;
    if (row > last_row) continue;
    const std::uint32_t amplitude = static_cast<std::uint32_t>(amplitude_.size());
    add_amplitudes(room, image, distance);
    arrivals_.push_back({static_cast<float>(image.x_m * inverse),
                         static_cast<float>(image.y_m * inverse),
                         static_cast<float>(image.z_m * inverse), static_cast<float>(inverse),
                         static_cast<float>(time - whole), static_cast<int>(row), amplitude});
  }
}

void ImageField::sort_by_row() {
  sorted_.resize(arrivals_.size());
  if (arrivals_.empty()) return;
  const auto [low, high] =
      std::minmax_element(arrivals_.begin(), arrivals_.end(),
                          [](const Arrival& a, const Arrival& b) { return a.row < b.row; });
  const int first = low->row;
  count_.assign(static_cast<std::size_t>(high->row - first) + 2, 0);
  for (const Arrival& arrival : arrivals_) ++count_[arrival.row - first + 1];
  for (std::size_t i = 1; i < count_.size(); ++i) count_[i] += count_[i - 1];
  for (const Arrival& arrival : arrivals_) sorted_[count_[arrival.row - first]++] = arrival;
}

void ImageField::encode_batch(std::span<const Arrival> batch, float* spread) {
  for (std::size_t first = 0; first < batch.size(); first += kLanes) {
    Lanes x{}, y{}, z{};
    for (std::size_t i = 0; i < std::min(kLanes, batch.size() - first); ++i) {
      const Arrival& arrival = batch[first + i];
      x[i] = arrival.x;
      y[i] = arrival.y;
      z[i] = arrival.z;
      for (const float weight : kernel_.weights(arrival.fraction)) *spread++ = weight;
    }
    basis_.evaluate(x, y, z, harmonics_.data());
    transpose_groups(harmonics_.data(), basis_.groups(), encoded_.data() + first * basis_.groups());
  }
}

void ImageField::add_layer(std::span<const Arrival> batch, const float* spread, std::size_t layer) {
  const FieldLayer& plan = plan_.layers[layer];
  const std::size_t groups = basis_.groups();
  std::array<float, kBatch * kWidth> weight;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    float factor = amplitude_[batch[i].amplitude + plan.band];
    for (std::size_t s = 0; s < plan.term; ++s) factor *= batch[i].inverse_m;
    for (std::size_t k = i * kWidth; k < (i + 1) * kWidth; ++k) weight[k] = spread[k] * factor;
  }
  for (std::size_t first = 0, end = 0; first < batch.size(); first = end) {
    while (end < batch.size() && batch[end].row == batch[first].row) ++end;
    const std::size_t row = static_cast<std::size_t>(batch[first].row);
    if (row + kWidth > plan.rows) return;
    add_rows(encoded_.data() + first * groups, weight.data() + first * kWidth, end - first, groups,
             grid_[layer].data() + row * groups);
  }
}

void ImageField::add_batch(std::span<const Arrival> batch) {
  std::array<float, kBatch * kWidth> spread;
  encode_batch(batch, spread.data());
  for (std::size_t layer = 0; layer < grid_.size(); ++layer) {
    if (static_cast<std::size_t>(batch[0].row) + kWidth <= plan_.layers[layer].rows) {
      add_layer(batch, spread.data(), layer);
    }
  }
}

}  // namespace room
