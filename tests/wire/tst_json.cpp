// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "jsongenerator.h"
#include "jsonoracles.h"

#include "jsonreader_p.h"
#include "jsonwriter_p.h"
#include "messagepackreader_p.h"
#include "messagepackwriter_p.h"
#include "valueencoder_p.h"

#include <QtCore/QElapsedTimer>
#include <QtTest/QTest>

#include <limits>

using namespace Qt::StringLiterals;
using namespace qipc;

namespace {

constexpr int nesting = 128;

const QVariant null = QVariant::fromValue(nullptr);

QVariant integer(qlonglong value)
{
    return value;
}

struct Reading
{
    IPCError error;
    QVariant value;
};

Reading read(const QByteArray &text, int maxNesting = nesting)
{
    ValueBuilder builder(maxNesting);
    const IPCError error = readJson(text, builder);
    return {error, error ? QVariant() : builder.take()};
}

void write(JsonWriter &writer, const QVariant &value)
{
    switch (value.typeId()) {
    case QMetaType::UnknownType:
        return writer.undefined();
    case QMetaType::Nullptr:
        return writer.null();
    case QMetaType::Bool:
        return writer.boolean(value.toBool());
    case QMetaType::LongLong:
        return writer.integer(value.toLongLong());
    case QMetaType::ULongLong:
        return writer.unsignedInteger(value.toULongLong());
    case QMetaType::Double:
        return writer.real(value.toDouble());
    case QMetaType::QString:
        return writer.string(value.toString());
    case QMetaType::QByteArray:
        return writer.bytes(value.toByteArray());
    case QMetaType::QDateTime:
        return writer.dateTime(value.toDateTime());
    case QMetaType::QVariantList: {
        const QVariantList list = value.toList();
        writer.beginList(list.size());
        for (const QVariant &entry : list)
            write(writer, entry);
        return writer.endList();
    }
    case QMetaType::QVariantMap: {
        const QVariantMap map = value.toMap();
        writer.beginMap(map.size());
        for (auto entry = map.begin(); entry != map.end(); ++entry) {
            writer.key(entry.key());
            write(writer, entry.value());
        }
        return writer.endMap();
    }
    default:
        qFatal("no row of these tests has a %s", value.typeName());
    }
}

QByteArray written(const QVariant &value)
{
    QByteArray text;
    JsonWriter writer(text);
    write(writer, value);
    return text;
}

} // namespace

class tst_Json : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsValue_data();
    void readsValue();
    void readsNoMoreThanTheView();
    void keepsTheLastOfDoubleKeys();
    void rejects_data();
    void rejects();
    void saysWhatIsWrongAndWhere_data();
    void saysWhatIsWrongAndWhere();
    void rejectsEveryCut_data();
    void rejectsEveryCut();
    void rejectsInvalidUtf8_data();
    void rejectsInvalidUtf8();
    void judgesUtf8AsQtDoes();
    void readsAndWritesEveryCharacter();
    void findsSpecialCharactersAtEveryOffset();

    void limitsNesting_data();
    void limitsNesting();
    void doesNotCountTheMapOfFields();

    void readsBuffers_data();
    void readsBuffers();
    void takesOnlyExactBuffers_data();
    void takesOnlyExactBuffers();
    void readsLargeBuffer();
    void staysLinearOnHostileText_data();
    void staysLinearOnHostileText();

    void writesValue_data();
    void writesValue();
    void writesDate_data();
    void writesDate();
    void leavesOutUndefined();
    void appends();
    void writesSpecialCharactersAtEveryOffset();
    void keepsSurrogatesTogetherAtEveryOffset();
    void writesLargeBytes();

    void readsBackWhatItWrote();
    void agreesWithMessagePack();
    void readsBackEveryDouble();
    void agreesWithTheOracles();
};

