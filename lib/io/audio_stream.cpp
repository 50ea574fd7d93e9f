#include "io/audio_stream.h"

#include <fmt/format.h>
#include <sndfile.h>

#include <array>
#include <cmath>
#include <limits>
#include <optional>

#include "core/errors.h"
#include "core/input_file.h"
#include "io/audio.h"
#include "io/audio_header.h"

namespace io {
namespace {

/// What libsndfile states for a length that it does not know.
constexpr sf_count_t kUnknownFrames = std::numeric_limits<sf_count_t>::max();

constexpr std::array<int, 11> kContainers = {
    SF_FORMAT_WAV, SF_FORMAT_WAVEX, SF_FORMAT_RF64, SF_FORMAT_W64, SF_FORMAT_AIFF, SF_FORMAT_AU,
    SF_FORMAT_CAF, SF_FORMAT_NIST,  SF_FORMAT_FLAC, SF_FORMAT_OGG, SF_FORMAT_RAW};
constexpr std::array<int, 9> kCodings = {SF_FORMAT_PCM_S8, SF_FORMAT_PCM_U8, SF_FORMAT_PCM_16,
                                         SF_FORMAT_PCM_24, SF_FORMAT_PCM_32, SF_FORMAT_FLOAT,
                                         SF_FORMAT_DOUBLE, SF_FORMAT_VORBIS, SF_FORMAT_OPUS};

template <std::size_t N>
bool contains(const std::array<int, N>& values, int value) {
  for (const int known : values) {
    if (known == value) return true;
  }
  return false;
}

/// libsndfile's name of a container or a coding.
std::string name_of_format(int format) {
  SF_FORMAT_INFO info{format, nullptr, nullptr};
  sf_command(nullptr, SFC_GET_FORMAT_INFO, &info, sizeof info);
  return info.name == nullptr ? "an unknown format" : info.name;
}

void check_info(const std::filesystem::path& path, const SF_INFO& info) {
  const int container = info.format & SF_FORMAT_TYPEMASK;
  const int coding = info.format & SF_FORMAT_SUBMASK;
  if (!contains(kContainers, container) || !contains(kCodings, coding)) {
    throw core::InputError(fmt::format(
        "{}: expected PCM, float, FLAC, Vorbis or Opus, found {} in {}; convert the file: ffmpeg "
        "-i IN -c:a pcm_f32le OUT.wav (a lossy coding has already changed the sound)",
        path.string(), name_of_format(coding), name_of_format(container)));
  }
  if (info.frames <= 0) throw core::InputError(path.string() + ": has no samples");
  if (info.channels < 1 || static_cast<std::size_t>(info.channels) > kMaxChannels) {
    throw core::InputError(fmt::format("{}: expected 1 to {} channels, found {}", path.string(),
                                       kMaxChannels, info.channels));
  }
  if (info.samplerate < kMinSampleRateHz || info.samplerate > kMaxSampleRateHz) {
    throw core::InputError(fmt::format("{}: expected a sample rate of 8 to 192 kHz, found {} Hz",
                                       path.string(), info.samplerate));
  }
}

/// What is wrong with the stated size, for messages; empty: nothing.
std::string describe_fault(const AudioHeader& header) {
  const std::uint64_t stated = header.stated_bytes.value_or(0);
  switch (header.fault()) {
    case SizeFault::kNone:
      return "";
    case SizeFault::kCutShort:
      return fmt::format("truncated: expected {} bytes of samples, found {}", stated,
                         header.held_bytes);
    case SizeFault::kNeverWritten:
      return fmt::format(
          "the recorder never wrote the size: the header states {} bytes of samples, the file "
          "holds {}",
          stated, header.held_bytes);
    case SizeFault::kMoreHeld:
      break;
  }
  return fmt::format(
      "the size is wrong: the header states {} bytes of samples, and {} bytes follow them (above 4 "
      "GiB the size of a WAV starts again at 0)",
      stated, header.unexplained_bytes);
}

[[noreturn]] void refuse_size(const std::filesystem::path& path, const std::string& fault) {
  throw core::InputError(
      fmt::format("{}: {}; get the whole file, or read what is there with csl-import --salvage",
                  path.string(), fault));
}

/// libsndfile's name for plain samples. @return  0 if there is none
int raw_format(const PlainCoding& coding) {
  const int order = coding.big_endian ? SF_ENDIAN_BIG : SF_ENDIAN_LITTLE;
  if (coding.type == PlainCoding::Type::kFloat) {
    if (coding.bytes == 4) return SF_FORMAT_RAW | SF_FORMAT_FLOAT | order;
    return coding.bytes == 8 ? SF_FORMAT_RAW | SF_FORMAT_DOUBLE | order : 0;
  }
  const bool is_unsigned = coding.type == PlainCoding::Type::kUnsigned;
  if (coding.bytes == 1) {
    return SF_FORMAT_RAW | (is_unsigned ? SF_FORMAT_PCM_U8 : SF_FORMAT_PCM_S8);
  }
  if (is_unsigned || coding.bytes < 1 || coding.bytes > 4) return 0;
  constexpr std::array kBySize = {SF_FORMAT_PCM_16, SF_FORMAT_PCM_24, SF_FORMAT_PCM_32};
  return SF_FORMAT_RAW | kBySize[coding.bytes - 2] | order;
}

}  // namespace

/// The end of a file as a file of its own, for libsndfile.
struct Tail {
  std::optional<core::InputFile> file;
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
  std::uint64_t at = 0;
  std::string failure;  ///< why reading failed; empty: it did not
};

namespace {

SF_VIRTUAL_IO tail_functions() {
  SF_VIRTUAL_IO io{};
  io.get_filelen = [](void* tail) {
    return static_cast<sf_count_t>(static_cast<Tail*>(tail)->size);
  };
  io.tell = [](void* tail) { return static_cast<sf_count_t>(static_cast<Tail*>(tail)->at); };
  io.write = [](const void*, sf_count_t, void*) { return sf_count_t{0}; };
  io.seek = [](sf_count_t offset, int whence, void* data) {
    auto& tail = *static_cast<Tail*>(data);
    if (whence == SEEK_CUR) offset += static_cast<sf_count_t>(tail.at);
    if (whence == SEEK_END) offset += static_cast<sf_count_t>(tail.size);
    if (offset < 0 || static_cast<std::uint64_t>(offset) > tail.size) return sf_count_t{-1};
    tail.at = static_cast<std::uint64_t>(offset);
    return offset;
  };
  io.read = [](void* out, sf_count_t count, void* data) {
    auto& tail = *static_cast<Tail*>(data);
    const std::uint64_t left = tail.size - tail.at;
    const std::size_t wanted = std::min(static_cast<std::uint64_t>(count), left);
    std::size_t got = 0;
    try {
      got = tail.file->read_at(tail.offset + tail.at, {static_cast<char*>(out), wanted});
    } catch (const core::IoError& error) {  // exceptions must not pass through C code
      tail.failure = error.what();
    }
    tail.at += got;
    return static_cast<sf_count_t>(got);
  };
  return io;
}

}  // namespace

struct AudioStream::File {
  std::filesystem::path path;
  SF_INFO info{};
  Tail tail;  ///< Must outlive the handle.
  std::unique_ptr<SNDFILE, int (*)(SNDFILE*)> handle{nullptr, sf_close};
  std::uint64_t read = 0;
  bool salvage = false;
  std::string salvaged;

