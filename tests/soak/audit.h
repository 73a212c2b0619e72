// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_TEST_AUDIT_H
#define QIPC_TEST_AUDIT_H

#include "conversation.h"

#include <QtCore/QJsonObject>
#include <QtCore/QSet>

#include <functional>

//! Holds what the two ends of each connection say of it against each other.
class Audit
{
public:
    using Complain = std::function<void(const QString &)>;

    explicit Audit(Complain complain);

    //! What one end says.
    void add(const QJsonObject &life);
    //! To be called when all have told who can.
    void finish();
    //! How many connections were looked at from both ends.
    [[nodiscard]] int compared() const { return m_compared; }
    //! How many only from the house's, for the other was killed, or never knew of it.
    [[nodiscard]] int oneSided() const { return m_oneSided; }

private:
    struct Life
    {
        Conversation::End end = Conversation::End::Lost;
        int sent = 0;
        int received = 0;
        int farewell = -1; //!< How many the other end has sent, by its own word.
    };

    void compare(const QString &token, const Life &guest, const Life &house);
    void checkOneWay(const QString &token, const Life &from, const Life &to);

    const Complain m_complain;
    QHash<QString, Life> m_guests;
    QHash<QString, Life> m_houses;
    int m_compared = 0;
    int m_oneSided = 0;
};

#endif
