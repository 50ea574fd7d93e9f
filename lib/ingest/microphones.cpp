#include "ingest/microphones.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "core/errors.h"

namespace ingest {
namespace {

/// Root mean square of a constant channel beside its value: what rounding leaves.
constexpr double kConstantShare = 1e-6;
/// Share of clipped samples from which on a channel has no sound left.
constexpr double kClippedShare = 0.5;

/// What the samples of one channel say by themselves; empty: nothing is wrong.
std::string fault_alone(const AudioScan& scan, std::size_t c) {
  const ChannelFacts& facts = scan.channel[c];
  if (facts.peak == 0.0) return "silent: all samples are zero";
  if (facts.rms <= kConstantShare * facts.peak) {
    return fmt::format("constant: all samples are {:.3g}", facts.mean);
  }
  if (static_cast<double>(facts.clipped) > kClippedShare * static_cast<double>(scan.frames) &&
      facts.peak > 100.0 * scan.resolution) {
    return fmt::format("clipped throughout at {:.3g}", facts.peak);
  }
  return "";
}

/// Blocks of the louder half, evenly chosen. Loudness counts relative to each channel's own, so that
/// a loud channel without sound does not decide.
std::vector<std::size_t> loud_blocks(const AudioScan& scan, std::size_t most) {
  const std::size_t channels = scan.channel.size();
  const std::size_t blocks = scan.block_energy.size() / channels;
  std::vector<double> mean(channels, 0.0);
  for (std::size_t i = 0; i < scan.block_energy.size(); ++i) {
    mean[i % channels] += scan.block_energy[i] / static_cast<double>(blocks);
  }
  std::vector<double> loudness(blocks, 0.0);
  for (std::size_t i = 0; i < scan.block_energy.size(); ++i) {
    if (mean[i % channels] > 0.0) {
      loudness[i / channels] += scan.block_energy[i] / mean[i % channels];
    }
  }
  std::vector<std::size_t> order(blocks);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return loudness[a] > loudness[b]; });
  order.resize((blocks + 1) / 2);
  std::sort(order.begin(), order.end());
  if (order.size() <= most) return order;
  std::vector<std::size_t> chosen;
  for (std::size_t i = 0; i < most; ++i) chosen.push_back(order[i * order.size() / most]);
  return chosen;
}

ChannelCheck listen(const std::vector<AudioScan>& scans) {
  const AudioScan& first = scans.front();
  ChannelCheck check(first.channel.size(), first.rate_hz, first.resolution);
  const std::size_t most = std::max<std::size_t>(4, ChannelCheck::kMaxFrames / scans.size());
  std::vector<float> frame(check.frame_samples() * first.channel.size());
  for (const AudioScan& scan : scans) {
    if (scan.rate_hz != first.rate_hz || scan.block_energy.empty()) continue;
    RecordingStream stream(scan.source);
    for (const std::size_t block : loud_blocks(scan, most)) {
      stream.seek(block * check.frame_samples());
      if (stream.read(frame) == check.frame_samples()) check.add(frame);
    }
  }
  return check;
}

/// Exact copies are also found in recordings that are too short for ChannelCheck.
bool equal_in_all(const std::vector<AudioScan>& scans, std::size_t c, std::size_t d) {
  return std::all_of(scans.begin(), scans.end(), [&](const AudioScan& scan) {
    return scan.channel[c].digest == scan.channel[d].digest;
  });
}

/// Faults found so far. A channel counts once.
class Faults {
 public:
  explicit Faults(std::size_t channels) : faulty_(channels, false) {}

  const std::vector<bool>& faulty() const { return faulty_; }
  void add(std::size_t channel, const std::string& reason) {
    if (!faulty_[channel]) list_.push_back({channel, reason});
    faulty_[channel] = true;
  }
  void add(const std::vector<ChannelFault>& faults) {
    for (const ChannelFault& fault : faults) add(fault.channel, fault.reason);
  }
  std::vector<ChannelFault> sorted() const {
    std::vector<ChannelFault> list = list_;
    std::sort(list.begin(), list.end(),
              [](const ChannelFault& a, const ChannelFault& b) { return a.channel < b.channel; });
    return list;
  }

 private:
  std::vector<bool> faulty_;
  std::vector<ChannelFault> list_;
};

void find_faults_alone(const std::vector<AudioScan>& scans, Faults& faults) {
  for (const AudioScan& scan : scans) {
    for (std::size_t c = 0; c < scan.channel.size(); ++c) {
      const std::string reason = fault_alone(scan, c);
      const std::string where =
          scans.size() > 1 ? " in " + scan.source.name().filename().string() : "";
      if (!reason.empty()) faults.add(c, reason + where);
    }
  }
  for (std::size_t c = 1; c < scans.front().channel.size(); ++c) {
    for (std::size_t d = 0; d < c; ++d) {
      if (!faults.faulty()[c] && !faults.faulty()[d] && equal_in_all(scans, c, d)) {
        faults.add(c, fmt::format("a copy of channel {}", scans.front().numbers[d] + 1));
      }
    }
  }
}

}  // namespace

Microphones find_microphones(const std::vector<AudioScan>& scans) {
  const AudioScan& first = scans.front();
  Faults faults(first.channel.size());
  find_faults_alone(scans, faults);
  const auto remaining = [&] {
    return std::count(faults.faulty().begin(), faults.faulty().end(), false);
  };
  Microphones found;
  const auto in_files = [&] {
    std::vector<ChannelFault> list = faults.sorted();
    for (ChannelFault& fault : list) fault.channel = first.numbers[fault.channel];
    return list;
  };
  if (remaining() >= 2) {
    ChannelCheck check = listen(scans);
    check.number(first.numbers);
    faults.add(check.copies(faults.faulty()));
    if (remaining() >= 2)
      faults.add(check.unrelated(faults.faulty(), first.source.name().string()));
  }
  found.left_out = in_files();
  if (remaining() < 2) {
    throw core::InputError(fmt::format("{}: expected at least 2 microphones, found {}: {}",
                                       first.source.name().string(), remaining(),
                                       list_faults(found.left_out)));
  }
  for (std::size_t c = 0; c < first.channel.size(); ++c) {
    if (!faults.faulty()[c]) found.channels.push_back(first.numbers[c]);
  }
  return found;
}

}  // namespace ingest
