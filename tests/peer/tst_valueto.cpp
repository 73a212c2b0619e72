// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "pair.h"

#include <QIpc/IPCValueTo>

#include <QtCore/QRect>
#include <QtCore/QUrl>
#include <QtCore/QUuid>

#include <limits>
#include <string>

// The way back: what came becomes what was sent, in both encodings, or an error names the place.

class Item
{
    Q_GADGET
    Q_PROPERTY(QString name MEMBER name)
    Q_PROPERTY(int size MEMBER size)
public:
    QString name = u"unnamed"_s;
    int size = -1;

    friend bool operator==(const Item &a, const Item &b)
    {
        return a.name == b.name && a.size == b.size;
    }
    friend bool operator!=(const Item &a, const Item &b) { return !(a == b); }
};

class State
{
    Q_GADGET
    Q_PROPERTY(QList<Item> items MEMBER items)
    Q_PROPERTY(QMap<QString, Item> byName MEMBER byName)
    Q_PROPERTY(Item best MEMBER best)
    Q_PROPERTY(Kind kind MEMBER kind)
    Q_PROPERTY(QDateTime when MEMBER when)
    Q_PROPERTY(QDate day MEMBER day)
    Q_PROPERTY(QRect place MEMBER place)
    Q_PROPERTY(QUrl url MEMBER url)
    Q_PROPERTY(std::chrono::milliseconds pause MEMBER pause)
    Q_PROPERTY(QVariant anything MEMBER anything)
    Q_PROPERTY(quint8 small MEMBER small)
    Q_PROPERTY(double ratio MEMBER ratio)
    Q_PROPERTY(QString fixed READ fixed CONSTANT)
public:
    enum class Kind { Plain = 1, Fancy = 7 };
    Q_ENUM(Kind)

    [[nodiscard]] static QString fixed() { return u"fixed"_s; }

    QList<Item> items;
    QMap<QString, Item> byName;
    Item best;
    Kind kind = Kind::Plain;
    QDateTime when;
    QDate day;
    QRect place;
    QUrl url;
    std::chrono::milliseconds pause{0};
    QVariant anything;
    quint8 small = 0;
    double ratio = 0;
};

namespace {

template <typename T>
QString errorOf(const QVariant &value)
{
    const IPCResult<T> result = ipcValueTo<T>(value);
    return result ? u"no error"_s : result.error().message();
}

QVariantMap map(const QString &key, const QVariant &value)
{
    return {{key, value}};
}

} // namespace

class tst_ValueTo : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void fillsAGadgetFromWhatCame_data();
    void fillsAGadgetFromWhatCame();
    void readsEveryTypeThatIsSent();
    void leavesWhatIsMissing();
    void namesThePlaceOfWhatDoesNotFit();
    void losesNoPartOfANumber();
};

void tst_ValueTo::fillsAGadgetFromWhatCame_data()
{
    QTest::addColumn<IPCPeer::Encoding>("encoding");
    QTest::newRow("JSON") << IPCPeer::Encoding::Json;
    QTest::newRow("MessagePack") << IPCPeer::Encoding::MessagePack;
}