void tst_Json::readsValue_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QVariant>("value");

    QTest::newRow("null") << "null"_ba << null;
    QTest::newRow("true") << "true"_ba << QVariant(true);
    QTest::newRow("false") << "false"_ba << QVariant(false);

    QTest::newRow("0") << "0"_ba << integer(0);
    QTest::newRow("-0") << "-0"_ba << QVariant(-0.0);
    QTest::newRow("7") << "7"_ba << integer(7);
    QTest::newRow("-7") << "-7"_ba << integer(-7);
    QTest::newRow("largest qlonglong")
        << "9223372036854775807"_ba << integer(std::numeric_limits<qlonglong>::max());
    QTest::newRow("smallest qlonglong")
        << "-9223372036854775808"_ba << integer(std::numeric_limits<qlonglong>::min());
    QTest::newRow("smallest qulonglong")
        << "9223372036854775808"_ba << QVariant(qulonglong(1) << 63);
    QTest::newRow("largest qulonglong")
        << "18446744073709551615"_ba << QVariant(std::numeric_limits<qulonglong>::max());
    QTest::newRow("above qulonglong")
        << "18446744073709551616"_ba << QVariant(18446744073709551616.0);
    QTest::newRow("below qlonglong")
        << "-9223372036854775809"_ba << QVariant(-9223372036854775808.0);
    QTest::newRow("1e20 of JavaScript") << "100000000000000000000"_ba << QVariant(1e20);
    QTest::newRow("40 digits") << "1234567890123456789012345678901234567890"_ba
                               << QVariant(1234567890123456789012345678901234567890.0);

    QTest::newRow("1.0") << "1.0"_ba << QVariant(1.0);
    QTest::newRow("-0.0") << "-0.0"_ba << QVariant(-0.0);
    QTest::newRow("0e5") << "0e5"_ba << QVariant(0.0);
    QTest::newRow("1e2") << "1e2"_ba << QVariant(100.0);
    QTest::newRow("1E+2") << "1E+2"_ba << QVariant(100.0);
    QTest::newRow("1e-2") << "1e-2"_ba << QVariant(0.01);
    QTest::newRow("12.5e-003") << "12.5e-003"_ba << QVariant(0.0125);
    QTest::newRow("0.1") << "0.1"_ba << QVariant(0.1);
    QTest::newRow("largest double")
        << "1.7976931348623157e308"_ba << QVariant(std::numeric_limits<double>::max());
    QTest::newRow("smallest double")
        << "5e-324"_ba << QVariant(std::numeric_limits<double>::denorm_min());
    QTest::newRow("too large") << "1e999"_ba << QVariant(qInf());
    QTest::newRow("too large, negative") << "-1e999"_ba << QVariant(-qInf());
    QTest::newRow("too large, long exponent") << "1e99999999999999999999"_ba << QVariant(qInf());
    QTest::newRow("too small") << "1e-999"_ba << QVariant(0.0);
    QTest::newRow("too small, negative") << "-1e-999"_ba << QVariant(-0.0);
    QTest::newRow("too large, largest exponent") << "1e9223372036854775807"_ba << QVariant(qInf());
    QTest::newRow("too small, least exponent") << "0.01e-9223372036854775808"_ba << QVariant(0.0);
    QTest::newRow("0 with a large exponent") << "0e99999999999999999999"_ba << QVariant(0.0);
    QTest::newRow("large by its digits")
        << QByteArray(400, '1') + "e-399" << QVariant(1.1111111111111112);
    QTest::newRow("too large by its digits") << QByteArray(400, '1') << QVariant(qInf());
    QTest::newRow("too small by its digits") << "0." + QByteArray(400, '0') + '1' << QVariant(0.0);

    QTest::newRow("empty string") << R"("")"_ba << QVariant(u""_s);
    QTest::newRow("ASCII") << R"("abc")"_ba << QVariant(u"abc"_s);
    QTest::newRow("DEL") << "\"\x7f\""_ba << QVariant(u"\x7f"_s);
    QTest::newRow("UTF-8") << R"("é漢😀")"_ba << QVariant(u"é漢😀"_s);
    QTest::newRow("leading U+FEFF") << "\"\xef\xbb\xbf\""_ba << QVariant(u"\ufeff"_s);
    QTest::newRow("escapes") << R"("\"\\\/\b\f\n\r\t")"_ba << QVariant(u"\"\\/\b\f\n\r\t"_s);
    QTest::newRow("\\u0000") << R"("a\u0000b")"_ba << QVariant(u"a"_s + QChar(0) + u"b"_s);
    QTest::newRow("hex in both cases") << R"("\u00e9\u00E9\uABcd")"_ba << QVariant(u"éé\uabcd"_s);
    QTest::newRow("pair of surrogates") << R"("\ud83d\ude00")"_ba << QVariant(u"😀"_s);
    QTest::newRow("lone high surrogate") << R"("\ud800")"_ba << QVariant(QString(QChar(0xd800)));
    QTest::newRow("lone low surrogate")
        << R"("x\uDFFFy")"_ba << QVariant(u"x"_s + QChar(0xdfff) + u"y"_s);
    QTest::newRow("surrogates in the wrong order")
        << R"("\ude00\ud83d")"_ba << QVariant(QString(QChar(0xde00)) + QChar(0xd83d));
    QTest::newRow("escapes among UTF-8") << R"("é\né\u00e9漢\"")"_ba << QVariant(u"é\néé漢\""_s);

    QTest::newRow("empty list") << "[]"_ba << QVariant(QVariantList());
    QTest::newRow("empty map") << "{}"_ba << QVariant(QVariantMap());
    QTest::newRow("list") << R"([1,"a",null,[true]])"_ba
                          << QVariant(QVariantList{integer(1), u"a"_s, null, QVariantList{true}});
    QTest::newRow("map") << R"({"b":1,"a":{"":[{}]}})"_ba
                         << QVariant(QVariantMap{
                                {u"b"_s, integer(1)},
                                {u"a"_s,
                                 QVariantMap{{u""_s, QVariantList{QVariant(QVariantMap())}}}}});
    QTest::newRow("escapes in a key")
        << R"({"\u0061\n":1})"_ba << QVariant(QVariantMap{{u"a\n"_s, integer(1)}});
    QTest::newRow("white space everywhere")
        << " \t\r\n{ \"a\" : [ 1 , 2 ] , \"b\" : { } , \"c\" : [ ] } \n"_ba
        << QVariant(QVariantMap{{u"a"_s, QVariantList{integer(1), integer(2)}},
                                {u"b"_s, QVariantMap()},
                                {u"c"_s, QVariantList()}});
}

void tst_Json::readsValue()
{
    QFETCH(QByteArray, text);
    QFETCH(QVariant, value);

    const Reading alone = read(text);
    QVERIFY2(!alone.error, qUtf8Printable(alone.error.message()));
    QVERIFY2(same(alone.value, value), written(alone.value).constData());

    const Reading inList = read('[' + text + ", " + text + ']');
    QVERIFY2(!inList.error, qUtf8Printable(inList.error.message()));
    QVERIFY(same(inList.value, QVariantList{value, value}));

    const Reading inMap = read(R"({"key":)" + text + R"(, "other":)" + text + '}');
    QVERIFY2(!inMap.error, qUtf8Printable(inMap.error.message()));
    QVERIFY(same(inMap.value, QVariantMap{{u"key"_s, value}, {u"other"_s, value}}));
}

void tst_Json::readsNoMoreThanTheView()
{
    const QByteArray text = "1234";
    ValueBuilder builder(nesting);
    QVERIFY(!readJson(QByteArrayView(text).first(2), builder));
    QCOMPARE(builder.take(), integer(12));
}

void tst_Json::keepsTheLastOfDoubleKeys()
{
    QCOMPARE(read(R"({"a":1,"a":2})").value, QVariant(QVariantMap{{u"a"_s, integer(2)}}));
}

