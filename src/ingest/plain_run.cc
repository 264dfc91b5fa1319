// SPDX-License-Identifier: Apache-2.0
#include "ingest/plain_run.h"

#include <utility>

#include "base/assert.h"

namespace laguna::ingest {
namespace {

template <typename Work>
decltype(auto) Plainly(const Work& work) {
  try {
    return work();
  } catch (const base::Error& error) {
    throw WithoutPlace(error);
  }
}

}  // namespace

base::Error WithoutPlace(const base::Error& error) {
  base::Error plain(error.kind(), error.code(), error.sentence());
  if (!error.hint().empty()) plain = std::move(plain).Hint(error.hint());
  for (const auto& [name, value] : error.values()) plain = std::move(plain).With(name, value);
  return plain;
}

void RunPlain(engine::Session& session, const std::string& sql,
              const engine::NamedValues& parameters) {
  Plainly([&] {
    engine::Result result = session.Run(sql, parameters);
    while (result.Next() != nullptr) {
    }
  });
}

std::vector<std::optional<std::string>> FirstRow(engine::Session& session, const std::string& sql,
                                                 const engine::NamedValues& parameters) {
  return Plainly([&] {
    engine::Result result = session.Run(sql, parameters);
    std::vector<std::optional<std::string>> row(result.columns().size());
    const engine::ResultBatch* batch = result.Next();
    if (batch == nullptr || batch->rows() == 0) return row;
    for (size_t column = 0; column < row.size(); ++column) {
      if (const auto text = batch->Text(0, column)) row[column] = std::string(*text);
    }
    return row;
  });
}

std::vector<int64_t> FirstNumbers(engine::Session& session, const std::string& sql) {
  std::vector<int64_t> numbers;
  for (const auto& text : FirstRow(session, sql)) numbers.push_back(text ? std::stoll(*text) : 0);
  return numbers;
}

std::vector<engine::ResultColumn> ColumnsOf(engine::Session& session, const std::string& relation) {
  return Plainly([&] { return session.Run("SELECT * FROM " + relation + " LIMIT 0").columns(); });
}

}  // namespace laguna::ingest
