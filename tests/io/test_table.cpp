#include <catch2/catch.hpp>
#include <cmath>

#include "core/errors.h"
#include "io/table.h"
#include "temporary_folder.h"

namespace {

io::Table table_of(const std::string& text) {
  const test::TemporaryFolder folder;
  test::write_bytes(folder / "t.csv", text);
  return io::read_table(folder / "t.csv");
}

}  // namespace

TEST_CASE("a table is read with any separator, names, comments, empty cells and line ends") {
  for (const std::string text :
       {"a,B c\n1,2\n3,4\n", "a\tB c\r\n1\t2\r\n3\t4", "a;B c\n1;2\n\n3;4\n",
        "# a Bc\n1 2\n3   4\n", "# a comment\na,bc\n1,2\n# between\n3,4\n",
        "\xEF\xBB\xBF\"a\",\"bc\"\n1,2\n+3,4.0\n"}) {
    INFO(text);
    const io::Table table = table_of(text);
    REQUIRE(table.columns == 2);
    REQUIRE(table.rows() == 2);
    CHECK(table.find("a") == 0U);
    CHECK(table.find("bc") == 1U);
    CHECK(!table.find("c"));
    CHECK(table.at(1, 0) == 3.0);
    CHECK(table.at(1, 1) == 4.0);
  }
  const io::Table bare = table_of("1,,nan\n4,-5e-3,6\n");
  CHECK(bare.names.empty());
  CHECK(std::isnan(bare.at(0, 1)));
  CHECK(std::isnan(bare.at(0, 2)));
  CHECK(bare.at(1, 1) == -5e-3);
  CHECK(bare.lines[1] == 2);
}

TEST_CASE("files that are not tables are refused with file and line") {
  for (const std::string text :
       {"", "# only a comment\n", "a,b\n", "a,b\n1,2,3\n", "1,2\n1\n", "a,b\n1,x\n", "1,2\n3,4,\n",
        "a,b\n1 2,3\n", "1;2\n3,4;5\n", "a,b\n0x10,1\n"}) {
    INFO(text);
    CHECK_THROWS_AS(table_of(text), core::InputError);
  }
  try {
    table_of("a,b\n1,2\n3,four\n");
    FAIL("not refused");
  } catch (const core::InputError& error) {
    CHECK(std::string(error.what()).find("t.csv: line 3: expected a number, found \"four\"") !=
          std::string::npos);
  }
  CHECK_THROWS_AS(io::read_table("/nowhere/t.csv"), core::InputError);
}

TEST_CASE("damaged tables never crash the reader") {
  const std::string good = "time_s,qw,qx,qy,qz\n0.0,1,0,0,0\n0.1,0.7,0.7,0,0\n0.2,nan,,1e-3,-4\n";
  std::uint32_t state = 1;
  const auto draw = [&](std::size_t below) {
    state = state * 1664525U + 1013904223U;
    return static_cast<std::size_t>(state >> 8U) % below;
  };
  std::size_t refused = 0;
  const test::TemporaryFolder folder;
  for (int i = 0; i < 2000; ++i) {
    std::string text = good;
    for (std::size_t k = 0; k <= draw(4); ++k)
      text[draw(text.size())] = static_cast<char>(draw(256));
    text.resize(draw(3) == 0 ? draw(text.size()) : text.size());
    test::write_bytes(folder / "t.csv", text);
    try {
      const io::Table table = io::read_table(folder / "t.csv");
      CHECK(table.values.size() == table.rows() * table.columns);
    } catch (const core::InputError&) {
      ++refused;
    }
  }
  CHECK(refused > 100);
}
