// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "values_p.h"

#include "scripts_p.h"

#include <QtCore/QDateTime>
#include <QtCore/QRegularExpression>

#include <algorithm>
#include <cmath>
#include <optional>

using namespace Qt::StringLiterals;

namespace qipc {

namespace {

QJSValue listToJs(const Scripts &scripts, const QVariantList &list)
{
    QJSValue array = scripts.engine()->newArray(uint(list.size()));
    for (qsizetype i = 0; i < list.size(); ++i)
        array.setProperty(quint32(i), toJs(scripts, list.at(i)));
    return array;
}

QJSValue mapToJs(const Scripts &scripts, const QVariantMap &map)
{
    QJSValue object = scripts.engine()->newObject();
    for (auto it = map.cbegin(); it != map.cend(); ++it) {
        const QJSValue value = toJs(scripts, it.value());
        if (it.key() == "__proto__"_L1)
            scripts.define.call({object, it.key(), value});
        else
            object.setProperty(it.key(), value);
    }
    return object;
}

// A null QByteArray becomes an ArrayBuffer that is broken.
QByteArray notNull(const QByteArray &bytes)
{
    return bytes.isNull() ? QByteArray("") : bytes;
}

QVariant numberFromJs(double number)
{
    constexpr double exact = 9007199254740992; // 2^53: up to there each integer has a double
    const bool isInteger = std::abs(number) <= exact && std::trunc(number) == number;
    const bool isMinusZero = number == 0 && std::signbit(number);
    return isInteger && !isMinusZero ? QVariant(qlonglong(number)) : QVariant(number);
}

/*!
 * Reads one value. The objects that are being read are known, so that a cycle ends at its first
 * round; their keys say where a refusal is.
 */
class Reader
{
public:
    Reader(const Scripts &scripts, int maxValues)
        : m_scripts(scripts)
        , m_maxValues(maxValues)
    {
    }

    [[nodiscard]] IPCResult<QVariant> read(const QJSValue &value)
    {
        QVariant result;
        if (!read(value, &result))
            return m_error;
        return result;
    }

private:
    bool read(const QJSValue &value, QVariant *result)
    {
        if (value.isUndefined())
            *result = {};
        else if (value.isNull())
            *result = QVariant::fromValue(nullptr);
        else if (value.isBool())
            *result = value.toBool();
        else if (value.isNumber())
            *result = numberFromJs(value.toNumber());
        else if (value.isString())
            *result = value.toString();
        else if (value.isArray())
            return enter(value, [&] { return readArray(value, result); });
        else if (value.isCallable())
            return refuse(u"a function"_s);
        else if (value.isQObject() || value.isQMetaObject())
            return refuse(u"a QObject"_s);
        else if (!value.isObject())
            return refuse(u"a Symbol"_s);
        else
            return enter(value, [&] { return readObject(value, result); });
        return true;
    }

    // Reads what lies in \a object. How deep it may lie is for the encoder to say; this only bounds
    // the search for a cycle.
    template <typename ReadContent>
    bool enter(const QJSValue &object, const ReadContent &readContent)
    {
        const bool isCycle =
            std::any_of(m_path.cbegin(), m_path.cend(),
                        [&object](const Step &step) { return step.object.strictlyEquals(object); });
        if (isCycle)
            return refuse(u"an object that lies in itself (a cycle)"_s);
        if (m_path.size() >= deepest)
            return refuse(u"more than %1 levels"_s.arg(deepest));
        m_path.append({object, {}, -1});
        const bool done = readContent();
        m_path.removeLast();
        return done;
    }

    // The encoder counts as well. But an array takes no memory for what it has not, and one that
    // lies in others many times takes it once; what is read of them does.
    bool addValues(qsizetype count)
    {
        m_values += count;
        if (m_values <= m_maxValues)
            return true;
        return refuse(
            u"more than the %1 values that are allowed (limits.values)"_s.arg(m_maxValues),
            u"values"_s);
    }

    // What \a function of helpers.js gives of \a object; nothing, a refusal, where that throws.
    std::optional<QJSValue> get(const QJSValue &function, const QJSValue &object)
    {
        const Scripts::Outcome outcome = m_scripts.call(function, {object});
        if (!outcome.returned)
            refuse(u"an object that cannot be read (%1)"_s.arg(outcome.thrown));
        return outcome.returned;
    }

    bool readArray(const QJSValue &array, QVariant *result)
    {
        const quint32 length = array.property(u"length"_s).toUInt();
        if (!addValues(length))
            return false;
        const auto elements = get(m_scripts.elements, array);
        if (!elements)
            return false;
        QVariantList list;
        for (quint32 i = 0; i < length; ++i) {
            m_path.last().index = i;
            if (!read(elements->property(i), &list.emplace_back()))
                return false;
        }
        *result = list;
        return true;
    }

