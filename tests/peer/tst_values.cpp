// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "pair.h"

#include <QtCore/QCborArray>
#include <QtCore/QCborMap>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QLine>
#include <QtCore/QRect>
#include <QtCore/QTimeZone>
#include <QtCore/QUrl>
#include <QtCore/QUuid>

#include <limits>
#include <map>
#include <optional>
#include <string>

// The table "Values" of the documentation, compiled and sent.

namespace {

class Gadget
{
    Q_GADGET
    Q_PROPERTY(QString name MEMBER name)
    Q_PROPERTY(int size MEMBER size)
public:
    QString name;
    int size = 0;
};

class Silent
{
    Q_GADGET
};

enum class Colour { Red = 1, Blue = 7 };

constexpr auto biggest = std::numeric_limits<qulonglong>::max();
constexpr auto smallest = std::numeric_limits<qlonglong>::min();

// Types count: 1 is not 1.0, and null not undefined.
QString spelled(const QVariant &value)
{
    switch (value.typeId()) {
    case QMetaType::UnknownType:
        return u"undefined"_s;
    case QMetaType::Nullptr:
        return u"null"_s;
    case QMetaType::QVariantList: {
        QStringList items;
        for (const QVariant &item : value.toList())
            items.append(spelled(item));
        return u"["_s + items.join(u", "_s) + u"]"_s;
    }
    case QMetaType::QVariantMap: {
        QStringList items;
        const QVariantMap map = value.toMap();
        for (auto it = map.cbegin(); it != map.cend(); ++it)
            items.append(QString(it.key() + u": "_s + spelled(it.value())));
        return u"{"_s + items.join(u", "_s) + u"}"_s;
    }
    case QMetaType::QByteArray:
        return u"bytes "_s + QString::fromLatin1(value.toByteArray().toHex());
    case QMetaType::QDateTime:
        return u"date "_s + value.toDateTime().toUTC().toString(Qt::ISODateWithMs);
    default:
        return QString::fromLatin1(value.typeName()) + u' ' + value.toString();
    }
}

} // namespace

class tst_Values : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void comeBackAsTheTableSays_data();
    void comeBackAsTheTableSays();
    void canBeSaidInEveryWay();
    void refuseWhatCannotBeSent_data();
    void refuseWhatCannotBeSent();
};

