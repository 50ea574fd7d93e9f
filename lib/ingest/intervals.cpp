#include "ingest/intervals.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/errors.h"
#include "core/quantile.h"
#include "io/table.h"
#include "session/session.h"

namespace ingest {
namespace {

constexpr std::size_t kBlockMs = 10;
/// Levels closer than this to each other are one: nothing in the recording is silence.
constexpr double kMinContrastDb = 12.0;
/// Silence is this share of the way from the floor to the loud level, in dB.
constexpr double kThreshold = 0.3;
/// Ends of a file may be missed by rounding.
constexpr double kSlackS = 0.01;

std::vector<double> block_levels_db(const std::vector<float>& level) {
  std::vector<double> blocks;
  for (std::size_t i = 0; i + kBlockMs <= level.size(); i += kBlockMs) {
    double sum = 0.0;
    for (std::size_t k = 0; k < kBlockMs; ++k) sum += level[i + k];
    blocks.push_back(10.0 * std::log10(std::max(sum / kBlockMs, 1e-16)));
  }
  return blocks;
}

Eigen::Vector3d unit_direction(const io::Table& table, std::size_t row,
                               const std::array<std::size_t, 3>& columns) {
  const Eigen::Vector3d d(table.at(row, columns[0]), table.at(row, columns[1]),
                          table.at(row, columns[2]));
  if (!(d.norm() > 1e-6)) table.fail(row, "expected a direction x, y, z of a length above 0");
  return d.normalized();
}

std::vector<Interval> read_intervals(const std::filesystem::path& path, const AudioScan& scan,
                                     const std::string& id) {
  const io::Table table = io::read_table(path);
  auto start = table.find("start_s");
  auto end = table.find("end_s");
  const auto x = table.find("x");
  const auto y = table.find("y");
  const auto z = table.find("z");
  if (!start || !end) {
    throw core::InputError(
        fmt::format("{}: expected columns start_s, end_s[, x, y, z]", path.string()));
  }
  if (x.has_value() != y.has_value() || x.has_value() != z.has_value()) {
    throw core::InputError(path.string() + ": expected all of x, y, z, or none");
  }
  std::vector<Interval> intervals;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    Interval interval;
    interval.id = fmt::format("{}{:05}", id, row);
    interval.span = {table.at(row, *start), table.at(row, *end)};
    if (!(interval.span.start_s >= 0.0 && interval.span.start_s < interval.span.end_s &&
          interval.span.end_s <= scan.duration_s() + kSlackS)) {
      table.fail(
          row,
          fmt::format("expected 0 <= start_s < end_s <= {:.3f} (the recording's length), found {} "
                      "and {}",
                      scan.duration_s(), interval.span.start_s, interval.span.end_s));
    }
    interval.span.end_s = std::min(interval.span.end_s, scan.duration_s());
    if (x && std::isfinite(table.at(row, *x))) {
      const Eigen::Vector3d direction = unit_direction(table, row, {*x, *y, *z});
      interval.sources = {{0, direction, 0.0, interval.span.end_s - interval.span.start_s, ""}};
    }
    intervals.push_back(std::move(interval));
  }
  return intervals;
}

/// An interval's sources in one of its parts.
std::vector<session::SourceTruth> sources_in(const Interval& interval, const Span& part) {
  std::vector<session::SourceTruth> sources;
  const double shift_s = part.start_s - interval.span.start_s;
  const double length_s = part.end_s - part.start_s;
  for (session::SourceTruth source : interval.sources) {
    source.direction_world = source.direction_at(std::max(source.start_s, shift_s));
    source.start_s = std::max(source.start_s - shift_s, 0.0);
    source.end_s = std::min(source.end_s - shift_s, length_s);
    if (source.start_s < source.end_s) sources.push_back(source);
  }
  return sources;
}

/// What is left of spans outside of others.
std::vector<Span> without(const std::vector<Span>& spans, const std::vector<Span>& holes) {
  std::vector<Span> left = spans;
  for (const Span& hole : holes) {
    std::vector<Span> next;
    for (const Span& span : left) {
      if (hole.end_s <= span.start_s || hole.start_s >= span.end_s) {
        next.push_back(span);
        continue;
      }
      if (hole.start_s > span.start_s) next.push_back({span.start_s, hole.start_s});
      if (hole.end_s < span.end_s) next.push_back({hole.end_s, span.end_s});
    }
    left = std::move(next);
  }
  return left;
}

double total_s(const std::vector<Span>& spans) {
  double sum = 0.0;
  for (const Span& span : spans) sum += span.end_s - span.start_s;
  return sum;
}

}  // namespace

