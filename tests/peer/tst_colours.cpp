// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "pair.h"

#include <QIpc/IPCValueTo>

#include <QtGui/QColor>

// QIpc does not link Qt Gui; programs that do may send its colours.

class tst_Colours : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void areSentAsText();
    void areReadFromText();
};

void tst_Colours::areSentAsText()
{
    Pair pair;
    QVERIFY(pair.connect());
    const QSignalSpy received(&pair.server, &IPCServer::messageReceived);
    QVERIFY(pair.client.post(QColor(255, 128, 0)));
    QVERIFY(pair.client.post(QVariantList{QColor(255, 128, 0, 16)}));
    QTRY_COMPARE(received.size(), 2);
    QCOMPARE(received.at(0).first(), QVariant(u"#ff8000"_s));
    QCOMPARE(received.at(1).first(), QVariant(QVariantList{u"#10ff8000"_s}));
}

void tst_Colours::areReadFromText()
{
    QCOMPARE(*ipcValueTo<QColor>(u"#10ff8000"_s), QColor(255, 128, 0, 16));
    QCOMPARE(ipcValueTo<QList<QColor>>(QVariantList{u"mud"_s}).error().message(),
             u"cannot read [0]: expected a colour, got \"mud\""_s);
}

QTEST_GUILESS_MAIN(tst_Colours)

#include "tst_colours.moc"
