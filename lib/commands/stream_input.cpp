#include "commands/stream_input.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "core/errors.h"
#include "core/parse.h"
#include "ingest/recording_stream.h"

namespace commands {
namespace {

constexpr double kDefaultRate_hz = 16000.0;

}  // namespace

StreamInput stream_input(const StreamOptions& stream, const std::string& name,
                         std::size_t microphones) {
  StreamInput input;
  if (!stream.format.empty()) input.stated.format = io::pcm_format(stream.format);
  core::require(stream.rate_hz == 0.0 || (stream.rate_hz >= 8000.0 && stream.rate_hz <= 192000.0),
                fmt::format("--rate: expected 8000 to 192000 Hz, found {}", stream.rate_hz));
  input.stated.sample_rate_hz = stream.rate_hz;
  input.stated.channels = stream.input_channels;
  const std::optional<std::uint64_t> count = core::parse_whole_number(stream.channels);
  if (count && *count > 0) {
    core::require(*count == microphones,
                  fmt::format("--channels: {} has {} microphones, found {}; name those "
                              "that are used, such as --channels 1-{} --input-channels {}",
                              name, microphones, *count, microphones, *count));
    core::require(
        stream.input_channels == 0 || stream.input_channels == *count,
        fmt::format("--channels {} is the number of channels, and --input-channels is {}; "
                    "name the channels that are used, such as 1-{}",
                    *count, stream.input_channels, *count));
    input.stated.channels = microphones;
  } else if (!stream.channels.empty() && !count) {
    input.picked = ingest::parse_channels(stream.channels);
    core::require(input.picked.size() == microphones,
                  fmt::format("--channels: {} has {} microphones, {} names {}", name, microphones,
                              stream.channels, input.picked.size()));
  }
  input.defaults = {io::PcmFormat::kS16, kDefaultRate_hz, microphones};
  return input;
}

void check_layout(const StreamInput& input, const io::PcmLayout& layout, std::size_t microphones) {
  if (input.picked.empty()) {
    if (layout.channels == microphones) return;
    throw core::InputError(
        fmt::format("standard input: expected {} microphones, found {} channels; name "
                    "those that are "
                    "used, such as --channels 1-{}",
                    microphones, layout.channels, microphones));
  }
  const std::size_t last = *std::max_element(input.picked.begin(), input.picked.end()) + 1;
  if (last > layout.channels) {
    throw core::InputError(fmt::format(
        "standard input: expected channel {} as --channels names it, found {} channels; raw PCM "
        "needs --input-channels, the number of its channels",
        last, layout.channels));
  }
}

std::span<const float> pick_channels(const StreamInput& input, std::span<const float> samples,
                                     std::size_t channels, std::vector<float>& buffer) {
  if (input.picked.empty()) return samples;
  buffer.clear();
  for (std::size_t at = 0; at < samples.size(); at += channels) {
    for (const std::size_t c : input.picked) buffer.push_back(samples[at + c]);
  }
  return buffer;
}

double resolution_of(io::PcmFormat format) {
  if (format == io::PcmFormat::kS16) return 0x1p-15;
  return format == io::PcmFormat::kS32 || format == io::PcmFormat::kF32 ? 0x1p-24 : 0x1p-23;
}

}  // namespace commands
