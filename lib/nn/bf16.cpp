#include "nn/bf16.h"

#include <fmt/format.h>

#include <bit>

#include "core/errors.h"
#include "core/kernel.h"

#ifdef CSL_HAVE_ONEDNN
#include <dnnl.h>
#include <omp.h>

#include <array>
#include <map>
#include <stdexcept>
#endif

namespace nn {

CSL_KERNEL void to_bf16(std::size_t count, const float* in, Bf16* out) {
  for (std::size_t i = 0; i < count; ++i) {
    const auto bits = std::bit_cast<std::uint32_t>(in[i]);
    const bool nan = (bits & 0x7fffffffU) > 0x7f800000U;
    const std::uint32_t rounded = bits + 0x7fffU + ((bits >> 16) & 1U);
    out[i] = static_cast<Bf16>((nan ? bits | 0x400000U : rounded) >> 16);
  }
}

float from_bf16(Bf16 value) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(value) << 16);
}

#ifdef CSL_HAVE_ONEDNN
namespace {

void check(dnnl_status_t status, const char* doing) {
  if (status == dnnl_success) return;
  throw std::runtime_error(
      fmt::format("oneDNN: {} failed with status {}", doing, static_cast<int>(status)));
}

/// Shapes, strides, transpositions and accumulation: the properties that select a product's code.
using Key = std::array<std::size_t, 9>;

/// A matrix product, compiled for one shape. Its operands change with every call.
class Product {
 public:
  Product(dnnl_engine_t engine, const MatrixView<const Bf16>& a, const MatrixView<const Bf16>& b,
          bool accumulate, const MatrixView<float>& c) {
    a_ = operand(engine, dnnl_bf16, a);
    b_ = operand(engine, dnnl_bf16, b);
    c_ = operand(engine, dnnl_f32, c);
    dnnl_primitive_attr_t attributes = nullptr;
    check(dnnl_primitive_attr_create(&attributes), "making attributes");
    if (accumulate) {
      dnnl_post_ops_t post_ops = nullptr;
      check(dnnl_post_ops_create(&post_ops), "making post-ops");
      check(dnnl_post_ops_append_sum(post_ops, 1.0F), "asking for a sum");
      check(dnnl_primitive_attr_set_post_ops(attributes, post_ops), "setting post-ops");
      dnnl_post_ops_destroy(post_ops);
    }
    make_primitive(engine, attributes);
    dnnl_primitive_attr_destroy(attributes);
  }
  ~Product() {
    dnnl_primitive_destroy(primitive_);
    for (const dnnl_memory_t memory : {a_, b_, c_}) dnnl_memory_destroy(memory);
  }
  Product(const Product&) = delete;
  Product& operator=(const Product&) = delete;

  void run(dnnl_stream_t stream, const Bf16* a, const Bf16* b, float* c) {
    check(dnnl_memory_set_data_handle(a_, const_cast<Bf16*>(a)), "setting A");  // only read
    check(dnnl_memory_set_data_handle(b_, const_cast<Bf16*>(b)), "setting B");
    check(dnnl_memory_set_data_handle(c_, c), "setting C");
    const dnnl_exec_arg_t arguments[] = {
        {DNNL_ARG_SRC, a_}, {DNNL_ARG_WEIGHTS, b_}, {DNNL_ARG_DST, c_}};
    check(dnnl_primitive_execute(primitive_, stream, 3, arguments), "a bfloat16 product");
    check(dnnl_stream_wait(stream), "waiting for a bfloat16 product");
  }