std::vector<Span> sounding_spans(const AudioScan& scan, double silence_s) {
  const std::vector<double> blocks = block_levels_db(scan.level);
  const Span whole{0.0, scan.duration_s()};
  if (blocks.empty()) return {whole};
  const double low = core::quantile(blocks, 0.05);
  const double high = core::quantile(blocks, 0.95);
  if (high - low < kMinContrastDb) return {whole};
  const double threshold = low + kThreshold * (high - low);
  const auto pause =
      std::max<std::size_t>(1, static_cast<std::size_t>(silence_s * 1000.0 / kBlockMs));
  std::vector<Span> spans;
  std::size_t quiet = pause;
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    quiet = blocks[i] < threshold ? quiet + 1 : 0;
    if (quiet > 0) continue;
    const double start_s = static_cast<double>(i * kBlockMs) * 1e-3;
    const double end_s = start_s + kBlockMs * 1e-3;
    const bool joined = !spans.empty() &&
                        start_s - spans.back().end_s < static_cast<double>(pause * kBlockMs) * 1e-3;
    if (joined) {
      spans.back().end_s = end_s;
    } else {
      spans.push_back({start_s, end_s});
    }
  }
  return spans;
}

void cut_evenly(const Span& span, double longest_s, std::vector<Span>& parts) {
  const double length_s = span.end_s - span.start_s;
  const auto count = std::max(1.0, std::ceil(length_s / longest_s - 1e-9));
  for (double i = 0.0; i < count; i += 1.0) {
    parts.push_back(
        {span.start_s + length_s * i / count, span.start_s + length_s * (i + 1.0) / count});
  }
}

std::vector<Interval> name_intervals(const std::vector<Span>& parts, const std::string& id) {
  std::vector<Interval> intervals;
  for (const Span& part : parts) {
    intervals.push_back({fmt::format("{}{:05}", id, intervals.size()), part, {}});
  }
  return intervals;
}

std::vector<Interval> find_intervals(const Options& options, const AudioScan& scan,
                                     const std::string& id) {
  const Span whole{0.0, scan.duration_s()};
  std::vector<Span> parts;
  if (options.intervals == "whole") {
    return {{id.empty() ? "00000" : id, whole, {}}};
  }
  if (options.intervals == "segments") {
    cut_evenly(whole, options.segment_s, parts);
  } else if (options.intervals == "silence" || options.intervals == "changes") {
    for (const Span& span : sounding_spans(scan, options.silence_s)) {
      cut_evenly(span, options.segment_s, parts);
    }
  } else {
    return read_intervals(options.intervals, scan, id);
  }
  return name_intervals(parts, id);
}

std::vector<session::SourceTruth> read_truth_file(const std::filesystem::path& path) {
  const io::Table table = io::read_table(path);
  const auto columns = {"source", "start_s", "end_s", "x", "y", "z"};
  std::vector<std::size_t> at;
  for (const char* name : columns) {
    const auto column = table.find(name);
    if (!column) {
      throw core::InputError(path.string() + ": expected columns source, start_s, end_s, x, y, z");
    }
    at.push_back(*column);
  }
  std::vector<session::SourceTruth> sources;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const double number = table.at(row, at[0]);
    if (!(number >= 0.0 && number < 1000.0))
      table.fail(row, "expected a source number of 0 or more");
    session::SourceTruth source;
    source.source = static_cast<std::size_t>(number);
    source.start_s = table.at(row, at[1]);
    source.end_s = table.at(row, at[2]);
    const Eigen::Vector3d d(table.at(row, at[3]), table.at(row, at[4]), table.at(row, at[5]));
    // Unit vectors stay as they are, to the last digit.
    source.direction_world =
        std::abs(d.norm() - 1.0) < 1e-9 ? d : unit_direction(table, row, {at[3], at[4], at[5]});
    // Columns of moving sources; without them all rest.
    if (const auto wx = table.find("wx"), wy = table.find("wy"), wz = table.find("wz");
        wx && wy && wz) {
      source.angular_velocity_world = {table.at(row, *wx), table.at(row, *wy), table.at(row, *wz)};
    }
    sources.push_back(source);
  }
  return sources;
}

std::vector<Interval> covered_parts(const std::vector<Interval>& intervals,
                                    const OrientationLog& log, const imu::ClockMap& clock,
                                    const std::vector<Span>& bad, double min_interval_s,
                                    CoverageLoss& loss) {
  std::vector<Span> uncovered;
  double last_s = -1e300;
  for (const so3::Track& stretch : log.stretches) {
    uncovered.push_back({last_s, clock.to_recording(stretch.time_s().front())});
    last_s = clock.to_recording(stretch.time_s().back());
  }
  uncovered.push_back({last_s + kSlackS, 1e300});
  std::vector<Interval> parts;
  for (const Interval& interval : intervals) {
    const std::vector<Span> oriented = without({interval.span}, uncovered);
    const std::vector<Span> good = without(oriented, bad);
    loss.without_orientation_s += interval.span.end_s - interval.span.start_s - total_s(oriented);
    loss.masked_s += total_s(oriented) - total_s(good);
    for (std::size_t k = 0; k < good.size(); ++k) {
      if (good[k].end_s - good[k].start_s < min_interval_s) {
        ++loss.too_short;
        continue;
      }
      const std::string id =
          good.size() == 1 ? interval.id : fmt::format("{}-{}", interval.id, k + 1);
      parts.push_back({id, good[k], sources_in(interval, good[k])});
    }
  }
  std::stable_sort(parts.begin(), parts.end(),
                   [](const auto& a, const auto& b) { return a.span.start_s < b.span.start_s; });
  return parts;
}

}  // namespace ingest
