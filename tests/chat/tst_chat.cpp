// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

// Windows of examples/03-chat in processes of their own: what they show, what they do with keys,
// and what becomes of the room when one of them ends.

#include "chatwindow.h"
#include "xvfb.h"

#include <QIpc/IPCServer>

#include <QtCore/QStandardPaths>
#include <QtCore/QTemporaryDir>
#include <QtGui/QPainter>
#include <QtTest/QTest>

#include <memory>

using namespace Qt::StringLiterals;

class TestChat : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();

    void showsWhoIsThereAndWhatWasSaid();
    void showsWhoTypes();
    void numbersNamesThatAreTaken();
    void keepsTextInsideTheWindow_data();
    void keepsTextInsideTheWindow();
    void growsItsInput();
    void worksByKeyboard();
    void staysWhereOneReads();
    void survivesHostileMembers();
    void survivesHostileHost();
    void givesBackWhatCouldNotBeSaid();
    void survivesItsHost_data();
    void survivesItsHost();
    void takesScreenshots_data();
    void takesScreenshots();

private:
    // Starts one, which `cleanup` ends.
    ChatWindow &start(const QString &name, bool dark = false);

    // Each window has an X server of its own: there is no window manager to hand the focus around.
    std::vector<std::unique_ptr<Xvfb>> m_screens;
    std::unique_ptr<QTemporaryDir> m_folder;
    QString m_room;
    std::vector<std::unique_ptr<ChatWindow>> m_windows;
};

namespace {

const QString joined = u"%1 joined"_s;
const QString typing = u"%1 is typing…"_s;

QVariantMap map(const QString &key, const QVariant &value)
{
    return {{key, value}};
}

QVariantMap entry(const QVariant &author, const QVariant &text, const QVariant &time)
{
    static int number = 0;
    return {{u"key"_s, QString::number(++number)},
            {u"kind"_s, u"said"_s},
            {u"author"_s, author},
            {u"text"_s, text},
            {u"time"_s, time}};
}

// What nobody who keeps to the rules would send.
QVariantList nonsense()
{
    const qint64 now = QDateTime::currentMSecsSinceEpoch();
    QVariantList values{QVariant(),
                        QVariant::fromValue(nullptr),
                        true,
                        7,
                        -1.5,
                        QString(),
                        u"text"_s,
                        QByteArray("\xff\x00", 2),
                        QVariantList{},
                        QVariantMap{},
                        QVariantList{1, QVariantList{}, QVariantMap{}}};
    const QVariantList plain = values;
    for (const QVariant &value : plain) {
        for (const QString &key : {u"say"_s, u"enter"_s, u"entry"_s, u"members"_s, u"name"_s,
                                   u"__proto__"_s, u"toString"_s})
            values.append(map(key, value));
        values.append(map(u"members"_s, QVariantList{map(u"name"_s, value)}));
        values.append(map(u"entry"_s, entry(value, u"forged"_s, now)));
        values.append(map(u"entry"_s, entry(u"Ada"_s, value, now)));
        values.append(map(u"entry"_s, entry(u"Ada"_s, u"forged"_s, map(u"a"_s, value))));
    }
    values.append(map(u"entry"_s, entry(u"Ada"_s, u"forged"_s, 1e300)));
    values.append(map(u"entry"_s, entry(u"Ada"_s, u"forged"_s, -1)));
    return values;
}

template <typename Future>
bool settles(const Future &future)
{
    return QTest::qWaitFor([&] { return future.isFinished(); }, 20000);
}

} // namespace

void TestChat::initTestCase()
{
    if (QStandardPaths::findExecutable(u"Xvfb"_s).isEmpty())
        QSKIP("Xvfb is not installed (Debian: xvfb): no window could be shown");
    for (int i = 0; i < 4; ++i)
        m_screens.push_back(std::make_unique<Xvfb>());
    for (const auto &screen : m_screens)
        QVERIFY2(!screen->display().isEmpty(), "Xvfb did not start");
}

void TestChat::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    QVERIFY(m_folder->isValid());
    m_room = m_folder->filePath(u"Lounge"_s);
}

void TestChat::cleanup()
{
    QByteArray complaints;
    for (const auto &window : m_windows) {
        window->kill();
        complaints += window->complaints();
    }
    m_windows.clear();
    QCOMPARE(complaints, QByteArray());
}

ChatWindow &TestChat::start(const QString &name, bool dark)
{
    const QString display = m_screens.at(m_windows.size())->display();
    m_windows.push_back(std::make_unique<ChatWindow>(display, m_room, name, dark));
    return *m_windows.back();
}

