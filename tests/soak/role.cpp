// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "role.h"

#include "measure.h"
#include "report.h"

#include <QtCore/QCoreApplication>

#include <chrono>

#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr auto patience = 30s; // to come to rest, on a machine that is busy with something else

} // namespace

Role::Role(QObject *parent)
    : QObject(parent)
    , m_orders(STDIN_FILENO, QSocketNotifier::Read)
{
    connect(&m_orders, &QSocketNotifier::activated, this, &Role::readOrders);
    connect(&m_counting, &QTimer::timeout, this, &reportCounts);
    connect(&m_looking, &QTimer::timeout, this, &Role::look);
}

void Role::begin()
{
    m_counting.start(500ms);
    m_descriptors = descriptors();
    report("there"_L1, {});
}

void Role::readOrders()
{
    char orders[64];
    const ssize_t size = ::read(STDIN_FILENO, orders, sizeof(orders));
    if (size <= 0) { // who gave them is gone
        QCoreApplication::exit(1);
        return;
    }
    const auto lines = QByteArray(orders, size).split('\n');
    for (const QByteArray &order : lines)
        obey(order);
}

void Role::obey(const QByteArray &order)
{
    if (order == "go")
        go();
    if (order == "quit")
        QCoreApplication::quit();
    if (order == "rest") {
        m_resting.start();
        rest();
        m_looking.start(10ms);
    }
}

// What goes at the end of a turn of the event loop has to be gone too.
void Role::look()
{
    const bool isLate = m_resting.hasExpired(std::chrono::milliseconds(patience).count());
    if (!isLate && (!isAtRest() || descriptors() > m_descriptors))
        return;
    m_looking.stop();
    if (!isAtRest())
        complain(u"it does not come to rest"_s);
    if (descriptors() > m_descriptors)
        complain(u"%1 descriptors instead of %2"_s.arg(descriptors()).arg(m_descriptors));
    checkAtRest();
    QMetaObject::invokeMethod(this, &Role::tellRested, Qt::QueuedConnection);
}

void Role::tellRested()
{
    reportCounts();
    const Memory memory = memoryInUse();
    report("rested"_L1,
           {{"descriptors"_L1, descriptors()},
            {"heap"_L1, memory.heap},
            {"resident"_L1, memory.resident}});
}
