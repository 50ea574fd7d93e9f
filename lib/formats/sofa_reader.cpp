#include "formats/sofa_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "array/scale.h"
#include "array/transfer.h"
#include "core/errors.h"
#include "core/isolation.h"
#include "core/units.h"
#include "formats/sofa_axes.h"
#include "formats/sofa_conventions.h"
#include "formats/sofa_positions.h"

namespace formats {
namespace {

constexpr const char* kIr = "/Data.IR";
constexpr const char* kReal = "/Data.Real";
constexpr const char* kImaginary = "/Data.Imag";
constexpr const char* kFrequency = "/N";
constexpr const char* kRate = "/Data.SamplingRate";
constexpr const char* kDelay = "/Data.Delay";
constexpr const char* kSource = "/SourcePosition";
constexpr const char* kListener = "/ListenerPosition";
constexpr const char* kReceiver = "/ReceiverPosition";

using Role = SofaPositions::Role;

/// Vectors from the listener to the source of every measurement, in the listener's axes, [M, 3].
std::vector<double> read_directions(const io::Hdf5Reader& file, std::size_t measurements,
                                    std::vector<std::string>& notes) {
  if (!file.has(kSource)) file.fail(kSource, "expected the source's positions, found none");
  if (text_or(file, kSource, "Type", "").empty())
    file.fail(kSource, "expected the attribute Type, cartesian or spherical, found none");
  const SofaPositions source(file, kSource, measurements, Eigen::Vector3d::Zero(), Role::kSource);
  const SofaPositions listener(file, kListener, measurements, Eigen::Vector3d::Zero(),
                               Role::kPosition);
  const SofaAxes axes(file, "Listener", measurements, notes);
  std::vector<double> directions;
  for (std::size_t i = 0; i < measurements; ++i) {
    const Eigen::Vector3d d = axes.at(file, i).transpose() * (source.at(i) - listener.at(i));
    directions.insert(directions.end(), {d.x(), d.y(), d.z()});
  }
  const double largest_deg = source.largest_angle_deg();
  if (largest_deg > 1.0 && largest_deg < 6.3) {
    notes.push_back(fmt::format(
        "the largest angle of SourcePosition is {:.3g} degrees: are the angles in radians although "
        "the Units say degree?",
        largest_deg));
  }
  return directions;
}

/// Sizes M, R and N of a variable; a fourth dimension, the emitters, must be 1.
std::vector<std::size_t> data_shape(const io::Hdf5Reader& file, const std::string& dataset) {
  std::vector<std::size_t> shape = file.shape(dataset);
  if (shape.size() == 4 && (shape[2] == 1 || shape[3] == 1))
    shape = {shape[0], shape[1], shape[2] * shape[3]};
  if (shape.size() != 3)
    file.fail(dataset, "expected three dimensions: measurements, receivers, samples");
  return shape;
}

double read_rate(const io::Hdf5Reader& file) {
  const std::vector<double> rates = read_numbers(file, kRate);
  if (rates.empty()) file.fail(kRate, "expected a sample rate, found none");
  for (const double rate : rates) {
    if (rate == rates[0]) continue;
    file.fail(kRate, fmt::format("expected one sample rate, found {} and {} Hz; resample the "
                                 "responses to one rate",
                                 rates[0], rate));
  }
  const std::string units = text_or(file, kRate, "Units", "hertz");
  if (units == "hertz" || units == "Hz" || units == "Hertz") return rates[0];
  if (units == "kilohertz" || units == "kHz") return 1e3 * rates[0];
  file.fail(kRate, fmt::format("expected Units hertz, found \"{}\"", units));
}

std::vector<double> read_delays(const io::Hdf5Reader& file, std::size_t measurements,
                                std::size_t receivers) {
  if (!file.has(kDelay)) return {};
  const std::vector<std::size_t> shape = file.shape(kDelay);
  const bool fits = shape.size() >= 2 && shape.size() <= 3 && shape[1] == receivers &&
                    (shape[0] == 1 || shape[0] == measurements) &&
                    (shape.size() == 2 || shape[2] == 1);
  if (!fits) {
    file.fail(kDelay, fmt::format("expected delays of size [1, {}] or [{}, {}]", receivers,
                                  measurements, receivers));
  }
  return read_numbers(file, kDelay);
}

/// Questions about the receivers' positions, which are not used otherwise.
void check_receivers(const io::Hdf5Reader& file, std::size_t receivers,
                     std::vector<std::string>& notes) {
  if (!file.has(kReceiver)) return;
  const std::vector<std::size_t> shape = file.shape(kReceiver);
  if (shape.size() == 3 && shape[2] != 1) return;  // they move, which no reader asks for
  if (text_or(file, kReceiver, "Type", "").find("harmonics") != std::string::npos) {
    file.fail(kReceiver,
              "expected receivers at places, found spherical harmonics; an array of "
              "microphones has responses of its microphones");
  }
  try {
    const SofaPositions receiver(file, kReceiver, receivers, Eigen::Vector3d::Zero(),
                                 Role::kPosition);
    std::vector<Eigen::Vector3d> position_m;
    for (std::size_t r = 0; r < receivers; ++r) position_m.push_back(receiver.at(r));
    const std::string question = array::scale_question(position_m);
    if (!question.empty()) notes.push_back("ReceiverPosition: " + question);
  } catch (const core::InputError& error) {
    notes.emplace_back(error.what());  // nothing else needs these positions
  }
}

/// Impulse responses before their sizes are checked.
struct Data {
  std::size_t measurements = 0, receivers = 0;
  double rate_hz = 0.0;
  std::vector<double> ir, delay;
};

Data read_fir(const io::Hdf5Reader& file) {
  if (!file.has(kIr)) file.fail(kIr, "expected impulse responses (DataType FIR), found none");
  const std::vector<std::size_t> shape = data_shape(file, kIr);
  return {shape[0], shape[1], read_rate(file), read_numbers(file, kIr),
          read_delays(file, shape[0], shape[1])};
}

Data read_transfer(const io::Hdf5Reader& file, std::vector<std::string>& notes) {
  const std::vector<std::size_t> shape = data_shape(file, kReal);
  if (data_shape(file, kImaginary) != shape)
    file.fail(kImaginary, "expected the same size as Data.Real");
  const std::vector<double> real = read_numbers(file, kReal);
  const std::vector<double> imaginary = read_numbers(file, kImaginary);
  array::TransferFunctions transfer;
  transfer.frequency_hz = read_numbers(file, kFrequency);
  if (transfer.frequency_hz.size() != shape[2])
    file.fail(kFrequency, fmt::format("expected the {} frequencies of Data.Real", shape[2]));
  for (std::size_t i = 0; i < real.size(); ++i) {
    if (!std::isfinite(real[i]) || !std::isfinite(imaginary[i]))
      file.fail(kReal, "expected finite numbers in Data.Real and Data.Imag");
    transfer.value.emplace_back(real[i], imaginary[i]);
  }
  array::ImpulseSet set = array::impulse_responses(file.path().string(), transfer);
  if (!set.note.empty()) notes.push_back(set.note);
  return {shape[0], shape[1], set.sample_rate_hz, std::move(set.ir), {}};
}

array::Responses read_in_process(const std::filesystem::path& path) {
  const io::Hdf5Reader file(path);
  std::vector<std::string> notes;
  const SofaData kind = check_sofa_convention(file);
  const Data data = kind == SofaData::kFir ? read_fir(file) : read_transfer(file, notes);
  const std::string room = text_or(file, "/", "RoomType", "free field");
  if (room != "free field") {
    notes.push_back(
        fmt::format("RoomType is \"{}\": responses that contain a room are no array's own", room));
  }
  check_receivers(file, data.receivers, notes);
  const std::vector<double> directions = read_directions(file, data.measurements, notes);
  array::Responses responses =
      array::make_responses(path.string(), data.rate_hz, directions,
                            array::PositionType::kCartesian, data.ir, data.receivers, data.delay);
  responses.notes.insert(responses.notes.begin(), notes.begin(), notes.end());
  return responses;
}

// What a child process found comes back as numbers: texts as their length and characters.
void append_text(std::vector<double>& numbers, const std::string& text) {
  numbers.push_back(static_cast<double>(text.size()));
  for (const char c : text) numbers.push_back(static_cast<unsigned char>(c));
}

std::string take_text(const double*& at) {
  std::string text(static_cast<std::size_t>(*at++), '\0');
  for (char& c : text) c = static_cast<char>(static_cast<unsigned char>(*at++));
  return text;
}

/// The responses as a list: rate, M, R, N, notes, directions, impulse responses.
std::vector<double> to_numbers(const array::Responses& responses) {
  std::vector<double> numbers{
      responses.sample_rate_hz, static_cast<double>(responses.direction.size()),
      static_cast<double>(responses.receivers), static_cast<double>(responses.samples),
      static_cast<double>(responses.notes.size())};
  for (const std::string& note : responses.notes) append_text(numbers, note);
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
  const auto notes = static_cast<std::size_t>(numbers[4]);
  const double* at = numbers.data() + 5;
  for (std::size_t i = 0; i < notes; ++i) responses.notes.push_back(take_text(at));
  for (std::size_t i = 0; i < directions; ++i, at += 3)
    responses.direction.emplace_back(at[0], at[1], at[2]);
  const double* end = numbers.data() + numbers.size();
  for (; at != end; ++at) responses.ir.push_back(static_cast<float>(*at));
  return responses;
}

}  // namespace

array::Responses read_sofa(const std::filesystem::path& path) {
  return from_numbers(path.string(), core::run_isolated(path.string(), [&] {
                        return to_numbers(read_in_process(path));
                      }));
}

std::optional<SofaSummary> summarize_sofa(const std::filesystem::path& path) {
  const std::vector<double> numbers = core::run_isolated(path.string(), [&] {
    const io::Hdf5Reader file(path);
    std::vector<double> found;
    if (text_or(file, "/", "Conventions", "") != "SOFA") return found;
    file.read_everything();
    const std::string writer = text_or(file, "/", "APIName", "an unknown program");
    std::string content = fmt::format("convention {}, DataType {}",
                                      text_or(file, "/", "SOFAConventions", "not stated"),
                                      text_or(file, "/", "DataType", "not stated"));
    for (const char* dimension : {"M", "R", "E", "N"}) {
      const std::string name = std::string("/") + dimension;
      if (file.has(name)) content += fmt::format(", {} {}", dimension, file.rows(name));
    }
    if (file.has(kRate)) content += fmt::format(", {:g} Hz", read_numbers(file, kRate).at(0));
    found.push_back(writer.starts_with("csl") ? 1.0 : 0.0);
    append_text(found, fmt::format("{}, written by {}", content, writer));
    return found;
  });
  if (numbers.empty()) return std::nullopt;
  const double* at = numbers.data() + 1;
  return SofaSummary{numbers[0] > 0.0, take_text(at)};
}

}  // namespace formats