void TestChat::showsWhoIsThereAndWhatWasSaid()
{
    ChatWindow &ada = start(u"Ada"_s);
    QVERIFY(ada.enters());
    QCOMPARE(ada.state(), u"Hosting this room"_s);
    ada.say(u"Is anybody here?"_s);
    QTRY_VERIFY(ada.shows(u"Is anybody here?"_s));

    ChatWindow &ben = start(u"Ben"_s);
    QVERIFY(ben.enters());
    QCOMPARE(ben.state(), u"Connected"_s);
    QTRY_VERIFY(ben.shows(u"Is anybody here?"_s));
    QTRY_VERIFY(ada.shows(joined.arg(u"Ben"_s)));
    for (ChatWindow *window : {&ada, &ben}) {
        QTRY_VERIFY(window->shows(u"Members · 2"_s));
        QTRY_VERIFY(window->shows(window == &ada ? u"you · host"_s : u"host"_s));
        QTRY_VERIFY(window->count(u"Ada"_s) > 0 && window->count(u"Ben"_s) > 0);
    }

    ben.say(u"I am."_s);
    ada.say(u"Good."_s);
    for (ChatWindow *window : {&ada, &ben}) {
        QTRY_COMPARE(window->count(u"I am."_s), 1);
        QTRY_COMPARE(window->count(u"Good."_s), 1);
    }
}

void TestChat::showsWhoTypes()
{
    ChatWindow &ada = start(u"Ada"_s);
    ChatWindow &ben = start(u"Ben"_s);
    QVERIFY(ada.enters() && ben.enters());
    const QString benTypes = typing.arg(u"Ben"_s);

    ben.type(u"W"_s);
    QTRY_VERIFY(ada.shows(benTypes));
    QVERIFY(!ben.shows(benTypes));
    ben.press(Qt::Key_Backspace);
    QTRY_VERIFY(!ada.shows(benTypes));

    ben.type(u"Wait"_s);
    QTRY_VERIFY(ada.shows(benTypes));
    ben.press(Qt::Key_Return);
    QTRY_VERIFY(ada.shows(u"Wait"_s));
    QVERIFY(!ada.shows(benTypes));

    ben.type(u"and then I"_s);
    QTRY_VERIFY(ada.shows(benTypes));
    QTRY_VERIFY_WITH_TIMEOUT(!ada.shows(benTypes), 20000); // he went to fetch a coffee
}

void TestChat::numbersNamesThatAreTaken()
{
    ChatWindow &first = start(u"Ada"_s);
    QVERIFY(first.enters());
    ChatWindow &second = start(u" ada\n\u202e"_s);
    QVERIFY(second.enters());
    ChatWindow &third = start(u"Ada"_s);
    QVERIFY(third.enters());
    QCOMPARE(second.get({}, u"room.me"_s).toString(), u"ada 2"_s);
    QCOMPARE(third.get({}, u"room.me"_s).toString(), u"Ada 3"_s);
    QTRY_VERIFY(first.shows(u"Ada 3"_s));
}

void TestChat::keepsTextInsideTheWindow_data()
{
    QTest::addColumn<int>("width");
    QTest::newRow("wide") << 900;
    QTest::newRow("narrow") << 300;
}

void TestChat::keepsTextInsideTheWindow()
{
    QFETCH(int, width);
    ChatWindow &ada = start(u"Ada"_s);
    QVERIFY(ada.enters());
    ada.resize({width, 600});
    ChatWindow &guest = start(u"Anna-Lena "_s + QString(300, u'W'));
    QVERIFY(guest.enters());
    guest.resize({width, 600});

    const QString word(10000, u'w');
    const QString sentence =
        u"Many words make a long line, which has to be broken somewhere. "_s.repeated(10).trimmed();
    const QString markup = u"<b>not bold</b> <img src='file:///etc/passwd'>"_s;
    for (const QString &text : {word, sentence, markup, u"short"_s}) {
        guest.paste(text);
        guest.press(Qt::Key_Return);
        QTRY_VERIFY(ada.shows(text)); // the last one is in view
    }
    QTRY_VERIFY(guest.shows(u"short"_s));
    ada.grab().save(QStringLiteral(CHAT_SCREENSHOTS "/long-%1.png").arg(width));

    for (ChatWindow *window : {&ada, &guest}) {
        QCOMPARE(window->get({}, u"width"_s).toInt(), width);
        const QVariantList texts = window->texts();
        for (const QVariant &text : texts) {
            const QVariantMap place = text.toMap();
            const QByteArray what = place.value(u"text"_s).toString().left(40).toUtf8();
            QVERIFY2(place.value(u"left"_s).toReal() >= 0, what.constData());
            QVERIFY2(place.value(u"right"_s).toReal() <= width, what.constData());
            const qreal wide = place.value(u"right"_s).toReal() - place.value(u"left"_s).toReal();
            QVERIFY2(place.value(u"needed"_s).toReal() <= wide + 1, what.constData());
        }
        const bool elidesNames =
            std::any_of(texts.cbegin(), texts.cend(), [](const QVariant &text) {
                return text.toMap().value(u"text"_s).toString().startsWith(u"Anna-Lena WWW"_s)
                    && text.toMap().value(u"elided"_s).toBool();
            });
        QVERIFY(elidesNames);
    }
}

