// SPDX-License-Identifier: Apache-2.0
#include "base/tensor_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>

#include "base/half.h"

namespace weft {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class TensorFileTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = std::filesystem::temp_directory_path() /
              ("weft_" + std::string(test->name()) + "_" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_);
    path_ = folder_ / "x.safetensors";
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  void write_raw(const std::string& bytes) { std::ofstream(path_, std::ios::binary) << bytes; }
  void write(const std::string& header, const std::string& payload) {
    const std::uint64_t length = header.size();
    write_raw(std::string(reinterpret_cast<const char*>(&length), 8) + header + payload);
  }
  /// The error of opening what was written; empty when it opened.
  std::string fault() {
    const auto file = TensorFile::open(path_);
    if (file.ok()) {
      return "";
    }
    EXPECT_EQ(file.error().kind, ErrorKind::input);
    EXPECT_THAT(file.error().message, HasSubstr(path_.string()));
    EXPECT_THAT(file.error().message, Not(HasSubstr("\n")));
    return file.error().message;
  }

  std::filesystem::path folder_;
  std::filesystem::path path_;
};

TEST_F(TensorFileTest, WrittenTensorsComeBack) {
  ASSERT_TRUE(write_tensor_file(path_, {{"b", {{2, 3}, {1, 2, 3, 4, 5, 6.5F}}},
                                        {"a", {{}, {7}}},
                                        {"empty", {{0, 4}, {}}}})
                  .ok());
  auto file = TensorFile::open(path_);
  ASSERT_TRUE(file.ok()) << file.error().message;
  const TensorFile moved = std::move(file).value();
  EXPECT_EQ(moved.tensors().size(), 3U);
  EXPECT_EQ(moved.path(), path_);
  const TensorView* b = moved.find("b");
  ASSERT_NE(b, nullptr);
  EXPECT_EQ(b->dtype, DType::f32);
  EXPECT_EQ(b->shape, (std::vector<std::int64_t>{2, 3}));
  EXPECT_EQ(b->elements(), 6);
  EXPECT_EQ(load_element(b->data.data(), b->dtype, 5), 6.5F);
  EXPECT_EQ(moved.find("a")->elements(), 1);
  EXPECT_EQ(moved.find("empty")->elements(), 0);
  EXPECT_EQ(moved.find("c"), nullptr);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 1);
}

TEST_F(TensorFileTest, AllFourTypesAtOddAddresses) {
  write(R"({"__metadata__":{"format":"pt"},"h":{"dtype":"F16","shape":[1],"data_offsets":[0,2]},)"
        R"("b":{"dtype":"BF16","shape":[1],"data_offsets":[2,4]},)"
        R"("f":{"dtype":"F32","shape":[1],"data_offsets":[4,8]},)"
        R"("i":{"dtype":"I32","shape":[1],"data_offsets":[8,12]}})",
        std::string("\x00\x3c\x80\x3f\x00\x00\x80\x3f\x2a\x00\x00\x00", 12));
  const auto file = TensorFile::open(path_);
  ASSERT_TRUE(file.ok()) << file.error().message;
  for (const char* name : {"h", "b", "f"}) {
    const TensorView* view = file->find(name);
    EXPECT_EQ(load_element(view->data.data(), view->dtype, 0), 1.0F) << name;
  }
  EXPECT_EQ(load_element(file->find("i")->data.data(), DType::i32, 0), 42.0F);
}

TEST_F(TensorFileTest, MissingFileAndFolderAreIo) {
  const auto absent = TensorFile::open(path_);
  ASSERT_FALSE(absent.ok());
  EXPECT_EQ(absent.error().kind, ErrorKind::io);
  EXPECT_THAT(absent.error().message, AllOf(HasSubstr(path_.string()), HasSubstr("No such file")));
  const auto folder = TensorFile::open(folder_);
  ASSERT_FALSE(folder.ok());
  EXPECT_EQ(folder.error().kind, ErrorKind::io);
  const auto unwritable = write_tensor_file(folder_ / "no" / "x", {});
  ASSERT_FALSE(unwritable.ok());
  EXPECT_EQ(unwritable.error().kind, ErrorKind::io);
}

