/// Ownership of HDF5 identifiers and the mapping from C++ types to HDF5 types.
#pragma once

#include <hdf5.h>

#include <complex>
#include <cstdint>
#include <string>
#include <type_traits>

namespace io {

/// An HDF5 identifier that is closed on every way out.
class Handle {
 public:
  using Closer = herr_t (*)(hid_t);
  Handle() = default;
  Handle(hid_t id, Closer closer) : id_(id), closer_(closer) {}
  ~Handle() { reset(); }
  Handle(Handle&& other) noexcept;
  Handle& operator=(Handle&& other) noexcept;
  hid_t get() const { return id_; }
  bool valid() const { return id_ >= 0; }
  /// Closes now. @return false if HDF5 reports an error, as it may when the disk is full
  bool reset();

 private:
  hid_t id_ = H5I_INVALID_HID;
  Closer closer_ = nullptr;
};

/// Silences HDF5's own printing and its plug-in loading; called by reader and writer.
void initialize_hdf5();

/// What HDF5 says about the last failure, preferring the operating system's reason ("No space left
/// on device").
std::string hdf5_reason();

/// Element types our files may hold. Complex numbers are compounds {r, i}, as h5py reads them.
enum class ElementType {
  kFloat32,
  kFloat64,
  kInt32,
  kInt64,
  kUint8,
  kUint16,
  kUint32,
  kUint64,
  kComplex64
};

template <typename T>
constexpr ElementType element_type() {
  if constexpr (std::is_same_v<T, float>) return ElementType::kFloat32;
  if constexpr (std::is_same_v<T, double>) return ElementType::kFloat64;
  if constexpr (std::is_same_v<T, std::int32_t>) return ElementType::kInt32;
  if constexpr (std::is_same_v<T, std::int64_t>) return ElementType::kInt64;
  if constexpr (std::is_same_v<T, std::uint8_t>) return ElementType::kUint8;
  if constexpr (std::is_same_v<T, std::uint16_t>) return ElementType::kUint16;
  if constexpr (std::is_same_v<T, std::uint32_t>) return ElementType::kUint32;
  if constexpr (std::is_same_v<T, std::uint64_t>) return ElementType::kUint64;
  if constexpr (std::is_same_v<T, std::complex<float>>) return ElementType::kComplex64;
}

std::size_t size_of(ElementType type);
const char* name_of(ElementType type);
/// The type in memory, which is also the type we write. The caller owns the handle.
Handle hdf5_type(ElementType type);
/// True if values of the file's type can be read as `type` without loss: same class, size and sign.
bool same_kind(hid_t file_type, ElementType type);

}  // namespace io
