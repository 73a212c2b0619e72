// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "valuetable.h"

#include <QtCore/QDateTime>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonObject>
#include <QtCore/QTimeZone>
#include <QtCore/QUrl>
#include <QtCore/QUuid>

#include <limits>

using namespace Qt::StringLiterals;

namespace {

enum class Colour { Red = 1, Green = 2 };

template <typename T>
using Bounds = std::numeric_limits<T>;

QVariant null()
{
    return QVariant::fromValue(nullptr);
}

QVariant integer(qint64 value)
{
    return value;
}

QString loneSurrogate()
{
    return QChar(0xd800);
}

QVariant at(qint64 msecs)
{
    return QDateTime::fromMSecsSinceEpoch(msecs).toUTC();
}

//! What comes out the same in both encodings, either way.
QList<ValueToNode> plainValues()
{
    return {
        {{}, u"undefined"_s},
        {null(), u"null"_s},
        {true, u"true"_s},
        {false, u"false"_s},
        {integer(0), u"0"_s},
        {integer(-1), u"-1"_s},
        {integer(127), u"127"_s},
        {integer(128), u"128"_s},
        {integer(-32), u"-32"_s},
        {integer(-33), u"-33"_s},
        {integer(-129), u"-129"_s},
        {integer(65'536), u"65536"_s},
        {integer(Bounds<qint32>::max()), u"2147483647"_s},
        {integer(Bounds<qint32>::min()), u"-2147483648"_s},
        {integer(Bounds<quint32>::max()), u"4294967295"_s},
        {0.5, u"0.5"_s},
        {-0.1, u"-0.1"_s},
        {1e300, u"1e+300"_s},
        {5e-324, u"5e-324"_s},
        {1e21, u"1e+21"_s},
        {QString(), uR"("")"_s},
        {u"héllo wörld 中文 😀"_s, uR"("héllo wörld 中文 😀")"_s},
        {u"tab\t quote\" back\\"_s, uR"("tab\t quote\" back\\")"_s},
        {QString(40, u'x'), u'"' + QString(40, u'x') + u'"'},
        {QString(300, u'é'), u'"' + QString(300, u'é') + u'"'},
        {QVariantList(), u"[]"_s},
        {QVariantList{integer(1), u"two"_s, null(), QVariantList{integer(3)}},
         uR"([1,"two",null,[3]])"_s},
        {QVariantMap(), u"{}"_s},
        {QVariantMap{{u"a"_s, integer(1)}, {u"b \"\n"_s, QVariantMap{{QString(), true}}}},
         uR"({"a":1,"b \"\n":{"":true}})"_s},
    };
}

} // namespace

QList<ValueToNode> valuesToNode(bool messagePack)
{
    const auto either = [messagePack](const QString &json, const QString &pack) {
        return messagePack ? pack : json;
    };
    const QDateTime elsewhere(QDate(2023, 11, 15), QTime(0, 13, 20, 123), QTimeZone(2 * 3600));
    const QUuid uuid(u"{12345678-1234-1234-1234-123456789abc}"_s);
    return plainValues()
        + QList<ValueToNode>{
            // A double without fraction is a plain number to JavaScript, but for the sign of -0.
            {1.0, u"1"_s},
            {-0.0, u"-0"_s},
            {Bounds<double>::quiet_NaN(), either(u"null"_s, u"NaN"_s)},
            {Bounds<double>::infinity(), either(u"null"_s, u"Infinity"_s)},
            {0.5F, u"0.5"_s},
            {QVariant::fromValue(Colour::Green), u"2"_s},
            // Beyond 32 bits a number as long as it is exact, else what each encoding makes of it.
            {integer(4'294'967'296), u"4294967296"_s},
            {integer(-2'147'483'649), u"-2147483649"_s},
            {integer(9'007'199'254'740'991), u"9007199254740991"_s},
            {integer(-9'007'199'254'740'991), u"-9007199254740991"_s},
            {integer(9'007'199'254'740'993), either(u"9007199254740992"_s, u"9007199254740993n"_s)},
            {integer(Bounds<qint64>::max()),
             either(u"9223372036854776000"_s, u"9223372036854775807n"_s)},
            {integer(Bounds<qint64>::min()), u"-9223372036854776000"_s},
            {Bounds<quint64>::max(), either(u"18446744073709552000"_s, u"18446744073709551615n"_s)},
            {loneSurrogate(), either(uR"("\ud800")"_s, u"\"\ufffd\""_s)},
            {QUrl(u"https://example.org/ä"_s), uR"("https://example.org/%C3%A4")"_s},
            {uuid, uR"("12345678-1234-1234-1234-123456789abc")"_s},
            {QByteArray::fromHex("00ff10"),
             either(uR"({"type":"Buffer","data":[0,255,16]})"_s,
                    uR"(Buffer.from("00ff10","hex"))"_s)},
            {QByteArray(""),
             either(uR"({"type":"Buffer","data":[]})"_s, uR"(Buffer.from("","hex"))"_s)},
            {at(1'700'000'000'123),
             either(uR"("2023-11-14T22:13:20.123Z")"_s, u"new Date(1700000000123)"_s)},
            {at(-1), either(uR"("1969-12-31T23:59:59.999Z")"_s, u"new Date(-1)"_s)},
            {elsewhere, either(uR"("2023-11-14T22:13:20.123Z")"_s, u"new Date(1700000000123)"_s)},
            {QDateTime(), either(u"null"_s, u"new Date(NaN)"_s)},
            {QStringList{u"a"_s, u"b"_s}, uR"(["a","b"])"_s},
            {QVariant::fromValue(QList<int>{1, 2}), u"[1,2]"_s},
            {QVariantList{QVariant()}, either(u"[null]"_s, u"[undefined]"_s)},
            {QVariantMap{{u"gone"_s, QVariant()}}, either(u"{}"_s, uR"({"gone":undefined})"_s)},
            {QVariantHash{{u"h"_s, 1}}, uR"({"h":1})"_s},
            {QJsonObject{{u"j"_s, QJsonArray{1, QJsonValue()}}}, uR"({"j":[1,null]})"_s},
        };
}

namespace {

QList<ValueFromNode> plainValuesBack()
{
    QList<ValueFromNode> values;
    for (const ValueToNode &value : plainValues())
        values.append({value.arrives, value.sent});
    return values;
}

QList<ValueFromNode> valuesFromNodeInJson()
{
    return {
        {u"-0"_s, integer(0)}, // JSON.stringify writes 0
        {u"NaN"_s, null()},
        {u"Infinity"_s, null()},
        // JavaScript writes numbers up to 1e21 as plain digits, so what fits is an integer.
        {u"4294967296"_s, integer(4'294'967'296)},
        {u"Number.MAX_SAFE_INTEGER"_s, integer(9'007'199'254'740'991)},
        {u"2 ** 63"_s, quint64(9'223'372'036'854'776'000U)},
        {u"2 ** 64"_s, 18'446'744'073'709'551'616.0},
        {u"1e20"_s, 1e20},
        {uR"("\ud800")"_s, loneSurrogate()},
        {uR"("\udc00 tail")"_s, QString(QChar(0xdc00) + u" tail"_s)},
        {uR"(Buffer.from("00ff10","hex"))"_s, QByteArray::fromHex("00ff10")},
        {u"new Date(1700000000123)"_s, u"2023-11-14T22:13:20.123Z"_s},
        {u"new Date(NaN)"_s, null()},
        {u"[undefined]"_s, QVariantList{null()}},
        {u"({ gone: undefined })"_s, QVariantMap()},
        {u"new Map([[1, 2]])"_s, QVariantMap()},
        {u"new Set([1])"_s, QVariantMap()},
        {u"new Error('x')"_s, QVariantMap()},
    };
}

QList<ValueFromNode> valuesFromNodeInMessagePack()
{
    const QString letter = u"a"_s;
    return {
        {u"-0"_s, integer(0)}, // msgpackr packs 0
        {u"NaN"_s, Bounds<double>::quiet_NaN()},
        {u"-Infinity"_s, -Bounds<double>::infinity()},
        // msgpackr sends numbers beyond 32 bits as doubles, a BigInt in 64 bits whatever its size.
        {u"4294967296"_s, 4'294'967'296.0},
        {u"Number.MAX_SAFE_INTEGER"_s, 9'007'199'254'740'991.0},
        {u"5n"_s, integer(5)},
        {u"-(2n ** 63n)"_s, integer(Bounds<qint64>::min())},
        {u"2n ** 64n - 1n"_s, Bounds<quint64>::max()},
        {u"'\\ud800' + 'x'.repeat(80)"_s, QString(QChar(0xfffd) + QString(80, u'x'))},
        {uR"(Buffer.from("00ff10","hex"))"_s, QByteArray::fromHex("00ff10")},
        {u"new Uint8Array([1, 2])"_s, QByteArray::fromHex("0102")},
        {u"new Date(0)"_s, at(0)},
        {u"new Date(1700000000123)"_s, at(1'700'000'000'123)},
        {u"new Date(-1)"_s, at(-1)},
        {u"new Date(8.64e15)"_s, at(8'640'000'000'000'000)},
        {u"new Date(NaN)"_s, QDateTime()},
        {u"[undefined]"_s, QVariantList{QVariant()}},
        {u"({ gone: undefined })"_s, QVariantMap{{u"gone"_s, QVariant()}}},
        {u"new Map([[1, 'one'], ['a', 2]])"_s,
         QVariantMap{{u"1"_s, u"one"_s}, {letter, integer(2)}}},
        {u"new Set([1, 2])"_s, QVariantList{integer(1), integer(2)}},
        {u"new Error('x')"_s, QVariantList{u"Error"_s, u"x"_s, QVariant()}},
        {u"/a/g"_s, QVariantList{letter, u"g"_s}},
    };
}

} // namespace

QList<ValueFromNode> valuesFromNode(bool messagePack)
{
    return plainValuesBack()
        + (messagePack ? valuesFromNodeInMessagePack() : valuesFromNodeInJson());
}
