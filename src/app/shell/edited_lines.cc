// SPDX-License-Identifier: Apache-2.0
#include "app/shell/edited_lines.h"

#include <fcntl.h>
#include <histedit.h>
#include <langinfo.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <clocale>
#include <csignal>
#include <cstdio>
#include <cwchar>
#include <string>

#include "app/terminal.h"

namespace laguna::app {
namespace {

constexpr int kHistoryEntriesMax = 2000;

// Interrupts the wait for a key; what has to be done is done there.
extern "C" void OnTerminalChange(int) {}

void WakeOn(int signal) {
  struct sigaction action {};
  action.sa_handler = OnTerminalChange;
  sigaction(signal, &action, nullptr);
}

// libedit turns bytes into signs by the locale; all of our text is UTF-8.
void UseUtf8() {
  std::setlocale(LC_CTYPE, "");
  if (std::string(nl_langinfo(CODESET)) != "UTF-8") std::setlocale(LC_CTYPE, "C.UTF-8");
}

bool InputWaits() {
  pollfd input{STDIN_FILENO, POLLIN, 0};
  return poll(&input, 1, 0) > 0;
}

// Makes the file for its user alone; false when it cannot be had.
bool PrepareHistoryFile(const std::filesystem::path& path) {
  std::error_code failure;
  std::filesystem::create_directories(path.parent_path(), failure);
  const int file = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return false;
  close(file);
  return true;
}

}  // namespace

class EditedLines::Editor {
 public:
  Editor(Interrupts& interrupts, const std::filesystem::path& history_file, Completer completer)
      : interrupts_(interrupts), completer_(std::move(completer)) {
    UseUtf8();
    edit_.reset(el_init("laguna", stdin, stdout, stderr));
    el_set(edit_.get(), EL_CLIENTDATA, this);
    el_set(edit_.get(), EL_PROMPT, &Editor::Prompt);
    el_set(edit_.get(), EL_EDITOR, "emacs");
    el_set(edit_.get(), EL_GETCFN, &Editor::ReadSign);
    el_set(edit_.get(), EL_ADDFN, "laguna-complete", "Completes the word", &Editor::OnTab);
    el_set(edit_.get(), EL_BIND, "^I", "laguna-complete", nullptr);
    el_set(edit_.get(), EL_BIND, "^R", "em-inc-search-prev", nullptr);
    el_set(edit_.get(), EL_BIND, "\\e[1;5C", "em-next-word", nullptr);
    el_set(edit_.get(), EL_BIND, "\\e[1;5D", "ed-prev-word", nullptr);
    el_set(edit_.get(), EL_BIND, "\\e[3~", "ed-delete-next-char", nullptr);
    WakeOn(SIGCONT);
    WakeOn(SIGWINCH);
    OpenHistory(history_file);
  }

  InputLine Read(const std::string& prompt, const std::string& pending) {
    prompt_ = prompt;
    pending_ = pending;
    interrupted_ = false;
    const Interrupts::Catching catching(interrupts_);
    el_resize(edit_.get());
    int length = 0;
    const char* text = el_gets(edit_.get(), &length);
    if (interrupted_) {
      el_reset(edit_.get());
      std::fputs("^C\n", stdout);
      std::fflush(stdout);
      return {InputLine::Kind::kInterrupted, ""};
    }
    if (text == nullptr || length <= 0) {
      std::fputs("\n", stdout);
      std::fflush(stdout);
      return {InputLine::Kind::kEnd, ""};
    }
    std::string line(text, static_cast<size_t>(length));
    while (line.ends_with('\n') || line.ends_with('\r')) line.pop_back();
    return {InputLine::Kind::kText, std::move(line)};
  }

  void Remember(const std::string& statement) {
    HistEvent event;
    history(history_.get(), &event, H_ENTER, statement.c_str());
    if (!history_file_.empty()) history(history_.get(), &event, H_SAVE, history_file_.c_str());
  }

 private:
  static Editor& Of(EditLine* edit) {
    Editor* editor = nullptr;
    el_get(edit, EL_CLIENTDATA, &editor);
    return *editor;
  }

  static char* Prompt(EditLine* edit) { return Of(edit).prompt_.data(); }

  void OpenHistory(const std::filesystem::path& file) {
    HistEvent event;
    history_.reset(history_init());
    history(history_.get(), &event, H_SETSIZE, kHistoryEntriesMax);
    history(history_.get(), &event, H_SETUNIQUE, 1);
    el_set(edit_.get(), EL_HIST, history, history_.get());
    if (file.empty() || !PrepareHistoryFile(file)) return;
    history_file_ = file.string();
    history(history_.get(), &event, H_LOAD, history_file_.c_str());
  }

