/// Fuzzing readers of HDF5 files. Every byte of our files is under a checksum, so that changed bytes
/// test little but the checksums. Inputs that are no file are therefore edits of a sound file, which
/// HDF5 itself makes: values of datasets and attributes, and numbers of rows.
#pragma once

#include <hdf5.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <span>
#include <string>
#include <vector>

#include "fuzz_file.h"

namespace fuzz {

/// Reads numbers from the fuzzer's bytes; zeros after their end.
class Bytes {
 public:
  Bytes(const std::uint8_t* data, std::size_t size) : rest_(data, size) {}
  bool empty() const { return rest_.empty(); }
  std::uint64_t number(std::size_t bytes) {
    std::uint64_t value = 0;
    const std::size_t got = std::min(bytes, rest_.size());
    std::memcpy(&value, rest_.data(), got);
    rest_ = rest_.subspan(got);
    return value;
  }

 private:
  std::span<const std::uint8_t> rest_;
};

inline std::vector<std::string> dataset_names(hid_t file) {
  std::vector<std::string> names;
  H5Ovisit2(
      file, H5_INDEX_NAME, H5_ITER_INC,
      [](hid_t, const char* name, const H5O_info_t* info, void* to) -> herr_t {
        if (info->type == H5O_TYPE_DATASET)
          static_cast<std::vector<std::string>*>(to)->push_back(name);
        return 0;
      },
      &names, H5O_INFO_BASIC);
  return names;
}

/// Overwrites some bytes of a dataset's values, or changes its number of rows.
inline void edit_dataset(hid_t file, const std::string& name, Bytes& bytes) {
  const hid_t dataset = H5Dopen2(file, name.c_str(), H5P_DEFAULT);
  const hid_t space = H5Dget_space(dataset);
  const hid_t type = H5Dget_type(dataset);
  std::vector<hsize_t> size(
      static_cast<std::size_t>(std::max(0, H5Sget_simple_extent_ndims(space))));
  H5Sget_simple_extent_dims(space, size.data(), nullptr);
  const std::uint64_t what = bytes.number(1);
  if (what % 8 == 0 && !size.empty()) {
    size[0] = bytes.number(2) % 4096;
    H5Dset_extent(dataset, size.data());
  } else {
    const auto points = static_cast<std::size_t>(H5Sget_simple_extent_npoints(space));
    std::vector<char> values(points * H5Tget_size(type));
    if (!values.empty() && values.size() < (1U << 18) &&
        H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) >= 0) {
      const std::size_t at = bytes.number(4) % values.size();
      const std::uint64_t value = bytes.number(8);
      std::memcpy(&values[at], &value, std::min<std::size_t>(1 + what / 32, values.size() - at));
      H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
    }
  }
  H5Tclose(type);
  H5Sclose(space);
  H5Dclose(dataset);
}

/// Overwrites some bytes of an attribute of fixed length.
inline void edit_attribute(hid_t file, const std::string& object, Bytes& bytes) {
  const hid_t owner = H5Oopen(file, object.c_str(), H5P_DEFAULT);
  const int count = H5Aget_num_attrs(owner);
  if (count > 0) {
    const hid_t attribute =
        H5Aopen_by_idx(owner, ".", H5_INDEX_NAME, H5_ITER_INC,
                       static_cast<hsize_t>(bytes.number(1) % static_cast<std::uint64_t>(count)),
                       H5P_DEFAULT, H5P_DEFAULT);
    const hid_t type = H5Aget_type(attribute);
    std::vector<char> value(H5Aget_storage_size(attribute));
    if (H5Tis_variable_str(type) <= 0 && !value.empty() &&
        H5Aread(attribute, type, value.data()) >= 0) {
      const std::size_t at = bytes.number(2) % value.size();
      const std::size_t length = 1 + bytes.number(1) % 16;
      for (std::size_t i = at; i < std::min(value.size(), at + length); ++i) {
        value[i] = static_cast<char>(bytes.number(1));
      }
      H5Awrite(attribute, type, value.data());
    }
    H5Tclose(type);
    H5Aclose(attribute);
  }
  H5Oclose(owner);
}

/// A sound file, CSL_FUZZ_SOUND, with the edits that the bytes say.
inline void write_edited(const std::filesystem::path& path, Bytes bytes) {
  std::filesystem::copy_file(std::getenv("CSL_FUZZ_SOUND"), path,
                             std::filesystem::copy_options::overwrite_existing);
  const hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
  if (file < 0) std::abort();
  const std::vector<std::string> names = dataset_names(file);
  for (int edits = 0; edits < 8 && !bytes.empty() && !names.empty(); ++edits) {
    const std::uint64_t which = bytes.number(1);
    const std::string& name = names[bytes.number(1) % names.size()];
    if (which % 4 == 0) {
      edit_attribute(file, which % 8 == 0 ? "/" : name, bytes);
    } else {
      edit_dataset(file, name, bytes);
    }
  }
  H5Fclose(file);
}

template <typename Read>
int read_hdf5(const std::uint8_t* data, std::size_t size, Read read) {
  static const std::filesystem::path path = input_path(".h5");
  static const bool quiet = H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr) >= 0;
  const bool whole = size > 600 && std::memcmp(data, "csl ", 4) == 0;
  if (whole || !quiet || std::getenv("CSL_FUZZ_SOUND") == nullptr) {
    write_input(path, data, size);
  } else {
    write_edited(path, {data, size});
  }
  return answer(path, read);
}

}  // namespace fuzz

#define CSL_FUZZ_HDF5_TARGET(...)                                                     \
  extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) { \
    return fuzz::read_hdf5(data, size, __VA_ARGS__);                                  \
  }
