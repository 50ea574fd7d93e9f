#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <string>

#include "core/errors.h"
#include "io/datagram.h"
#include "temporary_folder.h"

namespace {

/// A bound datagram socket.
class Receiver {
 public:
  explicit Receiver(const std::string& path) : socket_(::socket(AF_UNIX, SOCK_DGRAM, 0)) {
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof(address.sun_path) - 1);
    REQUIRE(::bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0);
  }
  explicit Receiver(int family) : socket_(::socket(family, SOCK_DGRAM, 0)) {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    REQUIRE(::bind(socket_, reinterpret_cast<sockaddr*>(&address), size) == 0);
    REQUIRE(::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    port = ntohs(address.sin_port);
  }
  ~Receiver() { ::close(socket_); }
  std::string next() {
    char text[1000];
    const ssize_t count = ::recv(socket_, text, sizeof(text), MSG_DONTWAIT);
    return count < 0 ? "" : std::string(text, static_cast<std::size_t>(count));
  }
  int port = 0;

 private:
  int socket_;
};

}  // namespace

TEST_CASE("each text arrives as one datagram by UDP") {
  Receiver receiver(AF_INET);
  io::DatagramSender sender("udp:127.0.0.1:" + std::to_string(receiver.port));
  sender.send("one\n");
  sender.send("two and three\n");
  CHECK(receiver.next() == "one\n");
  CHECK(receiver.next() == "two and three\n");
  CHECK(sender.sent() == 2);
  CHECK(sender.lost() == 0);
}

TEST_CASE("a Unix socket's receiver may come later, and a slow one loses datagrams") {
  const test::TemporaryFolder folder;
  const std::string path = (folder / "lines.socket").string();
  io::DatagramSender sender("unix:" + path);
  sender.send("nobody listens");
  CHECK(sender.lost() == 1);
  Receiver receiver(path);
  sender.send("now");
  CHECK(receiver.next() == "now");
  for (int i = 0; i < 10000; ++i) sender.send(std::to_string(i));
  CHECK(receiver.next() == "0");
  CHECK(sender.lost() > 1);
  CHECK(sender.lost() + sender.sent() == 10002);
}

TEST_CASE("lines to a port where nobody listens are counted as lost") {
  int port = 0;
  { port = Receiver(AF_INET).port; }
  io::DatagramSender sender("udp:127.0.0.1:" + std::to_string(port));
  for (int i = 0; i < 10; ++i) sender.send("x");
  CHECK(sender.lost() > 0);
}

TEST_CASE("addresses of another form are refused, and texts longer than a datagram") {
  for (const char* bad :
       {"", "udp", "udp:", "udp:localhost", "udp:localhost:", "udp:localhost:0",
        "udp:localhost:65536", "udp:localhost:9x", "udp::9000", "udp:::1:9000",
        "tcp:localhost:9000", "unix:", "localhost:9000", "udp:no-such-host.invalid:9000"}) {
    INFO(bad);
    CHECK_THROWS_AS(io::DatagramSender(bad), core::UsageError);
  }
  CHECK_THROWS_AS(io::DatagramSender("unix:" + std::string(200, 'a')), core::UsageError);
  CHECK_NOTHROW(io::DatagramSender("udp:[::1]:9000"));
  io::DatagramSender sender("udp:127.0.0.1:9");
  CHECK_THROWS_AS(sender.send(std::string(70000, 'x')), core::IoError);
}
