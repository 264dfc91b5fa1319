// SPDX-License-Identifier: Apache-2.0
#include "task/database/attached_blocks.h"

#include <fmt/format.h>

#include <utility>

#include "base/error.h"
#include "engine/sql_text.h"

namespace laguna::task {
namespace {

using base::Error;
using base::ErrorKind;
using engine::QuotedName;
using engine::QuotedText;

constexpr int kConnectTimeoutS = 10;

std::string SecretName(const std::string& block) {
  return QuotedName("laguna_block_" + block);
}

void RunPlain(engine::Session& session, const std::string& sql,
              const engine::NamedValues& values = {}) {
  engine::Result result = session.Run(sql, values);
  while (result.Next() != nullptr) {
  }
}

}  // namespace

AttachedBlocks::Use::Use(AttachedBlocks& owner, engine::Session& session,
                         std::vector<std::string> names)
    : owner_(owner), session_(session) {
  try {
    for (std::string& name : names) {
      owner_.Take(session_, name);
      attached_.push_back(std::move(name));
    }
  } catch (...) {
    Leave();
    throw;
  }
}

AttachedBlocks::Use::~Use() {
  Leave();
}

void AttachedBlocks::Use::Leave() noexcept {
  if (attached_.empty()) return;
  session_.ClearInterrupt();
  for (const std::string& name : attached_) {
    try {
      owner_.GiveBack(session_, name);
    } catch (const Error&) {  // it stays attached; nobody is kept from using it again
    }
  }
  attached_.clear();
}

void AttachedBlocks::Take(engine::Session& session, const std::string& name) {
  const connect::Block& block = blocks_.Get(name);
  const std::lock_guard lock(mutex_);
  if (users_[name] == 0) {
    try {
      Attach(session, block);
    } catch (const Error& error) {
      // The statement is ours: places in it help nobody, and it must not be shown.
      throw Error(error.kind() == ErrorKind::kInternal ? ErrorKind::kUnavailable : error.kind(),
                  error.code(), error.sentence())
          .Within(fmt::format("Block '{}' cannot be attached", name))
          .Hint(error.hint());
    }
  }
  ++users_[name];
}

void AttachedBlocks::GiveBack(engine::Session& session, const std::string& name) {
  const std::lock_guard lock(mutex_);
  if (--users_[name] > 0) return;
  if (session.in_transaction()) RunPlain(session, "ROLLBACK");
  RunPlain(session, "DETACH DATABASE IF EXISTS " + QuotedName(name));
  RunPlain(session, "DROP SECRET IF EXISTS " + SecretName(name));
}

void AttachedBlocks::Attach(engine::Session& session, const connect::Block& block) {
  // Left over when an earlier detaching failed.
  RunPlain(session, "DROP SECRET IF EXISTS " + SecretName(block.name()));
  if (block.type().name == "postgres") {
    AttachPostgres(session, block);
  } else if (block.type().name == "sqlite") {
    session.LoadExtension("sqlite_scanner");
    RunPlain(session, fmt::format("ATTACH {} AS {} (TYPE sqlite)",
                                  QuotedText(lake_.lake.ResolvePath(block.options().Text("path"))),
                                  QuotedName(block.name())));
  } else {
    throw Error(ErrorKind::kInvalidInput, "block.no_database",
                fmt::format("it is of type '{}', which is no database.", block.type().name))
        .Hint("Name blocks of the types postgres and sqlite.");
  }
}

void AttachedBlocks::AttachPostgres(engine::Session& session, const connect::Block& block) {
  session.LoadExtension("postgres_scanner");
  const connect::Options& options = block.options();
  engine::NamedValues values{
      {"host", options.Text("host")},         {"port", options.Integer("port")},
      {"database", options.Text("database")}, {"user", options.Text("user")},
      {"sslmode", options.Text("sslmode")},   {"timeout", kConnectTimeoutS}};
  std::string password;
  if (auto secret = block.Secret("password", variables_)) {
    password = ", PASSWORD $password";
    values.emplace("password", std::move(*secret));
  }
  RunPlain(session,
           fmt::format("CREATE TEMPORARY SECRET {} (TYPE postgres, HOST $host, PORT $port, "
                       "DATABASE $database, USER $user, SSLMODE $sslmode, "
                       "CONNECT_TIMEOUT $timeout{})",
                       SecretName(block.name()), password),
           values);
  RunPlain(session, fmt::format("ATTACH '' AS {} (TYPE postgres, SECRET {})",
                                QuotedName(block.name()), SecretName(block.name())));
}

}  // namespace laguna::task
