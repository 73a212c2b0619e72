// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

// Encodes and decodes alone. A process of its own, since it links the library's inside. Command:
//   {"codec":…,"encoding":…,"value":…,"ms":…}  → {"encode","decode"} in ns

#include "codec.h"
#include "failure.h"
#include "roles/commands.h"

#include <QtCore/QCoreApplication>

#include <chrono>
#include <initializer_list>

using namespace Qt::StringLiterals;
using namespace compare;

namespace {

using Clock = std::chrono::steady_clock;

QVariant valueNamed(const QString &name)
{
    if (name == u"text")
        return QString(64, u'x');
    if (name == u"bytes")
        return QByteArray(1024 * 1024, 'x');
    if (name == u"map") {
        QVariantMap map;
        for (int i = 0; i < 10; ++i)
            map.insert(u"key%1"_s.arg(i), u"value of key %1"_s.arg(i));
        return map;
    }
    QVariantList list;
    if (name == u"rows") {
        for (qlonglong i = 0; i < 100; ++i) {
            list.append(QVariantMap{{u"id"_s, i},
                                    {u"name"_s, u"row number %1"_s.arg(i)},
                                    {u"done"_s, i % 2 == 0},
                                    {u"share"_s, double(i) / 7}});
        }
    } else if (name == u"doubles") {
        for (int i = 0; i < 1000; ++i)
            list.append(double(i) * 1.1);
    } else {
        fail(u"no value is called "_s + name);
    }
    return list;
}

//! Nanoseconds that one call of \a work takes, where it is called for as long as \a budget.
template <typename Work>
double timeOf(Work work, Clock::duration budget)
{
    constexpr int atOnce = 8; // so that reading the clock costs nothing
    work(); // warms up
    long calls = 0;
    const auto begin = Clock::now();
    auto end = begin;
    do {
        for (int i = 0; i < atOnce; ++i)
            work();
        calls += atOnce;
        end = Clock::now();
    } while (end - begin < budget);
    return std::chrono::duration<double, std::nano>(end - begin).count() / double(calls);
}

Codec codecNamed(const QString &name, const QString &encoding)
{
    for (const Codec &codec : {qipcJson(), qipcMessagePack(), qjsondocument(), msgpackCxx()}) {
        if (name == QLatin1String(codec.name) && encoding == QLatin1String(codec.encoding))
            return codec;
    }
    fail(u"there is no codec "_s + name);
}

QJsonObject handle(const QJsonObject &command)
{
    const Codec codec = codecNamed(command[u"codec"].toString(), command[u"encoding"].toString());
    const std::chrono::milliseconds budget(command[u"ms"].toInt());
    // As a packet: its kind, the message, and the number of a request.
    const QVariantMap value{
        {u"t"_s, 2}, {u"d"_s, valueNamed(command[u"value"].toString())}, {u"n"_s, u"k3j5x8s1q0"_s}};
    const QByteArray bytes = codec.encode(value);
    if (codec.decode(bytes).toMap().size() != value.size())
        fail(u"what was decoded is not what was encoded"_s);
    volatile qsizetype used = 0; // so that no work is left out
    const double encode = timeOf([&] { used = codec.encode(value).size(); }, budget);
    const double decode = timeOf([&] { used = codec.decode(bytes).isValid(); }, budget);
    return {{u"encode"_s, encode}, {u"decode"_s, decode}};
}

} // namespace

int main(int argc, char *argv[])
{
    const QCoreApplication app(argc, argv);
    Commands commands(handle);
    for (;;)
        commands.answerNext();
}
