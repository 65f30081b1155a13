// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace alidade {

// Members that most of a million rows do not have: they take the room of a pointer until they are set.

/// A value that is mostly T{}; copies are deep.
template <class T>
class Rare {
 public:
  Rare() = default;
  Rare(T value) : value_(std::make_unique<T>(std::move(value))) {}  // NOLINT(google-explicit-constructor)
  Rare(const Rare& other) : value_(other.value_ ? std::make_unique<T>(*other.value_) : nullptr) {}
  Rare(Rare&&) noexcept = default;
  Rare& operator=(Rare other) noexcept {
    value_ = std::move(other.value_);
    return *this;
  }
  ~Rare() = default;

  const T& operator*() const {
    static const T none{};
    return value_ ? *value_ : none;
  }
  const T* operator->() const { return &**this; }
  operator const T&() const { return **this; }  // NOLINT(google-explicit-constructor)

 private:
  std::unique_ptr<T> value_;
};

/// As std::optional.
template <class T>
class RareOptional {
 public:
  RareOptional() = default;
  RareOptional(T value)
      : value_(std::make_unique<T>(std::move(value))) {}  // NOLINT(google-explicit-constructor)
  RareOptional(const std::optional<T>& value)             // NOLINT(google-explicit-constructor)
      : value_(value ? std::make_unique<T>(*value) : nullptr) {}
  RareOptional(const RareOptional& other) : value_(other ? std::make_unique<T>(*other) : nullptr) {}
  RareOptional(RareOptional&&) noexcept = default;
  RareOptional& operator=(const RareOptional& other) { return *this = RareOptional(other); }
  RareOptional& operator=(RareOptional&&) noexcept = default;
  RareOptional& operator=(T value) { return *this = RareOptional(std::move(value)); }
  ~RareOptional() = default;

  explicit operator bool() const { return value_ != nullptr; }
  const T& operator*() const { return *value_; }
  void reset() { value_.reset(); }
  bool operator==(const RareOptional& other) const {
    return value_ && other.value_ ? *value_ == *other.value_ : !value_ && !other.value_;
  }

 private:
  std::unique_ptr<T> value_;
};

/// As std::vector.
template <class T>
class RareVector {
 public:
  RareVector() = default;
  RareVector(std::vector<T> values)  // NOLINT(google-explicit-constructor)
      : values_(values.empty() ? nullptr : std::make_unique<std::vector<T>>(std::move(values))) {}
  RareVector(const RareVector& other) : RareVector(other.get()) {}
  RareVector(RareVector&&) noexcept = default;
  RareVector& operator=(RareVector other) noexcept {
    values_ = std::move(other.values_);
    return *this;
  }
  ~RareVector() = default;

  const std::vector<T>& get() const {
    static const std::vector<T> none;
    return values_ ? *values_ : none;
  }
  operator const std::vector<T>&() const { return get(); }  // NOLINT(google-explicit-constructor)
  bool empty() const { return get().empty(); }
  std::size_t size() const { return get().size(); }
  const T& operator[](std::size_t i) const { return get()[i]; }
  auto begin() const { return get().begin(); }
  auto end() const { return get().end(); }
  void clear() { values_.reset(); }
  void push_back(T value) {
    values_ = values_ ? std::move(values_) : std::make_unique<std::vector<T>>();
    values_->push_back(std::move(value));
  }
  bool operator==(const std::vector<T>& other) const { return get() == other; }

 private:
  std::unique_ptr<std::vector<T>> values_;
};

}  // namespace alidade
