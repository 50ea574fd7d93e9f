#include <fcntl.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "captured_stream.h"
#include "core/errors.h"
#include "core/files.h"
#include "temporary_folder.h"

TEST_CASE("globs are expanded in order, and a glob without a match is an error") {
  const test::TemporaryFolder folder;
  for (const char* name : {"part-2.h5", "part-1.h5", "other.h5"})
    test::write_bytes(folder / name, "x");
  const auto paths =
      core::expand_inputs({(folder / "other.h5").string(), (folder / "part-*.h5").string()});
  REQUIRE(paths.size() == 3);
  CHECK(paths[0].filename() == "other.h5");
  CHECK(paths[1].filename() == "part-1.h5");
  CHECK(paths[2].filename() == "part-2.h5");
  CHECK_THROWS_AS(core::expand_inputs({(folder / "none-*.h5").string()}), core::InputError);
}

TEST_CASE("text on standard output is written at once; a full disk is an IoError") {
  const test::CapturedStream output(STDOUT_FILENO);
  core::write_stdout("one\n");
  CHECK(test::file_bytes(output.path()) == "one\n");
  const int full = ::open("/dev/full", O_WRONLY);
  ::dup2(full, STDOUT_FILENO);
  ::close(full);
  CHECK_THROWS_AS(core::write_stdout("two\n"), core::IoError);
}

TEST_CASE("errors carry the exit codes that scripts rely on") {
  CHECK(core::run_guarded("test", [] {}) == 0);
  CHECK(core::run_guarded("test", [] { throw std::logic_error("a bug"); }) == 1);
  CHECK(core::run_guarded("test", [] { throw core::UsageError("option"); }) == 2);
  CHECK(core::run_guarded("test", [] { throw core::InputError("file"); }) == 3);
  CHECK(core::run_guarded("test", [] { throw core::IoError("disk"); }) == 4);
  CHECK(core::run_guarded("test", [] { throw core::DivergedError("training"); }) == 5);
}