void tst_ValueTo::fillsAGadgetFromWhatCame()
{
    QFETCH(IPCPeer::Encoding, encoding);
    State sent;
    sent.items = {{u"a"_s, 1}, {u"b"_s, 2}};
    sent.byName = {{u"c"_s, {u"c"_s, 3}}};
    sent.best = {u"best"_s, 4};
    sent.kind = State::Kind::Fancy;
    sent.when = QDateTime::fromMSecsSinceEpoch(1'700'000'000'123).toUTC();
    sent.day = QDate(2026, 2, 28);
    sent.place = QRect(1, 2, 3, 4);
    sent.url = QUrl(u"https://example.org/a%20b"_s);
    sent.pause = 1500ms;
    sent.anything = u"text"_s;
    sent.small = 255;
    sent.ratio = 3;

    Pair pair;
    pair.client.setEncoding(encoding);
    QVERIFY(pair.connect());
    const QSignalSpy received(&pair.server, &IPCServer::messageReceived);
    QVERIFY(pair.client.post(QVariantList{QVariant::fromValue(sent)}));
    QTRY_COMPARE(received.size(), 1);

    const auto states = ipcValueTo<QList<State>>(received.first().first().value<QVariant>());
    QVERIFY2(states, qPrintable(states.error().message()));
    QCOMPARE(states->size(), 1);
    const State &state = states->first();
    QCOMPARE(state.items, sent.items);
    QCOMPARE(state.byName, sent.byName);
    QCOMPARE(state.best, sent.best);
    QCOMPARE(state.kind, sent.kind);
    QCOMPARE(state.when, sent.when);
    QCOMPARE(state.day, sent.day);
    QCOMPARE(state.place, sent.place);
    QCOMPARE(state.url, sent.url);
    QCOMPARE(state.pause, sent.pause);
    QCOMPARE(state.anything, sent.anything);
    QCOMPARE(state.small, sent.small);
    QCOMPARE(state.ratio, sent.ratio);
}

// What T is sent as becomes the same T again.
template <typename T>
void comesBack(const T &value)
{
    Pair pair;
    pair.client.setEncoding(IPCPeer::Encoding::Json);
    QVERIFY(pair.connect());
    const QSignalSpy received(&pair.server, &IPCServer::messageReceived);
    QVERIFY(pair.client.post(value));
    QTRY_COMPARE(received.size(), 1);
    const auto back = ipcValueTo<T>(received.first().first().value<QVariant>());
    QVERIFY2(back, qPrintable(back.error().message()));
    QVERIFY(*back == value);
}

void tst_ValueTo::readsEveryTypeThatIsSent()
{
    comesBack(true);
    comesBack(42);
    comesBack(std::numeric_limits<qulonglong>::max());
    comesBack(std::numeric_limits<qlonglong>::min());
    comesBack(0.5);
    comesBack(u"text"_s);
    comesBack(std::string("h\xc3\xa9llo"));
    comesBack(QByteArray("\0\xff", 2));
    comesBack(QUuid::createUuid());
    comesBack(QTime(23, 59, 59, 7));
    comesBack(QDate());
    comesBack(QPoint(1, -2));
    comesBack(QPointF(1, 0.5));
    comesBack(QSize(3, 4));
    comesBack(QSizeF(3, 0.5));
    comesBack(QRectF(1, 2, 3, 4));
    comesBack(State::Kind::Fancy);
    comesBack(Qt::Alignment(Qt::AlignRight | Qt::AlignTop));
    comesBack(std::optional<int>(7));
    comesBack(std::optional<int>());
    comesBack(std::pair<QString, std::optional<int>>(u"a"_s, 1));
    comesBack(2min);
    comesBack(1500us);
    comesBack(QList<int>{1, 2});
    comesBack(QStringList{u"a"_s});
    comesBack(QVariantMap{{u"a"_s, 1LL}});
    comesBack(QMap<QString, QList<double>>{{u"a"_s, {1, 2.5}}});
    comesBack(QHash<QString, QString>{{u"a"_s, u"b"_s}});
}

void tst_ValueTo::leavesWhatIsMissing()
{
    const auto state = ipcValueTo<State>(QVariantMap{{u"best"_s, map(u"size"_s, 1LL)},
                                                     {u"kind"_s, QVariant()},
                                                     {u"fixed"_s, 5},
                                                     {u"newer"_s, u"ignored"_s}});
    QVERIFY2(state, qPrintable(state.error().message()));
    QCOMPARE(state->best, (Item{u"unnamed"_s, 1}));
    QCOMPARE(state->kind, State::Kind::Plain);
}