void tst_Json::rejects_data()
{
    QTest::addColumn<QByteArray>("text");

    // clang-format off
    const QByteArrayList texts = {
        "", " ", "nul", "nulL", "True", "undefined", "NaN", "Infinity", "-Infinity", "'a'", "a",
        // numbers
        "-", "+1", "01", "-01", "00", "1.", ".5", "-.5", "1.e2", "1e", "1e+", "1e-", "1E", "1.5e",
        "0x10", "1_000", "1,5", "--1", "1-", "0-1", "1e5.5", "-a", "- 1",
        // strings
        R"(")", R"("a)", R"("\")", R"("\x")", R"("\u")", R"("\u12")", R"("\u123")", R"("\u123g")",
        R"("\u12 4")", R"("\uD83D\u")", R"("\U0041")", R"("\ )", R"("\)", R"("\0")", R"("\'")",
        R"(a")", "\"\n\"", "\"\t\"", "\"abcdefgh\x1f\"", "\"a\\\n\"", R"("a""b")",
        // lists
        "[", "]", "[1", "[1,", "[,]", "[,1]", "[1,]", "[1,,2]", "[1 2]", "[1}", "[1]]", "[1:2]",
        R"(["a":1])", "[1],", "[\x01]",
        // maps
        "{", "}", "{,}", R"({"a")", R"({"a":)", R"({"a":1)", R"({"a":1,)", R"({"a":1,})",
        R"({"a"})", R"({"a",1})", R"({"a" 1})", R"({"a":1 "b":2})", R"({"a":1,,"b":2})",
        R"({"a":1])", R"({"a"::1})", R"({a:1})", "{1:2}", "{null:1}", R"({"a":})", R"({:1})",
        R"({'a':1})", R"({"a":1}})", "[{]}",
        // nearly bytes
        R"({"type":"Buffer" "data":[1]})", R"({"type":"data":[1],"type":"Buffer"})",
        R"({"type":"Buffer","data":[1],})", R"({"type":"Buffer","data":[1,]})",
        R"({"type":"Buffer","data":[01]})", R"({"type":"Buffer","data":[1 2]})",
        R"({"data":[1]"type":"Buffer"})", R"({"data":"type":"Buffer"})",
        // more than one value
        "1 2", "{}{}", "null null", "[] x", R"("a" "b")", "truefalse", "nullx",
        // other things around
        "/**/1", "1//", "\xef\xbb\xbf{}", "\f1", "1\v", "\xc2\xa0", "\xa0",
    };
    // clang-format on
    for (const QByteArray &text : texts)
        QTest::newRow(text.isEmpty() ? "nothing"
                                     : text.toPercentEncoding("[]{}\":,+\\ ").constData())
            << text;
    QTest::newRow("NUL") << QByteArray(1, '\0');
    QTest::newRow("NUL behind") << QByteArray("1\0", 2);
    QTest::newRow("NUL in a string") << QByteArray("\"\0\"", 3);
    QTest::newRow("NUL in a list") << QByteArray("[1,\0]", 5);
}

void tst_Json::rejects()
{
    QFETCH(QByteArray, text);

    const IPCError error = read(text).error;
    QCOMPARE(error.code(), IPCError::Code::DecodingError);
    QVERIFY(error.limit().isEmpty());
    QVERIFY(error.message().startsWith("invalid JSON at byte "_L1));
}

void tst_Json::saysWhatIsWrongAndWhere_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("message");

    const auto row = [](const QByteArray &text, const QString &message) {
        QTest::newRow(qPrintable(message)) << text << u"invalid JSON at byte "_s + message;
    };
    row("", u"0: expected a value, but the text ends"_s);
    row("  nul", u"2: expected a value"_s);
    row("[1,]", u"3: expected a value"_s);
    row("[1 2]", u"3: expected ',' or ']'"_s);
    row("[1", u"2: expected ',' or ']', but the text ends"_s);
    row(R"({"a":1 "b":2})", u"7: expected ',' or '}'"_s);
    row(R"({"a":1,})", u"7: expected a key in quotes"_s);
    row(R"({"a" 1})", u"5: expected ':'"_s);
    row("1 2", u"2: expected nothing more"_s);
    row("01", u"1: expected nothing more"_s);
    row("[-x]", u"2: expected a digit"_s);
    row("[1.e5]", u"3: expected a digit"_s);
    row("1e", u"2: expected a digit, but the text ends"_s);
    row(R"("abc)", u"4: expected '\"', but the text ends"_s);
    row(R"(["a\qb"])", u"3: no valid escape"_s);
    row(R"(["ab\u12g4"])", u"4: no valid escape"_s);
    row("[\"ab\ncd\"]", u"4: a control character in a string"_s);
    row("[\"ab\xff\"]", u"4: no valid UTF-8"_s);
}

void tst_Json::saysWhatIsWrongAndWhere()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, message);

    QCOMPARE(read(text).error, IPCError(IPCError::Code::DecodingError, message));
}

void tst_Json::rejectsEveryCut_data()
{
    QTest::addColumn<QByteArray>("text");

    QTest::newRow("every kind")
        << R"({"null":null,"true":true,"false":false,"zero":0,"int":-12,"big":18446744073709551615,
            "wide":123456789012345678901234567890,"real":-1.5e-7,"empty":"",
            "text":"a\"\\\/\u00e9\ud83d\ude00é漢😀","bytes":{"type":"Buffer","data":[0,17,255]},
            "other":{"data":[1],"type":"Buffer"},"no bytes":{"type":"Buffer","data":[256]},
            "list":[[],{},[1,[2]],{"a":[{}]}]})"_ba;
    QTest::newRow("literals") << "[null,true,false]"_ba;
    QTest::newRow("integer") << "-1234567890123456789012"_ba;
    QTest::newRow("real") << "-12.25e-10"_ba;
    QTest::newRow("string") << R"("a\"b\\é\u00e9\ud83d\ude00 and some more text 漢😀")"_ba;
    QTest::newRow("bytes") << R"( { "type" : "Buffer" , "data" : [ 0 , 17 , 255 ] } )"_ba.trimmed();
    QTest::newRow("bytes, data first") << R"({"data":[0,17,255],"type":"Buffer"})"_ba;
    QTest::newRow("deep") << R"([[[{"a":[{"b":[[]]}]}]]])"_ba;
}

