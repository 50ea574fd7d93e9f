// Measured room responses of an array from SOFA files (AES69): SingleRoomSRIR and SingleRoomDRIR have
// one source position for each measurement, MultiSpeakerBRIR and SingleRoomMIMOSRIR have emitters.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "core/errors.h"
#include "core/isolation.h"
#include "formats/room_responses.h"
#include "formats/sofa_axes.h"
#include "formats/sofa_positions.h"
#include "so3/rotation.h"

namespace formats {
namespace {

constexpr const char* kResponses = "/Data.IR";
constexpr const char* kResponseRate = "/Data.SamplingRate";
constexpr const char* kResponseDelay = "/Data.Delay";
constexpr std::array kConventions = {"SingleRoomSRIR", "SingleRoomDRIR", "MultiSpeakerBRIR",
                                     "SingleRoomMIMOSRIR"};
constexpr double kSamePlace_m = 1e-3;

using Role = SofaPositions::Role;

/// The responses and where they were measured, as plain numbers: they come from a child process.
struct RoomSofa {
  double rate_hz = 0.0;
  std::size_t measurements = 0, receivers = 0, emitters = 0, samples = 0;
  std::vector<double> quaternion;  ///< q_world_sensor, w x y z, [measurements, 4]
  std::vector<double> source_m;    ///< from the listener, world axes, [measurements, emitters, 3]
  std::vector<double> ir;          ///< [measurements, emitters, samples, receivers]
};

void check_convention(const io::Hdf5Reader& file) {
  const std::string name = text_or(file, "/", "SOFAConventions", "");
  if (std::find(kConventions.begin(), kConventions.end(), name) != kConventions.end()) return;
  const std::string room = text_or(file, "/", "RoomType", "free field");
  if (name == "GeneralFIR" && room != "free field") return;  // such as those of csl-simulate --rir
  file.fail("/", fmt::format("expected room responses, of the convention SingleRoomSRIR, "
                             "SingleRoomDRIR, MultiSpeakerBRIR, SingleRoomMIMOSRIR or, of a room, "
                             "GeneralFIR, found \"{}\" of the RoomType \"{}\"; responses of an "
                             "array to far sources are for --array",
                             name, room));
}

/// Sizes and strides of Data.IR: [M, R, N] for DataType FIR, [M, R, E, N] for FIRE, [M, R, N, E]
/// for FIR-E.
struct IrLayout {
  std::size_t m, r, e, n;
  std::size_t stride_e, stride_n;  ///< steps to the next emitter and the next sample
};

IrLayout layout_of(const io::Hdf5Reader& file) {
  const std::string type = text_or(file, "/", "DataType", "");
  const std::vector<std::size_t> shape = file.shape(kResponses);
  if (type == "FIR" && shape.size() == 3) return {shape[0], shape[1], 1, shape[2], 0, 1};
  if (type == "FIRE" && shape.size() == 4)
    return {shape[0], shape[1], shape[2], shape[3], shape[3], 1};
  if (type == "FIR-E" && shape.size() == 4)
    return {shape[0], shape[1], shape[3], shape[2], 1, shape[3]};
  file.fail(kResponses,
            fmt::format("expected impulse responses, of DataType FIR with three dimensions or "
                        "FIR-E or FIRE with four, found DataType \"{}\" with {}",
                        type, shape.size()));
}

void check_delays(const io::Hdf5Reader& file) {
  if (!file.has(kResponseDelay)) return;
  for (const double delay : read_numbers(file, kResponseDelay)) {
    if (delay != 0.0)
      file.fail(kResponseDelay,
                "expected no delays beside room responses; shift the responses themselves");
  }
}

void read_places(const io::Hdf5Reader& file, const IrLayout& layout, RoomSofa& sofa) {
  std::vector<std::string> notes;
  const SofaPositions listener(file, "/ListenerPosition", layout.m, Eigen::Vector3d::Zero(),
                               Role::kPosition);
  const SofaPositions source(file, "/SourcePosition", layout.m, Eigen::Vector3d::Zero(),
                             Role::kPosition);
  const SofaPositions emitter(file, "/EmitterPosition", layout.e, Eigen::Vector3d::Zero(),
                              Role::kPosition);
  const SofaAxes listener_axes(file, "Listener", layout.m, notes);
  const SofaAxes source_axes(file, "Source", layout.m, notes);
  for (std::size_t m = 0; m < layout.m; ++m) {
    const Eigen::Quaterniond q(listener_axes.at(file, m));
    sofa.quaternion.insert(sofa.quaternion.end(), {q.w(), q.x(), q.y(), q.z()});
    for (std::size_t e = 0; e < layout.e; ++e) {
      const Eigen::Vector3d from_listener =
          source.at(m) + source_axes.at(file, m) * emitter.at(e) - listener.at(m);
      if (!(from_listener.norm() > kSamePlace_m))
        file.fail("/SourcePosition", "expected sources apart from the listener, found one there");
      sofa.source_m.insert(sofa.source_m.end(),
                           {from_listener.x(), from_listener.y(), from_listener.z()});
    }
  }
}

RoomSofa read_room_file(const std::filesystem::path& path) {
  const io::Hdf5Reader file(path);
  check_convention(file);
  if (!file.has(kResponses)) file.fail(kResponses, "expected impulse responses, found none");
  const IrLayout layout = layout_of(file);
  check_delays(file);
  const std::vector<double> rates = read_numbers(file, kResponseRate);
  if (rates.empty() || !(rates[0] >= 1000.0 && rates[0] <= 1e6) ||
      std::any_of(rates.begin(), rates.end(), [&](double rate) { return rate != rates[0]; }))
    file.fail(kResponseRate, "expected one sample rate from 1 kHz to 1 MHz");
  RoomSofa sofa{rates[0], layout.m, layout.r, layout.e, layout.n, {}, {}, {}};
  read_places(file, layout, sofa);
  const std::vector<double> ir = read_numbers(file, kResponses);
  sofa.ir.reserve(ir.size());
  for (std::size_t m = 0; m < layout.m; ++m) {
    for (std::size_t e = 0; e < layout.e; ++e) {
      for (std::size_t n = 0; n < layout.n; ++n) {
        for (std::size_t r = 0; r < layout.r; ++r) {
          const std::size_t of_receiver = (m * layout.r + r) * layout.e * layout.n;
          sofa.ir.push_back(ir[of_receiver + e * layout.stride_e + n * layout.stride_n]);
        }
      }
    }
  }
  return sofa;
}

std::vector<double> room_to_numbers(const RoomSofa& sofa) {
  std::vector<double> numbers{
      sofa.rate_hz, static_cast<double>(sofa.measurements), static_cast<double>(sofa.receivers),
      static_cast<double>(sofa.emitters), static_cast<double>(sofa.samples)};
  for (const auto* part : {&sofa.quaternion, &sofa.source_m, &sofa.ir})
    numbers.insert(numbers.end(), part->begin(), part->end());
  return numbers;
}

RoomSofa room_from_numbers(const std::vector<double>& numbers) {
  const auto count = [&](std::size_t i) { return static_cast<std::size_t>(numbers[i]); };
  RoomSofa sofa{numbers[0], count(1), count(2), count(3), count(4), {}, {}, {}};
  auto at = numbers.begin() + 5;
  const auto take = [&](std::vector<double>& part, std::size_t size) {
    part.assign(at, at + static_cast<std::ptrdiff_t>(size));
    at += static_cast<std::ptrdiff_t>(size);
  };
  take(sofa.quaternion, 4 * sofa.measurements);
  take(sofa.source_m, 3 * sofa.measurements * sofa.emitters);
  take(sofa.ir, static_cast<std::size_t>(numbers.end() - at));
  return sofa;
}

/// Names of the sources: places that differ by less than a millimeter are one, "S1", "S2", ...
class SourceNames {
 public:
  std::string of(const Eigen::Vector3d& source_m) {
    const auto known = std::find_if(places_.begin(), places_.end(), [&](const auto& place) {
      return (place - source_m).norm() < kSamePlace_m;
    });
    const auto number = known - places_.begin() + 1;
    if (known == places_.end()) places_.push_back(source_m);
    return fmt::format("S{}", number);
  }
  /// The place that got this name first.
  Eigen::Vector3d place(const std::string& name) const {
    return places_[std::stoul(name.substr(1)) - 1];
  }