TEST_F(TensorFileTest, BrokenHeaders) {
  write_raw("");
  EXPECT_THAT(fault(), HasSubstr("no safetensors header"));
  write_raw("1234567");
  EXPECT_THAT(fault(), HasSubstr("no safetensors header"));
  write_raw(std::string("\xff\xff\xff\xff\xff\xff\xff\xff{}", 10));
  EXPECT_THAT(fault(), HasSubstr("cut short"));
  write_raw(std::string("\x03\0\0\0\0\0\0\0{}", 10));
  EXPECT_THAT(fault(), HasSubstr("claims 3 bytes"));
  write("[1]", "");
  EXPECT_THAT(fault(), HasSubstr("not a JSON object"));
  write("{\"a\":", "");
  EXPECT_THAT(fault(), HasSubstr("not a JSON object"));
  write("{}", "");
  EXPECT_EQ(fault(), "");
  write("{}", "x");
  EXPECT_THAT(fault(), HasSubstr("the last 1 bytes belong to no tensor"));
}

TEST_F(TensorFileTest, BrokenTensorsAreNamed) {
  const std::string four(4, '\0');
  write(R"({"w":{"dtype":"F64","shape":[],"data_offsets":[0,4]}})", four);
  EXPECT_THAT(fault(), AllOf(HasSubstr("tensor \"w\""), HasSubstr("F64"), HasSubstr("convert")));
  write(R"({"w":{"shape":[1],"data_offsets":[0,4]}})", four);
  EXPECT_THAT(fault(), AllOf(HasSubstr("tensor \"w\""), HasSubstr("no dtype")));
  write(R"({"w":3})", four);
  EXPECT_THAT(fault(), HasSubstr("no object"));
  write(R"({"w":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}})", four);
  EXPECT_THAT(fault(), HasSubstr("shape is not a list"));
  write(R"({"w":{"dtype":"F32","shape":[1],"data_offsets":[0]}})", four);
  EXPECT_THAT(fault(), HasSubstr("data_offsets"));
  write(R"({"w":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}})", four);
  EXPECT_THAT(fault(), HasSubstr("data_offsets"));
  write(R"({"w":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}})", four);
  EXPECT_THAT(fault(), HasSubstr("shape [2] of F32 does not fill its 4 bytes"));
  write(R"({"w":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}})", "");
  EXPECT_THAT(fault(), HasSubstr("does not fill"));
  write(R"({"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})", four);
  EXPECT_THAT(fault(), AllOf(HasSubstr("ends at byte 8"), HasSubstr("cut short")));
  write(R"({"w":{"dtype":"F32","shape":[18446744073709551615],"data_offsets":[0,4]}})", four);
  EXPECT_THAT(fault(), HasSubstr("shape is not a list"));
}

TEST_F(TensorFileTest, OverlapsGapsAndTwins) {
  write(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},)"
        R"("b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})",
        std::string(8, '\0'));
  EXPECT_THAT(fault(), AllOf(HasSubstr("tensor \"b\""), HasSubstr("overlaps tensor \"a\"")));
  write(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})", std::string(8, '\0'));
  EXPECT_THAT(fault(), AllOf(HasSubstr("tensor \"a\""), HasSubstr("4 bytes before it")));
  write(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},)"
        R"("a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})",
        std::string(4, '\0'));
  EXPECT_THAT(fault(), AllOf(HasSubstr("tensor \"a\""), HasSubstr("twice")));
  write(R"({"a\nb":{"dtype":"F8","shape":[1],"data_offsets":[0,4]}})", std::string(4, '\0'));
  EXPECT_THAT(fault(), HasSubstr("\"a\\nb\""));
}

}  // namespace
}  // namespace weft