void tst_Values::comeBackAsTheTableSays_data()
{
    QTest::addColumn<QVariant>("value");
    QTest::addColumn<QVariant>("json");
    QTest::addColumn<QVariant>("messagePack");

    const auto both = [](const char *name, const IPCValue &value, const QVariant &expected) {
        QTest::newRow(name) << value.variant() << expected << expected;
    };
    both("undefined", IPCValue(), QVariant());
    both("nullptr", nullptr, QVariant::fromValue(nullptr));
    both("true", true, true);
    both("false", false, false);
    both("int", 42, 42LL);
    both("negative", -1, -1LL);
    both("size_t", size_t(7), 7LL);
    both("qint8", qint8(-8), -8LL);
    both("the smallest integer", smallest, smallest);
    both("the largest integer", biggest, biggest);
    both("enum class", Colour::Blue, 7LL);
    both("Qt enum", Qt::AlignRight, qlonglong(Qt::AlignRight));
    both("flags", QVariant::fromValue(Qt::Alignment(Qt::AlignRight | Qt::AlignTop)),
         qlonglong(Qt::AlignRight | Qt::AlignTop));
    both("double", 0.5, 0.5);
    both("double without fraction", 1.0, 1.0);
    both("float", 0.25F, 0.25);
    both("large double", 1e300, 1e300);
    both("text", u"h\u00e9llo \u4e2d\U0001f600"_s, u"h\u00e9llo \u4e2d\U0001f600"_s);
    both("empty text", QString(), QString());
    both("literal", u"x"_s, u"x"_s);
    both("QDate", QDate(2026, 2, 28), u"2026-02-28"_s);
    both("QTime", QTime(23, 59, 59, 7), u"23:59:59.007"_s);
    both("no QDate", QDate(), QVariant::fromValue(nullptr));
    both("QPoint", QPoint(1, -2), QVariantMap{{u"x"_s, 1LL}, {u"y"_s, -2LL}});
    both("QPointF", QPointF(1, 0.5), QVariantMap{{u"x"_s, 1.0}, {u"y"_s, 0.5}});
    both("QSize", QSize(3, 4), QVariantMap{{u"width"_s, 3LL}, {u"height"_s, 4LL}});
    both("QSizeF", QSizeF(3, 4.5), QVariantMap{{u"width"_s, 3.0}, {u"height"_s, 4.5}});
    both("QRect", QVariantList{QRect(1, 2, 3, 4)},
         QVariantList{
             QVariantMap{{u"x"_s, 1LL}, {u"y"_s, 2LL}, {u"width"_s, 3LL}, {u"height"_s, 4LL}}});
    both("QRectF", QRectF(1, 2, 3, 4),
         QVariantMap{{u"x"_s, 1.0}, {u"y"_s, 2.0}, {u"width"_s, 3.0}, {u"height"_s, 4.0}});
    both("std::string", std::string("h\xc3\xa9llo"), u"h\u00e9llo"_s);
    both("optional", std::optional<int>(7), 7LL);
    both("empty optional", std::optional<QString>(), QVariant());
    both("nullopt", std::nullopt, QVariant());
    both("seconds", 3s, 3000LL);
    both("minutes", 2min, 120000LL);
    both("milliseconds in a list", QVariantList{QVariant::fromValue(5ms)}, QVariantList{5LL});
    both("microseconds", 1500us, 1.5);
    both("pair", std::pair<QString, std::optional<int>>(u"a"_s, 1), QVariantList{u"a"_s, 1LL});
    both("QCborMap", QCborMap{{u"a"_s, QCborArray{1, nullptr}}},
         QVariantMap{{u"a"_s, QVariantList{1LL, QVariant::fromValue(nullptr)}}});
    both("QUrl", QUrl(u"https://example.org/a%20b"_s), u"https://example.org/a%20b"_s);
    both("QUuid", QUuid(u"{11111111-2222-3333-4444-555555555555}"_s),
         u"11111111-2222-3333-4444-555555555555"_s);
    both("bytes", QByteArray("\0\xff", 2), QByteArray("\0\xff", 2));
    both("no bytes", QByteArray(), QByteArray());
    both("list", QVariantList{1, u"two"_s, QVariant::fromValue(nullptr)},
         QVariantList{1LL, u"two"_s, QVariant::fromValue(nullptr)});
    both("QStringList", QStringList{u"a"_s, u"b"_s}, QVariantList{u"a"_s, u"b"_s});
    both("QList<int>", QList<int>{1, 2}, QVariantList{1LL, 2LL});
    both("std::vector<double>", std::vector<double>{0.5, 1}, QVariantList{0.5, 1.0});
    both("empty list", QVariantList(), QVariantList());
    both("map", QVariantMap{{u"a"_s, 1}}, QVariantMap{{u"a"_s, 1LL}});
    both("hash", QVariantHash{{u"a"_s, 1}}, QVariantMap{{u"a"_s, 1LL}});
    both("QMap<QString, int>", QMap<QString, int>{{u"a"_s, 1}}, QVariantMap{{u"a"_s, 1LL}});
    both("std::map", std::map<QString, bool>{{u"a"_s, true}}, QVariantMap{{u"a"_s, true}});
    both("gadget", Gadget{u"g"_s, 3}, QVariantMap{{u"name"_s, u"g"_s}, {u"size"_s, 3LL}});
    both("QJsonObject", QJsonObject{{u"a"_s, QJsonArray{1, 0.5, QJsonValue()}}},
         QVariantMap{{u"a"_s, QVariantList{1LL, 0.5, QVariant::fromValue(nullptr)}}});
    both("QJsonValue", QJsonValue(u"x"_s), u"x"_s);
    both("QJsonDocument", QJsonDocument(QJsonArray{true}), QVariantList{true});

    const auto date = QDateTime::fromString(u"2026-11-22T13:14:15.167+01:00"_s, Qt::ISODateWithMs);
    QTest::newRow("date") << QVariant(date) << QVariant(u"2026-11-22T12:14:15.167Z"_s)
                          << QVariant(date.toUTC());
    QTest::newRow("NaN") << QVariant(qQNaN()) << QVariant::fromValue(nullptr) << QVariant(qQNaN());
    QTest::newRow("infinity") << QVariant(qInf()) << QVariant::fromValue(nullptr)
                              << QVariant(qInf());
    QTest::newRow("undefined in a map")
        << QVariant(QVariantMap{{u"a"_s, QVariant()}, {u"b"_s, 1}})
        << QVariant(QVariantMap{{u"b"_s, 1LL}})
        << QVariant(QVariantMap{{u"a"_s, QVariant()}, {u"b"_s, 1LL}});
    QTest::newRow("undefined in a list") << QVariant(QVariantList{QVariant()})
                                         << QVariant(QVariantList{QVariant::fromValue(nullptr)})
                                         << QVariant(QVariantList{QVariant()});
}

void tst_Values::comeBackAsTheTableSays()
{
    QFETCH(QVariant, value);
    QFETCH(QVariant, json);
    QFETCH(QVariant, messagePack);
    for (const auto encoding : {IPCPeer::Encoding::Json, IPCPeer::Encoding::MessagePack}) {
        for (const bool compression : {false, true}) {
            Pair pair;
            pair.client.setEncoding(encoding);
            pair.client.setCompression(compression);
            QVERIFY(pair.connect());
            connect(&pair.server, &IPCServer::requestReceived, this,
                    [](const QVariant &request, const IPCResponder &respond) { respond(request); });
            const auto answer = settled(pair.client.request(value));
            QVERIFY2(answer, qPrintable(answer.error().message()));
            const bool isJson = encoding == IPCPeer::Encoding::Json;
            QCOMPARE(spelled(answer.value()), spelled(isJson ? json : messagePack));
        }
    }
}

