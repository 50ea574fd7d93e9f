#include "formats/model_responses.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace formats {
namespace {

constexpr const char* kPositions = "/response/position_m";
constexpr const char* kOffset = "/response/offset_m";
constexpr const char* kCovariance = "/response/covariance_m2";
constexpr const char* kBand = "/response/likelihood/band_hz";
constexpr const char* kExponent = "/response/likelihood/exponent";
constexpr const char* kFloor = "/response/likelihood/floor";
constexpr const char* kKnot = "/response/correction/knot_hz";
constexpr const char* kCoefficient = "/response/correction/coefficient";

constexpr const char* kMapDirection = "/response/uncertainty/direction";
constexpr const char* kMapRecordings = "/response/uncertainty/recordings";
constexpr const char* kMapFrequency = "/response/uncertainty/frequency_hz";
constexpr const char* kMapDeviation = "/response/uncertainty/deviation";

constexpr std::size_t kMostKnots = 1024;
constexpr std::size_t kMostHarmonics = 1024;  // order 31

std::vector<double> read_finite(const io::Hdf5Reader& file, const std::string& dataset,
                                const std::vector<std::size_t>& shape) {
  if (file.shape(dataset) != shape) {
    file.fail(dataset, fmt::format("expected {} values in {} dimensions", shape[0], shape.size()));
  }
  std::vector<double> values = file.read<double>(dataset);
  if (!std::ranges::all_of(values, [](double v) { return std::isfinite(v); })) {
    file.fail(dataset, "a value is not finite; calibrate again");
  }
  return values;
}

void read_array(const io::Hdf5Reader& file, std::size_t microphones, calib::EffectiveArray& array) {
  const std::vector<double> position = read_finite(file, kPositions, {microphones, 3});
  array.offset_m = read_finite(file, kOffset, {microphones});
  for (std::size_t m = 0; m < microphones; ++m) {
    array.position_m.emplace_back(position[3 * m], position[3 * m + 1], position[3 * m + 2]);
  }
  array.speed_of_sound = file.number_attribute(kPositions, "speed_of_sound");
  if (!(array.speed_of_sound > 0.0) || !std::isfinite(array.speed_of_sound)) {
    file.fail(kPositions, "expected a speed of sound above 0");
  }
  const std::vector<double> covariance =
      read_finite(file, kCovariance, {4 * microphones, 4 * microphones});
  const auto rows = static_cast<Eigen::Index>(4 * microphones);
  array.covariance = Eigen::Map<const Eigen::MatrixXd>(covariance.data(), rows, rows);
}

void read_likelihood(const io::Hdf5Reader& file, calib::MatchLikelihood& likelihood) {
  const std::size_t bands = file.rows(kBand);
  if (bands == 0) file.fail(kBand, "expected at least one band");
  likelihood.band_hz = read_finite(file, kBand, {bands});
  likelihood.exponent = read_finite(file, kExponent, {bands});
  likelihood.floor = read_finite(file, kFloor, {bands});
  if (!std::ranges::is_sorted(likelihood.band_hz)) file.fail(kBand, "expected rising edges");
  if (!std::ranges::all_of(likelihood.floor, [](double v) { return v > 0.0; })) {
    file.fail(kFloor, "expected values above 0");
  }
}

void read_correction(const io::Hdf5Reader& file, std::size_t microphones,
                     calib::Correction& correction) {
  const std::size_t knots = file.rows(kKnot);
  if (knots == 0) return;
  correction.knot_hz = read_finite(file, kKnot, {knots});
  const auto order = file.number_attribute(kCoefficient, "order");
  correction.microphones = microphones;
  correction.order = order >= 0.0 && order <= 31.0 ? static_cast<std::size_t>(order) : kMostKnots;
  const std::size_t harmonics = correction.harmonics();
  if (knots > kMostKnots || harmonics > kMostHarmonics ||
      !std::ranges::is_sorted(correction.knot_hz)) {
    file.fail(kCoefficient, "expected an order up to 31 and rising knots");
  }
  const std::vector<std::size_t> shape = {knots * harmonics, microphones};
  if (file.shape(kCoefficient) != shape) {
    file.fail(kCoefficient, fmt::format("expected {} x {} values", shape[0], shape[1]));
  }
  correction.coefficient = file.read<std::complex<float>>(kCoefficient);
  for (const std::complex<float>& c : correction.coefficient) {
    if (!std::isfinite(c.real()) || !std::isfinite(c.imag())) {
      file.fail(kCoefficient, "a value is not finite; calibrate again");
    }
  }
}

void write_uncertainty(io::Hdf5Writer& writer, const calib::Uncertainty& uncertainty) {
  for (const Eigen::Vector3d& d : uncertainty.direction) {
    writer.append_rows<double>(kMapDirection, {d.data(), 3}, 3);
  }
  writer.append<std::uint32_t>(kMapRecordings, uncertainty.recordings);
  writer.append<double>(kMapFrequency, uncertainty.frequency_hz);
  writer.append_rows<float>(kMapDeviation, uncertainty.deviation, uncertainty.frequency_hz.size());
}

void read_uncertainty(const io::Hdf5Reader& file, calib::Uncertainty& uncertainty) {
  const std::size_t directions = file.rows(kMapRecordings);
  const std::vector<double> direction = read_finite(file, kMapDirection, {directions, 3});
  for (std::size_t i = 0; i < directions; ++i) {
    uncertainty.direction.emplace_back(direction[3 * i], direction[3 * i + 1],
                                       direction[3 * i + 2]);
  }
  uncertainty.recordings = file.read<std::uint32_t>(kMapRecordings);
  const std::size_t frequencies = file.rows(kMapFrequency);
  uncertainty.frequency_hz = read_finite(file, kMapFrequency, {frequencies});
  if (file.shape(kMapDeviation) != std::vector<std::size_t>{directions, frequencies}) {
    file.fail(kMapDeviation, fmt::format("expected {} x {} values", directions, frequencies));
  }
  uncertainty.deviation = file.read<float>(kMapDeviation);
  if (!std::ranges::all_of(uncertainty.deviation, [](float v) { return v >= 0.0F && v <= 1e6F; })) {
    file.fail(kMapDeviation, "expected values from 0; calibrate again");
  }
}

}  // namespace

