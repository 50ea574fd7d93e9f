#include "io/audio_header.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <string_view>

#include "core/parse.h"
#include "io/audio_chunks.h"

namespace io {
namespace {

/// Bytes at the end of a file that may belong to nothing: tags of other programs, padding.
constexpr std::uint64_t kHarmlessTail = 4096;
/// Sizes from here on are written by recorders that do not know the size yet.
constexpr std::uint64_t kUnknownSize32 = 0x7fff0000;
constexpr std::uint64_t kUnknownSize64 = std::uint64_t{1} << 62;

/// Sets where the samples lie and how many bytes they have.
/// @param skip  bytes of the chunk before its samples
void set_data(FileBytes& file, const ChunkRule& rule, const Chunk& chunk, std::uint64_t skip,
              AudioHeader& header) {
  header.data_offset = std::min(chunk.begin + skip, file.size());
  header.held_bytes = file.size() - header.data_offset;
  header.stated_bytes = chunk.stated - std::min(chunk.stated, skip);
  if (const auto next = after_chunk(file, rule, chunk)) {
    header.unexplained_bytes = unexplained_from(file, rule, *next);
  }
}

/// Sets the size of samples that go on to the end of the file.
void set_last(std::uint64_t stated_bytes, AudioHeader& header) {
  header.stated_bytes = stated_bytes;
  header.unexplained_bytes = header.held_bytes - std::min(header.held_bytes, stated_bytes);
}

/// The coding of a "fmt " chunk. @throws core::InputError  for samples that are not packed
std::optional<PlainCoding> wave_coding(FileBytes& file, const Chunk& chunk, bool big_endian) {
  const auto number = [&](std::uint64_t at, std::size_t count) {
    return file.number(chunk.begin + at, count, big_endian);
  };
  std::uint64_t tag = number(0, 2);
  if (tag == 0xfffe && chunk.stated >= 26) tag = number(24, 2);
  if (tag != 1 && tag != 3) return std::nullopt;
  const std::uint64_t bits = number(14, 2);
  PlainCoding coding;
  coding.channels = number(2, 2);
  coding.sample_rate_hz = static_cast<double>(number(4, 4));
  coding.bytes = (bits + 7) / 8;
  coding.big_endian = big_endian;
  if (tag == 3) coding.type = PlainCoding::Type::kFloat;
  if (tag == 1 && bits <= 8) coding.type = PlainCoding::Type::kUnsigned;
  // libsndfile takes 24 bits in four bytes for float.
  if (tag == 1 && number(12, 2) > coding.frame_bytes() && coding.channels > 0) {
    file.fail(
        fmt::format("expected samples of {} bits in {} bytes, found them in {} bytes, which "
                    "programs read in different ways; record 24 bits in 3 bytes, or 32 bits",
                    bits, coding.bytes, number(12, 2) / coding.channels));
  }
  return coding;
}

AudioHeader wave_header(FileBytes& file, const std::string& kind) {
  const bool big_endian = kind == "RIFX";
  const ChunkRule rule{4, 4, big_endian, false, 2};
  AudioHeader header;
  header.kind = kind == "RIFF" ? "WAV" : kind;
  // RF64 and BW64 state the size in "ds64"; their data chunk states 2^32 - 1.
  std::optional<std::uint64_t> long_bytes;
  find_samples(file, rule, 12, [&](const Chunk& chunk) {
    if (chunk.name == "ds64") long_bytes = file.number(chunk.begin + 8, 8, big_endian);
    if (chunk.name == "fmt ") header.coding = wave_coding(file, chunk, big_endian);
    if (chunk.name != "data") return false;
    Chunk data = chunk;
    if (long_bytes && data.stated == 0xffffffffU) data.stated = *long_bytes;
    set_data(file, rule, data, 0, header);
    return true;
  });
  return header;
}

AudioHeader w64_header(FileBytes& file) {
  const ChunkRule rule{16, 8, false, true, 8};
  AudioHeader header;
  header.kind = "W64";
  find_samples(file, rule, 40, [&](const Chunk& chunk) {
    if (chunk.name == "fmt ") header.coding = wave_coding(file, chunk, false);
    if (chunk.name == "data") set_data(file, rule, chunk, 0, header);
    return chunk.name == "data";
  });
  return header;
}

/// A number of the 80-bit format of IEEE 754, big-endian.
double extended_number(FileBytes& file, std::uint64_t at) {
  const auto exponent = static_cast<int>(file.number(at, 2, true) & 0x7fffU);
  return std::ldexp(static_cast<double>(file.number(at + 2, 8, true)), exponent - 16383 - 63);
}

std::optional<PlainCoding> aiff_coding(FileBytes& file, const Chunk& chunk, bool compressed) {
  PlainCoding coding;
  coding.channels = file.number(chunk.begin, 2, true);
  coding.bytes = (file.number(chunk.begin + 6, 2, true) + 7) / 8;
  coding.sample_rate_hz = extended_number(file, chunk.begin + 8);
  coding.big_endian = true;
  if (!compressed) return coding;
  const std::string name = file.text(chunk.begin + 18, 4);
  const auto is_one_of = [&](std::initializer_list<const char*> names) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  if (is_one_of({"fl32", "FL32", "fl64", "FL64"})) {
    coding.type = PlainCoding::Type::kFloat;
    coding.bytes = name.ends_with("32") ? 4 : 8;
    return coding;
  }
  coding.big_endian = name != "sowt";
  if (name == "raw ") coding.type = PlainCoding::Type::kUnsigned;
  if (is_one_of({"NONE", "sowt", "twos", "in24", "in32", "raw "})) return coding;
  return std::nullopt;
}

AudioHeader aiff_header(FileBytes& file, bool compressed) {
  const ChunkRule rule{4, 4, true, false, 2};
  AudioHeader header;
  header.kind = compressed ? "AIFC" : "AIFF";
  std::uint64_t frames = 0;
  find_samples(file, rule, 12, [&](const Chunk& chunk) {
    if (chunk.name == "COMM") {
      header.coding = aiff_coding(file, chunk, compressed);
      frames = file.number(chunk.begin + 2, 4, true);
    }
    if (chunk.name != "SSND") return false;
    set_data(file, rule, chunk, 8 + file.number(chunk.begin, 4, true), header);
    return true;
  });
  // The number of frames states the size again. A larger size shows that samples are missing.
  if (header.coding) {
    header.stated_bytes = std::max(*header.stated_bytes, frames * header.coding->frame_bytes());
  }
  return header;
}

AudioHeader au_header(FileBytes& file, bool big_endian) {
  AudioHeader header;
  header.kind = "AU";
  const auto number = [&](std::uint64_t at) { return file.number(at, 4, big_endian); };
  header.data_offset = std::min(number(4), file.size());
  header.held_bytes = file.size() - header.data_offset;
  set_last(number(8), header);
  const std::uint64_t encoding = number(12);
  if (encoding < 2 || encoding > 7) return header;
  PlainCoding coding;
  if (encoding >= 6) coding.type = PlainCoding::Type::kFloat;
  coding.bytes = encoding >= 6 ? 4 * (encoding - 5) : encoding - 1;
  coding.big_endian = big_endian;
  coding.sample_rate_hz = static_cast<double>(number(16));
  coding.channels = number(20);
  header.coding = coding;
  return header;
}

std::optional<PlainCoding> caf_coding(FileBytes& file, const Chunk& chunk) {
  if (file.text(chunk.begin + 8, 4) != "lpcm") return std::nullopt;
  const std::uint64_t flags = file.number(chunk.begin + 12, 4, true);
  PlainCoding coding;
  coding.sample_rate_hz = std::bit_cast<double>(file.number(chunk.begin, 8, true));
  coding.channels = file.number(chunk.begin + 24, 4, true);
  coding.bytes = (file.number(chunk.begin + 28, 4, true) + 7) / 8;
  if ((flags & 1U) != 0) coding.type = PlainCoding::Type::kFloat;
  coding.big_endian = (flags & 2U) == 0;
  return coding;
}

AudioHeader caf_header(FileBytes& file) {
  const ChunkRule rule{4, 8, true, false, 1};
  AudioHeader header;
  header.kind = "CAF";
  find_samples(file, rule, 8, [&](const Chunk& chunk) {
    if (chunk.name == "desc") header.coding = caf_coding(file, chunk);
    if (chunk.name == "data") set_data(file, rule, chunk, 4, header);
    return chunk.name == "data";
  });
  return header;
}

/// The value of a line "NAME -TYPE VALUE" of a SPHERE header; empty if there is no such line.
std::string sphere_value(const std::string& text, const std::string& name) {
  std::size_t at = text.find("\n" + name + " -");
  if (at == std::string::npos) return "";
  at = text.find(' ', at + name.size() + 3);
  return at == std::string::npos ? "" : text.substr(at + 1, text.find('\n', at) - at - 1);
}

/// @throws core::InputError  if the samples are compressed
AudioHeader sphere_header(FileBytes& file) {
  AudioHeader header;
  header.kind = "SPHERE";
  const auto whole = [](const std::string& text) { return core::parse_whole_number(text); };
  std::string size = file.text(8, 7);
  size.erase(0, size.find_first_not_of(' '));
  header.data_offset = std::min(whole(size).value_or(1024), file.size());
  header.held_bytes = file.size() - header.data_offset;
  const std::string text = file.text(0, std::min<std::uint64_t>(header.data_offset, 65536));
  const std::string coded = sphere_value(text, "sample_coding");
  if (!coded.empty() && coded != "pcm") {
    file.fail(fmt::format("expected samples of pcm, found {}; convert the file to WAV", coded));
  }
  const auto channels = whole(sphere_value(text, "channel_count"));
  const auto bytes = whole(sphere_value(text, "sample_n_bytes"));
  const auto rate = whole(sphere_value(text, "sample_rate"));
  const auto frames = whole(sphere_value(text, "sample_count"));
  if (!channels || !bytes || !rate || *channels > 65535 || *bytes > 8) return header;
  PlainCoding coding;
  coding.channels = *channels;
  coding.bytes = *bytes;
  coding.sample_rate_hz = static_cast<double>(*rate);
  coding.big_endian = sphere_value(text, "sample_byte_format") == "10";
  header.coding = coding;
  // A number of frames that no file has is as good as none.
  const std::uint64_t most = kUnknownSize64 / std::max<std::size_t>(coding.frame_bytes(), 1);
  if (frames) set_last(std::min(*frames, most) * coding.frame_bytes(), header);
  return header;
}

}  // namespace

SizeFault AudioHeader::fault() const {
  if (!stated_bytes) return coding ? SizeFault::kNeverWritten : SizeFault::kNone;
  const bool wide = kind == "W64" || kind == "CAF" || kind == "RF64" || kind == "BW64";
  const bool unknown =
      *stated_bytes >= (wide ? kUnknownSize64 : kUnknownSize32) || *stated_bytes == 0xffffffffU;
  if (*stated_bytes > held_bytes) {
    return unknown ? SizeFault::kNeverWritten : SizeFault::kCutShort;
  }
  if (*stated_bytes == 0 && unexplained_bytes > 0) return SizeFault::kNeverWritten;
  return unexplained_bytes > kHarmlessTail ? SizeFault::kMoreHeld : SizeFault::kNone;
}

std::optional<AudioHeader> read_audio_header(const std::filesystem::path& path) {
  FileBytes file(path);
  const std::string start = file.text(0, 16);
  const std::string kind = start.substr(0, 4);
  const std::string form = start.size() >= 12 ? start.substr(8, 4) : "";
  constexpr std::array<std::string_view, 4> kWave = {"RIFF", "RIFX", "RF64", "BW64"};
  const bool wave = std::find(kWave.begin(), kWave.end(), kind) != kWave.end();
  if (wave && form == "WAVE") return wave_header(file, kind);
  if (kind == "FORM" && (form == "AIFF" || form == "AIFC")) {
    return aiff_header(file, form == "AIFC");
  }
  if (kind == "riff") return w64_header(file);
  if (kind == ".snd" || kind == "dns.") return au_header(file, kind == ".snd");
  if (kind == "caff") return caf_header(file);
  if (start.starts_with("NIST_1A")) return sphere_header(file);
  return std::nullopt;
}

}  // namespace io
