// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "audit.h"

using namespace Qt::StringLiterals;
using End = Conversation::End;

Audit::Audit(Complain complain)
    : m_complain(std::move(complain))
{
}

void Audit::add(const QJsonObject &life)
{
    const QString token = life["token"_L1].toString();
    const bool isHouse = life["house"_L1].toBool();
    auto &mine = isHouse ? m_houses : m_guests;
    auto &theirs = isHouse ? m_guests : m_houses;
    if (mine.contains(token))
        m_complain(token + u" was there twice"_s);
    mine[token] = {End(life["end"_L1].toInt()), life["sent"_L1].toInt(),
                   life["received"_L1].toInt(), life["farewell"_L1].toInt()};
    if (!theirs.contains(token))
        return;
    compare(token, m_guests.take(token), m_houses.take(token));
    ++m_compared;
}

void Audit::compare(const QString &token, const Life &guest, const Life &house)
{
    if (guest.end == End::Lost && house.end == End::Lost)
        m_complain(token + u": the connection was lost, and nobody had ended it"_s);
    checkOneWay(token + u", from the guest"_s, guest, house);
    checkOneWay(token + u", from the house"_s, house, guest);
}

void Audit::checkOneWay(const QString &token, const Life &from, const Life &to)
{
    const auto complain = [&](const QString &what) {
        m_complain(u"%1: %2 (%3 sent, %4 received, farewell %5, ends %6 and %7)"_s.arg(token, what)
                       .arg(from.sent)
                       .arg(to.received)
                       .arg(to.farewell)
                       .arg(int(from.end))
                       .arg(int(to.end)));
    };
    if (to.received > from.sent)
        complain(u"more came than was sent"_s);
    if (to.farewell >= 0 && (to.farewell != from.sent || to.received != from.sent))
        complain(u"the farewell came before what was sent"_s);
#ifndef QIPC_PORTABLE_TRANSPORT
    // QLocalSocket throws away what waits where the peer has finished, and closes with what the
    // system still holds where a write fails.
    if (from.end == End::Closed && to.end == End::Lost)
        complain(u"a close came without its farewell"_s);
    if (from.end == End::Closed && to.end == End::Closed && to.received != from.sent)
        complain(u"both closed at once, and not all came"_s);
#endif
}

// A guest that closed before it was ready knows of no connection. Where its farewell has come, so
// has all that it was given to send before; the house may have ended the connection first, and the
// guest may have given up in between.
void Audit::finish()
{
    for (auto it = m_guests.cbegin(); it != m_guests.cend(); ++it)
        m_complain(it.key() + u": the house knows nothing of it"_s);
    for (auto it = m_houses.cbegin(); it != m_houses.cend(); ++it) {
        ++m_oneSided;
        if (it->end == End::Farewell && it->farewell != it->received)
            m_complain(it.key() + u": the guest knows nothing of it"_s);
    }
}
