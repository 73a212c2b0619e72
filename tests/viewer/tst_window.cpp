// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

// The window of examples/04-single-instance, without a screen: what it makes of files.

#include "viewer.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QTabWidget>

#include <sys/stat.h>

using namespace Qt::StringLiterals;

class TestWindow : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();

    void opensEachFileOnce();
    void saysWhatItCannotShow_data();
    void saysWhatItCannotShow();
    void readsAgainWhatItCouldNotRead();
    void bounds();
    void shortensLongNames();
    void closesTabs();

private:
    QString write(const QString &name, const QByteArray &content);
    [[nodiscard]] QTabWidget *tabs() const { return m_viewer->findChild<QTabWidget *>(); }
    [[nodiscard]] QString text() const
    {
        return tabs()->currentWidget()->findChild<QPlainTextEdit *>()->toPlainText();
    }
    // Of the current tab; empty where it says nothing.
    [[nodiscard]] QString message() const
    {
        const auto *label = tabs()->currentWidget()->findChild<QLabel *>();
        return label->isVisibleTo(tabs()->currentWidget()) ? label->text() : QString();
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Viewer> m_viewer;
};

void TestWindow::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_viewer = std::make_unique<Viewer>();
    m_viewer->show();
}

QString TestWindow::write(const QString &name, const QByteArray &content)
{
    QFile file(m_folder->filePath(name));
    return file.open(QIODevice::WriteOnly) && file.write(content) == content.size()
        ? file.fileName()
        : QString();
}

void TestWindow::opensEachFileOnce()
{
    const QString one = write(u"one.txt"_s, "grüße\n");
    const QString two = write(u"two.txt"_s, "two\n");
    m_viewer->open({one, two});
    QCOMPARE(tabs()->count(), 2);
    QCOMPARE(text(), u"two\n"_s);
    QCOMPARE(message(), QString());
    QCOMPARE(m_viewer->windowTitle(), u"two.txt"_s);

    QVERIFY(QFile::link(one, m_folder->filePath(u"link"_s)));
    for (const QString &again :
         {one, m_folder->filePath(u"./one.txt"_s), m_folder->filePath(u"link"_s)}) {
        tabs()->setCurrentIndex(1);
        m_viewer->open({again});
        QCOMPARE(tabs()->count(), 2);
        QCOMPARE(text(), u"grüße\n"_s);
    }
}

void TestWindow::saysWhatItCannotShow_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("expected");
    QTest::newRow("missing") << u"missing"_s
                             << u"Cannot read missing: No such file or directory."_s;
    QTest::newRow("folder") << u"folder"_s << u"folder is not a file."_s;
    QTest::newRow("pipe") << u"pipe"_s << u"pipe is not a file."_s;
    QTest::newRow("binary") << u"binary"_s << u"binary is not a text."_s;
}

void TestWindow::saysWhatItCannotShow()
{
    QFETCH(const QString, name);
    QFETCH(const QString, expected);
    QVERIFY(QDir(m_folder->path()).mkdir(u"folder"_s));
    QCOMPARE(::mkfifo(QFile::encodeName(m_folder->filePath(u"pipe"_s)).constData(), S_IRUSR), 0);
    write(u"binary"_s,
          QByteArray("\x7f"
                     "ELF\0",
                     5));

    m_viewer->open({m_folder->filePath(name)});
    QCOMPARE(tabs()->count(), 1);
    QCOMPARE(message(), expected);
    QCOMPARE(text(), QString());
}

void TestWindow::readsAgainWhatItCouldNotRead()
{
    const QString path = m_folder->filePath(u"late.txt"_s);
    m_viewer->open({path});
    QVERIFY(!message().isEmpty());
    QCOMPARE(write(u"late.txt"_s, "here"), path);
    m_viewer->open({path});
    QCOMPARE(tabs()->count(), 1);
    QCOMPARE(message(), QString());
    QCOMPARE(text(), u"here"_s);
}

// The last letter that there is room for is cut in two.
void TestWindow::bounds()
{
    constexpr qsizetype most = 1024 * 1024;
    QByteArray content(most - 1, 'x');
    content += "ü and so on";
    m_viewer->open({write(u"large.txt"_s, content)});
    QCOMPARE(text(), QString(most - 1, u'x'));
    QVERIFY2(message().startsWith(u"Only the first 1 MiB of 1.00 MiB are shown"_s),
             qPrintable(message()));
}

void TestWindow::shortensLongNames()
{
    const QString name = QString(120, u'n') + u"&.txt"_s;
    const QString path = write(name, "text");
    m_viewer->open({path, m_folder->filePath(u"no"_s + name)});
    QCOMPARE(tabs()->count(), 2);
    QCOMPARE(tabs()->tabToolTip(0), path);
    QVERIFY(tabs()->tabText(0).contains(u"…"_s));
    QVERIFY(tabs()->tabText(0).endsWith(u"&&.txt"_s));
    QVERIFY(m_viewer->minimumSizeHint().width() < 800);
}

void TestWindow::closesTabs()
{
    m_viewer->open({write(u"one.txt"_s, "one"), write(u"two.txt"_s, "two")});
    QVERIFY(QTest::qWaitForWindowActive(m_viewer.get()));
    QTest::keyClick(m_viewer.get(), Qt::Key_W, Qt::ControlModifier);
    QCOMPARE(tabs()->count(), 1);
    QCOMPARE(m_viewer->windowTitle(), u"one.txt"_s);
    Q_EMIT tabs()->tabCloseRequested(0);
    QCOMPARE(tabs()->count(), 0);
    QCOMPARE(m_viewer->windowTitle(), QString());
    QTest::keyClick(m_viewer.get(), Qt::Key_W, Qt::ControlModifier);
    QTest::keyClick(m_viewer.get(), Qt::Key_Q, Qt::ControlModifier);
    QVERIFY(!m_viewer->isVisible());
}

QTEST_MAIN(TestWindow)
#include "tst_window.moc"