void tst_ValueTo::namesThePlaceOfWhatDoesNotFit()
{
    const QVariant null = QVariant::fromValue(nullptr);
    QCOMPARE(ipcValueTo<int>(u"x"_s).error().code(), Code::DecodingError);
    QCOMPARE(errorOf<int>(u"x"_s), u"cannot read the value: expected an integer, got a string"_s);
    QCOMPARE(
        errorOf<State>(map(u"items"_s, QVariantList{QVariantMap(), map(u"size"_s, u"large"_s)})),
        u"cannot read .items[1].size: expected an integer, got a string"_s);
    QCOMPARE(errorOf<State>(map(u"byName"_s, map(u"a key"_s, 1LL))),
             u"cannot read .byName[\"a key\"]: expected a map, got an integer"_s);
    QCOMPARE(errorOf<State>(map(u"kind"_s, 2LL)),
             u"cannot read .kind: 2 is no value of State::Kind"_s);
    QCOMPARE(errorOf<State>(map(u"day"_s, u"yesterday"_s)),
             u"cannot read .day: expected a date in ISO 8601, got \"yesterday\""_s);
    QCOMPARE(errorOf<State>(map(u"place"_s, map(u"x"_s, 1LL))),
             u"cannot read .place.y: expected an integer, got nothing"_s);
    QCOMPARE(errorOf<State>(map(u"best"_s, null)),
             u"cannot read .best: expected a map, got null"_s);
    QCOMPARE(errorOf<State>(null), u"cannot read the value: expected a map, got null"_s);
    QCOMPARE(errorOf<QList<State>>(QVariantList{1LL}),
             u"cannot read [0]: expected a map, got an integer"_s);
    QCOMPARE(errorOf<bool>(1LL), u"cannot read the value: expected a bool, got an integer"_s);
    QCOMPARE(errorOf<QString>(1LL), u"cannot read the value: expected a string, got an integer"_s);
    QCOMPARE(errorOf<QStringList>(QVariantList{u"a"_s, true}),
             u"cannot read [1]: expected a string, got a bool"_s);
    QCOMPARE(errorOf<QUuid>(u"x"_s), u"cannot read the value: expected a UUID, got \"x\""_s);
    using Pair = std::pair<int, int>;
    QCOMPARE(errorOf<Pair>(QVariantList{1LL}),
             u"cannot read the value: expected a list of two, got a list"_s);
    QCOMPARE(errorOf<Pair>(QVariantList{1LL, 0.5}),
             u"cannot read [1]: expected an integer, got 0.5"_s);
}

void tst_ValueTo::losesNoPartOfANumber()
{
    QCOMPARE(*ipcValueTo<int>(1.0), 1); // as JavaScript may write it
    QCOMPARE(*ipcValueTo<double>(1LL), 1.0);
    QCOMPARE(errorOf<State>(map(u"small"_s, 256LL)),
             u"cannot read .small: 256 is out of the range of uchar"_s);
    QCOMPARE(errorOf<State>(map(u"small"_s, -1LL)),
             u"cannot read .small: -1 is out of the range of uchar"_s);
    QVERIFY(!ipcValueTo<qlonglong>(std::numeric_limits<qulonglong>::max()));
    QVERIFY(!ipcValueTo<qlonglong>(1e300));
    QVERIFY(!ipcValueTo<int>(std::numeric_limits<double>::quiet_NaN()));
    QVERIFY(!ipcValueTo<double>(9'007'199'254'740'993LL));
    QVERIFY(!ipcValueTo<std::chrono::seconds>(1500LL));
    QCOMPARE(*ipcValueTo<std::chrono::seconds>(2000LL), 2s);
    QVERIFY(!ipcValueTo<std::chrono::nanoseconds>(1e18));
    const auto tiny = ipcValueTo<std::chrono::duration<qint8, std::milli>>(128LL);
    QVERIFY(!tiny);
}

QTEST_GUILESS_MAIN(tst_ValueTo)

#include "tst_valueto.moc"