void tst_Json::rejectsEveryCut()
{
    QFETCH(QByteArray, text);

    const Reading whole = read(text);
    QVERIFY2(!whole.error, qUtf8Printable(whole.error.message()));
    for (qsizetype length = 0; length < text.size(); ++length) {
        // An array of its own, so that a sanitizer sees a read past its end.
        const QByteArray cut(text.constData(), length);
        const Reading part = read(cut);
        if (part.error)
            QCOMPARE(part.error.code(), IPCError::Code::DecodingError);
        else
            QVERIFY2(isNumber(whole.value) && isNumber(part.value), cut.constData());
    }
}

void tst_Json::rejectsInvalidUtf8_data()
{
    QTest::addColumn<QByteArray>("bytes");

    QTest::newRow("continuation alone") << "\x80"_ba;
    QTest::newRow("two bytes cut") << "\xc3"_ba;
    QTest::newRow("three bytes cut") << "\xe6\xbc"_ba;
    QTest::newRow("four bytes cut") << "\xf0\x9f\x98"_ba;
    QTest::newRow("overlong, two bytes") << "\xc0\x80"_ba;
    QTest::newRow("overlong, two bytes, last") << "\xc1\xbf"_ba;
    QTest::newRow("overlong, three bytes") << "\xe0\x9f\xbf"_ba;
    QTest::newRow("overlong, four bytes") << "\xf0\x8f\xbf\xbf"_ba;
    QTest::newRow("high surrogate") << "\xed\xa0\x80"_ba;
    QTest::newRow("low surrogate") << "\xed\xbf\xbf"_ba;
    QTest::newRow("pair of surrogates") << "\xed\xa0\xbd\xed\xb8\x80"_ba;
    QTest::newRow("above U+10FFFF") << "\xf4\x90\x80\x80"_ba;
    QTest::newRow("five bytes") << "\xf8\x88\x80\x80\x80"_ba;
    QTest::newRow("fe") << "\xfe"_ba;
    QTest::newRow("ff") << "\xff"_ba;
    QTest::newRow("Latin-1") << "Gr\xfc\xdf e"_ba;
}

void tst_Json::rejectsInvalidUtf8()
{
    QFETCH(QByteArray, bytes);

    for (const QByteArray &before : {""_ba, "a"_ba, "é"_ba, "\\n"_ba, "a text of some length"_ba}) {
        for (const QByteArray &behind : {""_ba, "a"_ba, "é"_ba, "\\n"_ba, "\\\""_ba}) {
            const QByteArray text = '"' + before + bytes + behind + '"';
            QCOMPARE(read(text).error.code(), IPCError::Code::DecodingError);
            QCOMPARE(read('{' + text + ":1}").error.code(), IPCError::Code::DecodingError);
        }
    }
    QVERIFY(read(bytes).error);
    QVERIFY(read('[' + bytes + ']').error);
}

void tst_Json::judgesUtf8AsQtDoes()
{
    // Every first and second byte; of the others those at the edges.
    static const uchar edges[] = {0x7f, 0x80, 0xbf, 0xc0};
    for (int first = 0x80; first <= 0xff; ++first) {
        for (int second = 0x20; second <= 0xff; ++second) {
            for (const uchar third : edges) {
                for (const uchar fourth : edges) {
                    const char text[] = {char(first), char(second), char(third), char(fourth)};
                    const QByteArray bytes(text, sizeof text);
                    if (bytes.contains('"') || bytes.contains('\\'))
                        continue;
                    const Reading reading = read('"' + bytes + '"');
                    QCOMPARE(!reading.error, bytes.isValidUtf8());
                    if (!reading.error)
                        QCOMPARE(reading.value.toString(),
                                 QString::fromUtf8('x' + bytes).sliced(1));
                }
            }
        }
    }
}

void tst_Json::readsAndWritesEveryCharacter()
{
    constexpr char32_t block = 256;
    for (char32_t first = 0; first <= QChar::LastValidCodePoint; first += block) {
        QString string;
        for (char32_t character = first; character < first + block; ++character) {
            const bool isEscaped = character < 0x20 || character == U'"' || character == U'\\';
            if (!isEscaped && !QChar::isSurrogate(character))
                string += QStringView(QChar::fromUcs4(character));
        }
        const QByteArray text = '"' + string.toUtf8() + '"';
        QCOMPARE(read(text).value, QVariant(string));
        QCOMPARE(written(string), text);
    }
}

void tst_Json::findsSpecialCharactersAtEveryOffset()
{
    for (int before = 0; before < 40; ++before) {
        for (int behind = 0; behind < 20; ++behind) {
            const QByteArray left(before, 'x');
            const QByteArray right(behind, 'y');
            const QString expected =
                QString::fromLatin1(left) + u"%1"_s + QString::fromLatin1(right);
            QCOMPARE(read('"' + left + "\\\"" + right + '"').value, expected.arg(QChar(u'"')));
            QCOMPARE(read('"' + left + "\\\\" + right + '"').value, expected.arg(QChar(u'\\')));
            QCOMPARE(read('"' + left + "é" + right + '"').value, expected.arg(QChar(u'é')));
            QCOMPARE(read('"' + left + "!" + right + '"').value, expected.arg(QChar(u'!')));
            QVERIFY(read('"' + left + '\x1f' + right + '"').error);
            QVERIFY(read('"' + left + '\xff' + right + '"').error);
            QVERIFY(read('"' + left + '"' + right + '"').error);
        }
    }
}

