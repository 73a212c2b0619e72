// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_IPCVALUE_H
#define QIPC_IPCVALUE_H

#include <QtCore/QByteArray>
#include <QtCore/QString>
#include <QtCore/QVariant>

#include <chrono>
#include <cstddef>
#include <optional>
#include <ratio>
#include <type_traits>
#include <utility>

/*!
 * What a parameter that takes any value is made of: `send(42)`, `send(QStringLiteral("x"))`,
 * `send(nullptr)`, `send(QVariantMap{…})`, `send(QList<int>{…})`, `send(aGadget)`, `send(anEnum)`,
 * and nothing at all, which is *undefined*. It is only ever made by such a call; keep a QVariant
 * instead.
 *
 * What a type is sent as stands in the README ("Values"). Besides what JSON knows:
 *
 * | type | is sent as |
 * |---|---|
 * | `QDate`, `QTime` | text: `2026-02-28`, `23:59:59.000`; null if invalid |
 * | `QPoint`, `QPointF` | a map: `x`, `y` |
 * | `QSize`, `QSizeF` | a map: `width`, `height` |
 * | `QRect`, `QRectF` | a map: `x`, `y`, `width`, `height` |
 * | `QColor` | text: `#rrggbb`, or `#aarrggbb` if it is not opaque (in programs with Qt Gui) |
 * | `std::string` | text; EncodingError if it is not UTF-8 |
 * | `std::optional` | its value; undefined if it has none |
 * | `std::chrono` durations | milliseconds: an integer if the unit is one or more, else a double |
 * | `std::pair` | a list of two |
 * | `QCborValue`, `QCborMap`, `QCborArray` | by content |
 *
 * Optionals, pairs and units of your own are known only where they are the parameter, or lie in
 * each other; the properties of gadgets and what is in lists may be of the other types, of
 * milliseconds, seconds, microseconds and nanoseconds.
 *
 * A type that cannot be sent compiles, and gets an EncodingError. A C string is neither text nor
 * bytes: say QStringLiteral() or QByteArray.
 */
class IPCValue
{
    template <typename T>
    struct IsOptional : std::false_type
    {
    };
    template <typename T>
    struct IsOptional<std::optional<T>> : std::true_type
    {
    };
    template <typename T>
    struct IsPair : std::false_type
    {
    };
    template <typename A, typename B>
    struct IsPair<std::pair<A, B>> : std::true_type
    {
    };
    template <typename T>
    struct IsDuration : std::false_type
    {
    };
    template <typename Number, typename Period>
    struct IsDuration<std::chrono::duration<Number, Period>> : std::true_type
    {
    };

public:
    //! Undefined.
    IPCValue() = default;

    template <typename T, typename = std::enable_if_t<!std::is_same_v<std::decay_t<T>, IPCValue>>>
    // NOLINTNEXTLINE(google-explicit-constructor,bugprone-forwarding-reference-overload)
    IPCValue(T &&value)
        : m_variant(toVariant(std::forward<T>(value)))
    {
    }

    //! The value; an invalid variant is undefined.
    [[nodiscard]] const QVariant &variant() const { return m_variant; }

private:
    template <typename T>
    static QVariant toVariant(T &&value)
    {
        using Type = std::decay_t<T>;
        if constexpr (std::is_same_v<Type, QVariant>)
            return std::forward<T>(value);
        else if constexpr (std::is_same_v<Type, std::nullptr_t>)
            return QVariant::fromValue(nullptr);
        else if constexpr (std::is_same_v<Type, bool>)
            return QVariant(bool(value));
        else if constexpr (std::is_enum_v<Type>)
            return toVariant(static_cast<std::underlying_type_t<Type>>(value));
        else if constexpr (std::is_integral_v<Type> && std::is_signed_v<Type>)
            return QVariant(static_cast<qlonglong>(value));
        else if constexpr (std::is_integral_v<Type>)
            return QVariant(static_cast<qulonglong>(value));
        else if constexpr (std::is_floating_point_v<Type>)
            return QVariant(static_cast<double>(value));
        else if constexpr (std::is_same_v<Type, QByteArray>)
            return QVariant(QByteArray(std::forward<T>(value)));
        else if constexpr (std::is_same_v<Type, std::nullopt_t>)
            return QVariant();
        else if constexpr (IsOptional<Type>::value)
            return value ? toVariant(*std::forward<T>(value)) : QVariant();
        else if constexpr (IsPair<Type>::value)
            return QVariantList{toVariant(value.first), toVariant(value.second)};
        else if constexpr (IsDuration<Type>::value)
            return fromDuration(value);
        else if constexpr (std::is_same_v<Type, QStringView>)
            return QVariant(value.toString());
        else if constexpr (std::is_convertible_v<T, QString>) // literals, string builders, …
            return QVariant(QString(std::forward<T>(value)));
        else {
            static_assert(
                !std::is_same_v<Type, const char *> && !std::is_same_v<Type, char *>,
                "A C string is neither text nor bytes: use QStringLiteral() or QByteArray");
            return QVariant::fromValue(Type(std::forward<T>(value)));
        }
    }

    template <typename Number, typename Period>
    static QVariant fromDuration(const std::chrono::duration<Number, Period> &time)
    {
        using Milliseconds = std::chrono::duration<qint64, std::milli>;
        if constexpr (std::is_integral_v<Number> && std::ratio_greater_equal_v<Period, std::milli>)
            return QVariant(qlonglong(std::chrono::duration_cast<Milliseconds>(time).count()));
        else
            return QVariant(std::chrono::duration<double, std::milli>(time).count());
    }

    QVariant m_variant;
};

#endif
