// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "messages_p.h"

#include "clientrun_p.h"
#include "json_p.h"
#include "options_p.h"
#include "output_p.h"

#include <QtCore/QTimer>

#include <algorithm>
#include <vector>

using namespace std::chrono_literals;
using namespace Qt::StringLiterals;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;

namespace qipc::cli {

namespace {

//! Sends one value after the other, each when the one before has left: so the queue holds one,
//! however many there are.
class Sending
{
public:
    Sending(ClientRun &run, const Options &options);

    void next();

private:
    void sent(const IPCResult<void> &result);

    ClientRun &m_run;
    QVariantList m_values;
    QTimer m_stalled; // a peer that does not read is waited for no longer than for an answer
};

Sending::Sending(ClientRun &run, const Options &options)
    : m_run(run)
    , m_values(options.values)
{
    m_stalled.setSingleShot(true);
    m_stalled.setInterval(options.timeout.value_or(10s));
    QObject::connect(&m_stalled, &QTimer::timeout, &run, [&run] {
        run.fail(IPCError(IPCError::Code::TimedOut,
                          "the server does not take what is sent; not all of it has left"_L1));
    });
}

void Sending::next()
{
    if (m_values.isEmpty()) {
        m_run.finish();
        return;
    }
    if (m_stalled.intervalAsDuration() > 0ms)
        m_stalled.start();
    m_run.client().send(m_values.takeFirst()).then(&m_run, [this](const IPCResult<void> &result) {
        sent(result);
    });
}

void Sending::sent(const IPCResult<void> &result)
{
    m_stalled.stop();
    if (!result) {
        m_run.fail(result.error());
        return;
    }
    // By way of the event loop: a future that has settled already would make this recurse.
    QMetaObject::invokeMethod(
        &m_run, [this] { next(); }, Qt::QueuedConnection);
}

[[nodiscard]] double inMilliseconds(nanoseconds time)
{
    return std::chrono::duration<double, std::milli>(time).count();
}

//! One ping after the other.
class Pinging
{
public:
    Pinging(ClientRun &run, int count)
        : m_run(run)
        , m_left(count)
    {
    }

    void next();

private:
    void returned(nanoseconds time);
    void printSummary();

    ClientRun &m_run;
    int m_left;
    std::vector<nanoseconds> m_times;
};

void Pinging::next()
{
    if (m_left-- == 0) {
        printSummary();
        m_run.finish();
        return;
    }
    m_run.client().ping().then(&m_run, [this](const IPCResult<nanoseconds> &time) {
        if (time)
            returned(*time);
        else
            m_run.fail(time.error());
    });
}

void Pinging::returned(nanoseconds time)
{
    m_times.push_back(time);
    printLine(toJson(inMilliseconds(time)));
    next();
}

void Pinging::printSummary()
{
    std::sort(m_times.begin(), m_times.end());
    const size_t count = m_times.size();
    const nanoseconds median = (m_times.at((count - 1) / 2) + m_times.at(count / 2)) / 2;
    JsonLine()
        .add(u"min", inMilliseconds(m_times.front()))
        .add(u"median", inMilliseconds(median))
        .add(u"max", inMilliseconds(m_times.back()))
        .print();
}

} // namespace

ExitStatus send(const Options &options)
{
    ClientRun run(options);
    Sending sending(run, options);
    return run.exec([&sending] { sending.next(); });
}

ExitStatus request(const Options &options)
{
    ClientRun run(options);
    return run.exec([&run, &options] {
        run.client()
            .request(options.values.first())
            .then(&run, [&run](const IPCResult<QVariant> &answer) {
                if (!answer) {
                    run.fail(answer.error());
                    return;
                }
                if (answer->isValid())
                    printLine(toJson(*answer));
                run.finish();
            });
    });
}

ExitStatus ping(const Options &options)
{
    ClientRun run(options);
    Pinging pinging(run, options.count);
    return run.exec([&pinging] { pinging.next(); });
}

} // namespace qipc::cli
