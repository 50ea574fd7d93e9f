#include <catch2/catch.hpp>

#include "core/console.h"
#include "core/name_list.h"

TEST_CASE("text for a terminal keeps letters and loses commands") {
  using core::printable;
  CHECK(printable("plain text") == "plain text");
  CHECK(printable("größer \xe2\x82\xac \xf0\x9f\x8e\xa4") ==
        "größer \xe2\x82\xac \xf0\x9f\x8e\xa4");
  CHECK(printable("\x1b[31m\x07") == "\\x1b[31m\\x07");
  CHECK(printable("\xc2\x9b"
                  "2J") ==
        "\\xc2\\x9b"
        "2J");  // C1: the same command in one character
  CHECK(printable("\xff\xfe") == "\\xff\\xfe");
  CHECK(printable("cut \xe2\x82") == "cut \\xe2\\x82");
  CHECK(printable(std::string("a\0b\x7f", 4)) == "a\\x00b\\x7f");
  CHECK(printable("a\nb\t") == "a\\x0ab\\x09");
  CHECK(printable("a\nb", true) == "a\nb");
  CHECK(printable("").empty());
}

TEST_CASE("the nearest name is the one with the fewest typing errors") {
  const std::vector<std::string> names = {"sessions", "seed", "speech", "t60"};
  CHECK(core::nearest_name("sesions", names) == "sessions");
  CHECK(core::nearest_name("seeed", names) == "seed");
  CHECK(core::nearest_name("T60", names) == "t60");
  CHECK(core::nearest_name("completely-different", names).empty());
}