 private:
  template <typename T>
  static dnnl_memory_t operand(dnnl_engine_t engine, dnnl_data_type_t type,
                               const MatrixView<T>& view) {
    const auto dim = [](std::size_t value) { return static_cast<dnnl_dim_t>(value); };
    const dnnl_dims_t dims = {dim(view.rows), dim(view.cols)};
    const dnnl_dims_t plain = {dim(view.stride), 1};
    const dnnl_dims_t transposed = {1, dim(view.stride)};
    dnnl_memory_desc_t description;
    check(dnnl_memory_desc_init_by_strides(&description, 2, dims, type,
                                           view.transposed ? transposed : plain),
          "describing an operand");
    dnnl_memory_t memory = nullptr;
    check(dnnl_memory_create(&memory, &description, engine, DNNL_MEMORY_NONE), "making an operand");
    return memory;
  }
  void make_primitive(dnnl_engine_t engine, const_dnnl_primitive_attr_t attributes) {
    const dnnl_memory_desc_t* a = nullptr;
    const dnnl_memory_desc_t* b = nullptr;
    const dnnl_memory_desc_t* c = nullptr;
    dnnl_memory_get_memory_desc(a_, &a);
    dnnl_memory_get_memory_desc(b_, &b);
    dnnl_memory_get_memory_desc(c_, &c);
    dnnl_matmul_desc_t operation;
    check(dnnl_matmul_desc_init(&operation, a, b, nullptr, c), "describing a product");
    dnnl_primitive_desc_t description = nullptr;
    check(dnnl_primitive_desc_create(&description, &operation, attributes, engine, nullptr),
          "finding code for a bfloat16 product");
    const dnnl_status_t status = dnnl_primitive_create(&primitive_, description);
    dnnl_primitive_desc_destroy(description);
    check(status, "making a bfloat16 product");
  }

  dnnl_memory_t a_ = nullptr;
  dnnl_memory_t b_ = nullptr;
  dnnl_memory_t c_ = nullptr;
  dnnl_primitive_t primitive_ = nullptr;
};

/// Engine, stream and products of one thread. Training uses a few dozen shapes, and last blocks
/// with fewer rows add more; the bound keeps their number finite.
class Products {
 public:
  Products() {
    omp_set_num_threads(1);  // the thread pool runs products in parallel
    check(dnnl_engine_create(&engine_, dnnl_cpu, 0), "making an engine");
    check(dnnl_stream_create(&stream_, engine_, dnnl_stream_default_flags), "making a stream");
  }
  ~Products() {
    products_.clear();
    dnnl_stream_destroy(stream_);
    dnnl_engine_destroy(engine_);
  }
  Products(const Products&) = delete;
  Products& operator=(const Products&) = delete;

  Product& get(const MatrixView<const Bf16>& a, const MatrixView<const Bf16>& b, bool accumulate,
               const MatrixView<float>& c) {
    if (products_.size() > kMostProducts) products_.clear();
    const Key key = {c.rows,
                     c.cols,
                     a.cols,
                     a.stride,
                     b.stride,
                     c.stride,
                     a.transposed ? 1U : 0U,
                     b.transposed ? 1U : 0U,
                     accumulate ? 1U : 0U};
    return products_.try_emplace(key, engine_, a, b, accumulate, c).first->second;
  }
  dnnl_stream_t stream() const { return stream_; }

 private:
  static constexpr std::size_t kMostProducts = 1000;
  dnnl_engine_t engine_ = nullptr;
  dnnl_stream_t stream_ = nullptr;
  std::map<Key, Product> products_;
};

}  // namespace

bool has_bf16() {
  // A higher level includes the lower ones, so processors with AMX have bfloat16 products too.
  return dnnl_get_effective_cpu_isa() >= dnnl_cpu_isa_avx512_core_bf16;
}

void gemm_bf16(MatrixView<const Bf16> a, MatrixView<const Bf16> b, bool accumulate,
               MatrixView<float> c) {
  require_bf16();
  thread_local Products products;
  products.get(a, b, accumulate, c).run(products.stream(), a.data, b.data, c.data);
}
#else
bool has_bf16() { return false; }

void gemm_bf16(MatrixView<const Bf16>, MatrixView<const Bf16>, bool, MatrixView<float>) {
  require_bf16();
}
#endif

void require_bf16() {
  if (has_bf16()) return;
  throw core::UsageError(
      "--precision bf16: this processor has no AVX512-BF16, or this build no oneDNN; use f32");
}

}  // namespace nn
