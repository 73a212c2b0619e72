// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "messagepackreader_p.h"
#include "messagepackwriter_p.h"
#include "valueencoder_p.h"
#include "valuetext.h"

#include <QtCore/QRandomGenerator>
#include <QtTest/QTest>

#include <limits>

using namespace Qt::StringLiterals;
using namespace qipc;

namespace {

constexpr int nesting = 16;

const QVariant null = QVariant::fromValue(nullptr);

QByteArray encode(const QVariant &value, Dialect dialect)
{
    QByteArray bytes;
    MessagePackWriter writer(bytes, dialect);
    return encodeValue(value, writer, nesting) ? QByteArray("failed") : bytes;
}

QByteArray hex(const QVariant &value, Dialect dialect)
{
    return encode(value, dialect).toHex();
}

//! The value in \a bytes as text, or the error's text.
QString decode(const QByteArray &bytes)
{
    ValueBuilder builder(nesting);
    const IPCError error = readMessagePack(bytes, builder);
    return error ? error.message() : valueText(builder.take());
}

QString decodeHex(const QByteArray &digits)
{
    return decode(QByteArray::fromHex(digits));
}

QDateTime utc(qint64 milliseconds)
{
    return QDateTime::fromMSecsSinceEpoch(milliseconds).toUTC();
}

//! The bytes of \a count letters x behind the \a head, as hex digits.
QByteArray letters(const char *head, int count)
{
    return head + QByteArray(count, 'x').toHex();
}

//! A packet as msgpackr writes it: {t: 1, d: {list: [1, -1, 0.5, "hé", null, true],
//! bytes: Buffer.from([0, 255]), when: new Date(1700000000123), none: undefined}, n: "q"}
const QByteArray packetHex("de0003a17401a164de0004a46c6973749601ffcb3fe0000000000000a368c3a9c0c3a5"
                           "6279746573c40200ffa47768656ed7ff1d5353006553f100a46e6f6e65d40000a16ea1"
                           "71");

QVariant packetValue()
{
    const QVariantMap content{{u"list"_s, QVariantList{1LL, -1LL, 0.5, u"hé"_s, null, true}},
                              {u"bytes"_s, QByteArray("\x00\xFF", 2)},
                              {u"when"_s, utc(1'700'000'000'123)},
                              {u"none"_s, QVariant()}};
    return QVariantMap{{u"t"_s, 1LL}, {u"d"_s, content}, {u"n"_s, u"q"_s}};
}

//! Makes values of the kinds that come back as they are.
class RandomValues
{
public:
    explicit RandomValues(quint32 seed)
        : m_random(seed)
    {
    }

    QVariant value(int depth = 0)
    {
        switch (m_random.bounded(depth < 5 ? 11 : 9)) {
        case 0:
            return {};
        case 1:
            return null;
        case 2:
            return m_random.bounded(2) == 1;
        case 3:
            return integer();
        case 4:
            return std::numeric_limits<quint64>::max() - m_random.bounded(1000);
        case 5:
            return m_random.generateDouble() * 1e6 - 5e5;
        case 6:
            return text();
        case 7:
            return bytes();
        case 8:
            return utc(integer() / 1'000'000);
        case 9:
            return list(depth);
        default:
            return map(depth);
        }
    }

private:
    // Of all widths.
    qint64 integer() { return qint64(m_random.generate64()) >> m_random.bounded(64); }

    int length() { return m_random.bounded(8) == 0 ? m_random.bounded(400) : m_random.bounded(20); }

    QString text()
    {
        QString text;
        for (int i = length(); i > 0; --i)
            text += QChar(char16_t(m_random.bounded(1, 0xD800) >> m_random.bounded(16)));
        return text;
    }

    QByteArray bytes()
    {
        QByteArray bytes;
        for (int i = length(); i > 0; --i)
            bytes += char(m_random.bounded(256));
        return bytes;
    }

