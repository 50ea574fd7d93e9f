#include "formats/sessions_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "array/known_array.h"
#include "core/errors.h"
#include "core/index_range.h"
#include "core/sample.h"
#include "formats/columns.h"
#include "session/session.h"

namespace formats {
namespace {

constexpr const char* kTimeData = "/time_data";
constexpr const char* kOrientationTime = "/orientation/time_s";
constexpr const char* kQuaternion = "/orientation/quaternion";
constexpr const char* kPosition = "/array/position_m";
constexpr const char* kResponse = "/array/response";
constexpr const char* kResponseDirection = "/array/response_direction";
constexpr const char* kImuTime = "/imu/time_s";
constexpr const char* kImuColumns[] = {"/imu/gyroscope", "/imu/accelerometer", "/imu/magnetometer"};
constexpr const char* kImuUnits[] = {"rad/s", "m/s^2", "uT"};

std::vector<Eigen::Vector3d> read_positions(const io::Hdf5Reader& file, std::size_t microphones) {
  if (!file.has(kPosition)) return {};
  if (file.shape(kPosition) != std::vector<std::size_t>{microphones, 3}) {
    file.fail(kPosition, fmt::format("expected {} positions of 3 coordinates", microphones));
  }
  const auto values = file.read<double>(kPosition);
  std::vector<Eigen::Vector3d> positions(microphones);
  for (std::size_t m = 0; m < microphones; ++m) {
    positions[m] = {values[3 * m], values[3 * m + 1], values[3 * m + 2]};
  }
  return positions;
}

std::optional<array::Responses> read_responses(const io::Hdf5Reader& file,
                                               std::size_t microphones) {
  if (!file.has(kResponse)) return std::nullopt;
  const std::vector<std::size_t> directions = file.shape(kResponseDirection);
  const std::vector<std::size_t> shape = file.shape(kResponse);
  if (directions.size() != 2 || directions[1] != 3 || shape.size() != 2 ||
      shape[0] != directions[0] * microphones) {
    file.fail(kResponse,
              fmt::format("expected responses of {} microphones for every direction of {}",
                          microphones, kResponseDirection));
  }
  const auto position = file.read<double>(kResponseDirection);
  const auto ir = file.read<float>(kResponse);
  return array::make_responses(
      file.path().string(), file.number_attribute(kResponse, "sample_freq"), position,
      array::PositionType::kCartesian, std::vector<double>(ir.begin(), ir.end()), microphones);
}

void write_responses(const array::Responses& responses, io::Hdf5Writer& writer) {
  for (const Eigen::Vector3d& d : responses.direction) {
    writer.append_rows<double>(kResponseDirection, std::span<const double>(d.data(), 3), 3);
  }
  writer.append_rows<float>(kResponse, responses.ir, responses.samples);
  writer.attribute(kResponse, "sample_freq", responses.sample_rate_hz);
}

}  // namespace

SessionsWriter::SessionsWriter(const std::filesystem::path& out, const core::Provenance& provenance,
                               std::size_t microphones, double sample_rate_hz,
                               const array::KnownArray& array)
    : writer_(out, kSessionsFormat, kSessionsVersion, provenance),
      table_(writer_),
      microphones_(microphones) {
  writer_.append_rows<float>(kTimeData, {}, microphones);
  writer_.attribute(kTimeData, "sample_freq", sample_rate_hz);
  for (const char* column : {"/session/first_sample", "/session/samples",
                             "/session/first_orientation", "/session/orientations"}) {
    writer_.append<std::uint64_t>(column, {});
  }
  writer_.append<double>(kOrientationTime, {});
  writer_.append_rows<double>(kQuaternion, {}, 4);
  writer_.attribute(kQuaternion, "order", "w x y z, Hamilton");
  writer_.attribute(kQuaternion, "meaning", "turns sensor vectors into world vectors");
  writer_.attribute(kQuaternion, "world", "ENU (x east, y north, z up)");
  for (const Eigen::Vector3d& p : array.position_m) {
    writer_.append_rows<double>(kPosition, std::span<const double>(p.data(), 3), 3);
  }
  if (array.responses) write_responses(*array.responses, writer_);
}

void SessionsWriter::append(const session::Session& session) {
  begin(session.info);
  append_samples(session.time_data);
  end(session.orientation, session.imu);
}

void SessionsWriter::begin(const session::Info& info) {
  table_.append(info);
  id_ = info.id;
  first_sample_ = samples_;
}

void SessionsWriter::append_samples(std::span<const float> samples) {
  if (!std::ranges::all_of(samples, core::is_sample)) {
    throw core::InputError(
        fmt::format("session {}: its sound would exceed {:g}, which no reader "
                    "accepts; use quieter sources",
                    id_, core::kLargestSample));
  }
  writer_.append_rows<float>(kTimeData, samples, microphones_);
  samples_ += samples.size() / microphones_;
}

void SessionsWriter::end(const so3::Track& orientation, const imu::Samples& imu) {
  writer_.append_value<std::uint64_t>("/session/first_sample", first_sample_);
  writer_.append_value<std::uint64_t>("/session/samples", samples_ - first_sample_);
  writer_.append_value<std::uint64_t>("/session/first_orientation", orientations_);
  writer_.append_value<std::uint64_t>("/session/orientations", orientation.size());
  writer_.append(kOrientationTime, orientation.time_s());
  append_quaternions(writer_, kQuaternion, orientation.quaternion());
  orientations_ += orientation.size();
  append_imu(imu);
  ++sessions_;
}

/// Begins the columns of inertial samples. The sessions before have none: their rows say so.
void SessionsWriter::begin_imu() {
  for (std::size_t k = 0; k < 3; ++k) {
    writer_.append_rows<double>(kImuColumns[k], {}, 3);
    writer_.attribute(kImuColumns[k], "unit", kImuUnits[k]);
  }
  const std::vector<std::uint64_t> none(sessions_, 0);
  writer_.append<std::uint64_t>("/session/first_imu", none);
  writer_.append<std::uint64_t>("/session/imu_samples", none);
}

/// The columns exist if a session of the file has inertial samples; then each session has its row.
void SessionsWriter::append_imu(const imu::Samples& imu) {
  if (imu.time_s.empty() && imu_samples_ == 0) return;
  if (imu_samples_ == 0) begin_imu();
  writer_.append_value<std::uint64_t>("/session/first_imu", imu_samples_);
  writer_.append_value<std::uint64_t>("/session/imu_samples", imu.time_s.size());
  writer_.append<double>(kImuTime, imu.time_s);
  const std::vector<Eigen::Vector3d>* columns[] = {&imu.gyroscope_rad_s, &imu.accelerometer_m_s2,
                                                   &imu.magnetometer_uT};
  for (std::size_t k = 0; k < 3; ++k) {
    for (const Eigen::Vector3d& v : *columns[k]) {
      writer_.append_rows<double>(kImuColumns[k], std::span<const double>(v.data(), 3), 3);
    }
  }
  imu_samples_ += imu.time_s.size();
}

SessionsReader::SessionsReader(const std::filesystem::path& path)
    : file_(io::open_container(path, kSessionsFormat, kSessionsVersion)),
      infos_(read_session_table(file_)) {
  const std::vector<std::size_t> shape = file_.shape(kTimeData);
  if (shape.size() != 2 || shape[1] < 1 || shape[1] > 64) {
    file_.fail(kTimeData, "expected samples of 1 to 64 microphones");
  }
  microphones_ = shape[1];
  sample_rate_hz_ = file_.number_attribute(kTimeData, "sample_freq");
  if (!(sample_rate_hz_ >= 8000.0 && sample_rate_hz_ <= 192000.0)) {
    file_.fail(kTimeData,
               fmt::format("expected a sample rate of 8 to 192 kHz, found {} Hz", sample_rate_hz_));
  }
  samples_ = read_ranges(file_, "/session/first_sample", "/session/samples", size(), shape[0]);
  orientations_ = read_ranges(file_, "/session/first_orientation", "/session/orientations", size(),
                              file_.rows(kOrientationTime));
  if (file_.shape(kQuaternion) != std::vector<std::size_t>{file_.rows(kOrientationTime), 4}) {
    file_.fail(kQuaternion, "expected one w x y z a time");
  }
  array_ = {read_positions(file_, microphones_), read_responses(file_, microphones_)};
  if (file_.has(kImuTime)) {
    imu_ = read_ranges(file_, "/session/first_imu", "/session/imu_samples", size(),
                       file_.rows(kImuTime));
  }
}

session::Session SessionsReader::read(std::size_t i) const {
  return {infos_[i], read_samples(i, {0, samples(i)}), read_orientation(i, {0, orientations(i)}),
          read_imu(i)};
}

void SessionsReader::check(std::size_t i) const {
  constexpr std::size_t kRows = 65536;
  for (std::size_t first = 0; first < samples(i); first += kRows) {
    read_samples(i, {first, std::min(samples(i), first + kRows)});
  }
  const std::size_t all = orientations(i);
  if (all == 0) read_orientation(i, {});  // which refuses it
  // Neighboring pieces share an orientation, so that the order of all times is checked.
  for (std::size_t first = 0; first < all; first += kRows) {
    read_orientation(i, {first - std::min<std::size_t>(first, 1), std::min(all, first + kRows)});
  }
}

std::vector<float> SessionsReader::read_samples(std::size_t i,
                                                const core::IndexRange& range) const {
  std::vector<float> audio(range.count() * microphones_);
  file_.read_rows<float>(kTimeData,
                         {samples_[i].first + range.first, samples_[i].first + range.end}, audio);
  const auto bad =
      std::find_if(audio.begin(), audio.end(), [](float x) { return !core::is_sample(x); });
  if (bad != audio.end()) {
    file_.fail(
        kTimeData,
        fmt::format("session {}, sample {}: expected a finite number of at most {:g}, found {:g}",
                    infos_[i].id,
                    range.first + static_cast<std::size_t>(bad - audio.begin()) / microphones_,
                    core::kLargestSample, *bad));
  }
  return audio;
}

so3::Track SessionsReader::read_orientation(std::size_t i, const core::IndexRange& range) const {
  const core::IndexRange rows_in_file{orientations_[i].first + range.first,
                                      orientations_[i].first + range.end};
  std::vector<double> time_s(range.count());
  std::vector<double> rows(4 * range.count());
  file_.read_rows<double>(kOrientationTime, rows_in_file, time_s);
  file_.read_rows<double>(kQuaternion, rows_in_file, rows);
  std::vector<Eigen::Quaterniond> quaternions(range.count());
  for (std::size_t k = 0; k < range.count(); ++k) {
    quaternions[k] =
        Eigen::Quaterniond(rows[4 * k], rows[4 * k + 1], rows[4 * k + 2], rows[4 * k + 3]);
  }
  try {
    return {std::move(time_s), std::move(quaternions)};
  } catch (const core::InputError& error) {
    const std::string from =
        range.first == 0 ? "" : fmt::format(", samples counted from {}", range.first);
    file_.fail("/orientation", fmt::format("session {}: {}{}", infos_[i].id, error.what(), from));
  }
}

so3::Track OrientationBlocks::cover(double from_s, double to_s) {
  constexpr std::size_t kRows = 8192;
  const std::size_t all = reader_.orientations(session_);
  if (all == 0) return reader_.read_orientation(session_, {});  // which refuses it
  while (read_ < all && (time_s_.empty() || time_s_.back() < to_s)) {
    // Begins with the last orientation that is known, so that the order of all times is checked.
    const std::size_t first = read_ - (time_s_.empty() ? 0 : 1);
    const std::size_t end = std::min(all, read_ + kRows);
    const so3::Track more = reader_.read_orientation(session_, {first, end});
    const auto skip = static_cast<std::ptrdiff_t>(read_ - first);
    time_s_.insert(time_s_.end(), more.time_s().begin() + skip, more.time_s().end());
    quaternion_.insert(quaternion_.end(), more.quaternion().begin() + skip,
                       more.quaternion().end());
    read_ = end;
  }
  // The last orientation before `from_s` is needed, all earlier ones are not.
  const auto after = std::ranges::upper_bound(time_s_, from_s);
  const auto old = std::max<std::ptrdiff_t>(0, after - time_s_.begin() - 1);
  time_s_.erase(time_s_.begin(), time_s_.begin() + old);
  quaternion_.erase(quaternion_.begin(), quaternion_.begin() + old);
  return {time_s_, quaternion_};
}

imu::Samples SessionsReader::read_imu(std::size_t i) const {
  imu::Samples samples;
  if (imu_.empty()) return samples;
  const core::IndexRange& range = imu_[i];
  samples.time_s.resize(range.count());
  file_.read_rows<double>(kImuTime, range, samples.time_s);
  std::vector<Eigen::Vector3d>* columns[] = {&samples.gyroscope_rad_s, &samples.accelerometer_m_s2,
                                             &samples.magnetometer_uT};
  std::vector<double> rows(3 * range.count());
  for (std::size_t c = 0; c < 3; ++c) {
    file_.read_rows<double>(kImuColumns[c], range, rows);
    for (std::size_t k = 0; k < range.count(); ++k) {
      columns[c]->emplace_back(rows[3 * k], rows[3 * k + 1], rows[3 * k + 2]);
    }
  }
  return samples;
}

}  // namespace formats
