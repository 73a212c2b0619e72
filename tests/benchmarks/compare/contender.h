// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef COMPARE_CONTENDER_H
#define COMPARE_CONTENDER_H

#include "peers/peer.h"
#include "process.h"

#include <QtCore/QTemporaryDir>

namespace compare {

//! A peer with an event dispatcher: a row of the table.
struct Contender
{
    Peer peer;
    Dispatcher dispatcher = Dispatcher::Qt;

    //! What it is called in the figures: `qipc`, `qipc+glib`.
    [[nodiscard]] QString id() const;
};

//! A server and a client of a contender, each a process.
class Pair
{
public:
    explicit Pair(const Contender &contender);

    void place(Placement placement);
    //! One more client process.
    [[nodiscard]] std::unique_ptr<Process> makeClient() const;

    [[nodiscard]] Process &server() { return m_server; }
    [[nodiscard]] Process &client() { return *m_client; }

private:
    [[nodiscard]] QStringList command(const QString &role) const;

    Contender m_contender;
    QTemporaryDir m_folder;
    Process m_server;
    std::unique_ptr<Process> m_client;
};

} // namespace compare

#endif
