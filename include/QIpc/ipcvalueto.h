// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_IPCVALUETO_H
#define QIPC_IPCVALUETO_H

#include <QIpc/ipcresult.h>
#include <QIpc/qipc_export.h>

#include <QtCore/QHash>
#include <QtCore/QList>
#include <QtCore/QMap>
#include <QtCore/QMetaType>
#include <QtCore/QString>
#include <QtCore/QStringList>
#include <QtCore/QVariant>

#include <chrono>
#include <cmath>
#include <limits>
#include <optional>
#include <ratio>
#include <type_traits>
#include <utility>
#include <vector>

namespace qipc {

//! For ipcValueTo(): reads values, and keeps what was wrong and where. Each function returns false
//! if it failed; the error is then complete when all levels have added their step.
class QIPC_EXPORT ValueReading
{
public:
    //! Reads \a value into \a to, an object of \a type.
    [[nodiscard]] bool read(const QVariant &value, QMetaType type, void *to);
    //! Reads a number.
    [[nodiscard]] bool read(const QVariant &value, double *to);

    bool expected(const QString &what, const QVariant &value);
    bool fail(const QString &what);
    //! Returns \a done; if that is false, it failed at \a key or \a index of a map or list.
    bool atKey(const QString &key, bool done);
    bool atIndex(qsizetype index, bool done);

    [[nodiscard]] IPCError error() const;

private:
    QString m_what;
    QStringList m_steps; // from the inside out
};

//! Reads a T; the specializations are for what has no metatype that tells what it is made of.
template <typename T>
struct ValueReader
{
    static bool read(ValueReading &reading, const QVariant &value, T *to)
    {
        return reading.read(value, QMetaType::fromType<T>(), to);
    }
};

template <typename T>
struct ValueReader<std::optional<T>>
{
    static bool read(ValueReading &reading, const QVariant &value, std::optional<T> *to)
    {
        to->reset();
        if (!value.isValid() || value.metaType() == QMetaType::fromType<std::nullptr_t>())
            return true;
        T content{};
        if (!ValueReader<T>::read(reading, value, &content))
            return false;
        *to = std::move(content);
        return true;
    }
};

template <typename A, typename B>
struct ValueReader<std::pair<A, B>>
{
    static bool read(ValueReading &reading, const QVariant &value, std::pair<A, B> *to)
    {
        const bool isList = value.metaType() == QMetaType::fromType<QVariantList>();
        const QVariantList list = isList ? value.toList() : QVariantList();
        if (!isList || list.size() != 2)
            return reading.expected(QStringLiteral("a list of two"), value);
        return reading.atIndex(0, ValueReader<A>::read(reading, list.at(0), &to->first))
            && reading.atIndex(1, ValueReader<B>::read(reading, list.at(1), &to->second));
    }
};

template <typename Number, typename Period>
struct ValueReader<std::chrono::duration<Number, Period>>
{
    using Duration = std::chrono::duration<Number, Period>;

    static bool read(ValueReading &reading, const QVariant &value, Duration *to)
    {
        using Exact = std::chrono::duration<double, Period>;
        double milliseconds = 0;
        if (!reading.read(value, &milliseconds))
            return false;
        double count = Exact(std::chrono::duration<double, std::milli>(milliseconds)).count();
        if constexpr (std::is_integral_v<Number>) {
            // Below a millisecond what comes may be rounded; above, it has to fit.
            if (std::ratio_less_v<Period, std::milli>)
                count = std::round(count);
            if (count != std::floor(count))
                return reading.fail(QStringLiteral("%1 ms do not fit its unit").arg(milliseconds));
            // As a double the largest number may be one more than it is.
            if (count < double(std::numeric_limits<Number>::min())
                || count >= std::ldexp(1.0, std::numeric_limits<Number>::digits))
                return reading.fail(QStringLiteral("%1 ms are out of range").arg(milliseconds));
        }
        *to = Duration(static_cast<Number>(count));
        return true;
    }
};

template <typename List>
struct ValueListReader
{
    using Item = typename List::value_type;

    static bool read(ValueReading &reading, const QVariant &value, List *to)
    {
        if (value.metaType() != QMetaType::fromType<QVariantList>())
            return reading.expected(QStringLiteral("a list"), value);
        const QVariantList list = value.toList();
        to->clear();
        to->reserve(static_cast<typename List::size_type>(list.size()));
        for (qsizetype i = 0; i < list.size(); ++i) {
            Item item{};
            if (!reading.atIndex(i, ValueReader<Item>::read(reading, list.at(i), &item)))
                return false;
            to->push_back(std::move(item));
        }
        return true;
    }
};

template <typename T>
struct ValueReader<QList<T>> : ValueListReader<QList<T>>
{
};

template <typename T>
struct ValueReader<std::vector<T>> : ValueListReader<std::vector<T>>
{
};

template <typename Map>
struct ValueMapReader
{
    using Item = typename Map::mapped_type;

    static bool read(ValueReading &reading, const QVariant &value, Map *to)
    {
        if (value.metaType() != QMetaType::fromType<QVariantMap>())
            return reading.expected(QStringLiteral("a map"), value);
        const QVariantMap map = value.toMap();
        to->clear();
        for (auto it = map.cbegin(); it != map.cend(); ++it) {
            Item item{};
            const bool done = ValueReader<Item>::read(reading, it.value(), &item);
            if (!reading.atKey(it.key(), done))
                return false;
            to->insert(it.key(), std::move(item));
        }
        return true;
    }
};

template <typename T>
struct ValueReader<QMap<QString, T>> : ValueMapReader<QMap<QString, T>>
{
};

template <typename T>
struct ValueReader<QHash<QString, T>> : ValueMapReader<QHash<QString, T>>
{
};

} // namespace qipc

/*!
 * What came as \a value, as a T: the way back from what IPCValue takes.
 * \code
 * connect(&server, &IPCServer::messageReceived, this, [](const QVariant &message) {
 *     const auto state = ipcValueTo<State>(message); // a gadget
 *     if (!state)
 *         qWarning() << state.error(); // cannot read .items[3].size: expected a number, got a
 * string
 * });
 * \endcode
 *
 * T is what can be sent, by the table in ipcvalue.h, and is default-constructed first: gadgets,
 * which are filled by their writable properties; lists and maps with string keys, of any of these;
 * `std::optional`, `std::pair` and durations, but not as properties of gadgets, apart from the four
 * durations that QIpc knows there; enumerations; and QVariant, which takes anything as it is.
 *
 * Peers may be of another version, so what is missing or undefined leaves a property as the
 * gadget's constructor made it, and keys that are no properties are ignored. What is there has to
 * fit:
 *
 * - Numbers are in the range of the type, and without a fraction where that is an integer. An
 *   integer that is to be a double is one that a double holds exactly.
 * - An enumeration is one of its values; flags, and those that no Q_ENUM describes, are any number
 *   that fits.
 * - Text that is to be a `QDate`, `QTime` or `QDateTime` is ISO 8601, for JSON has no dates; null
 * is an invalid one. Text that is to be a `QUrl`, `QUuid` or `QColor` is valid.
 * - Null is taken by `std::optional`, which is then empty, and by no other type but those above.
 * - Nothing else is converted: a number is no text, `1` is no bool.
 *
 * Returns `DecodingError` otherwise, with a text that names the place, what was expected, and what
 * came. Any thread.
 */
template <typename T>
[[nodiscard]] IPCResult<T> ipcValueTo(const QVariant &value)
{
    qipc::ValueReading reading;
    T result{};
    if (!qipc::ValueReader<T>::read(reading, value, &result))
        return reading.error();
    return result;
}

#endif
