#include <catch2/catch.hpp>
#include <cmath>

#include "array/device_arrays.h"
#include "array/geometry.h"
#include "array/shape.h"
#include "core/random.h"
#include "so3/rotation.h"

using array::Extent;
using array::Shape;

namespace {

std::vector<Eigen::Vector3d> turned(const std::vector<Eigen::Vector3d>& position_m,
                                    const Eigen::Quaterniond& q) {
  std::vector<Eigen::Vector3d> result;
  for (const Eigen::Vector3d& p : position_m)
    result.push_back(q * p + Eigen::Vector3d(0.1, 0.2, 0.3));
  return result;
}

}  // namespace

TEST_CASE("the extent of an array and its axis do not depend on its orientation and place") {
  core::RandomStream random(5, core::Purpose::kTest);
  const auto check = [&](const std::string& name, Extent extent, const Eigen::Vector3d& axis) {
    INFO(name);
    const auto position_m = array::builtin(name).position_m;
    const Shape shape = array::shape_of(position_m);
    CHECK(shape.extent == extent);
    CHECK((shape.axis - axis).norm() < 1e-9);
    const Eigen::Quaterniond q = so3::random_rotation(random);
    const Shape other = array::shape_of(turned(position_m, q));
    CHECK(other.extent == extent);
    CHECK(std::abs(other.axis.dot(q * axis)) == Approx(axis.norm()).margin(1e-9));
    CHECK(other.aperture_m == Approx(shape.aperture_m));
  };
  check("cube8", Extent::kVolume, Eigen::Vector3d::Zero());
  check("tetra4", Extent::kVolume, Eigen::Vector3d::Zero());
  check("ring6", Extent::kPlane, Eigen::Vector3d::UnitZ());
  check("respeaker4", Extent::kPlane, Eigen::Vector3d::UnitZ());
  check("head2", Extent::kLine, Eigen::Vector3d::UnitY());
}

TEST_CASE("a thin array counts as flat, a thicker one does not") {
  auto position_m = array::builtin("respeaker4").position_m;
  position_m[0].z() = 0.003;  // 4.7 % of 64 mm
  CHECK(array::shape_of(position_m).extent == Extent::kPlane);
  position_m[0].z() = 0.01;
  CHECK(array::shape_of(position_m).extent == Extent::kVolume);
}

TEST_CASE("aperture and aliasing are those of the farthest and the nearest microphones") {
  const Shape shape = array::shape_of(array::builtin("cube8").position_m);
  CHECK(shape.aperture_m == Approx(0.05 * std::sqrt(3.0)));
  CHECK(shape.spacing_m == Approx(0.05));
  CHECK(shape.aliasing_hz(343.0) == Approx(3430.0));
}

TEST_CASE("a representative has the same delays as the direction that it stands for") {
  core::RandomStream random(6, core::Purpose::kTest);
  for (const std::string name : {"respeaker4", "head2", "cube8"}) {
    const auto position_m = turned(array::builtin(name).position_m, so3::random_rotation(random));
    const Shape shape = array::shape_of(position_m);
    for (int i = 0; i < 20; ++i) {
      const Eigen::Vector3d direction = so3::random_direction(random);
      const Eigen::Vector3d side = array::default_side(shape);
      const Eigen::Vector3d found = array::representative(shape, direction, side);
      CHECK(found.norm() == Approx(1.0));
      for (const Eigen::Vector3d& p : position_m) {
        CHECK((p - position_m[0]).dot(found) ==
              Approx((p - position_m[0]).dot(direction)).margin(1e-12));
      }
      if (shape.extent == Extent::kVolume) {
        CHECK((found - direction).norm() < 1e-12);
      } else {
        CHECK(found.dot(side) >= -1e-12);
        // It is the same for every direction that it stands for.
        CHECK((array::representative(shape, found, side) - found).norm() < 1e-9);
      }
    }
  }
}

TEST_CASE("the text picture has every microphone where it is") {
  const std::string square = array::text_picture(array::builtin("respeaker4").position_m);
  // Microphone 1 on the left, 3 on the right of the same line; 4 above, 2 below.
  const std::size_t one = square.find('1'), three = square.find('3');
  REQUIRE(one != std::string::npos);
  CHECK(one < three);
  CHECK(square.substr(one, three - one).find('\n') == std::string::npos);
  CHECK(square.find('4') < one);
  CHECK(square.find('2') > three);
  CHECK(square.find("x to the right, y up, 6.4 cm") != std::string::npos);
}

TEST_CASE("the devices are the files of data/arrays, with different microphones and a source") {
  for (const array::DeviceArray& device : array::device_arrays()) {
    INFO(device.name);
    const nlohmann::json json = nlohmann::json::parse(device.json);
    CHECK(json.at("name") == device.name);
    CHECK(json.at("comment").get<std::string>().find("Source") != std::string::npos);
    const array::Geometry geometry = array::builtin(device.name);
    CHECK(geometry.size() == json.at("positions_mm").size());
    const Shape shape = array::shape_of(geometry.position_m);
    CHECK(shape.aperture_m > 0.05);
    CHECK(shape.aperture_m < 0.12);
    CHECK_THROWS(array::builtin(device.name, 0.1));
  }
  CHECK(array::builtin("zylia19").sphere.has_value());
}
