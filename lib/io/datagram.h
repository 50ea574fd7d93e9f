/// Texts sent as datagrams to another program, on this machine or on another.
#pragma once

#include <sys/socket.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace io {

/// Sends each text as one datagram, without waiting: a receiver that is missing or too slow loses
/// it. The receiver may start later, and may be started again.
class DatagramSender {
 public:
  /// @param address  udp:HOST:PORT, such as udp:localhost:9000 or udp:[::1]:9000; or unix:PATH, the
  ///                 path of a datagram socket
  /// @throws core::UsageError  if the address has another form, or the host is not known
  /// @throws core::IoError     if there is no socket
  explicit DatagramSender(const std::string& address);
  ~DatagramSender();
  DatagramSender(const DatagramSender&) = delete;
  DatagramSender& operator=(const DatagramSender&) = delete;

  /// @throws core::IoError  if the text is longer than a datagram may be, or sending is not allowed
  void send(std::string_view text);
  std::size_t sent() const { return sent_; }
  /// Datagrams that no receiver took. A computer that answers nothing is not noticed.
  std::size_t lost() const { return lost_; }

 private:
  void set_host(const std::string& host_and_port);
  void set_path(const std::string& path);

  std::string name_;
  int socket_ = -1;
  sockaddr_storage address_ = {};
  socklen_t address_size_ = 0;
  std::size_t sent_ = 0, lost_ = 0;
};

}  // namespace io
