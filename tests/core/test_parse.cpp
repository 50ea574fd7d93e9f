#include <catch2/catch.hpp>
#include <cmath>
#include <cstdint>

#include "core/csv.h"
#include "core/parse.h"

TEST_CASE("a text is a number only if all of it is") {
  CHECK(core::parse_number("-1.5e3") == -1500.0);
  CHECK(core::parse_number("0") == 0.0);
  CHECK(core::parse_number(".5") == 0.5);
  CHECK(std::isinf(core::parse_number("inf").value()));
  CHECK(core::parse_number("-inf").value() < 0.0);
  for (const char* text :
       {"", " 1", "1 ", "+1", "1,5", "0x10", "nan", "-nan", "one", "1e", "1e999"}) {
    INFO(text);
    CHECK_FALSE(core::parse_number(text));
  }
}

TEST_CASE("a whole number is decimal digits without a sign, at most 64 bits") {
  CHECK(core::parse_whole_number("0") == 0U);
  CHECK(core::parse_whole_number("007") == 7U);
  CHECK(core::parse_whole_number("18446744073709551615") == UINT64_MAX);
  for (const char* text :
       {"", "-1", "+1", " 1", "1 ", "1.0", "1e3", "0x1", "18446744073709551616"}) {
    INFO(text);
    CHECK_FALSE(core::parse_whole_number(text));
  }
}

TEST_CASE("CSV fields are quoted only where they must be") {
  CHECK(core::csv_field("plain text") == "plain text");
  CHECK(core::csv_field("") == "");
  CHECK(core::csv_field("a,b") == "\"a,b\"");
  const std::vector<std::vector<std::string>> table = {{"a,b", ""}, {"say \"hi\"", "two\nlines"}};
  CHECK(core::parse_csv("\"a,b\",\r\n\n\"say \"\"hi\"\"\",\"two\nlines\"") == table);
  CHECK(core::parse_csv("").empty());
  CHECK(core::csv_field("say \"hi\"") == "\"say \"\"hi\"\"\"");
  CHECK(core::csv_field("two\nlines") == "\"two\nlines\"");
  CHECK(core::csv_field("carriage\rreturn") == "\"carriage\rreturn\"");
}
