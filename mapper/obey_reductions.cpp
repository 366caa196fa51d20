// SPDX-License-Identifier: Apache-2.0
#include "mapper/obey_reductions.h"

#include <fmt/format.h>

#include <algorithm>

namespace weft::mapper {
namespace {

using collectives::Algorithm;

int ceil_div(int a, int b) { return (a + b - 1) / b; }

std::size_t at(Reduction reduction) { return static_cast<std::size_t>(reduction); }

/// Adds to `asked` the next thing that was said and not decided so. False: there is none.
bool ask_more(const ReductionChoice& said, const ReductionChoice& decided, int group, int length,
              ReductionChoice& asked) {
  if (said.algorithm && said.algorithm != decided.algorithm) {
    asked.algorithm = said.algorithm;
    return true;
  }
  if (said.groups > 0 && ceil_div(length, said.groups) != group) {
    asked.algorithm = said.algorithm;
    asked.groups = said.groups;
    return true;
  }
  const auto position = [&](const ReductionChoice& of) {
    return of.root ? *of.root : of.edge.value_or(false) ? 0 : length / 2;
  };
  if ((said.edge || said.root) && position(said) != position(decided)) {
    asked.algorithm = said.algorithm;
    asked.edge = said.edge;
    asked.root = said.root;
    return true;
  }
  return false;
}

/// What is asked for, laid out so that it comes to what was said.
class Obedience {
 public:
  Obedience(const Decoder& decoder, const Shape& shape, const std::vector<Steps>& steps,
            const ReductionPlaces& places, const arch::Machine& machine, int available)
      : decoder_(decoder),
        shape_(shape),
        steps_(steps),
        places_(places),
        machine_(machine),
        available_(available) {}

  Result<Reductions> plan(const ReductionChoices& said) const {
    ReductionChoices asked;
    WEFT_ASSIGN(Reductions reductions, plan_asked(asked));
    while (true) {
      ReductionChoices more = asked;
      for (const ReductionInfo& info : all_reductions()) {
        const auto& wanted = said[at(info.reduction)];
        const auto decided = decided_choice(reductions, info.reduction);
        if (!wanted || !decided) {
          continue;
        }
        const auto plan = static_cast<std::size_t>(reductions.plan_of[at(info.reduction)]);
        auto& entry = more[at(info.reduction)];
        ReductionChoice grown = entry.value_or(ReductionChoice());
        if (ask_more(*wanted, *decided, reductions.group[plan],
                     reductions.plans[plan].line().length, grown)) {
          if (entry == grown) {
            return input_error(fmt::format("{}{} cannot have that shape; leave root or groups open",
                                           places_[at(info.reduction)], info.name));
          }
          entry = grown;
        }
      }
      if (more == asked) {
        return reductions;
      }
      asked = more;
      WEFT_ASSIGN(reductions, plan_asked(asked));
    }
  }

 private:
  Result<Reductions> plan_asked(const ReductionChoices& asked) const {
    auto all = plan_reductions(decoder_, shape_, steps_, asked, machine_, available_);
    if (all.ok()) {
      return all;
    }
    // Which of them alone is too much?
    for (const ReductionInfo& info : all_reductions()) {
      const std::size_t i = at(info.reduction);
      if (asked[i]) {
        ReductionChoices one;
        one[i] = asked[i];
        const auto alone = plan_reductions(decoder_, shape_, steps_, one, machine_, available_);
        if (!alone.ok()) {
          return Error{alone.error().kind, places_[i] + alone.error().message};
        }
      }
    }
    return all;
  }

  const Decoder& decoder_;
  const Shape& shape_;
  const std::vector<Steps>& steps_;
  const ReductionPlaces& places_;
  const arch::Machine& machine_;
  int available_;
};

}  // namespace

std::optional<ReductionChoice> decided_choice(const Reductions& reductions, Reduction reduction) {
  const int index = reductions.plan_of[at(reduction)];
  if (index < 0) {
    return std::nullopt;
  }
  const collectives::LinePlan& plan = reductions.plans[static_cast<std::size_t>(index)];
  const int length = plan.line().length;
  if (length == 1) {
    return std::nullopt;
  }
  const int root = plan.tree().root;
  ReductionChoice choice;
  choice.algorithm = plan.algorithm();
  if (root == length / 2 || plan.algorithm() == Algorithm::ktree) {
    choice.edge = false;
  } else if (root == 0) {
    choice.edge = true;
  } else {
    choice.root = root;
  }
  if (const int group = reductions.group[static_cast<std::size_t>(index)]; group > 0) {
    const int groups = ceil_div(length, group);
    choice.groups = ceil_div(length, groups) == group ? groups : 0;
  }
  return choice;
}

Result<Reductions> obey_reductions(const Decoder& decoder, const Shape& shape,
                                   const std::vector<Steps>& steps, const ReductionChoices& said,
                                   const ReductionPlaces& places, const arch::Machine& machine,
                                   int available_colors) {
  const Obedience obedience(decoder, shape, steps, places, machine, available_colors);
  WEFT_ASSIGN(Reductions reductions, obedience.plan(said));
  if (said == ReductionChoices()) {
    return reductions;
  }
  ReductionChoices all;
  for (const ReductionInfo& info : all_reductions()) {
    all[at(info.reduction)] = decided_choice(reductions, info.reduction);
  }
  return obedience.plan(all);
}

}  // namespace weft::mapper
