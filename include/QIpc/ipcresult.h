// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_IPCRESULT_H
#define QIPC_IPCRESULT_H

#include <QIpc/ipcerror.h>

#include <QtCore/QDebug>

#include <chrono>
#include <optional>
#include <type_traits>
#include <utility>

/*!
 * A value, or the error that stands in its place, in the manner of `std::expected`.
 *
 * \code
 * if (result)
 *     use(result.value());
 * else
 *     qWarning() << result.error();
 * \endcode
 *
 * Every future of QIpc holds one. It converts from a value and from an IPCError.
 */
template <typename T>
class IPCResult
{
public:
    using ValueType = T;

    IPCResult(const T &value) // NOLINT(google-explicit-constructor): as std::expected
        : m_value(value)
    {
    }
    IPCResult(T &&value) // NOLINT(google-explicit-constructor)
        : m_value(std::move(value))
    {
    }
    //! \a error has to be one: its code is not NoError.
    IPCResult(IPCError error) // NOLINT(google-explicit-constructor)
        : m_error(std::move(error))
    {
        Q_ASSERT(m_error);
    }

    //! Whether there is a value.
    [[nodiscard]] bool hasValue() const { return m_value.has_value(); }
    //! Whether there is a value.
    [[nodiscard]] explicit operator bool() const { return m_value.has_value(); }

    //! The value. There has to be one.
    [[nodiscard]] const T &value() const &
    {
        Q_ASSERT(m_value);
        return *m_value;
    }
    //! The value, moved out. There has to be one.
    [[nodiscard]] T &&value() &&
    {
        Q_ASSERT(m_value);
        return std::move(*m_value);
    }
    //! The value, or \a fallback where there is none.
    [[nodiscard]] T valueOr(T fallback) const { return m_value ? *m_value : std::move(fallback); }

    //! As value().
    [[nodiscard]] const T &operator*() const & { return value(); }
    //! As value().
    [[nodiscard]] const T *operator->() const { return &value(); }

    //! The error; one with the code NoError where there is a value.
    [[nodiscard]] const IPCError &error() const { return m_error; }

private:
    std::optional<T> m_value;
    IPCError m_error;
};

//! Done, or the error that prevented it.
template <>
class IPCResult<void>
{
public:
    using ValueType = void;

    //! Done.
    IPCResult() = default;
    //! Not done; or done, where the code of \a error is NoError.
    IPCResult(IPCError error) // NOLINT(google-explicit-constructor)
        : m_error(std::move(error))
    {
    }

    //! Whether it is done.
    [[nodiscard]] bool hasValue() const { return !m_error; }
    //! Whether it is done.
    [[nodiscard]] explicit operator bool() const { return !m_error; }

    //! The error; one with the code NoError where there is none.
    [[nodiscard]] const IPCError &error() const { return m_error; }

private:
    IPCError m_error;
};

//! Prints the value, or the error: `IPCResult(42)`, `IPCResult(IPCError::Code::TimedOut: …)`. The
//! value of IPCResult<void> is `done`, and one that QDebug cannot print `…`.
template <typename T>
QDebug operator<<(QDebug debug, const IPCResult<T> &result)
{
    const QDebugStateSaver saver(debug);
    debug.nospace() << "IPCResult(";
    if (!result)
        debug << result.error();
    else if constexpr (std::is_void_v<T>)
        debug << "done";
    else if constexpr (std::is_same_v<T, std::chrono::nanoseconds>)
        debug << result.value().count() << "ns";
    else if constexpr (QTypeTraits::has_ostream_operator_v<QDebug, T>)
        debug << result.value();
    else
        debug << "…";
    return debug << ')';
}

#endif
