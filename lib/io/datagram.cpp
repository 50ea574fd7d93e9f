#include "io/datagram.h"

#include <fmt/format.h>
#include <netdb.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "core/errors.h"

namespace io {
namespace {

[[noreturn]] void refuse(const std::string& found, const std::string& why) {
  throw core::UsageError(
      fmt::format("--send: expected udp:HOST:PORT or unix:PATH, found \"{}\"{}", found, why));
}

/// Host and port of "HOST:PORT" or "[HOST]:PORT"; brackets enclose an address that has colons.
std::pair<std::string, std::string> split_host(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos) return {};
  std::string host = text.substr(0, colon);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string::npos) {
    return {};
  }
  return {host, text.substr(colon + 1)};
}

bool is_port(const std::string& text) {
  if (text.empty() || text.size() > 5) return false;
  if (text.find_first_not_of("0123456789") != std::string::npos) return false;
  const int port = std::stoi(text);
  return port >= 1 && port <= 65535;
}

/// Whether a datagram that could not be sent was lost for want of a receiver.
bool no_receiver(int error) {
  for (const int lost : {EAGAIN, EWOULDBLOCK, ECONNREFUSED, ENOENT, ENOBUFS, ENETUNREACH,
                         EHOSTUNREACH, ECONNRESET, EPROTOTYPE}) {
    if (error == lost) return true;
  }
  return false;
}

}  // namespace

DatagramSender::DatagramSender(const std::string& address) : name_(address) {
  const std::size_t colon = address.find(':');
  const std::string kind = address.substr(0, colon);
  const std::string rest = colon == std::string::npos ? "" : address.substr(colon + 1);
  if (rest.empty() || (kind != "udp" && kind != "unix")) refuse(address, "");
  kind == "udp" ? set_host(rest) : set_path(rest);
  socket_ = ::socket(address_.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (socket_ < 0) {
    throw core::IoError(fmt::format("--send {}: no socket: {}", name_, std::strerror(errno)));
  }
  // Only a connected UDP socket hears that nobody listens. A Unix socket is named in each call
  // instead, so that its receiver may come later.
  if (kind == "udp" &&
      ::connect(socket_, reinterpret_cast<const sockaddr*>(&address_), address_size_) == 0) {
    address_size_ = 0;
  }
}

DatagramSender::~DatagramSender() {
  if (socket_ >= 0) ::close(socket_);
}

void DatagramSender::set_host(const std::string& host_and_port) {
  const auto [host, port] = split_host(host_and_port);
  if (host.empty() || !is_port(port)) refuse(name_, "");
  addrinfo wanted = {};
  wanted.ai_socktype = SOCK_DGRAM;
  addrinfo* list = nullptr;
  const int error = ::getaddrinfo(host.c_str(), port.c_str(), &wanted, &list);
  if (error != 0) refuse(name_, fmt::format(": {}: {}", host, ::gai_strerror(error)));
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> found(list, ::freeaddrinfo);
  std::memcpy(&address_, found->ai_addr, found->ai_addrlen);
  address_size_ = found->ai_addrlen;
}

void DatagramSender::set_path(const std::string& path) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path)) {
    refuse(name_,
           fmt::format(": a socket's path has at most {} bytes", sizeof(address.sun_path) - 1));
  }
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  std::memcpy(&address_, &address, sizeof(address));
  address_size_ = sizeof(address);
}

void DatagramSender::send(std::string_view text) {
  const auto* address = address_size_ == 0 ? nullptr : reinterpret_cast<const sockaddr*>(&address_);
  const ssize_t count = ::sendto(socket_, text.data(), text.size(), MSG_DONTWAIT | MSG_NOSIGNAL,
                                 address, address_size_);
  if (count >= 0) {
    ++sent_;
  } else if (no_receiver(errno)) {
    ++lost_;
  } else if (errno == EMSGSIZE) {
    throw core::IoError(
        fmt::format("--send {}: a line of {} bytes is longer than a datagram may be; reduce "
                    "--max-sources",
                    name_, text.size()));
  } else {
    throw core::IoError(fmt::format("--send {}: {}", name_, std::strerror(errno)));
  }
}

}  // namespace io
