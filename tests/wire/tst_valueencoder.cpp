// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "jsonreader_p.h"
#include "jsonwriter_p.h"
#include "messagepackreader_p.h"
#include "messagepackwriter_p.h"
#include "valueencoder_p.h"
#include "valuetext.h"

#include <QtCore/QFloat16>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QRegularExpression>
#include <QtCore/QSet>
#include <QtCore/QLine>
#include <QtCore/QUrl>
#include <QtCore/QUuid>
#include <QtTest/QTest>

#include <limits>
#include <list>
#include <map>
#include <memory>
#include <vector>

using namespace Qt::StringLiterals;
using namespace qipc;

struct Point
{
    Q_GADGET
    Q_PROPERTY(int x MEMBER x CONSTANT)
    Q_PROPERTY(int y MEMBER y CONSTANT)

public:
    int x = 0;
    int y = 0;
};

struct Shape
{
    Q_GADGET
    Q_PROPERTY(Kind kind MEMBER kind CONSTANT)
    Q_PROPERTY(Point centre MEMBER centre CONSTANT)
    Q_PROPERTY(QList<int> sides MEMBER sides CONSTANT)
    Q_PROPERTY(QVariant extra MEMBER extra CONSTANT)

public:
    enum class Kind : quint8 { Round = 200 };
    Q_ENUM(Kind)

    Kind kind = Kind::Round;
    Point centre;
    QList<int> sides;
    QVariant extra;
};

struct Opaque
{
    Q_GADGET

public:
    int hidden = 0;
};

struct Picture
{
    Q_GADGET
    Q_PROPERTY(QString title MEMBER title CONSTANT)
    Q_PROPERTY(QLine size MEMBER size CONSTANT)

public:
    QString title;
    QLine size;
};

struct Plain
{
    int x = 0;
};

enum class Tiny : qint8 { Low = -3 };
enum class Short : qint16 { Low = -300 };
enum class Signed : qint64 { Lowest = std::numeric_limits<qint64>::min() };
enum class Unsigned : quint64 { Highest = std::numeric_limits<quint64>::max() };
enum class Option { First = 1, Third = 4 };
Q_DECLARE_FLAGS(Options, Option)

