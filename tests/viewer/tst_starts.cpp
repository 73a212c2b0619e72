// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

// Real starts of examples/04-single-instance: which window the files get into, and which window is
// in front then.

#include "desktop.h"

#include <QtTest/QTest>

#include <QtCore/QDebug>

#include <chrono>
#include <memory>

using namespace Qt::StringLiterals;

namespace {

constexpr int patience = 30'000; // ms: for machines that are busy with something else

// Waits until what is asked for is \a expected. The last answer counts, and nothing asks again
// after it: xdotool also answers nothing when some window of the display vanishes while it looks.
template <typename Ask, typename Value>
bool becomes(const Ask &ask, const Value &expected)
{
    Value seen;
    const bool is = QTest::qWaitFor([&] { return (seen = ask()) == expected; }, patience);
    if (!is)
        qWarning() << "Still" << seen << "instead of" << expected;
    return is;
}

QString titleOf(const QString &file)
{
    return file + u" — Viewer"_s;
}

//! The id that a launcher gives a start when the user clicks now, by the clock of the X server.
QString startupIdOfNow()
{
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    const auto time = std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
    return u"tests/\"viewer\"-0_TIME%1"_s.arg(quint32(time));
}

} // namespace

class TestStarts : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();

    void opensTabInRunningWindow();
    void comesToFront_data();
    void comesToFront();
    void staysBehindWithOldId();
    void endsTheLaunch();
    void waitsForItsTab();
    void waitsForTheWindow();
    void startsTwiceAtOnce();
    void takesScreenshot();

private:
    QProcess &start(const QStringList &arguments, const QString &startupId = {});
    // The one window of the viewer. An empty answer, which xdotool also gives while a window is
    // being mapped, is asked for again.
    [[nodiscard]] QString theViewer();
    [[nodiscard]] bool hasInFront(const QString &title);
    [[nodiscard]] bool showsViewers(const QStringList &windows);
    // The first one, with a.txt, behind the neighbour's window.
    void startBehind();
    [[nodiscard]] bool isOver(const QProcess &process) const
    {
        return process.state() == QProcess::NotRunning;
    }

    std::unique_ptr<Desktop> m_desktop;
    QTemporaryDir m_folder;
    std::vector<std::unique_ptr<QProcess>> m_starts;
};

