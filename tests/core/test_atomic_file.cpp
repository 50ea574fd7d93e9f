#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "core/atomic_file.h"
#include "core/errors.h"
#include "core/files.h"
#include "temporary_folder.h"

namespace {

namespace fs = std::filesystem;
using Catch::Matchers::Contains;

mode_t mode_of(const fs::path& path) {
  struct stat info {};
  REQUIRE(::lstat(path.c_str(), &info) == 0);
  return info.st_mode & 07777;
}

bool any_output(const std::string&) { return true; }

/// Leaves a temporary file behind, as a program that is killed does.
void leave_temporary(const fs::path& out) {
  const pid_t child = ::fork();
  if (child == 0) {
    const core::AtomicFile file(out);
    ::_exit(0);
  }
  ::waitpid(child, nullptr, 0);
}

}  // namespace

TEST_CASE("a file appears only on commit and leaves no temporary file") {
  const test::TemporaryFolder folder;
  test::write_bytes(folder / "out", "old");
  {
    const core::AtomicFile abandoned(folder / "out");
    abandoned.write("half");
    CHECK(test::file_bytes(folder / "out") == "old");
  }
  CHECK(folder.files() == 1);
  core::write_text_file(folder / "out", "new");
  CHECK(test::file_bytes(folder / "out") == "new");
  CHECK(folder.files() == 1);
}

TEST_CASE("an output that cannot be written is an IoError") {
  const test::TemporaryFolder folder;
  CHECK_THROWS_AS(core::AtomicFile(folder / "missing/out"), core::IoError);
  CHECK_THROWS_AS(core::AtomicFile(folder.path()), core::IoError);
  CHECK_THROWS_AS(core::write_text_file("/dev/full/x", "text"), core::IoError);
}

TEST_CASE("two writers of one output have different temporary files; the last one wins whole") {
  const test::TemporaryFolder folder;
  core::AtomicFile first(folder / "out");
  core::AtomicFile second(folder / "out");
  CHECK(first.temporary() != second.temporary());
  first.write("first, and longer");
  second.write("second");
  first.commit();
  CHECK(test::file_bytes(folder / "out") == "first, and longer");
  second.commit();
  CHECK(test::file_bytes(folder / "out") == "second");
  CHECK(folder.files() == 1);
}

TEST_CASE("the name of a temporary file cannot be guessed, and it is never a link") {
  const test::TemporaryFolder folder;
  test::write_bytes(folder / "victim", "precious");
  fs::create_symlink(folder / "victim",
                     folder / ("out.tmp." + std::to_string(::getpid())));  // the name once used
  core::AtomicFile file(folder / "out");
  CHECK(file.temporary().filename().string().size() == std::string("out.tmp.").size() + 16);
  file.write("new");
  // Somebody puts a link in its place: nothing is written through it, and it gets no name.
  fs::remove(file.temporary());
  fs::create_symlink(folder / "victim", file.temporary());
  CHECK_THROWS_AS(file.commit(), core::IoError);
  CHECK(test::file_bytes(folder / "victim") == "precious");
  CHECK_FALSE(fs::exists(folder / "out"));
}

TEST_CASE("what killed programs left is removed; what running programs write stays") {
  const test::TemporaryFolder folder;
  for (int i = 0; i < 3; ++i) leave_temporary(folder / "out");
  leave_temporary(folder / "other");
  test::write_bytes(folder / "out.tmp.notes", "of the user");
  test::write_bytes(folder / "out.tmp.0123456789abcdeX", "of the user");
  const core::AtomicFile running(folder / "out");
  REQUIRE(folder.files() == 7);
  core::remove_leftovers(folder.path(), [](const std::string& name) { return name == "out"; });
  CHECK(folder.files() == 4);
  CHECK(fs::exists(running.temporary()));
  core::remove_leftovers(folder.path(), any_output);
  CHECK(folder.files() == 3);
  CHECK(fs::exists(running.temporary()));
  CHECK_NOTHROW(core::remove_leftovers(folder / "missing", any_output));
}

TEST_CASE("an output that is a link stays one: the file behind it is replaced") {
  const test::TemporaryFolder folder;
  fs::create_directories(folder / "disk");
  test::write_bytes(folder / "disk/data", "old");
  fs::create_symlink("disk/data", folder / "out");
  fs::create_symlink("out", folder / "again");
  fs::create_symlink("disk/none", folder / "dangling");
  core::write_text_file(folder / "again", "new");
  CHECK(test::file_bytes(folder / "disk/data") == "new");
  core::write_text_file(folder / "dangling", "made");
  CHECK(test::file_bytes(folder / "disk/none") == "made");
  for (const char* link : {"out", "again", "dangling"}) {
    CHECK(fs::is_symlink(fs::symlink_status(folder / link)));
  }
  CHECK(std::distance(fs::directory_iterator(folder / "disk"), {}) == 2);
  fs::create_symlink("circle", folder / "circle");
  CHECK_THROWS_AS(core::write_text_file(folder / "circle", "x"), core::IoError);
}

TEST_CASE("devices and FIFOs are never replaced; text is written into them") {
  const test::TemporaryFolder folder;
  const fs::path fifo = folder / "fifo";
  REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
  fs::create_symlink("/dev/null", folder / "link");
  for (const fs::path& out :
       {fifo, folder / "link", fs::path("/dev/null"), fs::path("/dev/full")}) {
    INFO(out);
    CHECK_THROWS_WITH(core::AtomicFile(out), Contains("device or a FIFO"));
    CHECK(core::is_stream(out));
  }
  CHECK(core::is_stream("-"));
  CHECK_FALSE(core::is_stream(folder / "new"));
  core::write_text_output(folder / "link", "text");
  CHECK_THROWS_AS(core::write_text_output("/dev/full", "text"), core::IoError);
  const int reader = ::open(fifo.c_str(), O_RDONLY | O_NONBLOCK);
  core::write_text_output(fifo, "through the FIFO");
  std::string got(64, '\0');
  got.resize(static_cast<std::size_t>(::read(reader, got.data(), got.size())));
  ::close(reader);
  CHECK(got == "through the FIFO");
  CHECK(fs::is_fifo(fifo));
  CHECK(fs::is_character_file("/dev/null"));
}

TEST_CASE("a file that is replaced keeps its permissions; a new one has the usual ones") {
  const test::TemporaryFolder folder;
  for (const mode_t mode : {0600, 0640, 0444, 0755}) {
    test::write_bytes(folder / "out", "old");
    REQUIRE(::chmod((folder / "out").c_str(), mode) == 0);
    core::AtomicFile file(folder / "out");
    CHECK((mode_of(file.temporary()) & 077) == 0);  // not readable by others before either
    file.write("new");
    file.commit();
    CHECK(mode_of(folder / "out") == mode);
  }
  const mode_t mask = ::umask(027);
  core::write_text_file(folder / "new", "x");
  ::umask(mask);
  CHECK(mode_of(folder / "new") == 0640);
}