  // libedit's read function: 1 for a sign, 0 at the end of the input, -1 to give up the line.
  static int ReadSign(EditLine* edit, wchar_t* sign) { return Of(edit).ReadOne(sign); }

  int ReadOne(wchar_t* sign) {
    std::mbstate_t state{};
    for (;;) {
      if (!WaitForKey()) return -1;
      char byte = 0;
      const ssize_t got = read(STDIN_FILENO, &byte, 1);
      if (got == 0) return 0;
      if (got < 0 && errno != EINTR) return -1;
      if (got < 0) continue;
      const size_t decoded = std::mbrtowc(sign, &byte, 1, &state);
      if (decoded == static_cast<size_t>(-2)) continue;  // the sign has more bytes
      if (decoded != static_cast<size_t>(-1)) return 1;
      state = {};  // not UTF-8: the byte is left out
    }
  }

  // False when Ctrl-C was pressed.
  bool WaitForKey() {
    for (;;) {
      std::array<pollfd, 2> wakers{pollfd{STDIN_FILENO, POLLIN, 0},
                                   pollfd{interrupts_.descriptor(), POLLIN, 0}};
      const int woken = poll(wakers.data(), wakers.size(), -1);
      if (interrupts_.pressed()) {
        interrupted_ = true;
        return false;
      }
      if (woken > 0) return true;
      if (errno != EINTR) return true;  // read will say what is wrong
      Redraw();
    }
  }

  // After the terminal was resized or the program was stopped and continued.
  void Redraw() {
    std::fputs("\r\x1b[J", stdout);  // libedit draws as if at the start of an empty line
    std::fflush(stdout);
    el_set(edit_.get(), EL_PREP_TERM, 1);
    el_resize(edit_.get());
    el_set(edit_.get(), EL_REFRESH);
  }

  static unsigned char OnTab(EditLine* edit, int) { return Of(edit).Complete(); }

  unsigned char Complete() {
    const LineInfo* line = el_line(edit_.get());
    const std::string before(line->buffer, line->cursor);
    const bool only_blanks = before.find_first_not_of(" \t") == std::string::npos;
    // Blanks of an indented or a pasted text are no wish for completion.
    if (InputWaits() || (only_blanks && !pending_.empty())) {
      el_insertstr(edit_.get(), "  ");
      return CC_REFRESH;
    }
    const std::string text = pending_ + before;
    const Completion completion = completer_(text);
    if (completion.candidates.empty() || completion.start < pending_.size()) return CC_ERROR;
    const std::string typed = text.substr(completion.start);
    const std::string common = CommonBeginning(completion.candidates);
    if (completion.candidates.size() == 1 || common.size() > typed.size()) {
      ReplaceTyped(typed, common);
      return CC_REFRESH;
    }
    std::fputs("\n", stdout);
    std::fputs(CandidateList(completion.candidates, TerminalWidth()).c_str(), stdout);
    std::fflush(stdout);
    return CC_REDISPLAY;
  }

  void ReplaceTyped(const std::string& typed, const std::string& replacement) {
    const size_t signs = std::mbstowcs(nullptr, typed.c_str(), 0);
    if (signs == static_cast<size_t>(-1)) return;
    el_deletestr(edit_.get(), static_cast<int>(signs));
    el_insertstr(edit_.get(), replacement.c_str());
  }

  struct EditEnd {
    void operator()(EditLine* edit) const { el_end(edit); }
  };
  struct HistoryEnd {
    void operator()(History* entries) const { history_end(entries); }
  };

  Interrupts& interrupts_;
  Completer completer_;
  std::unique_ptr<History, HistoryEnd> history_;
  std::unique_ptr<EditLine, EditEnd> edit_;
  std::string history_file_;
  std::string prompt_;
  std::string pending_;
  bool interrupted_ = false;
};

EditedLines::EditedLines(Interrupts& interrupts, const std::filesystem::path& history,
                         Completer completer)
    : editor_(std::make_unique<Editor>(interrupts, history, std::move(completer))) {}

EditedLines::~EditedLines() = default;

InputLine EditedLines::Read(const std::string& prompt, const std::string& pending) {
  return editor_->Read(prompt, pending);
}

void EditedLines::Remember(const std::string& statement) {
  editor_->Remember(statement);
}

}  // namespace laguna::app
