#include "core/errors.h"

#include <fmt/format.h>

#include <cstdio>
#include <new>

namespace core {

void throw_error(ExitCode code, const std::string& message) {
  switch (code) {
    case ExitCode::kUsage:
      throw UsageError(message);
    case ExitCode::kInput:
      throw InputError(message);
    case ExitCode::kIo:
      throw IoError(message);
    case ExitCode::kDiverged:
      throw DivergedError(message);
    case ExitCode::kInternal:
      throw std::runtime_error(message);
    case ExitCode::kOk:
    case ExitCode::kStopped:
      break;
  }
  throw Error(code, message);
}

void require(bool good, const std::string& message) {
  if (!good) throw UsageError(message);
}

int run_guarded(const std::string& program, const std::function<void()>& body) {
  try {
    body();
    return static_cast<int>(ExitCode::kOk);
  } catch (const Error& error) {
    fmt::print(stderr, "{}: {}\n", program, error.what());
    return static_cast<int>(error.code());
  } catch (const std::bad_alloc&) {
    fmt::print(stderr, "{}: out of memory: use fewer --threads or smaller inputs\n", program);
    return static_cast<int>(ExitCode::kIo);
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}: internal error, please report it: {}\n", program, error.what());
    return static_cast<int>(ExitCode::kInternal);
  }
}

}  // namespace core
