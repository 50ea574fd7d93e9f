#include "ingest/snapshot_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "core/errors.h"
#include "core/quantile.h"
#include "io/table.h"

namespace ingest {
namespace {

/// Largest deviation of a frequency from a multiple of the spacing, in spacings.
constexpr double kGridTolerance = 0.1;

/// Columns of the table.
struct Columns {
  std::size_t time = 0;
  std::size_t frequency = 0;
  std::vector<std::size_t> value;  ///< [2 microphones], real and imaginary parts in turn
};

Columns find_columns(const io::Table& table) {
  const auto find = [&](const std::string& name) {
    const auto column = table.find(name);
    if (!column) {
      throw core::InputError(
          fmt::format("{}: no column {}: expected time_s, frequency_hz, re1, im1, re2, im2, ... of "
                      "all microphones",
                      table.path.string(), name));
    }
    return *column;
  };
  Columns columns{find("time_s"), find("frequency_hz"), {}};
  for (int m = 1; m <= 2 || table.find(fmt::format("re{}", m)); ++m) {
    columns.value.push_back(find(fmt::format("re{}", m)));
    columns.value.push_back(find(fmt::format("im{}", m)));
  }
  return columns;
}

double finite(const io::Table& table, std::size_t row, std::size_t column) {
  const double value = table.at(row, column);
  if (!std::isfinite(value)) table.fail(row, "expected numbers that are finite");
  return value;
}

/// Settings whose FFT has the table's frequencies.
session::FeatureSettings settings_of(const io::Table& table, const Columns& columns,
                                     double rate_hz) {
  std::set<double> frequencies;
  std::vector<double> steps_s;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    frequencies.insert(finite(table, row, columns.frequency));
    const double time_s = finite(table, row, columns.time);
    if (row == 0) continue;
    const double step_s = time_s - table.at(row - 1, columns.time);
    if (step_s < 0.0) table.fail(row, "time goes backward");
    if (step_s > 0.0) steps_s.push_back(step_s);
  }
  if (frequencies.size() < 2 || steps_s.empty()) {
    throw core::InputError(
        fmt::format("{}: expected at least 2 frequencies and 2 snapshots, found {} and {}",
                    table.path.string(), frequencies.size(), steps_s.size() + 1));
  }
  std::vector<double> spacing;
  for (auto f = std::next(frequencies.begin()); f != frequencies.end(); ++f) {
    spacing.push_back(*f - *std::prev(f));
  }
  session::FeatureSettings settings;
  settings.sample_rate_hz = rate_hz;
  settings.window_samples = static_cast<std::size_t>(std::lround(rate_hz / core::median(spacing)));
  settings.hop_samples = static_cast<std::size_t>(std::lround(rate_hz * core::median(steps_s)));
  settings.min_frequency_hz = *frequencies.begin();
  settings.max_frequency_hz = *frequencies.rbegin();
  if (!settings.valid()) {
    throw core::InputError(
        fmt::format("{}: frequencies {} Hz apart and snapshots {} s apart are no STFT at {} Hz; "
                    "state its sample "
                    "rate with --rate",
                    table.path.string(), core::median(spacing), core::median(steps_s), rate_hz));
  }
  return settings;
}

std::uint16_t index_of(const io::Table& table, std::size_t row, double frequency_hz,
                       const session::FeatureSettings& settings) {
  const double index = frequency_hz / settings.bin_hz();
  const double nearest = std::round(index);
  if (nearest < 1.0 || nearest > static_cast<double>(settings.max_frequency_index()) ||
      std::abs(index - nearest) > kGridTolerance) {
    table.fail(row,
               fmt::format("expected a multiple of {:.4f} Hz up to {} Hz (--rate states the sample "
                           "rate of the STFT), found {} Hz",
                           settings.bin_hz(), settings.sample_rate_hz / 2.0, frequency_hz));
  }
  return static_cast<std::uint16_t>(nearest);
}

/// Appends the bin of a row, scaled to unit norm; silence has no direction and is left out.
void append_bin(const io::Table& table, std::size_t row, const Columns& columns,
                const session::FeatureSettings& settings, session::Features& features) {
  const std::uint16_t index = index_of(table, row, finite(table, row, columns.frequency), settings);
  const auto frame = static_cast<std::uint32_t>(features.frames() - 1);
  if (features.bins() > 0 && features.frame.back() == frame && features.frequency.back() >= index) {
    table.fail(row, "expected rising frequencies within a snapshot");
  }
  double energy = 0.0;
  for (const std::size_t column : columns.value) {
    const double value = finite(table, row, column);
    energy += value * value;
  }
  if (energy <= 0.0) return;
  const double scale = 1.0 / std::sqrt(energy);
  for (std::size_t m = 0; m < columns.value.size(); m += 2) {
    features.stft.emplace_back(scale * table.at(row, columns.value[m]),
                               scale * table.at(row, columns.value[m + 1]));
  }
  features.frame.push_back(frame);
  features.frequency.push_back(index);
  features.energy.push_back(static_cast<float>(energy));
  features.rise.push_back(1.0F);
}

/// Leaves out bins that are below the floor of their frequency.
session::Features above_floor(const session::Features& all,
                              const session::FeatureSettings& settings) {
  std::vector<float> largest(settings.max_frequency_index() + 1, 0.0F);
  for (std::size_t b = 0; b < all.bins(); ++b) {
    largest[all.frequency[b]] = std::max(largest[all.frequency[b]], all.energy[b]);
  }
  const auto ratio = static_cast<float>(std::pow(10.0, settings.floor_db / 10.0));
  const std::size_t microphones = all.microphones();
  session::Features kept;
  kept.frame_time_s = all.frame_time_s;
  kept.frame_rotation = all.frame_rotation;
  for (std::size_t b = 0; b < all.bins(); ++b) {
    if (all.energy[b] <= ratio * largest[all.frequency[b]]) continue;
    kept.stft.insert(kept.stft.end(),
                     all.stft.begin() + static_cast<std::ptrdiff_t>(b * microphones),
                     all.stft.begin() + static_cast<std::ptrdiff_t>((b + 1) * microphones));
    kept.frame.push_back(all.frame[b]);
    kept.frequency.push_back(all.frequency[b]);
    kept.energy.push_back(all.energy[b]);
    kept.rise.push_back(all.rise[b]);
  }
  return kept;
}

}  // namespace

