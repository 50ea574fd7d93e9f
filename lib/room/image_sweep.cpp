#include "room/image_sweep.h"

#include <algorithm>
#include <limits>

namespace room {

ImageSweep::ImageSweep(const Shoebox& room, const Eigen::Vector3d& source_m,
                       const Eigen::Vector3d& center_m, double reach_m)
    : room_(room), max_order_(room.max_order.value_or(std::numeric_limits<int>::max())) {
  std::vector<AxisImage> axis[3];
  for (int i = 0; i < 3; ++i) {
    axis[i] = axis_images(room.size_m[i], source_m[i], room.reflection[2 * i],
                          room.reflection[2 * i + 1], center_m[i], reach_m);
    for (AxisImage& image : axis[i]) image.coordinate_m -= center_m[i];
    index_range_[i] = axis[i].empty()
                          ? std::pair{0, 0}
                          : std::pair<int, int>{axis[i].front().index, axis[i].back().index + 1};
  }
  z_ = std::move(axis[2]);
  const int middle = static_cast<int>(
      std::lower_bound(z_.begin(), z_.end(), 0.0,
                       [](const AxisImage& a, double value) { return a.coordinate_m < value; }) -
      z_.begin());
  for (const AxisImage& x : axis[0]) {
    for (const AxisImage& y : axis[1]) {
      const double squared = x.coordinate_m * x.coordinate_m + y.coordinate_m * y.coordinate_m;
      const double gain = x.gain * y.gain;
      if (squared > reach_m * reach_m || gain == 0.0) continue;
      columns_.push_back(
          {x.coordinate_m, y.coordinate_m, squared, gain, x.index, y.index, middle, middle - 1});
    }
  }
}

void ImageSweep::append(const Column& column, const AxisImage& z,
                        std::vector<RelativeImage>& images) const {
  const double gain = column.gain * z.gain;
  const ImageIndex index{column.x_index, column.y_index, z.index};
  if (gain == 0.0 || image_order(index) > max_order_) return;
  Eigen::Vector3d place(column.x_m, column.y_m, z.coordinate_m);
  if (room_.jitter_m > 0.0) place += image_jitter_m(room_, index);
  images.push_back({place.x(), place.y(), place.z(), static_cast<float>(gain), index});
}

void ImageSweep::advance(double radius_m, std::vector<RelativeImage>& images) {
  const int count = static_cast<int>(z_.size());
  for (Column& column : columns_) {
    const double limit = radius_m * radius_m - column.squared_m2;
    const auto within = [&](int i) { return z_[i].coordinate_m * z_[i].coordinate_m <= limit; };
    for (; column.above < count && within(column.above); ++column.above) {
      append(column, z_[column.above], images);
    }
    for (; column.below >= 0 && within(column.below); --column.below) {
      append(column, z_[column.below], images);
    }
  }
}

BandGains::BandGains(const Shoebox& room, const ImageSweep& sweep) {
  if (!room.banded()) return;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const auto [first, end] = sweep.index_range(axis);
    first_[axis] = first;
    for (std::size_t band = 0; band < kBands; ++band) {
      for (int i = first; i < end; ++i) {
        ImageIndex index{0, 0, 0};
        index[axis] = static_cast<std::int16_t>(i);
        table_[band][axis].push_back(image_gain(room.reflection_in(band), index));
      }
    }
  }
}

}  // namespace room
