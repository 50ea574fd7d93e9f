/// Takes away all file descriptors that the process may still open.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <vector>

namespace test {

/// While the object exists, opening a file fails with "Too many open files".
class NoDescriptors {
 public:
  NoDescriptors() {
    for (int fd = 0; (fd = ::open("/dev/null", O_RDONLY)) >= 0;) taken_.push_back(fd);
  }
  ~NoDescriptors() {
    for (const int fd : taken_) ::close(fd);
  }
  NoDescriptors(const NoDescriptors&) = delete;
  NoDescriptors& operator=(const NoDescriptors&) = delete;

 private:
  std::vector<int> taken_;
};

}  // namespace test