void TestChat::growsItsInput()
{
    ChatWindow &ada = start(u"Ada"_s);
    QVERIFY(ada.enters());
    const qreal height = ada.get(u"input"_s, u"parent.parent.height"_s).toReal();
    QStringList lines;
    for (int i = 0; i < 40; ++i)
        lines.append(u"line %1"_s.arg(i));
    ada.paste(lines.join(u'\n'));
    QTRY_VERIFY(ada.get(u"history"_s, u"height"_s).toReal() < 460);
    QVERIFY(height < 60);
    ada.press(Qt::Key_Return);
    QTRY_VERIFY(ada.shows(lines.join(u'\n')));
}

void TestChat::worksByKeyboard()
{
    ChatWindow &ada = start(u"Ada"_s);
    QVERIFY(ada.enters());
    QCOMPARE(ada.focus(), u"input"_s);
    ada.press(Qt::Key_Return); // nothing to send
    ada.type(u"one"_s);
    ada.press(Qt::Key_Return, Qt::ShiftModifier);
    ada.type(u"two"_s);
    QCOMPARE(ada.get(u"input"_s, u"text"_s).toString(), u"one\ntwo"_s);

    ada.press(Qt::Key_Tab);
    QCOMPARE(ada.focus(), u"send"_s);
    QVERIFY(ada.get(u"send"_s, u"visualFocus"_s).toBool());
    ada.press(Qt::Key_Backtab, Qt::ShiftModifier);
    QCOMPARE(ada.focus(), u"input"_s);
    ada.press(Qt::Key_Tab);
    ada.press(Qt::Key_Space);
    QTRY_VERIFY(ada.shows(u"one\ntwo"_s));
    QCOMPARE(ada.focus(), u"input"_s);
    QCOMPARE(ada.get(u"input"_s, u"text"_s).toString(), QString());

    ada.resize({400, 400});
    QTRY_VERIFY(ada.get(u"members"_s, u"visible"_s).toBool());
    ada.press(Qt::Key_Tab);
    QCOMPARE(ada.focus(), u"members"_s);
    QVERIFY(!ada.shows(u"you · host"_s));
    ada.press(Qt::Key_Return);
    QTRY_VERIFY(ada.shows(u"you · host"_s));
    ada.press(Qt::Key_Escape);
    QTRY_VERIFY(!ada.shows(u"you · host"_s));
    QCOMPARE(ada.close(), 0);
}

void TestChat::staysWhereOneReads()
{
    ChatWindow &ada = start(u"Ada"_s);
    ChatWindow &ben = start(u"Ben"_s);
    QVERIFY(ada.enters() && ben.enters());
    ada.resize({700, 400});
    const auto isAtEnd = [&] { return ada.get(u"history"_s, u"atEnd"_s).toBool(); };
    const auto position = [&] { return ada.get(u"history"_s, u"contentY"_s).toReal(); };

    for (int i = 0; i < 30; ++i) {
        ben.paste(u"message %1"_s.arg(i));
        ben.press(Qt::Key_Return);
    }
    QTRY_VERIFY(ada.shows(u"message 29"_s) && isAtEnd());

    const qreal end = position();
    ada.press(Qt::Key_PageUp);
    QVERIFY(position() < end - 100);
    const qreal reading = position();
    ben.say(u"something new"_s);
    QTRY_COMPARE(ada.get(u"history"_s, u"count"_s).toInt(), 33);
    QTRY_VERIFY(ben.shows(u"something new"_s));
    QCOMPARE(position(), reading);
    QVERIFY(!isAtEnd());

    ada.press(Qt::Key_PageDown);
    QVERIFY(position() > reading);
    ada.press(Qt::Key_Home);
    QTRY_VERIFY(ada.get(u"history"_s, u"atYBeginning"_s).toBool());
    QVERIFY(ada.shows(joined.arg(u"Ada"_s)));
    ada.press(Qt::Key_End);
    QTRY_VERIFY(isAtEnd());
    ben.say(u"and newer"_s);
    QTRY_VERIFY(ada.shows(u"and newer"_s) && isAtEnd());
}

