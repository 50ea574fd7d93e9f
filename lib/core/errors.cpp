#include "core/errors.h"

#include <new>

#include "core/console.h"

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
  const auto say = [&](const std::string& message) {
    write_stderr(printable(program + ": " + message) + "\n");
  };
  try {
    body();
    return static_cast<int>(ExitCode::kOk);
  } catch (const Error& error) {
    say(error.what());
    return static_cast<int>(error.code());
  } catch (const std::bad_alloc&) {
    // In pieces: putting a text together would need memory.
    write_stderr(program);
    write_stderr(": out of memory: use fewer --threads or smaller inputs\n");
    return static_cast<int>(ExitCode::kIo);
  } catch (const std::exception& error) {
    say(std::string("internal error, please report it: ") + error.what());
    return static_cast<int>(ExitCode::kInternal);
  }
}

}  // namespace core
