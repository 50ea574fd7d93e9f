/// XXH3 of bytes that come in pieces.
#pragma once

#include <xxhash.h>

#include <memory>
#include <new>
#include <span>

namespace io {

class Hasher {
 public:
  /// @throws std::bad_alloc
  Hasher() : state_(XXH3_createState(), XXH3_freeState) {
    if (!state_ || XXH3_128bits_reset(state_.get()) != XXH_OK) throw std::bad_alloc();
  }

  template <typename T>
  void update(std::span<T> values) {
    const auto bytes = std::as_bytes(values);
    XXH3_128bits_update(state_.get(), bytes.data(), bytes.size());
  }
  XXH128_hash_t digest() const { return XXH3_128bits_digest(state_.get()); }

 private:
  std::unique_ptr<XXH3_state_t, XXH_errorcode (*)(XXH3_state_t*)> state_;
};

}  // namespace io
