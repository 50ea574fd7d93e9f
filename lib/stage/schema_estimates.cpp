#include "stage/schema_estimates.h"

#include <fmt/format.h>

#include "core/errors.h"
#include "io/container.h"

namespace stage {
namespace {

template <typename T>
std::vector<T> read_estimate_column(const io::Hdf5Reader& file, const std::string& leaf,
                                    std::size_t rows, std::size_t width) {
  const std::string dataset = "/estimate/" + leaf;
  std::vector<T> values = file.read<T>(dataset);
  if (values.size() != rows * width) {
    file.fail(dataset, fmt::format("expected {} rows of {} values, found {} values", rows, width,
                                   values.size()));
  }
  return values;
}

Eigen::Vector3d vector_at(const std::vector<double>& values, std::size_t row) {
  return {values[3 * row], values[3 * row + 1], values[3 * row + 2]};
}

EstimatesHeader read_header(const io::Hdf5Reader& file) {
  EstimatesHeader header;
  header.method = file.text_attribute("/", "method");
  header.estimator = file.text_attribute("/", "estimator");
  header.pooling = file.text_attribute("/", "pooling");
  try {
    for (const std::string& label : file.read_strings("/window/length_s")) {
      header.windows.push_back(doa::WindowLength::parse(label));
    }
  } catch (const core::UsageError& error) {
    file.fail("/window/length_s", error.what());
  }
  return header;
}

std::vector<Estimate> read_rows(const io::Hdf5Reader& file, std::size_t windows,
                                std::size_t sessions) {
  const std::size_t rows = file.rows("/estimate/window");
  const auto window = read_estimate_column<std::uint32_t>(file, "window", rows, 1);
  const auto session = read_estimate_column<std::uint32_t>(file, "session", rows, 1);
  const auto time = read_estimate_column<double>(file, "time_s", rows, 1);
  const auto q = read_estimate_column<double>(file, "quaternion", rows, 4);
  const auto sensor = read_estimate_column<double>(file, "direction_sensor", rows, 3);
  const auto world = read_estimate_column<double>(file, "direction_world", rows, 3);
  const auto confidence = read_estimate_column<double>(file, "confidence", rows, 1);
  const auto support = read_estimate_column<double>(file, "support", rows, 1);
  const auto bins = read_estimate_column<std::uint32_t>(file, "bins", rows, 1);
  std::vector<Estimate> estimates(rows);
  for (std::size_t i = 0; i < rows; ++i) {
    if (window[i] >= windows || session[i] >= sessions) {
      file.fail("/estimate", fmt::format("row {} names a window or session that is not there", i));
    }
    estimates[i] = {window[i],
                    session[i],
                    time[i],
                    Eigen::Quaterniond(q[4 * i], q[4 * i + 1], q[4 * i + 2], q[4 * i + 3]),
                    vector_at(sensor, i),
                    vector_at(world, i),
                    confidence[i],
                    support[i],
                    bins[i]};
  }
  return estimates;
}

}  // namespace

EstimatesWriter::EstimatesWriter(const std::filesystem::path& out,
                                 const core::Provenance& provenance, const EstimatesHeader& header)
    : writer_(out, kEstimatesFormat, kEstimatesVersion, provenance), table_(writer_) {
  writer_.attribute("/", "method", header.method);
  writer_.attribute("/", "estimator", header.estimator);
  writer_.attribute("/", "pooling", header.pooling);
  for (const doa::WindowLength& window : header.windows) {
    writer_.append_string("/window/length_s", window.label());
  }
  writer_.append<std::uint32_t>("/estimate/window", {});
  writer_.append<std::uint32_t>("/estimate/session", {});
  writer_.append<double>("/estimate/time_s", {});
  writer_.append_rows<double>("/estimate/quaternion", {}, 4);
  writer_.append_rows<double>("/estimate/direction_sensor", {}, 3);
  writer_.append_rows<double>("/estimate/direction_world", {}, 3);
  writer_.append<double>("/estimate/confidence", {});
  writer_.append<double>("/estimate/support", {});
  writer_.append<std::uint32_t>("/estimate/bins", {});
}

void EstimatesWriter::append_session(const SessionInfo& info,
                                     const std::vector<Estimate>& estimates) {
  table_.append(info);
  for (const Estimate& e : estimates) {
    const Eigen::Quaterniond& q = e.q_world_sensor;
    const std::array<double, 4> wxyz = {q.w(), q.x(), q.y(), q.z()};
    writer_.append_value("/estimate/window", e.window);
    writer_.append_value("/estimate/session", sessions_);
    writer_.append_value("/estimate/time_s", e.time_s);
    writer_.append_rows<double>("/estimate/quaternion", wxyz, 4);
    writer_.append_rows<double>("/estimate/direction_sensor",
                                std::span<const double>(e.direction_sensor.data(), 3), 3);
    writer_.append_rows<double>("/estimate/direction_world",
                                std::span<const double>(e.direction_world.data(), 3), 3);
    writer_.append_value("/estimate/confidence", e.confidence);
    writer_.append_value("/estimate/support", e.support);
    writer_.append_value("/estimate/bins", e.bins);
  }
  ++sessions_;
}

void EstimatesWriter::append_bins(const BinOutputs& bins) {
  writer_.append_rows<float>("/bin/direction_sensor", bins.sensor, 3);
  writer_.append<std::uint32_t>("/bin/frame", bins.frame);
  writer_.append<std::uint16_t>("/bin/frequency", bins.frequency);
  const std::vector<std::uint32_t> owner(bins.frequency.size(), sessions_ - 1);
  writer_.append<std::uint32_t>("/bin/session", owner);
}

Estimates read_estimates(const std::filesystem::path& path) {
  const io::Hdf5Reader file = io::open_container(path, kEstimatesFormat, kEstimatesVersion);
  Estimates estimates;
  estimates.header = read_header(file);
  estimates.sessions = read_session_table(file);
  estimates.rows = read_rows(file, estimates.header.windows.size(), estimates.sessions.size());
  estimates.provenance = io::read_provenance(file);
  return estimates;
}

}  // namespace stage