  /// Opens samples that the header describes, without libsndfile's reading of the header.
  void open_plain(const AudioHeader& header, std::uint64_t bytes) {
    const int format = header.coding ? raw_format(*header.coding) : 0;
    if (format == 0) {
      throw core::InputError(
          fmt::format("{}: expected PCM or float, found another coding in {}; convert the file",
                      path.string(), header.kind));
    }
    info.format = format;
    info.channels = static_cast<int>(std::min<std::size_t>(header.coding->channels, 65535));
    info.samplerate = static_cast<int>(std::lround(std::min(header.coding->sample_rate_hz, 1e9)));
    tail.file.emplace(path);
    tail.offset = header.data_offset;
    tail.size = bytes - bytes % std::max<std::size_t>(header.coding->frame_bytes(), 1);
    SF_VIRTUAL_IO io = tail_functions();
    handle.reset(sf_open_virtual(&io, SFM_READ, &info, &tail));
  }

  void open(const std::optional<AudioHeader>& header) {
    if (header && header->fault() != SizeFault::kNone) {
      salvaged = describe_fault(*header);
      if (!salvage) refuse_size(path, salvaged);
      open_plain(*header, header->held_bytes);
    } else if (header && header->kind == "BW64") {  // libsndfile does not know its header
      open_plain(*header, header->stated_bytes.value_or(header->held_bytes));
    } else {
      handle.reset(sf_open(path.c_str(), SFM_READ, &info));
    }
    if (!handle) {
      throw core::InputError(
          fmt::format("{}: cannot be read as audio: {}", path.string(), sf_strerror(nullptr)));
    }
    check_info(path, info);
    if (info.frames == kUnknownFrames) {
      salvaged = "truncated, or the recorder never wrote the size: the file does not state it";
      if (!salvage) refuse_size(path, salvaged);
    }
  }
};

AudioStream::AudioStream(const std::filesystem::path& path, WrongSize wrong_size)
    : file_(std::make_unique<File>()) {
  file_->path = path;
  file_->salvage = wrong_size == WrongSize::kSalvage;
  file_->open(read_audio_header(path));
}

AudioStream::~AudioStream() = default;
AudioStream::AudioStream(AudioStream&&) noexcept = default;

std::size_t AudioStream::channels() const { return static_cast<std::size_t>(file_->info.channels); }
double AudioStream::sample_rate_hz() const { return file_->info.samplerate; }
std::uint64_t AudioStream::frames() const { return static_cast<std::uint64_t>(file_->info.frames); }
const std::filesystem::path& AudioStream::path() const { return file_->path; }
const std::string& AudioStream::salvaged() const { return file_->salvaged; }

bool AudioStream::lossy() const {
  const int coding = file_->info.format & SF_FORMAT_SUBMASK;
  return coding == SF_FORMAT_VORBIS || coding == SF_FORMAT_OPUS;
}

double AudioStream::resolution() const {
  const int coding = file_->info.format & SF_FORMAT_SUBMASK;
  if (coding == SF_FORMAT_PCM_S8 || coding == SF_FORMAT_PCM_U8) return 0x1p-7;
  return coding == SF_FORMAT_PCM_16 ? 0x1p-15 : coding == SF_FORMAT_PCM_24 ? 0x1p-23 : 0x1p-24;
}

std::size_t AudioStream::read(std::span<float> block) {
  const auto wanted = static_cast<sf_count_t>(block.size() / channels());
  const sf_count_t got = sf_readf_float(file_->handle.get(), block.data(), wanted);
  file_->read += static_cast<std::uint64_t>(std::max<sf_count_t>(got, 0));
  if (!file_->tail.failure.empty()) throw core::IoError(file_->tail.failure);
  std::string fault;
  // A compressed file that was truncated ends early, with or without an error.
  if (got < wanted && file_->read < frames()) {
    fault =
        fmt::format("truncated: expected {} samples a channel, found {}", frames(), file_->read);
  }
  if (sf_error(file_->handle.get()) != SF_ERR_NO_ERROR) {
    fault = fmt::format("truncated or damaged after {} samples a channel: {}", file_->read,
                        sf_strerror(file_->handle.get()));
  }
  if (!fault.empty() && !file_->salvage) refuse_size(file_->path, fault);
  if (file_->salvaged.empty()) file_->salvaged = fault;
  return static_cast<std::size_t>(std::max<sf_count_t>(got, 0));
}

void AudioStream::seek(std::uint64_t frame) {
  const auto to = static_cast<sf_count_t>(frame);
  if (sf_seek(file_->handle.get(), to, SEEK_SET) != to) {
    throw core::InputError(fmt::format("{}: expected {} samples a channel, cannot find them",
                                       file_->path.string(), frame + 1));
  }
  file_->read = frame;
}

}  // namespace io
