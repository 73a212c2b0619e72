// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_TESTS_WIREOPTIONS_H
#define QIPC_TESTS_WIREOPTIONS_H

#include <QtCore/QString>
#include <QtTest/QTest>

//! How the bytes of a connection are made: what every test here runs with in turn.
struct WireOptions
{
    bool messagePack = false;
    bool compression = false;

    //! As options of a net-ipc Client.
    [[nodiscard]] QString forNode() const
    {
        return QStringLiteral("messagepack:%1,compress:%2")
            .arg(messagePack ? u"true" : u"false", compression ? u"true" : u"false");
    }
};

Q_DECLARE_METATYPE(WireOptions)

//! The rows of a test's initTestCase_data().
inline void addWireOptions()
{
    QTest::addColumn<WireOptions>("wire");
    QTest::newRow("json") << WireOptions{false, false};
    QTest::newRow("messagepack") << WireOptions{true, false};
    QTest::newRow("json+deflate") << WireOptions{false, true};
    QTest::newRow("messagepack+deflate") << WireOptions{true, true};
}

#endif
