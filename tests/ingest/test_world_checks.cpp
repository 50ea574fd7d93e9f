#include <catch2/catch.hpp>

#include "core/errors.h"
#include "imu/carried.h"
#include "ingest/world_checks.h"
#include "motion_log.h"

namespace {

using ingest::Axis, ingest::LogOptions, ingest::UpAxis;

const UpAxis kAll[] = {{Axis::kX, false}, {Axis::kX, true},  {Axis::kY, false},
                       {Axis::kY, true},  {Axis::kZ, false}, {Axis::kZ, true}};

Eigen::Vector3d vector_of(const UpAxis& up) {
  return (up.negative ? -1.0 : 1.0) * Eigen::Vector3d::Unit(static_cast<Eigen::Index>(up.axis));
}

/// A device in a hand, its inertial log, and its orientations in a world in which `up` points up.
struct Device {
  test::TemporaryFolder folder;
  so3::Track track;
  imu::Samples samples;
  LogOptions options;

  Device() : track(motion()) {
    samples = imu::synthesize(track, 30.0, imu::sensor_model("consumer"),
                              core::RandomStream(6, core::Purpose::kImu, 0));
    core::RandomStream random(7, core::Purpose::kTest, 0);
    test::carry(track, 2.0, random, samples);
    options.pose = folder / "pose.csv";
    options.imu = folder / "imu.csv";
    test::write_imu(options.imu, samples);
  }
  static so3::Track motion() {
    core::RandomStream random(6, core::Purpose::kTest, 0);
    return room::free_motion({0.6, 1.0}, so3::exp({0.4, -0.3, 0.9}), 31.0, random);
  }
  /// The log's world is turned, also by an angle about the vertical.
  void write_world(const UpAxis& up) const {
    const Eigen::Quaterniond heading = so3::exp(Eigen::Vector3d(0.0, 0.0, 0.7));
    test::write_pose(options.pose, track, ingest::upright_rotation_of(up).conjugate() * heading);
  }
  std::string error() const {
    try {
      ingest::read_orientation_log(options);
    } catch (const core::InputError& e) {
      return e.what();
    }
    return "";
  }
};

}  // namespace

TEST_CASE("each axis is turned upright; y up becomes z up, and x stays") {
  for (const UpAxis& up : kAll) {
    const Eigen::Quaterniond q = ingest::upright_rotation_of(up);
    CHECK((q * vector_of(up) - Eigen::Vector3d::UnitZ()).norm() < 1e-12);
    CHECK(q.norm() == Approx(1.0));
  }
  const Eigen::Quaterniond y_up = ingest::upright_rotation_of({Axis::kY, false});
  CHECK((y_up * Eigen::Vector3d::UnitX() - Eigen::Vector3d::UnitX()).norm() < 1e-12);
  CHECK((y_up * Eigen::Vector3d::UnitZ() + Eigen::Vector3d::UnitY()).norm() < 1e-12);
}

TEST_CASE("another axis that points up is refused by name, and --up gives the true orientations") {
  Device device;
  for (const UpAxis& up : kAll) {
    INFO(name_of(up) << " points up");
    device.write_world(up);
    device.options.up.reset();
    const bool as_assumed = up.axis == Axis::kZ && !up.negative;
    const std::string error = device.error();
    CHECK(error.empty() == as_assumed);
    if (!as_assumed) CHECK(test::says(error, "state --up " + name_of(up)));
    device.options.up = up;
    const ingest::OrientationLog log = ingest::read_orientation_log(device.options);
    CHECK(log.facts.pose->up == name_of(up) + " (stated; the accelerometer agrees)");
    // The true orientation but for the heading of the log's world.
    const Eigen::Quaterniond turn = log.tracks.front().at(12.0) * device.track.at(12.0).conjugate();
    CHECK(so3::angle_between(turn, so3::exp(Eigen::Vector3d(0.0, 0.0, 0.7))) < 1e-6);
  }
}

TEST_CASE("accelerations of opposite sign look like a world upside down: both are named") {
  Device device;
  for (Eigen::Vector3d& a : device.samples.accelerometer_m_s2) a = -a;
  test::write_imu(device.options.imu, device.samples);
  device.write_world({});
  const std::string error = device.error();
  CHECK(test::says(error, "state --up -z, or --acc-sign -"));
  device.options.accelerations_negated = true;
  CHECK(device.error().empty());
  CHECK(ingest::read_orientation_log(device.options).facts.pose->up ==
        "+z (the accelerometer agrees)");
  // y up and of opposite sign.
  device.options.accelerations_negated.reset();
  device.write_world({Axis::kY, false});
  CHECK(test::says(device.error(), "state --up -y, or --up +y with --acc-sign -"));
}

TEST_CASE("the world is warned of where the user vouches for it, and where it is only tilted") {
  Device device;
  device.write_world({Axis::kY, false});
  device.options.trust_log = true;
  std::vector<std::string> warnings = ingest::read_orientation_log(device.options).warnings;
  REQUIRE(warnings.size() == 1);
  CHECK(test::says(warnings.front(), "--up +y"));
  device.options.trust_log = false;
  test::write_pose(device.options.pose, device.track, so3::exp({0.7, 0.0, 0.0}));
  warnings = ingest::read_orientation_log(device.options).warnings;
  REQUIRE(warnings.size() == 1);
  CHECK(test::says(warnings.front(), "40 degrees from the accelerometer's"));
}

TEST_CASE("orientations alone: nothing can be compared, and the facts say so") {
  Device device;
  device.write_world({Axis::kY, false});
  device.options.imu.clear();
  CHECK(ingest::read_orientation_log(device.options).facts.pose->up == "+z (assumed)");
  device.options.up = UpAxis{Axis::kY, false};
  CHECK(ingest::read_orientation_log(device.options).facts.pose->up == "+y (stated)");
}
