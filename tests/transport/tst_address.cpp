// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "address_p.h"

#include <QtCore/QDir>
#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>

using namespace Qt::StringLiterals;
using qipc::resolveAddress;
using Code = IPCError::Code;

class TestAddress : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void resolves_data();
    void resolves();
    void dependsNotOnLaterWorkingDirectory();
    void failsInARemovedWorkingDirectory_data();
    void failsInARemovedWorkingDirectory();
    void obeysTmpdir_data();
    void obeysTmpdir();
    void rejects_data();
    void rejects();
    void countsBytesNotCharacters();
    void saysHowLongItMayBe();
};

namespace {
#ifdef Q_OS_LINUX
constexpr int longest = 106;
#else
constexpr int longest = 102;
#endif

QString ofLength(int bytes)
{
    return u'/' + QString(bytes - 1, u'x');
}
} // namespace

void TestAddress::resolves_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("address");
    const QString temp = QDir::cleanPath(QDir::tempPath());
    const QString here = QDir::currentPath();

    QTest::newRow("absolute") << u"/run/a"_s << u"/run/a"_s;
    QTest::newRow("absolute, not clean") << u"//run/./b/../a"_s << u"/run/a"_s;
    QTest::newRow("relative") << u"./a"_s << QString(here + u"/a");
    QTest::newRow("parent") << u"../a"_s << QDir::cleanPath(here + u"/../a");
    QTest::newRow("dot name") << u".a"_s << QString(here + u"/.a");
    QTest::newRow("name") << u"a"_s << QString(temp + u"/a");
    QTest::newRow("name with slash") << u"a/b"_s << QString(temp + u"/a/b");
    QTest::newRow("name with dots") << u"a.b..c"_s << QString(temp + u"/a.b..c");
    QTest::newRow("default") << QString() << QString(temp + u"/qipc");
    QTest::newRow("as long as may be") << ofLength(longest) << ofLength(longest);
}

void TestAddress::resolves()
{
    QFETCH(const QString, path);
    const auto address = resolveAddress(path);
    QVERIFY2(address, qPrintable(address.error().message()));
    QTEST(address.value(), "address");
}

void TestAddress::dependsNotOnLaterWorkingDirectory()
{
    const QTemporaryDir other;
    const QString before = QDir::currentPath();
    const auto address = resolveAddress(u"./a"_s);
    QVERIFY(address);
    QVERIFY(QDir::setCurrent(other.path()));
    const auto again = resolveAddress(address.value());
    QVERIFY(QDir::setCurrent(before));
    QCOMPARE(again.value(), address.value());
}

void TestAddress::failsInARemovedWorkingDirectory_data()
{
    QTest::addColumn<QString>("path");
    QTest::newRow("relative") << u"./a"_s;
    QTest::newRow("parent") << u"../a"_s;
}

void TestAddress::failsInARemovedWorkingDirectory()
{
#ifndef Q_OS_LINUX
    QSKIP("Other systems may know where it was, or keep it");
#endif
    QFETCH(const QString, path);
    QTemporaryDir removed;
    const QString before = QDir::currentPath();
    QVERIFY(QDir::setCurrent(removed.path()));
    const bool isRemoved = removed.remove();
    const auto address = resolveAddress(path);
    QVERIFY(QDir::setCurrent(before));
    QVERIFY(isRemoved);
    QCOMPARE(address.error().code(), Code::NoSuchServer);
    QVERIFY(address.error().message().contains(path));
}

void TestAddress::obeysTmpdir_data()
{
    QTest::addColumn<bool>("exists");
    QTest::newRow("that exists") << true;
    QTest::newRow("that does not exist") << false;
}

void TestAddress::obeysTmpdir()
{
    QFETCH(const bool, exists);
    const QTemporaryDir folder;
    const QString path = exists ? folder.path() : folder.filePath(u"missing"_s);
    const QByteArray before = qgetenv("TMPDIR");
    qputenv("TMPDIR", QFile::encodeName(path));
    const auto address = resolveAddress(u"a"_s);
    if (before.isEmpty())
        qunsetenv("TMPDIR");
    else
        qputenv("TMPDIR", before);
    QCOMPARE(address.value(), QString(path + u"/a"));
}

void TestAddress::rejects_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<IPCError::Code>("code");

    QTest::newRow("NUL") << QString(u"/run/a"_s + QChar(u'\0') + u'b') << Code::InvalidArgument;
    QTest::newRow("root") << u"/"_s << Code::InvalidArgument;
    QTest::newRow("trailing slash") << u"/run/a/"_s << Code::InvalidArgument;
    QTest::newRow("name, trailing slash") << u"a/"_s << Code::InvalidArgument;
    QTest::newRow("dot") << u"."_s << Code::InvalidArgument;
    QTest::newRow("dots") << u".."_s << Code::InvalidArgument;
    QTest::newRow("ends with dot") << u"/run/."_s << Code::InvalidArgument;
    QTest::newRow("ends with dots") << u"/run/a/.."_s << Code::InvalidArgument;
    QTest::newRow("too long") << ofLength(longest + 1) << Code::NameTooLong;
    QTest::newRow("much too long") << ofLength(5000) << Code::NameTooLong;
    QTest::newRow("name too long") << QString(longest, u'x') << Code::NameTooLong;
}

void TestAddress::rejects()
{
    QFETCH(const QString, path);
    const auto address = resolveAddress(path);
    QVERIFY(!address);
    QTEST(address.error().code(), "code");
    QVERIFY(!address.error().message().isEmpty());
}

void TestAddress::countsBytesNotCharacters()
{
    const QString umlauts = u'/' + QString(longest / 2, u'\u00e4');
    if (QFile::encodeName(umlauts).size() == umlauts.size())
        QSKIP("The locale does not encode file names in UTF-8");
    QCOMPARE(resolveAddress(umlauts).error().code(), Code::NameTooLong);
}

void TestAddress::saysHowLongItMayBe()
{
    const IPCError error = resolveAddress(ofLength(longest + 1)).error();
    QVERIFY(error.message().contains(QString::number(longest)));
    QVERIFY(error.message().contains(QString::number(longest + 1)));
}

QTEST_GUILESS_MAIN(TestAddress)
#include "tst_address.moc"
