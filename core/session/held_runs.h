// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstddef>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <typeindex>
#include <vector>

namespace alidade {

/// Number of a held run, from 1; 0 is none.
using RunId = int;

/// The two choices among the runs of one type, which views compare.
enum class Run { kA, kB };

/// Styles that are equal modulo this have the same hue; they differ by form.
inline constexpr int kRunHues = 4;

/// The results that a session holds, of any type, each under a name. Of every type one may be chosen as A and
/// one as B. A result is known by its address: the same one is held once.
class HeldRuns {
 public:
  struct Entry {
    RunId id = 0;
    std::string name;  ///< unique among the runs of its type
    std::type_index type;
    std::shared_ptr<const void> result;
    bool of_dataset = true;  ///< it goes when another dataset is opened
    std::string kind{};      ///< what the list of runs says: "estimated", "ground truth"
    std::string note{};      ///< the user's own words
    std::string state{};     ///< what its file does: "growing"; empty when nothing is to be said
    /// Place among the looks of runs, from 0: given when the run comes, in another hue than A and B have.
    int style = -1;
    bool styled = false;     ///< the user chose the style; the program then leaves it as it is
    bool in_tables = false;  ///< tables and curves show it beside A and B
    std::filesystem::path file{};  ///< that holds it; empty = in memory alone
    std::string sha256{};          ///< of that file when it was read or written
    int part = 0;                  ///< which of several results in the file
  };

  /// Holds `result`, or finds the run that holds it. A name that is taken gets a number: "demo (2)".
  template <class Result>
  RunId add(const std::string& name, std::shared_ptr<const Result> result, bool of_dataset = true) {
    return put({0, name, typeid(Result), std::move(result), of_dataset});
  }
  void remove(RunId run);
  void remove_of_dataset();
  /// Puts a removed run back, at `place` in the order (at most the end).
  void put_back(Entry entry, std::size_t place);
  /// Takes the runs of a dataset that are held in `other` and not here, and who was A and B of them.
  void take_from(const HeldRuns& other);
  /// Gives a run another name, with a number when it is taken.
  void rename(RunId run, const std::string& name);
  /// What the list says of a run may be changed by `change`; id, name, type and result may not.
  template <class Change>
  void edit(RunId run, const Change& change) {
    if (Entry* entry = entry_of(run)) {
      change(*entry);
    }
  }

  /// In the order in which they came.
  const std::vector<Entry>& all() const { return entries_; }
  /// Null when there is no such run.
  const Entry* find(RunId run) const;
  /// Its place in that order; the number of runs when there is no such run.
  std::size_t place_of(RunId run) const;
  /// The run's result; null when there is no such run, or when it is of another type.
  template <class Result>
  std::shared_ptr<const Result> get(RunId run) const {
    const Entry* entry = find(run);
    return entry && entry->type == typeid(Result) ? std::static_pointer_cast<const Result>(entry->result)
                                                  : nullptr;
  }

  /// Makes a held run A or B of its type; `by_user` tells a choice of the user from one made for him. Where A
  /// and B would have the same hue, one whose style nobody chose gets another style.
  void choose(Run side, RunId run, bool by_user = true);
  template <class Result>
  void choose_none(Run side) {
    choice(typeid(Result), side) = {};
  }
  void choose_none(Run side, std::type_index type) { choice(type, side) = {}; }
  /// Whether the user chose what is A or B of this type.
  template <class Result>
  bool chosen_by_user(Run side) const {
    const auto found = choices_.find(typeid(Result));
    return found != choices_.end() && found->second[static_cast<std::size_t>(side)].by_user;
  }
  /// As A or as B.
  bool is_chosen(RunId run) const;
  /// 0 when none is chosen.
  template <class Result>
  RunId chosen_run(Run side) const {
    return chosen_run(typeid(Result), side);
  }
  RunId chosen_run(std::type_index type, Run side) const;
  /// Null when none is chosen.
  template <class Result>
  std::shared_ptr<const Result> chosen(Run side) const {
    return get<Result>(chosen_run<Result>(side));
  }

 private:
  struct Choice {
    RunId run = 0;
    bool by_user = false;
  };

  RunId put(Entry entry);
  Entry* entry_of(RunId run);
  std::string free_name(const std::string& name, const Entry& of) const;
  int free_style(std::type_index type) const;
  void keep_hues_apart(Run side, RunId run);
  Choice& choice(std::type_index type, Run side) { return choices_[type][static_cast<std::size_t>(side)]; }

  std::vector<Entry> entries_;
  std::map<std::type_index, std::array<Choice, 2>> choices_;
  RunId last_ = 0;
};

}  // namespace alidade
