// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <map>
#include <optional>
#include <vector>

#include <QAction>
#include <QJsonObject>
#include <QPointer>

namespace alidade {

/// One command with its keys.
struct KeyBinding {
  QString id;     ///< stable: "export", "image/Ground truth"
  QString group;  ///< where it belongs: "File", "Image"
  QPointer<QAction> action;
  QList<QKeySequence> defaults;
  bool in_view = false;  ///< its keys mean it only while its view has the keyboard
};

/// Which keys run which command: what the program is made with, and what the user changed of that.
class KeyBindings {
 public:
  static constexpr int kMostKeys = 4;  ///< of one command

  /// `changed`: id -> list of keys as portable text, for the commands whose keys were changed; read and
  /// written here, outlives this. What is no command's id or no key is ignored.
  explicit KeyBindings(QJsonObject& changed) : changed_(changed) {}

  /// Takes the action's keys as its defaults and gives it those that the user has chosen.
  void add(const QString& id, const QString& group, QAction* action, bool in_view);
  /// The same command in a further view: it has the keys of `id`, now and later. Its shortcuts must be meant
  /// only while its view has the keyboard.
  void follow(const QString& id, QAction* action);
  const std::vector<KeyBinding>& all() const { return bindings_; }
  /// Null for an unknown id.
  const KeyBinding* find(const QString& id) const;

  /// The command that the key runs already where `id` would want it too; null for none.
  const KeyBinding* holder(const QString& id, const QKeySequence& key) const;
  /// Gives the key to `id`, in front of those it has, and takes it from who holds it.
  void assign(const QString& id, const QKeySequence& key);
  void clear(const QString& id);
  void reset(const QString& id);
  void resetAll();

 private:
  void set(const KeyBinding& binding, const QList<QKeySequence>& keys);
  void give(const KeyBinding& binding, const QList<QKeySequence>& keys);

  QJsonObject& changed_;
  std::vector<KeyBinding> bindings_;
  std::multimap<QString, QPointer<QAction>> followers_;  ///< by the id of a command
};

}  // namespace alidade