    bool readObject(const QJSValue &object, QVariant *result)
    {
        if (object.prototype().strictlyEquals(m_scripts.objectPrototype)) {
            const auto entries = get(m_scripts.entries, object);
            return entries && readEntries(*entries, result);
        }
        const QVariant known = object.toVariant(QJSValue::RetainJSObjects);
        if (known.metaType() != QMetaType::fromType<QJSValue>())
            return readVariant(known, result);
        const auto content = get(m_scripts.open, object);
        if (!content)
            return false;
        if (content->isString())
            return refuse(content->toString());
        if (content->isArray())
            return readEntries(*content, result);
        *result = content->toVariant(); // the bytes of a typed array
        return true;
    }

    // \a entries as helpers.js gives them.
    bool readEntries(const QJSValue &entries, QVariant *result)
    {
        const quint32 length = entries.property(u"length"_s).toUInt();
        if (!addValues(length / 2))
            return false;
        QVariantMap map;
        for (quint32 i = 0; i < length; i += 2) {
            const QString key = entries.property(i).toString();
            m_path.last().key = key;
            if (!read(entries.property(i + 1), &map[key]))
                return false;
        }
        *result = map;
        return true;
    }

    // A value of C++ in JavaScript. Its lists and maps may hold values of JavaScript in turn.
    bool readVariant(const QVariant &value, QVariant *result)
    {
        if (value.metaType() == QMetaType::fromType<QJSValue>())
            return read(value.value<QJSValue>(), result);
        if (value.metaType() == QMetaType::fromType<QVariantList>())
            return readVariantList(value.toList(), result);
        if (value.metaType() == QMetaType::fromType<QVariantMap>())
            return readVariantMap(value.toMap(), result);
        *result = value;
        return true;
    }

    bool readVariantList(const QVariantList &values, QVariant *result)
    {
        if (!addValues(values.size()))
            return false;
        QVariantList list;
        for (qsizetype i = 0; i < values.size(); ++i) {
            m_path.last().index = i;
            if (!readVariant(values.at(i), &list.emplace_back()))
                return false;
        }
        *result = list;
        return true;
    }

    bool readVariantMap(const QVariantMap &values, QVariant *result)
    {
        if (!addValues(values.size()))
            return false;
        QVariantMap map;
        for (auto it = values.cbegin(); it != values.cend(); ++it) {
            m_path.last().key = it.key();
            if (!readVariant(it.value(), &map[it.key()]))
                return false;
        }
        *result = map;
        return true;
    }

    bool refuse(const QString &what, const QString &limit = {})
    {
        QString text = u"cannot encode "_s + what;
        if (const QString where = place(); !where.isEmpty())
            text += u" at "_s + where;
        m_error = IPCError(IPCError::Code::EncodingError, text).withLimit(limit);
        return false;
    }

    [[nodiscard]] QString place() const
    {
        static const QRegularExpression identifier(u"^[A-Za-z_$][A-Za-z0-9_$]*$"_s);
        QString place;
        for (const Step &step : m_path) {
            if (step.isNew())
                continue;
            if (step.key.isNull())
                place += u"[%1]"_s.arg(step.index);
            else
                place += (identifier.match(step.key).hasMatch() ? u".%1"_s : u"[\"%1\"]"_s)
                             .arg(step.key);
        }
        // For people to read, however long the keys are and however deep it lies.
        return place.size() <= longestPlace
            ? place
            : place.left(longestPlace / 2) + u'…' + place.right(longestPlace / 2);
    }

    //! An object that is being read, and what is being read of it: a key, or in an array an index.
    struct Step
    {
        QJSValue object;
        QString key;
        qsizetype index;

        [[nodiscard]] bool isNew() const { return index < 0 && key.isNull(); }
    };
    static constexpr qsizetype longestPlace = 200;
    static constexpr qsizetype deepest = 1024; // the most that IPCLimits::nesting() allows

    const Scripts &m_scripts;
    const int m_maxValues;
    qsizetype m_values = 0; // in lists and maps
    QList<Step> m_path;
    IPCError m_error;
};

} // namespace

QJSValue toJs(const Scripts &scripts, const QVariant &value)
{
    if (!value.isValid() || !scripts.isAlive())
        return QJSValue(QJSValue::UndefinedValue);
    switch (value.typeId()) {
    case QMetaType::Nullptr:
        return QJSValue(QJSValue::NullValue);
    case QMetaType::Bool:
        return value.toBool();
    case QMetaType::Int:
    case QMetaType::UInt:
    case QMetaType::LongLong:
    case QMetaType::ULongLong:
    case QMetaType::Double:
        return value.toDouble();
    case QMetaType::QString:
        return value.toString();
    case QMetaType::QByteArray:
        return scripts.engine()->toScriptValue(notNull(value.toByteArray()));
    case QMetaType::QVariantList:
        return listToJs(scripts, value.toList());
    case QMetaType::QVariantMap:
        return mapToJs(scripts, value.toMap());
    default:
        return scripts.engine()->toScriptValue(value); // a QDateTime
    }
}

IPCResult<QVariant> fromJs(const Scripts &scripts, const QJSValue &value, int maxValues)
{
    return Reader(scripts, maxValues).read(value);
}

} // namespace qipc