void tst_Json::limitsNesting_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("limit");
    QTest::addColumn<bool>("fits");

    const auto lists = [](int depth) {
        return QByteArray(depth, '[').append(QByteArray(depth, ']'));
    };
    const auto maps = [](int depth) -> QByteArray {
        return QByteArray(R"({"a":)").repeated(depth) + '1' + QByteArray(depth, '}');
    };
    for (const int limit : {1, 2, 128, 1024}) {
        QTest::addRow("lists, %d", limit) << lists(limit) << limit << true;
        QTest::addRow("lists, %d and one", limit) << lists(limit + 1) << limit << false;
        QTest::addRow("maps, %d", limit) << maps(limit) << limit << true;
        QTest::addRow("maps, %d and one", limit) << maps(limit + 1) << limit << false;
    }
    QTest::newRow("many side by side")
        << "[" + lists(2).repeated(1000).replace("][", "],[") + "]" << 3 << true;
    QTest::newRow("scalar") << "1"_ba << 0 << true;
    QTest::newRow("bytes do not count") << R"([{"type":"Buffer","data":[1]}])"_ba << 1 << true;
    QTest::newRow("no bytes count") << R"([{"type":"Buffer","data":[256]}])"_ba << 2 << false;
    QTest::newRow("no bytes fit") << R"([{"type":"Buffer","data":[256]}])"_ba << 3 << true;
}

void tst_Json::limitsNesting()
{
    QFETCH(QByteArray, text);
    QFETCH(int, limit);
    QFETCH(bool, fits);

    const IPCError error = read(text, limit).error;
    QCOMPARE(bool(error), !fits);
    if (!fits) {
        QCOMPARE(error.code(), IPCError::Code::DecodingError);
        QCOMPARE(error.limit(), u"nesting"_s);
        QVERIFY(error.message().contains(QString::number(limit)));
    }
}

void tst_Json::doesNotCountTheMapOfFields()
{
    ValueBuilder builder(1, ValueBuilder::Root::Packet);
    QVERIFY(!readJson(R"({ "t" :1,"d":[2],"n":"x","\u006e":"y","nn":[3],"é":4})", builder));
    QVERIFY(builder.isComplete());
    QCOMPARE(*builder.field(u't'), integer(1));
    QCOMPARE(*builder.field(u'd'), QVariant(QVariantList{integer(2)}));
    QCOMPARE(*builder.field(u'n'), QVariant(u"y"_s)); // the last one
    QVERIFY(!builder.field(u'e'));

    ValueBuilder tooDeep(1, ValueBuilder::Root::Packet);
    QCOMPARE(readJson(R"({"d":[[2]]})", tooDeep).limit(), u"nesting"_s);
}

void tst_Json::readsBuffers_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("bytes");

    QByteArray every;
    QByteArrayList everyText;
    for (int octet = 0; octet < 256; ++octet) {
        every.append(char(octet));
        everyText.append(QByteArray::number(octet));
    }
    QTest::newRow("usual") << R"({"type":"Buffer","data":[0,17,255]})"_ba
                           << "\x00\x11\xff"_ba;
    QTest::newRow("empty") << R"({"type":"Buffer","data":[]})"_ba
                           << ""_ba;
    QTest::newRow("one") << R"({"type":"Buffer","data":[9]})"_ba
                         << "\x09"_ba;
    QTest::newRow("every byte") << R"({"type":"Buffer","data":[)" + everyText.join(',') + "]}"
                                << every;
    QTest::newRow("data first") << R"({"data":[0,17,255],"type":"Buffer"})"_ba
                                << "\x00\x11\xff"_ba;
    QTest::newRow("data first, empty") << R"({"data":[],"type":"Buffer"})"_ba
                                       << ""_ba;
    QTest::newRow("white space") << " {\t\"type\" :\n\"Buffer\" , \"data\" : [ 1 , 2\r] } "_ba
                                 << "\x01\x02"_ba;
    QTest::newRow("white space, data first")
        << " {\t\"data\" :\n[ 1 , 2\r] , \"type\" : \"Buffer\" } "_ba
        << "\x01\x02"_ba;
    QTest::newRow("white space, empty") << R"({"type":"Buffer","data":[ ]})"_ba
                                        << ""_ba;
}

void tst_Json::readsBuffers()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, bytes);

    const Reading alone = read(text);
    QVERIFY2(!alone.error, qUtf8Printable(alone.error.message()));
    QVERIFY(same(alone.value, bytes));

    constexpr int depth = 100;
    const Reading deep = read(QByteArray(R"([{"a":)").repeated(depth / 2) + text
                                  + QByteArray("}]").repeated(depth / 2),
                              depth);
    QVERIFY2(!deep.error, qUtf8Printable(deep.error.message()));
    QVariant value = deep.value;
    for (int level = 0; level < depth / 2; ++level)
        value = value.toList().constFirst().toMap().value(u"a"_s);
    QVERIFY(same(value, bytes));

    QVERIFY(same(read('[' + text + ',' + text + ']').value, QVariantList{bytes, bytes}));
}

void tst_Json::takesOnlyExactBuffers_data()
{
    QTest::addColumn<QByteArray>("text");

    const QByteArrayList maps = {
        R"({"type":"Buffer"})",
        R"({"data":[1,2]})",
        R"({"type":"Buffer","data":null})",
        R"({"type":"Buffer","data":"AQI="})",
        R"({"type":"Buffer","data":{}})",
        R"({"type":"Buffer","data":7})",
        R"({"type":"buffer","data":[1]})",
        R"({"type":"Buffers","data":[1]})",
        R"({"type":7,"data":[1]})",
        R"({"Type":"Buffer","data":[1]})",
        R"({"type":"Buffer","Data":[1]})",
        R"({"type":"Buffer","data":[256]})",
        R"({"type":"Buffer","data":[1,2,1000]})",
        R"({"type":"Buffer","data":[-1]})",
        R"({"type":"Buffer","data":[-0]})",
        R"({"type":"Buffer","data":[1.5]})",
        R"({"type":"Buffer","data":[1.0]})",
        R"({"type":"Buffer","data":[1e1]})",
        R"({"type":"Buffer","data":[12345678901234567890123]})",
        R"({"type":"Buffer","data":["1"]})",
        R"({"type":"Buffer","data":[null]})",
        R"({"type":"Buffer","data":[true]})",
        R"({"type":"Buffer","data":[[1]]})",
        R"({"type":"Buffer","data":[1],"more":1})",
        R"({"more":1,"type":"Buffer","data":[1]})",
        R"({"type":"Buffer","more":1,"data":[1]})",
        R"({"data":[1],"type":"Buffer","more":1})",
        R"({"data":[256],"type":"Buffer"})",
        R"({"data":[1],"type":"Other"})",
        R"({"data":[1],"other":"Buffer"})",
        R"({"data":[],"typ":"Buffer"})",
    };
    for (const QByteArray &map : maps)
        QTest::newRow(map.constData()) << map;
}