namespace {

constexpr int nesting = 16;

QDateTime someTime()
{
    return QDateTime::fromString(u"2023-11-14T23:13:20.123+01:00"_s, Qt::ISODateWithMs);
}

QDateTime someTimeInUtc()
{
    return QDateTime::fromString(u"2023-11-14T22:13:20.123Z"_s, Qt::ISODateWithMs);
}

template <typename Writer, typename... More>
IPCError encode(const QVariant &value, int maxNesting, QByteArray &out, More... more)
{
    Writer writer(out, more...);
    return encodeValue(value, writer, maxNesting);
}

//! The error that both encodings give, which has to be the same.
IPCError errorOf(const QVariant &value, int maxNesting = nesting)
{
    QByteArray json;
    QByteArray messagePack;
    const IPCError error = encode<JsonWriter>(value, maxNesting, json);
    const IPCError other = encode<MessagePackWriter>(value, maxNesting, messagePack, Dialect::Ours);
    return error == other ? error : IPCError();
}

QVariant throughJson(const QVariant &value)
{
    QByteArray bytes;
    ValueBuilder builder(nesting);
    if (encode<JsonWriter>(value, nesting, bytes) || readJson(bytes, builder))
        return u"failed: %1"_s.arg(QString::fromUtf8(bytes));
    return builder.take();
}

QVariant throughMessagePack(const QVariant &value)
{
    QByteArray bytes;
    ValueBuilder builder(nesting);
    if (encode<MessagePackWriter>(value, nesting, bytes, Dialect::Ours)
        || readMessagePack(bytes, builder))
        return u"failed: %1"_s.arg(QString::fromLatin1(bytes.toHex()));
    return builder.take();
}

void addRow(const char *name, const QVariant &value, const QVariant &fromBoth)
{
    QTest::newRow(name) << value << fromBoth << fromBoth;
}

void addRow(const char *name, const QVariant &value, const QVariant &fromJson,
            const QVariant &fromMessagePack)
{
    QTest::newRow(name) << value << fromJson << fromMessagePack;
}

void addScalarRows()
{
    addRow("undefined", QVariant(), QVariant());
    addRow("null", QVariant::fromValue(nullptr), QVariant::fromValue(nullptr));
    addRow("true", true, true);
    addRow("false", false, false);
    addRow("double", 0.5, 0.5);
    addRow("whole double", 1.0, 1.0);
    addRow("negative zero", -0.0, -0.0);
    addRow("float", 0.25F, 0.25);
    addRow("float16", QVariant::fromValue(qfloat16(0.25F)), 0.25);
    addRow("infinity", qInf(), QVariant::fromValue(nullptr), qInf());
    addRow("variant in a variant",
           QVariant(QMetaType::fromType<QVariant>(), std::make_unique<QVariant>(5).get()), 5LL);
}

void addIntegerRows()
{
    addRow("int", -5, -5LL);
    addRow("uint", 4'294'967'295U, 4'294'967'295LL);
    addRow("qlonglong", std::numeric_limits<qint64>::min(), std::numeric_limits<qint64>::min());
    addRow("qulonglong", 5ULL, 5LL);
    addRow("largest qulonglong", std::numeric_limits<quint64>::max(),
           std::numeric_limits<quint64>::max());
    addRow("long", QVariant::fromValue(-70'000L), -70'000LL);
    addRow("ulong", QVariant::fromValue(70'000UL), 70'000LL);
    addRow("size_t", QVariant::fromValue(size_t(7)), 7LL);
    addRow("short", QVariant::fromValue(short(-7)), -7LL);
    addRow("ushort", QVariant::fromValue(ushort(60'000)), 60'000LL);
    addRow("char", QVariant::fromValue('a'), 97LL);
    addRow("signed char", QVariant::fromValue(static_cast<signed char>(-1)), -1LL);
    addRow("uchar", QVariant::fromValue(uchar(255)), 255LL);
    addRow("char16_t", QVariant::fromValue(u'\xFFFF'), 65'535LL);
    addRow("char32_t", QVariant::fromValue(U'😀'), 0x1F600LL);
}

void addEnumRows()
{
    addRow("enum", QVariant::fromValue(Qt::Key_Escape), qlonglong(Qt::Key_Escape));
    addRow("enum of 8 bits", QVariant::fromValue(Tiny::Low), -3LL);
    addRow("unsigned enum of 8 bits", QVariant::fromValue(Shape::Kind::Round), 200LL);
    addRow("enum of 16 bits", QVariant::fromValue(Short::Low), -300LL);
    addRow("enum of 64 bits", QVariant::fromValue(Signed::Lowest),
           std::numeric_limits<qint64>::min());
    addRow("unsigned enum of 64 bits", QVariant::fromValue(Unsigned::Highest),
           std::numeric_limits<quint64>::max());
    addRow("flags", QVariant::fromValue(Options(Option::First) | Option::Third), 5LL);
    addRow("flags of Qt", QVariant::fromValue(Qt::Alignment(Qt::AlignTop)),
           qlonglong(Qt::AlignTop));
}

void addTextRows()
{
    addRow("string", u"h€llo 😀"_s, u"h€llo 😀"_s);
    addRow("null string", QString(), u""_s);
    addRow("bytes", QByteArray("\x00\xFF", 2), QByteArray("\x00\xFF", 2));
    addRow("null bytes", QByteArray(), QByteArray(""));
    addRow("url", QUrl(u"http://example.org/ä b?q=1#c"_s),
           u"http://example.org/%C3%A4%20b?q=1#c"_s);
    addRow("uuid",
           QUuid(0x67C8770B, 0x44F1, 0x410A, 0xAB, 0x9A, 0xF9, 0xB5, 0x44, 0x6F, 0x13, 0xEE),
           u"67c8770b-44f1-410a-ab9a-f9b5446f13ee"_s);
    addRow("time", someTime(), u"2023-11-14T22:13:20.123Z"_s, someTimeInUtc());
    addRow("invalid time", QDateTime(), QVariant::fromValue(nullptr), QDateTime());
}

void addListRows()
{
    const QVariantList numbers{1LL, 2LL};
    const QVariantList strings{u"a"_s, u"b"_s};
    addRow("list", QVariantList{1, u"a"_s, QVariant::fromValue(nullptr), QVariantList()},
           QVariantList{1LL, u"a"_s, QVariant::fromValue(nullptr), QVariantList()});
    addRow("undefined in a list", QVariantList{QVariant()},
           QVariantList{QVariant::fromValue(nullptr)}, QVariantList{QVariant()});
    addRow("null list", QVariantList(), QVariantList());
    addRow("string list", QStringList{u"a"_s, u"b"_s}, strings);
    addRow("bytes list", QVariant::fromValue(QByteArrayList{"a", "b"}),
           QVariantList{QByteArray("a"), QByteArray("b")});
    addRow("QList<int>", QVariant::fromValue(QList<int>{1, 2}), numbers);
    addRow("empty QList<int>", QVariant::fromValue(QList<int>()), QVariantList());
    addRow("QList<double>", QVariant::fromValue(QList<double>{1, 0.5}), QVariantList{1.0, 0.5});
    addRow("QSet<QString>", QVariant::fromValue(QSet<QString>{u"a"_s}), QVariantList{u"a"_s});
    addRow("std::vector<quint16>", QVariant::fromValue(std::vector<quint16>{1, 2}), numbers);
    addRow("std::list<qint64>", QVariant::fromValue(std::list<qint64>{1, 2}), numbers);
    addRow("QList<QList<int>>", QVariant::fromValue(QList<QList<int>>{{1, 2}, {}}),
           QVariantList{QVariant(numbers), QVariant(QVariantList())});
    addRow("std::vector<QVariant>", QVariant::fromValue(std::vector<QVariant>{1, 2}), numbers);
    addRow("QList<gadget>", QVariant::fromValue(QList<Point>{{1, 2}}),
           QVariantList{QVariantMap{{u"x"_s, 1LL}, {u"y"_s, 2LL}}});
    addRow("QList<enum>", QVariant::fromValue(QList<Shape::Kind>{Shape::Kind::Round}),
           QVariantList{200LL});
}

void addMapRows()
{
    const QVariantMap numbers{{u"a"_s, 1LL}, {u"b"_s, 2LL}};
    addRow("map", QVariantMap{{u""_s, 1}, {u"a b"_s, QVariantMap()}},
           QVariantMap{{u""_s, 1LL}, {u"a b"_s, QVariantMap()}});
    addRow("undefined in a map", QVariantMap{{u"a"_s, QVariant()}}, QVariantMap(),
           QVariantMap{{u"a"_s, QVariant()}});
    addRow("hash", QVariantHash{{u"a"_s, 1}, {u"b"_s, 2}}, numbers);
    addRow("QMap<QString, int>", QVariant::fromValue(QMap<QString, int>{{u"a"_s, 1}, {u"b"_s, 2}}),
           numbers);
    addRow("empty QMap<QString, int>", QVariant::fromValue(QMap<QString, int>()), QVariantMap());
    addRow("QHash<QString, QString>",
           QVariant::fromValue(QHash<QString, QString>{{u"a"_s, u"b"_s}}),
           QVariantMap{{u"a"_s, u"b"_s}});
    addRow("std::map<QString, quint8>",
           QVariant::fromValue(std::map<QString, quint8>{{u"a"_s, quint8(1)}, {u"b"_s, quint8(2)}}),
           numbers);
    addRow("QMap<QString, QList<int>>",
           QVariant::fromValue(QMap<QString, QList<int>>{{u"a"_s, {1}}}),
           QVariantMap{{u"a"_s, QVariantList{1LL}}});
    addRow("gadget", QVariant::fromValue(Shape{Shape::Kind::Round, {3, 4}, {5, 6}, u"more"_s}),
           QVariantMap{{u"kind"_s, 200LL},
                       {u"centre"_s, QVariantMap{{u"x"_s, 3LL}, {u"y"_s, 4LL}}},
                       {u"sides"_s, QVariantList{5LL, 6LL}},
                       {u"extra"_s, u"more"_s}});
}

void addJsonRows()
{
    const QJsonObject object{{u"a"_s, QJsonArray{1, 0.5, QJsonValue::Null, true, u"b"_s}}};
    const QVariantList list{1LL, 0.5, QVariant::fromValue(nullptr), true, u"b"_s};
    const QVariantMap map{{u"a"_s, list}};
    addRow("QJsonObject", object, map);
    addRow("QJsonArray", object.value(u"a").toArray(), list);
    addRow("QJsonDocument of an object", QJsonDocument(object), map);
    addRow("QJsonDocument of an array", QJsonDocument(object.value(u"a").toArray()), list);
    addRow("QJsonDocument of nothing", QJsonDocument(), QVariant());
    addRow("undefined QJsonValue", QJsonValue(QJsonValue::Undefined), QVariant());
    addRow("null QJsonValue", QJsonValue(QJsonValue::Null), QVariant::fromValue(nullptr));
    addRow("bool QJsonValue", QJsonValue(true), true);
    addRow("integer QJsonValue", QJsonValue(5), 5LL);
    addRow("double QJsonValue", QJsonValue(0.5), 0.5);
    addRow("string QJsonValue", QJsonValue(u"a"_s), u"a"_s);
    addRow("array QJsonValue", QJsonValue(QJsonArray{1}), QVariantList{1LL});
    addRow("object QJsonValue", QJsonValue(object), map);
}

} // namespace

class TestValueEncoder : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void carriesValue_data();
    void carriesValue();
    void refusesValue_data();
    void refusesValue();
    void refusesDeepValue_data();
    void refusesDeepValue();
    void takesValueAtTheNestingLimit();
    void shortensLongPlace();
};

void TestValueEncoder::carriesValue_data()
{
    QTest::addColumn<QVariant>("value");
    QTest::addColumn<QVariant>("fromJson");
    QTest::addColumn<QVariant>("fromMessagePack");

    addScalarRows();
    addIntegerRows();
    addEnumRows();
    addTextRows();
    addListRows();
    addMapRows();
    addJsonRows();
}

void TestValueEncoder::carriesValue()
{
    QFETCH(QVariant, value);
    QFETCH(QVariant, fromJson);
    QFETCH(QVariant, fromMessagePack);

    // In a map, for in JSON there is an undefined value only there: the key is absent.
    const QVariantMap map{{u"value"_s, value}};
    QCOMPARE(valueText(throughJson(map).toMap().value(u"value"_s)), valueText(fromJson));
    QCOMPARE(valueText(throughMessagePack(map).toMap().value(u"value"_s)),
             valueText(fromMessagePack));
}

void TestValueEncoder::refusesValue_data()
{
    QTest::addColumn<QVariant>("value");
    QTest::addColumn<QString>("text");

    const QVariant size = QLine(1, 2, 3, 4);
    const QVariant keyedByInt = QVariant::fromValue(QMap<int, QString>());
    const QVariant object = QVariant::fromValue<QObject *>(this);
    QTest::newRow("at the root") << size << u"cannot encode a QLine"_s;
    QTest::newRow("in a map") << QVariant(QVariantMap{{u"photo"_s, size}})
                              << u"cannot encode a QLine at .photo"_s;
    QTest::newRow("in a list") << QVariant(QVariantList{0, 1, 2, size})
                               << u"cannot encode a QLine at [3]"_s;
    QTest::newRow("deep") << QVariant(
        QVariantMap{{u"a"_s, QVariantList{1, QVariantHash{{u"_b1"_s, size}}}}})
                          << u"cannot encode a QLine at .a[1]._b1"_s;
    QTest::newRow("key of words") << QVariant(QVariantMap{{u"a key"_s, size}})
                                  << u"cannot encode a QLine at [\"a key\"]"_s;
    QTest::newRow("key of digits")
        << QVariant(QVariantMap{{u"1"_s, size}}) << u"cannot encode a QLine at [\"1\"]"_s;
    QTest::newRow("empty key") << QVariant(QVariantMap{{u""_s, size}})
                               << u"cannot encode a QLine at [\"\"]"_s;
    QTest::newRow("in a sequence")
        << QVariant::fromValue(QList<QLine>{QLine()}) << u"cannot encode a QLine at [0]"_s;
    QTest::newRow("in an association")
        << QVariant::fromValue(QMap<QString, QLine>{{u"a"_s, QLine()}})
        << u"cannot encode a QLine at .a"_s;
    QTest::newRow("in a gadget") << QVariant(QVariantList{QVariant::fromValue(Picture())})
                                 << u"cannot encode a QLine at [0].size"_s;
    QTest::newRow("other keys")
        << QVariant(QVariantMap{{u"x"_s, keyedByInt}})
        << u"cannot encode a QMap<int,QString> at .x: its keys are not strings"_s;
    QTest::newRow("other keys, hash")
        << QVariant::fromValue(QHash<QByteArray, int>())
        << u"cannot encode a QHash<QByteArray,int>: its keys are not strings"_s;
    QTest::newRow("gadget with nothing to read")
        << QVariant::fromValue(Opaque())
        << u"cannot encode a Opaque: it has no readable properties"_s;
    QTest::newRow("object") << QVariant(QVariantMap{{u"o"_s, object}})
                            << u"cannot encode a QObject* at .o"_s;
    QTest::newRow("pointer") << QVariant::fromValue(static_cast<int *>(nullptr))
                             << u"cannot encode a int*"_s;
    QTest::newRow("void pointer") << QVariant::fromValue(static_cast<void *>(this))
                                  << u"cannot encode a void*"_s;
    QTest::newRow("gadget pointer")
        << QVariant::fromValue(static_cast<Point *>(nullptr)) << u"cannot encode a Point*"_s;
    QTest::newRow("plain struct") << QVariant::fromValue(Plain()) << u"cannot encode a Plain"_s;
    QTest::newRow("character") << QVariant(QChar(u'a')) << u"cannot encode a QChar"_s;
    QTest::newRow("expression") << QVariant(QRegularExpression(u"a"_s))
                                << u"cannot encode a QRegularExpression"_s;
}

void TestValueEncoder::refusesValue()
{
    QFETCH(QVariant, value);
    QFETCH(QString, text);

    const IPCError error = errorOf(value);
    QCOMPARE(error.code(), IPCError::Code::EncodingError);
    QCOMPARE(error.message(), text);
    QCOMPARE(error.limit(), QString());
}

void TestValueEncoder::refusesDeepValue_data()
{
    QTest::addColumn<QVariant>("value");
    QTest::addColumn<QString>("place");

    QTest::newRow("lists") << QVariant::fromValue(
        QVariantList{QVariant(QVariantList{QVariant(QVariantList())})})
                           << u"[0][0]"_s;
    QTest::newRow("lists of one type")
        << QVariant::fromValue(QList<QList<QList<int>>>{{{}}}) << u"[0][0]"_s;
    QTest::newRow("maps") << QVariant(QVariantMap{{u"a"_s, QVariantMap{{u"b"_s, QVariantMap()}}}})
                          << u".a.b"_s;
    QTest::newRow("gadget") << QVariant(
        QVariantList{QVariantMap{{u"b"_s, QVariant::fromValue(Point())}}})
                            << u"[0].b"_s;
    QTest::newRow("JSON") << QVariant(QJsonArray{QJsonObject{{u"a"_s, QJsonArray()}}})
                          << u"[0].a"_s;
}

void TestValueEncoder::refusesDeepValue()
{
    QFETCH(QVariant, value);
    QFETCH(QString, place);

    const IPCError error = errorOf(value, 2);
    QCOMPARE(error.code(), IPCError::Code::EncodingError);
    QCOMPARE(error.message(),
             u"cannot encode more than the 2 levels that are allowed (limits.nesting) at "_s
                 + place);
    QCOMPARE(error.limit(), u"nesting"_s);
    QCOMPARE(errorOf(value, 3), IPCError());
}

void TestValueEncoder::takesValueAtTheNestingLimit()
{
    constexpr int limit = 1024; // the most that IPCLimits::nesting() can be
    QVariant value = 1;
    for (int i = 0; i < limit; ++i)
        value = QVariantList{value};

    QCOMPARE(errorOf(value, limit), IPCError());
    QCOMPARE(errorOf(QVariantList{value}, limit).limit(), u"nesting"_s);
    // Siblings do not add up.
    QCOMPARE(errorOf(QVariantList{QVariantList(), QVariantMap(), QVariantList()}, 2), IPCError());
}

void TestValueEncoder::shortensLongPlace()
{
    QVariant value = QLine();
    for (int i = 0; i < 10; ++i)
        value = QVariantMap{{QString(1000, u'k'), QVariantList{value}}};

    const QString text = errorOf(value, 100).message();
    QVERIFY2(text.startsWith("cannot encode a QLine at .kkkk"_L1), qPrintable(text));
    QVERIFY2(text.endsWith("kkkk[0]"_L1), qPrintable(text));
    QVERIFY2(text.contains(u'…'), qPrintable(text));
    QVERIFY2(text.size() < 300, qPrintable(text));
}

QTEST_GUILESS_MAIN(TestValueEncoder)

#include "tst_valueencoder.moc"