void TestStarts::initTestCase()
{
    for (const QString &name : {u"a.txt"_s, u"b.txt"_s}) {
        QFile file(m_folder.filePath(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("text\n");
    }
    m_desktop = std::make_unique<Desktop>();
}

void TestStarts::init()
{
    QVERIFY(m_desktop->bringNeighbourToFront());
}

void TestStarts::cleanup()
{
    for (const auto &start : m_starts) {
        start->kill();
        start->waitForFinished();
    }
    m_starts.clear();
}

QProcess &TestStarts::start(const QStringList &arguments, const QString &startupId)
{
    m_starts.push_back(std::make_unique<QProcess>());
    QProcess &process = *m_starts.back();
    QProcessEnvironment environment = m_desktop->environment();
    if (!startupId.isEmpty())
        environment.insert(u"DESKTOP_STARTUP_ID"_s, startupId);
    process.setProcessEnvironment(environment);
    process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    process.setWorkingDirectory(m_folder.path());
    process.start(QStringLiteral(VIEWER), arguments);
    return process;
}

QString TestStarts::theViewer()
{
    QStringList windows;
    const bool isOne = QTest::qWaitFor(
        [&] {
            windows = m_desktop->viewers();
            return windows.size() == 1;
        },
        patience);
    return isOne ? windows.constFirst() : QString();
}

bool TestStarts::hasInFront(const QString &title)
{
    return becomes([this] { return m_desktop->activeTitle(); }, title);
}

bool TestStarts::showsViewers(const QStringList &windows)
{
    return becomes([this] { return m_desktop->viewers(); }, windows);
}

void TestStarts::startBehind()
{
    start({u"a.txt"_s});
    QVERIFY(hasInFront(titleOf(u"a.txt"_s)));
    QVERIFY(m_desktop->bringNeighbourToFront());
}

void TestStarts::opensTabInRunningWindow()
{
    startBehind();
    const QString window = theViewer();

    QProcess &second = start({u"b.txt"_s});
    QTRY_VERIFY_WITH_TIMEOUT(isOver(second), patience);
    QCOMPARE(second.exitCode(), 0);
    QVERIFY(hasInFront(titleOf(u"b.txt"_s)));
    QVERIFY(showsViewers({window}));

    m_desktop->press(u"ctrl+w"_s);
    QVERIFY(hasInFront(titleOf(u"a.txt"_s)));
}

void TestStarts::comesToFront_data()
{
    QTest::addColumn<bool>("launched");
    QTest::addColumn<bool>("minimized");
    QTest::newRow("from a terminal") << false << false;
    QTest::newRow("from a launcher") << true << false;
    QTest::newRow("minimized, from a terminal") << false << true;
    QTest::newRow("minimized, from a launcher") << true << true;
}

void TestStarts::comesToFront()
{
    QFETCH(const bool, launched);
    QFETCH(const bool, minimized);
    startBehind();
    const QString window = theViewer();
    if (minimized) {
        m_desktop->minimize(window);
        QVERIFY(showsViewers({}));
    }

    start({u"b.txt"_s}, launched ? startupIdOfNow() : QString());
    QVERIFY(hasInFront(titleOf(u"b.txt"_s)));
    QVERIFY(showsViewers({window}));
}

// The user has done something else since.
void TestStarts::staysBehindWithOldId()
{
    const QString id = startupIdOfNow();
    startBehind();
    const QString window = theViewer();
    QProcess &second = start({u"b.txt"_s}, id);
    QTRY_VERIFY_WITH_TIMEOUT(isOver(second), patience);
    QCOMPARE(second.exitCode(), 0);
    QVERIFY(becomes([&] { return m_desktop->title(window); }, titleOf(u"b.txt"_s)));
    QVERIFY(hasInFront(u"Neighbour"_s));
}

void TestStarts::endsTheLaunch()
{
    startBehind();
    QByteArray messages = m_desktop->launcherMessages();
    messages.clear();
    const QString id = startupIdOfNow();
    start({u"b.txt"_s}, id);
    const QByteArray expected =
        "remove: ID=\"" + QString(id).replace(u'"', u"\\\""_s).toUtf8() + '"';
    QTRY_VERIFY_WITH_TIMEOUT(
        (messages += m_desktop->launcherMessages().replace("\n", "")).contains(expected), patience);
}

void TestStarts::waitsForItsTab()
{
    startBehind();
    QProcess &second = start({u"--wait"_s, u"b.txt"_s});
    QVERIFY(hasInFront(titleOf(u"b.txt"_s)));
    QVERIFY(!isOver(second));
    m_desktop->press(u"ctrl+w"_s);
    QTRY_VERIFY_WITH_TIMEOUT(isOver(second), patience);
    QCOMPARE(second.exitCode(), 0);
    QVERIFY(hasInFront(titleOf(u"a.txt"_s)));
}

void TestStarts::waitsForTheWindow()
{
    startBehind();
    QProcess &second = start({u"--wait"_s, u"b.txt"_s});
    QVERIFY(hasInFront(titleOf(u"b.txt"_s)));
    m_desktop->press(u"ctrl+q"_s);
    QTRY_VERIFY_WITH_TIMEOUT(isOver(*m_starts.front()) && isOver(second), patience);
    QCOMPARE(m_starts.front()->exitCode(), 0);
    QCOMPARE(second.exitCode(), 0);
}

void TestStarts::startsTwiceAtOnce()
{
    const QProcess &one = start({u"a.txt"_s});
    const QProcess &other = start({u"b.txt"_s});
    QTRY_VERIFY_WITH_TIMEOUT(isOver(one) != isOver(other), patience);
    const bool firstStays = isOver(other);
    QCOMPARE((firstStays ? other : one).exitCode(), 0);

    const QString its = firstStays ? u"a.txt"_s : u"b.txt"_s;
    const QString handedOver = firstStays ? u"b.txt"_s : u"a.txt"_s;
    QVERIFY(hasInFront(titleOf(handedOver)));
    QVERIFY(!theViewer().isEmpty());
    m_desktop->press(u"ctrl+w"_s);
    QVERIFY(hasInFront(titleOf(its)));
}

void TestStarts::takesScreenshot()
{
    const QString sources = QStringLiteral(VIEWER_SOURCES "/");
    for (const QString &file : {u"CMakeLists.txt"_s, u"viewer.h"_s, u"main.cpp"_s}) {
        start({sources + file});
        QVERIFY(hasInFront(titleOf(file)));
    }
    const QString window = theViewer();
    QVERIFY(m_desktop->grab(window, QStringLiteral(VIEWER_SCREENSHOTS "/screenshot.png")));
    m_desktop->press(u"ctrl+q"_s); // a killed one would leave its socket for the next to remove
    QTRY_VERIFY_WITH_TIMEOUT(isOver(*m_starts.front()), patience);
}

QTEST_GUILESS_MAIN(TestStarts)
#include "tst_starts.moc"
