// SPDX-License-Identifier: BSD-3-Clause
#include "app/cli/completion.h"

#include <sstream>
#include <string_view>
#include <vector>

namespace alidade {
namespace {

struct Flag {
  std::vector<std::string> names;  ///< with their dashes
  std::string description;
  bool takes_value = false;
  std::vector<std::string> choices;  ///< of the value; empty for any
};

struct Command {
  std::string path;  ///< "" for the program, "dataset make"
  std::string description;
  std::vector<Flag> flags;
  std::vector<const Command*> below;
};

/// The words in "TEXT:{a,b,c}"; none where there are no braces.
std::vector<std::string> choices_in(const std::string& type) {
  const auto open = type.find('{'), close = type.find('}');
  std::vector<std::string> words;
  if (open == std::string::npos || close == std::string::npos || close < open) {
    return words;
  }
  std::istringstream list(type.substr(open + 1, close - open - 1));
  for (std::string word; std::getline(list, word, ',');) {
    words.push_back(word.substr(0, word.find("->")));
  }
  return words;
}

Flag flag_of(const CLI::Option& option) {
  Flag flag;
  for (const std::string& name : option.get_lnames()) {
    flag.names.push_back("--" + name);
  }
  for (const std::string& name : option.get_snames()) {
    flag.names.push_back("-" + name);
  }
  flag.description = option.get_description();
  flag.takes_value = option.get_items_expected_max() > 0;
  flag.choices = choices_in(option.get_type_name());
  return flag;
}

/// The program first, then each command before those below it. Pointers stay good: room is reserved.
void collect(const CLI::App& app, const std::string& path, std::vector<Command>& all) {
  const std::size_t at = all.size();
  all.push_back({path, app.get_description(), {}, {}});
  for (const CLI::Option* option : app.get_options({})) {
    const Flag flag = flag_of(*option);
    if (!flag.names.empty() && !option->get_group().empty()) {
      all[at].flags.push_back(flag);
    }
  }
  for (const CLI::App* below : app.get_subcommands(std::function<bool(const CLI::App*)>{})) {
    if (!below->get_group().empty()) {
      const std::size_t next = all.size();
      collect(*below, path.empty() ? below->get_name() : path + " " + below->get_name(), all);
      all[at].below.push_back(&all[next]);
    }
  }
}

std::vector<Command> commands_of(const CLI::App& app) {
  constexpr std::size_t kMostCommands = 256;
  std::vector<Command> all;
  all.reserve(kMostCommands);
  collect(app, "", all);
  return all;
}

std::string last_word(const std::string& path) {
  return path.substr(path.rfind(' ') + 1);
}

std::string joined(const std::vector<std::string>& words, const char* between) {
  std::string text;
  for (const std::string& word : words) {
    text += (text.empty() ? "" : between) + word;
  }
  return text;
}

/// Without what a shell would take for its own: the text stands between single quotes.
std::string shell_quoted(std::string_view text, std::string_view forbidden = "") {
  std::string plain = "'";
  for (const char c : text) {
    if (c == '\'') {
      plain += "'\\''";
    } else if (forbidden.find(c) != std::string_view::npos) {
      plain += std::string("\\") + c;
    } else {
      plain += c == '\n' ? ' ' : c;
    }
  }
  return plain + "'";
}

/// Names of functions have no blanks and no dashes.
std::string identifier(std::string path) {
  for (char& c : path) {
    c = c == ' ' || c == '-' ? '_' : c;
  }
  return path;
}

std::string bash_script(const std::vector<Command>& all) {
  std::ostringstream out;
  out << "# bash completion of alidade, written by: alidade completion bash\n"
         "_alidade() {\n"
         "  local current=\"${COMP_WORDS[COMP_CWORD]}\" previous=\"${COMP_WORDS[COMP_CWORD-1]}\" command= "
         "word\n"
         "  for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
         "    case \"$command $word\" in\n";
  for (const Command& command : all) {
    for (const Command* below : command.below) {
      out << "      "
          << shell_quoted((command.path.empty() ? " " : command.path + " ") + last_word(below->path))
          << ") command=" << shell_quoted(below->path) << " ;;\n";
    }
  }
  out << "    esac\n  done\n  local words=\n  case \"$command:$previous\" in\n";
  for (const Command& command : all) {
    for (const Flag& flag : command.flags) {
      for (const std::string& name : flag.names) {
        if (!flag.choices.empty()) {
          out << "    " << shell_quoted(command.path + ":" + name)
              << ") words=" << shell_quoted(joined(flag.choices, " ")) << " ;;\n";
        }
      }
    }
  }
  out << "    *)\n      case \"$command\" in\n";
  for (const Command& command : all) {
    std::vector<std::string> words;
    for (const Command* below : command.below) {
      words.push_back(last_word(below->path));
    }
    for (const Flag& flag : command.flags) {
      words.insert(words.end(), flag.names.begin(), flag.names.end());
    }
    out << "        " << shell_quoted(command.path) << ") words=" << shell_quoted(joined(words, " "))
        << " ;;\n";
  }
  out << "      esac\n"
         "      # Options only where one is begun: elsewhere files are meant too.\n"
         "      [[ $current == -* ]] || words=\"$(printf '%s\\n' $words | grep -v '^-')\"\n"
         "      ;;\n"
         "  esac\n"
         "  COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
         "  [[ $current == -* ]] || COMPREPLY+=($(compgen -f -- \"$current\"))\n"
         "}\n"
         "complete -o filenames -o nosort -F _alidade alidade\n";
  return out.str();
}

/// One argument of _arguments: '(-o --out)'{-o,--out}'[what it is]:value:(a b)'.
std::string zsh_argument(const Flag& flag) {
  std::string text;
  if (flag.names.size() > 1) {
    text = "'(" + joined(flag.names, " ") + ")'{" + joined(flag.names, ",") + "}";
  } else {
    text = flag.names.front();
  }
  // Brackets and colons of the description would end it.
  const std::string inner = shell_quoted(flag.description, ":\\[]");
  std::string rest = "'[" + inner.substr(1, inner.size() - 2) + "]";
  if (flag.takes_value) {
    rest += flag.choices.empty() ? ":value:_files" : ":value:(" + joined(flag.choices, " ") + ")";
  }
  return text + rest + "'";
}

std::string zsh_script(const std::vector<Command>& all) {
  std::ostringstream out;
  out << "#compdef alidade\n# zsh completion of alidade, written by: alidade completion zsh\n";
  for (const Command& command : all) {
    out << "_alidade" << (command.path.empty() ? "" : "_" + identifier(command.path))
        << "() {\n  local context state line\n  _arguments -C";
    for (const Flag& flag : command.flags) {
      out << " \\\n    " << zsh_argument(flag);
    }
    if (command.below.empty()) {
      out << " \\\n    '*:file:_files'\n}\n";
      continue;
    }
    out << " \\\n    '1: :->command' \\\n    '*:: :->rest'\n  case $state in\n    command)\n      local -a "
           "commands=(\n";
    for (const Command* below : command.below) {
      out << "        " << shell_quoted(last_word(below->path) + ":" + below->description) << "\n";
    }
    out << "      )\n      _describe command commands\n"
        << (command.path.empty() ? "      _files\n" : "") << "      ;;\n    rest)\n      case $line[1] in\n";
    for (const Command* below : command.below) {
      out << "        " << last_word(below->path) << ") _alidade_" << identifier(below->path) << " ;;\n";
    }
    out << "        *) _files ;;\n      esac\n      ;;\n  esac\n}\n";
  }
  out << "_alidade \"$@\"\n";
  return out.str();
}

/// When the commands of `path` have been typed, and none below it.
std::string fish_condition(const Command& command) {
  std::string text;
  std::istringstream words(command.path);
  for (std::string word; words >> word;) {
    text += (text.empty() ? "" : "; and ") + ("__fish_seen_subcommand_from " + word);
  }
  if (!command.below.empty()) {
    std::string below;
    for (const Command* one : command.below) {
      below += " " + last_word(one->path);
    }
    text += (text.empty() ? "" : "; and ") + ("not __fish_seen_subcommand_from" + below);
  }
  return text.empty() ? "" : " -n " + shell_quoted(text);
}

std::string fish_script(const std::vector<Command>& all) {
  std::ostringstream out;
  out << "# fish completion of alidade, written by: alidade completion fish\n";
  for (const Command& command : all) {
    const std::string where = fish_condition(command);
    for (const Command* below : command.below) {
      out << "complete -c alidade" << where << " -a " << last_word(below->path) << " -d "
          << shell_quoted(below->description, "\\") << "\n";
    }
    for (const Flag& flag : command.flags) {
      out << "complete -c alidade" << where;
      for (const std::string& name : flag.names) {
        out << (name.size() > 2 ? " -l " + name.substr(2) : " -s " + name.substr(1));
      }
      if (flag.takes_value) {
        out << " -r" << (flag.choices.empty() ? "" : " -f -a " + shell_quoted(joined(flag.choices, " ")));
      }
      out << " -d " << shell_quoted(flag.description, "\\") << "\n";
    }
  }
  return out.str();
}

}  // namespace

std::optional<Shell> shell_of(const std::string& name) {
  return name == "bash"   ? std::optional(Shell::kBash)
         : name == "zsh"  ? std::optional(Shell::kZsh)
         : name == "fish" ? std::optional(Shell::kFish)
                          : std::nullopt;
}

std::string completion_script(const CLI::App& app, Shell shell) {
  const std::vector<Command> all = commands_of(app);
  switch (shell) {
    case Shell::kBash:
      return bash_script(all);
    case Shell::kZsh:
      return zsh_script(all);
    case Shell::kFish:
      return fish_script(all);
  }
  return {};
}

}  // namespace alidade
