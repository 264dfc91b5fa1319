// SPDX-License-Identifier: Apache-2.0
// The files of a lake's pipeline folder and the tables they define.
//
// A file or statement that is wrong does not hide the others: what is wrong is collected.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "catalog/lake.h"
#include "engine/script.h"
#include "pipeline/definition.h"

namespace laguna::pipeline {

// Where the files lie, below the lake's folder.
inline constexpr const char* kPipelineFolder = "pipelines";

using Scripts = std::vector<std::shared_ptr<const engine::Script>>;

// Every pipelines/**/*.sql, ordered by path; hidden files and folders are left out. A file's name
// in errors is its path from the lake's folder. What cannot be read goes to `errors`.
Scripts ReadPipelineFiles(const catalog::Lake& lake, std::vector<base::Error>& errors);

// All tables, in the order of files and statements. Pure. Of two definitions of one table the first
// one counts; the other is an error that names both places.
std::vector<Definition> ParsePipelineFiles(const Scripts& scripts, const catalog::Lake& lake,
                                           std::vector<base::Error>& errors);

}  // namespace laguna::pipeline
