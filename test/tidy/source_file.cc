// SPDX-License-Identifier: Apache-2.0
#include "tidy/source_file.h"

#include <algorithm>
#include <fstream>
#include <iterator>

namespace laguna::test {

namespace fs = std::filesystem;

std::string SourceFile::Module() const {
  constexpr std::string_view kSource = "src/";
  if (!path.starts_with(kSource)) return "";
  const size_t end = path.find('/', kSource.size());
  return end == std::string::npos ? "" : path.substr(kSource.size(), end - kSource.size());
}

std::string SourceFile::Extension() const {
  return fs::path(path).extension().string();
}

SourceFile MakeSourceFile(std::string path, std::string_view text) {
  SourceFile file{.path = std::move(path), .lines = {}};
  file.ends_with_newline = text.empty() || text.back() == '\n';
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    file.lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return file;
}

std::vector<SourceFile> ReadSourceTree(const fs::path& root,
                                       const std::vector<std::string>& folders) {
  std::vector<SourceFile> files;
  for (const std::string& folder : folders) {
    if (!fs::exists(root / folder)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
      const std::string path = fs::relative(entry.path(), root).generic_string();
      const bool made = path.find("__pycache__") != std::string::npos;
      const bool is_data = path.starts_with("test/fuzz/corpus/");
      if (made || is_data || !entry.is_regular_file()) continue;
      std::ifstream stream(entry.path(), std::ios::binary);
      files.push_back(
          MakeSourceFile(path, std::string(std::istreambuf_iterator<char>(stream), {})));
    }
  }
  std::ranges::sort(files, {}, &SourceFile::path);
  return files;
}

}  // namespace laguna::test
