/// Sizes and coding that the header of an audio file states. libsndfile decodes the samples; it does
/// not compare these sizes with the size of the file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace io {

/// Coding of samples that are stored one after another without compression.
struct PlainCoding {
  enum class Type { kSigned, kUnsigned, kFloat };

  Type type = Type::kSigned;
  std::size_t bytes = 2;  ///< of one sample
  bool big_endian = false;
  std::size_t channels = 0;
  double sample_rate_hz = 0.0;

  std::size_t frame_bytes() const { return bytes * channels; }
};

/// Why the stated size of the samples cannot be true.
enum class SizeFault {
  kNone,
  kCutShort,      ///< The file ends before its samples do.
  kNeverWritten,  ///< The header holds what recorders write before they know the size.
  kMoreHeld,      ///< Samples go on after the stated size, which wrapped or was not updated.
};

/// What the header of a RIFF, RIFX, RF64, BW64, W64, AIFF, AIFC, AU, CAF or SPHERE file says about
/// its samples.
struct AudioHeader {
  std::string kind;                           ///< "WAV", "RIFX", "RF64", ...
  std::optional<PlainCoding> coding;          ///< Empty: compressed, or not known here.
  std::uint64_t data_offset = 0;              ///< First byte of the samples.
  std::uint64_t held_bytes = 0;               ///< From there to the end of the file.
  std::optional<std::uint64_t> stated_bytes;  ///< Empty: the header says that it does not know.
  std::uint64_t unexplained_bytes = 0;  ///< At the end of the file, after samples and known chunks.

  SizeFault fault() const;
};

/// Reads the header of a file.
/// @return  empty for other kinds of files
/// @throws core::InputError  if the file is of one of these kinds and ends inside its header, or has
///                           a coding that libsndfile would misread
std::optional<AudioHeader> read_audio_header(const std::filesystem::path& path);

}  // namespace io