void TestChat::survivesHostileMembers()
{
    ChatWindow &ada = start(u"Ada"_s);
    ChatWindow &ben = start(u"Ben"_s);
    QVERIFY(ada.enters() && ben.enters());

    const QVariantList values = nonsense();
    IPCClient hostile(m_room);
    hostile.setPayload(map(u"name"_s, QVariantList{u"Ada"_s}));
    hostile.connectToServer();
    for (const QVariant &value : values) {
        QVERIFY(hostile.post(value));
        for (const QString &topic : {u"typing"_s, u"entry"_s, u"members"_s})
            hostile.publish(topic, value);
    }
    hostile.publish(u"typing"_s, QVariantMap{{u"name"_s, u"Nobody"_s}, {u"types"_s, true}});
    QVERIFY(settles(hostile.request(u"nothing that it knows"_s)));
    for (const QVariant &value : values) {
        if (value.toMap().value(u"say"_s) != u"text"_s)
            QVERIFY(settles(hostile.request(value)));
    }
    const QVariantList payloads = values.mid(0, 40);
    for (const QVariant &payload : payloads) {
        IPCClient guest(m_room);
        guest.setPayload(payload);
        guest.connectToServer();
        QVERIFY(!guest.waitForReady(std::chrono::seconds(20)).error());
        guest.abort();
    }

    ben.say(u"All well?"_s);
    ada.say(u"Yes"_s);
    for (ChatWindow *window : {&ada, &ben}) {
        QTRY_VERIFY(window->shows(u"Yes"_s));
        QVERIFY(window->shows(u"All well?"_s));
        QVERIFY(!window->shows(u"forged"_s));
        QVERIFY(window->get(u"typing"_s, u"text"_s).toString().isEmpty());
        QTRY_VERIFY(window->shows(u"Members · 3"_s)); // the hostile one is a Guest
    }
}

void TestChat::survivesHostileHost()
{
    IPCServer host(m_room);
    connect(&host, &IPCServer::requestReceived, this,
            [](const QVariant &request, const IPCResponder &respond) {
                if (request.toMap().contains(u"enter"_s))
                    respond(QVariantMap{{u"you"_s, u"Ada"_s}, {u"entries"_s, nonsense()}});
            });
    QVERIFY(host.listen());
    ChatWindow &ada = start(u"Ada"_s);
    QVERIFY(ada.enters());
    const QVariantList values = nonsense();
    QVERIFY(host.broadcast(map(u"members"_s, values)));
    for (const QVariant &value : values) {
        QVERIFY(host.broadcast(value));
        QVERIFY(host.publish(u"typing"_s, value));
    }
    const qint64 now = QDateTime::currentMSecsSinceEpoch();
    QVERIFY(host.broadcast(map(u"entry"_s, entry(u"Ben"_s, u"second"_s, now))));
    QVERIFY(host.broadcast(map(u"entry"_s, entry(u"Ben"_s, u"first"_s, now - 1))));
    QTRY_VERIFY(ada.shows(u"first"_s));
    const auto top = [&](const QString &text) {
        const QVariantList texts = ada.texts();
        for (const QVariant &shown : texts) {
            if (shown.toMap().value(u"text"_s) == text)
                return shown.toMap().value(u"top"_s).toReal();
        }
        return -1.0;
    };
    QTRY_VERIFY(top(u"first"_s) < top(u"second"_s));
    QCOMPARE(ada.count(u"forged"_s), 1); // a host may say what it likes; the rest was no entry

    for (int i = 0; i < 600; ++i)
        QVERIFY(host.broadcast(map(u"entry"_s, entry(u"Ben"_s, u"flood %1"_s.arg(i), now + i))));
    QTRY_VERIFY(ada.shows(u"flood 599"_s));
    QCOMPARE(ada.get(u"history"_s, u"count"_s).toInt(), 500);
}

void TestChat::givesBackWhatCouldNotBeSaid()
{
    IPCServer host(m_room);
    connect(&host, &IPCServer::requestReceived, this,
            [](const QVariant &request, const IPCResponder &respond) {
                if (request.toMap().contains(u"enter"_s))
                    respond(map(u"you"_s, u"Ada"_s));
                else
                    respond.fail(u"full"_s, u"The room is full of words"_s);
            });
    QVERIFY(host.listen());
    ChatWindow &ada = start(u"Ada"_s);
    QVERIFY(ada.enters());
    ada.say(u"Hello"_s);
    QTRY_VERIFY(ada.shows(u"Not sent: The room is full of words"_s));
    QCOMPARE(ada.get(u"input"_s, u"text"_s).toString(), u"Hello"_s);
}

