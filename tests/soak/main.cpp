// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "conductor.h"
#include "guests.h"
#include "house.h"
#include "vandals.h"

#include <QtCore/QCoreApplication>

#include <cstdio>
#include <random>

using namespace Qt::StringLiterals;

// Clients come, talk and go at random, some of them hostile, some of them killed: at the end
// nothing is left of them, and each message is accounted for. With a number of seconds this program
// conducts it, with a role it is one of the processes.
//
// QIPC_TEST_SEED repeats what is chosen, as far as that can be done.

namespace {

uint chooseSeed()
{
    bool given = false;
    const uint wanted = qEnvironmentVariable("QIPC_TEST_SEED").toUInt(&given);
    return given ? wanted : std::random_device()();
}

int conduct(int seconds)
{
    const uint seed = chooseSeed();
    printf("QIPC_TEST_SEED=%u\n", seed);
    Conductor conductor(seed);
    const bool isFine = conductor.run(std::chrono::seconds(seconds));
    puts(isFine ? "Nothing was wrong" : "Something was wrong");
    return isFine ? 0 : 1;
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication app(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    const QString role = arguments.value(1);
    const QString path = arguments.value(2);
    const uint seed = arguments.value(3).toUInt();
    if (role == u"house") {
        const House house(path, seed);
        return QCoreApplication::exec();
    }
    if (role == u"guests") {
        const Guests guests(path, arguments.value(4), seed);
        return QCoreApplication::exec();
    }
    if (role == u"vandals") {
        const Vandals vandals(path, seed);
        return QCoreApplication::exec();
    }
    const int seconds = role.toInt();
    if (seconds >= 2)
        return conduct(seconds);
    fputs("Usage: soak SECONDS\n", stderr);
    return 2;
}
