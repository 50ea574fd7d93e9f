/// STFT vectors that do not fit into memory: a nameless temporary file, read where and when a step
/// needs them.
#pragma once

#include <complex>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>

namespace learn {

/// Append once, then read from any thread. The file has no name, so that nothing is left behind,
/// however the process ends.
class BinSpool {
 public:
  /// @param folder  where the file's blocks are taken. @throws core::IoError
  BinSpool(const std::filesystem::path& folder, std::size_t microphones);
  ~BinSpool();
  BinSpool(const BinSpool&) = delete;
  BinSpool& operator=(const BinSpool&) = delete;

  /// @param stft  [bins, microphones]. @throws core::IoError if the disk is full
  void append(std::span<const std::complex<float>> stft);

  /// Consecutive bins. @param stft  [bins, microphones], overwritten. @throws core::IoError
  void read(std::size_t first, std::span<std::complex<float>> stft) const;

  /// Chosen bins; all of them are asked for at once, so that the disk answers side by side.
  /// @param stft  [bins.size(), microphones], overwritten. @throws core::IoError
  void gather(std::span<const std::uint32_t> bins, std::span<std::complex<float>> stft) const;

  std::size_t bins() const { return bins_; }

 private:
  [[noreturn]] void fail(const char* doing) const;

  std::filesystem::path folder_;
  std::size_t microphones_;
  std::size_t bins_ = 0;
  int file_ = -1;
};

}  // namespace learn
