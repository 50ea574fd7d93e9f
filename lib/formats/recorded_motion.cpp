#include "formats/recorded_motion.h"

#include <fmt/format.h>

#include <sstream>

#include "core/errors.h"
#include "core/files.h"
#include "core/isolation.h"
#include "formats/orientation_table.h"
#include "formats/sessions_file.h"
#include "io/container.h"

namespace formats {
namespace {

/// Number of samples of the shortest track that is used.
constexpr std::size_t kMinSamples = 10;

/// Tracks between the rows that are not finite.
std::vector<so3::Track> cut_at_gaps(const std::vector<double>& time_s,
                                    const std::vector<Eigen::Quaterniond>& quaternion) {
  std::vector<so3::Track> tracks;
  std::vector<double> times;
  std::vector<Eigen::Quaterniond> rotations;
  for (std::size_t i = 0; i <= time_s.size(); ++i) {
    if (i < time_s.size() && quaternion[i].coeffs().allFinite()) {
      times.push_back(time_s[i]);
      rotations.push_back(quaternion[i]);
      continue;
    }
    if (times.size() >= kMinSamples) tracks.emplace_back(std::move(times), std::move(rotations));
    times.clear();
    rotations.clear();
  }
  return tracks;
}

std::vector<so3::Track> read_broad(const io::Hdf5Reader& file) {
  const char* dataset = "/opt_quat";
  const std::vector<std::size_t> shape = file.shape(dataset);
  if (shape.size() != 2 || shape[1] != 4) file.fail(dataset, "expected rows of w x y z");
  const double rate_hz = file.number_attribute("/", "sampling_rate");
  if (!(rate_hz > 0.0)) file.fail("/", "expected a positive sampling_rate");
  const auto rows = file.read<double>(dataset);
  std::vector<double> time_s(shape[0]);
  std::vector<Eigen::Quaterniond> quaternion(shape[0]);
  for (std::size_t i = 0; i < shape[0]; ++i) {
    time_s[i] = static_cast<double>(i) / rate_hz;
    quaternion[i] =
        Eigen::Quaterniond(rows[4 * i], rows[4 * i + 1], rows[4 * i + 2], rows[4 * i + 3]);
  }
  return cut_at_gaps(time_s, quaternion);
}

std::vector<so3::Track> read_sessions(const std::filesystem::path& path) {
  const SessionsReader reader(path);
  std::vector<so3::Track> tracks;
  for (std::size_t i = 0; i < reader.size(); ++i) tracks.push_back(reader.read(i).orientation);
  return tracks;
}

std::vector<so3::Track> read_csv(const std::filesystem::path& path) {
  std::istringstream lines(core::read_text_file(path));
  OrientationRowReader reader(path);
  std::vector<double> time_s;
  std::vector<Eigen::Quaterniond> quaternion;
  for (std::string line; std::getline(lines, line);) {
    if (const auto row = reader.take(line)) {
      time_s.push_back(row->time_s);
      quaternion.push_back(row->q_world_sensor);
    }
  }
  try {
    return cut_at_gaps(time_s, quaternion);
  } catch (const core::InputError& error) {
    throw core::InputError(fmt::format("{}: {}", path.string(), error.what()));
  }
}

std::vector<so3::Track> read_hdf5(const std::filesystem::path& path) {
  const io::Hdf5Reader file(path);
  if (file.has("/opt_quat")) return read_broad(file);
  if (io::container_format(file) == kSessionsFormat) return read_sessions(path);
  throw core::InputError(path.string() +
                         ": expected BROAD's HDF5 (opt_quat), a sessions file or a CSV");
}

/// The length of each track, followed by five numbers a sample.
std::vector<double> to_numbers(const std::vector<so3::Track>& tracks) {
  std::vector<double> numbers;
  for (const so3::Track& track : tracks) {
    numbers.push_back(static_cast<double>(track.size()));
    for (std::size_t i = 0; i < track.size(); ++i) {
      const Eigen::Quaterniond& q = track.quaternion()[i];
      numbers.insert(numbers.end(), {track.time_s()[i], q.w(), q.x(), q.y(), q.z()});
    }
  }
  return numbers;
}

std::vector<so3::Track> from_numbers(const std::vector<double>& numbers) {
  std::vector<so3::Track> tracks;
  for (const double* at = numbers.data(); at < numbers.data() + numbers.size();) {
    std::vector<double> time_s(static_cast<std::size_t>(*at++));
    std::vector<Eigen::Quaterniond> quaternion(time_s.size());
    for (std::size_t i = 0; i < time_s.size(); ++i, at += 5) {
      time_s[i] = at[0];
      quaternion[i] = Eigen::Quaterniond(at[1], at[2], at[3], at[4]);
    }
    tracks.emplace_back(std::move(time_s), std::move(quaternion));
  }
  return tracks;
}

}  // namespace

std::vector<so3::Track> read_recorded_motion(const std::filesystem::path& path) {
  const std::vector<so3::Track> tracks =
      path.extension() == ".csv" ? read_csv(path)
                                 : from_numbers(core::run_isolated(
                                       path.string(), [&] { return to_numbers(read_hdf5(path)); }));
  if (tracks.empty())
    throw core::InputError(
        fmt::format("{}: holds no track of at least {} orientations without a gap", path.string(),
                    kMinSamples));
  return tracks;
}

}  // namespace formats