void TestChat::survivesItsHost_data()
{
    QTest::addColumn<bool>("politely");
    QTest::newRow("killed") << false;
    QTest::newRow("closed") << true;
}

void TestChat::survivesItsHost()
{
    QFETCH(bool, politely);
    ChatWindow &ada = start(u"Ada"_s);
    QVERIFY(ada.enters());
    ChatWindow &ben = start(u"Ben"_s);
    ChatWindow &cleo = start(u"Cleo"_s);
    QVERIFY(ben.enters() && cleo.enters());
    ada.say(u"Before"_s);
    QTRY_VERIFY(ben.shows(u"Before"_s) && cleo.shows(u"Before"_s));

    if (politely)
        QCOMPARE(ada.close(), 0);
    else
        ada.kill();

    for (ChatWindow *window : {&ben, &cleo}) {
        QTRY_VERIFY(window->shows(u"Ada left"_s));
        QTRY_VERIFY(window->shows(u"Members · 2"_s));
        QVERIFY(window->enters());
    }
    QCOMPARE(int(ben.hosts()) + int(cleo.hosts()), 1);
    ben.say(u"After"_s);
    cleo.say(u"Still here"_s);

    ChatWindow &dora = start(u"Dora"_s);
    QVERIFY(dora.enters());
    for (ChatWindow *window : {&ben, &cleo, &dora}) {
        for (const QString &text : {u"Before"_s, u"After"_s, u"Still here"_s, u"Ada left"_s,
                                    u"Cleo joined"_s, u"Dora joined"_s})
            QTRY_COMPARE(window->count(text), 1);
    }
}

void TestChat::takesScreenshots_data()
{
    QTest::addColumn<bool>("dark");
    QTest::newRow("screenshot") << false;
    QTest::newRow("screenshot-dark") << true;
}

// Of two windows side by side. That of the README is examples/03-chat/screenshot.png.
void TestChat::takesScreenshots()
{
    QFETCH(bool, dark);
    const QSize size(740, 768);
    ChatWindow &ada = start(u"Ada Lovelace"_s, dark);
    QVERIFY(ada.enters());
    ChatWindow &grace = start(u"Grace Hopper"_s, dark);
    QVERIFY(grace.enters());
    ChatWindow &alan = start(u"Alan"_s, dark);
    QVERIFY(alan.enters());
    ada.resize(size);
    grace.resize(size);

    const std::vector<std::pair<ChatWindow *, QString>> talk{
        {&ada, u"Morning! The build is green again."_s},
        {&grace, u"Lovely. What was it?"_s},
        {&ada, u"A relay that never let go: the socket of the old server was still there."_s},
        {&ada, u"Now a lock decides who serves."_s},
        {&alan, u"And if the one who serves halts?"_s},
        {&grace,
         u"Then one of us takes over, and the others come back to it. Close Ada's window "
         "and see."_s},
        {&alan, u"I shall not even notice :)"_s},
        {&ada, u"That is the idea."_s},
    };
    for (const auto &[who, text] : talk) {
        who->say(text);
        QTRY_VERIFY(ada.shows(text) && grace.shows(text));
    }
    grace.type(u"Shall we ship it"_s);
    QTRY_VERIFY(ada.shows(typing.arg(u"Grace Hopper"_s)));

    constexpr int margin = 24;
    QImage picture(2 * size.width() + 3 * margin, size.height() + 2 * margin, QImage::Format_RGB32);
    picture.fill(dark ? QColor(0x08, 0x09, 0x0b) : QColor(0xc3, 0xca, 0xd4));
    QPainter painter(&picture);
    const QImage left = ada.grab();
    const QImage right = grace.grab();
    QCOMPARE(left.size(), size);
    QCOMPARE(right.size(), size);
    painter.drawImage(margin, margin, left);
    painter.drawImage(2 * margin + size.width(), margin, right);
    painter.end();
    const QString file = QStringLiteral(CHAT_SCREENSHOTS "/%1.png")
                             .arg(QString::fromLatin1(QTest::currentDataTag()));
    QVERIFY(picture.save(file));
}

QTEST_GUILESS_MAIN(TestChat)
#include "tst_chat.moc"
