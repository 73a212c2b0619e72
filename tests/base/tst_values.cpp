// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include <QIpc/IPCActivation>
#include <QIpc/IPCCredentials>
#include <QIpc/IPCError>
#include <QIpc/IPCLimits>
#include <QIpc/IPCResult>
#include <QIpc/IPCServer>

#include <QtTest/QTest>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

using Code = IPCError::Code;

namespace {

template <typename T>
QString printed(const T &value)
{
    QString text;
    QDebug(&text) << value;
    return text.trimmed();
}

} // namespace

// The small values: errors, results, limits, credentials.
class tst_Values : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void anErrorHasACodeAndAText();
    void anErrorCarriesWhatElseIsKnown();
    void aResultIsAValueOrAnError();
    void aResultOfNothingIsDoneOrNot();
    void resultsOutcomesAndActivationsPrint();
    void limitsHaveSaneDefaults();
    void limitsStayInTheirRange();
    void limitsPrintWhatIsNotUsual();
    void credentialsOfThisProcessAreItsOwn();
};

void tst_Values::anErrorHasACodeAndAText()
{
    const IPCError none;
    QVERIFY(!none);
    QCOMPARE(none.code(), Code::NoError);
    const IPCError error(Code::TimedOut, u"too late"_s);
    QVERIFY(error);
    QCOMPARE(error.message(), u"too late"_s);
    QCOMPARE(error, IPCError(Code::TimedOut, u"too late"_s));
    QVERIFY(error != none);
    QCOMPARE(printed(error), u"IPCError::Code::TimedOut: too late"_s);
}

void tst_Values::anErrorCarriesWhatElseIsKnown()
{
    const IPCError error(Code::RemoteError, u"x"_s);
    QCOMPARE(error.withSystemError(2).systemError(), 2);
    QCOMPARE(error.withRemoteCode(u"busy"_s).remoteCode(), u"busy"_s);
    QCOMPARE(error.withLimit(u"nesting"_s).limit(), u"nesting"_s);
    QVERIFY(error.withLimit(u"nesting"_s) != error);
    QCOMPARE(printed(error.withRemoteCode(u"busy"_s)), u"IPCError::Code::RemoteError: x [busy]"_s);
}

void tst_Values::aResultIsAValueOrAnError()
{
    const IPCResult<QString> good(u"yes"_s);
    QVERIFY(good);
    QVERIFY(good.hasValue());
    QCOMPARE(good.value(), u"yes"_s);
    QCOMPARE(*good, u"yes"_s);
    QCOMPARE(good->size(), 3);
    QCOMPARE(good.valueOr(u"no"_s), u"yes"_s);
    QCOMPARE(good.error(), IPCError());

    const IPCResult<QString> bad(IPCError(Code::Closed, u"gone"_s));
    QVERIFY(!bad);
    QVERIFY(!bad.hasValue());
    QCOMPARE(bad.valueOr(u"no"_s), u"no"_s);
    QCOMPARE(bad.error().code(), Code::Closed);
    QCOMPARE(IPCResult<QString>(u"moved"_s).value(), u"moved"_s);
}

void tst_Values::aResultOfNothingIsDoneOrNot()
{
    QVERIFY(IPCResult<void>());
    QVERIFY(IPCResult<void>().hasValue());
    QVERIFY(IPCResult<void>(IPCError()));
    const IPCResult<void> bad(IPCError(Code::Closed, u"gone"_s));
    QVERIFY(!bad);
    QCOMPARE(bad.error().message(), u"gone"_s);
}

