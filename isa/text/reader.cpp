// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "base/text.h"
#include "isa/bundle.h"
#include "isa/regions.h"
#include "isa/text.h"
#include "isa/text/layout.h"
#include "isa/text/program.h"
#include "isa/text/rules.h"

namespace weft::isa {
namespace {

constexpr int kMostGraphOps = 32767;

/// Two passes over the lines, so that names may be used before they are declared: first what is
/// declared, then the programs.
class BundleReader {
 public:
  Result<Bundle> run(std::string_view text, const std::string& file) {
    bundle_.set_version(kBundleVersion);
    const std::vector<Line> lines = lex(text, faults_);
    for (const Line& line : lines) {
      declare(line);
    }
    check_loads();
    check_roles();
    read_programs();
    if (!faults_.empty()) {
      return faults_.error(file);
    }
    if (!bundle_.has_region()) {
      cover_roles();
    }
    return std::move(bundle_);
  }

 private:
  struct Directive {
    std::string name;
    void (BundleReader::*read)(Cursor&);
    bool once;
  };
  struct RoleLines {
    Token at;
    bool ok = true;  ///< no fault in its tile sets
    Names buffers;
    std::vector<const Line*> program;
  };

  static const std::vector<Directive>& directives() {
    using B = BundleReader;
    static const std::vector<Directive> kDirectives = {
        {".bundle", &B::read_bundle, true},        {".machine", &B::read_machine, true},
        {".model", &B::read_model, true},          {".phase", &B::read_phase, true},
        {".region", &B::read_region, false},       {".op", &B::read_op, false},
        {".probe", &B::read_probe, false},         {".route", &B::read_route, false},
        {".load", &B::read_load, false},           {".role", &B::read_role, false},
        {".tiles", &B::read_more_tiles, false},    {".buffer", &B::read_buffer, false},
        {".edge_load", &B::read_edge_load, false}, {".edge_show", &B::read_edge_show, false},
        {".parameter", &B::read_parameter, false},
    };
    return kDirectives;
  }

  void declare(const Line& line) {
    const Token& head = line.front();
    if (!head.is_word() || !head.text.starts_with('.') || head.text == ".at") {
      if (!roles_.empty()) {
        roles_.back().program.push_back(&line);
      } else if (head.kind != Token::Kind::fault && !std::exchange(told_outside_, true)) {
        faults_.add(head, "instruction outside a role: write .role first");
      }
      return;
    }
    Cursor cursor(line, faults_);
    cursor.take();
    for (const Directive& directive : directives()) {
      if (directive.name == head.text) {
        if (directive.once && !seen_.insert(directive.name).second) {
          cursor.fail(head, fmt::format("{} appears twice", directive.name));
        }
        (this->*directive.read)(cursor);
        cursor.finish();
        return;
      }
    }
    std::vector<std::string> names = {".at"};
    for (const Directive& directive : directives()) {
      names.push_back(directive.name);
    }
    cursor.fail(head,
                fmt::format("unknown directive '{}'{}", head.text, did_you_mean(head.text, names)));
  }

  void read_bundle(Cursor& cursor) {
    const Token at = cursor.peek();
    const auto version = cursor.integer("version", 0, kInt32Most);
    if (version != kBundleVersion) {
      cursor.fail(at,
                  fmt::format("bundle version {}, this program reads {}", version, kBundleVersion));
    }
  }

  void read_machine(Cursor& cursor) {
    bundle_.set_machine(cursor.name_or_none("a machine"));
    if (!cursor.at_end()) {
      bundle_.set_machine_hash(cursor.name_or_none("a machine hash"));
    }
  }

  void read_model(Cursor& cursor) { bundle_.set_model(cursor.name_or_none("a model")); }
  void read_phase(Cursor& cursor) { bundle_.set_phase(cursor.name_or_none("a phase")); }

  void read_region(Cursor& cursor) {
    // The first is the extent, those after it lie inside.
    Region& region = bundle_.has_region() ? *bundle_.add_regions() : *bundle_.mutable_region();
    region.set_x(static_cast<int>(cursor.integer("x", 0, kLastCoordinate)));
    region.set_y(static_cast<int>(cursor.integer("y", 0, kLastCoordinate)));
    region.set_width(static_cast<int>(cursor.integer("width", 1, kLastCoordinate + 1)));
    region.set_height(static_cast<int>(cursor.integer("height", 1, kLastCoordinate + 1)));
    if (!cursor.at_end()) {
      region.set_first_index(static_cast<int>(cursor.integer("first index", 0, kMostFirstIndex)));
    }
  }

  /// A new name of its kind, told when it was taken.
  std::string new_name(Cursor& cursor, Names& names, std::string_view what) {
    const Token at = cursor.peek();
    const std::string name = cursor.name(fmt::format("a {} name", what));
    if (cursor.ok() && !names.add(name)) {
      cursor.fail(at, fmt::format("{} '{}' appears twice", what, name));
    }
    return name;
  }