void tst_Json::takesOnlyExactBuffers()
{
    QFETCH(QByteArray, text);

    const Reading reading = read(text);
    QVERIFY2(!reading.error, qUtf8Printable(reading.error.message()));
    QCOMPARE(reading.value.typeId(), int(QMetaType::QVariantMap));
    const QVariant generic = QJsonDocument::fromJson(text).toVariant();
    QVERIFY(same(reading.value, generic, sameNumbersToQt));

    // Around one that is exact, the inner one counts, the outer one does not.
    const Reading around =
        read(R"({"type":"Buffer","data":[{"type":"Buffer","data":[1]},)" + text + "]}");
    QVERIFY2(!around.error, qUtf8Printable(around.error.message()));
    QVERIFY(same(around.value.toMap().value(u"data"_s), QVariantList{"\x01"_ba, reading.value}));
}

void tst_Json::readsLargeBuffer()
{
    JsonGenerator generator(1);
    QByteArray bytes;
    for (int i = 0; i < 100'000; ++i)
        bytes.append(char(generator.below(256)));
    QCOMPARE(read(written(bytes)).value, QVariant(bytes));
}

void tst_Json::staysLinearOnHostileText_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<bool>("valid");

    constexpr qsizetype size = 2 * 1024 * 1024;
    const auto fill = [](const QByteArray &piece) { return piece.repeated(size / piece.size()); };
    const QByteArray prefix = R"({"type":"Buffer","data":[)";
    const QByteArray dataFirst = R"({"data":[)";
    const auto list = [](QByteArray entries) -> QByteArray {
        entries.chop(1);
        return '[' + entries + ']';
    };

    QTest::newRow("lists") << fill("[") << false;
    QTest::newRow("maps") << fill(R"({"a":)") << false;
    QTest::newRow("Buffers in each other") << fill(prefix) << false;
    QTest::newRow("Buffers in each other, data first") << fill(dataFirst) << false;
    QTest::newRow("Buffers that are none at last") << list(fill(prefix + "1,2,3,256]},")) << true;
    QTest::newRow("Buffers beside Buffers that are none")
        << list(fill(R"({"data":[1,2,3],"type":"Buffer","x":{"type":"Buffer","data":[1]}},)"))
        << true;
    QTest::newRow("one that is none at last") << prefix + fill("1,") + "256]}" << true;
    QTest::newRow("one that never ends") << prefix + fill("1,") << false;
    QTest::newRow("one of white space") << prefix + fill(" ") << false;
    QTest::newRow("backslashes") << '"' + fill("\\\\") + '"' << true;
    QTest::newRow("surrogates") << '"' + fill(R"(\ud800)") + '"' << true;
    QTest::newRow("digits") << fill("1") << true;
    QTest::newRow("fraction") << "0." + fill("1") << true;
    QTest::newRow("exponent") << "1e" + fill("1") << true;
    QTest::newRow("negative exponent") << "1e-" + fill("1") << true;
    QTest::newRow("many digits, out of range") << fill("1") + "e-999999999" << true;
    QTest::newRow("a key many times") << "{" + fill(R"("a":[],)") + R"("a":1})" << true;
}

