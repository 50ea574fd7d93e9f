/// Trials of BROAD (Laidig, Caruso, Cereatti, Seel 2021): a real 9-axis sensor with optical
/// reference.
#pragma once

#include <hdf5.h>

#include <Eigen/Geometry>
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/units.h"
#include "imu/sensor_model.h"
#include "io/hdf5_reader.h"

namespace test {

struct BroadTrial {
  std::string name;
  imu::Samples samples;
  std::vector<Eigen::Quaterniond> q_world_sensor;  ///< optical; NaN where the cameras lost it
  std::vector<signed char> movement;               ///< samples that count
  double step_s = 0.0;
};

inline std::vector<Eigen::Vector3d> read_vectors(const io::Hdf5Reader& file, const char* dataset) {
  const auto rows = file.read<double>(dataset);
  std::vector<Eigen::Vector3d> vectors(rows.size() / 3);
  for (std::size_t i = 0; i < vectors.size(); ++i) {
    vectors[i] = {rows[3 * i], rows[3 * i + 1], rows[3 * i + 2]};
  }
  return vectors;
}

/// BROAD marks the samples that count with a one-byte enumeration, which io::Hdf5Reader does not
/// read. No reader may have the file open: it locks files otherwise, which HDF5 refuses to mix.
inline std::vector<signed char> read_movement(const std::filesystem::path& path, std::size_t rows) {
  std::vector<signed char> movement(rows, 0);
  const hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  if (file < 0) throw std::runtime_error(path.string() + ": cannot be opened");
  const hid_t dataset = H5Dopen2(file, "/movement", H5P_DEFAULT);
  const hid_t type = H5Dget_type(dataset);
  if (H5Tget_size(type) == 1) {
    H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, movement.data());
  }
  H5Tclose(type);
  H5Dclose(dataset);
  H5Fclose(file);
  return movement;
}

inline BroadTrial read_broad(const std::filesystem::path& path) {
  BroadTrial trial;
  {
    const io::Hdf5Reader file(path);
    trial.name = path.stem().string();
    trial.step_s = 1.0 / file.number_attribute("/", "sampling_rate");
    trial.samples.gyroscope_rad_s = read_vectors(file, "/imu_gyr");
    trial.samples.accelerometer_m_s2 = read_vectors(file, "/imu_acc");
    trial.samples.magnetometer_uT = read_vectors(file, "/imu_mag");
    const auto q = file.read<double>("/opt_quat");
    for (std::size_t i = 0; i < q.size() / 4; ++i) {
      trial.samples.time_s.push_back(static_cast<double>(i) * trial.step_s);
      trial.q_world_sensor.emplace_back(q[4 * i], q[4 * i + 1], q[4 * i + 2], q[4 * i + 3]);
    }
  }
  trial.movement = read_movement(path, trial.samples.time_s.size());
  return trial;
}

/// Root mean squares over the movement phase, degrees.
struct OrientationError {
  double total = 0.0;
  double heading = 0.0;      ///< about the vertical
  double inclination = 0.0;  ///< of the vertical
};

/// BROAD's measures of e = q_estimated q_optical^-1 (world frame): total 2 acos |w|, heading
/// 2 atan |z / w|, inclination 2 acos sqrt(w^2 + z^2). No heading offset is removed: BROAD's
/// optical frame is already turned to magnetic north, as the filter's is.
inline OrientationError orientation_error(const BroadTrial& trial,
                                          const std::vector<Eigen::Quaterniond>& estimate) {
  OrientationError sum;
  double count = 0.0;
  for (std::size_t i = 0; i < estimate.size(); ++i) {
    const Eigen::Quaterniond& truth = trial.q_world_sensor[i];
    if (trial.movement[i] == 0 || !truth.coeffs().allFinite()) continue;
    const Eigen::Quaterniond e = estimate[i] * truth.normalized().conjugate();
    const double in_plane = std::hypot(e.w(), e.z());
    const double out_of_plane = std::hypot(e.x(), e.y());
    const double vector = e.vec().norm();
    sum.total += std::pow(2.0 * std::atan2(vector, std::abs(e.w())), 2.0);
    sum.heading += std::pow(2.0 * std::atan2(std::abs(e.z()), std::abs(e.w())), 2.0);
    sum.inclination += std::pow(2.0 * std::atan2(out_of_plane, in_plane), 2.0);
    count += 1.0;
  }
  const auto rms = [&](double s) { return core::radians_to_degrees(std::sqrt(s / count)); };
  return {rms(sum.total), rms(sum.heading), rms(sum.inclination)};
}

/// The same measures for the rotation from the middle of each interval to its samples. An interval
/// whose middle is in an optical gap does not count. An error that is constant over an interval is
/// thereby removed, because it does not matter to C-SL.
inline OrientationError error_within_intervals(const BroadTrial& trial,
                                               const std::vector<Eigen::Quaterniond>& estimate,
                                               double interval_s) {
  BroadTrial turned = trial;
  std::vector<Eigen::Quaterniond> aligned = estimate;
  const auto length = static_cast<std::size_t>(interval_s / trial.step_s);
  for (std::size_t start = 0; start < estimate.size(); start += length) {
    const std::size_t end = std::min(start + length, estimate.size());
    const std::size_t middle = (start + end) / 2;
    const Eigen::Quaterniond& truth = trial.q_world_sensor[middle];
    const Eigen::Quaterniond own = truth * estimate[middle].conjugate();
    for (std::size_t i = start; i < end; ++i) {
      aligned[i] = own * estimate[i];
      if (!truth.coeffs().allFinite()) turned.movement[i] = 0;
    }
  }
  return orientation_error(turned, aligned);
}

/// The trials that CSL_TEST_DATA has; empty where it is not set.
inline std::vector<std::filesystem::path> broad_files() {
  std::vector<std::filesystem::path> files;
  const char* folder = std::getenv("CSL_TEST_DATA");
  if (folder == nullptr) return files;
  std::error_code missing;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::filesystem::path(folder) / "broad", missing)) {
    if (entry.path().extension() == ".hdf5") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace test
