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

TEST_F(TensorFileTest, TruncatedAnywhere) {
  write(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})", std::string(8, '\0'));
  for (auto size = std::filesystem::file_size(path_); size-- > 0;) {
    std::filesystem::resize_file(path_, size);
    EXPECT_THAT(fault(), testing::AnyOf(HasSubstr("cut short"), HasSubstr("no safetensors header")))
        << size;
  }
}

TEST_F(TensorFileTest, HeaderLengthBeyondTheFormat) {
  write("{}", "");
  {
    std::fstream file(path_, std::ios::binary | std::ios::in | std::ios::out);
    const std::uint64_t length = 100'000'001;
    file.write(reinterpret_cast<const char*>(&length), 8);
  }
  EXPECT_THAT(fault(), HasSubstr("claims 100000001 bytes, the file has 2 after the length"));
  std::filesystem::resize_file(path_, 200'000'000);
  EXPECT_THAT(
      fault(),
      HasSubstr("its header claims 100000001 bytes, the format allows 100000000; is this a"));
}

TEST_F(TensorFileTest, GitLfsPointer) {
  write_raw("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 5\n");
  EXPECT_THAT(fault(), HasSubstr("Git LFS pointer, not the weights; fetch them with `git lfs pul"));
}

TEST_F(TensorFileTest, OffsetsOutOfRange) {
  const std::string four(4, '\0');
  write(R"({"w":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})", four);
  EXPECT_THAT(fault(), HasSubstr("ends at byte 8 of the data, but the file holds 4"));
  write(R"({"w":{"dtype":"F32","shape":[1],"data_offsets":[9223372036854775804,)"
        R"(9223372036854775807]}})",
        four);
  EXPECT_THAT(fault(), HasSubstr("ends at byte 9223372036854775807"));
  for (const char* offsets :
       {"[-4,0]", "[0,4,8]", "[0,4.0]", "[0,1e99]", "[0,18446744073709551615]", "\"04\"", "null"}) {
    write(std::string(R"({"w":{"dtype":"F32","shape":[1],"data_offsets":)") + offsets + "}}", four);
    EXPECT_THAT(fault(), HasSubstr("tensor \"w\": data_offsets is not a pair [begin, end]"));
  }
}

TEST_F(TensorFileTest, ShapesThatOverflowOrLie) {
  const std::string four(4, '\0');
  for (const char* shape : {"[9223372036854775807]", "[4611686018427387904,4]", "[0]", "[1,2]",
                            "[2305843009213693953]"}) {
    write(std::string(R"({"w":{"dtype":"F32","data_offsets":[0,4],"shape":)") + shape + "}}", four);
    EXPECT_THAT(fault(), AllOf(HasSubstr("tensor \"w\": shape"), HasSubstr("does not fill its 4")));
  }
  for (const char* shape : {"[-1,-1]", "[1.0]", "[true]", "[[1]]", "{}", "9"}) {
    write(std::string(R"({"w":{"dtype":"F32","data_offsets":[0,4],"shape":)") + shape + "}}", four);
    EXPECT_THAT(fault(), HasSubstr("tensor \"w\": shape is not a list of non-negative integers"));
  }
}

TEST_F(TensorFileTest, OrderOfTheHeaderIsFree) {
  write(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]},)"
        R"("z":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},)"
        R"("m":{"dtype":"F32","shape":[0],"data_offsets":[4,4]}})",
        std::string("\x00\x00\x80\x3f\x00\x00\x00\x40", 8));
  const auto file = TensorFile::open(path_);
  ASSERT_TRUE(file.ok()) << file.error().message;
  EXPECT_EQ(load_element(file->find("a")->data.data(), DType::f32, 0), 2.0F);
  EXPECT_EQ(load_element(file->find("z")->data.data(), DType::f32, 0), 1.0F);
}

TEST_F(TensorFileTest, JoinedFilesReadAsOne) {
  std::vector<TensorFile> shards;
  for (const char* name : {"a", "b"}) {
    ASSERT_TRUE(write_tensor_file(folder_ / name, {{name, {{1}, {*name - 96.0F}}}}).ok());
    auto shard = TensorFile::open(folder_ / name);
    ASSERT_TRUE(shard.ok());
    shards.push_back(std::move(*shard));
  }
  const auto joined = TensorFile::join(path_, std::move(shards));
  ASSERT_TRUE(joined.ok()) << joined.error().message;
  EXPECT_EQ(joined->path(), path_);
  EXPECT_EQ(joined->tensors().size(), 2U);
  EXPECT_EQ(load_element(joined->find("b")->data.data(), DType::f32, 0), 2.0F);
  EXPECT_EQ(joined->path_of("b"), folder_ / "b");
  EXPECT_EQ(joined->path_of("c"), path_);
}

TEST_F(TensorFileTest, TensorInTwoJoinedFiles) {
  std::vector<TensorFile> shards;
  for (const char* name : {"a", "b"}) {
    ASSERT_TRUE(write_tensor_file(folder_ / name, {{"w", {{1}, {1}}}}).ok());
    auto shard = TensorFile::open(folder_ / name);
    ASSERT_TRUE(shard.ok());
    shards.push_back(std::move(*shard));
  }
  const auto joined = TensorFile::join(path_, std::move(shards));
  ASSERT_FALSE(joined.ok());
  EXPECT_EQ(joined.error().kind, ErrorKind::input);
  EXPECT_THAT(joined.error().message,
              HasSubstr("x.safetensors: tensor \"w\": is in two shards, \"a\" and \"b\"; keep"));
}

}  // namespace
}  // namespace weft
