/// Reading audio files block by block, so that long recordings need little memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

namespace io {

/// What to do with a file whose header states a size that cannot be true.
enum class WrongSize {
  kRefuse,
  kSalvage,  ///< Read to the end of the file.
};

/// An open audio file: WAV, RIFX, RF64, BW64, W64, AIFF, AIFC, AU, CAF or NIST SPHERE with samples
/// of PCM or float, FLAC, or Ogg with Vorbis or Opus. Other kinds and codings are refused, because
/// nothing shows whether such files are whole, or because they change the sound.
class AudioStream {
 public:
  /// @throws core::InputError  for a file that is not audio, has another coding, or has no samples,
  ///                           for more than 64 channels, for a sample rate outside 8 to 192 kHz,
  ///                           and for a size that cannot be true, unless it is salvaged: the file
  ///                           was cut short, or its recorder was stopped before it wrote the size,
  ///                           or the size is larger than the header's field
  explicit AudioStream(const std::filesystem::path& path,
                       WrongSize wrong_size = WrongSize::kRefuse);
  ~AudioStream();
  AudioStream(AudioStream&&) noexcept;
  AudioStream& operator=(AudioStream&&) = delete;

  std::size_t channels() const;
  double sample_rate_hz() const;
  /// Number of frames that the header states, or that a salvaged file holds. A salvaged FLAC or Ogg
  /// file may hold fewer.
  std::uint64_t frames() const;
  double duration_s() const { return static_cast<double>(frames()) / sample_rate_hz(); }
  const std::filesystem::path& path() const;
  /// What was wrong with the size of a salvaged file; empty for a whole file.
  const std::string& salvaged() const;
  /// True if the coding changes the sound (Vorbis, Opus).
  bool lossy() const;
  /// The smallest difference of two samples: 2^-15 for PCM of 16 bits; 2^-24 where it is not known.
  double resolution() const;

  /// Reads up to block.size() / channels() frames. Samples may be NaN or infinite.
  /// @param block  [frames, channels], row-major
  /// @return       number of frames read; 0 at the end of the file
  /// @throws core::InputError  if the file is damaged or, unless it is salvaged, has fewer frames
  ///                           than its header states
  std::size_t read(std::span<float> block);
  /// Moves to a frame. @throws core::InputError  if the file has no such frame
  void seek(std::uint64_t frame);

 private:
  struct File;
  std::unique_ptr<File> file_;
};

}  // namespace io
