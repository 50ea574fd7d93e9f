#include <hdf5.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <numeric>
#include <thread>

#include "core/errors.h"
#include "core/random.h"
#include "io/container.h"
#include "io/hdf5_reader.h"
#include "io/hdf5_writer.h"
#include "temporary_folder.h"

namespace {

core::Provenance some_provenance() {
  return core::make_provenance("csl-test", {{"window_ms", 25}}, 7);
}

/// A file with one column of each type that the formats use, several chunks long.
void write_example(const std::filesystem::path& path) {
  io::Hdf5Writer writer(path, "features", 1, some_provenance());
  std::vector<float> audio(3 * 100'000);
  std::iota(audio.begin(), audio.end(), 0.5F);
  for (std::size_t quarter = 0; quarter < 4; ++quarter) {  // not a whole number of chunks
    const std::size_t first = quarter * 25'000 * 3;
    writer.append_rows<float>("/time_data", std::span(audio).subspan(first, 75'000), 3);
  }
  const std::vector<std::complex<float>> bins = {{1, 2}, {3, 4}, {5, 6}, {7, 8}};
  writer.append_rows<std::complex<float>>("/bin/stft", bins, 2);
  writer.append_value<double>("/session/t60", 0.25);
  writer.append_string("/session/speech", "one.wav");
  writer.append_string("/session/speech", "twenty-two.wav");
  writer.append<std::uint16_t>("/bin/empty", {});
  writer.attribute("/time_data", "sample_freq", 16000.0);
  writer.commit();
}

}  // namespace

TEST_CASE("values and attributes come back as they were written") {
  const test::TemporaryFolder folder;
  write_example(folder / "a.h5");
  const io::Hdf5Reader reader = io::open_container(folder / "a.h5", "features", 1);
  const auto audio = reader.read<float>("/time_data");
  REQUIRE(reader.shape("/time_data") == std::vector<std::size_t>{100'000, 3});
  CHECK(audio[299'999] == 299'999.5F);
  std::vector<float> rows(2 * 3);
  reader.read_rows<float>("/time_data", {77'777, 77'779}, rows);
  CHECK(rows[0] == 77'777 * 3 + 0.5F);
  CHECK(reader.read<std::complex<float>>("/bin/stft")[3] == std::complex<float>(7, 8));
  CHECK(reader.read_strings("/session/speech") ==
        std::vector<std::string>{"one.wav", "twenty-two.wav"});
  CHECK(reader.read<std::uint16_t>("/bin/empty").empty());
  CHECK(reader.number_attribute("/time_data", "sample_freq") == 16000.0);
  const core::Provenance provenance = io::read_provenance(reader);
  CHECK(provenance.tool == "csl-test");
  CHECK(provenance.options["window_ms"] == 25);
  CHECK(provenance.seed == 7);
}

TEST_CASE("equal content gives equal bytes at any time") {
  const test::TemporaryFolder folder;
  write_example(folder / "a.h5");
  // HDF5 stamps objects in whole seconds.
  using std::chrono::system_clock;
  std::this_thread::sleep_until(std::chrono::ceil<std::chrono::seconds>(system_clock::now()) +
                                std::chrono::milliseconds(10));
  write_example(folder / "b.h5");
  CHECK(test::file_bytes(folder / "a.h5") == test::file_bytes(folder / "b.h5"));
}

TEST_CASE("a reader refuses a wrong dataset, type, range of rows or format") {
  const test::TemporaryFolder folder;
  write_example(folder / "a.h5");
  const io::Hdf5Reader reader(folder / "a.h5");
  std::vector<float> rows(3);
  CHECK_THROWS_AS(reader.read<double>("/time_data"), core::InputError);
  CHECK_THROWS_AS(reader.read<float>("/nothing/here"), core::InputError);
  CHECK_THROWS_AS(reader.read_rows<float>("/time_data", {100'000, 100'001}, rows),
                  core::InputError);
  CHECK_THROWS_AS(reader.read_strings("/session/t60"), core::InputError);
  CHECK_THROWS_AS(io::open_container(folder / "a.h5", "model", 1), core::InputError);
  CHECK_THROWS_AS(io::open_container(folder / "none.h5", "features", 1), core::InputError);
}

TEST_CASE("an abandoned writer leaves no file and does not change the old one") {
  const test::TemporaryFolder folder;
  test::write_bytes(folder / "a.h5", "old");
  {
    io::Hdf5Writer writer(folder / "a.h5", "features", 1, some_provenance());
    writer.append_value<double>("/x", 1.0);
  }
  CHECK(test::file_bytes(folder / "a.h5") == "old");
  CHECK(folder.files() == 1);
  CHECK_THROWS_AS(io::Hdf5Writer(folder / "no/such/a.h5", "features", 1, some_provenance()),
                  core::IoError);
}

TEST_CASE("a truncated file is refused at every length") {
  const test::TemporaryFolder folder;
  write_example(folder / "a.h5");
  const std::string whole = test::file_bytes(folder / "a.h5");
  for (std::size_t i = 0; i < 64; ++i) {
    test::write_bytes(folder / "cut.h5", whole.substr(0, whole.size() * i / 64));
    CHECK_THROWS_AS(io::Hdf5Reader(folder / "cut.h5"), core::InputError);
  }
  for (std::size_t i = 1; i <= 16; ++i) {
    test::write_bytes(folder / "cut.h5", whole.substr(0, whole.size() - i));
    CHECK_THROWS_AS(io::Hdf5Reader(folder / "cut.h5"), core::InputError);
  }
}

TEST_CASE("the digest finds every flipped bit, and no flipped bit crashes the reader") {
  const test::TemporaryFolder folder;
  write_example(folder / "a.h5");
  const std::string whole = test::file_bytes(folder / "a.h5");
  core::RandomStream random(3, core::Purpose::kTest);
  for (int i = 0; i < 300; ++i) {
    std::string damaged = whole;
    // Half of the flips hit the first and last 4 KiB, where the structure lies.
    std::size_t at = random.index(whole.size());
    if (i % 4 == 1) at = random.index(4096);
    if (i % 4 == 3) at = whole.size() - 1 - random.index(4096);
    damaged[at] = static_cast<char>(damaged[at] ^ (1 << random.index(8)));
    test::write_bytes(folder / "flipped.h5", damaged);
    CHECK_THROWS_AS(io::check_digest(folder / "flipped.h5"), core::InputError);
    try {
      io::Hdf5Reader(folder / "flipped.h5").read_everything();
    } catch (const core::InputError&) {
    }
  }
  io::check_digest(folder / "a.h5");
}

TEST_CASE("soft links, external links and foreign filters are refused") {
  const test::TemporaryFolder folder;
  const auto path = folder / "links.h5";
  {
    const io::Handle file(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT),
                          H5Fclose);
    const io::Handle group(H5Gcreate2(file.get(), "g", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
                           H5Gclose);
    SECTION("soft") { H5Lcreate_soft("/g", group.get(), "s", H5P_DEFAULT, H5P_DEFAULT); }
    SECTION("external") {
      H5Lcreate_external("other.h5", "/x", file.get(), "e", H5P_DEFAULT, H5P_DEFAULT);
    }
    SECTION("filter") {
      const hsize_t count = 8;
      const io::Handle space(H5Screate_simple(1, &count, nullptr), H5Sclose);
      const io::Handle list(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
      H5Pset_chunk(list.get(), 1, &count);
      H5Pset_scaleoffset(list.get(), H5Z_SO_INT, 0);
      const io::Handle dataset(H5Dcreate2(file.get(), "d", H5T_NATIVE_INT, space.get(), H5P_DEFAULT,
                                          list.get(), H5P_DEFAULT),
                               H5Dclose);
    }
  }
  CHECK_THROWS_AS(io::Hdf5Reader(path), core::InputError);
}

TEST_CASE("a dataset that claims more than the file can hold is refused before allocation") {
  const test::TemporaryFolder folder;
  const auto path = folder / "huge.h5";
  {
    const io::Handle file(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT),
                          H5Fclose);
    const hsize_t size = hsize_t{1} << 50;
    const hsize_t chunk = 1024;
    const io::Handle space(H5Screate_simple(1, &size, nullptr), H5Sclose);
    const io::Handle list(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
    H5Pset_chunk(list.get(), 1, &chunk);
    const io::Handle dataset(H5Dcreate2(file.get(), "d", H5T_NATIVE_DOUBLE, space.get(),
                                        H5P_DEFAULT, list.get(), H5P_DEFAULT),
                             H5Dclose);
  }
  CHECK_THROWS_AS(io::Hdf5Reader(path), core::InputError);
}

namespace {

/// A file whose root has one attribute, made with HDF5 directly.
void write_attribute(const std::filesystem::path& path, hid_t type, hid_t space, const void* data) {
  const io::Handle file(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT), H5Fclose);
  const io::Handle attribute(H5Acreate2(file.get(), "x", type, space, H5P_DEFAULT, H5P_DEFAULT),
                             H5Aclose);
  REQUIRE(attribute.valid());
  if (data != nullptr) REQUIRE(H5Awrite(attribute.get(), type, data) >= 0);
}

io::Handle text_type(std::size_t length) {
  io::Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
  H5Tset_size(type.get(), length);
  return type;
}

}  // namespace

TEST_CASE("an attribute is read only if it holds one value of the right type") {
  const test::TemporaryFolder folder;
  const auto path = folder / "a.h5";
  const hsize_t one = 1;
  const hsize_t many = 64;
  const io::Handle scalar(H5Screate(H5S_SCALAR), H5Sclose);
  const io::Handle none(H5Screate(H5S_NULL), H5Sclose);
  const io::Handle list_of_one(H5Screate_simple(1, &one, nullptr), H5Sclose);
  const io::Handle list(H5Screate_simple(1, &many, nullptr), H5Sclose);
  const io::Handle variable = text_type(H5T_VARIABLE);
  const io::Handle fixed = text_type(4);
  const std::vector<const char*> words(many, "word");
  const std::string letters(4 * many, 'a');
  const std::vector<double> numbers(many, 2.5);
  for (const hid_t space : {scalar.get(), list_of_one.get()}) {
    write_attribute(path, variable.get(), space, words.data());
    CHECK(io::Hdf5Reader(path).text_attribute("/", "x") == "word");
    CHECK_THROWS_AS(io::Hdf5Reader(path).number_attribute("/", "x"), core::InputError);
    write_attribute(path, fixed.get(), space, letters.data());
    CHECK(io::Hdf5Reader(path).text_attribute("/", "x") == "aaaa");
    write_attribute(path, H5T_NATIVE_DOUBLE, space, numbers.data());
    CHECK(io::Hdf5Reader(path).number_attribute("/", "x") == 2.5);
    CHECK_THROWS_AS(io::Hdf5Reader(path).text_attribute("/", "x"), core::InputError);
  }
  for (const hid_t space : {list.get(), none.get()}) {
    const bool empty = space == none.get();
    for (const hid_t type : {variable.get(), fixed.get(), H5T_NATIVE_DOUBLE}) {
      const void* data = type == variable.get() ? static_cast<const void*>(words.data())
                         : type == fixed.get()  ? static_cast<const void*>(letters.data())
                                                : numbers.data();
      write_attribute(path, type, space, empty ? nullptr : data);
      CHECK_THROWS_AS(io::Hdf5Reader(path).text_attribute("/", "x"), core::InputError);
      CHECK_THROWS_AS(io::Hdf5Reader(path).number_attribute("/", "x"), core::InputError);
    }
  }
}

TEST_CASE("provenance that no tool writes is refused") {
  const test::TemporaryFolder folder;
  const auto write = [&](const nlohmann::json& options, const nlohmann::json& history) {
    core::Provenance provenance = some_provenance();
    provenance.options = options;
    provenance.history = history;
    io::Hdf5Writer(folder / "a.h5", "features", 1, provenance).commit();
    return io::read_provenance(io::Hdf5Reader(folder / "a.h5"));
  };
  const nlohmann::json step = {
      {"tool", "csl-x"}, {"tool_version", "1"}, {"options", nlohmann::json::object()}, {"seed", 1}};
  CHECK_NOTHROW(write({{"a", 1}}, nlohmann::json::array({step})));
  CHECK_THROWS_AS(write({{"a", 1}}, nlohmann::json::array({{{"tool", 5}}})), core::InputError);
  CHECK_THROWS_AS(write({{"a", 1}}, nlohmann::json::array({1, 2})), core::InputError);
  CHECK_THROWS_AS(write("text", nlohmann::json::array({step})), core::InputError);
  nlohmann::json deep = 1;
  for (int level = 0; level < 100; ++level) deep = nlohmann::json::array({deep});
  CHECK_THROWS_WITH(write({{"a", deep}}, nlohmann::json::array({step})),
                    Catch::Matchers::Contains("levels"));
}

TEST_CASE("files with groups nested deep, or with far too many objects, are refused soon") {
  const test::TemporaryFolder folder;
  for (const bool deep : {true, false}) {
    const std::string path = (folder / "a.h5").string();
    {
      const io::Handle file(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT),
                            H5Fclose);
      std::string name;
      for (int i = 0; i < (deep ? 800 : 20'000); ++i) {
        name = (deep ? name : "") + "/" + std::to_string(i);
        const io::Handle group(
            H5Gcreate2(file.get(), name.c_str(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), H5Gclose);
      }
    }
    const auto begin = std::chrono::steady_clock::now();
    CHECK_THROWS_WITH(io::Hdf5Reader(path), Catch::Matchers::Contains(deep ? "nested" : "objects"));
    CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(2));
  }
}
