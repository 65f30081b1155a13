// SPDX-License-Identifier: BSD-3-Clause
#include "app/gui/key_bindings.h"

#include <algorithm>

#include <QJsonArray>

namespace alidade {
namespace {

QJsonArray textOf(const QList<QKeySequence>& keys) {
  QJsonArray texts;
  for (const QKeySequence& key : keys) {
    texts.append(key.toString(QKeySequence::PortableText));
  }
  return texts;
}

/// What is no key is left out.
QList<QKeySequence> keysOf(const QJsonArray& texts) {
  QList<QKeySequence> keys;
  for (const QJsonValue& text : texts) {
    const auto key = QKeySequence::fromString(text.toString(), QKeySequence::PortableText);
    if (!key.isEmpty() && key[0].key() != Qt::Key_unknown && keys.size() < KeyBindings::kMostKeys) {
      keys << key;
    }
  }
  return keys;
}

/// One begins as the other does.
bool collide(const QKeySequence& a, const QKeySequence& b) {
  return a.matches(b) != QKeySequence::NoMatch || b.matches(a) != QKeySequence::NoMatch;
}

}  // namespace

void KeyBindings::add(const QString& id, const QString& group, QAction* action, bool in_view) {
  bindings_.erase(std::remove_if(bindings_.begin(), bindings_.end(),
                                 [&](const KeyBinding& one) { return one.id == id || !one.action; }),
                  bindings_.end());
  bindings_.push_back({id, group, action, action->shortcuts(), in_view});
  if (const QJsonValue keys = changed_.value(id); keys.isArray()) {
    action->setShortcuts(keysOf(keys.toArray()));
  }
}

void KeyBindings::follow(const QString& id, QAction* action) {
  std::erase_if(followers_, [](const auto& follower) { return !follower.second; });
  followers_.emplace(id, action);
  if (const KeyBinding* binding = find(id)) {
    action->setShortcuts(binding->action->shortcuts());
  }
}

const KeyBinding* KeyBindings::find(const QString& id) const {
  const auto found = std::find_if(bindings_.begin(), bindings_.end(),
                                  [&](const KeyBinding& one) { return one.id == id && one.action; });
  return found == bindings_.end() ? nullptr : &*found;
}

const KeyBinding* KeyBindings::holder(const QString& id, const QKeySequence& key) const {
  const KeyBinding* wanting = find(id);
  if (!wanting || key.isEmpty()) {
    return nullptr;
  }
  for (const KeyBinding& other : bindings_) {
    // Two views may give one key two meanings: only one of them has the keyboard.
    const bool apart = other.in_view && wanting->in_view && other.group != wanting->group;
    if (other.id == id || !other.action || apart) {
      continue;
    }
    const QList<QKeySequence> keys = other.action->shortcuts();
    if (std::any_of(keys.begin(), keys.end(), [&](const QKeySequence& held) { return collide(held, key); })) {
      return &other;
    }
  }
  return nullptr;
}

void KeyBindings::assign(const QString& id, const QKeySequence& key) {
  const KeyBinding* binding = find(id);
  if (!binding || key.isEmpty()) {
    return;
  }
  while (const KeyBinding* other = holder(id, key)) {
    QList<QKeySequence> left = other->action->shortcuts();
    left.removeIf([&](const QKeySequence& held) { return collide(held, key); });
    set(*other, left);
  }
  QList<QKeySequence> keys = binding->action->shortcuts();
  keys.removeAll(key);
  keys.prepend(key);
  set(*binding, keys.mid(0, kMostKeys));
}

void KeyBindings::clear(const QString& id) {
  if (const KeyBinding* binding = find(id)) {
    set(*binding, {});
  }
}

void KeyBindings::reset(const QString& id) {
  const KeyBinding* binding = find(id);
  if (!binding) {
    return;
  }
  set(*binding, {});
  // Last first: each is put in front of the others.
  for (auto key = binding->defaults.crbegin(); key != binding->defaults.crend(); ++key) {
    assign(id, *key);
  }
  set(*binding, binding->defaults);
}

void KeyBindings::resetAll() {
  changed_ = {};
  for (const KeyBinding& binding : bindings_) {
    if (binding.action) {
      give(binding, binding.defaults);
    }
  }
}

void KeyBindings::give(const KeyBinding& binding, const QList<QKeySequence>& keys) {
  binding.action->setShortcuts(keys);
  const auto [first, last] = followers_.equal_range(binding.id);
  for (auto follower = first; follower != last; ++follower) {
    if (follower->second) {
      follower->second->setShortcuts(keys);
    }
  }
}

void KeyBindings::set(const KeyBinding& binding, const QList<QKeySequence>& keys) {
  give(binding, keys);
  if (keys == binding.defaults) {
    changed_.remove(binding.id);
  } else {
    changed_[binding.id] = textOf(keys);
  }
}

}  // namespace alidade
