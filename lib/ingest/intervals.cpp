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

/// Length of the blocks whose levels are compared, ms.
constexpr std::size_t kBlockMs = 10;
/// Smallest difference between the loud level and the floor at which the recording has pauses.
constexpr double kMinContrastDb = 12.0;
/// The threshold of silence lies this share of the way from the floor to the loud level, in dB.
constexpr double kThreshold = 0.3;
/// Times in files are rounded: an end may lie this much too late.
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
                                     const std::string& prefix) {
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
    const double start_s = table.at(row, *start);
    const double end_s = table.at(row, *end);
    const Span span{start_s, std::min(end_s, scan.duration_s())};
    if (!(start_s >= 0.0 && start_s < span.end_s && end_s <= scan.duration_s() + kSlackS)) {
      table.fail(
          row,
          fmt::format("expected 0 <= start_s < end_s <= {:.3f} (the recording's length), found {} "
                      "and {}",
                      scan.duration_s(), start_s, end_s));
    }
    Interval interval{fmt::format("{}{:05}", prefix, row), span, {}};
    if (x && std::isfinite(table.at(row, *x))) {
      const Eigen::Vector3d direction = unit_direction(table, row, {*x, *y, *z});
      interval.sources = {{0, direction, 0.0, interval.span.length_s(), ""}};
    }
    intervals.push_back(std::move(interval));
  }
  return intervals;
}

/// The sources of an interval in a span of it.
std::vector<session::SourceTruth> sources_in(const Interval& interval, const Span& span) {
  std::vector<session::SourceTruth> sources;
  const double shift_s = span.start_s - interval.span.start_s;
  for (session::SourceTruth source : interval.sources) {
    source.direction_world = source.direction_at(std::max(source.start_s, shift_s));
    source.start_s = std::max(source.start_s - shift_s, 0.0);
    source.end_s = std::min(source.end_s - shift_s, span.length_s());
    if (source.start_s < source.end_s) sources.push_back(source);
  }
  return sources;
}

/// A span without the holes in it.
std::vector<Span> without(const Span& whole, const std::vector<Span>& holes) {
  std::vector<Span> left = {whole};
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

/// A span of recording time that one track of the log covers.
struct TrackSpan {
  Span span;
  std::size_t track = 0;
};

/// The spans of an interval that the tracks cover. An interval may end a little after the last
/// track, as rounded times do, but it must begin before the track ends.
std::vector<TrackSpan> oriented_spans(const Span& interval, const OrientationLog& log,
                                      const imu::ClockMap& clock) {
  std::vector<TrackSpan> oriented;
  for (std::size_t i = 0; i < log.tracks.size(); ++i) {
    const double start_s = clock.to_recording(log.tracks[i].time_s().front());
    const double end_s = clock.to_recording(log.tracks[i].time_s().back());
    if (interval.start_s >= end_s) continue;
    const double slack_s = i + 1 == log.tracks.size() ? kSlackS : 0.0;
    const Span span{std::max(interval.start_s, start_s), std::min(interval.end_s, end_s + slack_s)};
    if (span.start_s < span.end_s) oriented.push_back({span, i});
  }
  return oriented;
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

void cut_evenly(const Span& span, double max_length_s, std::vector<Span>& spans) {
  const double length_s = span.length_s();
  const auto count = std::max(1.0, std::ceil(length_s / max_length_s - 1e-9));
  for (double i = 0.0; i < count; i += 1.0) {
    spans.push_back(
        {span.start_s + length_s * i / count, span.start_s + length_s * (i + 1.0) / count});
  }
}

std::vector<Interval> name_intervals(const std::vector<Span>& spans, const std::string& prefix) {
  std::vector<Interval> intervals;
  for (const Span& span : spans) {
    intervals.push_back({fmt::format("{}{:05}", prefix, intervals.size()), span, {}});
  }
  return intervals;
}

std::vector<Interval> find_intervals(const IntervalOptions& options, const AudioScan& scan,
                                     const std::string& prefix) {
  const Span whole{0.0, scan.duration_s()};
  if (options.rule == IntervalRule::kFile) return read_intervals(options.file, scan, prefix);
  if (options.rule == IntervalRule::kWhole) return {{prefix.empty() ? "00000" : prefix, whole, {}}};
  std::vector<Span> spans;
  if (options.rule == IntervalRule::kSegments) {
    cut_evenly(whole, options.max_length_s, spans);
  } else {
    for (const Span& span : sounding_spans(scan, options.silence_s)) {
      cut_evenly(span, options.max_length_s, spans);
    }
  }
  return name_intervals(spans, prefix);
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
    // A unit vector is not normalized again: that would change its last digit.
    source.direction_world =
        std::abs(d.norm() - 1.0) < 1e-9 ? d : unit_direction(table, row, {at[3], at[4], at[5]});
    // Columns of moving sources; without them every source is at rest.
    if (const auto wx = table.find("wx"), wy = table.find("wy"), wz = table.find("wz");
        wx && wy && wz) {
      source.angular_velocity_world = {table.at(row, *wx), table.at(row, *wy), table.at(row, *wz)};
    }
    sources.push_back(source);
  }
  return sources;
}

std::vector<Interval> covered_intervals(const std::vector<Interval>& intervals,
                                        const OrientationLog& log, const imu::ClockMap& clock,
                                        const std::vector<Span>& bad, double min_length_s,
                                        CoverageLoss& loss) {
  std::vector<Interval> covered;
  for (const Interval& interval : intervals) {
    double oriented_s = 0.0;
    std::vector<TrackSpan> good;
    for (const TrackSpan& oriented : oriented_spans(interval.span, log, clock)) {
      oriented_s += oriented.span.length_s();
      for (const Span& span : without(oriented.span, bad)) good.push_back({span, oriented.track});
    }
    double good_s = 0.0;
    for (std::size_t k = 0; k < good.size(); ++k) {
      const Span& span = good[k].span;
      good_s += span.length_s();
      if (span.length_s() < min_length_s) {
        ++loss.too_short;
        continue;
      }
      const std::string id =
          good.size() == 1 ? interval.id : fmt::format("{}-{}", interval.id, k + 1);
      covered.push_back({id, span, sources_in(interval, span), good[k].track});
    }
    loss.without_orientation_s += interval.span.length_s() - oriented_s;
    loss.masked_s += oriented_s - good_s;
  }
  std::stable_sort(covered.begin(), covered.end(),
                   [](const auto& a, const auto& b) { return a.span.start_s < b.span.start_s; });
  return covered;
}

}  // namespace ingest
