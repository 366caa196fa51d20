// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <span>
#include <string>

#include "arch/arch.pb.h"
#include "base/result.h"
#include "cli/point_fields.h"
#include "explore/design_space.h"
#include "mapper/mapping.pb.h"
#include "models/checkpoint.h"

namespace weft::cli {

/// Machines, models, mappings and tasks as studies see them. Presets and models are read once.
class WeftSpace final : public explore::DesignSpace {
 public:
  Status check_path(const std::string& path) const override { return check_point_path(path); }
  Result<std::string> text_of(std::span<const explore::Setting> settings,
                              const std::string& path) override;
  Result<explore::Task> resolve(std::span<const explore::Setting> settings) override;
  Result<explore::Figures> evaluate(const explore::Task& task) override;
  std::string program() const override;

 private:
  Result<arch::Machine> machine_of(const PointFields& fields);
  Result<const models::Checkpoint*> model_of(const std::string& name,
                                             const std::vector<std::string>& config);

  std::map<std::string, arch::Machine> machines_;  ///< without names and sources
  std::map<std::string, models::Checkpoint> models_;
  mutable std::string program_;
};

}  // namespace weft::cli
