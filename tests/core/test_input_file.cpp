#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <vector>

#include "core/errors.h"
#include "core/files.h"
#include "core/input_file.h"
#include "temporary_folder.h"

namespace {

using Catch::Matchers::Contains;

}  // namespace

TEST_CASE("bytes of a file are read at any place, and fewer at its end") {
  const test::TemporaryFolder folder;
  test::write_bytes(folder / "in", "0123456789");
  const core::InputFile file(folder / "in");
  CHECK(file.size() == 10);
  std::string block(4, '\0');
  CHECK(file.read_at(3, block) == 4);
  CHECK(block == "3456");
  CHECK(file.read_at(8, block) == 2);
  CHECK(file.read_at(10, block) == 0);
}

TEST_CASE("only regular files are read: FIFOs, devices, folders and sockets are refused at once") {
  const test::TemporaryFolder folder;
  REQUIRE(::mkfifo((folder / "fifo").c_str(), 0600) == 0);
  const int socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  (folder / "socket").string().copy(address.sun_path, sizeof address.sun_path - 1);
  REQUIRE(::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  const std::vector<std::pair<std::filesystem::path, const char*>> cases = {
      {folder / "fifo", "FIFO"},
      {"/dev/zero", "device"},
      {folder.path(), "folder"},
      {folder / "socket", "socket"},
      {folder / "none", "no such"}};
  for (const auto& [path, says] : cases) {
    INFO(path);
    CHECK_THROWS_WITH(core::InputFile(path), Contains(says));
    CHECK_THROWS_AS(core::require_regular_file(path), core::InputError);
    CHECK_THROWS_AS(core::read_text_file(path), core::InputError);
  }
  ::close(socket);
}

TEST_CASE("a text that no memory holds is refused by its size") {
  const test::TemporaryFolder folder;
  test::write_bytes(folder / "huge", "");
  std::filesystem::resize_file(folder / "huge", std::uintmax_t{1} << 40);
  CHECK_THROWS_WITH(core::read_text_file(folder / "huge"), Contains("GiB"));
}
