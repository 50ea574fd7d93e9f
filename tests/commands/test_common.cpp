#include <catch2/catch.hpp>
#include <cmath>

#include "commands/common.h"
#include "core/errors.h"
#include "core/value_range.h"
#include "formats/names.h"
#include "nn/bf16.h"
#include "temporary_folder.h"

TEST_CASE("a value or a range is read and written back") {
  const core::ValueRange one = core::ValueRange::parse("--t60", "0.25");
  CHECK((one.single() && one.low == 0.25 && one.text() == "0.25"));
  const core::ValueRange range = core::ValueRange::parse("--t60", "0:0.75");
  CHECK((range.low == 0.0 && range.high == 0.75 && range.text() == "0:0.75"));
  CHECK(std::isinf(core::ValueRange::parse("--snr", "inf").low));
  for (const char* bad : {"", ":", "1:", ":1", "1:0", "a", "1,2", "nan", "1 ", "0x10"}) {
    INFO(bad);
    CHECK_THROWS_AS(core::ValueRange::parse("--t60", bad), core::UsageError);
  }
}

TEST_CASE("amounts of memory are read and written with their units") {
  CHECK(commands::parse_bytes("--memory", "512") == 512);
  CHECK(commands::parse_bytes("--memory", "4G") == std::size_t{4} << 30);
  CHECK(commands::parse_bytes("--memory", "1.5M") == 3 * (std::size_t{1} << 19));
  for (const char* bad : {"", "G", "-1G", "0", "4GB", "1e30", "nan"}) {
    INFO(bad);
    CHECK_THROWS_AS(commands::parse_bytes("--memory", bad), core::UsageError);
  }
  CHECK(commands::format_bytes(1536.0) == "1.5 KiB");
  CHECK(commands::format_bytes(12.0) == "12 B");
}

TEST_CASE("names of choices are written and read back") {
  for (const auto kind : {learn::InputKind::kStft, learn::InputKind::kCovariance}) {
    CHECK(formats::input_kind(formats::name_of(kind)) == kind);
  }
  for (const auto kind : {learn::LossKind::kSubContrastive, learn::LossKind::kContrastive,
                          learn::LossKind::kSupervised}) {
    CHECK(formats::loss_kind(formats::name_of(kind)) == kind);
  }
  for (const auto kind : {nn::Normalization::kLayerNorm, nn::Normalization::kWeightNorm}) {
    CHECK(formats::normalization(formats::name_of(kind)) == kind);
  }
  CHECK_THROWS_AS(formats::loss_kind("best"), core::UsageError);
  for (const char* text : {"sub-contrastive", "contrastive", "sub-contrastive+0.3*contrastive",
                           "0.5*supervised+2*contrastive"}) {
    CHECK(formats::name_of(formats::loss_mixture(text)) == text);
  }
  for (const char* text : {"", "+", "x*contrastive", "*contrastive", "sub-contrastive+",
                           "0.3contrastive", "sub-contrastive*0.3"}) {
    CHECK_THROWS_AS(formats::loss_mixture(text), core::UsageError);
  }
  CHECK(formats::name_of(formats::precision("f32")) == "f32");
  CHECK_THROWS_AS(formats::precision("f16"), core::UsageError);
}

TEST_CASE("bfloat16 is taken where the processor has it, and refused elsewhere") {
  if (nn::has_bf16()) {
    CHECK(formats::name_of(formats::precision("bf16")) == "bf16");
  } else {
    CHECK_THROWS_AS(formats::precision("bf16"), core::UsageError);
  }
}
