// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_IPCVALUE_H
#define QIPC_IPCVALUE_H

#include <QtCore/QByteArray>
#include <QtCore/QString>
#include <QtCore/QVariant>

#include <cstddef>
#include <type_traits>
#include <utility>

/*!
 * What a parameter that takes any value is made of: `send(42)`, `send(QStringLiteral("x"))`,
 * `send(nullptr)`, `send(QVariantMap{…})`, `send(QList<int>{…})`, `send(aGadget)`, `send(anEnum)`,
 * and nothing at all, which is *undefined*. It is only ever made by such a call; keep a QVariant
 * instead.
 *
 * What a type is sent as stands in the README ("Values"). A type that cannot be sent compiles, and
 * gets an EncodingError. A C string is neither text nor bytes: say QStringLiteral() or QByteArray.
 */
class IPCValue
{
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

    QVariant m_variant;
};

#endif
