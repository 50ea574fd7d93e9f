#include "io/hdf5_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "core/errors.h"
#include "core/input_file.h"
#include "io/hasher.h"

namespace io {
namespace {

/// Size of the blocks that a dataset is read in: small enough for little memory, large enough for
/// speed.
constexpr std::size_t kBlockBytes = std::size_t{4} << 20;

/// True if values of this type in memory point to further memory, which reading allocates.
bool holds_pointers(hid_t type) {
  return H5Tdetect_class(type, H5T_VLEN) > 0 || H5Tis_variable_str(type) > 0;
}

/// Calls visit(rows) for all rows of a dataset in blocks of about kBlockBytes.
template <typename Visit>
void for_each_block(std::size_t rows, std::size_t row_bytes, Visit visit) {
  const std::size_t block_rows =
      std::max<std::size_t>(1, kBlockBytes / std::max<std::size_t>(1, row_bytes));
  for (std::size_t first = 0; first < rows; first += block_rows) {
    visit(core::IndexRange{first, std::min(first + block_rows, rows)});
  }
}

}  // namespace

Hdf5Reader::Hdf5Reader(const std::filesystem::path& path) : path_(path) {
  initialize_hdf5();
  file_bytes_ = core::InputFile(path).size();
  const Handle access = file_access();
  must(H5Pset_cache(access.get(), 0, 1009, std::size_t{8} << 20, 0.75));
  hdf5_ = Handle(H5Fopen(path.c_str(), H5F_ACC_RDONLY, access.get()), H5Fclose);
  if (!hdf5_.valid()) {
    throw core::InputError(fmt::format("{}: not a complete HDF5 file ({} bytes): {}", path.string(),
                                       file_bytes_, hdf5_reason()));
  }
  check_policy();
}

void Hdf5Reader::fail(const std::string& object, const std::string& message) const {
  throw core::InputError(fmt::format("{}:{}: {}", path_.string(), object, message));
}

bool Hdf5Reader::has(const std::string& object) const {
  // H5Lexists fails unless every parent exists.
  for (std::size_t at = object.find('/', 1); at != std::string::npos;
       at = object.find('/', at + 1)) {
    if (!has_link(object.substr(0, at))) return false;
  }
  return has_link(object);
}

bool Hdf5Reader::has_link(const std::string& object) const {
  const htri_t exists = H5Lexists(hdf5_.get(), object.c_str(), H5P_DEFAULT);
  if (exists < 0) fail(object, "cannot be looked up: " + hdf5_reason());
  return exists > 0;
}

Handle Hdf5Reader::open_dataset(const std::string& dataset) const {
  if (!has(dataset)) fail(dataset, "expected this dataset, found none");
  Handle handle(H5Dopen2(hdf5_.get(), dataset.c_str(), H5P_DEFAULT), H5Dclose);
  if (!handle.valid()) fail(dataset, "is not a dataset");
  return handle;
}

std::vector<std::size_t> Hdf5Reader::shape(const std::string& dataset) const {
  const Handle handle = open_dataset(dataset);
  const Handle space(H5Dget_space(handle.get()), H5Sclose);
  const int rank = H5Sget_simple_extent_ndims(space.get());
  if (rank < 1) fail(dataset, "expected an array, found a single value");
  std::array<hsize_t, kMaxRank> dims{};
  if (H5Sget_simple_extent_dims(space.get(), dims.data(), nullptr) != rank)
    fail(dataset, "damaged: " + hdf5_reason());
  return {dims.begin(), dims.begin() + rank};
}

void Hdf5Reader::read_raw(const std::string& dataset, hid_t memory_type, core::IndexRange rows,
                          void* out) const {
  const std::vector<std::size_t> dims = shape(dataset);
  if (rows.first > rows.end || rows.end > dims[0]) {
    fail(dataset, fmt::format("expected rows {} to {}, found {}", rows.first, rows.end, dims[0]));
  }
  if (rows.count() == 0) return;
  std::array<hsize_t, kMaxRank> start{};
  std::array<hsize_t, kMaxRank> size{};
  std::copy(dims.begin(), dims.end(), size.begin());
  start[0] = rows.first;
  size[0] = rows.count();
  const Handle handle = open_dataset(dataset);
  const Handle file_space(H5Dget_space(handle.get()), H5Sclose);
  must(H5Sselect_hyperslab(file_space.get(), H5S_SELECT_SET, start.data(), nullptr, size.data(),
                           nullptr));
  const Handle memory_space =
      take(H5Screate_simple(static_cast<int>(dims.size()), size.data(), nullptr), H5Sclose);
  if (H5Dread(handle.get(), memory_type, memory_space.get(), file_space.get(), H5P_DEFAULT, out) <
      0) {
    fail(dataset, "cannot be read, the data is damaged: " + hdf5_reason());
  }
}

bool Hdf5Reader::holds_kind(const std::string& dataset, ElementType type) const {
  const Handle handle = open_dataset(dataset);
  const Handle file_type(H5Dget_type(handle.get()), H5Tclose);
  return same_kind(file_type.get(), type);
}

void Hdf5Reader::read_bytes(const std::string& dataset, ElementType type, core::IndexRange rows,
                            std::span<std::byte> out) const {
  if (!holds_kind(dataset, type)) {
    fail(dataset, fmt::format("expected values of type {}, found another type", name_of(type)));
  }
  const std::size_t count = rows.count();
  std::size_t needed = count * size_of(type);
  const std::vector<std::size_t> dims = shape(dataset);
  for (std::size_t i = 1; i < dims.size(); ++i) needed *= dims[i];
  if (needed != out.size()) {
    fail(dataset,
         fmt::format("expected rows of {} bytes, found {}", count == 0 ? 0 : out.size() / count,
                     count == 0 ? 0 : needed / count));
  }
  const Handle memory_type = hdf5_type(type);
  read_raw(dataset, memory_type.get(), rows, out.data());
}

std::vector<std::string> Hdf5Reader::read_strings(const std::string& dataset) const {
  const Handle handle = open_dataset(dataset);
  const Handle type(H5Dget_type(handle.get()), H5Tclose);
  const std::vector<std::size_t> dims = shape(dataset);
  if (H5Tget_class(type.get()) != H5T_STRING || H5Tis_variable_str(type.get()) > 0 ||
      dims.size() != 1) {
    fail(dataset, "expected a column of fixed-length strings, found another type");
  }
  const std::size_t length = H5Tget_size(type.get());
  std::string packed(length * dims[0], '\0');
  read_raw(dataset, type.get(), {0, dims[0]}, packed.data());
  std::vector<std::string> values;
  for (std::size_t i = 0; i < dims[0]; ++i) {
    const std::string padded = packed.substr(i * length, length);
    values.push_back(padded.substr(0, padded.find('\0')));
  }
  return values;
}

Handle Hdf5Reader::open_attribute(const std::string& object, const std::string& name) const {
  if (!has_attribute(object, name)) fail(object, "expected the attribute " + name + ", found none");
  Handle attribute(
      H5Aopen_by_name(hdf5_.get(), object.c_str(), name.c_str(), H5P_DEFAULT, H5P_DEFAULT),
      H5Aclose);
  const Handle space(H5Aget_space(attribute.get()), H5Sclose);
  const hssize_t elements = H5Sget_simple_extent_npoints(space.get());
  if (elements < 0) fail(object, "attribute " + name + " cannot be read: " + hdf5_reason());
  if (elements != 1) {
    fail(object, fmt::format("attribute {}: expected one value, found {}", name, elements));
  }
  return attribute;
}

bool Hdf5Reader::has_attribute(const std::string& object, const std::string& name) const {
  const htri_t exists = H5Aexists_by_name(hdf5_.get(), object.c_str(), name.c_str(), H5P_DEFAULT);
  if (exists < 0)
    fail(object, fmt::format("attribute {}: cannot be looked up: {}", name, hdf5_reason()));
  return exists > 0;
}

std::string Hdf5Reader::text_attribute(const std::string& object, const std::string& name) const {
  const Handle attribute = open_attribute(object, name);
  const Handle type(H5Aget_type(attribute.get()), H5Tclose);
  if (H5Tget_class(type.get()) != H5T_STRING) fail(object, "attribute " + name + " is not text");
  if (H5Tis_variable_str(type.get()) > 0) {
    char* text = nullptr;
    if (H5Aread(attribute.get(), type.get(), &text) < 0) {
      fail(object, "attribute " + name + " cannot be read: " + hdf5_reason());
    }
    const std::string value = text == nullptr ? "" : text;
    H5free_memory(text);
    return value;
  }
  std::string value(std::min(H5Tget_size(type.get()), file_bytes_), '\0');
  if (value.size() != H5Tget_size(type.get()) ||
      H5Aread(attribute.get(), type.get(), value.data()) < 0) {
    fail(object, "attribute " + name + " cannot be read: " + hdf5_reason());
  }
  return value.substr(0, value.find('\0'));
}

double Hdf5Reader::number_attribute(const std::string& object, const std::string& name) const {
  const Handle attribute = open_attribute(object, name);
  const Handle type(H5Aget_type(attribute.get()), H5Tclose);
  const H5T_class_t kind = H5Tget_class(type.get());
  double value = 0.0;
  if ((kind != H5T_INTEGER && kind != H5T_FLOAT) ||
      H5Aread(attribute.get(), H5T_NATIVE_DOUBLE, &value) < 0) {
    fail(object, "attribute " + name + " is not a number");
  }
  return value;
}

std::uint64_t Hdf5Reader::count_attribute(const std::string& object,
                                          const std::string& name) const {
  const double value = number_attribute(object, name);
  if (!(value >= 0.0 && value <= 0x1.0p53) || value != std::floor(value)) {
    fail(object, fmt::format("attribute {}: expected a whole number, found {}", name, value));
  }
  return static_cast<std::uint64_t>(value);
}

XXH128_hash_t Hdf5Reader::content_hash(const std::string& dataset, ElementType type) const {
  const std::vector<std::size_t> dims = shape(dataset);
  std::size_t row_bytes = size_of(type);
  for (std::size_t i = 1; i < dims.size(); ++i) row_bytes *= dims[i];
  std::vector<std::byte> block;
  Hasher hasher;
  for_each_block(dims[0], row_bytes, [&](core::IndexRange rows) {
    block.resize(rows.count() * row_bytes);
    read_bytes(dataset, type, rows, block);
    hasher.update(std::span(block));
  });
  return hasher.digest();
}

void Hdf5Reader::read_everything() const {
  std::vector<std::byte> block;
  for (const std::string& name : datasets()) {
    const Handle dataset = open_dataset(name);
    const Handle type(H5Dget_type(dataset.get()), H5Tclose);
    const Handle space(H5Dget_space(dataset.get()), H5Sclose);
    if (H5Sget_simple_extent_ndims(space.get()) < 1 || holds_pointers(type.get())) continue;
    const std::vector<std::size_t> dims = shape(name);
    std::size_t row_bytes = H5Tget_size(type.get());
    for (std::size_t i = 1; i < dims.size(); ++i) row_bytes *= dims[i];
    for_each_block(dims[0], row_bytes, [&](core::IndexRange rows) {
      block.resize(rows.count() * row_bytes);
      read_raw(name, type.get(), rows, block.data());
    });
  }
}

}  // namespace io
