/// What all fuzz targets share: an input of the fuzzer becomes a file, and a reader reads it.
#pragma once

#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>

#include "core/errors.h"

namespace fuzz {

/// A file of this process in memory. @param ending  of its name, such as ".csv"
inline std::filesystem::path input_path(const std::string& ending) {
  return "/dev/shm/csl-fuzz-" + std::to_string(::getpid()) + ending;
}

inline void write_input(const std::filesystem::path& path, const std::uint8_t* data,
                        std::size_t size) {
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
}

/// Calls read(path). A wrong input or a wrong option is an answer; every other error is a find.
template <typename Read>
int answer(const std::filesystem::path& path, Read read) {
  try {
    read(path);
  } catch (const core::InputError&) {
  } catch (const core::UsageError&) {
  }
  return 0;
}

/// Reads the fuzzer's bytes as a file with this ending.
template <typename Read>
int read_bytes(const std::uint8_t* data, std::size_t size, const std::string& ending, Read read) {
  static const std::filesystem::path path = input_path(ending);
  write_input(path, data, size);
  return answer(path, read);
}

}  // namespace fuzz

/// A target is one line: CSL_FUZZ_TARGET(".csv", [](const std::filesystem::path& path) { ... })
#define CSL_FUZZ_TARGET(ending, ...)                                                  \
  extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) { \
    return fuzz::read_bytes(data, size, ending, __VA_ARGS__);                         \
  }
