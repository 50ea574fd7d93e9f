#include "core/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <glob.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <system_error>

#include "core/atomic_file.h"
#include "core/descriptor.h"
#include "core/errors.h"
#include "core/input_file.h"

namespace core {
namespace {

namespace fs = std::filesystem;

/// Size of a text file that is held in memory.
constexpr std::uint64_t kMostTextBytes = std::uint64_t{4} << 30U;

/// Writes to a FIFO or a device, which must not be replaced.
void write_stream(const fs::path& out, std::string_view text) {
  const Descriptor stream(::open(out.c_str(), O_WRONLY | O_NOCTTY | O_CLOEXEC));
  bool good = stream.valid();
  while (good && !text.empty()) {
    const ssize_t written = ::write(stream.get(), text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    good = written > 0;
    if (good) text.remove_prefix(static_cast<std::size_t>(written));
  }
  if (!good) throw IoError(fmt::format("{}: cannot write: {}", out.string(), std::strerror(errno)));
}

}  // namespace

void make_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (!error && fs::is_directory(folder, error)) return;
  throw IoError(fmt::format("{}: cannot make the folder: {}", folder.string(),
                            error ? error.message() : "a file has this name"));
}

bool is_stream(const fs::path& out) {
  std::error_code ignored;
  const fs::file_status status = fs::status(out, ignored);
  return out == kStandardOutput || fs::is_fifo(status) || fs::is_character_file(status);
}

void write_text_file(const fs::path& out, std::string_view text) {
  AtomicFile file(out);
  file.write(text);
  file.commit();
}

void write_text_output(const fs::path& out, std::string_view text) {
  if (out == kStandardOutput) {
    write_stdout(text);
  } else if (is_stream(out)) {
    write_stream(out, text);
  } else {
    write_text_file(out, text);
  }
}

void write_stdout(std::string_view text) {
  const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
  if (!written || std::fflush(stdout) != 0) {
    throw IoError(fmt::format("standard output: cannot write: {}", std::strerror(errno)));
  }
}

std::string read_text_file(const fs::path& path) {
  const InputFile file(path);
  if (file.size() > kMostTextBytes) {
    throw InputError(fmt::format("{}: expected at most {} GiB of text, found {} bytes; cut it",
                                 path.string(), kMostTextBytes >> 30U, file.size()));
  }
  std::string text(file.size(), '\0');
  text.resize(file.read_at(0, text));
  return text;
}

std::vector<fs::path> expand_inputs(const std::vector<std::string>& patterns) {
  std::vector<fs::path> paths;
  for (const std::string& pattern : patterns) {
    std::error_code ignored;
    if (fs::exists(pattern, ignored)) {
      paths.emplace_back(pattern);
      continue;
    }
    glob_t matches{};
    const int status = ::glob(pattern.c_str(), 0, nullptr, &matches);
    for (std::size_t i = 0; status == 0 && i < matches.gl_pathc; ++i) {
      paths.emplace_back(matches.gl_pathv[i]);
    }
    ::globfree(&matches);
    if (status != 0) throw InputError(fmt::format("{}: no such file", pattern));
  }
  return paths;
}

}  // namespace core