void write_response(io::Hdf5Writer& writer, const calib::Calibration& calibration) {
  const calib::EffectiveArray& array = calibration.array;
  for (const Eigen::Vector3d& p : array.position_m) {
    writer.append_rows<double>(kPositions, {p.data(), 3}, 3);
  }
  writer.append<double>(kOffset, array.offset_m);
  writer.append_rows<double>(
      kCovariance, {array.covariance.data(), static_cast<std::size_t>(array.covariance.size())},
      4 * array.size());
  writer.append<double>(kBand, calibration.likelihood.band_hz);
  writer.append<double>(kExponent, calibration.likelihood.exponent);
  writer.append<double>(kFloor, calibration.likelihood.floor);
  const calib::Correction& correction = calibration.correction;
  writer.append<double>(kKnot, correction.knot_hz);
  writer.append_rows<std::complex<float>>(kCoefficient, correction.coefficient, array.size());
  writer.attribute(kPositions, "speed_of_sound", array.speed_of_sound);
  writer.attribute(kCoefficient, "order", static_cast<double>(correction.order));
  if (!calibration.uncertainty.empty()) write_uncertainty(writer, calibration.uncertainty);
}

std::optional<calib::Calibration> read_response(const io::Hdf5Reader& file,
                                                std::size_t microphones) {
  if (!file.has(kPositions)) return std::nullopt;
  calib::Calibration calibration;
  read_array(file, microphones, calibration.array);
  read_likelihood(file, calibration.likelihood);
  read_correction(file, microphones, calibration.correction);
  if (file.has(kMapDirection)) read_uncertainty(file, calibration.uncertainty);
  return calibration;
}

}  // namespace formats
