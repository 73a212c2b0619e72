// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "clientrun_p.h"

#include "options_p.h"
#include "output_p.h"
#include "outputwatch_p.h"
#include "terminationsignals_p.h"

#include <QtCore/QCoreApplication>

#include <limits>

using namespace Qt::StringLiterals;
using std::chrono::milliseconds;

namespace qipc::cli {

namespace {

void setTimeout(IPCClient &client, milliseconds timeout)
{
    constexpr milliseconds longest{std::numeric_limits<int>::max()};
    client.setRequestTimeout(timeout);
    IPCLimits limits = client.limits();
    limits.setHandshakeTime(timeout == milliseconds::zero() ? longest : timeout);
    client.setLimits(limits);
}

[[nodiscard]] QString explain(const IPCError &error)
{
    if (error.remoteCode().isEmpty())
        return error.message();
    return "the server answered with the error "_L1 % error.remoteCode() % ": "_L1
        % error.message();
}

} // namespace

ClientRun::ClientRun(const Options &options)
    : m_client(std::in_place, options.target)
{
    m_client->setEncoding(options.encoding);
    m_client->setCompression(options.compress);
    m_client->setPayload(options.payload);
    m_client->setAutoReconnect(options.retry);
    if (options.timeout)
        setTimeout(*m_client, *options.timeout);
}

ExitStatus ClientRun::exec(const std::function<void()> &work)
{
    m_work = work;
    // From inside the event loop, for only there it can be told to end.
    QMetaObject::invokeMethod(this, &ClientRun::connectToServer, Qt::QueuedConnection);
    const auto status = ExitStatus(QCoreApplication::exec());
    // The loop may have ended before its time, where nobody reads what is printed. What is still
    // pending settles now, while those who wait for it are there; nobody is told.
    m_ending = true;
    m_client.reset();
    return status;
}

ExitStatus ClientRun::execUntilClosed(const std::function<void()> &work)
{
    const TerminationSignals signal;
    const OutputWatch watch;
    connect(&signal, &TerminationSignals::received, this, &ClientRun::finish);
    connect(&*m_client, &IPCClient::ready, this, [this] { m_connectionError = IPCError(); });
    connect(&*m_client, &IPCClient::errorOccurred, this,
            [this](const IPCError &error) { m_connectionError = error; });
    connect(&*m_client, &IPCClient::closed, this, &ClientRun::closed);
    return exec(work);
}

void ClientRun::connectToServer()
{
    m_client->connectToServer().then(this, [this](const IPCResult<void> &connected) {
        if (!connected) {
            fail(connected.error());
            return;
        }
        m_connecting = false;
        m_work();
    });
}

void ClientRun::closed()
{
    if (m_connecting)
        return; // the future of connectToServer() tells
    if (m_connectionError)
        fail(m_connectionError);
    else
        finish();
}

void ClientRun::finish()
{
    if (!std::exchange(m_ending, true))
        end(ExitStatus::Done);
}

void ClientRun::fail(const IPCError &error)
{
    if (std::exchange(m_ending, true))
        return; // a farewell ends what was pending, too
    complain(explain(error));
    // Whoever did not answer in time would not take part in a farewell either.
    if (error.code() == IPCError::Code::TimedOut)
        m_client->abort();
    end(m_connecting ? connectStatus(error.code()) : exitStatus(error.code()));
}

void ClientRun::end(ExitStatus status)
{
    m_client->close().then(
        this, [status](const IPCResult<void> &) { QCoreApplication::exit(int(status)); });
}

} // namespace qipc::cli
