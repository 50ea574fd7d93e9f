/// Temporary file for STFT vectors that do not fit into memory. Each step reads the bins it needs.
#pragma once

#include <complex>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>

namespace learn {

/// Bins are first appended, then read from any thread. The file has no name, so nothing is left
/// behind however the process ends.
class BinSpool {
 public:
  /// @param folder  folder on whose disk the file lies. @throws core::IoError
  BinSpool(const std::filesystem::path& folder, std::size_t microphones);
  ~BinSpool();
  BinSpool(const BinSpool&) = delete;
  BinSpool& operator=(const BinSpool&) = delete;

  /// @param stft  [bins, microphones]. @throws core::IoError if the disk is full
  void append(std::span<const std::complex<float>> stft);

  /// Reads consecutive bins. @param stft  [bins, microphones], overwritten. @throws core::IoError
  void read(std::size_t first, std::span<std::complex<float>> stft) const;

  /// Reads chosen bins. All reads are announced first, so that the disk can serve them together.
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