  void read_op(Cursor& cursor) {
    bundle_.add_graph_ops(new_name(cursor, graph_ops_, "op"));
    if (bundle_.graph_ops_size() > kMostGraphOps) {
      cursor.fail(fmt::format("more than {} ops", kMostGraphOps));
    }
  }

  void read_probe(Cursor& cursor) {
    Probe& probe = *bundle_.add_probes();
    probe.set_name(new_name(cursor, probes_, "probe"));
    if (cursor.accept_word("rows")) {
      cursor.expect("=");
      probe.set_rows(read_along(cursor));
    }
    *probe.mutable_columns() = read_axis(cursor);
  }

  void read_parameter(Cursor& cursor) { *bundle_.add_parameters() = isa::read_parameter(cursor); }

  void read_route(Cursor& cursor) { *bundle_.add_routes() = isa::read_route(cursor); }

  void read_load(Cursor& cursor) {
    const std::size_t buffer = 1;
    const Token at = cursor.rest()[std::min(buffer, cursor.rest().size() - 1)];
    *bundle_.add_loads() = isa::read_load(cursor);
    if (cursor.ok()) {
      load_buffers_.push_back(at);
    }
  }

  void read_edge_load(Cursor& cursor) { *bundle_.add_edge_loads() = read_edge_tensor(cursor); }
  void read_edge_show(Cursor& cursor) { *bundle_.add_edge_shows() = read_edge_tensor(cursor); }

  void read_role(Cursor& cursor) {
    RoleLines lines;
    lines.at = cursor.peek();
    roles_.push_back(std::move(lines));
    Role& role = *bundle_.add_roles();
    role.set_name(new_name(cursor, role_names_, "role"));
    if (!cursor.at_end()) {
      read_more_tiles(cursor);
    }
    roles_.back().ok = cursor.ok();
  }

  bool in_role(Cursor& cursor, std::string_view directive) {
    if (roles_.empty()) {
      cursor.fail(fmt::format("{} outside a role: write .role first", directive));
    }
    return !roles_.empty();
  }

  void read_more_tiles(Cursor& cursor) {
    if (in_role(cursor, ".tiles")) {
      Role& role = *bundle_.mutable_roles(bundle_.roles_size() - 1);
      *role.add_tiles() = read_tiles(cursor);
    }
  }

  void read_buffer(Cursor& cursor) {
    if (!in_role(cursor, ".buffer")) {
      return;
    }
    Role& role = *bundle_.mutable_roles(bundle_.roles_size() - 1);
    Buffer& buffer = *role.add_buffers();
    buffer.set_name(new_name(cursor, roles_.back().buffers, "buffer"));
    buffer.set_offset(cursor.integer("byte offset", 0, kMostBytes));
    buffer.set_bytes(cursor.integer("bytes", 0, kMostBytes));
    all_buffers_.add(buffer.name());
  }

  void check_loads() {
    for (const Token& at : load_buffers_) {
      if (!all_buffers_.find(at.text)) {
        faults_.add(at, fmt::format("no role has a buffer '{}'{}", at.text,
                                    all_buffers_.suggestion(at.text)));
      }
    }
  }

  void check_roles() {
    if (roles_.empty()) {
      faults_.add(1, 1, "no .role: a bundle needs at least one role, its tiles and its program");
    }
    for (std::size_t i = 0; i < roles_.size(); ++i) {
      const Role& role = bundle_.roles(static_cast<int>(i));
      if (roles_[i].ok && role.tiles_size() == 0) {
        faults_.add(roles_[i].at,
                    fmt::format("role '{}' has no tiles: write x= and y=", role.name()));
      }
    }
  }

  void read_programs() {
    for (std::size_t i = 0; i < roles_.size(); ++i) {
      ProgramReader program({roles_[i].buffers, probes_}, graph_ops_, faults_);
      for (const Line* line : roles_[i].program) {
        program.read(*line);
      }
      program.finish(*bundle_.mutable_roles(static_cast<int>(i)));
    }
  }

  /// The smallest region that holds every role.
  void cover_roles() {
    int left = kLastCoordinate, top = kLastCoordinate, right = 0, bottom = 0;
    const auto cover = [](const Stride& stride, int& first, int& last) {
      first = std::min(first, stride.first());
      last = std::max(last, stride.first() + stride.step() * (stride.count() - 1));
    };
    for (const Role& role : bundle_.roles()) {
      for (const TileSet& tiles : role.tiles()) {
        cover(tiles.x(), left, right);
        cover(tiles.y(), top, bottom);
      }
    }
    Region& region = *bundle_.mutable_region();
    region.set_x(left);
    region.set_y(top);
    region.set_width(right - left + 1);
    region.set_height(bottom - top + 1);
  }

  Faults faults_;
  Bundle bundle_;
  std::set<std::string> seen_;
  Names graph_ops_;
  Names probes_;
  Names role_names_;
  Names all_buffers_;
  std::vector<RoleLines> roles_;
  std::vector<Token> load_buffers_;
  bool told_outside_ = false;
};

}  // namespace

Result<Bundle> parse_bundle(std::string_view text, const std::string& file) {
  return BundleReader().run(text, file);
}

}  // namespace weft::isa
