#include "io/pcm_input.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "core/errors.h"
#include "io/audio.h"
#include "io/byte_order.h"

namespace io {
namespace {

/// Bytes that tell raw PCM from a file.
constexpr std::size_t kStartBytes = 12;
/// A header that is longer is damaged.
constexpr std::size_t kLongestHeader = std::size_t{1} << 20;
/// Sizes from here on are written by programs that do not know the size.
constexpr std::uint64_t kUnknownSize = 0x7fff0000;

[[noreturn]] void refuse(const std::string& message) {
  throw core::InputError("standard input: " + message);
}

std::string_view text_of(const std::vector<std::uint8_t>& bytes, std::size_t at,
                         std::size_t count) {
  return {reinterpret_cast<const char*>(bytes.data()) + at, count};
}

void refuse_other_kinds(std::string_view start) {
  constexpr std::array<std::pair<std::string_view, const char*>, 11> kKinds = {
      {{"RIFX", "a big-endian WAV (RIFX)"},
       {"riff", "a W64 file"},
       {"FORM", "an AIFF file"},
       {".snd", "an AU file"},
       {"dns.", "an AU file"},
       {"caff", "a CAF file"},
       {"fLaC", "a FLAC file"},
       {"OggS", "an Ogg file"},
       {"NIST", "a SPHERE file"},
       {"ID3", "an MP3 file"},
       {"\x1a\x45\xdf\xa3", "a Matroska file"}}};
  for (const auto& [magic, name] : kKinds) {
    if (!start.starts_with(magic)) continue;
    refuse(fmt::format("expected raw PCM or a WAV, found {}; put `ffmpeg -i - -f wav -` before",
                       name));
  }
}

/// Throws if a header contradicts an option.
template <typename T>
void agree(const char* option, const char* what, T stated, T found) {
  if (stated == T{} || stated == found) return;
  refuse(fmt::format("expected {} {} as {} states, its header states {}", what, stated, option,
                     found));
}

}  // namespace

PcmInput::PcmInput(const PcmLayout& stated, const PcmLayout& defaults)
    : stated_(stated), defaults_(defaults) {}

std::span<const float> PcmInput::decode(std::span<const std::uint8_t> bytes) {
  if (decoder_) return decode_samples(bytes);
  start_.insert(start_.end(), bytes.begin(), bytes.end());
  if (start_.size() < kStartBytes) return {};
  const std::string_view kind = text_of(start_, 0, 4);
  refuse_other_kinds(kind);
  has_header_ =
      (kind == "RIFF" || kind == "RF64" || kind == "BW64") && text_of(start_, 8, 4) == "WAVE";
  if (!has_header_) {
    start_raw();
  } else if (!read_header()) {
    return {};
  }
  const std::vector<std::uint8_t> samples = std::exchange(start_, {});
  return decode_samples(samples);
}

std::span<const float> PcmInput::finish() {
  if (decoder_) return {};
  if (has_header_) refuse("truncated: it ends inside the header of a WAV");
  start_raw();
  const std::vector<std::uint8_t> samples = std::exchange(start_, {});
  return decode_samples(samples);
}

void PcmInput::start_raw() {
  PcmLayout layout = stated_;
  if (!layout.format) layout.format = defaults_.format;
  if (layout.sample_rate_hz == 0.0) layout.sample_rate_hz = defaults_.sample_rate_hz;
  if (layout.channels == 0) layout.channels = defaults_.channels;
  start(layout);
}

void PcmInput::start(const PcmLayout& layout) {
  layout_ = layout;
  decoder_.emplace(*layout_.format, layout_.channels);
}

/// Reads the chunks that have arrived. @return  true when the samples start at the front of start_
bool PcmInput::read_header() {
  while (chunk_at_ + 8 <= start_.size()) {
    const std::string_view name = text_of(start_, chunk_at_, 4);
    const std::uint64_t size = little_endian_number(text_of(start_, chunk_at_ + 4, 4));
    const std::size_t begin = chunk_at_ + 8;
    if (name == "data") {
      if (!header_.format) refuse("its WAV header has no \"fmt \" before the samples");
      const std::uint64_t stated = size == 0xffffffffU && long_bytes_ > 0 ? long_bytes_ : size;
      const bool known = stated > 0 && (stated < kUnknownSize || stated == long_bytes_);
      if (known) left_ = stated;
      start_.erase(start_.begin(), start_.begin() + static_cast<std::ptrdiff_t>(begin));
      start(header_);
      return true;
    }
    if (size > kLongestHeader) refuse("its WAV header is damaged");
    if (begin + size > start_.size()) break;
    if (name == "ds64" && size >= 16) {
      long_bytes_ = little_endian_number(text_of(start_, begin + 8, 8));
    }
    if (name == "fmt ") read_format(begin, size);
    chunk_at_ = begin + size + size % 2;
  }
  if (start_.size() > kLongestHeader) refuse("its WAV header is damaged");
  return false;
}

void PcmInput::read_format(std::size_t at, std::size_t size) {
  if (size < 16) refuse("its WAV header is damaged");
  const auto number = [&](std::size_t offset, std::size_t count) {
    return little_endian_number(text_of(start_, at + offset, count));
  };
  std::uint64_t tag = number(0, 2);
  if (tag == 0xfffe && size >= 26) tag = number(24, 2);
  const std::uint64_t bits = number(14, 2);
  header_.channels = number(2, 2);
  header_.sample_rate_hz = static_cast<double>(number(4, 4));
  if (tag == 1 && bits == 16) header_.format = PcmFormat::kS16;
  if (tag == 1 && bits == 24) header_.format = PcmFormat::kS24;
  if (tag == 1 && bits == 32) header_.format = PcmFormat::kS32;
  if (tag == 3 && bits == 32) header_.format = PcmFormat::kF32;
  if (!header_.format) {
    refuse(
        fmt::format("expected a WAV of 16, 24 or 32 bits or of 32-bit float, found coding {} with "
                    "{} bits; put `ffmpeg -i - -f wav -c:a pcm_f32le -` before",
                    tag, bits));
  }
  if (header_.channels < 1 || header_.channels > kMaxChannels) {
    refuse(fmt::format("expected 1 to {} channels, found {}", kMaxChannels, header_.channels));
  }
  if (number(12, 2) != header_.channels * bits / 8) {
    refuse(
        fmt::format("expected samples of {} bits in {} bytes, found them in {}; send raw PCM and "
                    "state --format s24_32",
                    bits, bits / 8, number(12, 2) / header_.channels));
  }
  if (header_.sample_rate_hz < kMinSampleRateHz || header_.sample_rate_hz > kMaxSampleRateHz) {
    refuse(
        fmt::format("expected a sample rate of 8 to 192 kHz, found {} Hz", header_.sample_rate_hz));
  }
  agree("--rate", "a rate in Hz of", stated_.sample_rate_hz, header_.sample_rate_hz);
  agree<std::size_t>("--channels or --input-channels", "channels:", stated_.channels,
                     header_.channels);
  if (stated_.format && *stated_.format != *header_.format) {
    refuse(fmt::format("expected {} as --format states, its header states {}",
                       name_of(*stated_.format), name_of(*header_.format)));
  }
}

std::span<const float> PcmInput::decode_samples(std::span<const std::uint8_t> bytes) {
  if (left_) {
    // Chunks after the samples are not sound.
    bytes = bytes.first(static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), *left_)));
    *left_ -= bytes.size();
  }
  return decoder_->decode(bytes);
}

}  // namespace io
