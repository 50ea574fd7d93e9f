/// Sends one of the process's standard streams into a file for a while.
#pragma once

#include <unistd.h>

#include <cstdio>
#include <string>

#include "temporary_folder.h"

namespace test {

/// Text that the process writes to a file descriptor while the object exists.
class CapturedStream {
 public:
  explicit CapturedStream(int descriptor) : descriptor_(descriptor), saved_(::dup(descriptor)) {
    std::fflush(nullptr);
    std::FILE* file = std::fopen((folder_ / "text").c_str(), "w");
    ::dup2(::fileno(file), descriptor_);
    std::fclose(file);
  }
  ~CapturedStream() {
    std::fflush(nullptr);
    ::dup2(saved_, descriptor_);
    ::close(saved_);
  }
  CapturedStream(const CapturedStream&) = delete;
  CapturedStream& operator=(const CapturedStream&) = delete;

  std::filesystem::path path() const { return folder_ / "text"; }
  std::string text() const {
    std::fflush(nullptr);
    return file_bytes(path());
  }

 private:
  TemporaryFolder folder_;
  int descriptor_;
  int saved_;
};

}  // namespace test
