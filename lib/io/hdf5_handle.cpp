#include "io/hdf5_handle.h"

#include <utility>

#include "core/errors.h"

namespace io {
namespace {

herr_t keep_reason(unsigned, const H5E_error2_t* error, void* out) {
  auto* reason = static_cast<std::string*>(out);
  const std::string text = error->desc != nullptr ? error->desc : "";
  const std::string marker = "error message = '";
  const std::size_t at = text.find(marker);
  if (at != std::string::npos) {
    const std::size_t begin = at + marker.size();
    *reason = text.substr(begin, text.find('\'', begin) - begin);
  } else if (reason->empty()) {
    *reason = text;
  }
  return 0;
}

hid_t native_type(ElementType type) {
  switch (type) {
    case ElementType::kFloat32:
      return H5T_NATIVE_FLOAT;
    case ElementType::kFloat64:
      return H5T_NATIVE_DOUBLE;
    case ElementType::kInt32:
      return H5T_NATIVE_INT32;
    case ElementType::kInt64:
      return H5T_NATIVE_INT64;
    case ElementType::kUint8:
      return H5T_NATIVE_UINT8;
    case ElementType::kUint16:
      return H5T_NATIVE_UINT16;
    case ElementType::kUint32:
      return H5T_NATIVE_UINT32;
    case ElementType::kUint64:
      return H5T_NATIVE_UINT64;
    case ElementType::kComplex64:
      break;  // a compound, made by hdf5_type
  }
  return H5I_INVALID_HID;
}

bool is_complex64(hid_t file_type) {
  if (H5Tget_class(file_type) != H5T_COMPOUND || H5Tget_nmembers(file_type) != 2) return false;
  const char* names[] = {"r", "i"};
  for (unsigned i = 0; i < 2; ++i) {
    char* name = H5Tget_member_name(file_type, i);
    const bool named = name != nullptr && std::string(name) == names[i];
    H5free_memory(name);
    const Handle member(H5Tget_member_type(file_type, i), H5Tclose);
    if (!named || H5Tget_class(member.get()) != H5T_FLOAT || H5Tget_size(member.get()) != 4) {
      return false;
    }
  }
  return true;
}

}  // namespace

Handle::Handle(Handle&& other) noexcept
    : id_(std::exchange(other.id_, H5I_INVALID_HID)), closer_(other.closer_) {}

Handle& Handle::operator=(Handle&& other) noexcept {
  reset();
  id_ = std::exchange(other.id_, H5I_INVALID_HID);
  closer_ = other.closer_;
  return *this;
}

bool Handle::reset() {
  if (!valid()) return true;
  return closer_(std::exchange(id_, H5I_INVALID_HID)) >= 0;
}

void initialize_hdf5() {
  // At exit, HDF5 1.10 would close once more the files that a full disk kept from closing, and
  // crash. The handles close everything anyway. This call must come before every other call to
  // HDF5.
  H5dont_atexit();  // fails if it was called before
  must(H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr));
  must(H5PLset_loading_state(0));
}

Handle file_access() {
  Handle access = take(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  must(H5Pset_file_locking(access.get(), /*use_file_locking=*/false,
                           /*ignore_when_disabled=*/true));
  return access;
}

std::string hdf5_reason() {
  std::string reason;
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, keep_reason, &reason);
  H5Eclear2(H5E_DEFAULT);
  return reason.empty() ? "unknown HDF5 error" : reason;
}

void must(herr_t status) {
  if (status < 0) throw core::IoError("HDF5: " + hdf5_reason());
}

Handle take(hid_t id, Handle::Closer closer) {
  Handle handle(id, closer);
  if (!handle.valid()) must(-1);
  return handle;
}

std::size_t size_of(ElementType type) {
  switch (type) {
    case ElementType::kUint8:
      return 1;
    case ElementType::kUint16:
      return 2;
    case ElementType::kFloat32:
    case ElementType::kInt32:
    case ElementType::kUint32:
      return 4;
    case ElementType::kFloat64:
    case ElementType::kInt64:
    case ElementType::kUint64:
    case ElementType::kComplex64:
      return 8;
  }
  return 0;
}

const char* name_of(ElementType type) {
  switch (type) {
    case ElementType::kFloat32:
      return "float32";
    case ElementType::kFloat64:
      return "float64";
    case ElementType::kInt32:
      return "int32";
    case ElementType::kInt64:
      return "int64";
    case ElementType::kUint8:
      return "uint8";
    case ElementType::kUint16:
      return "uint16";
    case ElementType::kUint32:
      return "uint32";
    case ElementType::kUint64:
      return "uint64";
    case ElementType::kComplex64:
      return "complex64 {r, i}";
  }
  return "?";
}

Handle hdf5_type(ElementType type) {
  if (type != ElementType::kComplex64) return take(H5Tcopy(native_type(type)), H5Tclose);
  Handle compound = take(H5Tcreate(H5T_COMPOUND, sizeof(std::complex<float>)), H5Tclose);
  must(H5Tinsert(compound.get(), "r", 0, H5T_NATIVE_FLOAT));
  must(H5Tinsert(compound.get(), "i", sizeof(float), H5T_NATIVE_FLOAT));
  return compound;
}

bool same_kind(hid_t file_type, ElementType type) {
  if (type == ElementType::kComplex64) return is_complex64(file_type);
  const hid_t native = native_type(type);
  if (H5Tget_class(file_type) != H5Tget_class(native)) return false;
  if (H5Tget_size(file_type) != H5Tget_size(native)) return false;
  return H5Tget_class(native) != H5T_INTEGER || H5Tget_sign(file_type) == H5Tget_sign(native);
}

}  // namespace io
