#include "ingest/audio_scan.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>

#include "core/errors.h"
#include "core/sample.h"
#include "core/units.h"
#include "ingest/channel_check.h"

namespace ingest {
namespace {

/// Number of sample frames that are read at a time.
constexpr std::size_t kReadFrames = 16384;
/// A sample changes the resampled sound by at most this much before and after it, s.
constexpr double kResamplerReachS = 0.03;
/// Shortest digital silence that counts as a dropout, s.
constexpr double kMinDropoutS = 0.005;
/// Smallest number of clipped samples of a channel that is worth a warning.
constexpr std::uint64_t kMinClipped = 10;

/// Counts samples in runs of three or more at the largest value of one channel. A larger value
/// starts the count again.
struct ClipCounter {
  float extreme = 0.0F;
  std::uint64_t run = 0;
  std::uint64_t clipped = 0;

  void add(float x) {
    if (x > extreme) {
      extreme = x;
      run = 0;
      clipped = 0;
    }
    run = x == extreme && x > 0.0F ? run + 1 : 0;
    if (run == 3) clipped += 3;
    if (run > 3) ++clipped;
  }
};

/// Collects the figures of a scan, sample by sample.
class Scanner {
 public:
  Scanner(AudioScan& scan, std::size_t channels, bool mask)
      : scan_(scan),
        mask_(mask),
        sum_(channels),
        squares_(channels),
        high_(channels),
        low_(channels),
        block_length_(ChannelCheck::frame_samples_at(scan.rate_hz)),
        block_squares_(channels) {}

  void frame(const float* x, std::uint64_t n) {
    const std::size_t channels = sum_.size();
    const auto millisecond =
        static_cast<std::size_t>(static_cast<double>(n) * 1000.0 / scan_.rate_hz);
    if (millisecond >= scan_.level.size()) {
      finish_millisecond();
      scan_.level.resize(millisecond + 1, 0.0F);
    }
    bool zero = true;
    for (std::size_t c = 0; c < channels; ++c) {
      ChannelFacts& facts = scan_.channel[c];
      if (!core::is_sample(x[c])) {
        not_finite(c, n, x[c]);
        zero = false;
        continue;
      }
      const double value = x[c];
      sum_[c] += value;
      squares_[c] += value * value;
      block_squares_[c] += value * value;
      energy_ += value * value;
      facts.peak = std::max(facts.peak, std::abs(value));
      facts.digest = (facts.digest ^ std::bit_cast<std::uint32_t>(x[c])) * 0x100000001b3ULL;
      high_[c].add(x[c]);
      low_[c].add(-x[c]);
      zero = zero && x[c] == 0.0F;
    }
    ++in_millisecond_;
    if (++in_block_ == block_length_) finish_block();
    watch_zeros(zero, n);
  }

  void finish() {
    finish_millisecond();
    for (std::size_t c = 0; c < sum_.size(); ++c) {
      ChannelFacts& facts = scan_.channel[c];
      const auto count = static_cast<double>(scan_.frames);
      facts.mean = sum_[c] / count;
      facts.rms = std::sqrt(std::max(0.0, squares_[c] / count - facts.mean * facts.mean));
      facts.clipped = high_[c].clipped + low_[c].clipped;
    }
  }

 private:
  void finish_millisecond() {
    if (in_millisecond_ > 0) {
      scan_.level.back() = static_cast<float>(
          energy_ / (static_cast<double>(in_millisecond_) * static_cast<double>(sum_.size())));
    }
    energy_ = 0.0;
    in_millisecond_ = 0;
  }

  void finish_block() {
    for (double& squares : block_squares_) {
      scan_.block_energy.push_back(
          static_cast<float>(squares / static_cast<double>(block_length_)));
      squares = 0.0;
    }
    in_block_ = 0;
  }

  void not_finite(std::size_t c, std::uint64_t n, float value) {
    if (!mask_) {
      throw core::InputError(
          fmt::format("{}: channel {}, sample {}: expected a finite number, found {}; repair the "
                      "file, or --on-nan mask",
                      scan_.source.name().string(), scan_.numbers[c] + 1, n, value));
    }
    ++scan_.channel[c].not_finite;
    const double t = static_cast<double>(n) / scan_.rate_hz;
    if (!scan_.bad.empty() && t - kResamplerReachS <= scan_.bad.back().end_s) {
      scan_.bad.back().end_s = t + kResamplerReachS;
    } else {
      scan_.bad.push_back({t - kResamplerReachS, t + kResamplerReachS});
    }
  }

  void watch_zeros(bool zero, std::uint64_t n) {
    if (zero) {
      ++zeros_;
      return;
    }
    const double length_s = static_cast<double>(zeros_) / scan_.rate_hz;
    if (sound_started_ && length_s >= kMinDropoutS) {
      const double end_s = static_cast<double>(n) / scan_.rate_hz;
      scan_.dropouts.push_back({end_s - length_s, end_s});
    }
    zeros_ = 0;
    sound_started_ = true;
  }

