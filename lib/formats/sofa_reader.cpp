#include "formats/sofa_reader.h"

#include <fmt/format.h>

#include <cmath>

#include "core/isolation.h"
#include "core/units.h"
#include "io/hdf5_reader.h"
#include "so3/rotation.h"

namespace formats {
namespace {

constexpr const char* kIr = "/Data.IR";
constexpr const char* kRate = "/Data.SamplingRate";
constexpr const char* kDelay = "/Data.Delay";
constexpr const char* kSource = "/SourcePosition";
constexpr const char* kListener = "/ListenerPosition";
constexpr const char* kView = "/ListenerView";
constexpr const char* kUp = "/ListenerUp";

/// Numbers of either precision.
std::vector<double> read_numbers(const io::Hdf5Reader& file, const std::string& dataset) {
  if (file.holds<double>(dataset)) return file.read<double>(dataset);
  const auto values = file.read<float>(dataset);
  return {values.begin(), values.end()};
}

/// Points or directions, one for each measurement or one for all measurements.
class Places {
 public:
  /// @param otherwise  value if the file has no such dataset
  Places(const io::Hdf5Reader& file, const std::string& dataset, std::size_t measurements,
         const Eigen::Vector3d& otherwise)
      : otherwise_(otherwise) {
    if (!file.has(dataset)) return;
    const std::vector<std::size_t> shape = file.shape(dataset);
    if (shape.size() != 2 || shape[1] != 3 || (shape[0] != 1 && shape[0] != measurements)) {
      file.fail(dataset, fmt::format("expected 1 or {} rows of 3 coordinates", measurements));
    }
    values_ = read_numbers(file, dataset);
    for (const double value : values_) {
      if (!std::isfinite(value)) file.fail(dataset, "expected finite numbers");
    }
    // ListenerView and ListenerUp may have no type; the conventions then say Cartesian.
    const std::string type =
        file.has_attribute(dataset, "Type") ? file.text_attribute(dataset, "Type") : "cartesian";
    if (type != "cartesian" && type != "spherical") {
      file.fail(dataset, fmt::format("expected Type cartesian or spherical, found \"{}\"", type));
    }
    spherical_ = type == "spherical";
  }

  Eigen::Vector3d at(std::size_t measurement) const {
    if (values_.empty()) return otherwise_;
    const double* row = values_.data() + (values_.size() == 3 ? 0 : 3 * measurement);
    if (!spherical_) return {row[0], row[1], row[2]};
    // A distance that is not known is stored as 0. The direction is valid all the same.
    const double distance_m = row[2] > 0.0 ? row[2] : 1.0;
    return distance_m * so3::direction_from_angles(core::degrees_to_radians(row[0]),
                                                   core::degrees_to_radians(row[1]));
  }

 private:
  Eigen::Vector3d otherwise_;
  std::vector<double> values_;
  bool spherical_ = false;
};

/// Axes of the listener: x along its view, z up.
Eigen::Matrix3d listener_axes(const io::Hdf5Reader& file, const Eigen::Vector3d& view,
                              const Eigen::Vector3d& up) {
  const Eigen::Vector3d left = up.cross(view);
  if (!(left.norm() > 1e-6 * up.norm() * view.norm())) {
    file.fail(kView, "expected a direction that is not along ListenerUp");
  }
  Eigen::Matrix3d R_world_listener;
  R_world_listener.col(0) = view.normalized();
  R_world_listener.col(1) = left.normalized();
  R_world_listener.col(2) = R_world_listener.col(0).cross(R_world_listener.col(1));
  return R_world_listener;
}

/// Vectors from the listener to the source of every measurement, in the listener's axes, [M, 3].
std::vector<double> read_directions(const io::Hdf5Reader& file, std::size_t measurements) {
  if (!file.has(kSource)) file.fail(kSource, "expected the source's positions, found none");
  file.text_attribute(kSource, "Type");
  const Places source(file, kSource, measurements, Eigen::Vector3d::Zero());
  const Places listener(file, kListener, measurements, Eigen::Vector3d::Zero());
  const Places view(file, kView, measurements, Eigen::Vector3d::UnitX());
  const Places up(file, kUp, measurements, Eigen::Vector3d::UnitZ());
  std::vector<double> directions;
  for (std::size_t i = 0; i < measurements; ++i) {
    const Eigen::Matrix3d R_world_listener = listener_axes(file, view.at(i), up.at(i));
    const Eigen::Vector3d d = R_world_listener.transpose() * (source.at(i) - listener.at(i));
    directions.insert(directions.end(), {d.x(), d.y(), d.z()});
  }
  return directions;
}

array::Responses read_in_process(const std::filesystem::path& path) {
  const io::Hdf5Reader file(path);
  const std::string data_type =
      file.has_attribute("/", "DataType") ? file.text_attribute("/", "DataType") : "";
  if (!file.has(kIr) || data_type != "FIR") {
    file.fail("/", fmt::format("expected a SOFA file with impulse responses (DataType FIR), found "
                               "DataType \"{}\"",
                               data_type));
  }
  const std::vector<std::size_t> shape = file.shape(kIr);
  if (shape.size() != 3)
    file.fail(kIr, "expected three dimensions: measurements, receivers, samples");
  const std::vector<double> rate = read_numbers(file, kRate);
  if (rate.empty()) file.fail(kRate, "expected a sample rate, found none");
  const std::vector<double> delay =
      file.has(kDelay) ? read_numbers(file, kDelay) : std::vector<double>{};
  return array::make_responses(path.string(), rate[0], read_directions(file, shape[0]),
                               array::PositionType::kCartesian, read_numbers(file, kIr), shape[1],
                               delay);
}

/// The responses as a list: rate, M, R, N, directions, impulse responses.
std::vector<double> to_numbers(const array::Responses& responses) {
  std::vector<double> numbers{
      responses.sample_rate_hz, static_cast<double>(responses.direction.size()),
      static_cast<double>(responses.receivers), static_cast<double>(responses.samples)};
  for (const Eigen::Vector3d& d : responses.direction)
    numbers.insert(numbers.end(), {d.x(), d.y(), d.z()});
  numbers.insert(numbers.end(), responses.ir.begin(), responses.ir.end());
  return numbers;
}

array::Responses from_numbers(const std::string& name, const std::vector<double>& numbers) {
  array::Responses responses;
  responses.name = name;
  responses.sample_rate_hz = numbers[0];
  const auto directions = static_cast<std::size_t>(numbers[1]);
  responses.receivers = static_cast<std::size_t>(numbers[2]);
  responses.samples = static_cast<std::size_t>(numbers[3]);
  const double* at = numbers.data() + 4;
  for (std::size_t i = 0; i < directions; ++i, at += 3)
    responses.direction.emplace_back(at[0], at[1], at[2]);
  responses.ir.assign(at, numbers.data() + numbers.size());
  return responses;
}

}  // namespace

array::Responses read_sofa(const std::filesystem::path& path) {
  return from_numbers(path.string(), core::run_isolated(path.string(), [&] {
                        return to_numbers(read_in_process(path));
                      }));
}

}  // namespace formats
