#include "ingest/recording_stream.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <optional>

#include "core/errors.h"
#include "core/parse.h"
#include "io/audio.h"

namespace ingest {
namespace {

/// A channel counted from 1. @throws core::UsageError
std::size_t parse_channel(const std::string& text, const std::string& whole) {
  const std::optional<std::uint64_t> number = core::parse_whole_number(text);
  core::require(number && *number >= 1 && *number <= io::kMaxChannels,
                fmt::format("--channels: expected channels from 1 to {}, such as 1-4 or 1,3,5-8, "
                            "found \"{}\"",
                            io::kMaxChannels, whole));
  return static_cast<std::size_t>(*number);
}

void check_files(const std::vector<io::AudioStream>& files) {
  if (files.size() == 1) return;
  for (const io::AudioStream& file : files) {
    if (file.channels() != 1) {
      throw core::InputError(fmt::format(
          "{}: expected one channel, since --audio names {} files, one for each microphone; found "
          "{} channels (import several recordings one by one, or as a folder)",
          file.path().string(), files.size(), file.channels()));
    }
    if (file.sample_rate_hz() != files.front().sample_rate_hz() ||
        file.frames() != files.front().frames()) {
      throw core::InputError(
          fmt::format("{}: expected {} samples at {} Hz as in {}, found {} at {} Hz; the files of "
                      "one recording "
                      "start together and have one clock",
                      file.path().string(), files.front().frames(), files.front().sample_rate_hz(),
                      files.front().path().string(), file.frames(), file.sample_rate_hz()));
    }
  }
}

}  // namespace

std::vector<std::size_t> parse_channels(const std::string& text) {
  std::vector<std::size_t> channels;
  std::size_t at = 0;
  while (at <= text.size()) {
    const std::string part = text.substr(at, text.find(',', at) - at);
    at += part.size() + 1;
    const std::size_t dash = part.find('-');
    const std::size_t first = parse_channel(part.substr(0, dash), text);
    const std::size_t last =
        dash == std::string::npos ? first : parse_channel(part.substr(dash + 1), text);
    core::require(first <= last,
                  fmt::format("--channels: expected {}-{}, found \"{}\"", last, first, part));
    for (std::size_t c = first; c <= last; ++c) {
      core::require(std::find(channels.begin(), channels.end(), c - 1) == channels.end(),
                    fmt::format("--channels: channel {} is named twice in \"{}\"", c, text));
      channels.push_back(c - 1);
    }
  }
  return channels;
}

std::string channel_list(const std::vector<std::size_t>& channels) {
  std::string text;
  for (std::size_t i = 0; i < channels.size();) {
    std::size_t last = i;
    while (last + 1 < channels.size() && channels[last + 1] == channels[last] + 1) ++last;
    text += fmt::format("{}{}", text.empty() ? "" : ",", channels[i] + 1);
    if (last > i) text += fmt::format("-{}", channels[last] + 1);
    i = last + 1;
  }
  return text;
}

RecordingStream::RecordingStream(const AudioSource& source) {
  for (const std::filesystem::path& path : source.files) {
    files_.emplace_back(path, source.wrong_size);
  }
  check_files(files_);
  const std::size_t available = files_.size() == 1 ? files_.front().channels() : files_.size();
  if (available > io::kMaxChannels) {
    throw core::InputError(fmt::format("{}: expected at most {} files, found {}",
                                       source.name().string(), io::kMaxChannels, available));
  }
  channels_ = source.channels;
  if (channels_.empty()) {
    channels_.resize(available);
    std::iota(channels_.begin(), channels_.end(), std::size_t{0});
  }
  for (const std::size_t c : channels_) {
    if (c < available) continue;
    throw core::InputError(
        fmt::format("{}: expected channel {} as --channels names it, found {} "
                    "channels",
                    source.name().string(), c + 1, available));
  }
}

std::vector<std::string> RecordingStream::warnings() const {
  std::vector<std::string> warnings;
  for (const io::AudioStream& file : files_) {
    if (!file.salvaged().empty()) {
      warnings.push_back(fmt::format("{}: {}: read to the end of the file",
                                     file.path().filename().string(), file.salvaged()));
    }
    if (file.lossy()) {
      warnings.push_back(
          fmt::format("{}: a lossy coding changes the phases between microphones; "
                      "record WAV or FLAC",
                      file.path().filename().string()));
    }
  }
  return warnings;
}

std::size_t RecordingStream::read(std::span<float> block) {
  const std::size_t wanted = block.size() / channels();
  std::size_t frames = wanted;
  if (files_.size() == 1) {
    const std::size_t stored = files_.front().channels();
    file_block_.resize(wanted * stored);
    frames = files_.front().read(file_block_);
    for (std::size_t n = 0; n < frames; ++n) {
      for (std::size_t c = 0; c < channels(); ++c) {
        block[n * channels() + c] = file_block_[n * stored + channels_[c]];
      }
    }
    return frames;
  }
  file_block_.resize(wanted);
  for (std::size_t c = 0; c < channels(); ++c) {
    // Salvaged files may end at different samples: the shortest counts.
    frames = std::min(frames, files_[channels_[c]].read(file_block_));
    for (std::size_t n = 0; n < frames; ++n) block[n * channels() + c] = file_block_[n];
  }
  return frames;
}

void RecordingStream::seek(std::uint64_t frame) {
  for (io::AudioStream& file : files_) file.seek(frame);
}

}  // namespace ingest
