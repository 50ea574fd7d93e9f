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
       {"", "# only a comment\n", "a,b\n", "a,b\n1,2,3\n", "1,2\n1\n", "a,b\n1,x\n", "1,2\n3,4,5\n",
        "a,b\n1 2,3\n", "a,b\n0x10,1\n", "a,b,c\n1,2\n"}) {
    INFO(text);
    CHECK_THROWS_AS(table_of(text), core::InputError);
  }
  CHECK_THROWS_WITH(table_of("a,b\n1,2\n3\n"), Catch::Contains("t.csv: line 3: expected 2 cells"));
  try {
    const io::Table table = table_of("a,b\n1,2\n3,four\n");
    CHECK(table.at(1, 0) == 3.0);
    table.at(1, 1);
    FAIL("not refused");
  } catch (const core::InputError& error) {
    CHECK(std::string(error.what()).find("t.csv: line 3: b: expected a number, found \"four\"") !=
          std::string::npos);
  }
  CHECK_THROWS_AS(io::read_table("/nowhere/t.csv"), core::InputError);
}

TEST_CASE("decimal commas, quotation marks, empty cells at the end, columns of text") {
  for (const std::string text :
       {"a;b\n0,5;-1,25e2\n", "a\tb\n0,5\t-125\n", "a b\n0,5 -125,0\n", "a,b\n\"0,5\",\"-125\"\n",
        "a,b,\n0.5,-125,\n", "a,b\n0.5,-125,,\n", "sep=;\na;b\n0.5;-125\n",
        "\"a\",\"b\",\"c, d\"\n0.5,-125,\"x, y\"\n", "// by a logger\n\na,b\n\n0.5,-125\n"}) {
    INFO(text);
    const io::Table table = table_of(text);
    REQUIRE(table.rows() == 1);
    CHECK(table.find("a") == 0U);
    CHECK(table.find("b") == 1U);
    CHECK(table.at(0, 0) == 0.5);
    CHECK(table.at(0, 1) == -125.0);
  }
  const io::Table mixed = table_of("a;b;c\n0.5;1,5;2\n");
  CHECK_THROWS_AS(mixed.at(0, 1), core::InputError);  // a thousand and a half, or one and a half?
  const io::Table text = table_of("when,a,b\n12:00,1,2\n12:01,3,4\n");
  CHECK(text.text_at(1, 0) == "12:01");
  CHECK(text.text_at(1, 1).empty());
  CHECK(text.at(1, 2) == 4.0);
}

TEST_CASE("notes, several rows of names and a row of units above the numbers") {
  const io::Table motive = table_of(
      "Format Version,1.23,Take "
      "Name,x,Rate,120.0\n\n,Type,Body,Body\n,ID,7,7\n,,Rotation,Position\n"
      "Frame,Time (Seconds),X,X\n0,0.5,1,2\n");
  CHECK(motive.rows() == 1);
  REQUIRE(motive.header.rows.size() == 4);
  CHECK(motive.header.rows[1][2] == "7");
  CHECK(motive.header.notes.size() == 1);
  const io::Table vicon =
      table_of("Objects\n100\n,,Device:Device\nFrame,Sub Frame,RX,RY\n,,deg,deg\n1,0,2,3\n");
  CHECK(vicon.header.rows.size() == 3);
  CHECK(vicon.header.rows[0][2] == "Device:Device");
  CHECK(vicon.header.notes == std::vector<std::string>{"Objects", "100"});
  const io::Table dot = table_of("DeviceTag:,D1\nVersion:,2021.0\n\nPacketCounter,a,b\n1,2,3\n");
  CHECK(dot.names == std::vector<std::string>{"packetcounter", "a", "b"});
  CHECK(dot.header.notes.size() == 2);
}

TEST_CASE("UTF-16 is named, with the command that converts it") {
  CHECK_THROWS_WITH(table_of(std::string("\xFF\xFE"
                                         "a\0,\0b\0\n\0",
                                         10)),
                    Catch::Contains("UTF-16") && Catch::Contains("iconv"));
  CHECK_THROWS_WITH(table_of(std::string("a\0,\0b\0\n\0", 8)), Catch::Contains("UTF-16"));
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
