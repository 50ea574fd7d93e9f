#include "io/hdf5_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <variant>

#include "core/errors.h"
#include "core/json_text.h"
#include "io/container.h"
#include "io/hasher.h"
#include "io/hdf5_reader.h"

namespace io {
namespace {

constexpr std::size_t kChunkBytes = std::size_t{512} * 1024;

/// Property lists with which equal content gives equal bytes, and with which a damaged file does
/// not crash the reader.
Handle file_creation_list() {
  Handle list = take(H5Pcreate(H5P_FILE_CREATE), H5Pclose);
  must(H5Pset_userblock(list.get(), kUserBlockBytes));
  must(H5Pset_obj_track_times(list.get(), false));
  return list;
}

Handle file_access_list() {
  Handle list = file_access();
  must(H5Pset_libver_bounds(list.get(), H5F_LIBVER_V110, H5F_LIBVER_V110));
  return list;
}

/// Makes the groups above a dataset. HDF5's option "create intermediate groups" would store the
/// time in them.
void make_parent_groups(hid_t file, const std::string& dataset) {
  const Handle creation = take(H5Pcreate(H5P_GROUP_CREATE), H5Pclose);
  must(H5Pset_obj_track_times(creation.get(), false));
  for (std::size_t at = dataset.find('/', 1); at != std::string::npos;
       at = dataset.find('/', at + 1)) {
    const std::string group = dataset.substr(0, at);
    const htri_t exists = H5Lexists(file, group.c_str(), H5P_DEFAULT);
    must(exists);
    if (exists > 0) continue;
    take(H5Gcreate2(file, group.c_str(), H5P_DEFAULT, creation.get(), H5P_DEFAULT), H5Gclose);
  }
}

Handle text_type(std::size_t length) {
  Handle type = take(H5Tcopy(H5T_C_S1), H5Tclose);
  must(H5Tset_size(type.get(), std::max<std::size_t>(1, length)));
  must(H5Tset_strpad(type.get(), H5T_STR_NULLPAD));
  must(H5Tset_cset(type.get(), H5T_CSET_UTF8));
  return type;
}

bool write_text_attribute(hid_t object, const std::string& name, const std::string& value) {
  const Handle type = text_type(value.size());
  const Handle space = take(H5Screate(H5S_SCALAR), H5Sclose);
  const Handle attribute(
      H5Acreate2(object, name.c_str(), type.get(), space.get(), H5P_DEFAULT, H5P_DEFAULT),
      H5Aclose);
  const std::string padded = value.empty() ? std::string(1, '\0') : value;
  return attribute.valid() && H5Awrite(attribute.get(), type.get(), padded.data()) >= 0;
}

bool write_number_attribute(hid_t object, const std::string& name, double value) {
  const Handle space = take(H5Screate(H5S_SCALAR), H5Sclose);
  const Handle attribute(
      H5Acreate2(object, name.c_str(), H5T_NATIVE_DOUBLE, space.get(), H5P_DEFAULT, H5P_DEFAULT),
      H5Aclose);
  return attribute.valid() && H5Awrite(attribute.get(), H5T_NATIVE_DOUBLE, &value) >= 0;
}

}  // namespace

struct Hdf5Writer::Column {
  std::string name;
  ElementType type;
  std::size_t columns;  ///< 0: one-dimensional
  std::size_t row_bytes;
  std::size_t chunk_rows;
  std::size_t rows_on_disk = 0;
  std::vector<std::byte> pending;
  Handle dataset;
  Hasher hasher;
};

struct Hdf5Writer::Attribute {
  std::string object;
  std::string name;
  std::variant<std::string, double> value;
};

bool Hdf5Writer::holds(const Hdf5Reader& reader, const Attribute& attribute) {
  if (const auto* text = std::get_if<std::string>(&attribute.value)) {
    // A text ends for readers at its first zero.
    return reader.text_attribute(attribute.object, attribute.name) ==
           text->substr(0, text->find('\0'));
  }
  const double written = std::get<double>(attribute.value);
  const double found = reader.number_attribute(attribute.object, attribute.name);
  return std::bit_cast<std::uint64_t>(written) == std::bit_cast<std::uint64_t>(found);
}

Hdf5Writer::Hdf5Writer(const std::filesystem::path& out, const std::string& format,
                       unsigned format_version, const core::Provenance& provenance)
    : file_(out), format_(format), format_version_(format_version) {
  initialize_hdf5();
  const Handle creation = file_creation_list();
  const Handle access = file_access_list();
  hdf5_ = Handle(H5Fcreate(file_.temporary().c_str(), H5F_ACC_TRUNC, creation.get(), access.get()),
                 H5Fclose);
  check(hdf5_.valid(), "create");
  attribute("/", "format", format);
  attribute("/", "format_version", std::to_string(format_version));
  attribute("/", "tool", provenance.tool);
  attribute("/", "tool_version", provenance.tool_version);
  attribute("/", "options", core::json_text(provenance.options));
  attribute("/", "seed", std::to_string(provenance.seed));
  attribute("/", "history", core::json_text(provenance.history));
}

Hdf5Writer::~Hdf5Writer() = default;

void Hdf5Writer::check(bool good, const std::string& doing) const {
  if (good) return;
  throw core::IoError(
      fmt::format("{}: cannot {}: {}", file_.target().string(), doing, hdf5_reason()));
}

void Hdf5Writer::append_bytes(const std::string& dataset, ElementType type, std::size_t columns,
                              std::span<const std::byte> bytes) {
  std::unique_ptr<Column>& slot = columns_[dataset];
  if (!slot) {
    slot = std::make_unique<Column>();
    slot->name = dataset;
    slot->type = type;
    slot->columns = columns;
    slot->row_bytes = size_of(type) * std::max<std::size_t>(1, columns);
    slot->chunk_rows = std::max<std::size_t>(1, kChunkBytes / slot->row_bytes);
  }
  Column& column = *slot;
  if (column.type != type || column.columns != columns || bytes.size() % column.row_bytes != 0) {
    throw std::logic_error(dataset + ": appended values do not fit the rows written before");
  }
  column.hasher.update(bytes);
  // Only whole chunks are written, so that HDF5 never reads a chunk back to complete it.
  const std::size_t chunk_bytes = column.chunk_rows * column.row_bytes;
  while (column.pending.size() + bytes.size() >= chunk_bytes) {
    const std::size_t taken = chunk_bytes - column.pending.size();
    column.pending.insert(column.pending.end(), bytes.begin(),
                          bytes.begin() + static_cast<std::ptrdiff_t>(taken));
    bytes = bytes.subspan(taken);
    flush(column, column.chunk_rows);
  }
  column.pending.insert(column.pending.end(), bytes.begin(), bytes.end());
}

void Hdf5Writer::create(Column& column, std::size_t chunk_rows) {
  const int rank = column.columns == 0 ? 1 : 2;
  const std::array<hsize_t, 2> dims = {0, column.columns};
  const std::array<hsize_t, 2> max_dims = {H5S_UNLIMITED, column.columns};
  const std::array<hsize_t, 2> chunk = {chunk_rows, column.columns};
  const Handle space = take(H5Screate_simple(rank, dims.data(), max_dims.data()), H5Sclose);
  const Handle creation = take(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
  must(H5Pset_chunk(creation.get(), rank, chunk.data()));
  must(H5Pset_fletcher32(creation.get()));
  must(H5Pset_obj_track_times(creation.get(), false));
  must(H5Pset_fill_time(creation.get(), H5D_FILL_TIME_NEVER));
  make_parent_groups(hdf5_.get(), column.name);
  const Handle type = hdf5_type(column.type);
  column.dataset = Handle(H5Dcreate2(hdf5_.get(), column.name.c_str(), type.get(), space.get(),
                                     H5P_DEFAULT, creation.get(), H5P_DEFAULT),
                          H5Dclose);
  check(column.dataset.valid(), "create dataset " + column.name);
}

void Hdf5Writer::flush(Column& column, std::size_t rows) {
  if (!column.dataset.valid()) create(column, std::max<std::size_t>(1, rows));
  if (rows == 0) return;
  const int rank = column.columns == 0 ? 1 : 2;
  const std::array<hsize_t, 2> size = {column.rows_on_disk + rows, column.columns};
  const std::array<hsize_t, 2> start = {column.rows_on_disk, 0};
  const std::array<hsize_t, 2> count = {rows, column.columns};
  check(H5Dset_extent(column.dataset.get(), size.data()) >= 0, "extend " + column.name);
  const Handle file_space(H5Dget_space(column.dataset.get()), H5Sclose);
  must(H5Sselect_hyperslab(file_space.get(), H5S_SELECT_SET, start.data(), nullptr, count.data(),
                           nullptr));
  const Handle memory_space = take(H5Screate_simple(rank, count.data(), nullptr), H5Sclose);
  const Handle type = hdf5_type(column.type);
  check(H5Dwrite(column.dataset.get(), type.get(), memory_space.get(), file_space.get(),
                 H5P_DEFAULT, column.pending.data()) >= 0,
        "write " + column.name);
  column.rows_on_disk += rows;
  column.pending.clear();
}

void Hdf5Writer::append_string(const std::string& dataset, const std::string& value) {
  strings_[dataset].push_back(value);
}

void Hdf5Writer::attribute(const std::string& object, const std::string& name,
                           const std::string& value) {
  attributes_.push_back({object, name, value});
}

void Hdf5Writer::attribute(const std::string& object, const std::string& name, double value) {
  attributes_.push_back({object, name, value});
}

void Hdf5Writer::finish_columns() {
  for (auto& [name, column] : columns_) flush(*column, column->pending.size() / column->row_bytes);
  for (const auto& [name, values] : strings_) {
    std::size_t length = 1;
    for (const std::string& value : values) length = std::max(length, value.size());
    std::string packed(length * values.size(), '\0');
    for (std::size_t i = 0; i < values.size(); ++i) values[i].copy(&packed[i * length], length);
    const Handle type = text_type(length);
    const hsize_t count = values.size();
    const Handle space = take(H5Screate_simple(1, &count, nullptr), H5Sclose);
    make_parent_groups(hdf5_.get(), name);
    const Handle creation = take(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
    must(H5Pset_obj_track_times(creation.get(), false));
    if (count > 0) {
      must(H5Pset_chunk(creation.get(), 1, &count));
      must(H5Pset_fletcher32(creation.get()));
    }
    Handle dataset(H5Dcreate2(hdf5_.get(), name.c_str(), type.get(), space.get(), H5P_DEFAULT,
                              creation.get(), H5P_DEFAULT),
                   H5Dclose);
    check(dataset.valid(), "create dataset " + name);
    check(count == 0 || H5Dwrite(dataset.get(), type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT,
                                 packed.data()) >= 0,
          "write " + name);
    check(dataset.reset(), "close dataset " + name);
  }
}

void Hdf5Writer::write_attributes() {
  for (const Attribute& attribute : attributes_) {
    const Handle object(H5Oopen(hdf5_.get(), attribute.object.c_str(), H5P_DEFAULT), H5Oclose);
    check(object.valid(), "open " + attribute.object);
    const bool written = std::holds_alternative<double>(attribute.value)
                             ? write_number_attribute(object.get(), attribute.name,
                                                      std::get<double>(attribute.value))
                             : write_text_attribute(object.get(), attribute.name,
                                                    std::get<std::string>(attribute.value));
    check(written, "write attribute " + attribute.name);
  }
  check(write_text_attribute(hdf5_.get(), "complete", "yes"), "write attribute complete");
}

void Hdf5Writer::commit() {
  finish_columns();
  write_attributes();
  for (auto& [name, column] : columns_) check(column->dataset.reset(), "close dataset " + name);
  check(H5Fflush(hdf5_.get(), H5F_SCOPE_GLOBAL) >= 0, "flush");
  check(hdf5_.reset(), "close");
  verify();
  write_digest();
  file_.commit();
}

void Hdf5Writer::verify() const {
  try {
    const Hdf5Reader reader(file_.temporary());
    for (const auto& [name, column] : columns_) {
      const XXH128_hash_t written = column->hasher.digest();
      const XXH128_hash_t found = reader.content_hash(name, column->type);
      if (!XXH128_isEqual(written, found)) throw core::InputError(name + ": content differs");
    }
    for (const auto& [name, values] : strings_) {
      if (reader.read_strings(name) != values) throw core::InputError(name + ": content differs");
    }
    for (const Attribute& attribute : attributes_) {
      if (!holds(reader, attribute)) {
        throw core::InputError(attribute.name + ": attribute differs");
      }
    }
    if (reader.text_attribute("/", "complete") != "yes") throw core::InputError("not complete");
  } catch (const core::InputError& error) {
    throw core::IoError(fmt::format("{}: what was written could not be read back (disk full?): {}",
                                    file_.target().string(), error.what()));
  }
}

void Hdf5Writer::write_digest() const {
  std::string block = fmt::format("csl {} {}\nxxh3-128 {}\n", format_, format_version_,
                                  file_digest(file_.temporary()));
  block.resize(kUserBlockBytes, '\n');
  file_.write(block);
}

}  // namespace io