void tst_Values::resultsOutcomesAndActivationsPrint()
{
    struct Unprintable
    {
    };
    const IPCError error(Code::TimedOut, u"too late"_s);
    QCOMPARE(printed(IPCResult<int>(42)), u"IPCResult(42)"_s);
    QCOMPARE(printed(IPCResult<int>(error)), u"IPCResult(IPCError::Code::TimedOut: too late)"_s);
    QCOMPARE(printed(IPCResult<void>()), u"IPCResult(done)"_s);
    QCOMPARE(printed(IPCResult<std::chrono::nanoseconds>(5ns)), u"IPCResult(5ns)"_s);
    QCOMPARE(printed(IPCResult<Unprintable>(Unprintable())), u"IPCResult(…)"_s);
    const IPCOutcome<QVariant> outcome{u"ada"_s, nullptr, QVariant(1)};
    QCOMPARE(printed(outcome), u"IPCOutcome(\"ada\", IPCResult(QVariant(int, 1)))"_s);
    const IPCResult<QList<IPCOutcome<QVariant>>> survey(QList<IPCOutcome<QVariant>>{outcome});
    QVERIFY(printed(survey).contains(u"ada"_s));
    QVERIFY(printed(IPCActivation()).startsWith(u"IPCActivation("_s));
}

void tst_Values::limitsHaveSaneDefaults()
{
    const IPCLimits limits;
    QCOMPARE(limits.messageSize(), 64 * 1024 * 1024);
    QCOMPARE(limits.queuedBytes(), 64 * 1024 * 1024);
    QCOMPARE(limits.nesting(), 128);
    QCOMPARE(limits.values(), 1'048'576);
    QCOMPARE(limits.handshakeTime(), 10s);
    QCOMPARE(limits.closeTime(), 5s);
    QCOMPARE(limits.handshakes(), 64);
    QCOMPARE(limits.requests(), 4096);
    QCOMPARE(limits.topics(), 1024);
    QCOMPARE(limits, IPCLimits());
}

void tst_Values::limitsStayInTheirRange()
{
    IPCLimits limits;
    limits.setMessageSize(0);
    QCOMPARE(limits.messageSize(), 1024);
    limits.setMessageSize(std::numeric_limits<qsizetype>::max());
    QCOMPARE(limits.messageSize(), std::numeric_limits<qint32>::max());
    limits.setQueuedBytes(-1);
    QCOMPARE(limits.queuedBytes(), 0);
    limits.setNesting(0);
    QCOMPARE(limits.nesting(), 1);
    limits.setNesting(1'000'000);
    QCOMPARE(limits.nesting(), 1024);
    limits.setValues(0);
    QCOMPARE(limits.values(), 1);
    limits.setHandshakeTime(0ms);
    QCOMPARE(limits.handshakeTime(), 1ms);
    limits.setCloseTime(-1ms);
    QCOMPARE(limits.closeTime(), 0ms);
    limits.setHandshakes(0);
    QCOMPARE(limits.handshakes(), 1);
    limits.setRequests(0);
    QCOMPARE(limits.requests(), 1);
    limits.setTopics(-1);
    QCOMPARE(limits.topics(), 0);
    QVERIFY(limits != IPCLimits());
}

void tst_Values::limitsPrintWhatIsNotUsual()
{
    IPCLimits limits;
    QCOMPARE(printed(limits), u"IPCLimits( )"_s);
    limits.setNesting(5);
    QCOMPARE(printed(limits), u"IPCLimits( nesting=5 )"_s);
}

void tst_Values::credentialsOfThisProcessAreItsOwn()
{
    QVERIFY(!IPCCredentials().isValid());
    QCOMPARE(IPCCredentials().userName(), QString());
    const IPCCredentials someone(1, 2, 3);
    QVERIFY(someone.isValid());
    QCOMPARE(someone.pid(), 1);
    QCOMPARE(someone.uid(), 2);
    QCOMPARE(someone.gid(), 3);
    QVERIFY(someone != IPCCredentials());
    QCOMPARE(printed(someone), u"IPCCredentials(pid 1, uid 2, gid 3)"_s);
#ifdef Q_OS_UNIX
    QCOMPARE(IPCCredentials::ofThisProcess().pid(), QCoreApplication::applicationPid());
    QCOMPARE(IPCCredentials(1, 0, 0).userName(), u"root"_s);
#endif
}

QTEST_GUILESS_MAIN(tst_Values)

#include "tst_values.moc"
