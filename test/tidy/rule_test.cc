// SPDX-License-Identifier: Apache-2.0
// Every rule complains about a bad sample and is silent about a good one.
#include "tidy/rule.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>

namespace laguna::test {
namespace {

struct Sample {
  std::string_view rule;
  std::string path;
  std::string text;
  std::vector<size_t> bad_lines;
};

const std::string kLicenceLine = "// SPDX-License-Identifier: Apache-2.0\n";

// Pieces that the rules would find in this very file.
const std::string kLater = std::string("TO") + "DO";
const std::string kRootFolder = std::string("/ro") + "ot/x";
const std::string kRegistry = std::string("https://pypi.o") + "rg/x";

std::vector<Sample> Samples() {
  return {
      {"layers", "src/delta/a.cc", "#include \"base/error.h\"\n#include \"catalog/lake.h\"\n", {2}},
      {"layers", "src/delta/a.cc", "#include \"engine/value.h\"\n#include \"delta/a.h\"\n", {1}},
      {"layers", "src/delta/a.cc", "#include \"a.h\"\n", {1}},
      {"layers", "src/engine/a.cc", "#include \"duckdb/main/config.hpp\"\n", {}},
      {"layers", "src/unheard/a.cc", "", {0}},
      {"layers", "test/runner/a.cc", "#include \"runner/a.h\"\n", {}},
      {"duckdb", "src/delta/a.cc", "int a;\nduckdb::Value b;\n", {2}},
      {"duckdb", "src/app/a.cc", "#include \"duckdb.hpp\"\n", {1}},
      {"duckdb", "src/ingest/decode/a.cc", "duckdb::Value b;\n", {}},
      {"duckdb", "src/catalog/a.cc", "duckdb::Value b;\n", {}},
      {"size", "src/base/a.cc", std::string(1001, '\n'), {0}},
      {"size", "src/base/a.cc", std::string(1000, '\n'), {}},
      {"licence", "src/base/a.cc", "int a;\n", {1}},
      {"licence", "src/base/a.cc", kLicenceLine, {}},
      {"licence", "scripts/a", "#!/bin/sh\necho\n", {1}},
      {"licence", "scripts/a", "#!/bin/sh\n# SPDX-License-Identifier: Apache-2.0\n", {}},
      {"licence", "bench/a.py", "import os\n", {1}},
      {"header", "src/base/a.h", kLicenceLine + "// What it is.\n#pragma once\n", {}},
      {"header", "src/base/a.h", kLicenceLine + "#pragma once\n", {2}},
      {"header", "src/base/a.h", kLicenceLine + "// What it is.\n", {0}},
      {"names", "src/base/string_utils.h", "", {0}},
      {"names", "src/common/a.h", "", {0}},
      {"names", "src/state/run_manager.h", "class RunManager {\n", {0, 1}},
      {"names", "src/catalog/lake_transaction_manager.h", "class LakeTransactionManager {\n", {}},
      {"names", "src/catalog/a.h", "struct PathHelper {\n", {1}},
      {"names", "src/base/a.h", "namespace helpers {\n", {1}},
      {"words", "src/base/a.cc", "// " + kLater + ": later\n", {1}},
      {"places", "test/a.py", "open('" + kRootFolder + "')\n", {1}},
      {"places", "test/a.py", "open('/home/ann/x')\n", {}},
      {"places", "scripts/a", "echo " + kRegistry + "\n", {1}},
      {"places", "src/base/a.cc", "// see $HOME/work/x and lake/root/\n", {}},
      {"blanks", "src/base/a.cc", "int a; \n\tint b;\nint c;", {1, 2, 3}},
      {"blanks", "test/sql/a.test", "1\t2\n", {}},
  };
}

const Rule& Named(std::string_view name) {
  for (const Rule& rule : Rules()) {
    if (rule.name == name) return rule;
  }
  throw std::invalid_argument("no rule " + std::string(name));
}

TEST(Rule, ComplainsAboutBadSamplesOnly) {
  const Layers layers{{"base", 0}, {"delta", 2}, {"engine", 2}, {"catalog", 3}, {"app", 8}};
  for (const Sample& sample : Samples()) {
    const SourceFile file = MakeSourceFile(sample.path, sample.text);
    std::vector<size_t> lines;
    for (const Violation& violation : Named(sample.rule).check({file, layers})) {
      lines.push_back(violation.line);
    }
    EXPECT_EQ(lines, sample.bad_lines) << sample.rule << " on " << sample.path << ":\n"
                                       << sample.text.substr(0, 100);
  }
}

TEST(Rule, EachHasASampleItComplainsAbout) {
  const std::vector<Sample> samples = Samples();
  for (const Rule& rule : Rules()) {
    EXPECT_TRUE(std::ranges::any_of(samples, [&](const Sample& sample) {
      return sample.rule == rule.name && !sample.bad_lines.empty();
    })) << rule.name;
  }
}

TEST(Layers, AreReadWithoutComments) {
  const SourceFile file = MakeSourceFile("layers.txt", "# module level\nbase 0\nio 1 # bytes\n");
  EXPECT_EQ(ParseLayers(file), (Layers{{"base", 0}, {"io", 1}}));
}

}  // namespace
}  // namespace laguna::test
