// SPDX-License-Identifier: BSD-3-Clause
#include <memory>

#include <QSignalSpy>
#include <QWidget>
#include <QtTest>

#include "tests/support/test_registry.h"
#include "views/base/evaluation_model.h"
#include "views/base/sampling_model.h"
#include "views/base/session_model.h"
#include "views/base/training_model.h"

using namespace alidade;

class DemandTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void whoIsVisibleWants() {
    Demand demand;
    QSignalSpy changed(&demand, &Demand::changed);
    QWidget first;
    auto second = std::make_unique<QWidget>();
    demand.follow(&first);
    demand.follow(second.get());
    QVERIFY(!demand.wanted());
    first.show();
    QVERIFY(demand.wanted());
    second->show();
    first.hide();
    QVERIFY(demand.wanted());
    QCOMPARE(changed.count(), 1);
    second.reset();  // dies while it is visible
    QVERIFY(!demand.wanted());
    QCOMPARE(changed.count(), 2);
  }

  void interestComesAndGoes() {
    Demand demand;
    QWidget viewer;
    viewer.show();
    demand.follow(&viewer, false);
    QVERIFY(!demand.wanted());
    demand.follow(&viewer);
    QVERIFY(demand.wanted());
    demand.follow(&viewer, false);
    QVERIFY(!demand.wanted());
    viewer.hide();
    demand.follow(&viewer);
    QVERIFY(!demand.wanted());
  }

  void aHiddenParentHidesItsView() {
    Demand demand;
    QWidget window;
    QWidget view(&window);
    demand.follow(&view);
    window.show();
    QVERIFY(demand.wanted());
    window.hide();
    QVERIFY(!demand.wanted());
  }

  void aSessionHasOneModelOfAType() {
    SessionModel session;
    auto& training = session.model<TrainingModel>();
    QCOMPARE(&session.model<TrainingModel>(), &training);
    QVERIFY(session.model<SamplingModel>().parent() == &session);
    QVERIFY(!session.model<EvaluationModel>().standsAlone() && !session.hasEvidence());
    QSignalSpy changed(&session, &SessionModel::evidenceChanged);
    training.setProblem(QStringLiteral("/runs/a"), QStringLiteral("It is empty."));
    QVERIFY(session.hasEvidence());
    QCOMPARE(changed.count(), 1);
  }
};

ALIDADE_TEST(DemandTest)
#include "demand_test.moc"
