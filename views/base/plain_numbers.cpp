// SPDX-License-Identifier: BSD-3-Clause
#include "views/base/plain_numbers.h"

#include <clocale>

#include <QLocale>

namespace alidade {

void usePlainNumbers() {
  std::setlocale(LC_NUMERIC, "C");
  QLocale plain = QLocale::c();
  plain.setNumberOptions(QLocale::OmitGroupSeparator | QLocale::RejectGroupSeparator);
  QLocale::setDefault(plain);
}

}  // namespace alidade