Snapshots read_snapshots(const std::filesystem::path& path, double rate_hz) {
  const io::Table table = io::read_table(path);
  const Columns columns = find_columns(table);
  Snapshots snapshots;
  snapshots.microphones = columns.value.size() / 2;
  snapshots.settings = settings_of(table, columns, rate_hz);
  session::Features all;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const double time_s = table.at(row, columns.time);
    if (all.frame_time_s.empty() || time_s > all.frame_time_s.back()) {
      all.frame_time_s.push_back(time_s);
      all.frame_rotation.push_back(Eigen::Quaterniond::Identity());
    }
    append_bin(table, row, columns, snapshots.settings, all);
  }
  if (all.bins() == 0) throw core::InputError(path.string() + ": all snapshots are silent");
  snapshots.features = above_floor(all, snapshots.settings);
  return snapshots;
}

session::Features cut_snapshots(const session::Features& all, std::size_t first, std::size_t end,
                                const std::vector<Eigen::Quaterniond>& q_world_sensor) {
  const std::size_t microphones = all.microphones();
  session::Features part;
  for (std::size_t f = first; f < end; ++f) {
    part.frame_time_s.push_back(all.frame_time_s[f] - all.frame_time_s[first]);
    part.frame_rotation.push_back(q_world_sensor[f - first]);
  }
  const auto b0 =
      static_cast<std::size_t>(std::ranges::lower_bound(all.frame, first) - all.frame.begin());
  const auto b1 =
      static_cast<std::size_t>(std::ranges::lower_bound(all.frame, end) - all.frame.begin());
  const auto copy = [b0, b1](const auto& from, auto& to, std::size_t width) {
    to.assign(from.begin() + static_cast<std::ptrdiff_t>(b0 * width),
              from.begin() + static_cast<std::ptrdiff_t>(b1 * width));
  };
  copy(all.stft, part.stft, microphones);
  copy(all.frame, part.frame, 1);
  copy(all.frequency, part.frequency, 1);
  copy(all.energy, part.energy, 1);
  copy(all.rise, part.rise, 1);
  for (std::uint32_t& frame : part.frame) frame -= static_cast<std::uint32_t>(first);
  return part;
}

}  // namespace ingest
