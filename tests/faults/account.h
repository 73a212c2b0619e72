// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_TEST_ACCOUNT_H
#define QIPC_TEST_ACCOUNT_H

#include <QIpc/ipcresult.h>

#include <QtCore/QFuture>
#include <QtCore/QString>
#include <QtCore/QVariant>

#include <functional>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

//! What became of the futures that were handed out.
class Ledger
{
public:
    struct Entry
    {
        QString name;
        std::function<bool()> isSettled; //!< With exactly one result, and not cancelled.
        int settled = 0; //!< How often somebody was told,
        IPCError error; //!< and what.
        QVariant value;
    };

    //! Follows \a future; \a next is called with what it settles with. Gives what is known of it.
    template <typename T>
    std::shared_ptr<const Entry> follow(const QString &name, QFuture<IPCResult<T>> future,
                                        std::function<void(const IPCResult<T> &)> next = {});

    //! The first complaint about the futures so far: one that is pending, or settled otherwise than
    //! once. Empty where there is none.
    [[nodiscard]] QString complaint() const;
    //! How many have not settled.
    [[nodiscard]] int pending() const;
    [[nodiscard]] const std::vector<std::shared_ptr<Entry>> &entries() const { return m_entries; }

private:
    std::vector<std::shared_ptr<Entry>> m_entries;
};

template <typename T>
std::shared_ptr<const Ledger::Entry> Ledger::follow(const QString &name,
                                                    QFuture<IPCResult<T>> future,
                                                    std::function<void(const IPCResult<T> &)> next)
{
    const auto entry = std::make_shared<Entry>();
    entry->name = name;
    entry->isSettled = [future] {
        return future.isFinished() && !future.isCanceled() && future.resultCount() == 1;
    };
    m_entries.push_back(entry);
    future.then([entry, next = std::move(next)](const IPCResult<T> &result) {
        ++entry->settled;
        entry->error = result.error();
        if constexpr (std::is_same_v<T, QVariant>)
            entry->value = result.valueOr({});
        if (next)
            next(result);
    });
    return entry;
}

//! What one side of a connection has sent and what it got.
struct Account
{
    QVariantList sent; //!< Messages that were taken to be sent.
    QVariantList received;
    QVariantList asked; //!< Requests that were taken to be sent.
    QVariantList requests; //!< Requests that came.
    int ready = 0; //!< How often it became ready,
    int disconnected = 0; //!< and how often that ended.
    int errors = 0;
};

//! Whether \a list begins with all of \a part.
[[nodiscard]] bool isPrefix(const QVariantList &part, const QVariantList &list);

#endif