    QVariantList list(int depth)
    {
        QVariantList list;
        for (int i = m_random.bounded(20); i > 0; --i)
            list.append(value(depth + 1));
        return list;
    }

    QVariantMap map(int depth)
    {
        QVariantMap map;
        for (int i = m_random.bounded(20); i > 0; --i)
            map.insert(text(), value(depth + 1));
        return map;
    }

    QRandomGenerator m_random;
};

} // namespace

class TestMessagePack : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void writesBytes_data();
    void writesBytes();
    void writesIntegersForEachDialect_data();
    void writesIntegersForEachDialect();
    void writesTextOfAnyKind_data();
    void writesTextOfAnyKind();
    void appendsToWhatIsThere();
    void readsBytes_data();
    void readsBytes();
    void readsAnyKey_data();
    void readsAnyKey();
    void keepsLastOfEqualKeys();
    void readsPacketAsFields();
    void rejectsBadData_data();
    void rejectsBadData();
    void rejectsEveryCut();
    void rejectsDeepData_data();
    void rejectsDeepData();
    void bringsRandomValuesBack();
    void survivesRandomChanges();
};

void TestMessagePack::writesBytes_data()
{
    QTest::addColumn<QVariant>("value");
    QTest::addColumn<QByteArray>("bytes");

    // What msgpackr 1.11.5 writes for the same value, but for the maps, which it gives a head of
    // three bytes whatever their size.
    QTest::newRow("undefined") << QVariant() << "d40000"_ba;
    QTest::newRow("null") << null << "c0"_ba;
    QTest::newRow("false") << QVariant(false) << "c2"_ba;
    QTest::newRow("true") << QVariant(true) << "c3"_ba;

    QTest::newRow("0.5") << QVariant(0.5) << "cb3fe0000000000000"_ba;
    QTest::newRow("1e300") << QVariant(1e300) << "cb7e37e43c8800759c"_ba;
    QTest::newRow("NaN") << QVariant(qQNaN()) << "cb7ff8000000000000"_ba;
    QTest::newRow("infinity") << QVariant(qInf()) << "cb7ff0000000000000"_ba;
    QTest::newRow("-infinity") << QVariant(-qInf()) << "cbfff0000000000000"_ba;

    QTest::newRow("empty text") << QVariant(u""_s) << "a0"_ba;
    QTest::newRow("text") << QVariant(u"héllo 中😀"_s) << "ae68c3a96c6c6f20e4b8adf09f9880"_ba;
    QTest::newRow("text of 31") << QVariant(QString(31, u'x')) << letters("bf", 31);
    QTest::newRow("text of 32") << QVariant(QString(32, u'x')) << letters("d920", 32);
    QTest::newRow("text of 255") << QVariant(QString(255, u'x')) << letters("d9ff", 255);
    QTest::newRow("text of 256") << QVariant(QString(256, u'x')) << letters("da0100", 256);
    QTest::newRow("text of 65536")
        << QVariant(QString(65536, u'x')) << letters("db00010000", 65536);

    QTest::newRow("no bytes") << QVariant(QByteArray()) << "c400"_ba;
    QTest::newRow("bytes") << QVariant(QByteArray("\x01\x02\xFF")) << "c4030102ff"_ba;
    QTest::newRow("256 bytes") << QVariant(QByteArray(256, 'x')) << letters("c50100", 256);
    QTest::newRow("65536 bytes") << QVariant(QByteArray(65536, 'x'))
                                 << letters("c600010000", 65536);

    QTest::newRow("empty list") << QVariant(QVariantList()) << "90"_ba;
    QTest::newRow("list") << QVariant(QVariantList{1, u"two"_s, null, QVariantList{3}})
                          << "9401a374776fc09103"_ba;
    QTest::newRow("list of 15") << QVariant(QVariantList(15, null)) << "9f" + "c0"_ba.repeated(15);
    QTest::newRow("list of 16") << QVariant(QVariantList(16, null))
                                << "dc0010" + "c0"_ba.repeated(16);
    QTest::newRow("list of 65536")
        << QVariant(QVariantList(65536, null)) << "dd00010000" + "c0"_ba.repeated(65536);

    QTest::newRow("time of the epoch") << QVariant(utc(0)) << "d6ff00000000"_ba;
    QTest::newRow("whole second") << QVariant(utc(1'700'000'000'000)) << "d6ff6553f100"_ba;
    QTest::newRow("last second of 32 bits")
        << QVariant(utc(4'294'967'295'000)) << "d6ffffffffff"_ba;
    QTest::newRow("1 ms") << QVariant(utc(1)) << "d7ff003d090000000000"_ba;
    QTest::newRow("999 ms") << QVariant(utc(999)) << "d7ffee2e1f0000000000"_ba;
    QTest::newRow("time") << QVariant(utc(1'700'000'000'123)) << "d7ff1d5353006553f100"_ba;
    QTest::newRow("time of 32 bits")
        << QVariant(utc(4'294'967'295'001)) << "d7ff003d0900ffffffff"_ba;
    QTest::newRow("time before the epoch")
        << QVariant(utc(-1)) << "c70cff3b8b87c0ffffffffffffffff"_ba;
    QTest::newRow("second before the epoch")
        << QVariant(utc(-1000)) << "c70cff00000000ffffffffffffffff"_ba;
    QTest::newRow("first second of 35 bits")
        << QVariant(utc(17'179'869'184'000)) << "c70cff000000000000000400000000"_ba;
    QTest::newRow("last time of JavaScript")
        << QVariant(utc(8'640'000'000'000'000)) << "c70cff00000000000007dba8218000"_ba;
    QTest::newRow("invalid time") << QVariant(QDateTime()) << "d4ffff"_ba;

    // Not as msgpackr does, which reads them all the same.
    QTest::newRow("whole double") << QVariant(1.0) << "cb3ff0000000000000"_ba;
    QTest::newRow("negative zero") << QVariant(-0.0) << "cb8000000000000000"_ba;
    QTest::newRow("first second of 33 bits")
        << QVariant(utc(4'294'967'296'000)) << "d7ff0000000100000000"_ba;
    QTest::newRow("last time of 34 bits")
        << QVariant(utc(17'179'869'183'999)) << "d7ffee2e1f03ffffffff"_ba;
    QTest::newRow("empty map") << QVariant(QVariantMap()) << "80"_ba;
    QTest::newRow("map") << QVariant(QVariantMap{{u"a"_s, 1}, {u"é"_s, QVariant()}})
                         << "82a16101a2c3a9d40000"_ba;
}

void TestMessagePack::writesBytes()
{
    QFETCH(QVariant, value);
    QFETCH(QByteArray, bytes);

    QCOMPARE(hex(value, Dialect::Ours), bytes);
    QCOMPARE(hex(value, Dialect::Node), bytes);
}

void TestMessagePack::writesIntegersForEachDialect_data()
{
    QTest::addColumn<QVariant>("value");
    QTest::addColumn<QByteArray>("ours");
    QTest::addColumn<QByteArray>("node");

    const auto addRow = [](auto value, const QByteArray &ours, const QByteArray &node) {
        QTest::addRow("%s", qPrintable(QString::number(value))) << QVariant(value) << ours << node;
    };
    const auto addSameRow = [&](qlonglong value, const QByteArray &both) {
        addRow(value, both, both);
    };
    // As msgpackr writes numbers.
    addSameRow(0, "00");
    addSameRow(1, "01");
    addSameRow(127, "7f");
    addSameRow(128, "cc80");
    addSameRow(255, "ccff");
    addSameRow(256, "cd0100");
    addSameRow(65535, "cdffff");
    addSameRow(65536, "ce00010000");
    addSameRow(4'294'967'295, "ceffffffff");
    addSameRow(-1, "ff");
    addSameRow(-32, "e0");
    addSameRow(-33, "d0df");
    addSameRow(-128, "d080");
    addSameRow(-129, "d1ff7f");
    addSameRow(-32768, "d18000");
    addSameRow(-32769, "d2ffff7fff");
    addSameRow(-2'147'483'648, "d280000000");
    // What a double holds exactly is a number in JavaScript; nothing else can be.
    addRow(4'294'967'296LL, "cf0000000100000000", "cb41f0000000000000");
    addRow(-2'147'483'649LL, "d3ffffffff7fffffff", "cbc1e0000000200000");
    addRow(9'007'199'254'740'991LL, "cf001fffffffffffff", "cb433fffffffffffff");
    addRow(9'007'199'254'740'992LL, "cf0020000000000000", "cb4340000000000000");
    addSameRow(9'007'199'254'740'993, "cf0020000000000001");
    addRow(-9'007'199'254'740'992LL, "d3ffe0000000000000", "cbc340000000000000");
    addSameRow(-9'007'199'254'740'993, "d3ffdfffffffffffff");
    addRow(std::numeric_limits<qlonglong>::min(), "d38000000000000000", "cbc3e0000000000000");
    addSameRow(std::numeric_limits<qlonglong>::max(), "cf7fffffffffffffff");
    addRow(9'223'372'036'854'775'808ULL, "cf8000000000000000", "cb43e0000000000000");
    addRow(18'446'744'073'709'549'568ULL, "cffffffffffffff800", "cb43efffffffffffff");
    addRow(18'446'744'073'709'551'615ULL, "cfffffffffffffffff", "cfffffffffffffffff");
    addRow(5ULL, "05", "05");
}

void TestMessagePack::writesIntegersForEachDialect()
{
    QFETCH(QVariant, value);
    QFETCH(QByteArray, ours);
    QFETCH(QByteArray, node);

    QCOMPARE(hex(value, Dialect::Ours), ours);
    QCOMPARE(hex(value, Dialect::Node), node);
}

void TestMessagePack::writesTextOfAnyKind_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QByteArray>("utf8");

    const QChar high(0xD83D);
    const QChar low(0xDE00);
    QTest::newRow("two bytes") << u"\u0080\u07FF"_s << "c280dfbf"_ba;
    QTest::newRow("three bytes") << u"\u0800\uFFFF"_s << "e0a080efbfbf"_ba;
    QTest::newRow("four bytes") << u"\U00010000\U0010FFFF"_s << "f0908080f48fbfbf"_ba;
    QTest::newRow("zero") << QString(QChar(0)) << "00"_ba;
    QTest::newRow("byte order mark") << u"\uFEFFa"_s << "efbbbf61"_ba;
    QTest::newRow("lone high surrogate") << QString(high) << "eda0bd"_ba;
    QTest::newRow("lone low surrogate") << QString(low) << "edb880"_ba;
    QTest::newRow("high surrogate before a letter") << QString(high + u"a"_s) << "eda0bd61"_ba;
    QTest::newRow("high surrogate behind a letter") << QString(u"a"_s + high) << "61eda0bd"_ba;
    QTest::newRow("low surrogate between letters")
        << QString(u"a"_s + low + u"b"_s) << "61edb88062"_ba;
    QTest::newRow("surrogates in wrong order") << QString(QString(low) + high) << "edb880eda0bd"_ba;
    QTest::newRow("two high surrogates and a low")
        << QString(QString(high) + high + low) << "eda0bdf09f9880"_ba;
}

void TestMessagePack::writesTextOfAnyKind()
{
    QFETCH(QString, text);
    QFETCH(QByteArray, utf8);

    const QByteArray bytes = QByteArray::fromHex(utf8);
    QCOMPARE(encode(text, Dialect::Ours).mid(1), bytes);
    // A long text takes other ways.
    const QString longText = text + QString(40, u'x') + text;
    const QByteArray longBytes = bytes + QByteArray(40, 'x') + bytes;
    QCOMPARE(encode(longText, Dialect::Ours).mid(2), longBytes);
}

void TestMessagePack::appendsToWhatIsThere()
{
    QByteArray bytes("head");
    MessagePackWriter writer(bytes, Dialect::Ours);
    writer.string(u"a");
    writer.real(0.5);
    QCOMPARE(bytes,
             "head\xA1"
             "a\xCB\x3F\xE0"
                 + QByteArray(6, '\0'));
}

void TestMessagePack::readsBytes_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QVariant>("value");

    QTest::newRow("packet of msgpackr") << packetHex << packetValue();

    // As msgpackr writes them: 0n, 1n, -1n and the ends of the range.
    QTest::newRow("BigInt 0") << "d30000000000000000"_ba << QVariant(0LL);
    QTest::newRow("BigInt 1") << "d30000000000000001"_ba << QVariant(1LL);
    QTest::newRow("BigInt -1") << "d3ffffffffffffffff"_ba << QVariant(-1LL);
    QTest::newRow("smallest BigInt")
        << "d38000000000000000"_ba << QVariant(std::numeric_limits<qlonglong>::min());
    QTest::newRow("largest BigInt")
        << "cfffffffffffffffff"_ba << QVariant(std::numeric_limits<qulonglong>::max());
    QTest::newRow("largest qlonglong")
        << "cf7fffffffffffffff"_ba << QVariant(std::numeric_limits<qlonglong>::max());
    QTest::newRow("number beyond 32 bits") << "cb41f0000000000000"_ba << QVariant(4294967296.0);

    QTest::newRow("float32") << "ca3f000000"_ba << QVariant(0.5);
    QTest::newRow("negative int16") << "d1ff7f"_ba << QVariant(-129LL);
    QTest::newRow("str8 of nothing") << "d900"_ba << QVariant(u""_s);
    QTest::newRow("bin32 of nothing") << "c600000000"_ba << QVariant(QByteArray());
    QTest::newRow("array16 of nothing") << "dc0000"_ba << QVariant(QVariantList());
    QTest::newRow("array32") << "dd00000001c0"_ba << QVariant(QVariantList{null});
    QTest::newRow("map32") << "df00000001a161c0"_ba << QVariant(QVariantMap{{u"a"_s, null}});
    QTest::newRow("empty object of JavaScript") << "de0000"_ba << QVariant(QVariantMap());

    QTest::newRow("lone surrogate") << "a3eda080"_ba << QVariant(QString(QChar(0xD800)));
    QTest::newRow("lone surrogate in text")
        << "a561eda08062"_ba << QVariant(QString(u'a' + QString(QChar(0xD800)) + u'b'));
    QTest::newRow("byte order mark behind a lone surrogate")
        << "a6edbfbfefbbbf"_ba << QVariant(QString(QChar(0xDFFF)) + QChar(0xFEFF));
    QTest::newRow("pair in two parts") << "a6eda0bdedb880"_ba << QVariant(u"\U0001F600"_s);
    QTest::newRow("cut surrogate") << "a2eda0"_ba << QVariant(QString(2, QChar(0xFFFD)));
    QTest::newRow("Hangul") << "a3ed9fbb"_ba << QVariant(QString(QChar(0xD7FB)));
    QTest::newRow("cut UTF-8") << "a2c3c3"_ba << QVariant(QString(2, QChar(0xFFFD)));
    QTest::newRow("byte order mark") << "a4efbbbf61"_ba << QVariant(u"\uFEFFa"_s);
    QTest::newRow("byte order marks") << "a6efbbbfefbbbf"_ba << QVariant(u"\uFEFF\uFEFF"_s);
    QTest::newRow("zero in text") << "a3610062"_ba << QVariant(u"a\0b"_s);

    QTest::newRow("time of 34 bits")
        << "d7ff0000000200000000"_ba << QVariant(utc(8'589'934'592'000));
    QTest::newRow("time of 96 bits") << "c70cff3b8b87c0ffffffffffffffff"_ba << QVariant(utc(-1));
    QTest::newRow("invalid time") << "d4ffff"_ba << QVariant(QDateTime());
    QTest::newRow("invalid time of 2 bytes") << "d5ff0000"_ba << QVariant(QDateTime());
    QTest::newRow("time of no bytes") << "c700ff"_ba << QVariant(QDateTime());
    QTest::newRow("time beyond all times")
        << "c70cff000000007fffffffffffffff"_ba << QVariant(QDateTime());
    QTest::newRow("time before all times")
        << "c70cff000000008000000000000000"_ba << QVariant(QDateTime());

    QTest::newRow("undefined") << "d40000"_ba << QVariant();
    QTest::newRow("undefined of another size") << "c70000"_ba << QVariant();
    QTest::newRow("unknown extension of 1") << "d40500"_ba << QVariant();
    QTest::newRow("unknown extension of 16") << "d805" + "00"_ba.repeated(16) << QVariant();
    QTest::newRow("unknown extension in a list")
        << "92c70305aabbcc01"_ba << QVariant(QVariantList{QVariant(), 1LL});
    QTest::newRow("unknown extension, 32 bits") << "c90000000180aa"_ba << QVariant();
    QTest::newRow("Set") << "9101"_ba << QVariant(QVariantList{1LL});
    QTest::newRow("Error") << "93a54572726f72a178d40000"_ba
                           << QVariant(QVariantList{u"Error"_s, u"x"_s, QVariant()});
}

void TestMessagePack::readsBytes()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QVariant, value);

    QCOMPARE(decodeHex(bytes), valueText(value));
}

void TestMessagePack::readsAnyKey_data()
{
    QTest::addColumn<QByteArray>("key");
    QTest::addColumn<QString>("text");

    // The text is what String(key) gives in JavaScript.
    QTest::newRow("string") << "a161"_ba << u"a"_s;
    QTest::newRow("empty string") << "a0"_ba << u""_s;
    QTest::newRow("integer") << "01"_ba << u"1"_s;
    QTest::newRow("negative integer") << "fb"_ba << u"-5"_s;
    QTest::newRow("largest integer") << "cfffffffffffffffff"_ba << u"18446744073709551615"_s;
    QTest::newRow("1.5") << "cb3ff8000000000000"_ba << u"1.5"_s;
    QTest::newRow("-0.5") << "cbbfe0000000000000"_ba << u"-0.5"_s;
    QTest::newRow("-0") << "cb8000000000000000"_ba << u"0"_s;
    QTest::newRow("1.0") << "cb3ff0000000000000"_ba << u"1"_s;
    QTest::newRow("0.1") << "cb3fb999999999999a"_ba << u"0.1"_s;
    QTest::newRow("1e20") << "cb4415af1d78b58c40"_ba << u"100000000000000000000"_s;
    QTest::newRow("1e21") << "cb444b1ae4d6e2ef50"_ba << u"1e+21"_s;
    QTest::newRow("1e-6") << "cb3eb0c6f7a0b5ed8d"_ba << u"0.000001"_s;
    QTest::newRow("1e-7") << "cb3e7ad7f29abcaf48"_ba << u"1e-7"_s;
    QTest::newRow("smallest double") << "cb0000000000000001"_ba << u"5e-324"_s;
    QTest::newRow("largest double") << "cb7fefffffffffffff"_ba << u"1.7976931348623157e+308"_s;
    QTest::newRow("float32") << "ca3f000000"_ba << u"0.5"_s;
    QTest::newRow("NaN") << "cb7ff8000000000000"_ba << u"NaN"_s;
    QTest::newRow("infinity") << "cb7ff0000000000000"_ba << u"Infinity"_s;
    QTest::newRow("-infinity") << "cbfff0000000000000"_ba << u"-Infinity"_s;
    QTest::newRow("true") << "c3"_ba << u"true"_s;
    QTest::newRow("false") << "c2"_ba << u"false"_s;
    QTest::newRow("null") << "c0"_ba << u"null"_s;
    QTest::newRow("undefined") << "d40000"_ba << u"undefined"_s;
    QTest::newRow("bytes") << "c4026869"_ba << u"hi"_s;
    QTest::newRow("no text") << "c401ff"_ba << u"\uFFFD"_s;

    // These are ours: they only have to be harmless.
    QTest::newRow("unknown extension") << "d40500"_ba << u"undefined"_s;
    QTest::newRow("time") << "d6ff00000000"_ba << u"1970-01-01T00:00:00.000Z"_s;
    QTest::newRow("invalid time") << "d4ffff"_ba << u""_s;
    QTest::newRow("list") << "9101"_ba << u"(list)"_s;
    QTest::newRow("empty list") << "90"_ba << u"(list)"_s;
    QTest::newRow("list of lists") << "92910190"_ba << u"(list)"_s;
    QTest::newRow("map") << "de0001a16101"_ba << u"(map)"_s;
    QTest::newRow("empty map") << "80"_ba << u"(map)"_s;
    QTest::newRow("map with such keys") << "82910181c0010280"_ba << u"(map)"_s;
}

void TestMessagePack::readsAnyKey()
{
    QFETCH(QByteArray, key);
    QFETCH(QString, text);

    QCOMPARE(decodeHex("81" + key + "05"), u"{%1: qlonglong 5}"_s.arg(text));
    QCOMPARE(decodeHex("9281" + key + "81" + key + "9006"),
             u"[{%1: {%1: []}}, qlonglong 6]"_s.arg(text));
}

void TestMessagePack::keepsLastOfEqualKeys()
{
    QCOMPARE(decodeHex("83a1310101020003"), u"{0: qlonglong 3, 1: qlonglong 2}"_s);
}

void TestMessagePack::readsPacketAsFields()
{
    ValueBuilder builder(nesting, ValueBuilder::Root::Packet);
    QVERIFY(!readMessagePack(QByteArray::fromHex(packetHex), builder));
    QVERIFY(builder.isComplete());
    QCOMPARE(*builder.field(u't'), QVariant(1LL));
    QCOMPARE(valueText(*builder.field(u'd')), valueText(packetValue().toMap().value(u"d"_s)));
    QCOMPARE(*builder.field(u'n'), QVariant(u"q"_s));
    QVERIFY(!builder.field(u'e'));
}

void TestMessagePack::rejectsBadData_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("what");

    QTest::newRow("nothing") << ""_ba << u"cut short at byte 0"_s;
    QTest::newRow("byte that begins nothing")
        << "c1"_ba << u"no value begins as it does at byte 0"_s;
    QTest::newRow("such a byte in a list")
        << "9201c1"_ba << u"no value begins as it does at byte 2"_s;
    QTest::newRow("two values") << "0102"_ba << u"more than one value, the second at byte 1"_s;
    QTest::newRow("two lists") << "9090"_ba << u"more than one value, the second at byte 1"_s;
    QTest::newRow("more behind text")
        << "a161c1"_ba << u"more than one value, the second at byte 2"_s;
    // What they declare is not there, and takes no memory.
    QTest::newRow("huge list") << "ddffffffff0102"_ba << u"cut short at byte 7"_s;
    QTest::newRow("huge lists") << "ddffffffff"_ba.repeated(8) << u"cut short at byte 40"_s;
    QTest::newRow("huge map") << "dfffffffff0102"_ba << u"cut short at byte 7"_s;
    QTest::newRow("huge map as a key") << "81dfffffffff0102"_ba << u"cut short at byte 8"_s;
    QTest::newRow("huge text") << "dbffffffff6161"_ba << u"cut short at byte 7"_s;
    QTest::newRow("huge bytes") << "c6ffffffff0000"_ba << u"cut short at byte 7"_s;
    QTest::newRow("huge extension") << "c9ffffffff0500"_ba << u"cut short at byte 7"_s;
    QTest::newRow("huge time") << "c9ffffffffff00"_ba << u"cut short at byte 7"_s;
}

void TestMessagePack::rejectsBadData()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, what);

    ValueBuilder builder(nesting);
    const IPCError error = readMessagePack(QByteArray::fromHex(bytes), builder);
    QCOMPARE(error.code(), IPCError::Code::DecodingError);
    QCOMPARE(error.message(), "cannot read MessagePack: "_L1 + what);
    QCOMPARE(error.limit(), QString());
}

void TestMessagePack::rejectsEveryCut()
{
    const QByteArray whole = QByteArray::fromHex(packetHex);
    QCOMPARE(decode(whole), valueText(packetValue()));
    for (qsizetype size = 0; size < whole.size(); ++size) {
        // A copy of its own, so that a sanitizer sees a read behind its end.
        const QByteArray cut(whole.constData(), size);
        ValueBuilder builder(nesting);
        QCOMPARE(readMessagePack(cut, builder).code(), IPCError::Code::DecodingError);
        QVERIFY(!builder.isComplete());
    }
}

void TestMessagePack::rejectsDeepData_data()
{
    QTest::addColumn<QByteArray>("level");
    QTest::addColumn<QByteArray>("core");

    QTest::newRow("lists") << "91"_ba
                           << "90"_ba;
    QTest::newRow("maps") << "81a161"_ba
                          << "80"_ba;
    QTest::newRow("maps with lists for keys") << "8190"_ba
                                              << "90"_ba;
    QTest::newRow("long lists") << "dd00000001"_ba
                                << "90"_ba;
}

void TestMessagePack::rejectsDeepData()
{
    QFETCH(QByteArray, level);
    QFETCH(QByteArray, core);

    const auto read = [&](qsizetype levels) {
        ValueBuilder builder(nesting);
        return readMessagePack(QByteArray::fromHex(level.repeated(levels - 1) + core), builder);
    };
    QCOMPARE(read(nesting), IPCError());
    for (const qsizetype levels : {nesting + 1, nesting + 2, 100'000}) {
        QCOMPARE(read(levels).code(), IPCError::Code::DecodingError);
        QCOMPARE(read(levels).limit(), u"nesting"_s);
        QVERIFY(read(levels).message().contains("deeper than the 16 levels"_L1));
    }
    // As deep in a key, where nothing is built.
    ValueBuilder builder(nesting);
    const QByteArray deepKey = QByteArray::fromHex("81" + QByteArray("91").repeated(100'000));
    QCOMPARE(readMessagePack(deepKey, builder).limit(), u"nesting"_s);
}

void TestMessagePack::bringsRandomValuesBack()
{
    RandomValues random(20'260'101);
    for (int i = 0; i < 500; ++i) {
        const QVariant value = random.value();
        QCOMPARE(decode(encode(value, Dialect::Ours)), valueText(value));
    }
}

void TestMessagePack::survivesRandomChanges()
{
    RandomValues values(1);
    QRandomGenerator random(2);
    for (int i = 0; i < 5'000; ++i) {
        QByteArray bytes = encode(values.value(), Dialect::Node).left(2'000);
        for (int changes = random.bounded(1, 5); changes > 0 && !bytes.isEmpty(); --changes)
            bytes[random.bounded(bytes.size())] = char(random.bounded(256));
        ValueBuilder builder(nesting);
        const IPCError error = readMessagePack(bytes, builder);
        QVERIFY(error || builder.isComplete());
        if (error)
            QCOMPARE(error.code(), IPCError::Code::DecodingError);
    }
}

QTEST_GUILESS_MAIN(TestMessagePack)

#include "tst_messagepack.moc"
