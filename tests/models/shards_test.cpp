// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "models/checkpoint.h"
#include "models/graph.h"
#include "tests/models/scratch_checkpoint.h"

namespace weft::models {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::string fault_of(const ScratchCheckpoint& scratch) {
  const auto loaded = load_checkpoint(scratch.folder().string());
  EXPECT_FALSE(loaded.ok());
  if (loaded.ok()) {
    return "";
  }
  EXPECT_EQ(loaded.error().kind, ErrorKind::input);
  EXPECT_THAT(loaded.error().message, Not(HasSubstr("\n")));
  return loaded.error().message;
}

void write_text(const ScratchCheckpoint& scratch, const std::string& text) {
  std::ofstream(scratch.folder() / "model.safetensors.index.json") << text;
}

/// Memory this process holds, mapped files included.
std::int64_t resident_bytes() {
  std::ifstream file("/proc/self/statm");
  std::int64_t total = 0, resident = 0;
  file >> total >> resident;
  return resident * 4096;
}

TEST(Shards, ReadLikeOneFile) {
  ScratchCheckpoint scratch("shards");
  scratch.write();
  const auto whole = load_checkpoint(scratch.folder().string());
  ASSERT_TRUE(whole.ok()) << whole.error().message;
  fs::remove(scratch.folder() / "model.safetensors");
  scratch.write_shards(3);
  const auto sharded = load_checkpoint(scratch.folder().string());
  ASSERT_TRUE(sharded.ok()) << sharded.error().message;
  EXPECT_EQ(sharded->graph.SerializeAsString(), whole->graph.SerializeAsString());
  ASSERT_EQ(sharded->weights.tensors().size(), whole->weights.tensors().size());
  for (const auto& [name, view] : whole->weights.tensors()) {
    EXPECT_TRUE(std::ranges::equal(sharded->weights.find(name)->data, view.data)) << name;
  }
}

TEST(Shards, OneFileGoesBeforeTheIndex) {
  ScratchCheckpoint scratch("beside");
  scratch.write();
  write_text(scratch, "not read");
  const auto loaded = load_checkpoint(scratch.folder().string());
  ASSERT_TRUE(loaded.ok()) << loaded.error().message;
  EXPECT_EQ(loaded->weights.path().filename(), "model.safetensors");
}

TEST(Shards, RelativeAndLinkedFolders) {
  ScratchCheckpoint scratch("linked");
  scratch.write_shards(2);
  // As a download cache keeps them: links to files of other names elsewhere.
  fs::create_directories(scratch.folder() / "blobs");
  fs::create_directories(scratch.folder() / "snapshot");
  for (const char* name : {"config.json", "model.safetensors.index.json",
                           "shard-1-of-2.safetensors", "shard-2-of-2.safetensors"}) {
    const std::string blob = "blob-" + std::string(name).substr(0, 7);
    fs::rename(scratch.folder() / name, scratch.folder() / "blobs" / blob);
    fs::create_symlink(fs::path("../blobs") / blob, scratch.folder() / "snapshot" / name);
  }
  fs::create_directory_symlink("snapshot", scratch.folder() / "latest");
  const auto before = fs::current_path();
  fs::current_path(scratch.folder() / "blobs");
  for (const char* folder : {"../snapshot", "../latest", "../latest/", "../snapshot/../latest/."}) {
    const auto loaded = load_checkpoint(folder);
    EXPECT_TRUE(loaded.ok()) << folder << ": " << loaded.error().message;
    if (loaded.ok()) {
      EXPECT_EQ(loaded->graph.name(), "snapshot") << folder;
    }
  }
  fs::current_path("../latest");
  EXPECT_TRUE(load_checkpoint(".").ok());
  fs::current_path(before);
}

TEST(Shards, BrokenIndex) {
  ScratchCheckpoint scratch("index");
  scratch.write_shards(2);
  write_text(scratch, "{\"weight_map\": {");
  EXPECT_THAT(fault_of(scratch), AllOf(HasSubstr("model.safetensors.index.json: not valid JSON: "),
                                       HasSubstr("; download or export the model again")));
  write_text(scratch, "{\"weight_map\": " + std::string(100, '[') + std::string(100, ']') + "}");
  EXPECT_THAT(fault_of(scratch), HasSubstr("nested more than 64 deep; download"));
  for (const char* text : {"{}", "[1]", "{\"weight_map\": [1]}", "{\"weight_map\": {}}"}) {
    write_text(scratch, text);
    EXPECT_THAT(fault_of(scratch), AllOf(HasSubstr("index.json: has no weight_map that names the"),
                                         HasSubstr("; download or export the model again")));
  }
  for (const char* shard :
       {"3", "\"\"", "\".\"", "\"../x\"", "\"/x\"", "\"a/../../x\"", "\"a/\""}) {
    write_text(scratch, std::string("{\"weight_map\": {\"w\": ") + shard + "}}");
    EXPECT_THAT(fault_of(scratch),
                HasSubstr("weight_map: tensor \"w\" is placed in " + std::string(shard) +
                          ", not in the name of a file of this folder; download"));
  }
}

TEST(Shards, MissingShard) {
  ScratchCheckpoint scratch("absent_shard");
  scratch.write_shards(3);
  const fs::path shard = scratch.folder() / ScratchCheckpoint::shard_name(1, 3);
  fs::remove(shard);
  EXPECT_THAT(
      fault_of(scratch),
      HasSubstr("index.json: shard \"shard-2-of-3.safetensors\" is not beside it; download"));
  fs::create_symlink("../blobs/gone", shard);
  EXPECT_THAT(
      fault_of(scratch),
      HasSubstr("shard \"shard-2-of-3.safetensors\" is a link to a file that is gone; down"));
}

TEST(Shards, TruncatedShardIsNamed) {
  ScratchCheckpoint scratch("short_shard");
  scratch.write_shards(2);
  const fs::path shard = scratch.folder() / ScratchCheckpoint::shard_name(1, 2);
  fs::resize_file(shard, fs::file_size(shard) - 1);
  EXPECT_THAT(fault_of(scratch), AllOf(HasSubstr("shard-2-of-2.safetensors: tensor \""),
                                       HasSubstr("the file is cut short")));
}

TEST(Shards, ShardWithoutItsTensor) {
  ScratchCheckpoint scratch("misplaced");
  auto index = scratch.write_shards(2);
  std::string& place =
      index["weight_map"]["model.norm.weight"].get_ref<nlohmann::json::string_t&>();
  place = ScratchCheckpoint::shard_name(place == ScratchCheckpoint::shard_name(0, 2) ? 1 : 0, 2);
  scratch.write_index(index);
  EXPECT_THAT(fault_of(scratch),
              HasSubstr("index.json: tensor \"model.norm.weight\" should be in shard \"" + place +
                        "\", which does not hold it; index and shards must be of one export"));
}

TEST(Shards, TensorInTwoShards) {
  ScratchCheckpoint scratch("twice");
  auto index = scratch.write_shards(2);
  scratch.write_file("more.safetensors", {"model.norm.weight"});
  index["weight_map"]["model.norm.weight"] = "more.safetensors";
  scratch.write_index(index);
  EXPECT_THAT(
      fault_of(scratch),
      AllOf(HasSubstr("index.json: tensor \"model.norm.weight\": is in two shards, \"more.sa"),
            HasSubstr(" and \"shard-")));
}

TEST(Shards, MissingAndMisshapenTensorsNameTheirFile) {
  {
    ScratchCheckpoint scratch("hole");
    scratch.tensors.erase("model.layers.1.mlp.up_proj.weight");
    scratch.write_shards(2);
    EXPECT_THAT(fault_of(scratch),
                HasSubstr("index.json: tensor \"model.layers.1.mlp.up_proj.weight\" is missing"));
  }
  {
    ScratchCheckpoint scratch("bent");
    scratch.tensors["model.norm.weight"].shape = {9};
    const auto index = scratch.write_shards(2);
    EXPECT_THAT(fault_of(scratch),
                HasSubstr(index["weight_map"]["model.norm.weight"].get<std::string>() +
                          ": tensor \"model.norm.weight\" has shape [9]"));
  }
}

/// A model of 70 billion parameters, 138 GB of weights that are holes: only headers are read.
TEST(Shards, HugeModelOpensWithoutReadingIt) {
  ScratchCheckpoint scratch("huge");
  scratch.tensors.clear();
  scratch.config.update({{"hidden_size", 8192},
                         {"intermediate_size", 28672},
                         {"num_hidden_layers", 80},
                         {"num_attention_heads", 64},
                         {"num_key_value_heads", 8},
                         {"vocab_size", 32000},
                         {"tie_word_embeddings", false}});
  scratch.add("model.embed_tokens.weight", {32000, 8192});
  scratch.add("lm_head.weight", {32000, 8192});
  scratch.add("model.norm.weight", {8192});
  for (int layer = 0; layer < 80; ++layer) {
    const std::string at = "model.layers." + std::to_string(layer) + ".";
    scratch.add(at + "input_layernorm.weight", {8192});
    scratch.add(at + "post_attention_layernorm.weight", {8192});
    scratch.add(at + "self_attn.q_proj.weight", {8192, 8192});
    scratch.add(at + "self_attn.k_proj.weight", {1024, 8192});
    scratch.add(at + "self_attn.v_proj.weight", {1024, 8192});
    scratch.add(at + "self_attn.o_proj.weight", {8192, 8192});
    scratch.add(at + "mlp.gate_proj.weight", {28672, 8192});
    scratch.add(at + "mlp.up_proj.weight", {28672, 8192});
    scratch.add(at + "mlp.down_proj.weight", {8192, 28672});
  }
  try {
    scratch.write_shards(15, /*sparse=*/true);
  } catch (const fs::filesystem_error& problem) {
    GTEST_SKIP() << "no large sparse files here: " << problem.what();
  }
  const std::int64_t before = resident_bytes();
  const auto loaded = load_checkpoint(scratch.folder().string());
  ASSERT_TRUE(loaded.ok()) << loaded.error().message;
  EXPECT_GT(parameter_count(loaded->graph), 68'000'000'000);
  EXPECT_LT(resident_bytes() - before, 64 << 20);
}

}  // namespace
}  // namespace weft::models