  AudioScan& scan_;
  bool mask_;
  std::vector<double> sum_, squares_;
  std::vector<ClipCounter> high_, low_;
  double energy_ = 0.0;
  std::size_t in_millisecond_ = 0;
  std::size_t block_length_;
  std::size_t in_block_ = 0;
  std::vector<double> block_squares_;
  std::uint64_t zeros_ = 0;
  bool sound_started_ = false;
};

double level_at(std::vector<float> level, double share) {
  if (level.empty()) return 0.0;
  const auto at =
      level.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(level.size() - 1));
  std::nth_element(level.begin(), at, level.end());
  return *at;
}

void warn_about_channel(const AudioScan& scan, std::size_t c, double typical_rms,
                        std::vector<std::string>& warnings) {
  const ChannelFacts& facts = scan.channel[c];
  if (facts.rms < 1e-3 * typical_rms) {
    warnings.push_back(fmt::format("microphone {} is silent, or 60 dB below the others", c + 1));
  }
  if (facts.clipped >= kMinClipped) {
    warnings.push_back(fmt::format("microphone {} is clipped: {} samples at its limit of {:.3g}",
                                   c + 1, facts.clipped, facts.peak));
  }
  for (std::size_t d = 0; d < c; ++d) {
    if (facts.digest == scan.channel[d].digest && facts.rms > 0.0) {
      warnings.push_back(
          fmt::format("microphones {} and {} are copies of each other", d + 1, c + 1));
    }
  }
}

/// One line for all microphones: an offset is usually one of the recorder.
void warn_about_offsets(const AudioScan& scan, std::vector<std::string>& warnings) {
  std::vector<std::size_t> found;
  std::size_t worst = 0;
  for (std::size_t c = 0; c < scan.channel.size(); ++c) {
    const ChannelFacts& facts = scan.channel[c];
    if (!(std::abs(facts.mean) > 0.5 * facts.rms)) continue;
    if (found.empty() || std::abs(facts.mean) > std::abs(scan.channel[worst].mean)) worst = c;
    found.push_back(c);
  }
  if (found.empty()) return;
  const ChannelFacts& facts = scan.channel[worst];
  warnings.push_back(
      found.size() == 1
          ? fmt::format("microphone {} has an offset of {:.3g} beside a level of {:.3g}", worst + 1,
                        facts.mean, facts.rms)
          : fmt::format("microphones {} have an offset, the largest of {:.3g} beside a level of "
                        "{:.3g}",
                        channel_list(found), facts.mean, facts.rms));
}

}  // namespace

AudioScan scan_audio(const AudioSource& source, bool mask_not_finite) {
  RecordingStream stream(source);
  const std::filesystem::path& path = source.name();
  if (stream.channels() < 2) {
    throw core::InputError(
        fmt::format("{}: expected 2 to 64 channels, found 1: one microphone cannot tell where "
                    "sound comes from",
                    path.string()));
  }
  AudioScan scan;
  scan.source = source;
  scan.numbers = stream.numbers();
  scan.resolution = stream.resolution();
  scan.rate_hz = stream.sample_rate_hz();
  scan.channel.resize(stream.channels());
  Scanner scanner(scan, stream.channels(), mask_not_finite);
  std::vector<float> block(kReadFrames * stream.channels());
  while (const std::size_t got = stream.read(block)) {
    for (std::size_t n = 0; n < got; ++n)
      scanner.frame(block.data() + n * stream.channels(), scan.frames++);
  }
  scanner.finish();
  scan.warnings = stream.warnings();
  if (std::all_of(scan.channel.begin(), scan.channel.end(),
                  [](const ChannelFacts& facts) { return facts.peak == 0.0; })) {
    throw core::InputError(path.string() + ": is silent throughout");
  }
  return scan;
}

AudioFacts judge_audio(const AudioScan& scan, std::vector<std::string>& warnings) {
  AudioFacts facts;
  facts.file = scan.source.name().filename().string();
  for (const std::filesystem::path& file : scan.source.files) {
    facts.files.push_back(file.filename().string());
  }
  facts.numbers = scan.numbers;
  warnings.insert(warnings.end(), scan.warnings.begin(), scan.warnings.end());
  facts.rate_hz = scan.rate_hz;
  facts.duration_s = scan.duration_s();
  facts.channel = scan.channel;
  std::vector<double> rms;
  for (const ChannelFacts& c : scan.channel) rms.push_back(c.rms);
  std::sort(rms.begin(), rms.end());
  for (std::size_t c = 0; c < scan.channel.size(); ++c) {
    warn_about_channel(scan, c, rms[rms.size() / 2], warnings);
  }
  warn_about_offsets(scan, warnings);
  facts.dropouts = scan.dropouts.size();
  for (const Span& span : scan.dropouts) facts.dropouts_s += span.length_s();
  if (facts.dropouts > 0) {
    warnings.push_back(
        fmt::format("digital silence {} times, {:.2f} s in all: the recorder lost samples, or the "
                    "source was mute",
                    facts.dropouts, facts.dropouts_s));
  }
  for (const Span& span : scan.bad) facts.masked_s += span.length_s();
  if (facts.masked_s > 0.0) {
    warnings.push_back(
        fmt::format("{:.2f} s left out around samples that are no numbers", facts.masked_s));
  }
  const double loud = level_at(scan.level, 0.95);
  const double floor = std::max(level_at(scan.level, 0.05), 1e-20);
  facts.loud_over_floor_db = 0.5 * core::amplitude_to_decibels(std::max(loud, 1e-20) / floor);
  return facts;
}

}  // namespace ingest
