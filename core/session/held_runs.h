// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstddef>
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
  };

  /// Holds `result`, or finds the run that holds it. A name that is taken gets a number: "demo (2)".
  template <class Result>
  RunId add(const std::string& name, std::shared_ptr<const Result> result, bool of_dataset = true) {
    return put({0, name, typeid(Result), std::move(result), of_dataset});
  }
  void remove(RunId run);
  void remove_of_dataset();
  /// Removes the oldest runs of this type that are not chosen, until at most `most` runs are left or all are
  /// chosen.
  template <class Result>
  void remove_oldest(std::size_t most) {
    remove_oldest(typeid(Result), most);
  }

  /// In the order in which they came.
  const std::vector<Entry>& all() const { return entries_; }
  /// Null when there is no such run.
  const Entry* find(RunId run) const;
  /// The run's result; null when there is no such run, or when it is of another type.
  template <class Result>
  std::shared_ptr<const Result> get(RunId run) const {
    const Entry* entry = find(run);
    return entry && entry->type == typeid(Result) ? std::static_pointer_cast<const Result>(entry->result)
                                                  : nullptr;
  }

  /// Makes a held run A or B of its type.
  void choose(Run side, RunId run);
  template <class Result>
  void choose_none(Run side) {
    choice(typeid(Result), side) = 0;
  }
  /// As A or as B.
  bool is_chosen(RunId run) const;
  /// 0 when none is chosen.
  template <class Result>
  RunId chosen_run(Run side) const {
    return chosen_run(typeid(Result), side);
  }
  /// Null when none is chosen.
  template <class Result>
  std::shared_ptr<const Result> chosen(Run side) const {
    return get<Result>(chosen_run<Result>(side));
  }

 private:
  RunId put(Entry entry);
  void remove_oldest(std::type_index type, std::size_t most);
  RunId chosen_run(std::type_index type, Run side) const;
  RunId& choice(std::type_index type, Run side) { return choices_[type][static_cast<std::size_t>(side)]; }

  std::vector<Entry> entries_;
  std::map<std::type_index, std::array<RunId, 2>> choices_;
  RunId last_ = 0;
};

}  // namespace alidade