 private:
  std::vector<Eigen::Vector3d> places_;
};

}  // namespace

array::RoomResponses read_room_sofa(const std::filesystem::path& path,
                                    const RoomSelection& selection, double sample_rate_hz) {
  const RoomSofa sofa = room_from_numbers(
      core::run_isolated(path.string(), [&] { return room_to_numbers(read_room_file(path)); }));
  array::RoomResponses responses;
  responses.name = path.string();
  responses.sample_rate_hz = sample_rate_hz;
  responses.microphones = sofa.receivers;
  std::vector<std::size_t> channels(sofa.receivers);
  for (std::size_t r = 0; r < channels.size(); ++r) channels[r] = r;
  SourceNames names;
  for (std::size_t i = 0; i < sofa.measurements * sofa.emitters; ++i) {
    const double* m = sofa.source_m.data() + 3 * i;
    array::RoomPlace place;
    place.room = "room";
    place.source = names.of({m[0], m[1], m[2]});
    if (!selection.takes(place.room, place.source)) continue;
    const Eigen::Vector3d source_m = names.place(place.source);
    place.direction_world = source_m.normalized();
    place.distance_m = source_m.norm();
    const std::size_t size = sofa.samples * sofa.receivers;
    const std::vector<float> samples(sofa.ir.begin() + static_cast<std::ptrdiff_t>(i * size),
                                     sofa.ir.begin() + static_cast<std::ptrdiff_t>((i + 1) * size));
    responses.measurement.push_back(
        make_measurement(fmt::format("{}: measurement {}", path.string(), i / sofa.emitters + 1),
                         samples, sofa.receivers, sofa.rate_hz, sample_rate_hz));
    const double* q = sofa.quaternion.data() + 4 * (i / sofa.emitters);
    add_view(responses, place, Eigen::Quaterniond(q[0], q[1], q[2], q[3]).normalized(),
             responses.measurement.size() - 1, channels);
  }
  return responses;
}

}  // namespace formats