// All of these compile under QT_NO_CAST_FROM_ASCII and mean the obvious.
void tst_Values::canBeSaidInEveryWay()
{
    Pair pair;
    QVERIFY(pair.connect());
    const QSignalSpy received(&pair.server, &IPCServer::messageReceived);
    IPCClient &client = pair.client;
    const QString lvalue = u"lvalue"_s;
    const Gadget gadget{u"g"_s, 1};

    QVERIFY(client.post(QStringLiteral("x")));
    QVERIFY(client.post(lvalue));
    QVERIFY(client.post("latin"_L1));
    QVERIFY(client.post(QStringView(lvalue)));
    QVERIFY(client.post(lvalue + u"!"_s)); // a string builder
    QVERIFY(client.post(42));
    QVERIFY(client.post(size_t(42)));
    QVERIFY(client.post(nullptr));
    QVERIFY(client.post(QVariantMap{{u"a"_s, 1}}));
    QVERIFY(client.post(QList<int>{1}));
    QVERIFY(client.post(gadget));
    QVERIFY(client.post(Colour::Red));
    QVERIFY(client.post({}));
    QVERIFY(client.post(QVariant(1)));

    const QStringList expected{u"QString x"_s,
                               u"QString lvalue"_s,
                               u"QString latin"_s,
                               u"QString lvalue"_s,
                               u"QString lvalue!"_s,
                               u"qlonglong 42"_s,
                               u"qlonglong 42"_s,
                               u"null"_s,
                               u"{a: qlonglong 1}"_s,
                               u"[qlonglong 1]"_s,
                               u"{name: QString g, size: qlonglong 1}"_s,
                               u"qlonglong 1"_s,
                               u"undefined"_s,
                               u"qlonglong 1"_s};
    QTRY_COMPARE(received.size(), expected.size());
    for (qsizetype i = 0; i < expected.size(); ++i)
        QCOMPARE(spelled(received.at(i).first()), expected.at(i));
}

void tst_Values::refuseWhatCannotBeSent_data()
{
    QTest::addColumn<QVariant>("value");
    QTest::addColumn<QString>("text");
    QTest::newRow("QLine") << QVariant(QLine(1, 2, 3, 4)) << u"cannot encode a QLine"_s;
    QTest::newRow("in a map") << QVariant(QVariantMap{{u"photo"_s, QLine()}})
                              << u"cannot encode a QLine at .photo"_s;
    QTest::newRow("deep") << QVariant(
        QVariantMap{{u"a"_s, QVariantList{1, QVariantMap{{u"b c"_s, QLine()}}}}})
                          << u"cannot encode a QLine at .a[1][\"b c\"]"_s;
    QTest::newRow("std::string of other bytes")
        << QVariant::fromValue(std::string("\xff")) << u"it is not UTF-8"_s;
    QTest::newRow("QObject") << QVariant::fromValue<QObject *>(this)
                             << u"cannot encode a QObject*"_s;
    QTest::newRow("other keys") << QVariant::fromValue(QMap<int, QString>{{1, u"x"_s}})
                                << u"cannot encode a QMap<int,QString>"_s;
    QTest::newRow("nothing readable") << QVariant::fromValue(Silent()) << u"Silent"_s;
}

void tst_Values::refuseWhatCannotBeSent()
{
    QFETCH(QVariant, value);
    QFETCH(QString, text);
    Pair pair;
    QVERIFY(pair.connect());
    const QSignalSpy received(&pair.server, &IPCServer::messageReceived);

    const auto posted = pair.client.post(value);
    QCOMPARE(posted.error().code(), Code::EncodingError);
    QVERIFY2(posted.error().message().contains(text), qPrintable(posted.error().message()));
    QCOMPARE(codeOf(pair.client.send(value)), Code::EncodingError);
    QCOMPARE(codeOf(pair.client.request(value)), Code::EncodingError);
    QCOMPARE(codeOf(pair.client.ping(value, 1s)), Code::EncodingError);
    QCOMPARE(pair.server.broadcast(value).error().code(), Code::EncodingError);
    QCOMPARE(codeOf(pair.server.survey(value)), Code::EncodingError);

    // Nothing of it was sent, and nothing else is disturbed.
    QVERIFY(pair.client.post(u"next"_s));
    QTRY_COMPARE(received.size(), 1);
    QCOMPARE(received.first().first(), QVariant(u"next"_s));
}

QTEST_GUILESS_MAIN(tst_Values)

#include "tst_values.moc"
