/// Ownership of HDF5 identifiers and the mapping from C++ types to HDF5 types.
#pragma once

#include <hdf5.h>

#include <complex>
#include <cstdint>
#include <string>
#include <type_traits>

namespace io {

/// An HDF5 identifier that the destructor closes.
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
  /// Closes the identifier now. @return false if HDF5 reports an error, such as a full disk
  bool reset();

 private:
  hid_t id_ = H5I_INVALID_HID;
  Closer closer_ = nullptr;
};

/// Turns off HDF5's messages and its loading of plug-ins. Reader and writer call this function.
void initialize_hdf5();

/// A property list for opening files, without HDF5's own locks: network file systems often have
/// none, and an output has a name of its own until it is whole.
Handle file_access();

/// HDF5's message about the last failure; if there is one, the operating system's message ("No
/// space left on device").
std::string hdf5_reason();

/// Looks at the result of a call that fails only without memory. A property list that lacks a
/// property, or a selection that was not made, would give another file or other values in silence.
/// @throws core::IoError  if the call failed
void must(herr_t status);
/// Takes over an identifier. @throws core::IoError  if HDF5 could not make it
Handle take(hid_t id, Handle::Closer closer);

/// Element types of datasets. Complex numbers are compounds {r, i}, as h5py reads them.
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

/// Size of an element in bytes.
std::size_t size_of(ElementType type);
/// Name for messages, such as "float32".
const char* name_of(ElementType type);
/// The type in memory, which is also the type in the files that the writer makes.
Handle hdf5_type(ElementType type);
/// True if values of the file's type can be read as `type` without loss: the class, the size and
/// the sign are the same.
bool same_kind(hid_t file_type, ElementType type);

}  // namespace io
