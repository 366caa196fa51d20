// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "tests/cli/refusal.h"

namespace weft::cli {
namespace {

struct Case {
  Words words;
  int exit_code;
  Words parts;
};

void expect_all(const std::vector<Case>& cases) {
  const Workplace place;
  for (const Case& c : cases) {
    expect_refused(place, c.words, c.exit_code, c.parts);
  }
}

TEST(Refusals, Commands) {
  expect_all({
      {{}, kInput, {"give a command: run, ", "see weft --help"}},
      {{"rum"}, kInput, {"no command 'rum' (did you mean 'run'?); see weft --help"}},
      {{"--verison"}, kInput, {"no option --verison (did you mean '--version'?)"}},
      {{"arch"}, kInput, {"arch: give a command: list, show, check; see weft arch --help"}},
      {{"arch", "shw"}, kInput, {"arch: no command 'shw' (did you mean 'show'?)"}},
      {{"model", "chek", "fable-1m"}, kInput, {"model: no command 'chek' (did you mean 'check'?)"}},
      {{"arch", "show"}, kInput, {"arch show: MACHINE is missing: give a preset"}},
      {{"arch", "list", "mesh8"}, kInput, {"arch list: no use for 'mesh8'"}},
      {{"asm"}, kInput, {"asm: the text to assemble is missing"}},
      {{"asm", "x.weft"}, kInput, {"asm: --out is missing"}},
      {{"asm", "--list-opcode"}, kInput, {"no option --list-opcode (did you mean"}},
      {{"asm", "no.weft", "-o", "x"}, kIo, {"asm: cannot read 'no.weft'", "; check the path"}},
      {{"disasm"}, kInput, {"disasm: BUNDLE is missing: give a bundle file"}},
      {{"disasm", "no.bundle"}, kIo, {"disasm: cannot read 'no.bundle'", "; check the path"}},
  });
}

TEST(Refusals, OptionsOfRun) {
  expect_all({
      {{"run"}, kInput, {"run: --arch is missing: give a preset (weft arch list) or a YAML file"}},
      {{"run", "--arch"}, kInput, {"run: --arch needs a value"}},
      {{"run", "--arch", "mesh8", "--arch", "mesh8"}, kInput, {"--arch is given more than once"}},
      {{"run", "--arhc", "mesh8"}, kInput, {"run: no option --arhc (did you mean '--arch'?)"}},
      {{"run", "--arch", "mesh8", "--modle=x"},
       kInput,
       {"no option --modle (did you mean '--mode"}},
      {run_fable({"stray"}), kInput, {"run: no use for 'stray': name the option it belongs to"}},
      {run_fable({"--json=maybe"}), kInput, {"--json = maybe is not a value it takes"}},
      {{"run", "--arch", "mesh8"}, kInput, {"nothing to run: give --model", "or --bundle"}},
      {run_fable({"--out", ""}), kInput, {"run: --out: is empty"}},
  });
}

TEST(Refusals, WordsInTheWrongPlace) {
  expect_all({
      {{"run", "--arch", "fable-1m", "--model", "mesh8"},
       kInput,
       {"--arch fable-1m: is a model; give it as --model fable-1m"}},
      {run_fable({"--model=mesh8"}), kInput, {"--model is given more than once"}},
      {{"run", "--arch", "mesh8", "--model", "mesh32"},
       kInput,
       {"--model mesh32: is a machine; give it as --arch mesh32"}},
      {{"run", "mesh8", "fable-1m"}, kInput, {"no use for 'mesh8': name the option it belongs"}},
      {run_fable({"--", "--json"}), kInput, {"run: no use for '--json' behind '--'"}},
      {{"run", "--arch", "", "--model", "fable-1m"}, kInput, {"run: --arch: is empty"}},
      {run_fable({"--prompt", "a\xff"}), kInput, {"--prompt: byte 2 is not UTF-8; give UTF-8"}},
      {run_fable({"--prompt", "x", "--set", "name="}), kInput, {"name is empty; give it one"}},
  });
}

TEST(Refusals, ChoicesOfRun) {
  expect_all({
      {run_fable({"--phase", "prefil"}),
       kInput,
       {"--phase prefil: choose one of generate, prefill", "(did you mean 'prefill'?)"}},
      {run_fable({"--check", "gpu"}), kInput, {"--check gpu: choose one of none, cpu"}},
      {run_fable({"--data", "maybe"}), kInput, {"--data maybe: choose one of on, off"}},
      {run_fable({"--logits", "some"}), kInput, {"--logits some: choose one of last, all"}},
      {run_fable({"--strategy", "tensors"}),
       kInput,
       {"--strategy tensors: choose one of tensor, waferllm"}},
      {run_fable({"--strategy", "waferllm"}), kInput, {"add --phase decode --data off"}},
      {run_fable({"--engine", "dataflw"}), kInput, {"(did you mean 'dataflow'?)"}},
  });
}

TEST(Refusals, OptionsThatDoNotGoTogether) {
  const Words x{"--prompt", "x"};
  expect_all({
      {run_fable({"--prompt", "x", "--prompt-tokens", "1"}), kInput, {"two ways", "give one"}},
      {run_fable(x + Words{"--data", "off", "--check", "cpu"}), kInput, {"drop it or --check"}},
      {run_fable(x + Words{"--data", "off", "--tensors", "--out", "o"}), kInput, {"or --tensors"}},
      {run_fable({"--data", "off", "--perplexity", "f"}), kInput, {"drop it or --perplexity"}},
      {run_fable({"--phase", "decode", "--seq", "4"}), kInput, {"use --data off"}},
      {run_fable(x + Words{"--seq", "4"}), kInput, {"--seq 4: only --phase decode"}},
      {run_fable(x + Words{"--tensors"}), kInput, {"--tensors means nothing without --out"}},
      {run_fable(x + Words{"--windows", "2"}), kInput, {"--windows means nothing without --perp"}},
      {run_fable(x + Words{"--perplexity", "f"}), kInput, {"--prompt does not go with --perplex"}},
      {run_fable({"--bundle", "f", "--region", "4x4"}),
       kInput,
       {"--bundle does not go with --region: drop"}},
  });
}

TEST(Refusals, Prompt) {
  expect_all({
      {run_fable({}), kInput, {"the prompt is empty: give --prompt or --prompt-tokens"}},
      {run_fable({"--prompt-tokens", ""}), kInput, {"--prompt-tokens: is empty"}},
      {run_fable({"--prompt-tokens", "1,x"}), kInput, {"'1,x': write token ids separated by comm"}},
      {run_fable({"--prompt-tokens", "1 2"}), kInput, {"'1 2': write token ids separated by comm"}},
      {run_fable({"--prompt-tokens", "@"}), kInput, {"write the name of the file right behind"}},
      {run_fable({"--prompt-tokens", "1,"}), kInput, {"'1,': write token ids"}},
      {run_fable({"--prompt-tokens", "1,512"}),
       kInput,
       {"token 512 is outside the vocabulary of "
        "512; give ids from 0 to 511"}},
      {run_fable({"--prompt-tokens", "1,-2"}), kInput, {"token -2 is outside the vocabulary"}},
      {run_fable({"--prompt-tokens", "@no.json"}), kIo, {"--prompt-tokens: cannot read 'no.json'"}},
  });
}

TEST(Refusals, PromptLongerThanTheContext) {
  const Workplace place;
  std::string ids = "1";
  for (int i = 0; i < 299; ++i) {
    ids += ",2";
  }
  expect_refused(place, run_fable({"--prompt-tokens", ids}), kInput,
                 {"--prompt-tokens: 300 tokens", "context of fable-1m is 256; shorten it by 44"});
  std::string text;
  for (int i = 0; i < 300; ++i) {
    text += "fox ";
  }
  expect_refused(place, run_fable({"--prompt", text}), kInput, {"--prompt: ", "shorten it by"});
}

TEST(Refusals, NewTokens) {
  const Words x{"--prompt", "x", "--new-tokens"};
  expect_all({
      {run_fable(x + Words{"0"}), kInput, {"--new-tokens 0: nothing to generate; give at least 1"}},
      {run_fable(x + Words{"-1"}), kInput, {"--new-tokens: '-1' is not a whole number from 0"}},
      {run_fable(x + Words{"ten"}), kInput, {"--new-tokens: 'ten' is not a whole number"}},
      {run_fable(x + Words{"30000000000"}), kInput, {"'30000000000' is not a whole number"}},
      {run_fable(x + Words{"300"}), kInput, {"context of 256", "lower --new-tokens by 46"}},
      {run_fable({"--phase", "decode", "--data", "off", "--seq", "300"}), kInput, {"context of 2"}},
      {run_fable({"--phase", "decode", "--data", "off", "--seq", "-1"}), kInput, {"--seq: '-1'"}},
  });
}

TEST(Refusals, Batch) {
  const Words decode{"--phase", "decode", "--data", "off", "--region", "8x8"};
  expect_all({
      {run_fable({"--prompt", "x", "--batch", "0"}), kInput, {"--batch: '0' is not a whole numb"}},
      {run_fable({"--prompt", "x", "--batch", "257"}), kInput, {"--batch 257: 1 to 256 sequences"}},
      {run_fable({"--prompt", "a", "--prompt", "b", "--batch", "3"}),
       kInput,
       {"--batch 3: 2 prompts are given; give one for all sequences, or --batch 2"}},
      {run_fable({"--prompt", "a", "--prompt", "b"}), kInput, {"--batch 1: 2 prompts are given"}},
      {run_fable({"--prompt-tokens", "1,2", "--prompt-tokens", "1,2,3", "--batch", "2"}),
       kInput,
       {"--prompt-tokens: the prompt of sequence 2 has 3 tokens and that of the first 2",
        "give prompts of one length"}},
      {run_fable({"--prompt", "a", "--prompt", "\xff", "--batch", "2"}), kInput, {"not UTF-8"}},
      {run_fable({"--perplexity", "ids.json", "--batch", "2"}),
       kInput,
       {"--batch 2: perplexity reads one window after the other"}},
      {run_fable(decode + Words{"--strategy", "waferllm", "--batch", "2"}),
       kInput,
       {"--batch 2: the published schedule of --strategy waferllm is of one sequence"}},
      {run_fable(decode + Words{"--seq", "255", "--new-tokens", "1", "--batch", "256"}),
       kInput,
       {"fable-1m with batch 256 does not fit region 8x8", "lower --batch"}},
  });
}

TEST(Refusals, Perplexity) {
  const Workplace place;
  const auto refused = [&](const std::string& text, const Words& parts) {
    place.write("ids.json", text);
    expect_refused(place, run_fable({"--perplexity", "ids.json"}), kInput, parts);
  };
  expect_refused(place, run_fable({"--perplexity", "no.json"}), kIo,
                 {"--perplexity: cannot read 'no.json'", "; check the path"});
  refused("Once there was", {"--perplexity ids.json: expected a JSON array of token ids"});
  refused("[1, 2, \"x\"]", {"ids.json: element 2 is not a token id; give whole numbers"});
  refused("[1, 2, 3]", {"3 ids are less than one window; give at least 257"});
  refused("[1, 2, 512]", {"ids.json: token 512 is outside the vocabulary of 512"});
}

}  // namespace
}  // namespace weft::cli