void tst_Json::staysLinearOnHostileText()
{
    QFETCH(QByteArray, text);
    QFETCH(bool, valid);

    QElapsedTimer timer;
    timer.start();
    QCOMPARE(!read(text).error, valid);
    // It takes milliseconds; what looks at each byte once for each other one takes hours.
    QVERIFY(timer.elapsed() < 30'000);
}

void tst_Json::writesValue_data()
{
    QTest::addColumn<QVariant>("value");
    QTest::addColumn<QByteArray>("text");

    const auto row = [](const QVariant &value, const QByteArray &text) {
        QTest::newRow(text.constData()) << value << text;
    };
    row({}, "null");
    row(null, "null");
    row(true, "true");
    row(false, "false");

    row(integer(0), "0");
    row(integer(-1), "-1");
    row(std::numeric_limits<qlonglong>::max(), "9223372036854775807");
    row(std::numeric_limits<qlonglong>::min(), "-9223372036854775808");
    row(std::numeric_limits<qulonglong>::max(), "18446744073709551615");

    row(0.0, "0.0");
    row(-0.0, "-0.0");
    row(1.0, "1.0");
    row(-17.0, "-17.0");
    row(0.1, "0.1");
    row(1.5e-7, "1.5e-07");
    row(1e300, "1e+300");
    row(123456.0, "123456.0");
    row(-std::numeric_limits<double>::max(), "-1.7976931348623157e+308");
    row(std::numeric_limits<double>::denorm_min(), "5e-324");
    QTest::newRow("NaN") << QVariant(qQNaN()) << "null"_ba;
    QTest::newRow("infinity") << QVariant(qInf()) << "null"_ba;
    QTest::newRow("negative infinity") << QVariant(-qInf()) << "null"_ba;

    row(u""_s, R"("")");
    QTest::newRow("null string") << QVariant(QString()) << R"("")"_ba;
    row(u"abc/'"_s, R"("abc/'")");
    row(u"\"\\"_s, R"("\"\\")");
    row(u"\b\f\n\r\t"_s, R"("\b\f\n\r\t")");
    row(u"\x01\x0b\x1f"_s, R"("\u0001\u000b\u001f")");
    row(QString(QChar(0)), R"("\u0000")");
    row(u"\x7f"_s, "\"\x7f\"");
    row(u"é漢😀"_s, R"("é漢😀")");
    row(u"\u2028\ufeff\uffff"_s, "\"\u2028\ufeff\uffff\"");
    row(QString(QChar(0xd800)), R"("\ud800")");
    row(QString(u"a"_s + QChar(0xdfff) + u"b"_s), R"("a\udfffb")");
    row(QString(QString(QChar(0xdbff)) + QChar(0xdbff)), R"("\udbff\udbff")");
    row(QString(QString(QChar(0xdc00)) + QChar(0xd800)), R"("\udc00\ud800")");
    row(QString(QString(QChar(0xd83d)) + u"😀"_s), R"("\ud83d😀")");

    row(QByteArray(), R"({"type":"Buffer","data":[]})");
    row("\x00\x09\x0a\x63\x64\xff"_ba, R"({"type":"Buffer","data":[0,9,10,99,100,255]})");

    row(QVariantList(), "[]");
    row(QVariantList{integer(1)}, "[1]");
    row(QVariantList{integer(1), u"a"_s, QVariantList(), QVariantList{true}, 2.0, null},
        R"([1,"a",[],[true],2.0,null])");
    row(QVariantList{QVariant(), QVariant()}, "[null,null]");
    row(QVariantList{"\x01"_ba, "\x02"_ba},
        R"([{"type":"Buffer","data":[1]},{"type":"Buffer","data":[2]}])");
    row(QVariantMap(), "{}");
    row(QVariantMap{{u"a"_s, integer(1)}}, R"({"a":1})");
    row(QVariantMap{{u""_s, null}, {u"a\"\n"_s, QVariantMap()}, {u"é"_s, QVariantList()}},
        R"({"":null,"a\"\n":{},"é":[]})");
    row(QVariantList{QVariantMap{{u"a"_s, QVariantList{QVariantMap()}}}, integer(2)},
        R"([{"a":[{}]},2])");
}

void tst_Json::writesValue()
{
    QFETCH(QVariant, value);
    QFETCH(QByteArray, text);

    QCOMPARE(written(value), text);
}

void tst_Json::writesDate_data()
{
    QTest::addColumn<QDateTime>("date");
    QTest::addColumn<QByteArray>("text");

    const auto utc = [](qint64 msecs) { return QDateTime::fromMSecsSinceEpoch(msecs).toUTC(); };
    // The texts are what `JSON.stringify(new Date(msecs))` gives.
    QTest::newRow("1970") << utc(0) << R"("1970-01-01T00:00:00.000Z")"_ba;
    QTest::newRow("before 1970") << utc(-1) << R"("1969-12-31T23:59:59.999Z")"_ba;
    QTest::newRow("today") << utc(1'785'319'445'678) << R"("2026-07-29T10:04:05.678Z")"_ba;
    QTest::newRow("leap day") << utc(951'782'400'000) << R"("2000-02-29T00:00:00.000Z")"_ba;
    QTest::newRow("last of four digits")
        << utc(253'402'300'799'999) << R"("9999-12-31T23:59:59.999Z")"_ba;
    QTest::newRow("first of six digits")
        << utc(253'402'300'800'000) << R"("+010000-01-01T00:00:00.000Z")"_ba;
    QTest::newRow("first of year 0")
        << utc(-62'167'219'200'000) << R"("0000-01-01T00:00:00.000Z")"_ba;
    QTest::newRow("last below year 0")
        << utc(-62'167'219'200'001) << R"("-000001-12-31T23:59:59.999Z")"_ba;
    QTest::newRow("last of JavaScript")
        << utc(8'640'000'000'000'000) << R"("+275760-09-13T00:00:00.000Z")"_ba;
    QTest::newRow("first of JavaScript")
        << utc(-8'640'000'000'000'000) << R"("-271821-04-20T00:00:00.000Z")"_ba;
    QTest::newRow("behind JavaScript") << utc(8'640'000'000'000'001) << "null"_ba;
    QTest::newRow("before JavaScript") << utc(-8'640'000'000'000'001) << "null"_ba;
    QTest::newRow("invalid") << QDateTime() << "null"_ba;
    QTest::newRow("no such day") << QDateTime(QDate(2023, 2, 30), QTime(1, 2)) << "null"_ba;
    QTest::newRow("offset from UTC")
        << QDateTime::fromString(u"2024-01-01T01:30:00+02:00"_s, Qt::ISODate)
        << R"("2023-12-31T23:30:00.000Z")"_ba;
}

void tst_Json::writesDate()
{
    QFETCH(QDateTime, date);
    QFETCH(QByteArray, text);

    QCOMPARE(written(date), text);
    QCOMPARE(written(QVariantList{date, date}), '[' + text + ',' + text + ']');
}

void tst_Json::leavesOutUndefined()
{
    const QVariant one = integer(1);
    QCOMPARE(written(QVariantMap{{u"a"_s, {}}}), "{}");
    QCOMPARE(written(QVariantMap{{u"a"_s, {}}, {u"b"_s, {}}}), "{}");
    QCOMPARE(written(QVariantMap{{u"a"_s, {}}, {u"b"_s, one}}), R"({"b":1})");
    QCOMPARE(written(QVariantMap{{u"a"_s, one}, {u"b"_s, {}}}), R"({"a":1})");
    QCOMPARE(written(QVariantMap{{u"a"_s, one}, {u"b"_s, {}}, {u"c"_s, one}}), R"({"a":1,"c":1})");
    QCOMPARE(written(QVariantMap{{u","_s, {}}, {u"b"_s, one}}), R"({"b":1})");
    const QVariantMap inner{{u"a"_s, {}}};
    QCOMPARE(written(QVariantMap{{u"m"_s, inner}, {u"n"_s, inner}, {u"o"_s, {}}}),
             R"({"m":{},"n":{}})");
    QCOMPARE(written(QVariantList{inner, QVariant(), inner}), R"([{},null,{}])");
    QCOMPARE(written(QVariantMap{{u"a"_s, QVariantList{QVariant()}}}), R"({"a":[null]})");
}

void tst_Json::appends()
{
    QByteArray text = "before ";
    const QByteArray shared = text;
    JsonWriter writer(text);
    writer.beginMap(2);
    writer.key(u"a");
    writer.undefined();
    writer.key(u"b");
    writer.bytes({});
    writer.endMap();
    QCOMPARE(text, R"(before {"b":{"type":"Buffer","data":[]}})");
    writer.null(); // the array is whole behind each value
    QCOMPARE(text, R"(before {"b":{"type":"Buffer","data":[]}},null)");
    QCOMPARE(shared, "before ");
}

void tst_Json::writesSpecialCharactersAtEveryOffset()
{
    const std::pair<QString, QByteArray> specials[] = {
        {u"\""_s, "\\\""_ba},       {u"\\"_s, "\\\\"_ba}, {u"\n"_s, "\\n"_ba},
        {u"\x1f"_s, "\\u001f"_ba},  {u" "_s, " "_ba},     {u"\x7f"_s, "\x7f"_ba},
        {u"\u0080"_s, "\u0080"_ba}, {u"é"_s, "é"_ba},     {u"漢"_s, "漢"_ba},
        {u"\u8022"_s, "\u8022"_ba}, {u"😀"_s, "😀"_ba}};
    for (const auto &[unit, bytes] : specials) {
        for (int before = 0; before < 12; ++before) {
            for (int behind = 0; behind < 12; ++behind) {
                const QString string = QString(before, u'x') + unit + QString(behind, u'y');
                QCOMPARE(written(string),
                         '"' + QByteArray(before, 'x') + bytes + QByteArray(behind, 'y') + '"');
            }
        }
    }
}

void tst_Json::keepsSurrogatesTogetherAtEveryOffset()
{
    for (int before = 0; before < 600; ++before) {
        const QString pairs = QString(before, u'x') + u"😀"_s.repeated(300);
        QCOMPARE(written(pairs), '"' + pairs.toUtf8() + '"');
        const QString halves = QString(before, u'x') + QString(300, QChar(0xd83d));
        QCOMPARE(written(halves),
                 '"' + QByteArray(before, 'x') + QByteArray("\\ud83d").repeated(300) + '"');
    }
}

void tst_Json::writesLargeBytes()
{
    for (const qsizetype size : {255, 256, 257, 511, 512, 513, 100'000}) {
        const QByteArray bytes(size, '\xff');
        QByteArray list = QByteArray("255,").repeated(size);
        list.chop(1);
        QCOMPARE(written(bytes), R"({"type":"Buffer","data":[)" + list + "]}");
    }
}

void tst_Json::readsBackWhatItWrote()
{
    JsonGenerator generator(2);
    for (int i = 0; i < 5000; ++i) {
        const QVariant value = generator.value(4);
        const QByteArray text = written(value);
        const Reading reading = read(text);
        QVERIFY2(!reading.error, text.constData());
        QVERIFY2(same(reading.value, value), text.constData());
        QCOMPARE(written(reading.value), text);
    }
}

void tst_Json::agreesWithMessagePack()
{
    const auto throughMessagePack = [](const QVariant &value) {
        QByteArray bytes;
        MessagePackWriter writer(bytes, Dialect::Ours);
        ValueBuilder builder(nesting);
        const bool failed = encodeValue(value, writer, nesting) || readMessagePack(bytes, builder);
        return failed ? QVariant(u"failed"_s) : builder.take();
    };
    JsonGenerator generator(4);
    for (int i = 0; i < 5000; ++i) {
        const QVariant value = generator.value(4);
        const QByteArray text = written(value);
        QVERIFY2(same(throughMessagePack(value), read(text).value), text.constData());
    }
    const QVariantMap halves{{QString(QChar(0xD800)), 1LL}, {QString(QChar(0xDBFF)), 2LL}};
    QVERIFY(same(throughMessagePack(halves), halves));
    QVERIFY(same(read(written(halves)).value, halves));
}

void tst_Json::readsBackEveryDouble()
{
    JsonGenerator generator(3);
    for (int i = 0; i < 20'000; ++i) {
        const double value = generator.real();
        const QByteArray text = written(value);
        const QVariant back = read(text).value;
        QCOMPARE(back.typeId(), int(QMetaType::Double));
        QVERIFY2(sameBits(back.toDouble(), value), text.constData());
    }
}

void tst_Json::agreesWithTheOracles()
{
    simdjson::dom::parser parser;
    JsonGenerator generator(4);
    int valid = 0;
    int invalid = 0;
    for (int i = 0; i < 20'000; ++i) {
        QByteArray text = written(generator.value(3));
        if (i % 4 != 0)
            text = generator.mutated(text);

        const Reading ours = read(text);
        simdjson::dom::element element;
        const bool simdjsonTakesIt =
            parser.parse(text.constData(), size_t(text.size())).get(element) == simdjson::SUCCESS;
        if (ours.error) {
            QVERIFY2(!simdjsonTakesIt, text.constData());
            ++invalid;
            continue;
        }
        ++valid;
        const QVariant expected = withoutBytes(ours.value);
        const QVariant qts = readByQt(text);
        if (simdjsonTakesIt)
            QVERIFY2(same(expected, fromSimdjson(element), sameNumbersToSimdjson),
                     text.constData());
        else
            QVERIFY2(simdjsonMayDecline(text), text.constData());
        // It drops a U+FEFF that begins a string.
        if (qts.isValid() && !text.contains("\ufeff"))
            QVERIFY2(same(expected, qts, sameNumbersToQt), text.constData());
        else
            QVERIFY2(qts.isValid() || qtMayDecline(text), text.constData());
    }
    QVERIFY(valid > 5000);
    QVERIFY(invalid > 5000);
}

QTEST_GUILESS_MAIN(tst_Json)

#include "tst_json.moc"
